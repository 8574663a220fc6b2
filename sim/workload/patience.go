package workload

import "go.yaml.in/yaml/v3"

// Patience says how long an operation waits that may have to: a lock, a put, a
// get. One that is not [Patient] leaves 1 in the task's accumulator if it got
// what it asked for, and 0 if it gave up.
type Patience uint8

// The patiences.
const (
	Patient  Patience = iota // until it has what it waits for
	AtMost                   // for Op.Dur, more than 0
	NotAtAll                 // it never waits
)

// waits are the keys that operations which may block take.
var waits = map[string][]string{
	"lock":    {"timeout", "try"},
	"acquire": {"timeout", "try"},
	"wait":    {"timeout"},
	"await":   {"timeout", "try"},
	"arrive":  {"timeout"},
	"put":     {"timeout", "nowait"},
	"write":   {"nowait"},
	"read":    {"timeout", "nowait"},
	"get":     {"timeout", "nowait"},
	"connect": {"timeout"},
	"accept":  {"timeout", "nowait"},
	"send":    {"nowait"},
	"receive": {"timeout", "nowait"},
	"join":    {"timeout", "try"},
	"waitpid": {"timeout", "nohang"},
}

// patience reads how long an operation waits, from its keys timeout, try and
// nowait, and adds it to the operation and to its text.
func (c *compiler) patience(n *yaml.Node, name string, op *Op, text *string) bool {
	limit := lookup(n, "timeout")
	for _, key := range []string{"try", "nowait", "nohang"} {
		v := lookup(n, key)
		if v == nil {
			continue
		}
		yes, ok := c.flag(v, key)
		if !ok {
			return false
		}
		if yes && limit != nil {
			c.fail(limit, name+": a timeout beside "+key, "one of them: "+key+": yes is a timeout of 0")
			return false
		}
		if yes {
			op.Patience = NotAtAll
			*text += ", " + key
		}
	}
	if limit == nil {
		return true
	}
	d, ok := c.time(limit, "timeout", 0)
	if !ok {
		return false
	}
	if op.Patience, op.Dur = AtMost, d; d == 0 {
		if neverWaits(name) == "" {
			c.fail(limit, "timeout: found "+describe(limit), "a time above 0")
			return false
		}
		op.Patience = NotAtAll
		*text += ", " + neverWaits(name)
		return true
	}
	*text += ", timeout " + d.In(c.w.Unit)
	return true
}

// neverWaits is the key that says an operation never waits.
func neverWaits(name string) string {
	for _, key := range waits[name] {
		if key != "timeout" {
			return key
		}
	}
	return ""
}

// waiting writes an operation that may block as `name: value`, or as a mapping
// that says how long it waits.
func (o *writer) waiting(op *Op, name, value string) string {
	text := name + ": " + value
	switch op.Patience {
	case AtMost:
		return "{" + text + ", timeout: " + o.time(op.Dur) + "}"
	case NotAtAll:
		return "{" + text + ", " + neverWaits(name) + ": yes}"
	}
	return text
}
