package workload

import (
	"fmt"
	"math/big"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

const (
	maxName   = 200           // bytes of a name
	maxNumber = 1_000_000_000 // of priorities, tickets, weights and the like
)

// reader turns a plain tree into a workload and collects what is wrong with it.
type reader struct {
	file string
	errs Errors
	w    *Workload

	resources map[string]int // index by name
	// conditions are the locks that conditions name.
	conditions []conditionLock
	owned      []owned // queues that managers name
	variables  map[string]int
	texts      map[string]bool // that programs print
	tasks      map[string]Pos
	whole      bool     // a reference case charges whole quanta
	protocol   Protocol // of the mutexes of a reference case
	programs   programs
	pools      pools
	kin        kinship
	within     int // programs around the one that is read
	servers    int // of the device that `io: 3` uses
	// lenient ignores keys it doesn't know, for formats that are richer than a
	// workload.
	lenient bool
	stop    bool // a limit is passed: no need to look further
}

func newReader(file string) *reader {
	return &reader{
		file:      file,
		w:         &Workload{File: file, Unit: 1_000_000, UnitText: "1ms", Machine: Machine{CPUs: 1}},
		resources: map[string]int{},
		variables: map[string]int{},
		texts:     map[string]bool{},
		tasks:     map[string]Pos{},
		programs:  newPrograms(),
		kin:       newKinship(),
	}
}

// done returns the workload, or what is wrong with it.
func (r *reader) done() (*Workload, error) {
	r.checkKin()
	r.fillPools()
	r.checkMemory()
	if len(r.errs) > 0 {
		return nil, r.errs
	}
	if r.w.Policy.Name == "" {
		r.w.Policy.Name = DefaultPolicy
	}
	if r.w.Format != "" {
		r.w.Machine.Instruction = r.w.Unit // those formats have none
	}
	r.w.Programs = r.programs.used
	r.dropUnused()
	r.dropRegisters()
	return r.w, nil
}

// dropRegisters takes the registers out again if nobody has any.
func (r *reader) dropRegisters() {
	if r.w.Flag() < 0 {
		return
	}
	for _, p := range r.w.Programs {
		if p.isAsm() {
			return
		}
	}
	for i := range r.w.Tasks {
		if r.w.Tasks[i].Registers != nil {
			return
		}
	}
	for i := range r.w.Interventions {
		if add := r.w.Interventions[i].Add; add != nil && add.Registers != nil {
			return
		}
	}
	r.w.Variables = r.w.Variables[:len(r.w.Variables)-len(registerNames)]
	if len(r.w.Variables) == 0 {
		r.w.Variables = nil
	}
}

// dropUnused takes the device of `io: 3` out again if only programs that no
// task runs ask it. It is the last of the resources.
func (r *reader) dropUnused() {
	last := len(r.w.Resources) - 1
	if last < 0 || !r.w.Resources[last].Implicit {
		return
	}
	for _, p := range r.w.Programs {
		for i := range p.Ops {
			if p.Ops[i].Res == last {
				return
			}
		}
	}
	r.w.Resources = r.w.Resources[:last]
}

func (r *reader) failAt(pos Pos, found, want string) {
	if len(r.errs) < MaxErrors {
		r.errs = append(r.errs, &Error{r.file, pos.Line, pos.Column, found, want})
	}
}

func (r *reader) fail(n *yaml.Node, found, want string) { r.failAt(pos(n), found, want) }

// full reports whether further faults wouldn't be told: time to stop looking.
func (r *reader) full() bool { return r.stop || len(r.errs) >= MaxErrors }

func pos(n *yaml.Node) Pos { return Pos{n.Line, n.Column} }

// each calls f for every key of a mapping. Keys not among known are refused.
func (r *reader) each(n *yaml.Node, what string, known []string, f func(key string, k, v *yaml.Node)) bool {
	if n.Kind != yaml.MappingNode {
		r.fail(n, what+": found "+describe(n), "a mapping of "+strings.Join(known, ", "))
		return false
	}
	for i := 0; i+1 < len(n.Content) && !r.full(); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		if known != nil && !contains(known, k.Value) {
			if !r.lenient {
				r.fail(k, "unknown key "+quote(k.Value)+" in "+what, suggest(k.Value, known))
			}
			continue
		}
		f(k.Value, k, v)
	}
	return true
}

// entries calls f for every key of a mapping whose keys are names.
func (r *reader) entries(n *yaml.Node, what, want string, f func(name string, k, v *yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		r.fail(n, what+": found "+describe(n), want)
		return
	}
	for i := 0; i+1 < len(n.Content) && !r.full(); i += 2 {
		f(n.Content[i].Value, n.Content[i], n.Content[i+1])
	}
}

// list returns the members of a list.
func (r *reader) list(n *yaml.Node, what, want string) []*yaml.Node {
	if n.Kind != yaml.SequenceNode {
		r.fail(n, what+": found "+describe(n), want)
		return nil
	}
	return n.Content
}

func contains(words []string, word string) bool {
	for _, w := range words {
		if w == word {
			return true
		}
	}
	return false
}

// synonyms are words people use for our keys and words that name the right
// thing elsewhere.
var synonyms = map[string]string{
	"arrival": "at", "arrival_time": "at", "arrives": "at", "time": "at",
	"burst": "program", "burst_time": "program", "ops": "program", "operations": "program", "code": "program",
	"processes": "tasks", "threads": "tasks", "jobs": "tasks", "scheduler": "policy", "algorithm": "policy",
	"locks": "resources", "devices": "resources", "queues": "resources", "cores": "cpus", "cpu": "cpus",
	"context_switch": "switch", "description": "about", "title": "name", "id": "name", "pid": "name",
	"prio": "priority", "delay": "sleep", "compute": "cpu", "run": "cpu",
	"send": "put", "receive": "get", "loop": "repeat", "while": "forever",
	"size": "capacity", "slots": "capacity", "type": "kind", "body": "do", "text": "say",
}

// suggest says which of the known words a misspelt one may be, or else all of
// them.
func suggest(word string, known []string) string {
	if s := synonyms[strings.ToLower(word)]; s != "" && contains(known, s) {
		return fmt.Sprintf("did you mean %q?", s)
	}
	return wantOneOf(word, known)
}

// scalar returns the text of a single value.
func (r *reader) scalar(n *yaml.Node, what, want string) (string, bool) {
	if n.Kind != yaml.ScalarNode || isNull(n) {
		r.fail(n, what+": found "+describe(n), want)
		return "", false
	}
	return n.Value, true
}

// name reads a name: of a task, a resource, a policy.
func (r *reader) name(n *yaml.Node, what string) (string, bool) {
	const want = "a name of 1 to 200 bytes, without line breaks"
	s, ok := r.scalar(n, what, want)
	if ok && !isName(s) {
		r.fail(n, what+": found "+quote(s), want)
		return "", false
	}
	return s, ok
}

func isName(s string) bool {
	if s == "" || len(s) > maxName || strings.TrimSpace(s) != s {
		return false
	}
	for _, c := range s {
		if unicode.IsControl(c) || c == '\u2028' || c == '\u2029' || c == utf8.RuneError {
			return false
		}
	}
	return true
}

// time reads a time of at least least.
func (r *reader) time(n *yaml.Node, what string, least Time) (Time, bool) {
	s, ok := r.scalar(n, what, errTime.Error())
	if !ok {
		return 0, false
	}
	t, err := ParseTime(s, r.w.Unit)
	if err != nil {
		r.fail(n, what+": found "+quote(s), err.Error())
		return 0, false
	}
	if t < least {
		r.fail(n, what+": found "+quote(s), "a time above 0")
		return 0, false
	}
	return t, true
}

// int reads a whole number from least to most.
func (r *reader) int(n *yaml.Node, what string, least, most int64) (int64, bool) {
	want := fmt.Sprintf("a whole number from %d to %d", least, most)
	s, ok := r.scalar(n, what, want)
	if !ok {
		return 0, false
	}
	d, ok := parseDecimal(strings.TrimSpace(s))
	if !ok || !d.IsInt() || d.Cmp(big.NewRat(least, 1)) < 0 || d.Cmp(big.NewRat(most, 1)) > 0 {
		r.fail(n, what+": found "+quote(s), want)
		return 0, false
	}
	return d.Num().Int64(), true
}

// flag reads yes or no.
func (r *reader) flag(n *yaml.Node, what string) (yes, ok bool) {
	s, ok := r.scalar(n, what, "yes or no")
	if !ok {
		return false, false
	}
	switch strings.ToLower(s) {
	case "yes", "true":
		return true, true
	case "no", "false":
		return false, true
	}
	r.fail(n, what+": found "+quote(s), "yes or no")
	return false, false
}

// choice reads one word of a set and returns its index.
func (r *reader) choice(n *yaml.Node, what string, words ...string) (int, bool) {
	s, ok := r.scalar(n, what, "one of "+strings.Join(words, ", "))
	if !ok {
		return 0, false
	}
	for i, w := range words {
		if s == w {
			return i, true
		}
	}
	r.fail(n, what+": found "+quote(s), suggest(s, words))
	return 0, false
}

// text reads a text, plain or in several languages.
func (r *reader) text(n *yaml.Node, what string) Text {
	const want = "a text, or one for each language: {en: …, zh-Hans: …, zh-Hant: …}"
	if n.Kind != yaml.MappingNode {
		if s, ok := r.scalar(n, what, want); ok {
			return Text{"": s}
		}
		return nil
	}
	t := Text{}
	r.entries(n, what, want, func(lang string, k, v *yaml.Node) {
		if !isLanguage(lang) {
			r.fail(k, what+": found "+quote(lang)+" for a language", "a language tag such as en, zh-Hans or zh-Hant")
			return
		}
		if s, ok := r.scalar(v, what, "a text"); ok {
			t[lang] = s
		}
	})
	if len(n.Content) == 0 {
		r.fail(n, what+": found an empty mapping", want)
	}
	return t
}

// isLanguage says whether s looks like a BCP 47 tag.
func isLanguage(s string) bool {
	for i, part := range strings.Split(s, "-") {
		if len(part) == 0 || len(part) > 8 || i == 0 && len(part) < 2 {
			return false
		}
		for j := range len(part) {
			if c := part[j] | 0x20; (c < 'a' || c > 'z') && (i == 0 || !isDigit(part[j])) {
				return false
			}
		}
	}
	return true
}
