package workload

// codeNames are the stable names of operations: a recording says by them what each
// step of a program does. They are the format's own words where it has one.
var codeNames = map[OpCode]string{
	OpCPU: "cpu", OpIO: "io", OpSleep: "sleep", OpYield: "yield",
	OpLock: "lock", OpUnlock: "unlock", OpLockRead: "lock_read", OpAcquire: "acquire", OpRelease: "release",
	OpWait: "wait", OpNotify: "notify", OpSet: "set", OpClear: "clear", OpAwait: "await", OpArrive: "arrive",
	OpOnce: "once", OpOnceEnd: "once_end",
	OpPut: "put", OpGet: "get", OpTaskDone: "task_done", OpJoinQueue: "join_queue",
	OpWrite: "write", OpRead: "read", OpClose: "close",
	OpExit: "exit", OpExitThread: "exit_thread", OpExec: "exec", OpHandle: "handle", OpHandled: "handled", OpRepeat: "repeat", OpEnd: "end", OpIf: "if", OpElse: "else", OpEndIf: "end_if",
	OpLoad: "load", OpAdd: "add", OpStore: "store", OpPrint: "print", OpAsm: "asm",
	OpFork: "fork", OpForkEnd: "fork_end", OpSpawn: "spawn", OpThread: "thread", OpJoin: "join", OpWaitChild: "waitpid",
	OpSignal: "signal", OpCrash: "crash", OpIgnore: "ignore", OpAlive: "alive",
	OpRequest: "request", OpPoll: "poll", OpSelect: "select", OpCopy: "copy",
	OpApply: "apply", OpTakeJob: "take_job", OpJobEnd: "job_end", OpResult: "result", OpClosePool: "close_pool",
	OpWhile: "while", OpWhileEnd: "while_end",
	OpExchange: "exchange", OpTestAndSet: "test_and_set", OpCompareAndSwap: "compare_and_swap", OpFetchAdd: "fetch_add",
	OpTouch: "touch", OpStartTimer: "start_timer", OpCancelTimer: "cancel_timer", OpAwaitTimer: "await_timer",
	OpListen: "listen", OpConnect: "connect", OpAccept: "accept", OpSend: "send", OpReceive: "receive", OpCloseSocket: "close_socket",
	OpTakeRequest: "take_request", OpAnswer: "answer", OpCloseManager: "close_manager",
	OpLoop: "loop", OpCoroutine: "coroutine", OpCoAwait: "co_await", OpCoEnd: "co_end",
}

// String returns the stable name of the operation: "cpu", "lock"; "" if it has none.
func (c OpCode) String() string { return codeNames[c] }

// OfResource reports whether the operation is one on [Op.Res].
func (c OpCode) OfResource() bool {
	switch c {
	case OpListen, OpConnect, OpAccept, OpSend, OpReceive, OpCloseSocket, OpTakeRequest, OpAnswer, OpCloseManager:
		return true
	case OpIO, OpLock, OpUnlock, OpLockRead, OpAcquire, OpRelease, OpWait, OpNotify, OpSet, OpClear, OpAwait, OpArrive,
		OpOnce, OpOnceEnd, OpPut, OpGet, OpTaskDone, OpJoinQueue, OpWrite, OpRead, OpClose, OpRequest,
		OpApply, OpTakeJob, OpJobEnd, OpResult, OpClosePool:
		return true
	}
	return false
}

// Jumps reports whether the operation may go on at [Op.Jump].
func (op *Op) Jumps() bool {
	switch op.Code {
	case OpRepeat, OpEnd, OpIf, OpElse, OpWhile, OpWhileEnd, OpOnce, OpLoop, OpCoroutine, OpCoEnd, OpJobEnd:
		return true
	case OpFork, OpHandle:
		return op.Jump > 0
	case OpAsm:
		return op.Asm.Verb == JumpIf
	}
	return false
}
