//go:build linux && (amd64 || arm64)

package host

import (
	"testing"
	"time"

	"timeslice/sim/workload"
)

// Threads of one process share its pid and nothing else changes: each has its own
// account, its own switches and its own end.
func TestThreads(t *testing.T) {
	mutex := []workload.Resource{{Name: "L", Kind: workload.Mutex}}
	w := work(mutex,
		task("T1", 0, cpu(30*ms), lock(0), cpu(10*ms), unlock(0), cpu(5*ms)),
		task("P", 0, cpu(40*ms)),
		task("T2", 5*ms, cpu(20*ms), lock(0), pause(10*ms), unlock(0), op(workload.OpExitThread, -1, 0, 3)))
	w.Tasks[0].Group, w.Tasks[2].Group = "bank", "bank"
	for _, level := range []string{LevelSelf, LevelBest} {
		r := runReal(t, w, Options{Level: level})
		show(t, r)
		tasks := r.Recording.Header.Tasks
		if tasks[0].Pid != tasks[2].Pid || tasks[0].Pid == tasks[1].Pid {
			t.Errorf("pids %d and %d of one process, %d of another", tasks[0].Pid, tasks[2].Pid, tasks[1].Pid)
		}
		if tasks[0].Process != tasks[2].Process || tasks[0].Process == tasks[1].Process || tasks[2].Group != "bank" {
			t.Errorf("the header tells %+v of one process, %+v of another", tasks[0], tasks[1])
		}
		for i, want := range []time.Duration{45 * time.Millisecond, 40 * time.Millisecond, 20 * time.Millisecond} {
			near(t, tasks[i].Name+"'s CPU time", r.Report.Tasks[i].CPU, want, 0.03, 500*time.Microsecond)
		}
		for i, want := range []int64{0, 0, 3} {
			if got := figures(r).Tasks[i].Exit; got != want {
				t.Errorf("%s ended with %d, want %d", tasks[i].Name, got, want)
			}
		}
	}
}
