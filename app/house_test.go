package main_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const (
	fyneUI = "fyne.io/fyne/v2/..."
	rapid  = "pgregory.net/rapid"
)

// room is a folder and those below it that have no rule of their own: what it
// may import beyond the standard library, and what its tests may besides.
type room struct {
	path  string
	may   []string
	tests []string
	pure  bool // same input, same output: no clock, no system, no chance of its own, nothing concurrent
}

// house is who may know whom. Packages of ours are named from the root of the
// project; "x/..." is x and all that is below it. A folder with Go files that
// no line covers is no room yet: it needs a line here and in the README.
var house = []room{
	{path: "sim/trace", tests: []string{rapid}},
	{path: "sim/trace/*", may: []string{"sim/trace"}, tests: []string{rapid}}, // other formats, one package each
	{path: "sim/workload", may: []string{"go.yaml.in/yaml/v3"}, tests: []string{rapid, "assets"}},
	{path: "sim/policy", may: []string{"sim"}, tests: []string{rapid, "sim/trace", "sim/workload"}, pure: true},
	{
		path:  "sim/policy/script",
		may:   []string{"sim", "go.starlark.net/..."},
		tests: []string{rapid, "sim/trace", "sim/workload", "sim/policy", "assets"},
		pure:  true,
	},
	{path: "sim/python", may: []string{"sim", "sim/workload"}, tests: []string{rapid, "sim/..."}, pure: true},
	{
		path:  "sim/explore",
		may:   []string{"sim", "sim/trace", "sim/workload"},
		tests: []string{rapid, "sim/policy"},
		pure:  true,
	},
	{path: "sim/deadlock", tests: []string{rapid}, pure: true},
	{path: "sim", may: []string{"sim/trace", "sim/workload", "sim/deadlock"}, tests: []string{rapid, "sim/policy/...", "assets"}, pure: true},

	{path: "widgets", may: []string{fyneUI, "sim/trace"}, tests: []string{rapid, "assets"}},
	{path: "assets", tests: []string{"github.com/go-text/typesetting/font"}},

	{
		path:  "app/host",
		may:   []string{"sim/trace", "sim/workload", "golang.org/x/sys/...", "github.com/google/uuid"},
		tests: []string{rapid},
	},
	{path: "app/words", may: []string{"assets", "sim/trace"}, tests: []string{rapid, "sim/...", "app/run"}},
	{
		path:  "app/run",
		may:   []string{"sim", "sim/policy/...", "sim/explore", "sim/trace", "sim/workload", "github.com/google/uuid"},
		tests: []string{rapid, "assets"},
	},
	{
		path: "app/shell",
		may: []string{fyneUI, "widgets", "assets", "sim", "sim/deadlock", "sim/explore", "sim/trace/...", "sim/workload",
			"app/host", "app/run", "app/words"},
		tests: []string{rapid, "sim/policy"},
	},
	{path: "app/cli", may: []string{"..."}},
	{path: "app", may: []string{"..."}},
}

// Nothing else knows Fyne's own start-up, which brings the window system with
// it: what doesn't import it is tested without a screen and without C.
const (
	fyneApp = "fyne.io/fyne/v2/app"
	onlyIn  = "app"
)

func TestWhoMayKnowWhom(t *testing.T) {
	for _, f := range goFiles(t) {
		r, ok := roomOf(path.Dir(f.name))
		if !ok {
			t.Errorf("%s is in no room: what it may import has to be said in house", f.name)
			continue
		}
		for _, spec := range f.syntax.Imports {
			imported, _ := strconv.Unquote(spec.Path.Value)
			at := f.set.Position(spec.Pos())
			allowed := slices.Clone(r.may)
			if f.test {
				allowed = append(allowed, r.tests...)
			}
			ours, isOurs := strings.CutPrefix(imported, "timeslice/")
			switch {
			case imported == fyneApp && f.name != onlyIn && !strings.HasPrefix(f.name, onlyIn+"/"):
				t.Errorf("%s: only %s may import %s", at, onlyIn, fyneApp)
			case isOurs && f.test && ours == path.Dir(f.name): // a test of a package from outside
			case isOurs && !covers(allowed, ours):
				t.Errorf("%s: %s must not know %s", at, r.path, ours)
			case !isOurs && strings.Contains(strings.Split(imported, "/")[0], ".") && !covers(allowed, imported):
				t.Errorf("%s: %s must not import %s", at, r.path, imported)
			case imported == "C":
				t.Errorf("%s: no C here, so that everything but the window can be built anywhere", at)
			}
		}
	}
}

// What is pure has nothing to be impure with.
func TestPureRooms(t *testing.T) {
	banned := []string{"os/...", "time", "io/ioutil", "log/...", "net/...", "runtime/...", "sync/...", "syscall", "unsafe", "crypto/rand", "math/rand"}
	seeded := []string{"New", "NewPCG", "PCG", "Rand", "Source"} // of math/rand/v2; its other functions draw from a generator nobody seeded
	for _, f := range goFiles(t) {
		r, ok := roomOf(path.Dir(f.name))
		if !ok || !r.pure || f.test {
			continue
		}
		rand := ""
		for _, spec := range f.syntax.Imports {
			imported, _ := strconv.Unquote(spec.Path.Value)
			if covers(banned, imported) {
				t.Errorf("%s: %s must not import %s", f.set.Position(spec.Pos()), r.path, imported)
			}
			if imported == "math/rand/v2" {
				rand = "rand"
				if spec.Name != nil {
					rand = spec.Name.Name
				}
			}
		}
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.GoStmt, *ast.SelectStmt, *ast.ChanType, *ast.SendStmt:
				t.Errorf("%s: nothing in %s is concurrent", f.set.Position(n.Pos()), r.path)
			case *ast.SelectorExpr:
				if x, ok := n.X.(*ast.Ident); ok && rand != "" && x.Name == rand && !slices.Contains(seeded, n.Sel.Name) {
					t.Errorf("%s: %s.%s draws from a generator nobody seeded", f.set.Position(n.Pos()), rand, n.Sel.Name)
				}
			}
			return true
		})
	}
}

// A file that is too long to be read in one go is two files. One that is better
// left whole says why, in a comment that begins //house:long.
func TestNoFileIsTooLong(t *testing.T) {
	const longest = 450
	for _, f := range goFiles(t) {
		lines := bytes.Count(f.text, []byte("\n"))
		_, reason, excused := bytes.Cut(f.text, []byte("\n//house:long "))
		if excused && len(bytes.TrimSpace(reason)) > 0 || ast.IsGenerated(f.syntax) {
			continue
		}
		if lines > longest {
			t.Errorf("%s has %d lines, more than %d", f.name, lines, longest)
		}
	}
}

// Nothing but this stands at the root, and all of it does.
func TestRoot(t *testing.T) {
	want := []string{".ci", ".gitignore", "FyneApp.toml", "LICENSE", "Makefile", "README.md",
		"app", "assets", "go.mod", "go.sum", "sim", "widgets"}
	for _, name := range want {
		if _, err := os.Stat(filepath.Join("..", name)); err != nil {
			t.Error(err)
		}
	}

	list := exec.Command("git", "ls-files", "--cached", "--others", "--exclude-standard")
	list.Dir = ".."
	out, err := list.Output()
	if err != nil {
		t.Skip("not a git checkout: ", err)
	}
	seen := map[string]bool{}
	for _, line := range strings.Fields(string(out)) {
		top, _, _ := strings.Cut(line, "/")
		if !seen[top] && !slices.Contains(want, top) {
			t.Errorf("%s stands at the root", top)
		}
		seen[top] = true
	}
}

// roomOf returns the rule for a folder: the one for itself, or the one for the
// folders beside it, or that of the next folder up.
func roomOf(dir string) (room, bool) {
	for d := dir; d != "."; d = path.Dir(d) {
		for _, name := range []string{d, path.Dir(d) + "/*"} {
			i := slices.IndexFunc(house, func(r room) bool { return r.path == name })
			if i >= 0 {
				return house[i], true
			}
		}
	}
	return room{}, false
}

// covers says whether a list of packages names one.
func covers(list []string, name string) bool {
	for _, entry := range list {
		base, all := strings.CutSuffix(entry, "...")
		base = strings.TrimSuffix(base, "/")
		if name == base || all && (base == "" || strings.HasPrefix(name, base+"/")) {
			return true
		}
	}
	return false
}

type goFile struct {
	name   string // from the root, with slashes
	test   bool
	text   []byte
	set    *token.FileSet
	syntax *ast.File
}

// goFiles reads every Go file of the project, for whatever system it is.
func goFiles(t *testing.T) (files []goFile) {
	t.Helper()
	root := os.DirFS("..")
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			base := path.Base(name)
			if base == "testdata" || base != "." && strings.HasPrefix(base, ".") || name == "bin" || name == "dist" {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") {
			return nil
		}
		f := goFile{name: name, test: strings.HasSuffix(name, "_test.go"), set: token.NewFileSet()}
		if f.text, err = fs.ReadFile(root, name); err != nil {
			return err
		}
		if f.syntax, err = parser.ParseFile(f.set, name, f.text, parser.ParseComments); err != nil {
			return err
		}
		files = append(files, f)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 10 {
		t.Fatalf("only %d Go files found", len(files))
	}
	return files
}

func TestHouseRules(t *testing.T) {
	for dir, want := range map[string]string{
		"sim": "sim", "sim/trace": "sim/trace", "sim/trace/perfetto": "sim/trace/*", "sim/policy": "sim/policy",
		"sim/other": "sim", "app": "app", "app/cli": "app/cli", "app/shell": "app/shell", "app/host/worker": "app/host",
	} {
		if r, ok := roomOf(dir); !ok || r.path != want {
			t.Errorf("%s is in %q, want %q", dir, r.path, want)
		}
	}
	if r, ok := roomOf("cmd/tool"); ok {
		t.Errorf("cmd/tool is in %q", r.path)
	}
	for _, c := range []struct {
		entry, name string
		want        bool
	}{
		{"sim", "sim", true}, {"sim", "sim/trace", false}, {"sim/...", "sim/trace", true}, {"sim/...", "simple", false},
		{"...", "anything/at/all", true}, {fyneUI, "fyne.io/fyne/v2", true}, {fyneUI, "fyne.io/fyne/v2/canvas", true},
	} {
		if got := covers([]string{c.entry}, c.name); got != c.want {
			t.Errorf("%q covers %q: %t", c.entry, c.name, got)
		}
	}
}
