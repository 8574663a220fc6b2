package host

import (
	"errors"
	"fmt"
	"strings"
)

// ErrRefused is what an error is if this machine can't record real processes
// at all, or not as asked: errors.Is(err, ErrRefused).
var ErrRefused = errors.New("this machine can't record real processes")

// RefusedError says what the machine refused and what to do about it.
type RefusedError struct {
	Code   string // stable: "system", "schedstat", "cpu", "perf", "realtime", "limit_pipes", …
	What   string // what was tried and what came of it
	Remedy string
	Err    error // of the system, if there was one
}

func (e *RefusedError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%v: %s", ErrRefused, e.What)
	if e.Err != nil {
		fmt.Fprintf(&b, ": %v", e.Err)
	}
	if e.Remedy != "" {
		fmt.Fprintf(&b, "; %s", e.Remedy)
	}
	return b.String()
}

// Is makes every RefusedError an [ErrRefused].
func (e *RefusedError) Is(target error) bool { return target == ErrRefused }

func (e *RefusedError) Unwrap() error { return e.Err }

// UnfitError says why a workload can't run as real processes.
type UnfitError struct {
	Code   string // stable: "tasks", "time", "forever", "realtime_time", "records", "periodic", "operation"
	Task   string // "" if it is the workload as a whole
	Found  string
	Limit  string // what is allowed
	Remedy string
	// File and Line are where it stands in the workload; "" and 0 if that is unknown
	// or all of it is meant.
	File string
	Line int
}

func (e *UnfitError) Error() string {
	var b strings.Builder
	if e.Line > 0 {
		fmt.Fprintf(&b, "%s:%d: ", e.File, e.Line)
	}
	b.WriteString("can't run as real processes: ")
	if e.Task != "" {
		fmt.Fprintf(&b, "task %s: ", e.Task)
	}
	b.WriteString(e.Found)
	if e.Limit != "" {
		fmt.Fprintf(&b, "; %s", e.Limit)
	}
	if e.Remedy != "" {
		fmt.Fprintf(&b, "; %s", e.Remedy)
	}
	return b.String()
}
