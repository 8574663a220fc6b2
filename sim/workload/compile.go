package workload

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// programs keeps each distinct program once.
type programs struct {
	used   []*Program
	isUsed map[*Program]bool
	named  map[string]*Program   // under programs:, those that are read
	nodes  map[string]*yaml.Node // under programs:, all
	open   map[string]bool       // being read
	number map[*Program]int      // of each that others may start
	bySum  map[[sha256.Size]byte]*Program
	byNode map[*yaml.Node]*Program
}

func newPrograms() programs {
	return programs{
		isUsed: map[*Program]bool{},
		number: map[*Program]int{}, named: map[string]*Program{}, nodes: map[string]*yaml.Node{}, open: map[string]bool{},
		bySum:  map[[sha256.Size]byte]*Program{},
		byNode: map[*yaml.Node]*Program{},
	}
}

// use notes that a task runs p.
func (ps *programs) use(p *Program) *Program {
	if p != nil && !ps.isUsed[p] {
		ps.isUsed[p] = true
		ps.used = append(ps.used, p)
	}
	return p
}

// program reads the program of a task: a list of operations, or the name of one
// under programs.
func (r *reader) program(n *yaml.Node, task string) *Program {
	if n.Kind == yaml.ScalarNode && !isNull(n) {
		p, ok := r.namedProgram(n)
		if ok && p == nil {
			return nil
		}
		if !ok {
			names := make([]string, 0, len(r.programs.nodes))
			for name := range r.programs.nodes {
				names = append(names, name)
			}
			want := "a list of operations, or the name of one under programs:"
			if near := Nearest(n.Value, sorted(names)); near != "" {
				want = fmt.Sprintf("did you mean %q?", near)
			}
			r.fail(n, "program "+quote(n.Value)+" isn't there", want)
		}
		return r.programs.use(p)
	}
	if p, ok := r.programs.byNode[n]; ok {
		return r.programs.use(p)
	}
	p := r.compile(n, task)
	if p == nil {
		return nil
	}
	p = r.programs.once(p)
	r.programs.byNode[n] = p
	return r.programs.use(p)
}

// once returns the program met first that does the same as p.
func (ps *programs) once(p *Program) *Program {
	sum := p.sum(ps.number)
	if same, ok := ps.bySum[sum]; ok {
		return same
	}
	ps.bySum[sum] = p
	ps.number[p] = len(ps.number)
	return p
}

// sum identifies what a program does.
func (p *Program) sum(number map[*Program]int) [sha256.Size]byte {
	b := make([]byte, 0, 36*len(p.Ops))
	for i := range p.Ops {
		op := &p.Ops[i]
		b = append(b, byte(op.Code))
		b = binary.AppendVarint(b, int64(op.Res))
		b = binary.AppendVarint(b, int64(op.Dur))
		b = binary.AppendVarint(b, op.Value)
		b = binary.AppendVarint(b, int64(op.Jump))
		if op.Job != nil {
			b = binary.AppendVarint(b, int64(number[op.Job])+1)
		}
		b = append(b, byte(op.Patience), byte(op.Manner))
		b = binary.AppendVarint(b, op.Priority)
		b = binary.AppendVarint(b, int64(op.Var))
		b = append(b, byte(op.Cmp))
		b = binary.AppendVarint(b, int64(len(op.Say)))
		b = append(b, op.Say...)
		if swap := op.Swap; swap != nil {
			for _, n := range []int64{int64(swap.Old.Var), swap.Old.Value, int64(swap.New.Var), swap.New.Value} {
				b = binary.AppendVarint(b, n)
			}
		}
		if in := op.Asm; in != nil {
			b = append(append(b, byte(in.Verb)), in.Label...)
			for _, n := range []int64{int64(in.From.Var), in.From.Value, int64(in.To.Var), in.To.Value} {
				b = binary.AppendVarint(b, n)
			}
			if in.Always {
				b = append(b, 1)
			}
		}
		b = op.Kin.sum(b, number)
	}
	return sha256.Sum256(b)
}

// compiler turns the operations of one program into a flat list.
type compiler struct {
	*reader
	p         *Program
	pos       []Pos // of each operation
	depth     int
	coroutine bool           // it is within one
	handles   map[string]int // of results, by name
	large     bool           // beyond MaxOps, told once
}

// compile reads a list of operations. It returns nil if any is at fault.
func (r *reader) compile(n *yaml.Node, name string) *Program {
	before := len(r.errs)
	c := compiler{reader: r, p: &Program{Name: name}}
	if text := lookup(n, "asm"); text != nil && len(n.Content) == 2 {
		if _, ok := c.scalar(text, "asm", wantAsm); ok {
			c.assemble(asmText(text))
		}
		if len(r.errs) > before {
			return nil
		}
		return c.p
	}
	c.block(n, "program")
	if len(r.errs) > before {
		return nil
	}
	c.check()
	if len(r.errs) > before {
		return nil
	}
	return c.p
}

const wantOps = "a list of operations: [{cpu: 5}, {io: 3}]"

func (c *compiler) block(n *yaml.Node, what string) {
	for _, op := range c.list(n, what, wantOps) {
		if c.full() || c.large {
			return
		}
		c.op(op)
	}
}

// emit appends an operation and returns its index.
func (c *compiler) emit(n *yaml.Node, op Op, text string) int {
	if len(c.p.Ops) == MaxOps {
		if !c.large {
			c.large = true
			c.fail(n, "a program of more operations than fit", fmt.Sprintf("the most is %d; repeat what recurs", MaxOps))
		}
		return len(c.p.Ops) - 1
	}
	op.Depth, op.Line = c.depth, n.Line
	c.p.Ops = append(c.p.Ops, op)
	c.p.Text = append(c.p.Text, text)
	c.pos = append(c.pos, pos(n))
	return len(c.p.Ops) - 1
}

// opNames are the operations, in the order they are told.
var opNames = []string{"cpu", "io", "sleep", "yield", "lock", "unlock", "put", "get", "task_done", "write", "read", "close", "request", "poll", "select", "copy", "apply", "apply_async", "result", "loop", "exit", "repeat", "forever",
	"acquire", "release", "wait", "notify", "notify_all", "set", "clear", "await", "arrive", "once",
	"load", "add", "store", "exchange", "test_and_set", "compare_and_swap", "fetch_add", "print", "if", "while", "fork", "spawn", "thread", "exec", "exit_thread", "join", "waitpid",
	"kill", "terminate", "stop", "cont", "ignore", "heed", "handle", "is_alive", "crash"}

// opFields are the keys an operation takes beside its own name.
var opFields = map[string][]string{
	"io": {"for", "model", "poll", "also", "do"}, "repeat": {"do"}, "forever": {"do"}, "once": {"do"},
	"load": {"for"}, "add": {"for"}, "store": {"for"}, "if": {"then", "else"}, "while": {"do", "for"},
	"exchange": {"for"}, "test_and_set": {"for"}, "compare_and_swap": {"for"}, "fetch_add": {"for"},
	"lock": append([]string{"mode"}, waits["lock"]...), "acquire": waits["acquire"], "wait": waits["wait"],
	"fork": {"do"}, "spawn": {"do"}, "thread": {"do"}, "exec": {"do"}, "join": waits["join"], "waitpid": waits["waitpid"],
	"kill": {"signal"}, "handle": {"do"},
	"await": waits["await"], "arrive": waits["arrive"], "put": putFields, "get": getFields, "write": writeFields, "read": readFields, "close": {"end"}, "request": requestFields, "apply": applyFields, "apply_async": applyFields, "result": {"what"},
}

// op reads one operation.
func (c *compiler) op(n *yaml.Node) {
	if n.Kind == yaml.ScalarNode && !isNull(n) {
		switch n.Value {
		case "select":
			c.emit(n, Op{Code: OpSelect, Res: -1}, "select")
		case "yield":
			c.emit(n, Op{Code: OpYield, Res: -1}, "yield")
		case "exit":
			c.emit(n, Op{Code: OpExit, Res: -1}, "exit 0")
		case "exit_thread":
			c.emit(n, Op{Code: OpExitThread, Res: -1}, "exit_thread 0")
		case "fork":
			c.fork(n, nil, nil)
		case "waitpid":
			c.waitFor(n, "waitpid", nil)
		case "crash":
			c.emit(n, Op{Code: OpCrash, Res: -1, Kin: &Kin{}}, "crash")
		default:
			c.unknownOp(n, n.Value)
		}
		return
	}
	if n.Kind != yaml.MappingNode || len(n.Content) == 0 {
		c.fail(n, "found "+describe(n)+" for an operation", "an operation such as {cpu: 5}, {lock: balance} or yield")
		return
	}
	var name string
	var value *yaml.Node
	for i := 0; i < len(n.Content); i += 2 {
		if key := n.Content[i].Value; contains(opNames, key) {
			if name != "" {
				c.fail(n.Content[i], quote(key)+" beside "+quote(name)+" in one operation", "one operation for each member of the list")
				return
			}
			name, value = key, n.Content[i+1]
		}
	}
	if name == "" {
		c.unknownOp(n.Content[0], n.Content[0].Value)
		return
	}
	fields := opFields[name]
	for i := 0; i < len(n.Content); i += 2 {
		switch key := n.Content[i]; {
		case key.Value == name || contains(fields, key.Value):
		case len(fields) == 0:
			c.fail(key, "unknown key "+quote(key.Value)+" beside "+quote(name), name+" takes no more keys")
			return
		default:
			c.fail(key, "unknown key "+quote(key.Value)+" beside "+quote(name), suggest(key.Value, fields))
			return
		}
	}
	c.known(n, name, value)
}

func (c *compiler) unknownOp(n *yaml.Node, word string) {
	want := suggest(word, opNames)
	if contains(opNames, word) {
		want = "write what it is about: " + word + ": …"
	}
	if first, _, two := cutSpace(word); two && contains(opNames, first) {
		want = "write it as a mapping: " + first + ": …"
	}
	c.fail(n, "unknown operation "+quote(word), want)
}

func cutSpace(s string) (before, after string, found bool) {
	for i := range len(s) {
		if s[i] == ' ' {
			return s[:i], s[i+1:], true
		}
	}
	return s, "", false
}

// known reads an operation whose name and keys are right.
func (c *compiler) known(n *yaml.Node, name string, v *yaml.Node) {
	switch name {
	case "cpu":
		if d, ok := c.time(v, "cpu", 0); ok {
			c.emit(n, Op{Code: OpCPU, Res: -1, Dur: d}, "cpu "+d.In(c.w.Unit))
		}
	case "sleep":
		if d, ok := c.time(v, "sleep", 0); ok {
			c.emit(n, Op{Code: OpSleep, Res: -1, Dur: d}, "sleep "+d.In(c.w.Unit))
		}
	case "io":
		if c.hasModel(n, v) {
			c.modelled(n, v)
		} else {
			c.io(n, v)
		}
	case "yield":
		if !isNull(v) && v.Value != "true" {
			c.fail(v, "yield: found "+describe(v), "yield takes no value")
			return
		}
		c.emit(n, Op{Code: OpYield, Res: -1}, "yield")
	case "put":
		c.put(n, v)
	case "get":
		c.get(n, v)
	case "loop":
		c.eventLoop(n, v)
	case "apply", "apply_async":
		c.apply(n, name, v)
	case "result":
		c.result(n, v)
	case "request":
		c.request(n, v)
	case "poll", "copy":
		c.phase(n, name, v)
	case "select":
		if !isNull(v) && v.Value != "true" {
			c.fail(v, "select: found "+describe(v), "select takes no value")
			return
		}
		c.emit(n, Op{Code: OpSelect, Res: -1}, "select")
	case "write":
		c.write(n, v)
	case "read":
		c.read(n, v)
	case "close":
		c.close(n, v)
	case "task_done":
		c.taskDone(n, v)
	case "exit":
		if code, ok := c.int(v, "exit", 0, 255); ok {
			c.emit(n, Op{Code: OpExit, Res: -1, Value: code}, "exit "+strconv.FormatInt(code, 10))
		}
	case "exit_thread":
		if code, ok := c.int(v, name, 0, 255); ok {
			c.emit(n, Op{Code: OpExitThread, Res: -1, Value: code}, "exit_thread "+strconv.FormatInt(code, 10))
		}
	case "exec":
		c.start(n, name, OpExec, v)
	case "fork":
		c.fork(n, v, lookup(n, "do"))
	case "spawn":
		c.start(n, name, OpSpawn, v)
	case "thread":
		c.start(n, name, OpThread, v)
	case "join", "waitpid":
		if name == "join" && c.isQueue(v) { // or a pool
			c.joinQueue(n, v)
			return
		}
		c.waitFor(n, name, v)
	case "kill", "terminate", "stop", "cont":
		c.signal(n, name, v)
	case "ignore", "heed":
		c.ignoring(n, name, v)
	case "handle":
		c.handling(n, v)
	case "is_alive":
		c.about(n, name, OpAlive, v)
	case "crash":
		if !isNull(v) && v.Value != "true" {
			c.fail(v, "crash: found "+describe(v), "crash takes no value")
			return
		}
		c.emit(n, Op{Code: OpCrash, Res: -1, Kin: &Kin{}}, "crash")
	case "repeat":
		do := lookup(n, "do")
		if v.Kind == yaml.ScalarNode && v.Value == "forever" || v.Value == ".inf" {
			c.fail(v, "repeat: found "+describe(v), "write forever: [operations]")
			return
		}
		turns, ok := c.int(v, "repeat", 0, MaxRepeat)
		if do == nil {
			c.fail(n, "repeat without do", "repeat: 3, do: [operations]")
			return
		}
		if ok {
			c.loop(n, do, turns, "repeat "+strconv.FormatInt(turns, 10))
		}
	case "forever":
		do := lookup(n, "do")
		switch {
		case v.Kind == yaml.SequenceNode && do == nil:
			do = v
		case do == nil || !isNull(v) && v.Value != "true":
			c.fail(v, "forever: found "+describe(v), "forever: [operations]")
			return
		}
		c.loop(n, do, -1, "forever")
	case "load", "add", "store":
		c.instruction(n, name, v)
	case "print":
		c.print(n, v)
	case "if":
		c.branch(n, v)
	case "while":
		c.while(n, v)
	case "exchange", "test_and_set", "compare_and_swap", "fetch_add":
		c.atomic(n, name, v)
	default:
		c.sync(n, name, v)
	}
}

// io reads `io: 3`, at the device of its own, or `io: disk, for: 3`.
func (c *compiler) io(n, v *yaml.Node) {
	length := lookup(n, "for")
	if length == nil {
		if v.Kind == yaml.ScalarNode && c.isResource(v.Value) {
			c.fail(v, "io: "+quote(v.Value)+" without a time", fmt.Sprintf("{io: %s, for: 3}", v.Value))
			return
		}
		d, ok := c.time(v, "io", 0)
		if !ok {
			return
		}
		if i, ok := c.implicitDevice(v); ok {
			text := "io "
			if !c.w.Resources[i].Implicit {
				text += c.w.Resources[i].Name + " "
			}
			c.emit(n, Op{Code: OpIO, Res: i, Dur: d}, text+d.In(c.w.Unit))
		}
		return
	}
	i, known := c.resource(v, "io", Device)
	if d, ok := c.time(length, "for", 0); ok && known {
		c.emit(n, Op{Code: OpIO, Res: i, Dur: d}, "io "+v.Value+" "+d.In(c.w.Unit))
	}
}
