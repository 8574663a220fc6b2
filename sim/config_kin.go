package sim

import "timeslice/sim/workload"

// validateKin checks what an operation on processes and threads needs.
func validateKin(op *workload.Op, w *workload.Workload, field string, checked map[*workload.Program]bool) error {
	makes := op.Code == workload.OpFork || op.Code == workload.OpSpawn || op.Code == workload.OpThread || op.Code == workload.OpExec
	asks := op.Code == workload.OpJoin || op.Code == workload.OpWaitChild
	switch op.Code {
	case workload.OpSignal, workload.OpIgnore, workload.OpAlive, workload.OpCrash, workload.OpHandle:
		if op.Kin == nil || op.Kin.Signal > 31 {
			return fieldError("is missing or of an unknown signal", "%s.Kin", field)
		}
	}
	switch k := op.Kin; {
	case !makes && !asks:
		return nil
	case k == nil, makes && k.Child == nil, op.Code == workload.OpJoin && k.Name == "":
		return fieldError("is missing", "%s.Kin", field)
	case op.Code == workload.OpSpawn, op.Code == workload.OpThread, op.Code == workload.OpExec:
		p := k.Child.Program
		if p == nil {
			return fieldError("is missing", "%s.Kin.Child.Program", field)
		}
		if checked[p] {
			return nil
		}
		checked[p] = true
		return validateProgram(p, w, field+".Kin.Child.Program", checked)
	}
	return nil
}
