//go:build amd64 || arm64

package host

import (
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// keepOff moves every thread of this program off a CPU and returns what undoes
// it, and how many threads wouldn't move. Threads and processes started
// meanwhile stay off it too, since they inherit: workers therefore leave the CPU
// to the one thread they pin there themselves.
func keepOff(cpu int) (undo func(), stuck int) {
	was := map[int]unix.CPUSet{}
	var all unix.CPUSet
	// Twice, for threads that were being started during the first round by one
	// that hadn't been moved yet.
	for round := 0; round < 2; round++ {
		stuck = 0
		for _, tid := range threads(os.Getpid()) {
			if _, seen := was[tid]; seen {
				continue
			}
			var set unix.CPUSet
			if err := unix.SchedGetaffinity(tid, &set); err != nil {
				continue // it has ended
			}
			rest := set
			rest.Clear(cpu)
			if !set.IsSet(cpu) || rest.Count() == 0 {
				continue
			}
			if err := unix.SchedSetaffinity(tid, &rest); err != nil {
				stuck++
				continue
			}
			was[tid] = set
			all = set
		}
	}
	return func() {
		if len(was) == 0 {
			return
		}
		for _, tid := range threads(os.Getpid()) {
			set, ok := was[tid]
			if !ok { // started meanwhile
				set = all
			}
			_ = unix.SchedSetaffinity(tid, &set) // it may have ended
		}
	}, stuck
}

// threads lists the threads of a process.
func threads(pid int) []int {
	entries, err := os.ReadDir("/proc/" + strconv.Itoa(pid) + "/task")
	if err != nil {
		return nil
	}
	ids := make([]int, 0, len(entries))
	for _, e := range entries {
		if id, err := strconv.Atoi(e.Name()); err == nil {
			ids = append(ids, id)
		}
	}
	return ids
}
