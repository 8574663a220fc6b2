package workload

import (
	"regexp"
	"slices"
	"testing"
)

// The manual of the format is a workload, and tells of every word the reader
// knows. Who adds a word adds a line to format.yaml.
func TestManual(t *testing.T) {
	if _, err := Parse("format.yaml", []byte(Manual)); err != nil {
		t.Fatal(err)
	}
	told := map[string]bool{}
	for _, word := range regexp.MustCompile(`[A-Za-z_][A-Za-z_0-9]*|[=!<>]=?`).FindAllString(Manual, -1) {
		told[word] = true
	}
	tell := func(what string, words ...string) {
		for _, word := range words {
			if !told[word] {
				t.Errorf("format.yaml doesn't tell of %s: %s", what, word)
			}
		}
	}
	tell("the key", topKeys...)
	tell("machine", machineKeys...)
	tell("cache", cacheKeys...)
	tell("the key of a task", taskKeys...)
	tell("the kind of resource", resourceKinds...)
	for kind, fields := range syncFields {
		tell("the key of "+kind.String(), fields...)
	}
	tell("the operation", opNames...)
	for op, fields := range opFields {
		tell("the key of "+op, fields...)
	}
	for _, c := range conventions {
		tell("the convention", c.name)
		tell(c.name, c.values...)
	}
	for _, c := range creations {
		tell("creation", c.name)
	}
	for _, s := range signalNames {
		tell("the signal", s.name)
	}
	for verb := range verbs {
		tell("the instruction", verb)
	}
	for what, words := range map[string][]string{
		"intervention": interventionKeys, "protocol": protocolNames, "prefer": preferNames, "order": orderNames,
		"scope": scopeNames, "the register": {"ax", "bx", "cx", "dx", "ex", "fx"}, "if": cmpNames, "class": classNames,
	} {
		tell(what, words...)
	}
}

// What the manual says runs, and is written and read again as it was.
func TestManualComesBack(t *testing.T) {
	w, err := Parse("format.yaml", []byte(Manual))
	if err != nil {
		t.Fatal(err)
	}
	once, err := Write(w)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Parse("again.yaml", once)
	if err != nil {
		t.Fatal(err)
	}
	twice, err := Write(again)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(once, twice) {
		t.Errorf("written once:\n%s\ntwice:\n%s", once, twice)
	}
}
