package workload

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v3"
)

// Accumulator is the name of the one register every task has: 0 when it begins,
// and what load, add, store, print and if work on. Sums wrap around at 64 bits.
const Accumulator = "acc"

// Variable is a whole number that programs load and store by name.
type Variable struct {
	Name  string
	Scope Scope
	Value int64 // at the start, -(2^53-1) to 2^53-1
	// Register marks a register of assembly programs; all of them are there if any
	// program is one, behind the variables of the file, the flag last.
	Register bool
	Pos      Pos
}

// Scope says who sees what is stored in a variable.
type Scope uint8

// The scopes.
const (
	ScopeProcess Scope = iota // the threads of one process; the default
	ScopeShared               // everybody: shared memory
	ScopeThread               // nobody else: thread-local
)

var scopeNames = []string{"process", "shared", "thread"}

// String returns the word the file format uses.
func (s Scope) String() string {
	if int(s) < len(scopeNames) {
		return scopeNames[s]
	}
	return "?"
}

// Cmp is how an if compares.
type Cmp uint8

// The comparisons.
const (
	Equal Cmp = iota
	NotEqual
	Less
	LessEqual
	Greater
	GreaterEqual
)

var cmpNames = []string{"==", "!=", "<", "<=", ">", ">="}

// String returns the sign the file format uses.
func (c Cmp) String() string {
	if int(c) < len(cmpNames) {
		return cmpNames[c]
	}
	return "?"
}

// Holds compares two numbers.
func (c Cmp) Holds(a, b int64) bool {
	switch c {
	case Equal:
		return a == b
	case NotEqual:
		return a != b
	case Less:
		return a < b
	case LessEqual:
		return a <= b
	case Greater:
		return a > b
	}
	return a >= b
}

// mostValue is the largest number in a program: what every reader of the
// exports keeps exact.
const mostValue = 1<<53 - 1

const wantVariables = "variables: {balance: 100, x: {value: 0, scope: shared}}"

// variableList reads the variables of the file.
func (r *reader) variableList(n *yaml.Node) {
	r.entries(n, "variables", wantVariables, func(name string, k, v *yaml.Node) {
		if !isVariable(name) {
			r.fail(k, "a variable: found "+quote(name), "a name of letters, digits and _, other than acc")
			return
		}
		if _, taken := r.resources[name]; taken {
			r.fail(k, "a variable named "+quote(name), "another name; a resource has this one")
			return
		}
		if len(r.w.Variables) == MaxVars {
			r.fail(k, "more variables than fit", fmt.Sprintf("the most is %d", MaxVars))
			r.stop = true
			return
		}
		x := Variable{Name: name, Pos: pos(k)}
		if v.Kind == yaml.MappingNode {
			r.each(v, "the variable "+quote(name), []string{"value", "scope"}, func(key string, _, v *yaml.Node) {
				if key == "value" {
					x.Value, _ = r.int(v, key, -mostValue, mostValue)
				} else if i, ok := r.choice(v, key, scopeNames...); ok {
					x.Scope = Scope(i)
				}
			})
		} else {
			x.Value, _ = r.int(v, name, -mostValue, mostValue)
		}
		r.variables[name] = len(r.w.Variables)
		r.w.Variables = append(r.w.Variables, x)
	})
}

func isVariable(s string) bool {
	if s == Accumulator || len(s) > maxName {
		return false
	}
	for i, c := range s {
		if c != '_' && !unicode.IsLetter(c) && (i == 0 || !unicode.IsDigit(c)) {
			return false
		}
	}
	return s != ""
}

// variable finds the variable an operation names.
func (r *reader) variable(n *yaml.Node, op, name string) (int, bool) {
	if i, ok := r.variables[name]; ok {
		return i, true
	}
	names := make([]string, len(r.w.Variables))
	for i := range names {
		names[i] = r.w.Variables[i].Name
	}
	want := "declare it: " + wantVariables
	if isVariable(name) {
		want = fmt.Sprintf("declare it: variables: {%s: 0}", name)
	}
	if near := Nearest(name, names); near != "" {
		want = fmt.Sprintf("did you mean %q?", near)
	}
	r.fail(n, op+": no variable "+quote(name), want)
	return 0, false
}

// cutField cuts a text at the first name in braces that could be a variable's.
func cutField(s string) (before, field, after string) {
	for from := 0; ; {
		open := strings.IndexByte(s[from:], '{')
		if open < 0 {
			return s, "", ""
		}
		open += from
		length := strings.IndexByte(s[open:], '}')
		if length < 0 {
			return s, "", ""
		}
		if name := s[open+1 : open+length]; name == Accumulator || isVariable(name) {
			return s[:open], name, s[open+length+1:]
		}
		from = open + 1
	}
}

// Printed returns what stands before and behind the value that a print shows;
// if there is none, value is false and before is all of it.
func (op *Op) Printed() (before, after string, value bool) {
	before, field, after := cutField(op.Say)
	return before, after, field != ""
}

// Condition writes the condition of an if or a while, as the file format does.
func (w *Workload) Condition(op *Op) string {
	name := Accumulator
	if op.Var >= 0 {
		name = w.Variables[op.Var].Name
	}
	return name + " " + op.Cmp.String() + " " + strconv.FormatInt(op.Value, 10)
}
