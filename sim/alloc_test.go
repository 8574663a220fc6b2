package sim_test

import (
	"math"
	"runtime"
	"runtime/debug"
	"testing"

	"timeslice/sim"
	"timeslice/sim/workload"
)

// busy is a workload that does everything for ever.
func busy(cpus, n int) *workload.Workload {
	var tasks []workload.Task
	for i := range n {
		d := workload.Time(i%7 + 1)
		ops := []workload.Op{repeat(-1), cpu(d), lock(1), cpu(1), unlock(1), repeat(2), cpu(d), io(0, 2), end(), yield(), sleep(d), end()}
		switch i % 3 {
		case 1:
			ops = []workload.Op{repeat(-1), cpu(d), put(2, 7), io(4, d), end()}
		case 2:
			ops = []workload.Op{repeat(-1), cpu(d), get(2), end()}
		}
		one := task(0, ops...)
		one.Priority = int64(i % 4)
		tasks = append(tasks, one)
	}
	w := computer(cpus, tasks...)
	w.Resources = resources()
	return w
}

// TestDispatchingDoesNotAllocate counts exactly: from the first event of a chunk
// of the recording to near its end there is not one allocation. What the
// runtime allocates for itself meanwhile differs each time, so the least of a
// few counts is the kernel's.
func TestDispatchingDoesNotAllocate(t *testing.T) {
	if underRace {
		t.Skip("the detector has nothing to see in one goroutine, and makes this forty times as slow")
	}
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	for _, cpus := range []int{1, 4} {
		for _, name := range policies {
			least := uint64(math.MaxUint64)
			for try := 0; try < 5 && least > 0; try++ {
				least = min(least, allocations(t, machine(t, busy(cpus, 30), choose(t, name))))
			}
			if least > 0 {
				t.Errorf("%s on %d CPUs: %d allocations", name, cpus, least)
			}
		}
		for _, name := range realTime {
			least := uint64(math.MaxUint64)
			for try := 0; try < 5 && least > 0; try++ {
				least = min(least, allocations(t, machine(t, periodicTasks(cpus, 30), choose(t, name))))
			}
			if least > 0 {
				t.Errorf("%s on %d CPUs with jobs: %d allocations", name, cpus, least)
			}
		}
	}
}

func allocations(t *testing.T, m *sim.Machine) uint64 {
	const chunk = 21_760 + 20*32_768 // events before the 21st chunk of full size
	if err := m.Run(sim.Never-1, chunk+100); err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	err := m.Run(sim.Never-1, chunk+32_000-m.Recording().Len())
	runtime.ReadMemStats(&after)
	if err != nil {
		t.Fatal(err)
	}
	return after.Mallocs - before.Mallocs
}
