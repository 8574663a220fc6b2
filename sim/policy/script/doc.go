// Package script runs scheduling policies that the reader wrote: small programs
// in Starlark, a Python without files, clock or chance of its own.
//
// A policy is a file of functions; this is round robin:
//
//	params = {"quantum": "4ms"}
//	queue = []
//
//	def enqueue(task, why):
//	    queue.append(task)
//
//	def pick(cpu):
//	    return queue.pop(0)
//
//	def remove(task):
//	    queue.remove(task)
//
// Lists and dicts at the top keep what the policy has to remember. A function
// can't give such a name a new value, only change what it holds; a counter is
// therefore an entry of a dict.
//
// # What a script may define
//
//	pick(cpu)            who runs next on this CPU: a task that is ready; the only
//	                     function that must be there. It is asked only if some
//	                     ready task may run there. None leaves the CPU idle.
//	enqueue(task, why)   a task is ready: "arrived", "woken", "expired" (its slice
//	                     is used up), "preempted", "yielded", or "adopted" from the
//	                     policy before this one
//	remove(task)         a ready task was killed
//	slice(task)          how long it may run now, in ns; None or 0 = the quantum.
//	                     Without it the quantum, or what the workload gives the task
//	preempts(new, old)   whether a ready task takes the CPU from a running one
//	victim()             instead of preempts: the CPU whose task must give way, or None
//	tick(cpu, task)      is called every params["tick"] for each task that runs; True
//	                     makes it give way
//	key(task)            a whole number by which the queue is shown and explained,
//	                     smaller first
//	explain(cpu)         a sentence on why pick would choose as it does; it changes
//	                     nothing and draws nothing
//	start()              before anything else
//	params = {…}         settings with their defaults, which a workload or --set
//	                     changes: a time "4ms" (read as ns), a number, True or False,
//	                     a word, or a list of these. quantum is how long tasks may run.
//	queues = ["…", …]    names of the queues that are shown, 64 at most
//
// # What it is given
//
//	now()                the instant, in ns
//	cpus()               how many CPUs there are
//	running(cpu)         the task that runs there, or None
//	ready(cpu)           the ready tasks that may run there, in the order they became
//	                     ready; ready() is all of them
//	random(n)            a number from 0 to n-1, drawn from the run's seed
//	place(task, queue, head=False)  in which of the queues it stands, for show
//	time("4ms")          a time in ns; time("4") is four units of the workload
//
// and of each task: name, id (its place in the workload), arrival, priority
// (smaller is better), nice, tickets, weight, period, deadline, cpu_used,
// waiting_since (when it last became ready), slice (its own by the workload),
// allowed(cpu), and, which no real scheduler can know, remaining and burst: the
// CPU time it still needs in all and until it may block. Times are whole numbers
// of ns. Tasks can be compared, sorted (by id) and be keys of a dict.
//
// # Limits
//
// A call takes at most 100,000 steps and 100 more for each task; what it builds
// counts as steps, so that it can't eat the memory either. At the top the file
// keeps at most a million values. It has no more than 64 KiB. A script that
// breaks a rule, or breaks, is replaced by first come first served; an [Error]
// names the place.
package script
