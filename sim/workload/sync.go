package workload

import (
	"fmt"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// syncFields are the keys a resource takes that tasks synchronise by.
var syncFields = map[ResourceKind][]string{
	Mutex:     {"order", "handoff", "protocol", "ceiling"},
	RLock:     {"order", "handoff", "protocol", "ceiling"},
	RWLock:    {"prefer"},
	Semaphore: {"value", "max", "order"},
	Condition: {"lock", "order"},
	Event:     {"set"},
	Barrier:   {"parties"},
	Timer:     {"after", "every"},
}

// syncField reads one of them.
func (r *reader) syncField(res *Resource, all *yaml.Node, key string, v *yaml.Node) {
	switch key {
	case "order":
		i, _ := r.choice(v, key, "fifo", "priority")
		res.ByPriority = i == 1
	case "handoff":
		yes, ok := r.flag(v, key)
		res.Barging = ok && !yes
	case "protocol", "ceiling":
		r.protocolField(res, all, key, v)
	case "prefer":
		i, _ := r.choice(v, key, preferNames...)
		res.Prefer = Prefer(i)
	case "value":
		res.Value, _ = r.int(v, key, 0, maxNumber)
	case "max":
		n, _ := r.int(v, key, 1, maxNumber)
		res.Capacity = int(n)
	case "parties":
		n, _ := r.int(v, key, 1, MaxTasks)
		res.Capacity = int(n)
	case "after", "every":
		if d, ok := r.time(v, key, 0); ok {
			r.timerField(res, key, d)
		}
	case "set":
		if yes, _ := r.flag(v, key); yes {
			res.Value = 1
		}
	case "lock":
		if name, ok := r.name(v, key); ok {
			r.conditions = append(r.conditions, conditionLock{len(r.w.Resources), name, v})
		}
	}
}

// syncComplete checks what a resource must say, when it is read.
func (r *reader) syncComplete(res *Resource, name string, v *yaml.Node) {
	if r.full() {
		return
	}
	switch res.Kind {
	case Semaphore:
		if v.Kind != yaml.MappingNode || lookup(v, "value") == nil {
			res.Value = 1
		}
		if res.Capacity > 0 && res.Value > int64(res.Capacity) {
			r.fail(v, fmt.Sprintf("semaphore %s of %d units at first and %d at most", quote(name), res.Value, res.Capacity), "a value up to max")
		}
	case Barrier:
		if res.Capacity == 0 {
			r.fail(v, "barrier "+quote(name)+" without parties", name+": {kind: barrier, parties: 3}")
		}
	case Timer:
		if res.After == 0 {
			r.fail(v, "timer "+quote(name)+" that goes off at once", name+": {kind: timer, after: 5}")
		}
	case Condition:
		if v.Kind != yaml.MappingNode || lookup(v, "lock") == nil {
			r.fail(v, "condition "+quote(name)+" without a lock", name+": {kind: condition, lock: m}")
		}
	}
}

// conditionLock is the name of a condition's lock, which may be declared later.
type conditionLock struct {
	condition int // index into Workload.Resources
	name      string
	at        *yaml.Node
}

// findLocks finds the locks of conditions, once all resources are read.
func (r *reader) findLocks() {
	for _, c := range r.conditions {
		if c.condition >= len(r.w.Resources) {
			return // refused already
		}
		if i, ok := r.resource(c.at, "lock", Mutex, RLock); ok {
			r.w.Resources[c.condition].Lock = i
		}
	}
}

// syncDetail writes what a resource says beside its kind.
func (o *writer) syncDetail(res *Resource) string {
	detail := ""
	add := func(on bool, text string) {
		if on {
			detail += ", " + text
		}
	}
	switch res.Kind {
	case Semaphore:
		add(true, "value: "+strconv.FormatInt(res.Value, 10))
		add(res.Capacity > 0, "max: "+strconv.Itoa(res.Capacity))
	case Barrier:
		add(true, "parties: "+strconv.Itoa(res.Capacity))
	case Condition:
		add(true, "lock: "+str(o.w.Resources[res.Lock].Name))
	case Event:
		add(res.Value > 0, "set: yes")
	case Timer:
		detail += o.timerDetail(res)
	case RWLock:
		add(res.Prefer != PreferReaders, "prefer: "+preferNames[res.Prefer])
	}
	add(res.Protocol != NoProtocol, "protocol: "+res.Protocol.String())
	add(res.Ceiling != nil, ceilingText(res))
	add(res.ByPriority && res.Protocol == NoProtocol, "order: priority")
	add(!res.ByPriority && res.Protocol != NoProtocol, "order: fifo")
	add(res.Barging, "handoff: no")
	return detail
}

// locks are the kinds of resources one locks and unlocks.
var locks = []ResourceKind{Mutex, RLock, Spin, RWLock}

// syncOps are the operations that name just a resource, by their names.
var syncOps = map[string]struct {
	code  OpCode
	value int64
	kinds []ResourceKind
}{
	"lock":       {OpLock, 0, locks},
	"unlock":     {OpUnlock, 0, locks},
	"acquire":    {OpAcquire, 0, []ResourceKind{Semaphore}},
	"release":    {OpRelease, 0, []ResourceKind{Semaphore}},
	"wait":       {OpWait, 0, []ResourceKind{Condition}},
	"notify":     {OpNotify, 1, []ResourceKind{Condition}},
	"notify_all": {OpNotify, -1, []ResourceKind{Condition}},
	"set":        {OpSet, 0, []ResourceKind{Event}},
	"clear":      {OpClear, 0, []ResourceKind{Event}},
	"await":      {OpAwait, 0, []ResourceKind{Event, Timer}},
	"start":      {OpStartTimer, 0, []ResourceKind{Timer}},
	"cancel":     {OpCancelTimer, 0, []ResourceKind{Timer}},
	"arrive":     {OpArrive, 0, []ResourceKind{Barrier}},
}

// sync reads an operation of syncOps, or once.
func (c *compiler) sync(n *yaml.Node, name string, v *yaml.Node) {
	if name == "await" && v.Kind == yaml.MappingNode {
		c.awaits(v)
		return
	}
	if name == "once" {
		c.once(n, v)
		return
	}
	what := syncOps[name]
	op, text := Op{Code: what.code, Value: what.value}, name+" "+v.Value
	i, ok := c.resource(v, name, what.kinds...)
	op.Res = i
	if ok && op.Code == OpAwait && c.w.Resources[i].Kind == Timer {
		op.Code = OpAwaitTimer
	}
	if mode := lookup(n, "mode"); mode != nil && ok {
		m, good := c.choice(mode, "mode", "write", "read")
		switch {
		case !good:
			return
		case c.w.Resources[i].Kind != RWLock:
			c.fail(mode, "mode: "+quote(v.Value)+" is a "+c.w.Resources[i].Kind.String(), "only an rwlock has a mode")
			return
		case m == 1:
			op.Code = OpLockRead
			text += ", read"
		}
	}
	if c.patience(n, name, &op, &text) && ok {
		c.emit(n, op, text)
	}
}

// once reads `once: NAME, do: [...]`.
func (c *compiler) once(n, v *yaml.Node) {
	do := lookup(n, "do")
	i, ok := c.resource(v, "once", Once)
	switch {
	case do == nil:
		c.fail(n, "once without do", "once: NAME, do: [operations]")
		return
	case c.depth == MaxNesting:
		c.fail(n, "repeats nested too deep", fmt.Sprintf("the most repeats inside each other is %d", MaxNesting))
		return
	case !ok:
		return
	}
	start := c.emit(n, Op{Code: OpOnce, Res: i}, "once "+v.Value)
	c.depth++
	c.block(do, "do")
	c.depth--
	if c.large {
		return
	}
	c.emit(n, Op{Code: OpOnceEnd, Res: i}, "")
	c.p.Ops[start].Jump = len(c.p.Ops)
}

// syncOp writes an operation of syncOps; once is written with its body.
func (o *writer) syncOp(op *Op, name string) string {
	for _, word := range syncNames {
		if what, ok := syncOps[word]; ok && what.code == op.Code && what.value == op.Value {
			return o.waiting(op, word, name)
		}
	}
	if op.Code == OpAwaitTimer {
		return o.waiting(op, "await", name)
	}
	if op.Code == OpLockRead {
		text := o.waiting(op, "lock", name)
		return "{" + strings.Trim(text, "{}") + ", mode: read}"
	}
	o.err = fmt.Errorf("workload: operation %d can't be written", op.Code)
	return ""
}

// syncNames are the names of operations that synchronise, in the order they are
// told.
var syncNames = []string{
	"lock", "unlock", "acquire", "release", "wait", "notify", "notify_all", "set", "clear", "await", "start", "cancel", "arrive", "once",
}

// synchronising checks an operation that may wait or needs a lock.
func (c *compiler) synchronising(i int, held map[int]Pos, unsure map[int]bool) bool {
	op := &c.p.Ops[i]
	if op.Code != OpWait {
		return true
	}
	lock := c.w.Resources[op.Res].Lock
	if _, has := held[lock]; !has && !unsure[lock] && c.w.Resources[lock].Kind == Mutex {
		name := c.w.Resources[lock].Name
		c.failAt(c.pos[i], fmt.Sprintf("wait: %s isn't held here", quote(name)), fmt.Sprintf("lock: %s before: a condition is waited for with its lock", name))
		return false
	}
	return true
}

// beginsOnce checks that a once doesn't stand inside itself.
func (c *compiler) beginsOnce(i int, around []frame) bool {
	res := c.p.Ops[i].Res
	for _, f := range around {
		if f.start >= 0 && c.p.Ops[f.start].Code == OpOnce && c.p.Ops[f.start].Res == res {
			c.failAt(c.pos[i], fmt.Sprintf("once: %s inside itself, so the task would wait for itself", quote(c.w.Resources[res].Name)), "another once")
			return false
		}
	}
	return true
}

// onced checks that a once, which may not be done, leaves the locks as it found
// them, adds it to what is around it, and returns the locks held behind it, nil
// if it is wrong.
func (c *compiler) onced(inner *frame, held map[int]Pos, outer *frame) map[int]Pos {
	if res, some := different(inner.held, held); some && !inner.ends {
		c.failAt(c.pos[inner.start], fmt.Sprintf("once: %s is held before or after it only", quote(c.w.Resources[res].Name)), "lock and unlock it inside, or outside")
		return nil
	}
	outer.time = saturate(outer.time, inner.time, 1)
	outer.idle += inner.idle
	return inner.held
}
