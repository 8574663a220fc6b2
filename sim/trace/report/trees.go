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
