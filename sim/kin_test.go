package sim_test

import (
	"pgregory.net/rapid"

	"timeslice/sim/workload"
)

// someKin draws an operation on processes and threads. Copies that go on are
// made at the top only, so that there are few.
func someKin(t *rapid.T, kind, depth int, out []workload.Op) []workload.Op {
	name := rapid.SampledFrom([]string{"K", "L"}).Draw(t, "name")
	child := func() *workload.Kin {
		k := &workload.Kin{Child: &workload.Task{Name: name, Daemon: rapid.IntRange(0, 3).Draw(t, "daemon") == 0}}
		if rapid.Bool().Draw(t, "own") {
			k.Child.Priority, k.Own = 1, workload.OwnPriority
		}
		if rapid.IntRange(0, 3).Draw(t, "unnamed") == 0 {
			k.Child.Name = ""
		}
		return k
	}
	op := workload.Op{Res: -1}
	switch {
	case kind == 12 && depth == 3 && rapid.Bool().Draw(t, "copies"):
		op.Code, op.Kin = workload.OpFork, child()
	case kind == 12 && depth > 0:
		at := len(out)
		out = append(out, workload.Op{Code: workload.OpFork, Res: -1, Kin: child()})
		out = append(someOps(t, depth-1, out), workload.Op{Code: workload.OpForkEnd, Res: -1})
		out[at].Jump = len(out)
		return out
	case kind == 13 && depth > 0:
		op.Code, op.Kin = workload.OpThread, child()
		switch rapid.IntRange(0, 7).Draw(t, "how") {
		case 0, 1, 2:
			op.Code = workload.OpSpawn
		case 3:
			op.Code, op.Dur = workload.OpExec, ms*workload.Time(rapid.IntRange(0, 1).Draw(t, "cost"))
		}
		op.Kin.Child.Program = task(0, someOps(t, depth-1, nil)...).Program
	case kind >= 16:
		op.Code, op.Kin = workload.OpSignal, &workload.Kin{Name: name}
		op.Kin.Signal = rapid.SampledFrom([]workload.Signal{
			workload.SigStop, workload.SigStop, workload.SigCont, workload.SigCont, workload.SigTerm, workload.SigTerm, workload.SigInt, workload.SigKill, workload.SigChld,
		}).Draw(t, "signal")
		which := rapid.IntRange(0, 12).Draw(t, "which")
		if depth > 0 && which >= 5 && which <= 7 {
			op.Code, op.Kin = workload.OpHandle, &workload.Kin{Signal: rapid.SampledFrom([]workload.Signal{
				workload.SigTerm, workload.SigTerm, workload.SigChld, workload.SigCont, workload.SigSegv, workload.SigInt,
			}).Draw(t, "handled")}
			out = append(out, op)
			return append(someOps(t, depth-1, out), workload.Op{Code: workload.OpHandled, Res: -1})
		}
		switch which {
		case 4:
			op.Code, op.Kin = workload.OpExitThread, nil
		case 0:
			op.Kin.Name, op.Kin.Group = "", "g"
		case 1:
			op.Code, op.Value = workload.OpIgnore, 1
			op.Kin.Signal = workload.SigTerm
		case 2:
			op.Code = workload.OpAlive
		case 3:
			op.Code = workload.OpCrash
		}
	case kind >= 14:
		op.Code, op.Kin = workload.OpJoin, &workload.Kin{Name: name}
		if kind == 15 {
			op.Code = workload.OpWaitChild
			if rapid.Bool().Draw(t, "any") {
				op.Kin.Name = ""
			}
		}
		op.Patience = workload.Patience(rapid.IntRange(0, 2).Draw(t, "patience"))
		if op.Patience == workload.AtMost {
			op.Dur = ms * workload.Time(rapid.IntRange(1, 6).Draw(t, "limit"))
		}
	default:
		return out
	}
	return append(out, op)
}
