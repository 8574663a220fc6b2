package cli_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
)

// elsewhere are keys of reference cases that a run doesn't have: what their programs
// printed or how they counted, and what stands under another name. check compares
// some of them.
var elsewhere = []string{
	"reported", "rows", "ticks", "queues", "initial_queues", "ticket_pool", "switches", "ios_in_flight", "instructions",
	"passes", "requests", "guesses", "lags", "safe_sequence", "cpu_ticks",
}

// TestOracleThroughJSON compares every reference case with what run --json prints of
// it, key by key: these keys mean what the cases mean by them.
func TestOracleThroughJSON(t *testing.T) {
	compared := map[string]int{}
	for _, file := range oracleFiles(t) {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var reference struct {
			Format string
			CPUs   *bool `json:"cpu_significant"`
			Expect map[string]any
		}
		if err := json.Unmarshal(data, &reference); err != nil || reference.Format != "sched-oracle/1" {
			continue
		}
		s := execute("", "run", file, "--json")
		var got map[string]any
		if err := json.Unmarshal(s.out.Bytes(), &got); s.status != 0 || err != nil {
			if !notYet(s.err.String()) {
				t.Errorf("%s: status %d, %v: %s", file, s.status, err, s.err.String())
			}
			continue
		}
		anyCPU := reference.CPUs != nil && !*reference.CPUs
		for key, want := range reference.Expect {
			have, ok := got[key]
			switch {
			case !ok && slices.Contains(elsewhere, key):
				continue
			case !ok:
				t.Errorf("%s: nothing of %s", file, key)
				continue
			}
			compared[key]++
			if key == "timeline" || key == "slices" {
				want, have = stretches(want, key == "timeline", anyCPU), stretches(have, key == "timeline", anyCPU)
			}
			if key == "jobs" {
				want, have = jobsByName(want), jobsByName(have)
			}
			if at := differs(want, have, anyCPU); at != "" {
				t.Errorf("%s: %s%s", file, key, at)
			}
		}
	}
	t.Log(compared)
}

// oracleFiles returns the reference cases, which stand outside the repository.
func oracleFiles(t *testing.T) []string {
	t.Helper()
	root := os.Getenv("TIMESLICE_ORACLE")
	for _, dir := range []string{"../../../shared/oracle", "../../../../shared/oracle"} {
		if _, err := os.Stat(dir); err == nil && root == "" {
			root = dir
		}
	}
	files, _ := filepath.Glob(filepath.Join(root, "*", "*.json"))
	if root == "" || len(files) == 0 {
		t.Skip("no reference cases here: set TIMESLICE_ORACLE to their folder")
	}
	return files
}

// differs says where what is there isn't what is wanted; what isn't asked for
// doesn't matter.
func differs(want, have any, anyCPU bool) string {
	switch want := want.(type) {
	case map[string]any:
		have, _ := have.(map[string]any)
		for key, x := range want {
			if _, ok := have[key]; !ok && slices.Contains(elsewhere, key) {
				continue
			}
			y := have[key]
			if key == "cpu_busy" && anyCPU {
				x, y = sum(x), sum(y)
			}
			if at := differs(x, y, anyCPU); at != "" {
				return "." + key + at
			}
		}
		return ""
	case []any:
		have, _ := have.([]any)
		if len(want) != len(have) {
			return fmt.Sprintf(": %d, not %d", len(have), len(want))
		}
		for i := range want {
			if at := differs(want[i], have[i], anyCPU); at != "" {
				return fmt.Sprintf("[%d]%s", i, at)
			}
		}
		return ""
	case float64:
		if have, ok := have.(float64); ok && math.Abs(have-want) <= 1e-9*max(1, math.Abs(want)) {
			return ""
		}
	default:
		if reflect.DeepEqual(want, have) {
			return ""
		}
	}
	return fmt.Sprintf(": is %v, not %v", have, want)
}

func sum(x any) any {
	list, ok := x.([]any)
	if !ok {
		return x
	}
	total := 0.0
	for _, n := range list {
		total += n.(float64)
	}
	return total
}

// stretches returns a list of [start, end, CPU, name] in one order, with what abuts
// merged, and without the CPUs if they don't matter.
func stretches(x any, merged, anyCPU bool) any {
	list, _ := x.([]any)
	var out []any
	for _, one := range list {
		s := slices.Clone(one.([]any))
		if anyCPU {
			s[2] = 0.0
		}
		out = append(out, s)
	}
	order := func(keys ...int) {
		slices.SortStableFunc(out, func(a, b any) int {
			for _, k := range keys {
				x, y := a.([]any)[k], b.([]any)[k]
				if x == y {
					continue
				}
				if n, ok := x.(float64); ok && n < y.(float64) || !ok && x.(string) < y.(string) {
					return -1
				}
				return 1
			}
			return 0
		})
	}
	order(3, 2, 0)
	kept := out[:0]
	for _, one := range out {
		s := one.([]any)
		if n := len(kept); merged && n > 0 {
			if last := kept[n-1].([]any); last[3] == s[3] && last[2] == s[2] && last[1] == s[0] {
				last[1] = s[1]
				continue
			}
		}
		kept = append(kept, s)
	}
	out = kept
	order(0, 2, 3)
	return out
}

// jobsByName returns jobs by task and number.
func jobsByName(x any) any {
	out := map[string]any{}
	list, _ := x.([]any)
	for _, one := range list {
		j := one.(map[string]any)
		out[fmt.Sprint(j["task"], " ", j["k"])] = j
	}
	return out
}
