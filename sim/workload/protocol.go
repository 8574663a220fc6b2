package workload

import (
	"strconv"

	"go.yaml.in/yaml/v3"
)

// mutexFields are what a mutex may say of itself.
var mutexFields = []string{"order", "handoff", "protocol", "ceiling"}

// mutexField reads who has a mutex next and what it does against priority
// inversion. With a protocol the most urgent goes first unless the file says
// otherwise.
func (r *reader) mutexField(res *Resource, all *yaml.Node, key string, v *yaml.Node) {
	switch key {
	case "order":
		i, _ := r.choice(v, key, "fifo", "priority")
		res.ByPriority = i == 1
	case "handoff":
		yes, ok := r.flag(v, key)
		res.Barging = ok && !yes
	case "protocol":
		i, _ := r.choice(v, key, protocolNames...)
		res.Protocol = Protocol(i)
		if res.Protocol != NoProtocol && lookup(all, "order") == nil {
			res.ByPriority = true
		}
	case "ceiling":
		if p := lookup(all, "protocol"); p == nil || p.Value != Ceiling.String() {
			r.fail(v, "ceiling without protocol: ceiling", "{kind: mutex, protocol: ceiling, ceiling: 1}")
			return
		}
		if n, ok := r.int(v, key, -maxNumber, maxNumber); ok {
			res.Ceiling = &n
		}
	}
}

// protocolDetail writes what a mutex says of itself, where it isn't the default.
func protocolDetail(res *Resource) string {
	detail := ""
	if res.Protocol != NoProtocol {
		detail += ", protocol: " + res.Protocol.String()
	}
	if res.Ceiling != nil {
		detail += ", ceiling: " + strconv.FormatInt(*res.Ceiling, 10)
	}
	if res.Barging {
		detail += ", handoff: no"
	}
	switch {
	case res.ByPriority && res.Protocol == NoProtocol:
		detail += ", order: priority"
	case !res.ByPriority && res.Protocol != NoProtocol:
		detail += ", order: fifo"
	}
	return detail
}
