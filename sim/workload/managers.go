package workload

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
)

// The operations of managers. They take no time of their own; the first and the
// last of them are those of the manager's own program.
const (
	OpTakeRequest  OpCode = iota + 224 // take the next request to manager Res, or wait for one; or end, if it is closed
	OpAnswer                           // do what was asked for and answer, or put the request aside
	OpCloseManager                     // let manager Res take no more requests

	opManagerEnd // one more than there are
)

var managerFields = append([]string{"of", "serve"}, networkFields...)

// owned is the name of a queue that a manager has.
type owned struct {
	manager int // index into Workload.Resources
	at      *yaml.Node
}

// managerField reads a field of a manager. The queues it names may be declared
// later.
func (r *reader) managerField(res *Resource, key string, v *yaml.Node) {
	switch key {
	case "of":
		for _, one := range r.list(v, "of", "of: [q]") {
			r.owned = append(r.owned, owned{len(r.w.Resources), one})
		}
	case "serve":
		res.Serve, _ = r.time(v, key, 0)
	default:
		r.networkField(&res.Network, key, v)
	}
}

// findOwned finds the queues of managers, once all resources are read.
func (r *reader) findOwned(n *yaml.Node) {
	for _, o := range r.owned {
		if o.manager >= len(r.w.Resources) {
			return // refused already
		}
		i, ok := r.resource(o.at, "of", Queue)
		if !ok {
			continue
		}
		q, m := &r.w.Resources[i], &r.w.Resources[o.manager]
		switch {
		case q.Manager > 0:
			r.fail(o.at, "of: "+quote(q.Name)+" has a manager already", "one manager for each queue")
		case q.Order == ByPriority:
			r.fail(o.at, "of: "+quote(q.Name)+" has an order: priority", "order: fifo or lifo, for a manager's queue")
		default:
			q.Manager = o.manager + 1
			m.Owns = append(m.Owns, i)
		}
	}
	for i := range r.w.Resources {
		if m := &r.w.Resources[i]; m.Kind == Manager && len(m.Owns) == 0 && len(r.errs) == 0 {
			r.failAt(m.Pos, "manager "+quote(m.Name)+" of nothing", m.Name+": {kind: manager, of: [q]}, and q: {kind: queue}")
		}
	}
}

// hireManagers adds the processes of managers to the tasks. Each takes one request
// after the other, for ever.
func (r *reader) hireManagers() {
	for i := range r.w.Resources {
		res := &r.w.Resources[i]
		if res.Kind != Manager || r.full() {
			continue
		}
		if len(r.w.Tasks) == MaxTasks {
			r.failAt(res.Pos, "more tasks than fit", fmt.Sprintf("the most is %d", MaxTasks))
			return
		}
		p := &Program{Ops: []Op{
			{Code: OpRepeat, Res: -1, Value: -1, Jump: 5},
			{Code: OpTakeRequest, Res: i, Depth: 1},
			{Code: OpCPU, Res: -1, Dur: res.Serve, Depth: 1},
			{Code: OpAnswer, Res: i, Depth: 1},
			{Code: OpEnd, Res: -1, Jump: 1},
		}, Text: []string{"forever", "take a request to " + res.Name, "cpu " + res.Serve.In(r.w.Unit), "answer it", ""}}
		if r.claim(res.Name, res.Pos) {
			r.w.Tasks = append(r.w.Tasks, Task{Name: res.Name, Program: r.programs.use(p), Implicit: true, Pos: res.Pos})
		}
	}
}

// Serves returns which manager a program is that of, -1 if of none.
func (p *Program) Serves() int {
	if len(p.Ops) > 1 && p.Ops[1].Code == OpTakeRequest {
		return p.Ops[1].Res
	}
	return -1
}

// managed checks an operation on a queue that may belong to a manager: it does put
// and get for others, who wait for the answer.
func (c *compiler) managed(n *yaml.Node, name string, op *Op) bool {
	q := &c.w.Resources[op.Res]
	switch {
	case q.Manager == 0:
		return true
	case op.Code != OpPut && op.Code != OpGet || op.Manner&^OfAcc != 0:
		c.fail(n, name+": a manager doesn't do that with "+quote(q.Name), "put and get, each as long as it takes or with nowait")
		return false
	case op.Patience == AtMost:
		c.fail(n, name+": a timeout at "+quote(q.Name)+", which a manager has", "nowait: yes, or no timeout")
		return false
	}
	return true
}

// managerDetail writes what a manager says beside its kind.
func (o *writer) managerDetail(res *Resource) string {
	names := make([]string, len(res.Owns))
	for i, q := range res.Owns {
		names[i] = str(o.w.Resources[q].Name)
	}
	return ", of: [" + strings.Join(names, ", ") + "], serve: " + o.time(res.Serve) + o.networkDetail(&res.Network)
}
