package workload

import (
	"bytes"
	"fmt"
	"math"
	"math/big"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// Version is the format of files this package reads and writes: `timeslice: 1`.
const Version = 1

// Other formats that [Parse] reads.
const (
	Oracle   = "sched-oracle/1"   // a reference case
	Measured = "sched-measured/1" // what a real kernel was given to run
	Table    = "table"            // CSV and its kin
)

// Parse reads a workload: one of this project (`timeslice: 1`), a reference case
// (`format: sched-oracle/1`), a recording's workload (`format:
// sched-measured/1`), or a CSV table with a header. file is the name to use in
// messages. A file with any fault is refused whole; the error is then of type
// [Errors].
func Parse(file string, data []byte) (*Workload, error) {
	if len(data) > MaxFile {
		return nil, Errors{{file, 0, 0, fmt.Sprintf("a file of %d bytes", len(data)), "the most is 16 MiB"}}
	}
	data = bytes.TrimPrefix(data, []byte("\xEF\xBB\xBF"))
	if err := validText(file, data); err != nil {
		return nil, Errors{err}
	}
	if t, ok := sniffTable(file, data); ok {
		return t.parse()
	}
	root, errs := tree(file, data)
	if len(errs) > 0 {
		return nil, errs
	}
	r := newReader(file)
	switch format := lookup(root, "format"); {
	case root.Kind != yaml.MappingNode:
		found := describe(root)
		if isNull(root) {
			found = "an empty file"
		}
		r.fail(root, "found "+found, "a workload, which begins with timeslice: 1, or a table with a header such as name,arrival,burst")
	case lookup(root, "timeslice") != nil || format == nil:
		r.workload(root)
	case format.Value == Oracle:
		r.w.Format = Oracle
		r.oracle(root)
	case format.Value == Measured:
		r.w.Format = Measured
		r.measured(root)
	default:
		r.fail(format, "format: found "+describe(format), "one of sched-oracle/1, sched-measured/1, or timeslice: 1")
	}
	return r.done()
}

// validText refuses what isn't text.
func validText(file string, data []byte) *Error {
	bad := -1
	if i := bytes.IndexByte(data, 0); i >= 0 {
		bad = i
	}
	if !utf8.Valid(data) {
		rest := data
		for len(rest) > 0 {
			r, size := utf8.DecodeRune(rest)
			if r == utf8.RuneError && size == 1 {
				break
			}
			rest = rest[size:]
		}
		if at := len(data) - len(rest); bad < 0 || at < bad {
			bad = at
		}
	}
	if bad < 0 {
		return nil
	}
	at := place(data, bad)
	return &Error{file, at.Line, at.Column, fmt.Sprintf("a byte that is no text (0x%02X)", data[bad]), "save the file as UTF-8"}
}

var (
	topKeys = []string{
		"timeslice", "name", "about", "unit", "seed", "until", "machine", "policy", "conventions",
		"resources", "variables", "programs", "bank", "tasks", "interventions", "captions", "ask", "expect",
	}
	machineKeys = []string{"cpus", "switch", "tick", "instruction", "gil", "migration", "cache", "fork", "spawn", "thread", "exec", "creation"}
	cacheKeys   = []string{"size", "warmup", "rate", "grain"}
)

// workload reads a file of this project.
func (r *reader) workload(root *yaml.Node) {
	if v := lookup(root, "timeslice"); v == nil {
		r.fail(root, "no format version", "begin the file with timeslice: 1")
	} else if v.Value != strconv.Itoa(Version) {
		r.fail(v, "timeslice: found "+describe(v), "this program reads version 1: timeslice: 1")
		return
	}
	if v := lookup(root, "unit"); v != nil {
		r.unit(v)
	}
	part := map[string]*yaml.Node{}
	r.each(root, "the workload", topKeys, func(key string, _, v *yaml.Node) { part[key] = v })
	w := r.w
	given := func(key string, read func(*yaml.Node)) {
		if v := part[key]; v != nil && !r.full() {
			read(v)
		}
	}
	given("name", r.names)
	given("about", func(v *yaml.Node) { w.About = r.text(v, "about") })
	given("seed", r.seed)
	given("until", func(v *yaml.Node) { w.Until, _ = r.time(v, "until", 1) })
	w.Machine.Instruction = w.Unit
	given("machine", r.machine)
	given("policy", func(v *yaml.Node) { w.Policy = r.policy(v) })
	given("conventions", r.conventions)
	given("resources", r.resourceList)
	given("variables", r.variableList)
	r.claimable()
	given("programs", r.programList)
	given("bank", func(v *yaml.Node) { r.bank(v, w.Policy.Name) })
	if part["bank"] != nil && w.Policy.Name != "banker" && w.Policy.Name != bankDetect {
		r.fail(part["bank"], "bank under the policy "+quote(w.Policy.Name), "policy: banker, or policy: "+bankDetect)
	}
	if part["tasks"] == nil && part["bank"] == nil && len(r.errs) == 0 {
		r.fail(root, "no tasks", "tasks: [{name: P1, program: [{cpu: 5}]}]")
	}
	given("tasks", r.taskList)
	r.hire()
	given("interventions", r.interventions)
	given("captions", r.captions)
	given("ask", r.asks)
	given("expect", r.expect)
}

// names reads what the workload is called, in one language or several.
func (r *reader) names(n *yaml.Node) {
	if n.Kind != yaml.MappingNode {
		r.w.Name, _ = r.title(n, "name")
		return
	}
	r.w.Title = r.text(n, "name")
	for i := 1; i < len(n.Content); i += 2 {
		if strings.ContainsAny(n.Content[i].Value, "\n\r") {
			r.title(n.Content[i], "name")
		}
	}
	if langs := keys(r.w.Title); len(langs) > 0 {
		r.w.Name = r.w.Title[langs[0]]
	}
	if en, ok := r.w.Title["en"]; ok {
		r.w.Name = en
	}
}

// title reads a name shown to people, of any length.
func (r *reader) title(n *yaml.Node, what string) (string, bool) {
	s, ok := r.scalar(n, what, "a text")
	if ok && strings.ContainsAny(s, "\n\r") {
		r.fail(n, what+": found "+quote(s), "a text of one line")
		return "", false
	}
	return s, ok
}

func (r *reader) unit(n *yaml.Node) {
	const want = "what a bare number means: 1ms, 10us, 1s, tick (at most 1h)"
	s, ok := r.scalar(n, "unit", want)
	if !ok {
		return
	}
	unit, ok := parseUnit(s)
	if !ok {
		r.fail(n, "unit: found "+quote(s), want)
		return
	}
	r.w.Unit, r.w.UnitText = unit, strings.TrimSpace(s)
}

func (r *reader) seed(n *yaml.Node) {
	const want = "a whole number from 0 to 18446744073709551615"
	s, ok := r.scalar(n, "seed", want)
	if !ok {
		return
	}
	d, ok := parseDecimal(s)
	if !ok || !d.IsInt() || d.Sign() < 0 || d.Num().Cmp(new(big.Int).SetUint64(math.MaxUint64)) > 0 {
		r.fail(n, "seed: found "+quote(s), want)
		return
	}
	r.w.Seed = d.Num().Uint64()
}

func (r *reader) machine(n *yaml.Node) {
	m := &r.w.Machine
	r.each(n, "machine", machineKeys, func(key string, _, v *yaml.Node) {
		switch key {
		case "cpus":
			if n, ok := r.int(v, "cpus", 1, MaxCPUs); ok {
				m.CPUs = int(n)
			}
		case "switch":
			m.Switch, _ = r.time(v, "switch", 0)
		case "tick":
			m.Tick, _ = r.time(v, "tick", 0)
		case "migration":
			m.Migration, _ = r.time(v, "migration", 0)
		case "cache":
			r.cache(&m.Cache, v)
		case "instruction":
			m.Instruction, _ = r.time(v, "instruction", 0)
		case "gil":
			m.GIL, _ = r.time(v, "gil", 0)
		default:
			r.creation(key, v)
		}
	})
}

func (r *reader) cache(c *Cache, n *yaml.Node) {
	*c = Cache{Rate: 2}
	r.each(n, "cache", cacheKeys, func(key string, _, v *yaml.Node) {
		switch key {
		case "size":
			c.Size, _ = r.int(v, key, 1, maxNumber)
		case "warmup":
			c.Warmup, _ = r.time(v, key, 0)
		case "rate":
			c.Rate, _ = r.int(v, key, 1, MaxRate)
		case "grain":
			c.Grain, _ = r.time(v, key, 0)
		}
	})
	if lookup(n, "size") == nil {
		r.fail(n, "cache: no size", "cache: {size: 100, warmup: 10, rate: 2}, and a working_set for each task")
	}
}

// policy reads a policy: its name, or a mapping of name and parameters.
func (r *reader) policy(n *yaml.Node) Policy {
	p := Policy{Pos: pos(n)}
	if n.Kind == yaml.ScalarNode && !isNull(n) {
		p.Name, _ = r.name(n, "policy")
		return p
	}
	v := lookup(n, "name")
	if v == nil {
		r.fail(n, "policy: found "+describe(n)+" without a name", "policy: {name: rr, quantum: 4}")
		return p
	}
	p.Name, _ = r.name(v, "policy")
	p.Pos = pos(v)
	r.each(n, "policy", nil, func(key string, k, v *yaml.Node) {
		if key == "name" {
			return
		}
		if param, ok := r.param(k, v); ok {
			p.Params = append(p.Params, param)
		}
	})
	return p
}

// param reads a parameter of a policy, whose meaning isn't known here. Only a
// quantum means the same to all: it is a time above 0.
func (r *reader) param(k, v *yaml.Node) (Param, bool) {
	p := Param{Name: k.Value, Pos: pos(v)}
	if _, ok := r.name(k, "a parameter"); !ok {
		return p, false
	}
	members := []*yaml.Node{v}
	if v.Kind == yaml.SequenceNode {
		p.List, members = true, v.Content
	}
	for _, m := range members {
		s, ok := r.scalar(m, p.Name, "a value, or a list of values")
		if !ok {
			return p, false
		}
		if p.Name == "quantum" || p.Name == "quanta" {
			if t, err := ParseTime(s, r.w.Unit); err == nil && t == 0 || err == errNegative || err == errTooLong {
				r.fail(m, p.Name+": found "+quote(s), "a time above 0")
				return p, false
			}
		}
		p.Values = append(p.Values, s)
	}
	return p, true
}

var resourceKinds = []string{
	"mutex", "queue", "device", "rlock", "spin", "rwlock", "semaphore", "condition", "event", "barrier", "once",
	"pipe", "pool",
}

func (r *reader) resourceList(n *yaml.Node) {
	const want = "resources: {balance: {kind: mutex}}"
	r.entries(n, "resources", want, func(name string, k, v *yaml.Node) {
		if _, ok := r.name(k, "a resource"); !ok {
			return
		}
		res := Resource{Name: name, Pos: pos(k)}
		kind := lookup(v, "kind")
		if v.Kind == yaml.ScalarNode && !isNull(v) {
			kind = v // disk: device
		}
		if kind == nil {
			r.fail(v, "resource "+quote(name)+" without a kind", name+": {kind: mutex} (or queue, device)")
			return
		}
		i, ok := r.choice(kind, "kind", resourceKinds...)
		if !ok {
			return
		}
		res.Kind = ResourceKind(i + 1)
		r.resourceFields(&res, name, v)
		r.resources[name] = len(r.w.Resources)
		r.w.Resources = append(r.w.Resources, res)
	})
	r.findLocks()
}

func (r *reader) resourceFields(res *Resource, name string, v *yaml.Node) {
	fields := []string{"kind"}
	switch res.Kind {
	case Queue:
		fields = append(fields, "capacity", "order")
	case Pool:
		fields = append(fields, "workers", "of")
		res.Workers = 1
	case Pipe:
		fields = append(fields, "capacity")
		res.Capacity = DefaultPipe
	case Device:
		fields = append(fields, "servers")
		res.Servers = 1
	default:
		fields = append(fields, syncFields[res.Kind]...)
	}
	if all := v; v.Kind == yaml.MappingNode {
		r.each(v, fmt.Sprintf("the %s %s", res.Kind, quote(name)), fields, func(key string, _, v *yaml.Node) {
			switch key {
			case "capacity":
				least, most := int64(0), int64(MaxCapacity)
				if res.Kind == Pipe {
					least, most = 1, MaxPipe
				}
				n, _ := r.int(v, key, least, most)
				res.Capacity = int(n)
			case "servers":
				n, _ := r.int(v, key, 0, MaxCapacity)
				res.Servers = int(n)
			default:
				if res.Kind == Pool {
					r.poolField(res, key, v)
					return
				}
				if res.Kind == Queue {
					r.queueField(res, key, v)
					return
				}
				r.syncField(res, all, key, v)
			}
		})
	}
	r.syncComplete(res, name, v)
}

func (r *reader) programList(n *yaml.Node) {
	const want = "programs: {worker: [{cpu: 5}]}"
	if n.Kind != yaml.MappingNode {
		r.fail(n, "programs: found "+describe(n), want)
		return
	}
	r.entries(n, "programs", want, func(name string, k, v *yaml.Node) {
		if _, ok := r.name(k, "a program"); ok {
			r.programs.nodes[name] = v
		}
	})
	r.entries(n, "programs", want, func(_ string, k, _ *yaml.Node) {
		if _, ok := r.programs.nodes[k.Value]; ok {
			r.namedProgram(k)
		}
	})
}

func sorted(words []string) []string {
	sort.Strings(words)
	return words
}
