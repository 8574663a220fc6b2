package sim_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"timeslice/sim"
	"timeslice/sim/policy"
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

var rewrite = flag.Bool("rewrite", false, "write what runs give into testdata; commit it only if you understand and want each difference")

// TestTranscripts runs the workloads of testdata: each file is a workload, a
// line of dashes, and every event of its run.
func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no transcripts: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			const line = "\n----\n"
			source, want, _ := strings.Cut(string(text), line)
			w, err := workload.Parse(file, []byte(source))
			if err != nil {
				t.Fatal(err)
			}
			m := run(t, w, named(t, w, &w.Policy), interventions(t, w)...)
			if err := (trace.Rules{Complete: true}).Check(m.Recording()); err != nil {
				t.Error(err)
			}
			got := transcript(m.Recording())
			for _, id := range m.Stuck() {
				got += "stuck: " + m.Recording().Header.Tasks[id].Name + "\n"
			}
			switch {
			case got == want:
			case *rewrite:
				if err := os.WriteFile(file, []byte(source+line+got), 0o666); err != nil {
					t.Fatal(err)
				}
			default:
				t.Errorf("runs otherwise (see -rewrite):\n%s", got)
			}
		})
	}
}

// named makes the policy a workload names.
func named(t *testing.T, w *workload.Workload, p *workload.Policy) sim.Policy {
	info, ok := policy.Find(p.Name)
	if !ok {
		t.Fatalf("there is no policy %s", p.Name)
	}
	args, err := info.Args(p.Params, func(s string) (sim.Time, error) {
		d, err := workload.ParseTime(s, w.Unit)
		return sim.Time(d), err
	})
	if err != nil {
		t.Fatal(err)
	}
	return info.New(args)
}

func interventions(t *testing.T, w *workload.Workload) (list []sim.Intervention) {
	for _, v := range w.Interventions {
		at := sim.Time(v.At)
		switch v.Kind {
		case workload.Kill:
			for id := range w.Tasks {
				if w.Tasks[id].Name == v.Task {
					list = append(list, sim.Kill{At: at, Task: sim.TaskID(id)})
				}
			}
		case workload.Send:
			list = append(list, sim.Send{At: at, Task: v.Task, Group: v.Group, Signal: v.Signal})
		case workload.SetParams:
			q, err := workload.ParseTime(v.Params[0].Values[0], w.Unit)
			if err != nil || v.Params[0].Name != "quantum" {
				t.Fatal(err)
			}
			list = append(list, sim.SetQuantum{At: at, Quantum: sim.Time(q)})
		case workload.SetPolicy:
			list = append(list, sim.SetPolicy{At: at, Policy: named(t, w, v.Policy)})
		case workload.AddTask:
			list = append(list, sim.AddTask{At: at, Task: *v.Add})
		}
	}
	return list
}
