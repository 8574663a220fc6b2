package sim_test

import (
	"testing"

	"timeslice/sim"
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// TestBytes counts what is kept of a run: for each event 16 bytes, 12 more if it
// has an argument, one byte of checkpoints and three of levels of detail at most;
// for each task what the kernel needs beyond what the workload and the header
// have.
func TestBytes(t *testing.T) {
	if hot, all := sim.BytesPerTask(); hot > 64 || all > 256 {
		t.Errorf("%d bytes a task, %d of them hot", all, hot)
	} else {
		t.Logf("%d bytes a task, %d of them hot", all, hot)
	}
	for _, x := range []struct {
		name, policy string
		w            *workload.Workload
	}{
		{"rr, 10 tasks", "rr quantum=1", endless(1, 10)},
		{"rr, 1,000 tasks", "rr quantum=1", endless(1, 1_000)},
		{"rr, 20,000 tasks", "rr quantum=1", endless(1, 20_000)},
		{"mlfq, I/O", "mlfq quanta=1,2,4", computing(4, 1_000)},
		{"srtf, I/O", "srtf length=burst", computing(4, 1_000)},
		{"everything", "priority quantum=2", busy(4, 300)},
	} {
		r := long(t, x.w, x.policy, 2_000_000)
		s, n := r.Size(), float64(r.Len())
		lanes := trace.NewLanes()
		lanes.Extend(r)
		spans, bytes, detail := lanes.Size()
		withArg := 0
		for _, e := range r.Events(0) {
			if e.Arg != 0 {
				withArg++
			}
		}
		t.Logf("%-17s an event: log %.2f, arguments %.2f, checkpoints %.3f, detail %.2f, spans %.2f (%.2f of them)", x.name,
			float64(s.Log)/n, float64(s.Args)/n, float64(s.Checkpoints)/n, float64(detail)/n, float64(bytes)/n, float64(spans)/n)
		if s.Log != 16*r.Len() || s.Args != 12*withArg {
			t.Errorf("%s: %d events, %d of them with an argument, take %d and %d bytes", x.name, r.Len(), withArg, s.Log, s.Args)
		}
		if s.Checkpoints > r.Len() {
			t.Errorf("%s: %d bytes of checkpoints for %d events", x.name, s.Checkpoints, r.Len())
		}
		if detail > 3*r.Len() || detail > 2*spans+10*(x.w.Machine.CPUs+len(x.w.Tasks)) {
			t.Errorf("%s: %d bytes of detail for %d events, %d spans", x.name, detail, r.Len(), spans)
		}
	}
}
