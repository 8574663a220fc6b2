package words

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"timeslice/assets"
)

func TestT(t *testing.T) {
	for _, c := range []struct {
		lang, id string
		values   []any
		want     string
	}{
		{"en", "state.running", nil, "Running"},
		{"zh-Hans", "state.running", nil, "运行"},
		{"zh-Hant", "state.running", nil, "執行"},
		{"en", "stage.lock.held", []any{"Task", "P2"}, "held by P2"},
		{"zh-Hans", "stage.lock.held", []any{map[string]any{"Task": "P2"}}, "由 P2 持有"},
		{"en", "transport.event", []any{"Index", 41, "Count", 312}, "event 41 / 312"},
		{"en", "top.cpus", []any{"N", 1}, "1 CPU"},
		{"en", "top.cpus", []any{"N", int64(2)}, "2 CPUs"},
		{"zh-Hans", "top.cpus", []any{"N", 1}, "1 个 CPU"},
		{"en", "stage.lock.held", nil, "held by {Task}"},
		{"en", "stage.lock.held", []any{"Task"}, "held by {Task}"},
		{"en", "stage.lock.held", []any{"Task", "{Task}"}, "held by {Task}"},
		{"zh-Hans", "no.such", []any{"N", 1}, "no.such"},
	} {
		if got := New(c.lang).T(c.id, c.values...); got != c.want {
			t.Errorf("%s %s%v = %q, want %q", c.lang, c.id, c.values, got, c.want)
		}
	}
}

// What one language lacks is said in English.
func TestMissing(t *testing.T) {
	w := New("zh-Hans")
	w.says = map[string]template{}
	if got := w.T("state.ready"); got != "Ready" {
		t.Errorf("got %q, want English", got)
	}
}

func TestParse(t *testing.T) {
	for s, want := range map[string][]part{
		"":         nil,
		"a":        {{"a", false}},
		"{A}":      {{"A", true}},
		"a {A1}b":  {{"a ", false}, {"A1", true}, {"b", false}},
		"{A}{B}":   {{"A", true}, {"B", true}},
		"}{":       {{"}{", false}},
		"{1}, { }": {{"{1}", false}, {", { }", false}},
		"a } {B}":  {{"a } ", false}, {"B", true}},
	} {
		if got := parse(s); !slices.Equal(got, want) {
			t.Errorf("parse(%q) = %v, want %v", s, got, want)
		}
	}
}

func TestFromSystem(t *testing.T) {
	for _, c := range []struct{ env, want string }{
		{"", "en"},
		{"LANG=C", "en"},
		{"LANG=C.UTF-8 LANGUAGE=zh_CN", "en"},
		{"LANG=de_DE.UTF-8", "en"},
		{"LANG=en_US.UTF-8", "en"},
		{"LANG=zh_CN.UTF-8", "zh-Hans"},
		{"LANG=zh_SG", "zh-Hans"},
		{"LANG=zh", "zh-Hans"},
		{"LANG=zh_TW.Big5", "zh-Hant"},
		{"LANG=zh_HK", "zh-Hant"},
		{"LANG=zh-Hant-CN", "zh-Hant"},
		{"LANG=zh_Hans_HK", "zh-Hans"},
		{"LC_ALL=en_GB LC_MESSAGES=zh_CN LANG=zh_TW", "en"},
		{"LC_MESSAGES=zh_CN LANG=zh_TW", "zh-Hans"},
		{"LANG=en_US.UTF-8 LANGUAGE=zh_TW:zh:en", "zh-Hant"},
		{"LANG=de_DE LANGUAGE=de:zh_CN", "zh-Hans"},
	} {
		env := map[string]string{}
		for _, pair := range strings.Fields(c.env) {
			name, value, _ := strings.Cut(pair, "=")
			env[name] = value
		}
		if got := FromSystem(func(name string) string { return env[name] }); got != c.want {
			t.Errorf("%q: %s, want %s", c.env, got, c.want)
		}
	}
}

func TestLanguages(t *testing.T) {
	files, err := fs.Glob(assets.Translations, "translations/*.json")
	if err != nil || len(files) != len(languages) {
		t.Errorf("%d languages and the files %v (%v)", len(languages), files, err)
	}
	for _, l := range Languages() {
		if got := New(l.Tag).Language(); got != l {
			t.Errorf("asked for %v, got %v", l, got)
		}
	}
}

// Every language says the same things, each once, with the same fields.
func TestTranslationsAgree(t *testing.T) {
	english := tables()["en"]
	for _, l := range languages {
		table := tables()[l.Tag]
		for id, said := range table {
			in, ok := english[id]
			if !ok {
				t.Errorf("%s: %s is not in en.json", l.file, id)
				continue
			}
			want := fields(in.other)
			for _, form := range [][]part{said.one, said.other} {
				if got := fields(form); form != nil && !slices.Equal(got, want) {
					t.Errorf("%s: %s has the fields %v, in English %v", l.file, id, got, want)
				}
			}
			if said.plural && !slices.Contains(want, "N") {
				t.Errorf("%s: %s has forms and no field N to choose by", l.file, id)
			}
			if len(said.other) == 0 {
				t.Errorf("%s: %s says nothing", l.file, id)
			}
		}
		for id := range english {
			if _, ok := table[id]; !ok {
				t.Errorf("%s: %s is missing", l.file, id)
			}
		}
		seen := map[string]bool{}
		for _, id := range keys(t, l.file) {
			if seen[id] {
				t.Errorf("%s: %s is there twice", l.file, id)
			}
			seen[id] = true
		}
	}
}

func fields(parts []part) (names []string) {
	for _, p := range parts {
		if p.field {
			names = append(names, p.text)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// keys returns the keys of a translation as they stand in the file.
func keys(t *testing.T, file string) (ids []string) {
	data, err := assets.Translations.ReadFile("translations/" + file)
	if err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(bytes.NewReader(data))
	if _, err := d.Token(); err != nil {
		t.Fatal(err)
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			t.Fatal(err)
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, key.(string))
	}
	return ids
}

// What the program asks for is there, and what is there is asked for: as a
// whole id, or as the beginning of one that the code completes ("state.").
// Nothing is held against the words before the program opens a window that uses
// them.
func TestWordsAreUsed(t *testing.T) {
	asked, literals := uses(t)
	english := tables()["en"]
	for id, where := range asked {
		if _, ok := english[id]; !ok {
			t.Errorf("%s asks for %q, which en.json lacks", where, id)
		}
	}
	if !literals["timeslice/app/shell"] {
		t.Skip("the program opens no window yet")
	}
	for _, id := range slices.Sorted(maps.Keys(english)) {
		used := literals[id]
		for i := range len(id) {
			used = used || id[i] == '.' && literals[id[:i+1]]
		}
		if !used {
			t.Errorf("en.json: nothing asks for %s", id)
		}
	}
}

// uses reads the program's Go files and returns the ids they hand to T, each
// with a place, and all of their string literals.
func uses(t *testing.T) (asked map[string]string, literals map[string]bool) {
	asked, literals = map[string]string{}, map[string]bool{}
	visit := func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, path, nil, 0)
		if err != nil {
			return err
		}
		text := func(e ast.Expr) (string, bool) {
			lit, ok := e.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return "", false
			}
			s, err := strconv.Unquote(lit.Value)
			return s, err == nil
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.BasicLit:
				if s, ok := text(n); ok {
					literals[s] = true
				}
			case *ast.CallExpr:
				f, ok := n.Fun.(*ast.SelectorExpr)
				if !ok || f.Sel.Name != "T" || len(n.Args) == 0 {
					break
				}
				if id, ok := text(n.Args[0]); ok {
					asked[id] = set.Position(n.Pos()).String()
				}
			}
			return true
		})
		return nil
	}
	for _, room := range []string{"..", "../../widgets"} {
		if err := filepath.WalkDir(room, visit); err != nil {
			t.Fatal(err)
		}
	}
	return asked, literals
}

func BenchmarkT(b *testing.B) {
	w := New("en")
	for b.Loop() {
		w.T("transport.event", "Index", 41, "Count", 312)
	}
}
