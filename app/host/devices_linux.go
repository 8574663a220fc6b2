//go:build amd64 || arm64

package host

// io asks a device for ns of service and waits until it is done. The record's
// argument is the instant the service begins.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) io(o int, ns int64) {
	servers := int(w.shared[o+dServers])
	lock := w.word(o + dFutex)
	w.look()
	w.enter(lock) // so that requests are noted in the order in which they are made
	r := w.block(markIO)
	begins := r.from
	if servers > 0 {
		free := w.shared[o+objectWords : o+objectWords+servers]
		first := 0
		for i := range free {
			if free[i] < free[first] {
				first = i
			}
		}
		begins = max(begins, int64(free[first]))
		free[first] = uint64(begins + ns)
	}
	r.arg = begins // also for the reader, if this is the last it does
	w.leave(lock)
	w.sleepUntil(begins + ns)
	w.resume(r, begins)
}
