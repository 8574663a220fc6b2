//go:build amd64 || arm64

package host

import (
	"slices"

	"timeslice/sim/workload"
)

// What workers share begins with this header.
const (
	sMagic     = iota
	sResources // how many; where each is stands from sharedOffset on
	sVariables // how many
	sCells     // where their table begins: of each its scope, its first value, and its cell if everybody shares it
	sPrograms  // how many
	sTable     // where their table begins: of each where it is, and how many operations it has
	sRolls     // where the rolls begin
	sRooms     // how many tasks the workload has
	sMade      // how many were made
	sReserve   // how many threads a process keeps in reserve
	sNursery   // words for each of those that may be made
	sStreams   // how many pipes of bytes there are
	sHandles   // how many results of jobs a task names at most
	sGroups    // where the pids of the process groups' leaders stand, by their numbers
)

// sharedKinds is where the kinds of the resources stand.
func sharedKinds(shared []uint64) int { return sharedOffset + int(shared[sResources]) }

const variableWords = 2 + cellWords

// cellWords is the size of a cell of a variable: the futex that protects it, and
// its value.
const cellWords = 2

// sharedLayout says where what workers share lies.
type sharedLayout struct {
	w         *workload.Workload
	words     int
	resources []int // where each begins
	variables int   // where their table begins
	table     int   // where that of the programs begins
	programs  []*workload.Program
	rolls     int
	names     map[string]int
	groups    []string // of processes, by number
	leaders   int      // where their leaders stand
}

// layShared decides where what workers share lies.
func layShared(w *workload.Workload) (l sharedLayout) {
	l.w = w
	l.words = sharedOffset + whole(2*len(w.Resources))
	for i := range w.Resources {
		l.resources = append(l.resources, l.words)
		n := objectWords
		switch r := &w.Resources[i]; r.Kind {
		case workload.Queue:
			n += slotWords * slots(r)
		case workload.Pool:
			n += jobWords * manyJobs
		case workload.RWLock:
			n += lineWords * MaxWorkers
		case workload.Device:
			n += maxServersUsed
		}
		l.words += whole(n)
	}
	l.variables = l.words
	l.words += variableWords * len(w.Variables)
	l.names = map[string]int{}
	for i := range w.Tasks {
		l.name(w.Tasks[i].Name)
		l.addProgram(w.Tasks[i].Program)
	}
	for i := range w.Tasks {
		if g := w.Tasks[i].Signals; g != "" && !slices.Contains(l.groups, g) {
			l.groups = append(l.groups, g)
		}
	}
	l.leaders = l.words
	l.words += MaxWorkers
	l.rolls = l.words
	l.words += rollWords * MaxWorkers
	l.table = l.words
	l.words += 2 * len(l.programs)
	for _, p := range l.programs {
		l.words += opWords * len(p.Ops)
	}
	return l
}

// slots is how many values there is room for in a queue.
func slots(r *workload.Resource) int {
	if r.Capacity == 0 {
		return manyInQueues
	}
	return r.Capacity
}

// addProgram adds a program and those of the tasks it makes.
func (l *sharedLayout) addProgram(p *workload.Program) {
	if slices.Contains(l.programs, p) {
		return
	}
	l.programs = append(l.programs, p)
	for i := range p.Ops {
		k := p.Ops[i].Kin
		if k == nil {
			continue
		}
		l.name(k.Name)
		if c := k.Child; c != nil {
			l.name(c.Name)
			if c.Program != nil {
				l.addProgram(c.Program)
			}
		}
	}
}

// name returns the number of a task's name, a new one if need be.
func (l *sharedLayout) name(s string) int {
	n, known := l.names[s]
	if !known {
		n = len(l.names)
		l.names[s] = n
	}
	return n
}

// whole rounds a number of words up so that the next object doesn't share a line
// of the cache.
func whole(words int) int { return (words + objectWords - 1) / objectWords * objectWords }

// program is the number of a program.
func (l *sharedLayout) program(p *workload.Program) int { return slices.Index(l.programs, p) }

// write puts the resources, free and empty, the variables and the programs into
// shared memory.
func (l *sharedLayout) write(words []uint64, w *workload.Workload) {
	words[sMagic] = magic
	words[sResources] = uint64(len(w.Resources))
	words[sVariables], words[sCells] = uint64(len(w.Variables)), uint64(l.variables)
	words[sPrograms], words[sTable] = uint64(len(l.programs)), uint64(l.table)
	words[sGroups], words[sHandles] = uint64(l.leaders), uint64(handles(l.programs))
	words[sRolls], words[sRooms] = uint64(l.rolls), uint64(len(w.Tasks))
	for _, tasks := range processes(w) {
		for _, i := range tasks {
			roll := words[l.rolls+i*rollWords:]
			roll[rName], roll[rMain] = uint64(l.name(w.Tasks[i].Name))+1, uint64(tasks[0])
			roll[rArrives] = uint64(w.Tasks[i].Arrival)
			if i == tasks[0] {
				roll[rGroup] = uint64(l.group(w.Tasks[i].Signals))
			}
			words[l.rolls+tasks[0]*rollWords+rEnds] |= l.ends(w.Tasks[i].Program)
		}
	}
	for i := range w.Resources {
		words[sharedOffset+i] = uint64(l.resources[i])
		words[sharedKinds(words)+i] = uint64(w.Resources[i].Kind)
		o := words[l.resources[i]:]
		switch r := &w.Resources[i]; r.Kind {
		case workload.Queue:
			o[qCapacity], o[qSlots] = uint64(r.Capacity), uint64(slots(r))
		case workload.Device:
			o[dServers] = uint64(min(r.Servers, maxServersUsed))
		case workload.Semaphore, workload.Event, workload.Barrier:
			o[cCount], o[cMost] = uint64(r.Value), uint64(r.Capacity)
		case workload.Condition:
			o[cLock] = uint64(l.resources[r.Lock])
		}
	}
	for i := range w.Variables {
		v := words[l.variables+i*variableWords:]
		v[0], v[1] = uint64(w.Variables[i].Scope), uint64(w.Variables[i].Value)
		v[2+vValue] = v[1]
	}
	at := l.table + 2*len(l.programs)
	for i, p := range l.programs {
		words[l.table+2*i], words[l.table+2*i+1] = uint64(at), uint64(len(p.Ops))
		l.writeProgram(words[at:], p.Ops)
		at += opWords * len(p.Ops)
	}
}

// group is the number of a process group + 1; 0 if there is none of that name.
func (l *sharedLayout) group(name string) int { return slices.Index(l.groups, name) + 1 }

// ends are the ends of pipes that a process has open from its beginning which runs a
// program, as bits.
func (l *sharedLayout) ends(p *workload.Program) (bits uint64) {
	n := 0
	for i, ends := range workload.Ends(l.w.Resources, p) {
		if l.w.Resources[i].Kind == workload.Pipe {
			bits |= uint64(ends) << (endBits * n)
			n++
		}
	}
	return bits
}

// writeProgram writes operations down as workers read them.
func (l *sharedLayout) writeProgram(words []uint64, ops []workload.Op) {
	for i := range ops {
		op, o := &ops[i], words[i*opWords:]
		o[0] = uint64(op.Code) | uint64(op.Patience)<<8 | uint64(op.Cmp)<<16 | uint64(op.Manner)<<24 | uint64(uint32(op.Res))<<32
		o[1] = uint64(op.Dur)
		o[2] = uint64(op.Value)
		o[3] = uint64(op.Jump)
		o[5] = uint64(op.Priority)
		if op.Res >= 0 {
			r := &l.w.Resources[op.Res]
			o[6] = uint64(r.Kind) | uint64(r.Prefer)<<8 | uint64(r.Order)<<16
		}
		switch op.Code {
		case workload.OpLoad, workload.OpStore, workload.OpPrint, workload.OpIf, workload.OpWhile, workload.OpExchange, workload.OpTestAndSet, workload.OpFetchAdd:
			o[4] = uint64(op.Var + 1)
		case workload.OpCompareAndSwap:
			o[4], o[5] = uint64(op.Var+1), uint64(op.Swap.Old.Var+1)|uint64(op.Swap.New.Var+1)<<32
			o[2], o[6] = uint64(op.Swap.New.Value), uint64(op.Swap.Old.Value)
		case workload.OpExec:
			o[4] = uint64(l.program(op.Kin.Child.Program))
			if op.Kin.Child.Name != "" {
				o[2] = uint64(l.name(op.Kin.Child.Name) + 1)
			}
		case workload.OpFork:
			o[6] = bit(op.Kin.Child.Daemon)
			o[2] = uint64(l.name(op.Kin.Child.Name))
		case workload.OpSpawn, workload.OpThread:
			o[6] = bit(op.Kin.Child.Daemon)
			o[2], o[4] = uint64(l.name(op.Kin.Child.Name)), uint64(l.program(op.Kin.Child.Program))
			o[5] = l.ends(op.Kin.Child.Program)
		case workload.OpApply: // 0 if no worker knows the job
			if entries := entriesOf(l.w, op.Res); int(op.Value) < len(entries) {
				o[2] = uint64(entries[op.Value])
			} else {
				o[2] = 0
			}
			o[4] = uint64(op.Var + 1)
		case workload.OpAsm:
			in := op.Asm
			o[2], o[4] = uint64(in.From.Value), uint64(in.Verb)
			if in.Always {
				o[4] |= 1 << 8
			}
			o[5], o[6] = uint64(in.From.Var+1)|uint64(in.To.Var+1)<<32, uint64(in.To.Value)
		case workload.OpResult:
			o[4] = uint64(op.Var + 1)
		case workload.OpIgnore:
			o[4] = uint64(op.Kin.Signal)
		case workload.OpJoin, workload.OpWaitChild, workload.OpSignal, workload.OpAlive: // 0 = any
			o[4] = uint64(op.Kin.Signal)
			if op.Kin.Group != "" {
				o[3] = uint64(l.group(op.Kin.Group)) + 1
			}
			if op.Kin.Name != "" {
				o[2] = uint64(l.name(op.Kin.Name) + 1)
			}
		}
	}
}

func bit(yes bool) uint64 {
	if yes {
		return 1
	}
	return 0
}

// readPrograms is what writeProgram wrote, in a worker.
func readPrograms(shared []uint64) (programs [][]workerOp) {
	for i := range int(shared[sPrograms]) {
		entry := shared[int(shared[sTable])+2*i:]
		words, ops := shared[entry[0]:], make([]workerOp, entry[1])
		for k := range ops {
			o := words[k*opWords:]
			ops[k] = workerOp{
				code: workload.OpCode(o[0]), patience: workload.Patience(o[0] >> 8), compares: workload.Cmp(o[0] >> 16),
				manner: workload.Manner(o[0] >> 24), dur: int64(o[1]), value: int64(o[2]), jump: int(o[3]), priority: int64(o[5]),
				kind: workload.ResourceKind(o[6]), prefers: workload.Prefer(o[6] >> 8), order: workload.QueueOrder(o[6] >> 16),
			}
			switch ops[k].code {
			case workload.OpExec, workload.OpSpawn, workload.OpThread, workload.OpSignal, workload.OpIgnore:
				ops[k].program, ops[k].daemon = int(o[4]), o[6] == 1
			case workload.OpFork:
				ops[k].daemon = o[6] == 1
			case workload.OpCompareAndSwap:
				ops[k].variable, ops[k].from, ops[k].to, ops[k].priority = int(o[4]), int(uint32(o[5])), int(o[5]>>32), int64(o[6])
			case workload.OpAsm:
				ops[k].verb, ops[k].always = workload.Verb(o[4]), o[4]>>8 != 0
				ops[k].from, ops[k].to, ops[k].priority = int(uint32(o[5])), int(o[5]>>32), int64(o[6])
			default:
				ops[k].variable = int(o[4])
			}
			if res := int32(o[0] >> 32); res >= 0 && uint64(res) < shared[sResources] {
				ops[k].object = int(shared[sharedOffset+int(res)])
			}
		}
		programs = append(programs, ops)
	}
	return programs
}

// cell is where a value of a variable is kept.
type cell [cellWords]uint64
