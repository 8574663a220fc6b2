package workload

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// Orphans says who adopts the children of a process that ends.
type Orphans uint8

// The rules.
const (
	OrphansToInit   Orphans = iota // init, or the nearest ancestor that is a subreaper
	OrphansToParent                // the parent of the one that ends
	OrphansToRoot                  // the first ancestor, and not only its children but all its descendants
)

// Tree is a process with its children, in the order they were made or adopted.
type Tree struct {
	Name     string
	Children []Tree
}

// ExpectTree is the process tree expected after an instant, those who have ended
// left out.
type ExpectTree struct {
	At   Number
	Tree Tree
}

// expectTrees reads `trees: [[0, [a, [[b, []]]]]]`.
func (r *reader) expectTrees(e *Expect, n *yaml.Node) {
	const want = "a list of [time, [process, [children]]]"
	e.Trees = []ExpectTree{}
	for _, v := range r.list(n, "trees", want) {
		if r.full() {
			return
		}
		if v.Kind != yaml.SequenceNode || len(v.Content) != 2 {
			r.fail(v, "trees: found "+describe(v), want)
			continue
		}
		at, ok := r.number(v.Content[0], "time")
		if tree, good := r.tree(v.Content[1]); ok && good {
			e.Trees = append(e.Trees, ExpectTree{at, tree})
		}
	}
}

func (r *reader) tree(n *yaml.Node) (t Tree, ok bool) {
	const want = "[process, [children]]"
	if n.Kind != yaml.SequenceNode || len(n.Content) != 2 || n.Content[1].Kind != yaml.SequenceNode {
		r.fail(n, "trees: found "+describe(n), want)
		return t, false
	}
	if t.Name, ok = r.name(n.Content[0], "process"); !ok {
		return t, false
	}
	for _, v := range n.Content[1].Content {
		child, good := r.tree(v)
		if !good {
			return t, false
		}
		t.Children = append(t.Children, child)
	}
	return t, true
}

// String returns the tree as files write it: [a, [[b, []]]].
func (t Tree) String() string {
	parts := make([]string, len(t.Children))
	for i, c := range t.Children {
		parts[i] = c.String()
	}
	return "[" + str(t.Name) + ", [" + strings.Join(parts, ", ") + "]]"
}

func treeRows(trees []ExpectTree) []string {
	rows := make([]string, len(trees))
	for i, t := range trees {
		rows[i] = "[" + t.At.str() + ", " + t.Tree.String() + "]"
	}
	return rows
}
