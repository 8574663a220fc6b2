package host

import (
	"slices"
	"time"

	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// making is how a task came about that a program made.
type making struct {
	maker  int          // the task that made it
	main   int          // the main thread of its process
	parent trace.TaskID // the main thread of the process that one is a child of, or NoTask
}

// runLog is one run as it was recorded, before it is a trace. Its instants
// count from instant 0 of the run.
type runLog struct {
	level string
	tick  trace.Time // the timer's period
	slice trace.Time // the kernel's base slice, 0 if unknown
	end   trace.Time // when the last task was gone
	tasks []taskLog
	// w is the workload with the tasks that were made, which come last; made is how.
	w     *workload.Workload
	made  []making
	warns []Warning
	cpu   int
	// left has what was in each pipe when all was over, oldest first, by resource.
	left map[int][]token
}

// token tells values that go through pipes apart: the task that put it in the
// upper 16 bits, below how many it had put into pipes with it.
type token uint64

const tokenCountBits = 48

func newToken(task int, count uint64) token {
	return token(uint64(task)<<tokenCountBits | count)
}

// taskLog is what is known of one task of a run.
type taskLog struct {
	pid  int
	nice int // the kernel accepted

	arrival, started, ended trace.Time // ended is only set if it exited
	killed                  trace.Time // when it was killed from outside; 0 if it wasn't
	slain                   int        // by which signal of another task, or endedWith; 0 = by none
	heartbeat               trace.Time // the latest instant it is known to have been running
	exit                    int

	marks []mark
	// switches are the kernel's record of it; nil at level self.
	switches []cpuSwitch

	cpu                    time.Duration // the kernel charged
	voluntary, involuntary int           // switches the kernel counted
	stolen                 time.Duration
	late                   time.Duration // it came to the gate's other side after its arrival
}

// endedWith is what ends a thread when another of its process crashes.
const endedWith = 255

// status is the exit status of a task: its exit code, or the signal that ended it,
// below 0.
func (t *taskLog) status() int {
	for i := len(t.marks) - 1; i >= 0; i-- {
		if t.marks[i].kind == markCrash {
			return -int(t.marks[i].arg)
		}
	}
	if t.slain > 0 && t.slain != endedWith {
		return -t.slain
	}
	return t.exit
}

// markKind is what a record says.
type markKind uint8

const (
	markGap        markKind = iota + 1 // was switched away between two operations of its own
	markSleep                          // slept
	markIO                             // waited for a device; argument: when its service began
	markLock                           // waited for a mutex; argument: waker
	markRoom                           // waited for room in a queue; argument: waker
	markValue                          // waited for a value in a queue; argument: waker
	markYield                          // gave the CPU up
	markSend                           // put argument into a pipe, and waited for room if there was none
	markReceive                        // took argument from a pipe, and waited for a value if there was none
	markUnit                           // waited for a unit of a semaphore; argument: waker
	markEvent                          // waited until an event was set; argument: waker
	markBarrier                        // waited at a barrier; argument: waker
	markChild                          // waited for the end of a child, the argument
	markJoin                           // waited for the end of a task, the argument
	markNotice                         // waited to be notified; argument: waker
	markRead                           // waited for an rwlock, to read; argument: waker
	markOnce                           // waited for what is done once; argument: waker
	markFull                           // waited for room in a pipe of bytes
	markEmpty                          // waited for bytes from one
	markStopped                        // stopped itself, until somebody let it go on
	markResultOf                       // waited for the result of a job; argument: waker
	markReply                          // waited for the answer to a request; argument: when it was due
	markExec                           // became another process
	markDealt                          // waited until all of a queue was dealt with; argument: waker
	markComputed                       // instants from here on: a cpu operation is done
	markLocked                         // took a mutex
	markUnlocked                       // is about to release one
	markPut                            // put argument into a queue
	markGot                            // took argument from a queue
	markLoaded                         // argument, out of a variable, is in the accumulator
	markStored                         // put argument, the accumulator, into a variable
	markCounted                        // argument is in the accumulator
	markPrinted                        // printed something with argument
	markTrue                           // what an if asks is so
	markFalse                          // it isn't
	markAcquired                       // took a unit of a semaphore
	markGaveBack                       // gave one back
	markSet                            // set an event
	markCleared                        // cleared one
	markPassed                         // found one set
	markTripped                        // came last to a barrier
	markMade                           // made a task, the argument
	markDenied                         // was to make one and couldn't
	markWaited                         // asked for a child that had ended, the argument, -1 if none
	markJoined                         // asked for a task that had ended, the argument, -1 if none
	markSignal                         // sent a signal to the process of a task, the argument, -1 if there is none
	markIgnore                         // ignores a signal
	markHeed                           // no more
	markAlive                          // asked whether a task, the argument, has ended
	markCrash                          // ended by a fatal error, signal argument
	markNotified                       // notified argument of those who wait
	markRefused                        // would have had to wait and didn't
	markResult                         // argument is in the accumulator after an operation
	markRaised                         // goes past its last operation
	markReads                          // reads under an rwlock
	markWroteSome                      // wrote argument bytes and has more
	markWrote                          // wrote argument bytes and is done
	markDidRead                        // read argument bytes
	markEndOfFile                      // found the end of a pipe
	markBreak                          // has broken a barrier
	markAsked                          // asked for the result of a job
	markCollected                      // has that of job argument
	markPoolClosed                     // has closed a pool
	markRequested                      // asked a device and goes on; argument: when it is answered
	markPolled                         // asked whether a request is answered: one is
	markNothing                        // none is
	markSelected                       // took an answer
	markHandled                        // asked for an answer that a handler has dealt with
	markInterrupt                      // a signal let it copy for argument
	markAssigned                       // argument is in a variable or register now
	markAtomic                         // did what nothing comes between; argument is in the accumulator
	markAtomicNo                       // would have, had it found what it compares with
	markBroken                         // found that nobody can read from one
	markClosed                         // is about to close the ends argument of one
	markSpin                           // asks for a lock again and again
	markBegun                          // is the one that does what is done once
	markSkipped                        // found it done
	markOnceDone                       // has done it
	markTaskDone                       // has dealt with a value of a queue
	markAllDone                        // found all of them dealt with
	markExit                           // argument: exit code
)

// mark is a record of a worker about itself.
type mark struct {
	kind                   markKind
	pc                     int
	from, to               trace.Time // to is 0 if it was killed before it could say
	voluntary, involuntary int
	delay                  trace.Time // ready but without a CPU in between
	arg                    int64
	at                     trace.Time // a second instant: of the waker, or of the begin of a service
	by                     int        // the task that woke it
	token                  token      // of what went through a pipe; 0 if nothing did
	gaveUp                 bool       // it waited as long as its operation does
	closed                 bool       // it waited for a job, and there are no more
	broken                 bool       // what it waited at broke
	about                  int64      // the task it waited for, -1 for any
}

// done is when a mark was over, given when its task was.
func (m *mark) done(end trace.Time) trace.Time {
	if m.to == 0 {
		return end
	}
	return m.to
}

// cpuSwitch is a switch to or away from a task, as the kernel tells it.
type cpuSwitch struct {
	at       trace.Time
	out      bool
	runnable bool // out only: it could have gone on
}

// absence is a stretch between two runs of a task, as a recorder saw it.
type absence struct {
	from, to trace.Time // to is trace.Never if it didn't come back
	runnable bool
}

// span is a half-open stretch of time.
type span struct{ from, to trace.Time }

// absences returns when a task that began was away from the CPU according to
// the kernel, and when it first got it.
func (t *taskLog) absences() (first trace.Time, away []absence) {
	first = -1
	out := -1
	for i, s := range t.switches {
		if t.killed > 0 && s.at >= t.killed {
			break // that was to die
		}
		switch {
		case s.at < t.arrival: // still at the gate
		case first < 0:
			if !s.out {
				first = s.at
			}
		case s.out:
			out = i
		case out >= 0:
			away = append(away, absence{t.switches[out].at, s.at, t.switches[out].runnable})
			out = -1
		}
	}
	if out >= 0 && t.killed > 0 {
		away = append(away, absence{t.switches[out].at, trace.Never, t.switches[out].runnable})
	}
	if first < 0 || first > t.started {
		first = t.started
	}
	return first, away
}

// cut ends a run at the instant at which the first task was killed. The others
// are killed a moment later, and what they do meanwhile, or while they die, is no
// part of it.
func (log *runLog) cut() {
	end := trace.Never
	for i := range log.tasks {
		if k := log.tasks[i].killed; k > 0 && log.tasks[i].slain == 0 {
			end = min(end, k)
		}
	}
	if end == trace.Never {
		return
	}
	put := map[token]bool{}
	for i := range log.tasks {
		t := &log.tasks[i]
		t.cut(end)
		for j := range t.marks {
			if m := &t.marks[j]; m.kind == markSend {
				put[m.token] = true
			}
		}
	}
	for q, left := range log.left {
		log.left[q] = slices.DeleteFunc(left, func(t token) bool { return !put[t] })
	}
	for i := range log.tasks {
		for j := range log.tasks[i].marks {
			if m := &log.tasks[i].marks[j]; m.kind == markReceive && !put[m.token] {
				m.token = 0
			}
		}
	}
	log.end = end
}

// cut ends a task's log at an instant.
func (t *taskLog) cut(end trace.Time) {
	if t.killed == 0 && t.ended < end || t.slain > 0 && t.killed < end {
		return
	}
	t.killed, t.slain, t.ended, t.exit = end, 0, 0, 0
	t.heartbeat = min(t.heartbeat, end)
	if t.started >= end {
		t.started = 0
	}
	for i := range t.marks {
		m := &t.marks[i]
		if m.from >= end {
			t.marks = t.marks[:i]
			break
		}
		if m.to > end {
			m.to = 0
		}
	}
}
