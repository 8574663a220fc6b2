package run

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"timeslice/sim"
	"timeslice/sim/policy/script"
	"timeslice/sim/workload"
)

// Script is the name of the policy that the reader writes: a file of the name
// that the parameter file gives, or the text that the parameter source gives.
// With both, the text counts and the file is its name.
const Script = script.Name

// MaxScript is how many bytes a script may have.
const MaxScript = script.MaxSource

// ScriptError is what is wrong with a script, and where.
type ScriptError = script.Error

// ScriptEnding is how the name of a file with a script ends.
const ScriptEnding = ".star"

// The parameters that every script has.
const (
	fileParam   = "file"
	sourceParam = "source"
)

// ScriptOf returns the name and the text of the script a policy is; ok is false
// if it is none, or has no text yet.
func ScriptOf(p *workload.Policy) (file, source string, ok bool) {
	if p.Name != Script {
		return "", "", false
	}
	for _, x := range p.Params {
		switch {
		case len(x.Values) != 1:
		case x.Name == fileParam:
			file = x.Values[0]
		case x.Name == sourceParam:
			source, ok = x.Values[0], true
		}
	}
	if file == "" {
		file = Script
	}
	return file, source, ok
}

// ScriptPolicy returns the policy that a script is.
func ScriptPolicy(file, source string) workload.Policy {
	return workload.Policy{Name: Script, Params: []workload.Param{
		{Name: fileParam, Values: []string{file}}, {Name: sourceParam, Values: []string{source}},
	}}
}

// Fetch puts the texts of the scripts that a workload names into it, so that it
// is whole. read reads a file; the names it gets are relative to where the
// workload's file is relative to.
func Fetch(w *workload.Workload, read func(name string) ([]byte, error)) error {
	fetch := func(p *workload.Policy) error {
		file, _, ok := ScriptOf(p)
		if p.Name != Script || ok {
			return nil
		}
		i := slices.IndexFunc(p.Params, func(x workload.Param) bool { return x.Name == fileParam })
		if i < 0 {
			return at(w, p.Pos, fmt.Errorf("policy script: which one? file: my.star, or source: followed by the script"))
		}
		pos := p.Params[i].Pos
		if !strings.HasSuffix(file, ScriptEnding) {
			return at(w, pos, fmt.Errorf("policy script: found the file %q; one whose name ends in %s", file, ScriptEnding))
		}
		name := filepath.FromSlash(file)
		if !filepath.IsAbs(name) {
			name = filepath.Join(filepath.Dir(w.File), name)
		}
		data, err := read(name)
		if err != nil {
			return at(w, pos, fmt.Errorf("policy script: %w", err))
		}
		p.Params = append(slices.Clone(p.Params), workload.Param{Name: sourceParam, Values: []string{script.Clean(string(data))}})
		return nil
	}
	if err := fetch(&w.Policy); err != nil {
		return err
	}
	for _, v := range w.Interventions {
		if v.Kind == workload.SetPolicy {
			if err := fetch(v.Policy); err != nil {
				return err
			}
		}
	}
	return nil
}

// newScript makes the policy that a script is.
func newScript(w *workload.Workload, p *workload.Policy, duration func(string) (sim.Time, error)) (sim.Policy, error) {
	file, source, ok := ScriptOf(p)
	if !ok {
		return nil, at(w, p.Pos, fmt.Errorf("policy script: there is no script; file: my.star, or source: followed by it"))
	}
	var set []sim.Param
	for _, x := range p.Params {
		if x.Name != fileParam && x.Name != sourceParam {
			set = append(set, x)
		}
	}
	made, err := script.New(file, source, set, duration)
	var wrong *script.ParamError
	if errors.As(err, &wrong) {
		pos := p.Pos
		for _, x := range p.Params {
			if x.Name == wrong.Param && x.Pos.Line > 0 {
				pos = x.Pos
			}
		}
		return nil, at(w, pos, err)
	}
	if err != nil {
		return nil, err // which names its own place
	}
	return made, nil
}
