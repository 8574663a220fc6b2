package workload

import (
	"fmt"

	"go.yaml.in/yaml/v3"
)

func (r *reader) isResource(name string) bool {
	_, ok := r.resources[name]
	return ok
}

// resource finds what an operation names.
func (r *reader) resource(n *yaml.Node, op string, kind ResourceKind) (int, bool) {
	name, ok := r.name(n, op)
	if !ok {
		return 0, false
	}
	i, ok := r.resources[name]
	if !ok {
		names := []string{}
		for i := range r.w.Resources {
			if r.w.Resources[i].Kind == kind {
				names = append(names, r.w.Resources[i].Name)
			}
		}
		want := fmt.Sprintf("declare it: resources: {%s: {kind: %s}}", name, kind)
		if kind == Queue {
			want = fmt.Sprintf("declare it: resources: {%s: {kind: queue, capacity: 4}}", name)
		}
		if near := Nearest(name, names); near != "" {
			want = fmt.Sprintf("did you mean %q?", near)
		}
		r.fail(n, fmt.Sprintf("%s: no %s %s", op, kind, quote(name)), want)
		return 0, false
	}
	if found := r.w.Resources[i].Kind; found != kind {
		r.fail(n, fmt.Sprintf("%s: %s is a %s", op, quote(name), found), fmt.Sprintf("%s takes a %s", op, kind))
		return 0, false
	}
	return i, true
}

// implicitName is the device of `io: 3`.
const implicitName = "io"

// implicitDevice returns the device that `io: 3` asks: one the file calls io,
// or else one of its own that serves all at once unless the conventions say
// otherwise.
func (r *reader) implicitDevice(n *yaml.Node) (int, bool) {
	i, ok := r.resources[implicitName]
	if ok {
		if kind := r.w.Resources[i].Kind; kind != Device {
			r.fail(n, fmt.Sprintf("io: %s is a %s here", quote(implicitName), kind), "name the device: {io: disk, for: 3}")
			return 0, false
		}
		return i, true
	}
	i = len(r.w.Resources)
	r.resources[implicitName] = i
	r.w.Resources = append(r.w.Resources, Resource{Name: implicitName, Kind: Device, Servers: r.servers, Implicit: true})
	return i, true
}
