package workload

import (
	"time"

	"go.yaml.in/yaml/v3"
)

// creations are what it costs to make tasks on systems, by name: orders of
// magnitude of a process of ordinary size, for comparing.
var creations = []struct {
	name                      string
	fork, spawn, thread, exec Time
}{
	{"free", 0, 0, 0, 0},
	{"unix", Time(100 * time.Microsecond), Time(150 * time.Microsecond), Time(10 * time.Microsecond), Time(200 * time.Microsecond)},
	// Windows copies no processes: there, whoever wants one makes a new one.
	{"windows", Time(1500 * time.Microsecond), Time(1500 * time.Microsecond), Time(50 * time.Microsecond), Time(1500 * time.Microsecond)},
}

// creation reads what making tasks costs: `fork: 0.1`, or `creation: unix`, which
// sets all four.
func (r *reader) creation(key string, v *yaml.Node) {
	m := &r.w.Machine
	switch key {
	case "fork":
		m.Fork, _ = r.time(v, key, 0)
	case "spawn":
		m.Spawn, _ = r.time(v, key, 0)
	case "thread":
		m.Thread, _ = r.time(v, key, 0)
	case "exec":
		m.Exec, _ = r.time(v, key, 0)
	case "creation":
		var names []string
		for _, c := range creations {
			names = append(names, c.name)
		}
		if i, ok := r.choice(v, key, names...); ok {
			m.Fork, m.Spawn, m.Thread, m.Exec = creations[i].fork, creations[i].spawn, creations[i].thread, creations[i].exec
		}
	}
}

// creation writes it.
func (o *writer) creation() (text string) {
	m := &o.w.Machine
	for _, c := range []struct {
		name string
		cost Time
	}{{"fork", m.Fork}, {"spawn", m.Spawn}, {"thread", m.Thread}, {"exec", m.Exec}} {
		if c.cost != 0 {
			text += ", " + c.name + ": " + o.time(c.cost)
		}
	}
	return text
}
