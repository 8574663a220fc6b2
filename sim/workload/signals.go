package workload

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Signal is a signal, with the number it has on Linux.
type Signal uint8

// The signals.
const (
	SigInt  Signal = 2  // interrupt from the keyboard: ends a process
	SigKill Signal = 9  // ends a process, whatever it says
	SigUsr1 Signal = 10 // for the user: ends a process
	SigSegv Signal = 11 // a fatal error: ends a process
	SigUsr2 Signal = 12 // for the user: ends a process
	SigTerm Signal = 15 // asks a process to end: ends it
	SigChld Signal = 17 // a child has ended: ignored
	SigCont Signal = 18 // lets a stopped process go on
	SigStop Signal = 19 // stops a process
)

var signalNames = []struct {
	signal Signal
	name   string
}{
	{SigTerm, "TERM"}, {SigKill, "KILL"}, {SigInt, "INT"}, {SigStop, "STOP"}, {SigCont, "CONT"},
	{SigUsr1, "USR1"}, {SigUsr2, "USR2"}, {SigChld, "CHLD"}, {SigSegv, "SEGV"},
}

// String returns the name of the signal without SIG: "TERM".
func (s Signal) String() string {
	for _, n := range signalNames {
		if n.signal == s {
			return n.name
		}
	}
	return "?"
}

// The operations of signals. None takes time of its own.
const (
	OpSignal  OpCode = iota + 80 // send Kin.Signal to the process of task Kin.Name, or to group Kin.Group
	OpCrash                      // end by a fatal error
	OpIgnore                     // ignore Kin.Signal from now on; with Value 0, no more
	OpAlive                      // leave 1 if task Kin.Name hasn't ended, else 0
	OpHandle                     // what follows up to Jump is done whenever Kin.Signal arrives, from now on; go on at Jump
	OpHandled                    // end of what a signal handler does: go on where the signal came

	opSignalEnd // one more than there are
)

// readSignal reads the name of a signal, with SIG or without.
func (r *reader) readSignal(v *yaml.Node) (Signal, bool) {
	var names []string
	for _, n := range signalNames {
		names = append(names, n.name)
	}
	bare := *v
	bare.Value = strings.TrimPrefix(v.Value, "SIG")
	i, ok := r.choice(&bare, "signal", names...)
	if !ok {
		return 0, false
	}
	return signalNames[i].signal, true
}

// sends are the words for sending a signal, and which it is if none is named.
var sends = map[string]Signal{"kill": SigTerm, "terminate": SigTerm, "stop": SigStop, "cont": SigCont}

// signal reads `kill: P2`, `kill: P2, signal: USR1`, `kill: {group: G, signal: INT}`,
// `stop: P2`, `cont: P2` and `terminate: P2`.
func (c *compiler) signal(n *yaml.Node, name string, v *yaml.Node) {
	kin := &Kin{Signal: sends[name]}
	target, group, signal := v, (*yaml.Node)(nil), lookup(n, "signal")
	if v.Kind == yaml.MappingNode {
		target = nil
		before := len(c.errs)
		c.each(v, name, []string{"task", "group", "signal"}, func(key string, k, v *yaml.Node) {
			switch key {
			case "task":
				target = v
			case "group":
				group = v
			case "signal":
				signal = v
			}
		})
		if len(c.errs) > before {
			return
		}
		if (target == nil) == (group == nil) {
			c.fail(v, name+" of nobody", name+": P1, or "+name+": {group: G}")
			return
		}
	}
	ok := true
	if group != nil {
		if kin.Group, ok = c.name(group, "group"); !ok {
			return
		}
	} else {
		if kin.Name, ok = c.name(target, name); !ok {
			return
		}
		c.kin.refs = append(c.kin.refs, kinRef{name, kin.Name, pos(target)})
	}
	if signal != nil {
		if kin.Signal, ok = c.readSignal(signal); !ok {
			return
		}
	}
	who := kin.Name + kin.Group
	text := "kill " + who + " " + kin.Signal.String()
	switch kin.Signal {
	case SigStop:
		text = "stop " + who
	case SigCont:
		text = "cont " + who
	}
	c.emit(n, Op{Code: OpSignal, Res: -1, Kin: kin}, text)
}

// ignoring reads `ignore: USR1` and `heed: USR1`.
func (c *compiler) ignoring(n *yaml.Node, name string, v *yaml.Node) {
	signal, ok := c.readSignal(v)
	if !ok {
		return
	}
	if signal == SigKill || signal == SigStop || signal == SigCont {
		c.fail(v, name+": found "+describe(v), "a signal that can be ignored: KILL, STOP and CONT can't")
		return
	}
	op := Op{Code: OpIgnore, Res: -1, Kin: &Kin{Signal: signal}}
	if name == "ignore" {
		op.Value = 1
	}
	c.emit(n, op, name+" "+signal.String())
}

// handling reads `handle: USR1, do: [...]` and `handle: {signal: USR1, do: [...]}`.
func (c *compiler) handling(n, v *yaml.Node) {
	const want = "handle: USR1, do: [{cpu: 1}]"
	do := lookup(n, "do")
	name := v
	if v.Kind == yaml.MappingNode {
		name = nil
		before := len(c.errs)
		c.each(v, "handle", []string{"signal", "do"}, func(key string, k, v *yaml.Node) {
			switch {
			case key == "signal":
				name = v
			case do != nil:
				c.fail(k, "handle: a do inside and outside", "one of them")
			default:
				do = v
			}
		})
		if len(c.errs) > before {
			return
		}
	}
	if name == nil || do == nil {
		c.fail(n, "handle without a signal, or without what is done", want)
		return
	}
	signal, ok := c.readSignal(name)
	switch {
	case !ok:
		return
	case signal == SigKill:
		c.fail(name, "handle: found "+describe(name), "a signal that can be handled: KILL ends a process whatever it wants, so that there is always a way to end one")
		return
	case signal == SigStop:
		c.fail(name, "handle: found "+describe(name), "a signal that can be handled: STOP stops a process whatever it wants, so that there is always a way to stop one")
		return
	case c.depth == MaxNesting:
		c.fail(n, "blocks nested too deep", fmt.Sprintf("the most blocks inside each other is %d", MaxNesting))
		return
	}
	at := c.emit(n, Op{Code: OpHandle, Res: -1, Kin: &Kin{Signal: signal}}, "handle "+signal.String())
	before, coroutine := len(c.p.Ops), c.coroutine
	c.depth++
	c.coroutine = false
	c.block(do, "do")
	c.coroutine = coroutine
	c.depth--
	if c.large {
		return
	}
	for _, op := range c.p.Ops[before:] {
		if op.Code == OpLoop {
			c.fail(do, "handle: an event loop in a handler", "a handler that returns soon; the loop outside it")
			return
		}
	}
	end := c.emit(n, Op{Code: OpHandled, Res: -1}, "")
	c.p.Ops[at].Jump = end + 1
}

// about reads an operation that is about one other task: `is_alive: W`.
func (c *compiler) about(n *yaml.Node, name string, code OpCode, v *yaml.Node) {
	task, ok := c.name(v, name)
	if ok {
		c.kin.refs = append(c.kin.refs, kinRef{name, task, pos(v)})
		c.emit(n, Op{Code: code, Res: -1, Kin: &Kin{Name: task}}, name+" "+task)
	}
}

// signalling writes an operation of signals, and reports whether it was one.
func (o *writer) signalling(op *Op) (text string, ok bool) {
	k := op.Kin
	switch op.Code {
	case OpCrash:
		return "crash", true
	case OpAlive:
		return "is_alive: " + str(k.Name), true
	case OpIgnore:
		if op.Value == 0 {
			return "heed: " + k.Signal.String(), true
		}
		return "ignore: " + k.Signal.String(), true
	case OpSignal:
		if k.Group != "" {
			return "kill: {group: " + str(k.Group) + ", signal: " + k.Signal.String() + "}", true
		}
		for _, word := range []string{"stop", "cont"} {
			if sends[word] == k.Signal {
				return word + ": " + str(k.Name), true
			}
		}
		return "{kill: " + str(k.Name) + ", signal: " + k.Signal.String() + "}", true
	}
	return "", false
}
