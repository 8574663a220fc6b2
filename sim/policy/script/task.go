package script

import (
	"fmt"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"timeslice/sim"
)

// task is what a script sees of a task. It holds nothing: what is asked of it is
// asked of the kernel at that moment.
type task struct {
	p       *Policy
	id      sim.TaskID
	since   sim.Time          // when it last became ready
	ready   bool              // and not picked since
	allowed *starlark.Builtin // made when first asked for
}

var (
	_ starlark.HasAttrs   = (*task)(nil)
	_ starlark.Comparable = (*task)(nil)
)

func (t *task) String() string        { return t.p.v.Name(t.id) }
func (t *task) Type() string          { return "task" }
func (t *task) Freeze()               {}
func (t *task) Truth() starlark.Bool  { return true }
func (t *task) Hash() (uint32, error) { return uint32(t.id), nil }

// CompareSameType orders tasks as the workload does.
func (t *task) CompareSameType(op syntax.Token, y starlark.Value, _ int) (bool, error) {
	a, b := t.id, y.(*task).id
	switch op {
	case syntax.EQL:
		return a == b, nil
	case syntax.NEQ:
		return a != b, nil
	case syntax.LT:
		return a < b, nil
	case syntax.LE:
		return a <= b, nil
	case syntax.GT:
		return a > b, nil
	case syntax.GE:
		return a >= b, nil
	}
	return false, fmt.Errorf("tasks can't be compared by %s", op)
}

var taskAttrs = []string{
	"allowed", "arrival", "burst", "cpu_used", "deadline", "id", "name", "nice", "period", "priority",
	"remaining", "slice", "tickets", "waiting_since", "weight",
}

func (t *task) AttrNames() []string { return taskAttrs }

func (t *task) Attr(name string) (starlark.Value, error) {
	v := t.p.v
	var n int64
	switch name {
	case "name":
		return starlark.String(v.Name(t.id)), nil
	case "allowed":
		if t.allowed == nil {
			t.allowed = starlark.NewBuiltin("allowed", t.isAllowed)
		}
		return t.allowed, nil
	case "id":
		n = int64(t.id)
	case "arrival":
		n = int64(v.Arrival(t.id))
	case "priority":
		n = v.Priority(t.id)
	case "nice":
		n = int64(v.Nice(t.id))
	case "tickets":
		n = v.Tickets(t.id)
	case "weight":
		n = v.Weight(t.id)
	case "slice":
		n = int64(v.OwnSlice(t.id))
	case "period":
		n = int64(v.Period(t.id))
	case "deadline":
		n = int64(v.Deadline(t.id))
	case "cpu_used":
		n = int64(v.Ran(t.id))
	case "waiting_since":
		n = int64(t.since)
	case "remaining":
		n = int64(v.Oracle().Total(t.id))
	case "burst":
		n = int64(v.Oracle().Burst(t.id))
	default:
		return nil, nil
	}
	return starlark.MakeInt64(n), nil
}

func (t *task) isAllowed(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	cpu, err := t.p.cpuArg(b, args, kwargs)
	if err != nil {
		return nil, err
	}
	return starlark.Bool(t.p.v.Allowed(t.id, cpu)), nil
}

// task returns a task as the script knows it, always the same one.
func (p *Policy) task(id sim.TaskID) *task {
	for int(id) >= len(p.tasks) {
		p.tasks = append(p.tasks, &task{p: p, id: sim.TaskID(len(p.tasks))})
	}
	return p.tasks[id]
}
