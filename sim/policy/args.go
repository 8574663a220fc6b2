package policy

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"timeslice/sim"
)

// Args are the arguments of a policy: a value for each of its parameters.
type Args map[string][]int64

// Time returns the argument for a duration.
func (a Args) Time(name string) sim.Time { return sim.Time(a.Int(name)) }

// Int returns the argument for an int, or the number of the choice.
func (a Args) Int(name string) int64 {
	if v := a[name]; len(v) > 0 {
		return v[0]
	}
	return 0
}

// Bool returns the argument for a bool.
func (a Args) Bool(name string) bool { return a.Int(name) != 0 }

// List returns the arguments for a list.
func (a Args) List(name string) []int64 { return a[name] }

// ArgError says what is wrong with a parameter of a policy.
type ArgError struct {
	Policy, Param string
	Is            string // what is wrong
	// Could be what was meant: names of parameters, or values.
	Could []string
}

func (e *ArgError) Error() string {
	s := fmt.Sprintf("policy %s: %s: %s", e.Policy, e.Param, e.Is)
	if len(e.Could) > 0 {
		s += "; there is " + strings.Join(e.Could, ", ")
	}
	return s
}

// Args reads parameters as a workload writes them. Those that aren't given have
// their defaults. duration reads a duration ("4", "4ms").
func (p Info) Args(given []sim.Param, duration func(string) (sim.Time, error)) (Args, error) {
	args := Args{}
	for i := range p.Params {
		v, err := p.values(&p.Params[i], strings.Fields(p.Params[i].Default), duration)
		if err != nil {
			return nil, err
		}
		args[p.Params[i].Name] = v
	}
	for _, g := range given {
		i := slices.IndexFunc(p.Params, func(s ParamSpec) bool { return s.Name == g.Name })
		if i < 0 {
			var names []string
			for _, s := range p.Params {
				names = append(names, s.Name)
			}
			return nil, &ArgError{p.Name, g.Name, "is no parameter of this policy", names}
		}
		if !p.Params[i].List && (len(g.Values) != 1 || g.List) {
			return nil, &ArgError{Policy: p.Name, Param: g.Name, Is: "must be one value"}
		}
		v, err := p.values(&p.Params[i], g.Values, duration)
		if err != nil {
			return nil, err
		}
		args[g.Name] = v
	}
	return args, nil
}

func (p Info) values(s *ParamSpec, texts []string, duration func(string) (sim.Time, error)) ([]int64, error) {
	var list []int64
	for _, text := range texts {
		v, err := p.arg(s, text, duration)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, nil
}

func (p Info) arg(s *ParamSpec, text string, duration func(string) (sim.Time, error)) (int64, error) {
	wrong := func(format string, a ...any) error {
		return &ArgError{Policy: p.Name, Param: s.Name, Is: fmt.Sprintf(format, a...)}
	}
	var v int64
	switch s.Kind {
	case Duration:
		t, err := duration(text)
		if err != nil {
			return 0, wrong("found %q; %v", text, err)
		}
		v = int64(t)
	case Int:
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return 0, wrong("found %q; a whole number", text)
		}
		v = n
	case Fraction:
		x, err := strconv.ParseFloat(text, 64)
		if most := float64(s.Max) / whole; err != nil || !(x >= float64(s.Min)/whole && x <= most) {
			return 0, wrong("found %q; a decimal number from %v to %v", text, float64(s.Min)/whole, most)
		}
		return int64(math.Round(x * whole)), nil
	case Bool:
		switch text {
		case "true", "yes", "on", "1":
			return 1, nil
		case "false", "no", "off", "0":
			return 0, nil
		}
		return 0, wrong("found %q; true or false", text)
	case Choice:
		i := slices.Index(s.Choices, text)
		if i < 0 {
			return 0, &ArgError{p.Name, s.Name, fmt.Sprintf("found %q", text), s.Choices}
		}
		return int64(i), nil
	}
	if v < s.Min || s.Max > 0 && v > s.Max {
		ns := ""
		if s.Kind == Duration {
			ns = " ns"
		}
		if s.Max > 0 {
			return 0, wrong("found %q; from %d%s to %d%s", text, s.Min, ns, s.Max, ns)
		}
		if s.Kind == Duration && s.Min == 1 {
			return 0, wrong("found %q; a time above 0", text)
		}
		return 0, wrong("found %q; at least %d%s", text, s.Min, ns)
	}
	return v, nil
}
