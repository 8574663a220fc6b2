package host

import (
	"slices"

	"timeslice/sim/workload"
)

// pipePage is what a slot of a pipe holds; a pipe has a power of two of them.
const pipePage = 4096

// mostPipe is how large an ordinary user may make a pipe, by default.
const mostPipe = 1 << 20

// pipeUnit returns of how many real bytes a byte of the workload is made, so that a
// real pipe holds exactly so many of them, and how large that pipe is; 0 if there is
// no such pipe. A whole page for each byte is best, for a pipe has room again only
// when a page is empty.
func pipeUnit(capacity int) (unit, size int) {
	power := func(n int) bool { return n > 0 && n&(n-1) == 0 }
	switch {
	case power(capacity) && capacity <= mostPipe/pipePage:
		return pipePage, capacity * pipePage
	case power(capacity) && capacity < pipePage:
		return pipePage / capacity, pipePage
	case power(capacity) && capacity <= mostPipe:
		return 1, capacity
	}
	return 0, 0
}

// ends is who has which ends of pipes open, while a recording is written.
type ends struct {
	open   [][]int64 // by resource and main thread, as workload.Ends has them
	filled []int64   // by resource: how often somebody who reads may go on because of it
	room   []int64   // and somebody who writes
	filler []int64   // who did that last
	maker  []int64
}

func newEnds(resources, tasks int) ends {
	e := ends{open: make([][]int64, resources), filled: make([]int64, resources), room: make([]int64, resources),
		filler: make([]int64, resources), maker: make([]int64, resources)}
	for i := range e.open {
		e.open[i] = make([]int64, tasks)
	}
	return e
}

// changed notes that a task has done something with a pipe for which those at an end
// wait.
func (e *ends) changed(res int, bits int64, by int64) {
	if bits&workload.WriteEnd != 0 {
		e.filled[res]++
		e.filler[res] = by
	}
	if bits&workload.ReadEnd != 0 {
		e.room[res]++
		e.maker[res] = by
	}
}

// has reports whether some process has an end of a pipe open. Who dies takes a moment
// to close his, so one may wait after the recording says that there is none.
func (e *ends) has(res int, bits int64) bool {
	return slices.ContainsFunc(e.open[res], func(open int64) bool { return open&bits != 0 })
}
