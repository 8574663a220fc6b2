// Package trace holds what happened in a run: the one kind of recording that
// the simulated kernel and the real machine both write and that everything on
// the screen, in a table or in an exported file is read from.
//
// A [Recording] is a [Header] (what never changes: machine, policy, tasks and
// their programs) and a log of [Event] values in the order they happened. The
// log takes 16 bytes an event and is only ever appended to. Four views are derived from it:
//
//   - [Snapshot]: every task, queue, CPU and resource at one instant, found by
//     replaying the log from the nearest checkpoint;
//   - [Lanes]: for each task and each CPU the spans of time it spent in a
//     state, for drawing;
//   - [Switching]: one context switch in its parts, which [Recording.After] and
//     [Recording.Before] step through: the log tells only that a task left its
//     CPU and that another runs, what is saved and loaded follows from it;
//   - [Figures]: turnaround, response, waiting and the rest, for each task and
//     for the whole run.
//
// # Events and what they change
//
// The table in kind.go lists every kind of event with the state it takes a
// task from and to. Beyond states these rules hold, so that a snapshot needs
// nothing but the log:
//
//   - A task that becomes ready stands at the tail of its home queue (queue 0
//     until a [Home] event names another); [ToHead] moves it to the head. In a
//     queue the header calls ordered, tasks stand by key instead, smallest
//     first, as the last [Key] event of each says, or where the policy goes
//     [Policy.ByDeadline] a release since then; ties as the header says.
//   - [Pick] and [Dispatch] take it off the queue. A task is off every queue
//     while a CPU is switching to it, though its state is still ready.
//   - A task that blocks stands at the tail of the resource's wait queue until
//     it wakes, or until [Serve] says that a device has begun its request.
//   - Kinds marked advance finish the operation the task is at: its program
//     counter moves on by one. [Jump] sets it.
//   - [Lock] makes the task the owner of the mutex, [Unlock] frees it. [Put]
//     and [Get] append to and take from the front of a queue's contents.
//   - A task that runs in jobs starts its program again at [JobDone], which
//     also ends computing if that is the last operation, and at [Abort], which
//     frees the mutexes it owns. Its first job is released when it arrives.
//   - A dispatched task has the slice the last [Slice] event of it gave, or
//     else of the last [Quantum], or else of the header; 0 means no limit.
package trace
