package workload_test

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"timeslice/sim/workload"
)

// bare returns a workload without what writing it again doesn't keep: where
// things stood in the file.
func bare(w *workload.Workload) *workload.Workload {
	c := *w
	c.File, c.Format, c.Actions = "", "", 0
	c.Policy.Pos = workload.Pos{}
	c.Policy.Params = bareParams(c.Policy.Params)
	c.Resources = append([]workload.Resource(nil), w.Resources...)
	for i := range c.Resources {
		c.Resources[i].Pos = workload.Pos{}
	}
	c.Variables = append([]workload.Variable(nil), w.Variables...)
	for i := range c.Variables {
		c.Variables[i].Pos = workload.Pos{}
	}
	programs := map[*workload.Program]*workload.Program{}
	c.Programs = nil
	for _, p := range w.Programs {
		b := &workload.Program{Name: p.Name, Text: p.Text, Ops: append([]workload.Op(nil), p.Ops...)}
		for i := range b.Ops {
			b.Ops[i].Line = 0
			if job := b.Ops[i].Job; job != nil {
				own := &workload.Program{Name: job.Name, Text: job.Text, Ops: append([]workload.Op(nil), job.Ops...)}
				for k := range own.Ops {
					own.Ops[k].Line = 0
				}
				b.Ops[i].Job = own
			}
			if k := b.Ops[i].Kin; k != nil && k.Child != nil { // those it starts stand before it
				made, kin := *k.Child, *k
				made.Program, kin.Child = programs[made.Program], &made
				b.Ops[i].Kin = &kin
			}
		}
		programs[p] = b
		c.Programs = append(c.Programs, b)
	}
	task := func(t workload.Task) workload.Task {
		t.Pos = workload.Pos{}
		t.Program = programs[t.Program]
		return t
	}
	c.Tasks = nil
	for _, t := range w.Tasks {
		c.Tasks = append(c.Tasks, task(t))
	}
	c.Interventions = append([]workload.Intervention(nil), w.Interventions...)
	for i := range c.Interventions {
		iv := &c.Interventions[i]
		iv.Pos = workload.Pos{}
		iv.Params = bareParams(iv.Params)
		if iv.Policy != nil {
			iv.Policy = &workload.Policy{Name: iv.Policy.Name, Params: bareParams(iv.Policy.Params)}
		}
		if iv.Add != nil {
			t := task(*iv.Add)
			iv.Add = &t
		}
	}
	return &c
}

func bareParams(params []workload.Param) []workload.Param {
	var out []workload.Param
	for _, p := range params {
		p.Pos = workload.Pos{}
		out = append(out, p)
	}
	return out
}

// failer is a test or a drawn case of a property.
type failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

// writesBack checks that a workload and its file say the same.
func writesBack(t failer, w *workload.Workload) {
	t.Helper()
	data, err := workload.Write(w)
	if err != nil {
		t.Fatalf("write: %v", err)
	}
	again, err := workload.Parse("written.yaml", data)
	if err != nil {
		t.Fatalf("what was written isn't read again: %v\n%s", err, data)
	}
	if a, b := bare(w), bare(again); !reflect.DeepEqual(a, b) {
		second, _ := workload.Write(again)
		t.Fatalf("what was written reads otherwise:\n%#v\n%#v\n%s\n--\n%s", a, b, data, second)
	}
	second, err := workload.Write(again)
	if err != nil || string(second) != string(data) {
		t.Fatalf("written twice, two files:\n%s\n--\n%s", data, second)
	}
}

// oracle returns the reference cases, which stand outside the repository.
func oracle(t testing.TB, pattern string) []string {
	t.Helper()
	root := os.Getenv("TIMESLICE_ORACLE")
	if root == "" {
		for _, dir := range []string{"../../../shared/oracle", "../../../../shared/oracle"} {
			if _, err := os.Stat(dir); err == nil {
				root = dir
			}
		}
	}
	files, err := filepath.Glob(filepath.Join(root, pattern))
	if err != nil || root == "" || len(files) == 0 {
		t.Skip("no reference cases here: set TIMESLICE_ORACLE to their folder")
	}
	return files
}

func TestOracleIsRead(t *testing.T) {
	for _, file := range oracle(t, "*/*-*.json") {
		if filepath.Base(filepath.Dir(file)) == "tables" {
			continue
		}
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		w, err := workload.Parse(filepath.Base(file), data)
		if err != nil {
			t.Errorf("%v", err)
			continue
		}
		writesBack(t, w)
	}
}
