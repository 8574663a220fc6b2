package workload

import (
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// The operations on processes and threads. Those marked * take no time of their
// own.
const (
	OpFork       OpCode = iota + 64 // compute for Dur, then make a copy of the process; with a Jump the child does what comes before that, and ends
	OpForkEnd                       // * end of what only a forked child does
	OpSpawn                         // compute for Dur, then start a process that runs Kin.Child.Program
	OpThread                        // compute for Dur, then start a thread of this process that runs Kin.Child.Program
	OpJoin                          // * wait for the end of the task Kin.Name, leave its exit status
	OpWaitChild                     // * wait for the end of a child, Kin.Name or any, leave its exit status
	OpExec                          // compute for Dur, then begin anew with Kin.Child.Program, as the only thread of the process
	OpExitThread                    // * end this thread with exit code Value

	opKinEnd // one more than there are
)

// Valid reports whether there is such an operation.
func (c OpCode) Valid() bool {
	return c >= OpCPU && c <= OpOnceEnd || c >= OpFork && c < opKinEnd || c >= OpSignal && c < opSignalEnd || c == OpAsm ||
		c >= OpWrite && c < opPipeEnd || c >= OpRequest && c < opModelEnd || c >= OpApply && c < opPoolEnd || c >= OpLoop && c < opLoopEnd ||
		c.IsAtomic() || c == OpWhile || c == OpWhileEnd
}

// makes reports whether the operation makes a task.
func (op *Op) makes() bool { return op.Code == OpFork || op.Code == OpSpawn || op.Code == OpThread }

// Kin is what an operation on processes and threads needs to know beyond its
// code.
type Kin struct {
	// Name is whom it is about: whom it waits for. It is the name of a task of
	// the file, or one that fork, spawn or thread gives. "" = any, or none.
	Name string
	// Child is who is made. Its Name is "" if it shall be called after the one
	// that makes it. What isn't Own it has from that one.
	Child  *Task
	Signal Signal // to send or to ignore
	Group  string // to send it to
	Own    Own
}

// Own says which figures of a task that is made are its own.
type Own uint8

// The figures.
const (
	OwnPriority Own = 1 << iota
	OwnNice
	OwnTickets
	OwnWeight
	OwnSlice
	OwnClass
	OwnAffinity
)

var ownKeys = map[string]Own{
	"priority": OwnPriority, "nice": OwnNice, "tickets": OwnTickets, "weight": OwnWeight,
	"slice": OwnSlice, "class": OwnClass, "affinity": OwnAffinity,
}

// sum adds what k says to b, so that programs can be told apart.
func (k *Kin) sum(b []byte, number map[*Program]int) []byte {
	if k == nil {
		return append(b, 0)
	}
	b = append(b, 1, byte(k.Own))
	b = append(binary.AppendVarint(b, int64(len(k.Name))), k.Name...)
	b = append(binary.AppendVarint(b, int64(len(k.Group))), k.Group...)
	b = append(b, byte(k.Signal))
	if c := k.Child; c != nil {
		b = append(binary.AppendVarint(b, int64(len(c.Name))), c.Name...)
		for _, n := range []int64{c.Priority, int64(c.Nice), c.Tickets, c.Weight, int64(c.Slice), int64(c.Class), int64(len(c.Affinity))} {
			b = binary.AppendVarint(b, n)
		}
		for _, cpu := range c.Affinity {
			b = binary.AppendVarint(b, int64(cpu))
		}
		if c.Daemon {
			b = append(b, 0xff)
		}
		if c.Program != nil {
			b = binary.AppendVarint(b, int64(number[c.Program])+1)
		}
	}
	return b
}

// kinship is which names tasks have that don't stand in the file as such.
type kinship struct {
	made map[string]bool // by fork, spawn and thread
	refs []kinRef        // where others are named
}

type kinRef struct {
	op, name string
	at       Pos
}

func newKinship() kinship { return kinship{made: map[string]bool{}} }

// checkKin refuses operations about tasks that there will never be.
func (r *reader) checkKin() {
	for _, ref := range r.kin.refs {
		if _, there := r.tasks[ref.name]; !there && !r.kin.made[ref.name] {
			r.failAt(ref.at, ref.op+": no task "+quote(ref.name), wantOneOf(ref.name, r.kinNames()))
		}
	}
}

// kinNames are the names of the tasks there may be.
func (r *reader) kinNames() []string {
	names := make([]string, 0, len(r.tasks)+len(r.kin.made))
	for name := range r.tasks {
		names = append(names, name)
	}
	for name := range r.kin.made {
		names = append(names, name)
	}
	return sorted(names)
}

// willBe reports whether there may be a task of a name: one of the file or one that
// is made, which has a number behind its name if there are several.
func (r *reader) willBe(name string) bool {
	base := name
	if i := strings.LastIndexByte(name, '.'); i > 0 {
		if _, err := strconv.Atoi(name[i+1:]); err == nil {
			base = name[:i]
		}
	}
	for _, name := range []string{name, base} {
		if _, there := r.tasks[name]; there || r.kin.made[name] {
			return true
		}
	}
	return false
}

// namedProgram returns the program that stands under programs: by that name,
// and reads it if that has not been done; ok is false if there is none, the
// program is nil if it is at fault.
func (r *reader) namedProgram(n *yaml.Node) (p *Program, ok bool) {
	name := n.Value
	if p, ok := r.programs.named[name]; ok {
		return p, true
	}
	node, ok := r.programs.nodes[name]
	if !ok {
		return nil, false
	}
	if r.programs.open[name] {
		r.fail(n, "program "+quote(name)+" starts itself", "a program that starts another; to go on as a copy, use fork")
		return nil, true
	}
	r.programs.open[name] = true
	if p = r.compile(node, name); p != nil {
		p = r.programs.once(p)
	}
	r.programs.open[name] = false
	r.programs.named[name] = p
	return p, true
}

// fork reads `fork`, `fork: C` and `fork: {name: C, nice: 5}`, with what only the
// child does in do.
func (c *compiler) fork(n, v, do *yaml.Node) {
	kin := &Kin{Child: &Task{}}
	switch {
	case v == nil || isNull(v):
	case v.Kind == yaml.ScalarNode:
		if kin.Child.Name, _ = c.name(v, "fork"); kin.Child.Name == "" {
			return
		}
	default:
		var ok bool
		if do, _, ok = c.child(n, v, "fork", kin, do); !ok {
			return
		}
	}
	c.made(kin)
	if do == nil {
		c.emit(n, Op{Code: OpFork, Res: -1, Dur: c.w.Machine.Fork, Kin: kin}, label("fork", kin.Child.Name))
		return
	}
	if c.depth == MaxNesting {
		c.fail(n, "blocks nested too deep", fmt.Sprintf("the most blocks inside each other is %d", MaxNesting))
		return
	}
	at := c.emit(n, Op{Code: OpFork, Res: -1, Dur: c.w.Machine.Fork, Kin: kin}, label("fork", kin.Child.Name))
	c.depth++
	c.block(do, "do")
	c.depth--
	if end := c.emit(n, Op{Code: OpForkEnd, Res: -1}, ""); !c.large {
		c.p.Ops[at].Jump = end + 1
	}
}

// start reads `thread: {name: W, do: [...]}`, and spawn likewise. In place of do
// there may be the name of a program.
func (c *compiler) start(n *yaml.Node, op string, code OpCode, v *yaml.Node) {
	kin := &Kin{Child: &Task{}}
	do, program := lookup(n, "do"), (*yaml.Node)(nil)
	want := op + ": {name: W, do: [{cpu: 5}]}"
	switch {
	case code == OpExec && v.Kind == yaml.ScalarNode && !isNull(v) && do == nil:
		program = v
	case v.Kind == yaml.ScalarNode && !isNull(v):
		if kin.Child.Name, _ = c.name(v, op); kin.Child.Name == "" {
			return
		}
	default:
		var ok bool
		if do, program, ok = c.child(n, v, op, kin, do); !ok {
			return
		}
	}
	if program != nil && do != nil {
		c.fail(program, op+" with do and program", "one of them")
		return
	}
	if program == nil {
		program = do
	}
	if program == nil {
		c.fail(n, op+" of nothing to do", want)
		return
	}
	if c.within++; c.within > MaxNesting {
		c.fail(n, "programs nested too deep", fmt.Sprintf("the most programs inside each other is %d", MaxNesting))
	} else {
		name := kin.Child.Name
		if name == "" {
			name = c.p.Name
		}
		kin.Child.Program = c.program(program, name)
	}
	c.within--
	if kin.Child.Program == nil {
		return
	}
	c.made(kin)
	cost := c.w.Machine.Thread
	text := label(op, kin.Child.Name)
	switch {
	case code == OpSpawn:
		cost = c.w.Machine.Spawn
	case code == OpExec:
		cost = c.w.Machine.Exec
		text = label(op, kin.Child.Program.Name)
	}
	c.emit(n, Op{Code: code, Res: -1, Dur: cost, Kin: kin}, text)
}

// child reads who is to be made.
func (c *compiler) child(n, v *yaml.Node, op string, kin *Kin, outside *yaml.Node) (do, program *yaml.Node, ok bool) {
	before := len(c.errs)
	do = outside
	keys := []string{"name", "nice", "priority", "tickets", "weight", "slice", "class", "affinity", "do"}
	switch op {
	case "fork":
	case "exec": // it is who it was
		keys = []string{"name", "do", "program"}
	default:
		keys = append(keys, "program", "daemon")
	}
	t := kin.Child
	c.each(v, op, keys, func(key string, k, v *yaml.Node) {
		switch key {
		case "name":
			t.Name, _ = c.name(v, key)
		case "do":
			if outside != nil {
				c.fail(k, op+": a do inside and outside", "one of them")
			}
			do = v
		case "program":
			program = v
		default:
			kin.Own |= ownKeys[key]
			c.taskField(t, key, v)
		}
	})
	return do, program, len(c.errs) == before
}

func (c *compiler) made(kin *Kin) {
	if kin.Child.Name != "" {
		c.kin.made[kin.Child.Name] = true
	}
}

func label(op, name string) string {
	if name == "" {
		return op
	}
	return op + " " + name
}

// waitFor reads `join: W`, `waitpid`, `waitpid: C`, with how long they wait.
func (c *compiler) waitFor(n *yaml.Node, op string, v *yaml.Node) {
	o := Op{Code: OpJoin, Res: -1, Kin: &Kin{}}
	if op == "waitpid" {
		o.Code = OpWaitChild
	}
	if op == "join" || v != nil && !isNull(v) && v.Value != anyChild {
		name, ok := c.name(v, op)
		if !ok {
			return
		}
		o.Kin.Name = name
		c.kin.refs = append(c.kin.refs, kinRef{op, name, pos(v)})
	}
	text := label(op, o.Kin.Name)
	if c.patience(n, op, &o, &text) {
		c.emit(n, o, text)
	}
}

// anyChild is what waitpid takes for any child.
const anyChild = "any"

// kin writes an operation on processes or threads that stands in one line, and
// reports whether it was one.
func (o *writer) kin(op *Op) (text string, ok bool) {
	if text, ok := o.signalling(op); ok {
		return text, true
	}
	switch op.Code {
	case OpJoin:
		return o.waiting(op, "join", str(op.Kin.Name)), true
	case OpExitThread:
		return "exit_thread: " + strconv.FormatInt(op.Value, 10), true
	case OpWaitChild:
		if op.Kin.Name != "" {
			return o.waiting(op, "waitpid", str(op.Kin.Name)), true
		}
		if op.Patience == Patient {
			return "waitpid", true
		}
		return o.waiting(op, "waitpid", anyChild), true
	}
	return "", false
}

// making writes an operation that makes a task, and reports whether it was one.
func (o *writer) making(depth int, op *Op) bool {
	switch op.Code {
	case OpForkEnd:
	case OpFork:
		if t := op.Kin.Child; op.Kin.Own == 0 {
			text := "- fork: {}"
			if t.Name != "" {
				text = "- fork: " + str(t.Name)
			} else if op.Jump == 0 {
				text = "- fork"
			}
			o.line(depth, text)
		} else {
			o.line(depth, "- fork:")
			o.own(depth+2, op.Kin)
		}
		if op.Jump > 0 {
			o.line(depth+1, "do:")
		}
	case OpSpawn, OpThread, OpExec:
		word := "spawn"
		if op.Code == OpExec {
			word = "exec"
		}
		if op.Code == OpThread {
			word = "thread"
		}
		o.line(depth, "- ", word, ":")
		o.own(depth+2, op.Kin)
		if p := op.Kin.Child.Program; o.named[p] {
			o.line(depth+2, "program: ", str(p.Name))
		} else {
			o.program(depth+2, "do", p)
		}
	default:
		return false
	}
	return true
}

// own writes what is a made task's own.
func (o *writer) own(depth int, k *Kin) {
	t := k.Child
	if t.Name != "" {
		o.line(depth, "name: ", str(t.Name))
	}
	for _, f := range []struct {
		own         Own
		name, value string
	}{
		{OwnClass, "class", t.Class.String()},
		{OwnNice, "nice", fmt.Sprint(t.Nice)},
		{OwnPriority, "priority", fmt.Sprint(t.Priority)},
		{OwnTickets, "tickets", fmt.Sprint(t.Tickets)},
		{OwnWeight, "weight", fmt.Sprint(t.Weight)},
		{OwnSlice, "slice", o.time(t.Slice)},
		{OwnAffinity, "affinity", o.affinity(t)},
	} {
		if k.Own&f.own != 0 {
			o.line(depth, f.name, ": ", f.value)
		}
	}
	if t.Daemon {
		o.line(depth, "daemon: yes")
	}
}
