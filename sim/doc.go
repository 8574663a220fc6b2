// Package sim is the simulated kernel: it runs a workload on a machine under a
// policy and records what happens.
//
// A [Machine] is a state machine without clocks, goroutines or input and
// output. [Machine.Step] takes it from one instant at which something happens
// to the next; everything that happens goes into a [trace.Recording], and two
// runs of equal configs give equal recordings. The kernel changes states, moves
// time and knows locks, queues and devices; the [Policy] only says who runs
// next.
//
// # The order at one instant
//
// Textbooks and programs differ on what comes first when several things happen
// at one instant, and the order decides who runs. Here it is, in the order of
// the methods that Step calls:
//
//	   intervene   what a person did: kill, new quantum, new policy, new task
//	1  finish      CPU operations that end, by CPU number; the task goes on
//	               through operations that take no time until it computes,
//	               blocks, yields or ends
//	   overdue     deadlines of jobs that aren't done, by task: they are missed,
//	               and dropped if the task says so
//	2  complete    I/O and sleeps that are over, in the order they began
//	3  admit       arrivals and releases of jobs, in the order of the workload
//	4  expire      slices that are used up, by CPU number
//	5  fire        the policy's periodic work
//	6  dispatch    what CPUs have switched to runs, by CPU number, unless it must
//	               give way already; idle CPUs pick, by CPU number; a task that
//	               begins to run goes through its operations that take no time;
//	               then, as long as a running task must give way, its CPU picks
//	               again
//
// If something of 1 or 2 is due at the same instant again (an I/O of length 0),
// all of it is repeated. Conventions move steps: PreemptedFirst puts 4 behind 1,
// CompletionsLast puts 2 behind 3. An operation and a slice that end together
// are the end of the operation: a task that then blocks or ends doesn't expire.
//
// # The life of a task, as a policy sees it
//
//	Attach                                    once, before anything else
//	Enqueue(task, Admitted)                   it arrives
//	while it lives:
//	    Pick(cpu)                             a CPU is idle
//	    Slice(task)                           it is about to run
//	    it runs; Victim() may name its CPU
//	    Charge(task, ran)                     it leaves the CPU
//	    Enqueue(task, Expired)                its slice was used up,
//	         or (task, Preempted)             or another took its CPU,
//	         or (task, Yielded)               or it gave it up,
//	         or Block(task)                   or it blocked,
//	            and later (task, Woken)       and has what it waited for,
//	         or nothing                       or it has ended
//
// A task that is killed while ready is given to Remove; killed in any other
// state it just doesn't come back. A task whose job is done blocks and is woken
// by its next job, at once if that was released before. One whose job is dropped
// is given to Remove if it was ready, then to Block.
//
// # Jobs
//
// A task with a period, with releases or with a deadline runs in jobs: its
// program is run from its start for each. The first job is released when the
// task arrives, the next ones a period apart or when the workload says; jobs of
// one task are done in order, so one that is released too early waits until the
// one before is done. A job has its deadline a fixed time after its release: the
// deadline of the task, or else its period. One that is done at its deadline is
// in time. A job that isn't has missed it, and runs on, unless the task says
// abort_on_miss: then it is dropped, its mutexes are handed on, and the program
// starts again with the next job. After the last job, if there is one, the task
// ends.
//
// # What things do
//
// A mutex has one owner. Who asks for one that is owned waits in line, by
// priority if the workload says so; unlocking hands it to the first in line, who
// owns it from that instant on. If it says handoff: no, unlocking frees it and
// wakes the first in line, who asks again when it has a CPU and, if somebody was
// faster, goes back to the tail of the line. A task that
// ends, or is killed, takes what it has locked with it: with real mutexes too
// nobody else can unlock them, and others wait for ever.
//
// A mutex with a protocol lends urgency to its owner, under policies that know an
// order of urgency: that of the most urgent task that waits for it, directly or
// through another such mutex (inherit), or of the most urgent that may ever lock
// it (ceiling). See inherit.go.
//
// A task that wakes another goes on with its operations of that instant before
// anybody is dispatched; with DispatchFirst only if it then still has its CPU.
//
// Who waits in a circle waits for ever: a deadlock is told the instant it closes.
// Deadlock in the conventions ends one of its tasks then and lets go what it
// holds, and ReleaseOnDeath does that with the locks of every task that ends.
//
// An rlock may be taken again by its owner, and is free when it has been unlocked
// as often. A spin lock is waited for with the CPU in hand: nobody stands in line,
// and of those who spin when it becomes free the one on the first CPU has it. An
// rwlock has one writer or several readers; whom it prefers decides whether a
// reader may pass a writer who waits. A semaphore hands a unit that is given back
// to the first in line; one too many ends the run with an error. Waiting on a
// condition frees its lock in the same step; who is notified, or waits no longer,
// stands in the line of the lock, and goes on when it has that again. An event,
// once set, lets all on who wait and come. A barrier lets the last of its parties
// through at once and the others after it; if one of them gives up it is broken
// for all. What is done once is done by the first who comes; the others wait.
//
// An interpreter lock belongs to a process with several threads: see gil.go.
//
// A queue holds so many values, or as many as there are. Who puts into a full one
// or takes from an empty one waits in line, and values come out in the order they
// went in, last first, or by their priority. Who takes one has it in its
// accumulator. Those who wait for all values to be dealt with stand in the same
// line.
//
// A pipe holds so many bytes. A write goes in parts and waits for room as often as
// it takes; a read takes what there is, and waits only if that is nothing. A
// process has the ends open that its programs name, and a copy of those of the
// process that forked it, until it closes them or ends. If nobody can write any
// more, a read of the empty pipe gives 0; if nobody can read, a write ends its task
// with 141.
//
// exit ends a process with all its threads, exit_thread the thread that says so. A
// process that executes another program begins anew: the thread that does so is
// its only one from then on, its variables are as at the start, and its pid, its
// parent, the pipes it has open and the signals it ignores stay.
//
// A signal that a process has a handler for is pending until the process's main
// thread, or after its end the first that lives, is on a CPU, and interrupts what
// that does or waits for: see handlers.go.
//
// A request that a task doesn't wait for is answered in step 2, after those that
// tasks wait for. If the task waits for an answer by then, it is woken; if it is
// computing and has a signal handler, it computes longer; else it finds the answer
// when it asks.
//
// A pool is a queue of jobs and workers that take them, tasks like others. Who
// waits for a result stands in the pool's line.
//
// Coroutines take turns on one task: one goes on until it awaits or ends, then the
// one that could first. The task blocks when all wait.
//
// Who doesn't want to wait, or only so long, goes on without what it asked for
// and has 0 in its accumulator; with it, 1. What somebody lets go in step 1 of the
// very instant at which it would give up, it still gets.
//
// A device serves so many requests at a time and keeps the others in line; one
// with 0 servers serves all at once.
//
// A context switch costs time at each dispatch, or with BetweenTasksOnly only if
// the CPU goes straight from one task to another. Meanwhile the CPU is taken,
// and the task it switches to stands in no queue. With a timer tick, a slice
// ends at the first tick at or after its end.
//
// A run ends when nothing is left to happen. Tasks that then still wait are
// stuck; see [Machine.Stuck].
//
// # Faulty policies
//
// A policy can't break a run. Whatever it does wrong has a name, see [Fault], is
// found at once or soon after, and is told by [Machine.Faults], the header of the
// recording and a [trace.Switched] event; the run goes on under first come first
// served. It may pick what it can't pick, name a CPU that runs nothing, preempt
// at one instant for ever, lose a task, panic in any call, or do with its view
// what can't be done. Only what never returns can't be helped.
//
// To prefer some tasks to others for ever is no fault. To let a CPU idle is none
// either, but it can't idle for ever beside a task that it could run: one that may
// run on it and stands in a queue that it serves, by what [Queuer] says.
package sim
