package workload

// OpCode says what an operation does.
type OpCode uint8

// The operations. Those marked * take no time of their own: a running task goes
// through them at one instant until it needs time, blocks or exits.
const (
	OpCPU       OpCode = iota + 1 // compute for Dur of CPU time
	OpIO                          // ask device Res for Dur of service, blocked meanwhile
	OpSleep                       // block for Dur
	OpYield                       // give up the CPU, stay ready
	OpLock                        // * take mutex Res, or wait for it
	OpUnlock                      // * release mutex Res
	OpPut                         // * put Value into queue Res, or wait for room
	OpGet                         // * take a value from queue Res, or wait for one
	OpTaskDone                    // * one of the values taken from queue Res is dealt with
	OpJoinQueue                   // * wait until all that was put into queue Res is dealt with
	OpExit                        // * end the process, all its threads, with exit code Value
	OpRepeat                      // * begin a loop of Value turns; -1 for ever; Jump is the op past its end
	OpEnd                         // * end of the innermost loop; Jump is the first op of its body
	OpLoad                        // compute for Dur, then acc = variable Var, or Value if Var is -1
	OpAdd                         // compute for Dur, then acc += Value
	OpStore                       // compute for Dur, then variable Var = acc
	OpPrint                       // * print Say, with variable Var in its field, or acc if Var is -1
	OpIf                          // * go on if variable Var, or acc if -1, compares with Value as Cmp says, else at Jump
	OpElse                        // * end of the part that is done if so; Jump is the OpEndIf
	OpEndIf                       // * end of the innermost if
	OpLockRead                    // * take rwlock Res for reading, or wait for it
	OpAcquire                     // * take a unit of semaphore Res, or wait for one
	OpRelease                     // * give a unit back to semaphore Res
	OpWait                        // * let go the lock of condition Res, wait to be notified, and take it again
	OpNotify                      // * wake Value of those who wait on condition Res, -1 all
	OpSet                         // * set event Res
	OpClear                       // * clear event Res
	OpAwait                       // * wait until event Res is set
	OpArrive                      // * arrive at barrier Res, and wait for the others
	OpOnce                        // * do what follows if once Res isn't done; else go on at Jump, or wait and then go on there
	OpOnceEnd                     // * once Res is done
)

// Computes reports whether the operation needs CPU time before it takes effect.
func (op *Op) Computes() bool {
	return op.Code == OpCPU || op.Code == OpPoll || op.Code == OpCopy || op.Code >= OpLoad && op.Code <= OpStore || op.Code == OpAsm || op.Code == OpWhile || op.Code.IsAtomic() || op.Code == OpExec || op.makes()
}

// Op is one operation of a compiled program.
type Op struct {
	Code  OpCode
	Res   int    // index into Workload.Resources, -1 if none
	Dur   Time   // of cpu, io, sleep, load, add, store and while, 0 is allowed and takes no time; or how long AtMost is
	Value int64  // of put, exit, repeat, load, add and if
	Jump  int    // of repeat, end, if and else
	Var   int    // index into Workload.Variables, of load, store, print and if; -1 = none
	Cmp   Cmp    // of if
	Say   string // of print: see [Op.Printed]
	Swap  *Swap  // of a compare-and-swap
	Asm   *Instr // of an instruction of an assembly program
	// Patience is how long an operation that may block waits.
	Patience Patience
	// Manner is how a put or a get differs from a plain one, and Priority that of
	// what is put into a priority queue: smaller ones come out first.
	Manner   Manner
	Priority int64
	Job      *Program // of apply: what a worker is to do
	Kin      *Kin     // of operations on processes and threads; nil of others
	Depth    int      // how many loops and ifs are around it, for indentation
	Line     int      // in the file, from 1; 0 = unknown
}

// Local reports whether the operation concerns nobody but the task itself, and
// takes no time.
func (op *Op) Local() bool {
	return op.Code == OpExit || op.Code == OpExitThread || (op.Code == OpIf || op.Code == OpWhile) && op.Var < 0
}

// Silent reports whether there is nothing to show: the end of something.
func (op *Op) Silent() bool {
	return op.Code == OpEnd || op.Code == OpEndIf || op.Code == OpOnceEnd || op.Code == OpCoEnd || op.Code == OpJobEnd && op.Value == 0 || op.Code == OpForkEnd || op.Code == OpHandled || op.Code == OpWhileEnd
}

// Program is what a task does: operations in a flat list, loops as jumps. After
// the last one the task exits with code 0. Programs are shared between tasks
// and never change.
type Program struct {
	Ops []Op
	// Text is each operation as a reader should see it ("lock balance"),
	// without indentation; as long as Ops. Ends of loops read "".
	Text []string
	// Name is where the program comes from, shown as its title.
	Name string
}

// Cursor is a program in mid-flight: plain data that can be copied and
// compared. The zero Cursor with its Program set stands before the first
// operation.
type Cursor struct {
	Program *Program
	PC      int
	turns   []int64 // turns left of each loop around PC, outermost first
}

// Op returns the operation the cursor stands at; ok is false past the end.
// Operations that only say where a program goes on, but for if, are never
// returned: call [Cursor.Settle] first.
func (c *Cursor) Op() (op *Op, ok bool) {
	if c.PC >= len(c.Program.Ops) {
		return nil, false
	}
	return &c.Program.Ops[c.PC], true
}

// AtLast reports whether nothing comes after the current operation, no end of a
// loop either.
func (c *Cursor) AtLast() bool { return c.PC == len(c.Program.Ops)-1 }

// Advance moves past the current operation.
func (c *Cursor) Advance() { c.PC++ }

// ToEnd goes past the last operation.
func (c *Cursor) ToEnd() { c.PC, c.turns = len(c.Program.Ops), c.turns[:0] }

// Branch moves past an if, whose condition holds or doesn't.
func (c *Cursor) Branch(holds bool) {
	if holds {
		c.PC++
	} else {
		c.PC = c.Program.Ops[c.PC].Jump
	}
}

// Back goes back to an operation within so many loops.
func (c *Cursor) Back(pc, loops int) { c.PC, c.turns = pc, c.turns[:loops] }

// Restart goes back to before the first operation.
func (c *Cursor) Restart() { c.PC, c.turns = 0, c.turns[:0] }

// Settle goes through the operations at the cursor that only say where to go on,
// until it stands at one that acts or asks, or at the end, and returns whether it
// moved anywhere but straight on to the next operation. A loop that never acts (`forever` around nothing)
// is refused by the checker, so Settle always ends.
func (c *Cursor) Settle() (jumped bool) {
	ops := c.Program.Ops
	for c.PC < len(ops) {
		switch op := &ops[c.PC]; op.Code {
		case OpRepeat:
			jumped = true
			if op.Value == 0 {
				c.PC = op.Jump
				continue
			}
			c.turns = append(c.turns, op.Value)
			c.PC++
		case OpEnd:
			jumped = true
			top := len(c.turns) - 1
			if c.turns[top] > 0 {
				c.turns[top]--
			}
			if c.turns[top] == 0 {
				c.turns = c.turns[:top]
				c.PC++
				continue
			}
			c.PC = op.Jump
		case OpElse, OpWhileEnd:
			jumped = true
			c.PC = op.Jump
		case OpEndIf:
			jumped = true
			c.PC++
		default:
			return jumped
		}
	}
	return jumped
}

// Clone returns a copy that moves on its own.
func (c *Cursor) Clone() Cursor {
	d := *c
	d.turns = append([]int64(nil), c.turns...)
	return d
}
