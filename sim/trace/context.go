package trace

// Context is what a CPU holds of the task it runs, and what stays in the task's
// process control block while it doesn't run: all that the task needs to go on as
// if nothing had been.
type Context struct {
	PC      int // operation it goes on with; len(Ops) = past the end
	Program int // it is in, an index into Header.Programs
	// Left is how much CPU time that still needs if it computes, so how far it is within
	// what is one line here and many instructions on a machine. (Of an I/O it hasn't
	// asked for yet it is the length.)
	Left Time
	// SP is the address of the top of its stack, which grows downwards by
	// FrameSize for each loop, branch or the like that its operation is within.
	SP int64
	// Registers are the others: acc, or those of the assembly program it runs. A
	// flag, as any register, is there as a number.
	Registers []Register
}

// Register is a register of a CPU, or its value in a process control block.
type Register struct {
	Name   string
	Value  int64
	Hidden bool // no program speaks of it
}

// Accumulator is the name of the one register that tasks have whose program
// isn't in assembly.
const Accumulator = "acc"

// Where the stacks of tasks are. Each process has an address space of its own,
// so the main threads of all have the same addresses; the threads of one have
// their stacks below each other.
const (
	StackTop  = 0x7fff0000 // of the main thread of a process
	StackSize = 0x10000    // of a thread
	FrameSize = 0x10
)

// StackPointer returns the address of the top of a task's stack at an operation of
// a program.
func (h *Header) StackPointer(id TaskID, program, pc int) int64 {
	t := &h.Tasks[id]
	depth := 0
	if ops := h.Programs[program].Ops; pc < len(ops) {
		depth = ops[pc].Depth
	}
	return StackTop - int64(int(id)-t.Process)*StackSize - int64(depth)*FrameSize
}

// Assembles reports whether a program is in assembly.
func (h *Header) Assembles(program int) bool {
	ops := h.Programs[program].Ops
	return len(ops) > 0 && ops[0].Step
}

// Context returns the context of a task at the instant of the snapshot. If the
// task runs it is what its CPU holds, else what its process control block holds:
// what was saved when it left the CPU, to which the kernel since has only added
// how what it waited for ended.
func (s *Snapshot) Context(id TaskID) Context {
	h, at := &s.of.Header, &s.Tasks[id]
	c := Context{PC: at.PC, Program: at.Program, SP: h.StackPointer(id, at.Program, at.PC)}
	for _, f := range s.moment.frames[id] { // below what a signal interrupted
		c.SP -= StackTop - int64(int(id)-h.Tasks[id].Process)*StackSize - h.StackPointer(id, f.program, int(f.pc)) + FrameSize
	}
	if t := s.moment.tasks[id]; t.state == Running || t.state == Ready || t.cause == ForGIL {
		c.Left = at.Left
	}
	if !h.Assembles(at.Program) {
		c.Registers = []Register{{Accumulator, at.Acc, false}}
		return c
	}
	for v := range h.Variables {
		if x := &h.Variables[v]; x.Register {
			c.Registers = append(c.Registers, Register{x.Name, s.Value(v, id), x.Hidden})
		}
	}
	return c
}
