package host

import "timeslice/sim/workload"

// isPoolWorker reports whether a program is that of the workers of a pool.
func isPoolWorker(p *workload.Program) bool {
	return len(p.Ops) > 1 && p.Ops[1].Code == workload.OpTakeJob
}

// entriesOf returns where the jobs of a pool begin in the program of its workers.
func entriesOf(w *workload.Workload, pool int) []int {
	for i := range w.Tasks {
		if p := w.Tasks[i].Program; w.Tasks[i].Implicit && isPoolWorker(p) && p.Ops[1].Res == pool {
			return workload.Entries(p)
		}
	}
	return nil
}

// handles is how many results of jobs a task of a workload names at most.
func handles(programs []*workload.Program) (n int) {
	for _, p := range programs {
		for i := range p.Ops {
			if op := &p.Ops[i]; op.Code == workload.OpApply || op.Code == workload.OpResult {
				n = max(n, op.Var+1)
			}
		}
	}
	return n
}
