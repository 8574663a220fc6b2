package widgets

import (
	"strconv"

	"timeslice/sim/trace"
)

// phrase is a short text with a number in it. Texts that are seen again and
// again are made once, since a canvas keeps every text it ever drew.
type phrase uint8

const (
	phraseNumber phrase = iota
	phraseLeft
	phraseLeftUnit
	phrasePlain
	phraseRank
	phraseEnds
	phraseRequests
	phraseAt
	phrasePC
	phraseExit
	phraseMore
	phrasePlus
	phraseCause
	phraseCPU
	phraseHeld
	phraseEnd
	phraseStatus
	phraseSpins   // for a resource
	phraseWatches // a variable
	phraseAsked
	phraseDatagrams
	phraseSocket
)

type phraseOf struct {
	phrase phrase
	value  int64
}

const maxPhrases = 4096

// phrases makes texts and remembers them.
type phrases struct {
	words  Words
	made   map[phraseOf]string
	unit   trace.Time
	suffix string // " ms", if that is the unit
	fill   map[filling]string
	name   func(trace.TaskID) string
	header func() *trace.Header
}

// filling is how full a bounded queue is.
type filling struct {
	place, n int
	named    bool
}

func (p *phrases) reset() {
	clear(p.made)
	clear(p.fill)
}

// measure sets what numbers are of: a unit and its name.
func (p *phrases) measure(unit trace.Time, name string) {
	p.unit, p.suffix = unit, ""
	if name != "" {
		p.suffix = " " + name
	}
}

// filled says a queue's name and how full it is; one without a capacity is never
// full.
func (p *phrases) filled(name string, place, n, capacity int) string {
	key := filling{place, n, name != ""}
	if s, ok := p.fill[key]; ok {
		return s
	}
	if p.fill == nil {
		p.fill = make(map[filling]string)
	}
	s := strconv.Itoa(n)
	if capacity > 0 {
		s += "/" + strconv.Itoa(capacity)
	}
	if name != "" {
		s = name + "  " + s
	}
	p.fill[key] = s
	return s
}

// ends says how many have the ends of a pipe open.
func (p *phrases) ends(writers, readers int) string {
	return p.get(phraseEnds, int64(writers)<<32|int64(readers))
}

func (p *phrases) get(kind phrase, value int64) string {
	key := phraseOf{kind, value}
	if s, ok := p.made[key]; ok {
		return s
	}
	if p.made == nil || len(p.made) >= maxPhrases {
		p.made = make(map[phraseOf]string)
	}
	s := p.make(kind, value)
	p.made[key] = s
	return s
}

func (p *phrases) make(kind phrase, value int64) string {
	switch kind {
	case phraseLeft:
		return p.words.say("stage.left", "Time", p.tenths(value))
	case phraseLeftUnit:
		return p.words.say("stage.left", "Time", p.tenths(value)+p.suffix)
	case phrasePlain:
		return strconv.FormatInt(value, 10)
	case phraseRequests:
		return p.words.say("stage.device.requests", "N", value)
	case phraseEnds:
		return p.words.say("stage.pipe.ends", "Writers", value>>32, "Readers", value&(1<<32-1))
	case phraseRank:
		return strconv.FormatInt(value, 10) + ":"
	case phraseAt:
		return p.words.say("stage.at", "Time", p.tenths(value))
	case phrasePC:
		return p.words.say("stage.pc", "Index", value)
	case phraseExit:
		return p.words.say("stage.exit", "Code", value)
	case phraseMore:
		return "+" + p.words.say("stage.more", "N", value)
	case phrasePlus:
		return "+" + strconv.FormatInt(value, 10)
	case phraseCause:
		return p.words.say("stage.wait." + trace.Cause(value).String())
	case phraseCPU:
		return p.words.say("stage.cpu", "Index", value)
	case phraseAsked:
		return p.words.say("stage.manager.requests", "N", value)
	case phraseDatagrams:
		return p.words.say("stage.socket.udp", "N", value)
	case phraseSocket:
		return p.words.say("stage.socket.tcp", "N", value>>32, "Max", value&(1<<32-1))
	case phraseStatus:
		return ": " + strconv.FormatInt(value, 10)
	case phraseSpins:
		return p.words.say("stage.spins.for", "Name", p.header().Resources[value].Name)
	case phraseWatches:
		return p.words.say("stage.spins.for", "Name", p.header().Variables[value].Name)
	case phraseEnd:
		return p.words.say("stage.wait.end", "Task", p.name(trace.TaskID(value)))
	case phraseHeld:
		return p.words.say("stage.lock.held", "Task", p.name(trace.TaskID(value)))
	}
	return p.tenths(value)
}

// amount turns a time into the number a phrase is made of: tenths of the unit
// while it is short, whole ones else; what is left of anything is never nothing.
func (p *phrases) amount(t trace.Time) int64 {
	unit := max(p.unit, 1)
	if t >= 100*unit {
		return int64((t+unit/2)/unit) * 10
	}
	if unit < 10 {
		return int64(t) * 10 / int64(unit)
	}
	return int64((t + unit/10 - 1) / (unit / 10))
}

// tenths writes such a number.
func (p *phrases) tenths(v int64) string {
	if v%10 == 0 {
		return strconv.FormatInt(v/10, 10)
	}
	return strconv.FormatFloat(float64(v)/10, 'f', 1, 64)
}

// ascii reports whether a text can be written in the fixed-width font, which
// has no Chinese.
func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// shorten cuts a text to a width, with an ellipsis if it was longer.
func shorten(s string, most float32, width func(string) float32) string {
	if s == "" || width(s) <= most {
		return s
	}
	r := []rune(s)
	low, high := 0, len(r)-1
	for low < high {
		mid := (low + high + 1) / 2
		if width(string(r[:mid])+"…") <= most {
			low = mid
		} else {
			high = mid - 1
		}
	}
	if low == 0 && width("…") > most {
		return ""
	}
	for low > 0 && r[low-1] == ' ' {
		low--
	}
	return string(r[:low]) + "…"
}
