package workload

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
)

// oracleTextbook turns cases that are only arithmetic in their book into cases
// with processes and a policy, so that a run can do the sums.
func (r *reader) oracleTextbook(root *yaml.Node) *yaml.Node {
	name := lookup(lookup(root, "policy"), "name")
	var more string
	switch {
	case name == nil:
	case name.Value == "burst_prediction":
		more = r.oracleBursts(root)
	case name.Value == "eevdf_lag":
		more = r.oracleLags(root)
	}
	if more == "" {
		return root
	}
	var made yaml.Node
	if err := yaml.Unmarshal([]byte(more), &made); err != nil || len(made.Content) != 1 {
		r.fail(root, "a case that can't be told as a run", "bursts or runs with names and whole numbers")
		return root
	}
	// What was made stands before what it replaces, so that it is found first, and
	// keeps the place of the case for messages.
	replaced(made.Content[0], pos(root))
	out := *root
	out.Content = append(append([]*yaml.Node(nil), made.Content[0].Content...), root.Content...)
	return &out
}

func replaced(n *yaml.Node, at Pos) {
	n.Line, n.Column = at.Line, at.Column
	for _, m := range n.Content {
		replaced(m, at)
	}
}

// oracleBursts makes of a list of bursts a process with I/O between them, under a
// policy that guesses them; the last guess is of one burst more.
func (r *reader) oracleBursts(root *yaml.Node) string {
	params := lookup(lookup(root, "policy"), "params")
	alpha, first, bursts := lookup(params, "alpha"), lookup(params, "tau0"), lookup(root, "bursts")
	if alpha == nil || first == nil || bursts == nil {
		return ""
	}
	var program []string
	for _, n := range bursts.Content {
		program = append(program, fmt.Sprintf("{cpu: %q}, {io: 1}", n.Value))
	}
	return fmt.Sprintf("{policy: {name: sjf, params: {estimate: average, alpha: %q, initial: %q}}, processes: [{name: P, arrival: 0, program: [%s, {cpu: 1}]}]}",
		alpha.Value, first.Value, strings.Join(program, ", "))
}

// oracleLags makes of a list of who ran how long processes without an end that ask
// for slices of that length.
func (r *reader) oracleLags(root *yaml.Node) string {
	runs, processes := lookup(root, "runs"), lookup(root, "processes")
	if runs == nil || processes == nil {
		return ""
	}
	slice, until := map[string]string{}, Time(0)
	for _, n := range runs.Content {
		if n.Kind != yaml.SequenceNode || len(n.Content) != 2 {
			return ""
		}
		slice[n.Content[0].Value] = n.Content[1].Value
		if d, err := ParseTime(n.Content[1].Value, r.w.Unit); err == nil && d <= MaxTime-until {
			until += d
		}
	}
	var made []string
	for _, n := range processes.Content {
		name, weight := lookup(n, "name"), lookup(n, "weight")
		if name == nil || weight == nil {
			return ""
		}
		request := slice[name.Value]
		if request == "" {
			request = runs.Content[0].Content[1].Value
		}
		made = append(made, fmt.Sprintf("{name: %q, arrival: 0, weight: %q, request: %q, program: [{forever: [{cpu: %q}]}]}",
			name.Value, weight.Value, request, request))
	}
	return fmt.Sprintf("{policy: {name: eevdf, params: {horizon: %dns}}, processes: [%s]}", until, strings.Join(made, ", "))
}
