package workload

import (
	"fmt"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// oracleActions reads a case of process trees: a list of who forks whom and who
// exits. Each becomes a program that does at tick i what the i-th action says,
// and sleeps meanwhile.
func (r *reader) oracleActions(root, actions *yaml.Node) {
	params := lookup(lookup(root, "policy"), "params")
	if v := lookup(params, "reparent"); v != nil {
		i, ok := r.choice(v, "reparent", "local", "root_all_descendants")
		if !ok {
			return
		}
		r.w.Conventions.Orphans = []Orphans{OrphansToParent, OrphansToRoot}[i]
	}
	const want = "a list of [fork, parent, child] and [exit, process]"
	family := treeCase{does: map[string][]action{}}
	list := r.list(actions, "actions", want)
	for i, v := range list {
		if v.Kind != yaml.SequenceNode || len(v.Content) < 2 {
			r.fail(v, "actions: found "+describe(v), want)
			return
		}
		who := v.Content[1].Value
		switch what := v.Content[0].Value; {
		case what == "fork" && len(v.Content) == 3:
			family.act(who, action{i, v.Content[2].Value})
		case what == "exit" && len(v.Content) == 2:
			family.act(who, action{i, ""})
		case what == "exit": // refused: it had children
		default:
			r.fail(v, "actions: found "+describe(v), want)
			return
		}
	}
	if family.root == "" {
		r.fail(actions, "actions: found an empty list", want)
		return
	}
	text := fmt.Sprintf("[{name: %s, program: %s}]", str(family.root), family.program(family.root, 0, len(list), 0))
	tasks, errs := tree(r.file, []byte(text))
	if len(errs) > 0 {
		r.fail(actions, "actions: "+errs[0].Found, errs[0].Want)
		return
	}
	r.taskList(tasks)
	r.w.Actions = len(list)
	r.w.Until = saturate(0, r.w.Unit, int64(max(len(list)-1, 1)))
	e := &Expect{Trees: []ExpectTree{}}
	for i, v := range r.list(lookup(lookup(root, "expect"), "trees"), "trees", "a list of trees") {
		if t, ok := r.tree(v); ok {
			e.Trees = append(e.Trees, ExpectTree{Number(strconv.Itoa(i)), t})
		}
	}
	r.w.Expect = e
	r.w.Policy = Policy{Name: DefaultPolicy}
}

// action is something a process does at a tick: fork a child, or exit if it has
// no name.
type action struct {
	at    int
	child string
}

// treeCase is who does what.
type treeCase struct {
	root string
	does map[string][]action
}

func (t *treeCase) act(who string, a action) {
	if t.root == "" {
		t.root = who
	}
	t.does[who] = append(t.does[who], a)
}

// program returns what a process does that begins at a tick.
func (t *treeCase) program(who string, now, end, depth int) string {
	var ops []string
	for _, a := range t.does[who] {
		if a.at > now {
			ops = append(ops, fmt.Sprintf("{sleep: %d}", a.at-now))
			now = a.at
		}
		if a.child == "" {
			ops = append(ops, "exit")
			break
		}
		if depth < MaxNesting {
			ops = append(ops, fmt.Sprintf("{fork: %s, do: %s}", str(a.child), t.program(a.child, now, end, depth+1)))
		}
	}
	ops = append(ops, fmt.Sprintf("{sleep: %d}", end+1))
	return "[" + strings.Join(ops, ", ") + "]"
}
