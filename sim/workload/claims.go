package workload

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// A banker who avoids deadlocks must know beforehand what each task may come to
// hold at once: its claims. Here they are read off its program, if it doesn't say.

// Claimable tells, by resource, which of them a banker can look after: mutexes,
// rlocks, and semaphores with units at first that only those give back who took
// them. A semaphore that others release is a signal, which nobody can claim.
func (w *Workload) Claimable() []bool {
	claimable := make([]bool, len(w.Resources))
	for i := range w.Resources {
		r := &w.Resources[i]
		claimable[i] = r.Kind == Mutex || r.Kind == RLock || r.Kind == Semaphore && r.Value > 0
	}
	met := map[*Program]bool{}
	var look func(p *Program)
	look = func(p *Program) {
		if p == nil || met[p] {
			return
		}
		met[p] = true
		before := w.held(p)
		for i := range p.Ops {
			op := &p.Ops[i]
			if op.Code == OpRelease && before[i] != nil && before[i][op.Res] == 0 {
				claimable[op.Res] = false
			}
			if op.Kin != nil && op.Kin.Child != nil {
				look(op.Kin.Child.Program)
			}
		}
	}
	for i := range w.Tasks {
		look(w.Tasks[i].Program)
	}
	for i := range w.Interventions {
		if add := w.Interventions[i].Add; add != nil {
			look(add.Program)
		}
	}
	return claimable
}

// MostHeld returns the most units of each semaphore, and 1 of each mutex, that a
// task with a program ever holds at once, whatever way it takes through its ifs;
// at most what there is.
func (w *Workload) MostHeld(p *Program) []int64 {
	most := make([]int64, len(w.Resources))
	for i, before := range w.held(p) {
		if before == nil {
			continue
		}
		more := w.heldAfter(&p.Ops[i], before)
		for res := range most {
			most[res] = max(most[res], before[res], more[res])
		}
	}
	return most
}

// held returns the most that may be held before each operation; nil before one
// that is never reached.
func (w *Workload) held(p *Program) [][]int64 {
	before := make([][]int64, len(p.Ops))
	todo := []int{}
	reach := func(i int, held []int64) {
		switch {
		case i >= len(p.Ops):
			return
		case before[i] == nil:
			before[i] = slices.Clone(held)
			todo = append(todo, i)
			return
		}
		grown := false
		for res, n := range held {
			if n > before[i][res] {
				before[i][res], grown = n, true
			}
		}
		if grown {
			todo = append(todo, i)
		}
	}
	reach(0, make([]int64, len(w.Resources)))
	for len(todo) > 0 {
		i := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		op := &p.Ops[i]
		after := w.heldAfter(op, before[i])
		switch op.Code {
		case OpExit, OpExitThread, OpExec:
			continue
		case OpElse, OpWhileEnd: // the end of the first part, or of a turn
			reach(op.Jump, after)
			continue
		case OpRepeat, OpIf, OpWhile, OpOnce, OpFork, OpHandle, OpEnd, OpAsm:
			if op.Jump > 0 {
				reach(op.Jump, after)
			}
		}
		reach(i+1, after)
	}
	return before
}

// heldAfter returns what is held after an operation at most.
func (w *Workload) heldAfter(op *Op, before []int64) []int64 {
	after := before
	change := func(n int64) {
		after = slices.Clone(before)
		after[op.Res] = n
	}
	switch op.Code {
	case OpLock:
		change(1)
	case OpUnlock:
		change(0)
	case OpAcquire:
		change(min(before[op.Res]+1, w.Resources[op.Res].Value))
	case OpRelease:
		change(max(before[op.Res]-1, 0))
	}
	return after
}

// claims reads what a task says that it may hold.
func (r *reader) claims(n *yaml.Node) []int64 {
	const want = "the most it holds at once: {printer: 1, slots: 2}"
	if n.Kind != yaml.MappingNode {
		r.fail(n, "claims: found "+describe(n), want)
		return nil
	}
	claims := make([]int64, len(r.w.Resources))
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		res, ok := r.resource(k, "claims", Mutex, RLock, Semaphore)
		if !ok {
			return nil
		}
		most := int64(1)
		if r.w.Resources[res].Kind == Semaphore {
			most = maxNumber
		}
		units, ok := r.int(v, "claims", 0, most)
		if !ok {
			return nil
		}
		if there := &r.w.Resources[res]; there.Kind == Semaphore && units > there.Value {
			r.fail(v, fmt.Sprintf("claims: found %d of %s, which has %d", units, quote(there.Name), there.Value), "no more than there is")
			return nil
		}
		claims[res] = units
	}
	return claims
}

// claimable refuses locks whose deadlocks a banker can't avoid.
func (r *reader) claimable() {
	if r.w.Conventions.Deadlock != AvoidDeadlock {
		return
	}
	for i := range r.w.Resources {
		switch res := &r.w.Resources[i]; res.Kind {
		case Spin, RWLock:
			r.failAt(res.Pos, fmt.Sprintf("deadlock: avoid, and %s is a %s", quote(res.Name), res.Kind), "mutexes, rlocks and semaphores, of which tasks can claim units")
			return
		}
	}
}

// claims writes what a task says that it may hold.
func (o *writer) claims(t *Task) string {
	var parts []string
	for i, n := range t.Claims {
		if n > 0 {
			parts = append(parts, str(o.w.Resources[i].Name)+": "+strconv.FormatInt(n, 10))
		}
	}
	return "{" + strings.Join(parts, ", ") + "}"
}
