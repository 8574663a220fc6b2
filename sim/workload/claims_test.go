package workload_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"timeslice/sim/workload"
)

const claiming = `timeslice: 1
conventions: {deadlock: avoid}
resources:
  m: {kind: mutex}
  slots: {kind: semaphore, value: 3}
  signal: {kind: semaphore, value: 2}
  none: {kind: semaphore, value: 0}
tasks:
`

// What tasks may hold is read off their programs: through loops, and along
// whichever part of an if holds more.
func TestMostHeld(t *testing.T) {
	for program, want := range map[string][]int64{
		"[{cpu: 1}]": {0, 0, 0, 0},
		"[{lock: m}, {unlock: m}, {acquire: slots}, {release: slots}]":                                                                         {1, 1, 0, 0},
		"[{acquire: slots}, {acquire: slots}, {release: slots}, {acquire: slots}, {release: slots}, {release: slots}]":                         {0, 2, 0, 0},
		"[{repeat: 2, do: [{acquire: slots}, {cpu: 1}]}, {release: slots}, {release: slots}]":                                                  {0, 3, 0, 0},
		"[{add: 1}, {if: acc == 0, then: [{acquire: slots}, {acquire: slots}, {release: slots}], else: [{acquire: slots}]}, {release: slots}]": {0, 2, 0, 0},
	} {
		w, err := workload.Parse("claims.yaml", []byte(claiming+"  - {name: A, program: "+program+"}\n"))
		if err != nil {
			t.Errorf("%s: %v", program, err)
			continue
		}
		if got := w.MostHeld(w.Tasks[0].Program); !slices.Equal(got, want) {
			t.Errorf("%s: %v, not %v", program, got, want)
		}
	}
}

// Who releases what it hasn't taken makes a semaphore a signal.
func TestClaimable(t *testing.T) {
	w, err := workload.Parse("claims.yaml", []byte(claiming+`  - {name: A, program: [{acquire: signal}, {acquire: none}, {acquire: slots}, {release: slots}]}
  - {name: B, claims: {slots: 2, m: 1}, program: [{spawn: {name: C, do: [{release: signal}]}}, {release: none}]}
`))
	if err != nil {
		t.Fatal(err)
	}
	if got := w.Claimable(); !slices.Equal(got, []bool{true, true, false, false}) {
		t.Error(got)
	}
	if got := w.Tasks[1].Claims; !slices.Equal(got, []int64{1, 2, 0, 0}) || w.Tasks[0].Claims != nil {
		t.Error(got)
	}
	text, err := workload.Write(w)
	if err != nil {
		t.Fatal(err)
	}
	again, err := workload.Parse("again.yaml", text)
	if err != nil || !reflect.DeepEqual(again.Tasks[1].Claims, w.Tasks[1].Claims) {
		t.Errorf("%v\n%s", err, text)
	}
}

func TestClaimsRefused(t *testing.T) {
	for task, want := range map[string]string{
		"{name: A, claims: {slots: 4}, program: [{cpu: 1}]}": `claims.yaml:9:31: claims: found 4 of "slots", which has 3; no more than there is`,
		"{name: A, claims: {m: 2}, program: [{cpu: 1}]}":     "claims.yaml:9:27: ",
		"{name: A, claims: {x: 1}, program: [{cpu: 1}]}":     `claims.yaml:9:24: claims: no mutex "x"`,
		"{name: A, claims: m, program: [{cpu: 1}]}":          "claims.yaml:9:23: claims: found ",
	} {
		_, err := workload.Parse("claims.yaml", []byte(claiming+"  - "+task+"\n"))
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %v", task, err)
		}
	}
	_, err := workload.Parse("claims.yaml", []byte(strings.Replace(claiming, "mutex", "spin", 1)+"  - {name: A, program: [{cpu: 1}]}\n"))
	if err == nil || !strings.HasPrefix(err.Error(), `claims.yaml:4:3: deadlock: avoid, and "m" is a spin`) {
		t.Error(err)
	}
}
