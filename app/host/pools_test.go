//go:build linux && (amd64 || arm64)

package host

import (
	"testing"

	"timeslice/sim/trace"
)

// Jobs of a pool are each done once by its processes or threads, their results come
// back to who gave them, and workers without jobs end with the pool.
func TestRealPool(t *testing.T) {
	for _, of := range []string{"processes", "threads"} {
		for _, end := range []string{"\n      - close: crew\n      - join: crew", ""} {
			w := parsed(t, `
timeslice: 1
unit: 1ms
resources: {crew: {kind: pool, workers: 3, of: `+of+`}}
tasks:
  - name: M
    program:
      - {apply_async: crew, as: a, do: [{load: 7, for: 1}, {cpu: 4}]}
      - {apply_async: crew, as: b, do: [{cpu: 4}, {sleep: 20}, {load: 8, for: 1}, {exit: 3}]}
      - {result: {of: b, what: ready}}
      - {result: a}
      - {if: acc != 7, then: [{exit: 9}]}
      - {result: b}
      - {if: acc != 8, then: [{exit: 8}]}
      - {result: {of: b, what: successful}}
      - {if: acc != 0, then: [{exit: 7}]}
      - {apply: crew, do: [{cpu: 2}]}
      - {repeat: 5, do: [{apply_async: crew, as: c, do: [{cpu: 2}]}]}
      - {cpu: 1}`+end+`
`)
			for _, level := range levels {
				r := runReal(t, w, Options{Level: level})
				if x := figures(r).Tasks[0].Exit; x != 0 {
					t.Errorf("%s: the master ended with %d", of, x)
				}
				if put, got, done := count(r, -1, trace.Put), count(r, -1, trace.Get), count(r, -1, trace.TaskDone); put != 8 || got != 8 || done != 8 {
					t.Errorf("%s: gave %d jobs, took %d, %d done", of, put, got, done)
				}
				if warned(r, WarnLimit) {
					t.Errorf("%s: the limit ended it", of)
				}
			}
		}
	}
}
