package script

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"timeslice/sim"
)

// Limits of a script.
const (
	// MaxSource is how many bytes a script may have.
	MaxSource = 64 << 10
	// maxSteps is how many steps a call may take, and taskSteps how many more
	// for each task.
	maxSteps  = 100_000
	taskSteps = 100
	// mostKept is how many values a script may keep at the top.
	mostKept = 1_000_000
	// walkEvery is how many steps go by before what is kept is counted.
	walkEvery = 4_000_000
)

// dialect is Python where Starlark would rather not be: a script is short, and
// its steps are counted anyhow.
var dialect = &syntax.FileOptions{Set: true, While: true, TopLevelControl: true, GlobalReassign: true}

// Policy is a script as the kernel's policy. It belongs to one machine.
type Policy struct {
	file     string
	program  *starlark.Program
	top      map[string]syntax.Position // where the names of the top get their values
	set      []sim.Param
	duration func(string) (sim.Time, error)

	v       *sim.View // nil until it is attached
	thread  *starlark.Thread
	limit   uint64 // steps of this call
	spent   uint64 // steps since what is kept was last counted
	dead    bool
	globals starlark.StringDict
	params  []param
	quantum sim.Time
	period  sim.Time // of tick
	queues  []string
	fn      functions
	args    [2]starlark.Value
	now     *starlark.Function // that is called; nil at the top

	tasks      []*task
	ready      []sim.TaskID // in the order they became ready
	next       sim.Time     // tick
	lastVictim sim.Time     // when some task last had to give way
	victims    int          // how many had to then
	giveWay    []sim.TaskID // by CPU: whom tick told to give way, or NoTask
	explaining bool
}

// functions are those a script defines; nil if it doesn't.
type functions struct {
	pick, enqueue, remove, slice, preempts, victim, tick, key, explain, start *starlark.Function
}

// New reads a script and runs what stands at its top; the error names the place,
// as an [*Error], or a parameter, as a [*ParamError]. file is what the script is
// called in messages. set are the parameters a workload sets; duration reads
// times as it writes them ("4", "4ms").
func New(file, source string, set []sim.Param, duration func(string) (sim.Time, error)) (*Policy, error) {
	whole := func(remedy, format string, args ...any) error {
		return &Error{File: file, Message: fmt.Sprintf(format, args...), Remedy: remedy}
	}
	source = Clean(source)
	switch {
	case len(source) > MaxSource:
		return nil, whole(fmt.Sprintf("at most %d", MaxSource), "a script of %d bytes", len(source))
	case !utf8.ValidString(source):
		return nil, whole("save it as UTF-8", "is not text")
	}
	p := &Policy{file: file, set: set, duration: duration}
	if err := p.compile(source); err != nil {
		return nil, told(file, err)
	}
	if err := p.load(); err != nil {
		return nil, told(file, err)
	}
	if err := p.unknown(); err != nil {
		return nil, err
	}
	return p, nil
}

// Clean takes from a script what editors leave in it and Starlark doesn't mind
// or doesn't take: a mark at its start, line ends of other systems, blanks at
// the ends of lines and of the file.
func Clean(source string) string {
	lines := strings.Split(strings.TrimPrefix(source, "\ufeff"), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " \t\r")
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n") + "\n"
}

func (p *Policy) compile(source string) error {
	f, err := dialect.Parse(p.file, source, 0)
	if err != nil {
		return lineEnd(err, source)
	}
	for _, s := range f.Stmts {
		if load, ok := s.(*syntax.LoadStmt); ok {
			return syntax.Error{Pos: load.Load, Msg: "a script is one file and can't load another"}
		}
	}
	p.top = map[string]syntax.Position{}
	for _, s := range f.Stmts {
		if a, ok := s.(*syntax.AssignStmt); ok {
			if name, ok := a.LHS.(*syntax.Ident); ok {
				p.top[name.Name] = name.NamePos
			}
		}
	}
	guard(f)
	names := p.predeclared()
	p.program, err = starlark.FileProgram(f, names.Has)
	return err
}

// lineEnd puts an error about the end of a line there, which the parser sees at
// the start of the next.
func lineEnd(err error, source string) error {
	var bad syntax.Error
	if !errors.As(err, &bad) || bad.Pos.Col != 1 || bad.Pos.Line < 2 || !strings.HasPrefix(bad.Msg, "got newline") {
		return err
	}
	line := strings.Split(source, "\n")[bad.Pos.Line-2]
	bad.Pos.Line, bad.Pos.Col = bad.Pos.Line-1, int32(utf8.RuneCountInString(line))+1
	return bad
}

// load runs the top of the script and finds what it defines.
func (p *Policy) load() error {
	p.thread, p.now = &starlark.Thread{Name: p.file}, nil
	p.begin()
	globals, err := p.program.Init(p.thread, p.predeclared())
	p.spent += p.thread.Steps
	if err != nil {
		return p.limited(err)
	}
	p.globals = globals
	if err := p.find(); err != nil {
		return err
	}
	if p.queues, err = queueNames(globals["queues"]); err != nil {
		return errorAt(p.top["queues"], err)
	}
	p.quantum, p.period = p.time(quantumParam), p.time(tickParam)
	if p.fn.tick != nil && p.period == 0 {
		return p.at(p.fn.tick, wrong(`params = {"tick": "10ms"}`, "tick needs to know how often"))
	}
	return nil
}

// find looks for the functions a policy consists of.
func (p *Policy) find() error {
	p.fn = functions{}
	for _, x := range []struct {
		name, form string
		params     int
		to         **starlark.Function
	}{
		{"pick", "pick(cpu)", 1, &p.fn.pick},
		{"enqueue", "enqueue(task, why)", 2, &p.fn.enqueue},
		{"remove", "remove(task)", 1, &p.fn.remove},
		{"slice", "slice(task)", 1, &p.fn.slice},
		{"preempts", "preempts(new, old)", 2, &p.fn.preempts},
		{"victim", "victim()", 0, &p.fn.victim},
		{"tick", "tick(cpu, task)", 2, &p.fn.tick},
		{"key", "key(task)", 1, &p.fn.key},
		{"explain", "explain(cpu)", 1, &p.fn.explain},
		{"start", "start()", 0, &p.fn.start},
	} {
		global, ok := p.globals[x.name]
		if !ok {
			continue
		}
		f, ok := global.(*starlark.Function)
		if !ok {
			return errorAt(p.top[x.name], wrong("def "+x.form+":", "%s is of type %s, not a function", x.name, global.Type()))
		}
		if f.NumParams() != x.params || f.NumKwonlyParams() > 0 || f.HasVarargs() || f.HasKwargs() {
			return p.at(f, wrong("def "+x.form+":", "%s takes other parameters than it is called with", x.name))
		}
		*x.to = f
	}
	if p.fn.pick == nil {
		return &Error{File: p.file, Message: "there is no function pick(cpu), which chooses who runs next", Remedy: "def pick(cpu): return ready(cpu)[0]"}
	}
	return nil
}

// at is an error of a function as a whole.
func (p *Policy) at(f *starlark.Function, err error) error { return errorAt(f.Position(), err) }

func queueNames(v starlark.Value) ([]string, error) {
	if v == nil {
		return nil, nil
	}
	list, ok := v.(*starlark.List)
	if !ok || list.Len() < 1 || list.Len() > 64 {
		return nil, wrong(`queues = ["first", "second"], or another name for what isn't shown`, "queues is not a list of 1 to 64 names")
	}
	var names []string
	for x := range list.Elements() {
		name, ok := x.(starlark.String)
		if !ok || len(name) > 64 {
			return nil, wrong(`queues = ["first", "second"], or another name for what isn't shown`, "%s is not the name of a queue", x.Type())
		}
		names = append(names, string(name))
	}
	return names, nil
}

// begin gives the next call its steps.
func (p *Policy) begin() {
	p.limit = maxSteps
	if p.v != nil {
		p.limit += taskSteps * uint64(p.v.Tasks())
	}
	p.thread.Steps = 0
	p.thread.SetMaxExecutionSteps(p.limit)
}

// left is how many steps this call still has.
func (p *Policy) left() int { return int(p.limit-min(p.thread.Steps, p.limit)) + 1 }

func (p *Policy) tooMuch() error {
	what := "the top of the script"
	if p.now != nil {
		what = p.now.Name()
	}
	return wrong("does it go on for ever?", "%s takes more than %d steps, or builds as much", what, p.limit)
}

// limited says in our words that there were too many steps.
func (p *Policy) limited(err error) error {
	var broken *starlark.EvalError
	if p.thread.Steps < p.limit || !errors.As(err, &broken) {
		return err
	}
	for _, frame := range slices.Backward(broken.CallStack) {
		if frame.Pos.Filename() == p.file {
			return errorAt(frame.Pos, p.tooMuch())
		}
	}
	return err
}

// call calls a function of the script. If that fails, the policy is dead: from
// then on it does nothing, and the kernel replaces it.
func (p *Policy) call(f *starlark.Function, args starlark.Tuple) (starlark.Value, bool) {
	if p.dead {
		return starlark.None, false
	}
	p.begin()
	p.now = f
	v, err := starlark.Call(p.thread, f, args, nil)
	p.spent += p.thread.Steps
	if err == nil && p.spent > walkEvery {
		if err = p.countKept(); err != nil {
			err = p.at(f, err)
		}
	}
	if err != nil {
		p.fail(p.limited(err))
		return starlark.None, false
	}
	return v, true
}

func (p *Policy) call1(f *starlark.Function, a starlark.Value) (starlark.Value, bool) {
	p.args[0] = a
	return p.call(f, p.args[:1])
}

func (p *Policy) call2(f *starlark.Function, a, b starlark.Value) (starlark.Value, bool) {
	p.args[0], p.args[1] = a, b
	return p.call(f, p.args[:2])
}

// fail gives up.
func (p *Policy) fail(err error) {
	if p.explaining {
		p.thread.Uncancel()
		return
	}
	p.dead = true
	p.v.Fail(told(p.file, err))
}

// countKept finds out how much the script keeps.
func (p *Policy) countKept() error {
	p.spent = 0
	seen := map[starlark.Value]bool{}
	n := 0
	var count func(v starlark.Value, depth int)
	count = func(v starlark.Value, depth int) {
		n += size(v) + 1
		if n > mostKept || depth > mostDepth {
			n = max(n, mostKept+1)
			return
		}
		switch v.(type) {
		case *starlark.List, *starlark.Dict, *starlark.Set:
			if seen[v] {
				return
			}
			seen[v] = true
		}
		for _, part := range parts(v) {
			if n <= mostKept {
				count(part, depth+1)
			}
		}
	}
	for _, name := range p.globals.Keys() {
		count(p.globals[name], 0)
	}
	if n > mostKept {
		return wrong("forget what isn't needed any more", "the script keeps more than %d values", mostKept)
	}
	return nil
}
