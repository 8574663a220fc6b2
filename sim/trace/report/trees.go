package report

import (
	"strings"

	"timeslice/sim/trace"
)

// kinships returns process trees as lists: ["a", [["b", []]]].
func (r *Report) kinships(list []trace.Kinship) string {
	parts := make([]string, len(list))
	for i, k := range list {
		parts[i] = "[" + Quote(r.header.Tasks[k.Task].Name) + ", [" + r.kinships(k.Children) + "]]"
	}
	return strings.Join(parts, ", ")
}

// Families calls yield for the process tree after each instant at which it
// changed, those who have ended left out.
func (r *Report) Families(yield func(trace.Family) bool) { r.rec.Families(false, yield) }

// maxKin is how many tasks the trees of a run name before the rest is left out: a
// tree is told whole after each change, so a run that forks without end would be as
// long as the square of its processes.
const maxKin = 1_000_000

// jsonTrees writes the process tree after each instant at which it changed, and,
// if those aren't all, the instant of the first that is left out.
func (r *Report) jsonTrees(out *writer) {
	out.key("trees", "[")
	rows, kin := 0, 0
	cut := trace.Never
	r.rec.Families(false, func(f trace.Family) bool {
		if kin += count(f.Roots); kin > maxKin {
			cut = f.Time
			return false
		}
		out.row(rows, "["+r.time(f.Time)+", ["+r.kinships(f.Roots)+"]]")
		rows++
		return true
	})
	out.text("]")
	if cut != trace.Never {
		out.key("trees_left_out_from", r.time(cut))
	}
}

// count returns how many tasks there are in trees.
func count(list []trace.Kinship) int {
	n := len(list)
	for i := range list {
		n += count(list[i].Children)
	}
	return n
}
