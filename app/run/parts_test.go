package run_test

import (
	"io/fs"
	"path"
	"reflect"
	"testing"

	"timeslice/assets"
	"timeslice/sim/trace"
)

// Every lesson can be stepped through in the smallest steps there are, both ways,
// and what is loaded at a switch is what the CPU then runs with.
func TestLessonsInParts(t *testing.T) {
	files, err := fs.Glob(assets.Lessons, "lessons/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		t.Run(path.Base(file), func(t *testing.T) {
			r := whole(t, lesson(t, file))
			runs, loads, loaded := 0, 0, map[int]trace.Context{}
			for at := (trace.Stand{Of: -1}); ; {
				next := r.After(at)
				if next == at {
					break
				}
				if back := r.Before(next); back != at {
					t.Fatalf("from %v on to %v, and back to %v", at, next, back)
				}
				at = next
				x, near := r.Switching(at)
				switch {
				case at.Part == trace.LoadContext:
					loads++
					loaded[x.CPU] = x.Registers
				case at.Part != trace.NoPart || r.Event(at.Events-1).Kind != trace.Dispatch:
				default:
					runs++
					if !near || x.Holds != r.Event(at.Events-1).Task || !reflect.DeepEqual(x.Registers, loaded[x.CPU]) {
						t.Errorf("%v: it runs with %+v, loaded was %+v", at, x, loaded[x.CPU])
					}
				}
			}
			if runs == 0 || loads < runs { // a switch may be broken off
				t.Errorf("%d dispatches and %d contexts loaded", runs, loads)
			}
		})
	}
}
