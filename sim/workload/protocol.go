package workload

import (
	"strconv"

	"go.yaml.in/yaml/v3"
)

// Protocol is what a mutex does against priority inversion.
type Protocol uint8

// The protocols.
const (
	NoProtocol Protocol = iota // nothing
	Inherit                    // its owner is as urgent as who waits for it
	Ceiling                    // its owner is as urgent as whoever may lock it
)

var protocolNames = []string{"none", "inherit", "ceiling"}

// String returns the word the file format uses.
func (p Protocol) String() string {
	if int(p) < len(protocolNames) {
		return protocolNames[p]
	}
	return "?"
}

// protocolField reads what a mutex does against priority inversion. With a
// protocol the most urgent goes first unless the file says otherwise.
func (r *reader) protocolField(res *Resource, all *yaml.Node, key string, v *yaml.Node) {
	if key == "protocol" {
		i, _ := r.choice(v, key, protocolNames...)
		res.Protocol = Protocol(i)
		if res.Protocol != NoProtocol && lookup(all, "order") == nil {
			res.ByPriority = true
		}
		return
	}
	if p := lookup(all, "protocol"); p == nil || p.Value != Ceiling.String() {
		r.fail(v, "ceiling without protocol: ceiling", "{kind: mutex, protocol: ceiling, ceiling: 1}")
		return
	}
	if n, ok := r.int(v, key, -maxNumber, maxNumber); ok {
		res.Ceiling = &n
	}
}

func ceilingText(res *Resource) string {
	if res.Ceiling == nil {
		return ""
	}
	return "ceiling: " + strconv.FormatInt(*res.Ceiling, 10)
}
