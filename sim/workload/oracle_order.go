package workload

import (
	"cmp"
	"slices"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// oracleOrder puts the processes of a case into the order in which it breaks
// ties, where that isn't the order of its list: here ties go by file order.
func (r *reader) oracleOrder(policy *yaml.Node, list []*yaml.Node) []*yaml.Node {
	called := func(n *yaml.Node) string {
		if v := lookup(n, "name"); v != nil {
			return v.Value
		}
		return ""
	}
	if prefer := lookup(lookup(policy, "params"), "tie_prefer"); prefer != nil && prefer.Kind == yaml.SequenceNode {
		place := func(n *yaml.Node) int {
			i := slices.IndexFunc(prefer.Content, func(p *yaml.Node) bool { return p.Value == called(n) })
			if i < 0 {
				return len(prefer.Content)
			}
			return i
		}
		r.w.Conventions.Ties = TiesIndex
		list = slices.Clone(list)
		slices.SortStableFunc(list, func(a, b *yaml.Node) int { return cmp.Compare(place(a), place(b)) })
	}
	if called(policy) == "srtf_per_cpu" { // the lowest name, which is a number
		r.w.Conventions.Ties = TiesIndex
		list = slices.Clone(list)
		slices.SortStableFunc(list, func(a, b *yaml.Node) int {
			x, errX := strconv.Atoi(called(a))
			y, errY := strconv.Atoi(called(b))
			if errX != nil || errY != nil {
				return cmp.Compare(called(a), called(b))
			}
			return cmp.Compare(x, y)
		})
	}
	return list
}
