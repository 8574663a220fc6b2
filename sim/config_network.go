package sim

import (
	"fmt"

	"timeslice/sim/workload"
)

// validateManagers checks that each manager has a process, and just one.
func validateManagers(w *workload.Workload) error {
	for i := range w.Resources {
		if w.Resources[i].Kind != workload.Manager {
			continue
		}
		n := 0
		for k := range w.Tasks {
			if p := w.Tasks[k].Program; p != nil && p.Serves() == i {
				n++
			}
		}
		if n != 1 {
			return fieldError(fmt.Sprintf("is a manager that is the process of %d tasks, not of one", n), "Workload.Resources[%d]", i)
		}
	}
	return nil
}

// validateAwait checks what a coroutine waits for.
func validateAwait(op *workload.Op, resources []workload.Resource, field string) error {
	if op.Code != workload.OpCoAwait {
		return nil
	}
	want := workload.ResourceKind(0)
	switch op.Value {
	case workload.AwaitSleep, workload.AwaitCoroutine:
	case workload.AwaitIO:
		want = workload.Device
	case workload.AwaitGet, workload.AwaitPut:
		want = workload.Queue
	default:
		return fieldError(fmt.Sprintf("is %d, nothing to wait for", op.Value), "%s.Value", field)
	}
	if want != 0 && (op.Res < 0 || op.Res >= len(resources) || resources[op.Res].Kind != want) {
		return fieldError(fmt.Sprintf("is %d, not the number of a %v", op.Res, want), "%s.Res", field)
	}
	return nil
}
