package script

import (
	"errors"
	"fmt"
	"strings"

	"go.starlark.net/resolve"
	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// Error is what is wrong with a script, or what went wrong in it.
type Error struct {
	File         string
	Line, Column int // from 1; 0 = the file as a whole
	Message      string
	Remedy       string // what would be right; "" if that is not known
}

func (e *Error) Error() string {
	at := e.File
	if e.Line > 0 {
		at += fmt.Sprintf(":%d:%d", e.Line, e.Column)
	}
	if e.Remedy == "" {
		return at + ": " + e.Message
	}
	return at + ": " + e.Message + "; " + e.Remedy
}

// mistake is an error without its place, which is where the script stands.
type mistake struct{ message, remedy string }

func (m *mistake) Error() string { return m.message }

func wrong(remedy, format string, args ...any) error {
	return &mistake{fmt.Sprintf(format, args...), remedy}
}

func errorAt(pos syntax.Position, err error) *Error {
	e := &Error{File: pos.Filename(), Line: int(pos.Line), Column: int(pos.Col), Message: err.Error()}
	var m *mistake
	if errors.As(err, &m) {
		e.Message, e.Remedy = m.message, m.remedy
	} else {
		e.explain()
	}
	return e
}

// told makes an [Error] of whatever the interpreter reports.
func told(file string, err error) error {
	var placed *Error
	var param *ParamError
	var bad syntax.Error
	var unresolved resolve.ErrorList
	var broken *starlark.EvalError
	switch {
	case errors.As(err, &placed):
		return placed
	case errors.As(err, &param):
		return param
	case errors.As(err, &bad):
		return errorAt(bad.Pos, errors.New(bad.Msg))
	case errors.As(err, &unresolved):
		return errorAt(unresolved[0].Pos, errors.New(unresolved[0].Msg))
	case errors.As(err, &broken):
		pos := syntax.MakePosition(&file, 0, 0)
		for _, frame := range broken.CallStack {
			if frame.Pos.Filename() == file { // not one of ours
				pos = frame.Pos
			}
		}
		cause := error(broken)
		if broken.Unwrap() != nil {
			cause = broken.Unwrap()
		}
		return errorAt(pos, cause)
	}
	name := file
	return errorAt(syntax.MakePosition(&name, 0, 0), err)
}

// remedies are what would be right where the interpreter only says what is
// wrong, by a part of its message.
var remedies = []struct{ part, remedy string }{
	{"got global", `a function changes what a list or dict at the top holds, as in state["n"] += 1`},
	{"got import", "there is nothing to import; what a script can use is built in"},
	{"got class", "there are no classes; keep what belongs to a task in a dict, as in level[task] = 1"},
	{"got try", "there are no exceptions; ask before, as in if task in level"},
	{"referenced before assignment", `a function can't give a name of the file a new value; keep it in a dict, as in state["n"] += 1`},
	{"can't assign to .", "tasks can't be changed; keep what belongs to one in a dict, as in level[task] = 1"},
	{"called recursively", "use a loop"},
	{"not in dict", "ask with level.get(task, 0), or set it in enqueue"},
	{"pop: index", "ask if there is one, as in if queue"},
	{"element not found", "ask if it is there, as in if task in queue"},
	{"during iteration", "go over a copy, as in for task in list(queue)"},
	{"cannot insert into frozen", "params can't be changed"},
	{"frozen", "params can't be changed"},
}

// explain puts the interpreter's words into ours and adds what would be right.
func (e *Error) explain() {
	if i := strings.LastIndex(e.Message, " (did you mean "); i >= 0 {
		e.Remedy = strings.TrimSuffix(e.Message[i+2:], ")")
		e.Message = e.Message[:i]
		return
	}
	if name, ok := strings.CutPrefix(e.Message, "undefined: "); ok {
		for _, f := range given {
			if known, _, _ := strings.Cut(f, "("); near(name, known) {
				e.Remedy = "did you mean " + known + "?"
				return
			}
		}
		e.Remedy = "there are " + strings.Join(given, ", ") + ", and what the file defines"
		return
	}
	for _, r := range remedies {
		if strings.Contains(e.Message, r.part) {
			e.Remedy = r.remedy
			return
		}
	}
}

// near reports whether two words differ by one letter: another, one more, one
// less, or two changed about.
func near(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	switch rest := b[min(i+1, len(b)):]; len(b) - len(a) {
	case 0:
		swapped := i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
		return i < len(a) && (a[i+1:] == rest || swapped)
	case 1:
		return a[i:] == rest
	}
	return false
}
