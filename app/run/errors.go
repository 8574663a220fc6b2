package run

import (
	"errors"
	"fmt"

	"timeslice/sim"
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// told says an error of the kernel in terms of the file.
func (r *Run) told(err error) error {
	h := &r.machine.Recording().Header
	var endless *sim.EndlessError
	if errors.As(err, &endless) && int(endless.Task) < len(h.Tasks) {
		pos, op := r.operation(endless.Task, endless.PC)
		return at(r.work, pos, fmt.Errorf("task %s goes on for ever at %s without taking time, at %s; give each turn a cpu, sleep or io of more than 0",
			h.Tasks[endless.Task].Name, h.WithUnit(endless.At), op))
	}
	var late *sim.OverflowError
	if errors.As(err, &late) {
		return at(r.work, workload.Pos{}, fmt.Errorf("the run lasts longer than time can be counted, seen at %s; cut it with until", h.WithUnit(late.At)))
	}
	return at(r.work, workload.Pos{}, err)
}

// operation returns where an operation stands and what it says.
func (r *Run) operation(task trace.TaskID, pc int) (workload.Pos, string) {
	h := &r.machine.Recording().Header
	ops := h.Programs[r.machine.Program(task)].Ops
	if pc < 0 || pc >= len(ops) {
		return workload.Pos{}, "the end of its program"
	}
	return workload.Pos{Line: ops[pc].Line}, fmt.Sprintf("%q", ops[pc].Text)
}
