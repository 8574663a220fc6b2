package script

import (
	"slices"

	"go.starlark.net/starlark"

	"timeslice/sim"
)

// given are the functions a script is given beside those of Starlark.
var given = []string{"cpus()", "now()", "place(task, queue)", "random(n)", "ready(cpu)", "running(cpu)", `time("4ms")`}

// predeclared returns what a script can use, by name. Names with a space in them
// are for what guard puts in; no script can write them.
func (p *Policy) predeclared() starlark.StringDict {
	all := guards(p)
	for name, f := range map[string]func(*starlark.Builtin, starlark.Tuple, []starlark.Tuple) (starlark.Value, error){
		"now": p.nowFunc, "cpus": p.cpusFunc, "running": p.runningFunc, "ready": p.readyFunc,
		"random": p.randomFunc, "place": p.placeFunc,
	} {
		all[name] = starlark.NewBuiltin(name, func(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
			if p.v == nil {
				return nil, wrong("call it in a function; start() is called first", "%s is not known before the run begins", name)
			}
			return f(b, args, kwargs)
		})
	}
	all["time"] = starlark.NewBuiltin("time", p.timeFunc)
	all[paramsName] = starlark.NewBuiltin("params", p.paramsFunc)
	return all
}

func (p *Policy) nowFunc(b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	if err := starlark.UnpackPositionalArgs(b.Name(), args, kwargs, 0); err != nil {
		return nil, err
	}
	return starlark.MakeInt64(int64(p.v.Now())), nil
}

func (p *Policy) cpusFunc(b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	if err := starlark.UnpackPositionalArgs(b.Name(), args, kwargs, 0); err != nil {
		return nil, err
	}
	return starlark.MakeInt(p.v.CPUs()), nil
}

func (p *Policy) cpuArg(b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (int, error) {
	var cpu int
	if err := starlark.UnpackPositionalArgs(b.Name(), args, kwargs, 1, &cpu); err != nil {
		return 0, err
	}
	return cpu, p.isCPU(b.Name(), cpu)
}

func (p *Policy) isCPU(name string, cpu int) error {
	if cpu < 0 || cpu >= p.v.CPUs() {
		return wrong("CPUs are numbered from 0; cpus() says how many there are", "%s: there is no CPU %d", name, cpu)
	}
	return nil
}

func (p *Policy) runningFunc(b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	cpu, err := p.cpuArg(b, args, kwargs)
	if err != nil {
		return nil, err
	}
	if id, ok := p.v.Running(cpu); ok {
		return p.task(id), nil
	}
	return starlark.None, nil
}

func (p *Policy) readyFunc(b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	cpu := -1
	if len(args)+len(kwargs) > 0 {
		var err error
		if cpu, err = p.cpuArg(b, args, kwargs); err != nil {
			return nil, err
		}
	}
	if err := p.charge(len(p.ready)); err != nil {
		return nil, err
	}
	list := make([]starlark.Value, 0, len(p.ready))
	for _, id := range p.ready {
		if cpu < 0 || p.v.Allowed(id, cpu) {
			list = append(list, p.tasks[id])
		}
	}
	return starlark.NewList(list), nil
}

func (p *Policy) randomFunc(b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var n int64
	if err := starlark.UnpackPositionalArgs(b.Name(), args, kwargs, 1, &n); err != nil {
		return nil, err
	}
	if n < 1 {
		return nil, wrong("random(n) is a number from 0 to n-1", "random: found %d, not a number above 0", n)
	}
	if p.explaining {
		return nil, wrong("", "explain must not draw")
	}
	return starlark.MakeInt64(int64(p.v.Random()>>1) % n), nil
}

func (p *Policy) placeFunc(b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var t *task
	var queue int
	var head bool
	if err := starlark.UnpackArgs(b.Name(), args, kwargs, "task", &t, "queue", &queue, "head?", &head); err != nil {
		return nil, err
	}
	if n := max(1, len(p.queues)); queue < 0 || queue >= n {
		return nil, wrong(`queues are numbered from 0; name them at the top, as in queues = ["first", "second"]`,
			"place: there is no queue %d", queue)
	}
	if p.explaining {
		return nil, wrong("", "explain must not change anything")
	}
	p.v.SetHome(t.id, queue)
	if head && t.ready {
		p.v.ToHead(t.id)
	}
	return starlark.None, nil
}

func (p *Policy) timeFunc(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var text string
	if err := starlark.UnpackPositionalArgs(b.Name(), args, kwargs, 1, &text); err != nil {
		return nil, err
	}
	t, err := p.duration(text)
	if err != nil {
		return nil, wrong("", "time: found %q; %v", text, err)
	}
	return starlark.MakeInt64(int64(t)), nil
}

// taken forgets that a task is ready.
func (p *Policy) taken(id sim.TaskID) {
	if t := p.task(id); t.ready {
		t.ready = false
		i := slices.Index(p.ready, id)
		p.ready = slices.Delete(p.ready, i, i+1)
	}
}
