package script

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.starlark.net/starlark"

	"timeslice/sim"
)

// ParamError says what is wrong with a value that a workload gives a script's
// parameter.
type ParamError struct {
	Param string
	Is    string   // what is wrong
	Could []string // the parameters there are
}

func (e *ParamError) Error() string {
	s := fmt.Sprintf("policy script: %s: %s", e.Param, e.Is)
	if len(e.Could) > 0 {
		s += "; there is " + strings.Join(e.Could, ", ")
	}
	return s
}

// Param is a parameter of a script, with the value in force.
type Param struct {
	Name string
	// Value is as a workload writes it, of a list with spaces between.
	Value string
	// Default is what the script says.
	Default string
}

// paramsName is a function around the right side of params = …, so that what
// the workload says is there from the first line on.
const paramsName = "given params"

// A param is a parameter as the script declares it.
type param struct {
	name     string
	value    starlark.Value // with times as ns
	text     func() string
	fallback string
}

// paramsFunc takes the dict of defaults and returns that of the values.
func (p *Policy) paramsFunc(_ *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
	const want = `params = {"quantum": "4ms", "levels": 3}`
	defaults, ok := args[0].(*starlark.Dict)
	if !ok {
		return nil, wrong(want, "params is of type %s, not a dict", args[0].Type())
	}
	values := starlark.NewDict(defaults.Len())
	p.params = nil
	for _, item := range defaults.Items() {
		name, ok := item[0].(starlark.String)
		if !ok || name == "" || slices.Contains(reserved, string(name)) {
			return nil, wrong(want, "%s can't be the name of a parameter", item[0])
		}
		x, err := p.param(string(name), item[1])
		if err != nil {
			return nil, err
		}
		p.params = append(p.params, x)
		if err := values.SetKey(name, x.value); err != nil {
			return nil, err
		}
	}
	values.Freeze()
	return values, nil
}

// reserved are parameters of every script, which no script can have besides.
var reserved = []string{"name", "file", "source"}

func (p *Policy) param(name string, value starlark.Value) (param, error) {
	x := param{name: name}
	members, isList := []starlark.Value{value}, false
	if list, ok := value.(*starlark.List); ok {
		isList = true
		members = slices.Collect(list.Elements())
	}
	if len(members) == 0 {
		return x, wrong(`"draws": [0] says that it is a list of numbers`, "the list of %s is empty", name)
	}
	kind := ""
	var texts []string
	for _, m := range members {
		k, text, ok := p.kindOf(name, m)
		if !ok || kind != "" && k != kind {
			return x, wrong(`a time "4ms", a number, True or False, a word, or a list of one of these`, "%s can't be %s", name, value)
		}
		kind = k
		texts = append(texts, text)
	}
	x.fallback = strings.Join(texts, " ")
	if i := slices.IndexFunc(p.set, func(s sim.Param) bool { return s.Name == name }); i >= 0 {
		texts = p.set[i].Values
		if !isList && (len(texts) != 1 || p.set[i].List) {
			return x, &ParamError{Param: name, Is: "must be one value"}
		}
	}
	var values []starlark.Value
	for _, text := range texts {
		v, err := p.read(name, kind, text)
		if err != nil {
			return x, err
		}
		values = append(values, v)
	}
	x.value = values[0]
	if isList {
		x.value = starlark.NewList(values)
	}
	x.text = func() string { return p.text(kind, values) }
	return x, nil
}

// kindOf says what sort of value a default is, and how a workload writes it.
func (p *Policy) kindOf(name string, v starlark.Value) (kind, text string, ok bool) {
	switch v := v.(type) {
	case starlark.Bool:
		return "bool", strconv.FormatBool(bool(v)), true
	case starlark.Int:
		_, ok := v.Int64()
		if name == quantumParam || name == tickParam {
			return "time", v.String(), ok // in units, as in a workload
		}
		return "int", v.String(), ok
	case starlark.String:
		if _, err := p.duration(string(v)); err == nil {
			return "time", string(v), true
		}
		return "word", string(v), v != "" && len(v) < 256
	}
	return "", "", false
}

func (p *Policy) read(name, kind, text string) (starlark.Value, error) {
	fail := func(want string) error {
		return &ParamError{Param: name, Is: fmt.Sprintf("found %q; %s", text, want)}
	}
	switch kind {
	case "bool":
		switch text {
		case "true", "yes", "on", "1":
			return starlark.True, nil
		case "false", "no", "off", "0":
			return starlark.False, nil
		}
		return nil, fail("true or false")
	case "int":
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return nil, fail("a whole number")
		}
		return starlark.MakeInt64(n), nil
	case "time":
		t, err := p.duration(text)
		if err != nil {
			return nil, fail(err.Error())
		}
		if t == 0 && slices.Contains([]string{quantumParam, tickParam}, name) {
			return nil, fail("a time above 0")
		}
		return starlark.MakeInt64(int64(t)), nil
	}
	return starlark.String(text), nil
}

// Parameters that mean something to us as well.
const (
	quantumParam = "quantum"
	tickParam    = "tick"
)

// text returns values as the recording's header writes them.
func (p *Policy) text(kind string, values []starlark.Value) string {
	var all []string
	for _, v := range values {
		switch v := v.(type) {
		case starlark.Bool:
			all = append(all, strconv.FormatBool(bool(v)))
		case starlark.String:
			all = append(all, string(v))
		case starlark.Int:
			if n, _ := v.Int64(); kind == "time" {
				all = append(all, p.v.Text(sim.Time(n)))
			} else {
				all = append(all, strconv.FormatInt(n, 10))
			}
		}
	}
	return strings.Join(all, " ")
}

// time returns a parameter that is a time; 0 if there is none.
func (p *Policy) time(name string) sim.Time {
	for _, x := range p.params {
		if n, ok := x.value.(starlark.Int); ok && x.name == name {
			t, _ := n.Int64()
			return sim.Time(max(0, t))
		}
	}
	return 0
}

// unknown finds a parameter that the workload sets and the script doesn't have.
func (p *Policy) unknown() error {
	var names []string
	for _, x := range p.params {
		names = append(names, x.name)
	}
	for _, s := range p.set {
		if !slices.Contains(names, s.Name) {
			return &ParamError{Param: s.Name, Is: "is no parameter of this script", Could: names}
		}
	}
	return nil
}
