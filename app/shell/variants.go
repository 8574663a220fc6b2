package shell

import (
	"slices"

	"timeslice/sim/workload"
)

// A variant is the same workload on a machine that is different in one way, to
// compare with.
type variant struct {
	id     string // its name is "compare." + id in the translations
	fits   func(*workload.Workload) bool
	change func(*workload.Workload) // of a copy whose lists are copies too
}

// variants are those there are.
var variants = []variant{
	{"inherit", locks(workload.NoProtocol), protect(workload.Inherit)},
	{"ceiling", locks(workload.NoProtocol), protect(workload.Ceiling)},
	{"unprotected", func(w *workload.Workload) bool { return locks(workload.Inherit)(w) || locks(workload.Ceiling)(w) }, protect(workload.NoProtocol)},
	{"no_gil", func(w *workload.Workload) bool { return w.Machine.GIL > 0 }, func(w *workload.Workload) { w.Machine.GIL = 0 }},
	{"gil", func(w *workload.Workload) bool { return w.Machine.GIL == 0 && threaded(w) },
		func(w *workload.Workload) { w.Machine.GIL = 5 * w.Unit }},
	{"processes", threaded, func(w *workload.Workload) {
		for i := range w.Tasks {
			w.Tasks[i].Group = ""
		}
	}},
}

// locks reports of a workload whether it has mutexes with a protocol.
func locks(p workload.Protocol) func(*workload.Workload) bool {
	return func(w *workload.Workload) bool {
		return slices.ContainsFunc(w.Resources, func(r workload.Resource) bool { return r.Kind == workload.Mutex && r.Protocol == p })
	}
}

// protect gives every mutex a protocol, or none.
func protect(p workload.Protocol) func(*workload.Workload) {
	return func(w *workload.Workload) {
		for i := range w.Resources {
			if r := &w.Resources[i]; r.Kind == workload.Mutex {
				r.Protocol, r.Ceiling = p, nil
				r.ByPriority = r.ByPriority || p != workload.NoProtocol
			}
		}
	}
}

// threaded reports whether tasks share a process.
func threaded(w *workload.Workload) bool {
	seen := map[string]bool{}
	for i := range w.Tasks {
		p := w.Tasks[i].Group
		if p != "" && seen[p] {
			return true
		}
		seen[p] = true
	}
	return false
}

// variantsOf returns those that are different from a workload and can be run.
func variantsOf(w *workload.Workload) []variant {
	return slices.DeleteFunc(slices.Clone(variants), func(v variant) bool { return !v.fits(w) })
}

// compareVariant shows the workload's run on such a machine under the first.
func (s *Shell) compareVariant(v variant) {
	w := *s.session.work
	w.Tasks, w.Resources = slices.Clone(w.Tasks), slices.Clone(w.Resources)
	v.change(&w)
	session, err := begin(&w)
	if err != nil {
		s.fail(err)
		return
	}
	s.showSecond(&second{session: session, variant: v.id, lanes: session.lanes})
}

// compareAgain compares the run, which is another now, with the same as before.
func (s *Shell) compareAgain() {
	if s.second.variant == "" {
		s.comparePolicy(s.second.policy)
		return
	}
	for _, v := range variantsOf(s.session.work) {
		if v.id == s.second.variant {
			s.compareVariant(v)
			return
		}
	}
	s.closeSecond()
}
