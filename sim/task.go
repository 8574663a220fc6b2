package sim

import (
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// pcb is what the kernel looks at when a task comes and goes: one cache line.
type pcb struct {
	left   Time   // CPU time the operation at its cursor still needs
	ran    Time   // CPU time it has received in all
	rest   Time   // of its slice, when it left its CPU
	own    Time   // slice the policy gave it; 0 = the quantum
	shown  Time   // slice the recording believes it has; 0 = the quantum
	seq    uint64 // when it became ready or what it waits for was begun
	next   TaskID // behind it in a wait queue
	home   uint16
	object uint16 // resource it waits for
	state  trace.State
	cause  trace.Cause
	cpu    uint8 // it runs on, is being switched to, or ran on last
	flags  uint16
}

const (
	taken     uint16 = 1 << iota // a CPU is switching to it
	served                       // a device works on its request
	keep                         // goes on with the rest of its slice
	bound                        // may not run on every CPU
	known                        // to the policy
	timed                        // it gives up what it waits for at its deadline
	trying                       // woken for a free lock it doesn't have yet
	spinning                     // asks for lock object again and again
	halted                       // stopped by a signal; blocked still if its state says so
	signalled                    // a signal may be pending that it is to handle
	regaining                    // waited for a condition and is to have its lock again
)

// record is the rest of what the kernel knows of a task.
type record struct {
	cursor  workload.Cursor
	task    *workload.Task
	program int32  // index into Machine.programs
	jobs    int32  // index into Machine.jobs + 1; 0 = it runs once
	key     int64  // the recording believes it has
	acc     int64  // its accumulator
	gil     int32  // index into Machine.gils, or noGIL
	masked  uint32 // signals it blocks, since it is handling them
	failed  int64  // the exit code with which it ends where its program does; 0 = it hasn't failed

	// deadline is when it gives up what it waits for, if it is timed.
	deadline Time
	depth    int64  // how often it had the lock that it let go to wait for a condition
	circle   uint32 // the last search for a deadlock that met it
	ranOn    uint8  // CPU it ran on last, where migrations cost
	gaveUp   bool   // and is no longer notified, but has run out of time
	faulted  bool   // it has handled the fatal error it makes
	joined   bool   // somebody waited for its end and knows of it
	process  int32  // index into kin.procs
	status   int64  // with which it ended
	target   int64  // the task for whose end it waits; -1 = any child
	lead     Time   // CPU time its program needs and it doesn't
}
