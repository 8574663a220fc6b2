package run

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"timeslice/sim"
	"timeslice/sim/policy"
	"timeslice/sim/workload"
)

// configure makes what the kernel asks for of a workload.
func configure(w *workload.Workload) (sim.Config, error) {
	p, err := newPolicy(w, &w.Policy)
	if err != nil {
		return sim.Config{}, err
	}
	config := sim.Config{Workload: w, Policy: p}
	current := w.Policy
	for _, v := range w.Interventions {
		at := sim.Time(v.At)
		switch v.Kind {
		case workload.Kill:
			config.Interventions = append(config.Interventions, sim.Kill{At: at, Name: v.Task})
		case workload.Send:
			config.Interventions = append(config.Interventions, sim.Send{At: at, Task: v.Task, Group: v.Group, Signal: v.Signal})
		case workload.SetParams:
			current.Params = merge(current.Params, v.Params)
			i, err := setParams(w, &current, v)
			if err != nil {
				return sim.Config{}, err
			}
			config.Interventions = append(config.Interventions, i)
		case workload.SetPolicy:
			current = *v.Policy
			p, err := newPolicy(w, v.Policy)
			if err != nil {
				return sim.Config{}, err
			}
			config.Interventions = append(config.Interventions, sim.SetPolicy{At: at, Policy: p})
		case workload.AddTask:
			config.Interventions = append(config.Interventions, sim.AddTask{At: at, Task: *v.Add})
		}
	}
	return config, nil
}

// setParams changes parameters while the policy goes on: the quantum by itself
// in place, others by beginning the policy anew.
func setParams(w *workload.Workload, p *workload.Policy, v workload.Intervention) (sim.Intervention, error) {
	fresh, err := newPolicy(w, p)
	if err != nil {
		return nil, err
	}
	if len(v.Params) == 1 && v.Params[0].Name == "quantum" {
		q, err := workload.ParseTime(v.Params[0].Values[0], w.Unit)
		if err != nil {
			return nil, err
		}
		return sim.SetQuantum{At: sim.Time(v.At), Quantum: sim.Time(q)}, nil
	}
	return sim.SetPolicy{At: sim.Time(v.At), Policy: fresh}, nil
}

// merge returns the parameters with some of them changed.
func merge(params, changed []workload.Param) []workload.Param {
	out := slices.Clone(params)
	for _, c := range changed {
		if i := slices.IndexFunc(out, func(p workload.Param) bool { return p.Name == c.Name }); i >= 0 {
			out[i] = c
		} else {
			out = append(out, c)
		}
	}
	return out
}

// newPolicy makes the policy a workload names.
func newPolicy(w *workload.Workload, p *workload.Policy) (sim.Policy, error) {
	duration := func(s string) (sim.Time, error) {
		t, err := workload.ParseTime(s, w.Unit)
		return sim.Time(t), err
	}
	if p.Name == Script {
		return newScript(w, p, duration)
	}
	info, ok := policy.Find(p.Name)
	if !ok {
		var names []string
		for _, i := range policy.All() {
			names = append(names, i.Name)
		}
		names = append(names, Script)
		return nil, at(w, p.Pos, fmt.Errorf("there is no policy %q%s", p.Name, suggest(p.Name, names)))
	}
	args, err := info.Args(p.Params, duration)
	if err != nil {
		pos := p.Pos
		var wrong *policy.ArgError
		if errors.As(err, &wrong) {
			for _, x := range p.Params {
				if x.Name == wrong.Param && x.Pos.Line > 0 {
					pos = x.Pos
				}
			}
		}
		return nil, at(w, pos, err)
	}
	return info.New(args), nil
}

// at puts the place in the file before an error.
func at(w *workload.Workload, pos workload.Pos, err error) error {
	switch {
	case pos.Line == 0:
		return fmt.Errorf("%s: %w", name(w), err)
	case pos.Column == 0:
		return fmt.Errorf("%s:%d: %w", name(w), pos.Line, err)
	default:
		return fmt.Errorf("%s:%d:%d: %w", name(w), pos.Line, pos.Column, err)
	}
}

// suggest names what may have been meant: the nearest name, or else all.
func suggest(got string, names []string) string {
	if best := workload.Nearest(got, names); best != "" {
		return fmt.Sprintf("; did you mean %q?", best)
	}
	return "; there are " + strings.Join(names, ", ")
}
