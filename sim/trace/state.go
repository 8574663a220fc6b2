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

// Letter returns the one letter that stands for the state where there is no
// colour: N R X B T Z E.
func (s State) Letter() byte {
	if s > Terminated {
		return '?'
	}
	return "?NRXBTZE"[s]
}

// Cause is what a blocked task waits for.
type Cause uint8

// The causes.
const (
	ForIO      Cause = iota + 1 // a device
	ForSleep                    // an instant
	ForLock                     // a mutex
	ForRoom                     // room in a queue
	ForValue                    // a value in a queue
	ForRelease                  // its next job
	ForDone                     // others to deal with what is put into a queue

	causes // one more than there are
)

// Causes returns every cause in order.
func Causes() []Cause {
	return []Cause{ForIO, ForSleep, ForLock, ForRoom, ForValue, ForRelease, ForDone}
}

// String returns the cause's stable code: "io", "sleep", "lock", "room", "value",
// "release", "done".
func (c Cause) String() string {
	switch c {
	case ForIO:
		return "io"
	case ForSleep:
		return "sleep"
	case ForLock:
		return "lock"
	case ForRoom:
		return "room"
	case ForValue:
		return "value"
	case ForRelease:
		return "release"
	case ForDone:
		return "done"
	}
	return ""
}
