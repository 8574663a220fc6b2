package workload

// ExpectTask holds the expected figures of one task by the name WORKLOAD uses
// ("finish", "waiting", …), in the file's unit.
type ExpectTask map[string]Number

// ExpectLock is something that is expected to happen to a mutex: "lock", "block"
// or "unlock".
type ExpectLock struct {
	At         Number
	What       string
	Task, Lock string
}

// ExpectState is one expected stretch [Start, End) of a task in a state, by the
// state's name.
type ExpectState struct {
	Start, End Number
	State      string
}

// ExpectJob is what is expected of the K-th job of a task, counting from 1:
// "release", "deadline", "start", "finish", "response", "missed", "aborted".
type ExpectJob struct {
	Task    string
	K       int64
	Figures map[string]Number
}

// Number is an expected figure exactly as the file writes it ("31", "8.6",
// "null", "true"); figures are compared to as many places as it has.
type Number string

// ExpectRun is one expected segment [Start, End) of a task on a CPU, in the
// file's unit as written.
type ExpectRun struct {
	Start, End Number
	CPU        int
	Task       string
}

// ExpectStep is an instruction that must be done: by the task of that number, the
// one of its program with that number, both from 0.
type ExpectStep struct{ Task, PC int }
