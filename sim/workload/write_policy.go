package workload

import (
	"slices"
	"strings"
)

// policyLines writes the policy; one that has a text of several lines, as a
// script is, so that one can read it.
func (o *writer) policyLines(p *Policy) {
	long := func(x Param) bool { return !x.List && len(x.Values) == 1 && strings.Contains(x.Values[0], "\n") }
	if !slices.ContainsFunc(p.Params, long) {
		o.line(0, "policy: ", o.policy(p))
		return
	}
	o.line(0, "policy:")
	o.line(1, "name: ", str(p.Name))
	for _, x := range p.Params {
		if long(x) {
			o.prose(1, str(x.Name), x.Values[0])
		} else {
			o.line(1, params([]Param{x})[0])
		}
	}
}

func (o *writer) policy(p *Policy) string {
	return "{" + strings.Join(append([]string{"name: " + str(p.Name)}, params(p.Params)...), ", ") + "}"
}

func params(list []Param) []string {
	var parts []string
	for _, p := range list {
		values := make([]string, len(p.Values))
		for i, v := range p.Values {
			values[i] = str(v)
			if v == "true" || v == "false" {
				values[i] = v
			}
		}
		value := strings.Join(values, ", ")
		if p.List {
			value = "[" + value + "]"
		}
		parts = append(parts, str(p.Name)+": "+value)
	}
	return parts
}
