package sim_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"timeslice/sim"
	"timeslice/sim/policy"
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// oracleCase is a reference case: a workload and what other people's programs,
// and books, say comes out.
type oracleCase struct {
	ID     string
	Policy struct {
		Name   string
		Params map[string]any
	}
	CPUMatter *bool `json:"cpu_significant"`
	Expect    struct {
		Processes map[string]map[string]any
		Timeline  [][4]any
		Slices    [][4]any
		Levels    [][4]any
	}
	load *workload.Workload
}

// oracleCases returns the cases of a family, in order.
func oracleCases(t *testing.T, family string) []oracleCase {
	t.Helper()
	roots := []string{"../../shared/oracle", "../../../shared/oracle"}
	if root := os.Getenv("TIMESLICE_ORACLE"); root != "" {
		roots = []string{root}
	}
	var files []string
	for _, root := range roots {
		if files, _ = filepath.Glob(filepath.Join(root, family, "*.json")); len(files) > 0 {
			break
		}
	}
	if len(files) == 0 {
		t.Skip("no reference cases here: set TIMESLICE_ORACLE to their folder")
	}
	slices.Sort(files)
	cases := make([]oracleCase, len(files))
	for i, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, &cases[i]); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if cases[i].load, err = workload.Parse(name, text); err != nil {
			t.Fatal(err)
		}
	}
	return cases
}

// policy makes the policy of the case; nil if there is none of that name.
func (c *oracleCase) policy(t *testing.T) sim.Policy {
	info, ok := policy.Find(c.load.Policy.Name)
	if !ok {
		return nil
	}
	args, err := info.Args(c.load.Policy.Params, func(s string) (sim.Time, error) {
		d, err := workload.ParseTime(s, c.load.Unit)
		return sim.Time(d), err
	})
	if err != nil {
		t.Fatalf("%s: %v", c.ID, err)
	}
	return info.New(args)
}

// TestOracle compares runs with the reference cases.
func TestOracle(t *testing.T) {
	for _, family := range []string{"ostep-sched", "gosim", "stallings", "cpuviz", "textbook", "rtsim-fp", "rtsim-locks", "ostep-mlfq", "ostep-lottery", "ostep-process-run", "melbourne"} {
		t.Run(family, func(t *testing.T) {
			compared, without := 0, map[string]int{}
			for _, c := range oracleCases(t, family) {
				p := c.policy(t)
				if p == nil {
					without[c.Policy.Name]++
					continue
				}
				m := runUntil(t, c.load, p)
				complete := c.load.Until == 0
				if err := (trace.Rules{Complete: complete, WorkConserving: !idles(m.Recording())}).Check(m.Recording()); err != nil {
					t.Errorf("%s: %v", c.ID, err)
				}
				compared++
				if err := c.compare(m.Recording()); err != nil {
					t.Errorf("%s (%s): %v", c.ID, c.Policy.Name, err)
				}
			}
			t.Logf("%d compared; without %v", compared, without)
		})
	}
}

// runUntil runs a workload to where it is cut.
func runUntil(t *testing.T, w *workload.Workload, p sim.Policy) *sim.Machine {
	if w.Until == 0 {
		return run(t, w, p)
	}
	m := machine(t, w, p)
	if err := m.Run(sim.Time(w.Until), 1<<20); err != nil {
		t.Fatal(err)
	}
	return m
}

// segment is a stretch of running, in units.
type segment struct {
	start, end, cpu int
	task            string
}

// segments returns the stretches of running in order of start and CPU; those of
// one task that abut on one CPU are merged, unless apart is set.
func segments(r *trace.Recording, apart bool) []segment {
	var all []segment
	open := make([]int, r.Header.CPUs) // number in all + 1
	unit := int64(r.Header.Unit)
	for _, e := range r.Events(0) {
		to, moves := e.Kind.To()
		if !moves || !e.Kind.OnCPU() {
			continue
		}
		now := int(int64(e.Time) / unit)
		if to == trace.Running {
			all = append(all, segment{now, -1, e.CPU, r.Header.Tasks[e.Task].Name})
			open[e.CPU] = len(all)
		} else if open[e.CPU] > 0 { // else it was only about to run
			all[open[e.CPU]-1].end = now
			open[e.CPU] = 0
		}
	}
	for i := range all {
		if all[i].end < 0 {
			all[i].end = int(int64(r.End()) / unit)
		}
	}
	all = slices.DeleteFunc(all, func(s segment) bool { return s.start == s.end })
	slices.SortStableFunc(all, func(a, b segment) int {
		return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(a.cpu, b.cpu))
	})
	if apart {
		return all
	}
	last := map[int]int{}
	var merged []segment
	for _, s := range all {
		if i, ok := last[s.cpu]; ok && merged[i].end == s.start && merged[i].task == s.task {
			merged[i].end = s.end
			continue
		}
		last[s.cpu] = len(merged)
		merged = append(merged, s)
	}
	return merged
}

func (c *oracleCase) compare(r *trace.Recording) error {
	matters := c.CPUMatter == nil || *c.CPUMatter
	if c.Expect.Timeline != nil {
		if err := sameSegments(c.Expect.Timeline, segments(r, false), matters); err != nil {
			return fmt.Errorf("timeline: %w", err)
		}
	}
	if c.Expect.Slices != nil {
		if err := sameSegments(c.Expect.Slices, segments(r, true), matters); err != nil {
			return fmt.Errorf("slices: %w", err)
		}
	}
	lanes := trace.NewLanes()
	lanes.Extend(r)
	figures := lanes.Figures()
	unit := r.Header.Unit
	for id, f := range figures.Tasks {
		name := r.Header.Tasks[id].Name
		got := map[string]trace.Time{
			"start": f.Start, "finish": f.Finish, "turnaround": f.Turnaround, "response": f.Response,
			"waiting": f.Ready, "blocked": f.ByCause[trace.ForLock],
		}
		for key, want := range c.Expect.Processes[name] {
			if have, ok := got[key]; ok && want != nil && want.(float64)*float64(unit) != float64(have) {
				return fmt.Errorf("%s: %s is %s, not %v", name, key, trace.Number(have, unit), want)
			}
		}
	}
	return nil
}

func sameSegments(want [][4]any, have []segment, cpuMatters bool) error {
	var list []segment
	for _, s := range want {
		list = append(list, segment{int(s[0].(float64)), int(s[1].(float64)), int(s[2].(float64)), s[3].(string)})
	}
	if !cpuMatters {
		for _, l := range [][]segment{list, have} {
			for i := range l {
				l[i].cpu = 0
			}
			slices.SortFunc(l, func(a, b segment) int {
				return cmp.Or(cmp.Compare(a.start, b.start), strings.Compare(a.task, b.task))
			})
		}
	}
	if !reflect.DeepEqual(list, have) {
		return fmt.Errorf("is %v, not %v", have, list)
	}
	return nil
}
