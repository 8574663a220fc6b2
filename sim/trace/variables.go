package trace

import "strconv"

// Variable is a whole number that programs load and store by name.
type Variable struct {
	Name  string
	Scope Scope
	Value int64 // at the start
	// Hidden is of no interest to a reader: a register no program speaks of.
	Hidden bool `json:",omitempty"`
	// Register: it isn't in memory but a register of the CPU, and while its task
	// doesn't run in the task's control block.
	Register bool `json:",omitempty"`
}

// Scope says who sees what is stored in a variable.
type Scope uint8

// The scopes.
const (
	PerProcess Scope = iota // the threads of one process
	Shared                  // everybody
	PerThread               // nobody else
)

// String returns the scope's stable code: "process", "shared", "thread".
func (s Scope) String() string {
	switch s {
	case PerProcess:
		return "process"
	case Shared:
		return "shared"
	case PerThread:
		return "thread"
	}
	return "unknown"
}

// Text is something programs print: a text, or one around a value.
type Text struct {
	Before, After string
	Value         bool
}

// With returns the text as it is printed with a value.
func (t *Text) With(value int64) string {
	if !t.Value {
		return t.Before
	}
	return t.Before + strconv.FormatInt(value, 10) + t.After
}

// Cell returns which of the values of a variable a task has to do with: tasks
// that get the same number share one.
func (h *Header) Cell(variable int, id TaskID) int {
	switch h.Variables[variable].Scope {
	case Shared:
		return 0
	case PerThread:
		return int(id)
	}
	return h.Tasks[id].Process
}

// values are what has been stored in the variables: by variable and cell, as far
// as the highest cell that was stored to.
type values [][]int64

// of returns what a variable is to a task.
func (v values) of(h *Header, variable int, id TaskID) int64 {
	if cell := h.Cell(variable, id); variable < len(v) && cell < len(v[variable]) {
		return v[variable][cell]
	}
	return h.Variables[variable].Value
}

// copyTo lets a forked child have what its parent has.
func (v values) copyTo(h *Header, from, to TaskID) {
	for i := range v {
		if h.Variables[i].Scope != Shared {
			if value := v.of(h, i, from); value != h.Variables[i].Value {
				v.set(h, i, to, value)
			}
		}
	}
}

func (v values) set(h *Header, variable int, id TaskID, to int64) {
	cell := h.Cell(variable, id)
	for len(v[variable]) <= cell {
		v[variable] = append(v[variable], h.Variables[variable].Value)
	}
	v[variable][cell] = to
}

// Value returns what a variable is to a task at the instant of the snapshot.
func (s *Snapshot) Value(variable int, id TaskID) int64 {
	return s.moment.values.of(&s.of.Header, variable, id)
}

// Printed returns what a task has printed last, and when; ok is false if it
// hasn't printed yet.
func (s *Snapshot) Printed(id TaskID) (text string, at Time, ok bool) {
	n := s.moment.more[id].printed
	if n == 0 {
		return "", 0, false
	}
	e := s.of.Event(n - 1)
	return s.of.Header.Texts[e.Object].With(e.Arg), e.Time, true
}

// forget gives the variables that a task doesn't share with other processes the
// values they have at the start.
func (v values) forget(h *Header, id TaskID) {
	for i := range v {
		if h.Variables[i].Scope != Shared && v.of(h, i, id) != h.Variables[i].Value {
			v.set(h, i, id, h.Variables[i].Value)
		}
	}
}
