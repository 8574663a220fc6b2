package widgets

import (
	"strconv"
	"strings"

	"timeslice/sim/trace"
)

// Unit is what times are written in: one size for a whole workload, so that a
// number means the same on an axis, on a token and in a sentence.
type Unit struct {
	Size     trace.Time
	Name     string // "ms", written after a number; "" if it has none
	Decimals int    // how many a clock shows, so that it doesn't jump about
}

// UnitOf returns the unit of a run.
func UnitOf(h *trace.Header) Unit {
	if h == nil {
		return Unit{Size: 1}
	}
	u := unitOf(h.Unit, h.UnitText)
	u.Decimals = 1
	need := func(t trace.Time) { u.Decimals = max(u.Decimals, min(decimals(t, u.Size), maxClockDecimals)) }
	need(h.Switch)
	for _, p := range h.Policies {
		need(p.Slice)
	}
	for i := range min(len(h.Tasks), lookedAt) {
		need(h.Tasks[i].Arrival)
	}
	for i := range min(len(h.Programs), lookedAt) {
		for j := range min(len(h.Programs[i].Ops), lookedAt) {
			need(h.Programs[i].Ops[j].Length)
		}
	}
	return u
}

const (
	maxClockDecimals = 3
	maxDecimals      = 9
	lookedAt         = 256 // tasks, programs and operations that decide the decimals
)

// unitOf resolves a unit that isn't one of something, such as "10ms", into one
// that is.
func unitOf(size trace.Time, text string) Unit {
	if name, one := strings.CutPrefix(text, "1"); one && name != "" && !strings.ContainsAny(name, "0123456789.") {
		return Unit{Size: max(size, 1), Name: strings.TrimSpace(name)}
	}
	for _, u := range []Unit{{Size: 1e9, Name: "s"}, {Size: 1e6, Name: "ms"}, {Size: 1e3, Name: "µs"}} {
		if size >= u.Size {
			return u
		}
	}
	return Unit{Size: 1, Name: "ns"}
}

// Format writes a time as a number of the unit: "21.5".
func (u Unit) Format(t trace.Time) string { return FormatTime(t, u.Size) }

// FormatNamed writes a time with its unit: "21.5 ms".
func (u Unit) FormatNamed(t trace.Time) string { return u.named(u.Format(t)) }

func (u Unit) named(number string) string {
	if u.Name == "" {
		return number
	}
	return number + " " + u.Name
}

// Brief writes a time with no more decimals than the unit's clock has: between
// two events a time may have any number of them.
func (u Unit) Brief(t trace.Time) string {
	if decimals(t, u.Size) <= u.Decimals {
		return u.Format(t)
	}
	return string(u.AppendClock(nil, t))
}

// AppendClock appends a time with as many decimals as the unit's clock has.
func (u Unit) AppendClock(b []byte, t trace.Time) []byte {
	return appendFixed(b, t, u.Size, u.Decimals)
}

// FormatTime writes t as a number of units, exactly, with no more decimals than
// it needs: "21.5", "0.2", "30".
func FormatTime(t, unit trace.Time) string { return trace.Number(t, unit) }

// decimals returns how many decimals t needs as a number of units.
func decimals(t, unit trace.Time) int {
	n := 0
	for rest := t % unit; rest != 0 && n < maxDecimals; n++ {
		rest = tenfold(rest, unit)
	}
	return n
}

// tenfold is rest·10 modulo unit, for rest below unit. Units so long that ten
// times as much can't be told have no decimals.
func tenfold(rest, unit trace.Time) trace.Time {
	if unit > trace.Never/10 {
		return 0
	}
	return rest * 10 % unit
}

func appendFixed(b []byte, t, unit trace.Time, decimals int) []byte {
	unit = max(unit, 1)
	if t < 0 {
		if t == -trace.Never-1 {
			t++
		}
		b, t = append(b, '-'), -t
	}
	b = strconv.AppendInt(b, int64(t/unit), 10)
	if decimals == 0 {
		return b
	}
	b = append(b, '.')
	rest := t % unit
	for range decimals {
		digit := byte('0')
		if unit <= trace.Never/10 {
			digit += byte(rest * 10 / unit)
		}
		b = append(b, digit)
		rest = tenfold(rest, unit)
	}
	return b
}
