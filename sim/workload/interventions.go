package workload

import (
	"fmt"
	"sort"
	"strings"

	"go.yaml.in/yaml/v3"
)

// InterventionKind is what an intervention does.
type InterventionKind uint8

// The interventions.
const (
	Kill      InterventionKind = iota + 1 // end Task at once
	SetParams                             // give the policy's Params new values
	SetPolicy                             // go on under another Policy
	AddTask                               // Add arrives
	Send                                  // Signal is sent to the process of Task, or to Group
)

// Intervention is what somebody does to a run at an instant.
type Intervention struct {
	At     Time
	Kind   InterventionKind
	Task   string  // of Kill and Send: a task of the file, or one that fork, spawn or thread makes
	Group  string  // of Send
	Signal Signal  // of Send
	Params []Param // of SetParams
	Policy *Policy // of SetPolicy
	Add    *Task   // of AddTask; arrives at At
	Pos    Pos
}

var interventionKeys = []string{"at", "kill", "stop", "cont", "signal", "set", "quantum", "policy", "add"}

func (r *reader) interventions(n *yaml.Node) {
	for _, v := range r.list(n, "interventions", "a list: [{at: 12, kill: P1}]") {
		if r.full() {
			return
		}
		before := len(r.errs)
		if iv := r.intervention(v); len(r.errs) == before {
			r.w.Interventions = append(r.w.Interventions, iv)
		}
	}
	ivs := r.w.Interventions
	sort.SliceStable(ivs, func(i, j int) bool { return ivs[i].At < ivs[j].At })
	for _, iv := range ivs {
		if iv.Task != "" && !r.willBe(iv.Task) {
			word := "kill"
			switch {
			case iv.Kind == Kill:
			case iv.Signal == SigStop:
				word = "stop"
			case iv.Signal == SigCont:
				word = "cont"
			default:
				word = "signal"
			}
			r.failAt(iv.Pos, word+": no task "+quote(iv.Task), wantOneOf(iv.Task, r.kinNames()))
		}
	}
}

func (r *reader) intervention(n *yaml.Node) Intervention {
	iv := Intervention{Pos: pos(n)}
	acts, before := 0, len(r.errs)
	if v := lookup(n, "at"); v != nil {
		iv.At, _ = r.time(v, "at", 0)
	} else if n.Kind == yaml.MappingNode {
		r.fail(n, "an intervention without at", "{at: 12, kill: P1}")
	}
	r.each(n, "an intervention", interventionKeys, func(key string, k, v *yaml.Node) {
		if key != "at" {
			acts++
		}
		switch key {
		case "kill":
			iv.Kind, iv.Pos = Kill, pos(v)
			iv.Task, _ = r.name(v, key)
		case "stop", "cont":
			iv.Kind, iv.Pos, iv.Signal = Send, pos(v), sends[key]
			iv.Task, _ = r.name(v, key)
		case "signal":
			r.sent(v, &iv)
		case "quantum":
			iv.Kind = SetParams
			if p, ok := r.param(k, v); ok {
				iv.Params = append(iv.Params, p)
			}
		case "set":
			iv.Kind = SetParams
			r.entries(v, key, "set: {quantum: 2}", func(_ string, k, v *yaml.Node) {
				if p, ok := r.param(k, v); ok {
					iv.Params = append(iv.Params, p)
				}
			})
		case "policy":
			p := r.policy(v)
			iv.Kind, iv.Policy = SetPolicy, &p
		case "add":
			iv.Kind = AddTask
			iv.Add = r.addition(v, iv.At)
		}
	})
	if acts != 1 && len(r.errs) == before {
		r.fail(n, fmt.Sprintf("an intervention that does %d things", acts), "one of kill, stop, cont, signal, set, quantum, policy, add for each at")
	}
	return iv
}

// sent reads `signal: {to: P1, signal: USR1}` and `signal: {group: G, signal: INT}`.
func (r *reader) sent(n *yaml.Node, iv *Intervention) {
	iv.Kind, iv.Pos = Send, pos(n)
	before := len(r.errs)
	r.each(n, "signal", []string{"to", "group", "signal"}, func(key string, _, v *yaml.Node) {
		switch key {
		case "to":
			iv.Task, _ = r.name(v, key)
			iv.Pos = pos(v)
		case "group":
			iv.Group, _ = r.name(v, key)
		case "signal":
			iv.Signal, _ = r.readSignal(v)
		}
	})
	if len(r.errs) == before && (iv.Signal == 0 || (iv.Task == "") == (iv.Group == "")) {
		r.fail(n, "signal: no signal, or to nobody", "{at: 12, signal: {to: P1, signal: USR1}}, or group: in place of to:")
	}
}

// addition reads a task that arrives when somebody adds it.
func (r *reader) addition(n *yaml.Node, at Time) *Task {
	known := make([]string, 0, len(taskKeys))
	for _, k := range taskKeys {
		if k != "at" && k != "count" {
			known = append(known, k)
		}
	}
	t, _, ok := r.readTask(n, known)
	if !ok || !r.claim(t.Name, t.Pos) {
		return nil
	}
	t.Arrival = at
	return &t
}

func (r *reader) captions(n *yaml.Node) {
	for _, v := range r.list(n, "captions", "a list: [{at: 0, say: …}]") {
		if r.full() {
			return
		}
		c := Caption{}
		r.need(v, "a caption", []string{"at", "say"}, func(key string, v *yaml.Node) {
			if key == "at" {
				c.At, _ = r.time(v, key, 0)
			} else {
				c.Say = r.text(v, key)
			}
		})
		r.w.Captions = append(r.w.Captions, c)
	}
}

func (r *reader) asks(n *yaml.Node) {
	for _, v := range r.list(n, "ask", "a list: [{at: 12, question: …, answer: …}]") {
		if r.full() {
			return
		}
		a := Ask{}
		r.need(v, "a question", []string{"at", "question", "answer"}, func(key string, v *yaml.Node) {
			switch key {
			case "at":
				a.At, _ = r.time(v, key, 0)
			case "question":
				a.Question = r.text(v, key)
			case "answer":
				a.Answer = r.text(v, key)
			}
		})
		r.w.Asks = append(r.w.Asks, a)
	}
}

// need reads a mapping that must have every one of its keys.
func (r *reader) need(n *yaml.Node, what string, keys []string, f func(key string, v *yaml.Node)) {
	before := len(r.errs)
	r.each(n, what, keys, func(key string, _, v *yaml.Node) { f(key, v) })
	if len(r.errs) > before {
		return
	}
	for _, key := range keys {
		if lookup(n, key) == nil {
			r.fail(n, what+" without "+key, "all of "+strings.Join(keys, ", "))
		}
	}
}

// sending writes who is sent which signal.
func (iv *Intervention) sending() string {
	if iv.Group != "" {
		return "signal: {group: " + str(iv.Group) + ", signal: " + iv.Signal.String() + "}"
	}
	for _, word := range []string{"stop", "cont"} {
		if sends[word] == iv.Signal {
			return word + ": " + str(iv.Task)
		}
	}
	return "signal: {to: " + str(iv.Task) + ", signal: " + iv.Signal.String() + "}"
}
