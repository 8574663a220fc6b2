//go:build linux && (amd64 || arm64)

package host

import (
	"fmt"
	"os"
	"testing"
	"time"

	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// The five models of I/O are the system's: who waits, waits; who polls, computes; who
// selects takes the answer that comes first; and a signal interrupts who computes.
func TestRealModels(t *testing.T) {
	w := parsed(t, `
timeslice: 1
unit: 1ms
resources: {net: {kind: device, servers: 0}, disk: {kind: device, servers: 0}}
tasks:
  - {name: blocking, program: [{io: {device: net, for: 20}}, {cpu: 1}]}
  - {name: polling, program: [{io: {device: net, for: 20, model: nonblocking, poll: 1, copy: 1}}, {cpu: 1}]}
  - {name: selecting, program: [{io: {device: net, for: 30, model: multiplexed, copy: 1, also: [{device: disk, for: 20}]}}, {cpu: 1}]}
  - {name: signalled, program: [{io: {device: net, for: 5, model: signal, copy: 2, do: [{cpu: 40}]}}, {cpu: 1}]}
  - {name: idle, program: [{io: {device: net, for: 20, model: signal, copy: 2, do: [{sleep: 40}]}}, {cpu: 1}]}
  - {name: asking, program: [{io: {device: net, for: 20, model: async, copy: 1, do: [{cpu: 1}]}}, {cpu: 1}]}
  - {name: leaving, program: [{request: {device: net, for: 900}}, {cpu: 1}]}
`)
	for _, level := range levels {
		inTime(t, func() string {
			r := runReal(t, w, Options{Level: level})
			show(t, r)
			for name, want := range map[string]map[trace.Kind]int{
				"polling":   {trace.Request: 1, trace.PollYes: 1, trace.Answer: 1},
				"selecting": {trace.Request: 2},
				"signalled": {trace.Handler: 1, trace.Handled: 1, trace.BlockReply: 0},
				"idle":      {trace.Handler: 0, trace.Select: 1, trace.Answer: 1},
				"asking":    {trace.BlockReply: 1, trace.WakeReply: 1},
				"leaving":   {trace.Forsake: 1},
			} {
				for kind, n := range want {
					if got := count(r, id(t, r, name), kind); got != n {
						return fmt.Sprintf("level %s: %s did %v %d times, want %d", level, name, kind, got, n)
					}
				}
			}
			if n := count(r, 1, trace.PollNo); n < 1 {
				return "polling found an answer at once"
			}
			return off("computing with a signal between", r.Report.Tasks[3].CPU, 43*time.Millisecond, 0.1, time.Millisecond)
		})
	}
}

// The lesson about them runs for real.
func TestRealModelsLesson(t *testing.T) {
	text, err := os.ReadFile("../../assets/lessons/35-io-models.yaml")
	if err != nil {
		t.Fatal(err)
	}
	w, err := workload.Parse("35-io-models.yaml", text)
	if err != nil {
		t.Fatal(err)
	}
	for _, level := range levels {
		runReal(t, w, Options{Level: level})
	}
}
