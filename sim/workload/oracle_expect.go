package workload

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// oracleExpect reads what the case says comes out, as far as it is told the
// same way for all policies.
func (r *reader) oracleExpect(n, significant *yaml.Node) {
	e := &Expect{}
	if significant != nil {
		yes, _ := r.flag(significant, "cpu_significant")
		e.AnyCPU = !yes
	}
	if v := lookup(n, "processes"); v != nil {
		r.entries(v, "processes", "a mapping", func(_ string, k, v *yaml.Node) { r.expectTask(e, k, v) })
	}
	if v := lookup(n, "timeline"); v != nil {
		r.expectTimeline(e, v)
	}
	if v := lookup(n, "states"); v != nil {
		r.expectStates(e, oracleStates(v))
	}
	if v := lookup(n, "totals"); v != nil {
		r.expectTotals(e, oracleTotals(v))
	}
	if v := lookup(n, "jobs"); v != nil {
		r.expectJobs(e, v)
	}
	if v := lookup(n, "lock_events"); v != nil {
		r.expectLocks(e, v)
	}
	for _, name := range []string{"guesses", "lags"} {
		if v := lookup(n, name); v != nil {
			r.expectSums(e, name, v)
		}
	}
	r.oracleOutcome(e, n)
	r.w.Expect = e
	// Without figures of processes the case is cut where its timeline ends.
	if r.w.Until == 0 && e.Tasks == nil && e.Jobs == nil && e.Trace == nil && len(e.Timeline) > 0 {
		r.w.Until, _ = ParseTime(string(e.Timeline[len(e.Timeline)-1].End), r.w.Unit)
	}
}

// oracleStates says states in the words of this project. Having ended isn't
// told.
func oracleStates(n *yaml.Node) *yaml.Node {
	return mapValues(n, func(_ string, list *yaml.Node) *yaml.Node {
		out := *list
		out.Content = nil
		for _, row := range list.Content {
			if row.Kind == yaml.SequenceNode && len(row.Content) == 3 {
				state := *row.Content[2]
				state.Value = strings.ToLower(state.Value)
				if state.Value == "done" {
					continue
				}
				changed := *row
				changed.Content = []*yaml.Node{row.Content[0], row.Content[1], &state}
				row = &changed
			}
			out.Content = append(out.Content, row)
		}
		return &out
	})
}

// oracleTotals gives totals the names they have here, and one CPU a list.
func oracleTotals(n *yaml.Node) *yaml.Node {
	out := mapValues(n, func(key string, v *yaml.Node) *yaml.Node {
		if key == "cpu_busy" && v.Kind == yaml.ScalarNode {
			return &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Content: []*yaml.Node{v}, Line: v.Line, Column: v.Column}
		}
		return v
	})
	for i := 0; i+1 < len(out.Content); i += 2 {
		if k := *out.Content[i]; k.Value == "total_time" {
			k.Value = "makespan"
			out.Content[i] = &k
		}
	}
	return out
}

// mapValues returns a mapping with its values changed; what isn't one stays.
func mapValues(n *yaml.Node, change func(key string, v *yaml.Node) *yaml.Node) *yaml.Node {
	if n.Kind != yaml.MappingNode {
		return n
	}
	out := *n
	out.Content = append([]*yaml.Node(nil), n.Content...)
	for i := 0; i+1 < len(out.Content); i += 2 {
		out.Content[i+1] = change(out.Content[i].Value, out.Content[i+1])
	}
	return &out
}
