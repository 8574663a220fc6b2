package trace

// State is where a task stands in its life.
type State uint8

// The states, in the order of a task's life.
const (
	New        State = iota + 1 // known, not yet arrived
	Ready                       // could run, has no CPU
	Running                     // has a CPU
	Blocked                     // waits for something other than a CPU
	Stopped                     // suspended by a signal
	Zombie                      // ended, not yet waited for
	Terminated                  // ended
)

// States returns every state in order.
func States() []State {
	return []State{New, Ready, Running, Blocked, Stopped, Zombie, Terminated}
}

// String returns the state's stable code: "new", "ready", …
func (s State) String() string {
	switch s {
	case New:
		return "new"
	case Ready:
		return "ready"
	case Running:
		return "running"
	case Blocked:
		return "blocked"
	case Stopped:
		return "stopped"
	case Zombie:
		return "zombie"
	case Terminated:
		return "terminated"
	}
	return "unknown"
}

// Cause is what a blocked task waits for.
type Cause uint8

// The causes.
const (
	ForIO         Cause = iota + 1 // a device
	ForSleep                       // an instant
	ForLock                        // a mutex
	ForRoom                        // room in a queue
	ForValue                       // a value in a queue
	ForRelease                     // its next job
	ForDone                        // others to deal with what is put into a queue
	ForLoop                        // one of its coroutines to go on
	ForResult                      // a worker to be done with a job
	ForReply                       // one of its requests to be answered
	ForSpace                       // room in a pipe
	ForBytes                       // bytes from a pipe
	ForRead                        // a lock, to read under it
	ForUnit                        // a unit of a semaphore
	ForNotify                      // somebody who notifies a condition
	ForEvent                       // an event to be set
	ForParties                     // the others at a barrier
	ForOnce                        // another to have done what is done once
	ForTask                        // the end of a task
	ForChild                       // the end of a child
	ForGIL                         // the interpreter lock of its process
	ForSafety                      // others to give back so much that it is safe for it to have more
	ForPage                        // room for a copy of a page
	ForTimer                       // a timer to go off
	ForConnection                  // the other end of a connection to answer
	ForClient                      // somebody who connects
	ForWindow                      // the other end of a connection to read
	ForData                        // something to come over a connection, or a datagram
	ForRequest                     // somebody who asks it, a manager, for something
	ForAnswer                      // a manager to do what it asked for

	causes // one more than there are
)

var causeCodes = [causes]string{
	ForIO: "io", ForSleep: "sleep", ForLock: "lock", ForRoom: "room", ForValue: "value", ForRelease: "release", ForDone: "done", ForLoop: "loop", ForResult: "result", ForReply: "reply", ForSpace: "space", ForBytes: "bytes",
	ForRead: "read", ForUnit: "unit", ForNotify: "notify", ForEvent: "event", ForParties: "parties", ForOnce: "once",
	ForTask: "task", ForChild: "child", ForGIL: "gil", ForSafety: "safety", ForPage: "page", ForTimer: "timer",
	ForConnection: "connection", ForClient: "client", ForWindow: "window", ForData: "data", ForRequest: "request", ForAnswer: "answer",
}

// Causes returns every cause in order.
func Causes() []Cause {
	all := make([]Cause, 0, causes-1)
	for c := ForIO; c < causes; c++ {
		all = append(all, c)
	}
	return all
}

// String returns the cause's stable code: "io", "sleep", "lock", "room", "value",
// "release", ….
func (c Cause) String() string {
	if c < causes {
		return causeCodes[c]
	}
	return ""
}

// LinuxLetter returns the letter ps has for the task's state on Linux: R runs or
// could, S waits, D waits for a device and can't be woken, T is stopped, Z is a
// zombie, X is gone.
func (t *TaskAt) LinuxLetter() byte {
	switch t.State {
	case Ready, Running:
		return 'R'
	case Blocked:
		if t.Cause == ForIO {
			return 'D'
		}
		return 'S'
	case Stopped:
		return 'T'
	case Zombie:
		return 'Z'
	case Terminated:
		return 'X'
	}
	return '-'
}

// states is a set of states.
type states uint16

func in(list ...State) (s states) {
	for _, x := range list {
		s |= 1 << x
	}
	return s
}

func (s states) has(x State) bool { return s&(1<<x) != 0 }
