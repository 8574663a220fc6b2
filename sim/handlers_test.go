package sim_test

import (
	"os"
	"strings"
	"testing"

	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// A recording in which one event of a process that begins anew or of a signal is
// missing, or there twice, can't have happened, and the validator says so.
func TestNoSignalIsLostOrDoubled(t *testing.T) {
	for _, file := range []string{"exec", "handlers", "children", "sent"} {
		text, err := os.ReadFile("testdata/" + file + ".txt")
		if err != nil {
			t.Fatal(err)
		}
		source, _, _ := strings.Cut(string(text), "\n----\n")
		w, err := workload.Parse(file, []byte(source))
		if err != nil {
			t.Fatal(err)
		}
		r := run(t, w, named(t, w, &w.Policy), interventions(t, w)...).Recording()
		tried := 0
		for i, e := range r.Events(0) {
			switch e.Kind {
			case trace.Exec, trace.EndWith, trace.Pending, trace.Catch, trace.Return, trace.Interrupted, trace.CutShort, trace.Defunct, trace.Reap:
			case trace.Handle:
				if e.Object == int(workload.SigSegv) {
					continue
				}
			default:
				continue
			}
			if e.Kind == trace.Pending && e.Arg == 1 {
				continue // one that is lost may as well not have been sent
			}
			for _, times := range []int{0, 2} {
				changed := trace.NewRecording(r.Header)
				for k, x := range r.Events(0) {
					n := 1
					if k == i {
						n = times
					}
					for range n {
						changed.AppendArg(x.Time, x.Kind, x.Task, x.CPU, x.Object, x.Arg)
					}
				}
				tried++
				if err := (trace.Rules{Complete: true}).Check(changed); err == nil {
					t.Errorf("%s: event %d, %v, may be there %d times", file, i, e.Kind, times)
				}
			}
		}
		if tried < 4 {
			t.Errorf("%s: only %d changes tried", file, tried)
		}
	}
}
