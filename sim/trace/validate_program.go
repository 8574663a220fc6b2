package trace

import (
	"fmt"
	"slices"
	"strings"
)

// Tasks do what their programs say, from the definitions: an event that belongs
// to an operation is of the one the task is at, on the resource that it names,
// and a task goes on elsewhere only where an operation says.

// belongs says to which operations, by their codes, an event belongs; a kind that
// isn't here belongs to none.
var belongs = map[Kind]string{
	Computed: "cpu copy asm", Load: "load", Acc: "load", Added: "add", Store: "store", Print: "print",
	IfTrue: "if while", IfFalse: "if while", Assign: "asm exchange test_and_set compare_and_swap fetch_add",
	Atomic: "exchange test_and_set compare_and_swap fetch_add", AtomicNo: "compare_and_swap", Yield: "yield asm",
	BlockIO: "io", Serve: "io", WakeIO: "io", BlockSleep: "sleep", WakeSleep: "sleep",
	Lock: "lock wait", Unlock: "unlock", BlockLock: "lock wait", LockRead: "lock_read", BlockRead: "lock_read", Spin: "lock",
	BlockUnsafe: "lock wait acquire", Withheld: "lock wait acquire", WakeTry: "lock wait", Requeue: "wait",
	Acquire: "acquire", BlockAcquire: "acquire", GiveBack: "release", BlockWait: "wait", Notify: "notify",
	Set: "set", Clear: "clear", Passed: "await", BlockAwait: "await", WakeAwait: "await",
	BlockBarrier: "arrive", Trip: "arrive", WakeBarrier: "arrive", WakeBroken: "arrive",
	OnceBegin: "once", OncePassed: "once", BlockOnce: "once", OnceDone: "once_end",
	Put: "put apply", BlockPut: "put", Get: "get take_job", BlockGet: "get take_job",
	TaskDone: "task_done job_end", AllDone: "join_queue", BlockDone: "join_queue", WakeDone: "join_queue",
	Collect: "result", AskResult: "result", BlockJob: "result", WakeResult: "result", ClosePool: "close_pool",
	Request: "request", PollNo: "poll", PollYes: "poll", Select: "select", Handled: "poll select", BlockReply: "select", WakeReply: "select",
	CloseEnd: "close", WriteSome: "write", Write: "write", BlockFull: "write", BrokenPipe: "write",
	Read: "read", EndOfFile: "read", BlockEmpty: "read",
	Listen: "listen", BlockConnect: "connect", Connect: "connect", ConnRefused: "connect", BlockAccept: "accept", Accept: "accept",
	SendSome: "send", Send: "send", BlockSend: "send", Receive: "receive", EndOfStream: "receive", BlockReceive: "receive",
	ConnReset: "send receive put get", CloseSocket: "close_socket",
	TakeRequest: "take_request", BlockServe: "take_request", Answered: "answer", Postponed: "answer", CloseServer: "close_manager",
	BlockRemote: "put get", WakeRemote: "put get", Raise: "result",
	LoopBegin: "loop", CoAwait: "co_await", CoEnd: "co_end",
	Fork: "fork", Spawn: "spawn", Thread: "thread", Denied: "fork spawn thread",
	Join: "join", BlockJoin: "join", WakeJoin: "join", WaitChild: "waitpid", BlockChild: "waitpid", WakeChild: "waitpid", JoinTimeout: "join waitpid",
	Signal: "signal", Crash: "crash", Ignore: "ignore", Heed: "ignore", Alive: "alive",
	Exec: "exec", Handle: "handle", Return: "handled", CutShort: "sleep write",
	CopyPage: pageWriters, BlockPage: pageWriters, WakePage: pageWriters, Touched: "touch",
	StartTimer: "start_timer", CancelTimer: "cancel_timer", BlockTimer: "await_timer", WakeTimer: "await_timer", TookTimer: "await_timer",
	Refused:  "lock lock_read acquire put get join_queue write read await arrive result take_job accept send receive await_timer",
	TimedOut: "lock lock_read acquire put get join_queue write read await arrive result connect accept receive await_timer",
}

// pageWriters are the operations that write to pages.
const pageWriters = "store touch asm exchange test_and_set compare_and_swap fetch_add"

// obeys checks that an event belongs to the operation its task is at.
func (v *validator) obeys(e Event, t *taskCheck) error {
	codes, of := belongs[e.Kind]
	if !v.exact || !of && e.Kind != Exit {
		return nil
	}
	ops := v.ops(e.Task)
	switch {
	case e.Kind == Assign && t.state == Ready: // what its registers hold at first
		return nil
	case e.Kind == Exit:
		return v.mayEnd(e, t)
	case t.pc >= len(ops):
		return fmt.Errorf("its program has ended")
	case ops[t.pc].Code == "":
		return nil
	}
	op := &ops[t.pc]
	if !slices.Contains(strings.Fields(codes), op.Code) {
		return fmt.Errorf("it is at operation %d, %q", t.pc, op.Code)
	}
	on := op.On - 1
	if op.Code == "wait" && e.Kind != BlockWait && on >= 0 {
		on = v.h.Resources[on].Lock
	}
	if on >= 0 && v.h.Resources[on].Manager > 0 { // which is asked for it
		on = v.h.Resources[on].Manager - 1
	}
	if e.Kind.OnResource() && on >= 0 && e.Object != on {
		return fmt.Errorf("operation %d is on resource %d", t.pc, on)
	}
	return nil
}

// mayEnd checks that a task ends where its program does, and with what exit code.
func (v *validator) mayEnd(e Event, t *taskCheck) error {
	ops := v.ops(e.Task)
	code := e.Arg
	switch {
	case t.pc == len(ops) && t.code != 0:
		if t.code > 0 && code != t.code || code == 0 {
			return fmt.Errorf("it has failed with %d", t.code)
		}
	case t.pc == len(ops) && t.broke && code != 128+13, t.pc == len(ops) && !t.broke && t.failed && code > 1, t.pc == len(ops) && !t.failed && code != 0:
		return fmt.Errorf("its program has ended, by a failure: %v, at a broken pipe: %v", t.failed, t.broke)
	case t.pc < len(ops) && ops[t.pc].Code != "" && !slices.Contains([]string{"exit", "exit_thread", "fork_end", "asm"}, ops[t.pc].Code):
		return fmt.Errorf("it is at %q, not at its end", ops[t.pc].Code)
	}
	return nil
}

// mayFail is what may end a task because it can't be done.
var mayFail = []string{"read", "write", "apply", "result", "close_pool", "task_done", "co_await", "co_end", "take_job",
	"connect", "accept", "send", "receive", "take_request", "close_manager"}

// fails reports whether a task may go on at its end because an operation has failed.
func (t *taskCheck) fails(ops []Op) bool {
	return t.broke || t.code != 0 || t.pc < len(ops) && slices.Contains(mayFail, ops[t.pc].Code) || t.pc > 0 && (ops[t.pc-1].Code == "put" || ops[t.pc-1].Code == "get")
}

// mayGoTo checks that a task may go on at another operation now: the one it is at
// or the one it has done leads there, or it has failed and ends.
func (v *validator) mayGoTo(e Event, t *taskCheck) error {
	ops := v.ops(e.Task)
	to := e.PC()
	if t.state == Terminated || to > len(ops) {
		return fmt.Errorf("there is no operation %d for it", to)
	}
	if !v.exact || t.loop != nil && to != len(ops) || len(ops) == 0 || ops[0].Code == "" {
		return nil
	}
	if to == len(ops) && t.fails(ops) {
		t.failed = true
		return nil
	}
	from := []int{t.pc}
	if t.refused {
		from, t.refused = append(from, t.pc+1), false
	}
	if t.pc < len(ops) && ((ops[t.pc].Code == "if" || ops[t.pc].Code == "while") && t.jumps || ops[t.pc].Code == "once" || ops[t.pc].Code == "co_end") {
		from = append(from, ops[t.pc].Next-1)
	}
	if t.pc > 0 {
		switch did := &ops[t.pc-1]; did.Code {
		case "asm", "fork", "handle", "job_end":
			from = append(from, did.Next-1)
		case "take_job":
			for pc := range ops {
				if ops[pc].Code == "job_end" {
					from = append(from, pc+1)
				}
			}
		case "poll", "select":
			if t.pc < len(ops) && ops[t.pc].Code == "copy" {
				from = append(from, t.pc+1)
			}
		}
	}
	if !leads(ops, from, to) {
		return fmt.Errorf("nothing leads it from operation %d to %d", t.pc, to)
	}
	return nil
}

// leads reports whether one of some places leads to another through nothing but
// the beginnings and ends of loops and the like.
func leads(ops []Op, from []int, to int) bool {
	met := map[int]bool{}
	for len(from) > 0 {
		pc := from[0]
		from = from[1:]
		if pc == to {
			return true
		}
		if pc < 0 || pc >= len(ops) || met[pc] {
			continue
		}
		met[pc] = true
		switch op := &ops[pc]; op.Code {
		case "repeat", "end":
			from = append(from, pc+1, op.Next-1)
		case "else", "while_end":
			from = append(from, op.Next-1)
		case "end_if":
			from = append(from, pc+1)
		}
	}
	return false
}
