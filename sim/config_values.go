package sim

import (
	"fmt"

	"timeslice/sim/workload"
)

// validateValues checks what a program says of variables, and that every if has
// an end.
func validateValues(p *workload.Program, w *workload.Workload, field string) error {
	var open []int // where each loop or if began, or the else of that
	for i := range p.Ops {
		op := &p.Ops[i]
		name := -1
		switch op.Code {
		case workload.OpLoad, workload.OpPrint, workload.OpIf, workload.OpWhile:
			name = op.Var
		case workload.OpCompareAndSwap:
			if op.Swap == nil || op.Swap.Old.Var >= len(w.Variables) || op.Swap.New.Var >= len(w.Variables) {
				return fieldError("compares with nothing", "%s.Ops[%d].Swap", field, i)
			}
			fallthrough
		case workload.OpStore, workload.OpExchange, workload.OpTestAndSet, workload.OpFetchAdd:
			if name = op.Var; name < 0 {
				return fieldError("is no variable", "%s.Ops[%d].Var", field, i)
			}
		}
		if name < -1 || name >= len(w.Variables) {
			return fieldError(fmt.Sprintf("is %d, not the number of a variable", name), "%s.Ops[%d].Var", field, i)
		}
		begins := func(code workload.OpCode) bool {
			return len(open) > 0 && p.Ops[open[len(open)-1]].Code == code
		}
		switch op.Code {
		case workload.OpRepeat, workload.OpIf, workload.OpWhile:
			open = append(open, i)
		case workload.OpElse:
			if !begins(workload.OpIf) || p.Ops[open[len(open)-1]].Jump != i+1 {
				return fieldError("is not behind the if", "%s.Ops[%d]", field, i)
			}
			open[len(open)-1] = i
		case workload.OpEnd, workload.OpEndIf, workload.OpWhileEnd:
			right := begins(workload.OpRepeat)
			if op.Code == workload.OpWhileEnd {
				right = begins(workload.OpWhile) && p.Ops[open[len(open)-1]].Jump == i+1 && op.Jump == open[len(open)-1]
			}
			if op.Code == workload.OpEndIf {
				right = (begins(workload.OpIf) || begins(workload.OpElse)) && p.Ops[open[len(open)-1]].Jump == i
			}
			if !right {
				return fieldError("ends nothing", "%s.Ops[%d]", field, i)
			}
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 {
		return fieldError("has no end", "%s.Ops[%d]", field, open[0])
	}
	return nil
}
