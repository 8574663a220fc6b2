// Package host runs a workload as real processes on this machine and records
// when each of them really ran.
//
// [Record] starts one process a task, or one for all tasks that are threads of the
// same, all pinned to one CPU, lets them go at one instant and waits for them. It returns the same kind of recording the
// simulated kernel writes, and a [Report] of how good that recording is.
//
// # Workers
//
// A worker is this program itself, started again with [WorkerArg] as its first
// argument; main hands over to [WorkerMain] before it does anything else. Threads
// of one process are threads of one worker process, each on a kernel thread of its
// own that ends when its program does; the last takes the process with it. A worker
// computes by spinning until the kernel has charged it the CPU time
// asked for, sleeps with the kernel's timers, and waits for locks and queues in
// the kernel's futexes. While it works no part of the Go runtime may get in
// its way: it runs on one thread, inside what the runtime takes for a system
// call, in functions that never grow their stack and never allocate.
//
// What the operations are in reality:
//
//   - cpu: CPU time as the kernel counts it, so it stretches with nothing but
//     the task's own share of the CPU;
//   - sleep: an absolute timer with a slack of 1 ns;
//   - io: a device is a table of the instants its servers become free, in
//     memory shared by the workers. A request takes the server that is free
//     first and sleeps until its own end of service. So requests really queue,
//     in order of arrival, and the device goes on without the CPU as a disk
//     does;
//   - lock: a futex mutex. Who waits longest is woken first, but whoever comes
//     by while the lock is free takes it: first come, first served is not
//     promised, as in every ordinary mutex. An rlock counts; an rwlock is handed
//     on by who lets it go, as it prefers; who waits for a spin lock computes;
//   - put, get: a pipe of exactly as many pages as the queue has slots, each
//     value in a page of its own, and the kernel lets wait who finds it full or
//     empty. The kernel makes pipes of a power of two of pages, up to a limit;
//     a queue of another capacity or order is a ring of slots in shared memory, with
//     futexes to wait in. So is one of several producers or consumers if the
//     workers alone tell of their switches, for then their accounts don't tell
//     who was first at a pipe. The recording says which it was;
//   - write, read, close: a pipe of bytes. A process opens the ends it has itself, so
//     that the end of a file and SIGPIPE are real; what is transferred is noted within
//     a futex, and who can't go on waits in poll(2);
//   - apply, result: jobs in shared memory, and workers like any others;
//   - request, select, poll: a timer's descriptor plays the device, and a second timer
//     sends SIGIO where a signal is to interrupt who computes;
//   - load, add, store: computing for as long as the operation takes, then one
//     access to memory that those share who share the variable: everybody, the
//     threads of a process, or nobody. What is lost between a load and a store is
//     really lost. Atomic operations and instructions of assembly programs are
//     one step of that kind;
//   - acquire, release, set, await, arrive, wait, notify, once: a count in shared memory and futexes;
//   - fork: clone(2), so that the child has a copy of its parent's variables, and
//     is its child to the kernel. Spawn is a fork whose child begins with fresh
//     ones. A thread is one the process has kept in reserve, born when it is made;
//   - exec: execve(2) of the worker itself. What it takes to begin is no part of the
//     task's CPU time, and passes on another CPU: the recording shows it as ready;
//   - waitpid: wait4(2), so that a child is really a zombie until then. Join is
//     that, or a futex for who isn't a child. An orphan becomes the recorder's;
//   - kill, stop, cont, ignore: kill(2) and the system's own actions. A crash writes
//     where there is no memory, and the kernel ends the process with all its threads.
//     Process groups are the system's;
//   - try, nowait and timeout: futexes that are waited for until an instant, and for
//     children descriptors of processes;
//   - yield: sched_yield.
//
// # Two recorders
//
// Every worker records itself: it looks at the clock all the time, and where
// the clock leaps it asks the kernel whether it was switched away (level
// "self"). Where the kernel lets us, it also records each switch of each worker
// (level "perf", perf_event_open), and of all they make; then the runs are the kernel's and the
// operations the worker's, and both accounts of the same switches are compared
// in [Agreement].
//
// # Guests
//
// Workers are few, bounded in time, and gone when this program is gone, however
// it ends: the kernel kills them when the thread that started them dies, they
// exit when the control pipe closes, a timer of the kernel ends each at its
// limit, and a limit on CPU time is the last net. Where workers make processes, a
// warden that does nothing else kills their process group when this program is gone.
package host
