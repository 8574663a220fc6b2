package workload

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

func (r *reader) isResource(name string) bool {
	_, ok := r.resources[name]
	return ok
}

// resource finds what an operation names, which must be of one of some kinds; the
// first is the one to suggest.
func (r *reader) resource(n *yaml.Node, op string, kinds ...ResourceKind) (int, bool) {
	kind := kinds[0]
	name, ok := r.name(n, op)
	if !ok {
		return 0, false
	}
	i, ok := r.resources[name]
	if !ok {
		names := []string{}
		for i := range r.w.Resources {
			if slices.Contains(kinds, r.w.Resources[i].Kind) {
				names = append(names, r.w.Resources[i].Name)
			}
		}
		want := fmt.Sprintf("declare it: resources: {%s: {kind: %s}}", name, kind)
		switch kind {
		case Queue:
			want = fmt.Sprintf("declare it: resources: {%s: {kind: queue, capacity: 4}}", name)
		case Timer:
			want = fmt.Sprintf("declare it: resources: {%s: {kind: timer, after: 5}}", name)
		case Barrier:
			want = fmt.Sprintf("declare it: resources: {%s: {kind: barrier, parties: 3}}", name)
		case Condition:
			want = fmt.Sprintf("declare it: resources: {%s: {kind: condition, lock: m}}", name)
		}
		if near := Nearest(name, names); near != "" {
			want = fmt.Sprintf("did you mean %q?", near)
		}
		r.fail(n, fmt.Sprintf("%s: no %s %s", op, kind, quote(name)), want)
		return 0, false
	}
	if found := r.w.Resources[i].Kind; !slices.Contains(kinds, found) {
		words := make([]string, len(kinds))
		for i, k := range kinds {
			words[i] = k.String()
		}
		r.fail(n, fmt.Sprintf("%s: %s is a %s", op, quote(name), found), fmt.Sprintf("%s takes a %s", op, strings.Join(words, ", ")))
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
