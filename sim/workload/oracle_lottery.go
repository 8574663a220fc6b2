package workload

// occupyQuanta lengthens programs to whole quanta. In the program the lottery
// cases come from a winner keeps the CPU for all of its quantum, whether it
// needs it or not; no scheduler has to do that, so the case is told as one whose
// tasks do need it.
func (r *reader) occupyQuanta() {
	if r.w.Policy.Name != "lottery" {
		return
	}
	quantum := r.w.Unit
	for _, p := range r.w.Policy.Params {
		if p.Name == "quantum" && len(p.Values) == 1 {
			if q, err := ParseTime(p.Values[0], r.w.Unit); err == nil && q > 0 {
				quantum = q
			}
		}
	}
	for _, p := range r.programs.used {
		for i := range p.Ops {
			if op := &p.Ops[i]; op.Code == OpCPU {
				op.Dur = (op.Dur + quantum - 1) / quantum * quantum
				p.Text[i] = "cpu " + op.Dur.In(r.w.Unit)
			}
		}
	}
}
