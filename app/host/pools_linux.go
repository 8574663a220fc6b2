//go:build amd64 || arm64

package host

import (
	"sync/atomic"

	"timeslice/sim/workload"
)

// A pool is a queue of jobs in shared memory; its workers are processes or threads like
// any other. A job says where in the workers' program it begins, and has room for what
// came of it.

// A pool has the fields of a queue, of which these mean something else.
const (
	pTaken  = qHead     // how many jobs were taken
	pGiven  = qCount    // and given
	pClosed = qCapacity // no more are
)

// A job of a pool.
const (
	jEntry = iota // where it begins
	jDone
	jCode   // with which it ended
	jResult // what was in the accumulator then
	jobWords

	manyJobs = 1 << 12 // of a pool
)

//go:nosplit
//go:norace
func (w *worker) job(o int, n uint64) *[jobWords]uint64 {
	return (*[jobWords]uint64)(w.shared[o+objectWords+int(n)*jobWords:])
}

// apply gives a pool a job.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) apply(op *workerOp) {
	q := w.shared[op.object:]
	lock, news := w.word(op.object+qFutex), w.word(op.object+qValue)
	w.look()
	w.enter(lock)
	if q[pClosed] != 0 || op.value == 0 {
		w.leave(lock)
		w.raise(1)
		return
	}
	n := q[pGiven]
	if n == manyJobs {
		w.fault(faultTooMuch)
	}
	t := w.look()
	*w.job(op.object, n) = [jobWords]uint64{jEntry: uint64(op.value)}
	q[pGiven]++
	q[qOpen]++
	w.results[op.variable-1] = n + 1
	w.mark(markPut, t, int64(n))
	atomic.StoreUint64(&q[qValueWaker], w.waker(t))
	waiting := q[qValueWaiting] > 0
	if waiting {
		atomic.AddUint32(news, 1)
	}
	w.leave(lock)
	if waiting {
		w.futexWakeOne(news)
	}
}

// takeJob begins with a job, waits for one, or ends, if there are to be no more.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) takeJob(op *workerOp) {
	q := w.shared[op.object:]
	lock, news := w.word(op.object+qFutex), w.word(op.object+qValue)
	w.until = 0
	w.look()
	w.enter(lock)
	var r *record
	for q[pTaken] == q[pGiven] {
		if q[pClosed] != 0 {
			if r != nil {
				r.token = foundClosed
			}
			w.leave(lock)
			w.raise(0)
			return
		}
		seen := atomic.LoadUint32(news)
		q[qValueWaiting]++
		w.leave(lock)
		r = w.block(markValue)
		w.wait(news, seen)
		w.resume(r, int64(atomic.LoadUint64(&q[qValueWaker])))
		w.enter(lock)
		q[qValueWaiting]--
	}
	t := w.look()
	n := q[pTaken]
	q[pTaken]++
	w.working = n
	w.next = int(w.job(op.object, n)[jEntry])
	w.note(markGot, t, t, 0, 0, int64(n)).token = uint64(w.next)
	w.leave(lock)
	w.acc = 0
}

// jobEnd notes what came of a job, and lets those know who wait for that.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) jobEnd(op *workerOp) {
	q := w.shared[op.object:]
	lock, done, all := w.word(op.object+qFutex), w.word(op.object+qRoom), w.word(op.object+qDone)
	w.look()
	w.enter(lock)
	t := w.look()
	j := w.job(op.object, w.working)
	j[jDone], j[jCode], j[jResult] = 1, uint64(op.value), uint64(w.acc)
	q[qOpen]--
	w.mark(markTaskDone, t, 0)
	atomic.StoreUint64(&q[qRoomWaker], w.waker(t))
	atomic.AddUint32(done, 1)
	results, joins := q[qRoomWaiting] > 0, q[qOpen] == 0 && q[qDoneWaiting] > 0
	if q[qOpen] == 0 {
		atomic.StoreUint64(&q[qDoneWaker], w.waker(t))
		atomic.AddUint32(all, 1)
	}
	w.leave(lock)
	w.next, w.depth = op.jump, 1
	if results {
		w.futexWakeAll(done)
	}
	if joins {
		w.futexWakeAll(all)
	}
}

// askResult asks what came of a job: waits for it, or only asks whether it is there.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) askResult(op *workerOp) {
	q := w.shared[op.object:]
	lock, done := w.word(op.object+qFutex), w.word(op.object+qRoom)
	w.until = 0
	w.look()
	if w.results[op.variable-1] == 0 { // nothing was applied
		w.raise(1)
		return
	}
	n := w.results[op.variable-1] - 1
	j := w.job(op.object, n)
	w.enter(lock)
	if op.value != workload.ResultGet {
		w.mark(markAsked, w.look(), 0)
		w.acc = 0
		if j[jDone] != 0 && (op.value == workload.ResultReady || j[jCode] == 0) {
			w.acc = 1
		}
		w.leave(lock)
		return
	}
	if j[jDone] != 0 {
		w.mark(markCollected, w.look(), int64(n))
		w.leave(lock)
		w.acc = int64(j[jResult])
		return
	}
	q[qRoomWaiting]++
	w.leave(lock)
	r := w.block(markResultOf)
	r.token = n
	for seen := atomic.LoadUint32(done); atomic.LoadUint64(&j[jDone]) == 0; seen = atomic.LoadUint32(done) {
		w.wait(done, seen)
	}
	w.resume(r, int64(atomic.LoadUint64(&q[qRoomWaker])))
	w.enter(lock)
	q[qRoomWaiting]--
	w.leave(lock)
	w.acc = int64(j[jResult])
}

// closePool lets a pool take no more jobs, and its workers end that have none.
//
//go:noinline
//go:nosplit
//go:norace
func (w *worker) closePool(op *workerOp) {
	q := w.shared[op.object:]
	lock, news := w.word(op.object+qFutex), w.word(op.object+qValue)
	w.look()
	w.enter(lock)
	t := w.look()
	q[pClosed] = 1
	w.mark(markPoolClosed, t, 0)
	atomic.StoreUint64(&q[qValueWaker], w.waker(t))
	atomic.AddUint32(news, 1)
	w.leave(lock)
	w.futexWakeAll(news)
}

// idle reports whether all who live are workers of pools that wait for jobs, of which
// there will be no more.
func (c *crew) idle() bool {
	waiting := 0
	for i := range c.p.w.Resources {
		if c.p.w.Resources[i].Kind == workload.Pool {
			waiting += int(c.shared.load(c.layout.resources[i] + qValueWaiting))
		}
	}
	living := 0
	for i, b := range c.members {
		switch {
		case c.roll(i, rFate) > 0 || b.mem.load(hEnded) > 0:
		case !isPoolWorker(c.p.w.Tasks[i].Program):
			return false
		default:
			living++
		}
	}
	return living > 0 && waiting == living && c.offspring() == 0
}
