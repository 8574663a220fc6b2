package host

import (
	"fmt"

	"timeslice/sim/workload"
)

// Deed is what becomes of operations in a real run.
type Deed struct {
	Words string // as the file format has them
	// How the system does them; or, if it can't, Why.
	How, Why string
	codes    []workload.OpCode
}

// deeds has every operation there is, in the order of the format's manual. What is
// not to be found here with how it is done is refused.
var deeds = []Deed{
	{Words: "cpu", How: "spinning until the kernel has charged that much CPU time", codes: codes(workload.OpCPU)},
	{Words: "io", How: "a table of when a device's servers are free, and a timer until then", codes: codes(workload.OpIO)},
	{Words: "request, select, poll, copy", How: "a timer's descriptor, read at once, waited for by poll(2), or beside a timer that sends SIGIO",
		codes: codes(workload.OpRequest, workload.OpSelect, workload.OpPoll, workload.OpCopy)},
	{Words: "sleep", How: "clock_nanosleep(2), with a slack of 1 ns", codes: codes(workload.OpSleep)},
	{Words: "yield", How: "sched_yield(2)", codes: codes(workload.OpYield)},
	{Words: "lock, unlock", How: "futexes in shared memory: a mutex, an rlock that counts, an rwlock that hands itself on as it prefers; a spin lock computes while it waits",
		codes: codes(workload.OpLock, workload.OpLockRead, workload.OpUnlock)},
	{Words: "acquire, release, await, set, clear, arrive, wait, notify, once", How: "a count in shared memory and futexes",
		codes: codes(workload.OpAcquire, workload.OpRelease, workload.OpAwait, workload.OpSet, workload.OpClear, workload.OpArrive, workload.OpWait, workload.OpNotify, workload.OpOnce, workload.OpOnceEnd)},
	{Words: "put, get, task_done, join", How: "a pipe of a page for each slot, or a ring in shared memory for what a pipe can't: other orders, both ends, no limit, giving up",
		codes: codes(workload.OpPut, workload.OpGet, workload.OpTaskDone, workload.OpJoinQueue)},
	{Words: "write, read, close", How: "pipe(2), with its end of file, EPIPE and SIGPIPE; each byte is a page where a pipe of so few bytes doesn't exist",
		codes: codes(workload.OpWrite, workload.OpRead, workload.OpClose)},
	{Words: "apply, apply_async, result, close", How: "jobs in shared memory, and workers that are processes or threads",
		codes: codes(workload.OpApply, workload.OpTakeJob, workload.OpJobEnd, workload.OpResult, workload.OpClosePool)},
	{Words: "load, add, store, exchange, test_and_set, compare_and_swap, fetch_add", How: "computing for as long as it takes, then one access to memory; the last four by the processor's atomic instructions",
		codes: codes(workload.OpLoad, workload.OpAdd, workload.OpStore, workload.OpExchange, workload.OpTestAndSet, workload.OpCompareAndSwap, workload.OpFetchAdd)},
	{Words: "asm", How: "each instruction computes for as long as it takes and is then one step on memory, as on one CPU; xchg and fetchadd are the processor's",
		codes: codes(workload.OpAsm)},
	{Words: "print, if, while, repeat, forever", How: "the worker itself",
		codes: codes(workload.OpPrint, workload.OpIf, workload.OpElse, workload.OpEndIf, workload.OpWhile, workload.OpWhileEnd, workload.OpRepeat, workload.OpEnd)},
	{Words: "exit, exit_thread", How: "exit_group(2) and exit(2)", codes: codes(workload.OpExit, workload.OpExitThread)},
	{Words: "fork, spawn, thread", How: "clone(2) from within the worker; a thread is one the process kept in reserve",
		codes: codes(workload.OpFork, workload.OpForkEnd, workload.OpSpawn, workload.OpThread)},
	{Words: "join, waitpid", How: "wait4(2), with descriptors of processes to give up by; a futex for who isn't a child",
		codes: codes(workload.OpJoin, workload.OpWaitChild)},
	{Words: "kill, stop, cont, terminate, ignore, heed, is_alive, crash", How: "kill(2), to a process or a group of them, and the system's own actions; a crash writes where there is no memory",
		codes: codes(workload.OpSignal, workload.OpIgnore, workload.OpAlive, workload.OpCrash)},
	{Words: "exec", How: "execve(2) of the worker itself, which begins on another CPU; what was open stays so", codes: codes(workload.OpExec)},
	{Words: "handle", Why: "a real handler may come between any two instructions, and may do no more than note that it came",
		codes: codes(workload.OpHandle, workload.OpHandled)},
	{Words: "start, cancel, await", Why: "no worker waits for a descriptor that another one starts and stops",
		codes: codes(workload.OpStartTimer, workload.OpCancelTimer, workload.OpAwaitTimer)},
	{Words: "touch", Why: "which page of real memory is shared or copied is the system's to know",
		codes: codes(workload.OpTouch)},
	{Words: "listen, connect, accept, send, receive, close", Why: "a real network has a latency and a loss of its own",
		codes: codes(workload.OpListen, workload.OpConnect, workload.OpAccept, workload.OpSend, workload.OpReceive, workload.OpCloseSocket)},
	{Words: "a manager's put and get", Why: "the process that has others' queues isn't made here",
		codes: codes(workload.OpTakeRequest, workload.OpAnswer, workload.OpCloseManager)},
	{Words: "loop, await", Why: "coroutines take turns within one thread, where the kernel sees nothing of them",
		codes: codes(workload.OpLoop, workload.OpCoroutine, workload.OpCoAwait, workload.OpCoEnd)},
}

func codes(list ...workload.OpCode) []workload.OpCode { return list }

// Deeds tells of every operation how a real run does it, or why it can't.
func Deeds() []Deed { return deeds }

// deedOf returns what becomes of an operation.
func deedOf(code workload.OpCode) *Deed {
	for i := range deeds {
		for _, c := range deeds[i].codes {
			if c == code {
				return &deeds[i]
			}
		}
	}
	return &Deed{Words: fmt.Sprintf("operation %d", code), Why: "no real process does that"}
}

// unfit refuses an operation that real processes don't do, and says why.
func unfit(w *workload.Workload, t *workload.Task, p *workload.Program, op int) error {
	e := &UnfitError{Code: "operation", Task: t.Name, Limit: deedOf(p.Ops[op].Code).Why, Remedy: "run it simulated",
		File: w.File, Line: p.Ops[op].Line}
	if e.Found = fmt.Sprintf("operation %d", op+1); op < len(p.Text) {
		e.Found = fmt.Sprintf("operation %q", p.Text[op])
	}
	return e
}

// execs reports whether a program becomes another.
func execs(p *workload.Program) bool {
	for i := range p.Ops {
		if p.Ops[i].Code == workload.OpExec {
			return true
		}
	}
	return false
}

// unfitTask refuses what a task says of itself that no real process is.
func unfitTask(w *workload.Workload, t *workload.Task) error {
	refuse := func(code, found, why, remedy string) error {
		return &UnfitError{Code: code, Task: t.Name, Found: found, Limit: why, Remedy: remedy, File: w.File, Line: t.Pos.Line}
	}
	switch {
	case t.Period > 0 || len(t.Releases) > 0:
		return refuse("periodic", "it is periodic", "real processes run once", "run it simulated, or write its jobs as repeat, cpu and sleep")
	case t.Parent != "":
		return refuse("parent", "parent: "+t.Parent, "a real process is the child of who forks it", "let "+t.Parent+" spawn it, or run it simulated")
	case t.Group != "" && execs(t.Program):
		return refuse("thread", "exec in a process of several tasks", "a thread that does so becomes its process's first", "let a process of its own do it, or run it simulated")
	case t.Subreaper:
		return refuse("parent", "subreaper: yes", "orphans of a real run are the recorder's", "run it simulated")
	}
	return nil
}

// unfitResource refuses what no real machine has.
func unfitResource(w *workload.Workload, r *workload.Resource) error {
	e := &UnfitError{Code: "resource", Task: r.Name, Remedy: "run it simulated", File: w.File, Line: r.Pos.Line}
	switch unit, _ := pipeUnit(r.Capacity); {
	case resourceKinds[r.Kind] == 0:
		e.Found, e.Limit = fmt.Sprintf("%s is a resource of kind %s", r.Name, r.Kind), "real processes have none of that kind"
	case r.Kind == workload.Pipe && unit == 0:
		e.Found, e.Limit = fmt.Sprintf("a pipe of %d bytes", r.Capacity), fmt.Sprintf("a real one holds a power of two, %d at most", mostPipe)
		e.Remedy = "give it such a capacity, or run it simulated"
	default:
		return nil
	}
	return e
}
