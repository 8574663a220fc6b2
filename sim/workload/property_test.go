package workload_test

import (
	"fmt"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"timeslice/sim/workload"
)

// anyUnit draws a unit, as written and in nanoseconds.
func anyUnit(t *rapid.T) (string, workload.Time) {
	n := rapid.Int64Range(1, 999).Draw(t, "unit")
	suffix := rapid.SampledFrom([]string{"ns", "us", "ms", "s"}).Draw(t, "suffix")
	scale := map[string]int64{"ns": 1, "us": 1000, "ms": 1_000_000, "s": 1_000_000_000}[suffix]
	return fmt.Sprint(n, suffix), workload.Time(n * scale)
}

// TestTimesAreExact: a time written in any unit reads back as the same number of
// nanoseconds, and as a rational it is that number over the unit.
func TestTimesAreExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		_, unit := anyUnit(t)
		want := workload.Time(rapid.Int64Range(0, int64(workload.MaxTime)).Draw(t, "time"))
		text := want.In(unit)
		got, err := workload.ParseTime(text, unit)
		if err != nil || got != want {
			t.Fatalf("%d in units of %d is written %q and read as %d, %v", want, unit, text, got, err)
		}
		if decimal, ok := want.Decimal(unit); ok {
			r, good := new(big.Rat).SetString(decimal)
			if !good || r.Cmp(big.NewRat(int64(want), int64(unit))) != 0 {
				t.Fatalf("%d / %d = %s", want, unit, decimal)
			}
		}
	})
}

func TestParseTime(t *testing.T) {
	const ms = workload.Time(1_000_000)
	for text, want := range map[string]workload.Time{
		"0": 0, "5": 5 * ms, "0.2": ms / 5, "1e3": 1000 * ms, "5ms": 5 * ms, "5 ms": 5 * ms, " 7 ": 7 * ms,
		"200us": ms / 5, "200µs": ms / 5, "200μs": ms / 5, "1.5s": 1500 * ms, "2m": 120_000 * ms, "1h": 3_600_000 * ms,
		"0.000001": 1, "3ns": 3, "876000h": workload.MaxTime, "0.1e1": ms, "10E-1": ms, "-0": 0,
	} {
		if got, err := workload.ParseTime(text, ms); err != nil || got != want {
			t.Errorf("%q is %d, %v; want %d", text, got, err, want)
		}
	}
	for _, text := range []string{
		"", " ", "-1", "-0.5", "+5", "5.", ".5", "5x", "ms", "5 5", "1e", "1e+", "1e+-3", "1e99", "--1", "01", "0x1", "1_0",
		"0.0000001", "876001h", "9223372036854775808", "nan", "inf", ".nan", "1/2", "5msms", "5 sec", "٥",
	} {
		if got, err := workload.ParseTime(text, ms); err == nil {
			t.Errorf("%q is read as %d", text, got)
		}
	}
}

// drawn draws a workload that a file could hold.
func drawn(t *rapid.T) *workload.Workload {
	w := &workload.Workload{Name: rapid.StringMatching(`[^\n\r]{0,12}`).Draw(t, "name")}
	w.UnitText, w.Unit = anyUnit(t)
	time := func(name string) workload.Time {
		return workload.Time(rapid.Int64Range(0, 1<<40).Draw(t, name))
	}
	w.Machine = workload.Machine{CPUs: rapid.IntRange(1, 8).Draw(t, "cpus"), Switch: time("switch"), Tick: time("tick"), GIL: time("gil")}
	w.Seed = rapid.Uint64().Draw(t, "seed")
	w.Resources = []workload.Resource{
		{Name: "m", Kind: workload.Mutex},
		{Name: rapid.StringMatching(`x[a-z:# "'é进]{0,5}x`).Draw(t, "queue"), Kind: workload.Queue, Capacity: rapid.IntRange(1, 9).Draw(t, "capacity")},
		{Name: "d", Kind: workload.Device, Servers: rapid.IntRange(0, 3).Draw(t, "servers")},
	}
	return w
}

// source writes a random program as YAML in flow style, with the locks in order.
func source(t *rapid.T, depth int) string {
	text := ""
	for range rapid.IntRange(1, 4).Draw(t, "ops") {
		n := rapid.Int64Range(1, 1_000_000).Draw(t, "n")
		kind := rapid.IntRange(0, 14).Draw(t, "op")
		wait := rapid.SampledFrom([]string{"", "", ", timeout: 3us", ", timeout: 0", ", nowait: yes", ", nowait: no"}).Draw(t, "wait")
		if depth == 0 && kind >= 9 && kind < 12 || depth == 0 && kind == 14 {
			kind = 0
		}
		switch kind {
		case 0:
			text += fmt.Sprintf("{cpu: %dns}, ", n)
		case 1:
			text += fmt.Sprintf("{io: %dns}, ", n)
		case 2:
			text += fmt.Sprintf("{io: d, for: %dns}, ", n)
		case 3:
			text += fmt.Sprintf("{sleep: %dns}, ", n)
		case 4:
			text += "yield, "
		case 5:
			text += anyPut(t, n, wait) + ", "
		case 6:
			text += anyGet(t, wait) + ", "
		case 7:
			text += "{lock: m" + strings.ReplaceAll(wait, "nowait", "try") + "}, {cpu: 0}, {unlock: m}, "
		case 8:
			text += fmt.Sprintf("{exit: %d}, ", n%256)
		case 9:
			text += fmt.Sprintf("{repeat: %d, do: [{cpu: 1ns}, %s]}, ", n%5, source(t, depth-1))
		case 11:
			text += fmt.Sprintf("{once: o%d, do: [%s]}, ", depth, source(t, depth-1))
		case 12:
			try := strings.ReplaceAll(wait, "nowait", "try")
			timeout := rapid.SampledFrom([]string{"", ", timeout: 3us"}).Draw(t, "timeout")
			text += rapid.SampledFrom([]string{
				"{lock: r" + try + "}, {lock: r}, {unlock: r}, {unlock: r}, ",
				"{lock: s" + try + "}, {unlock: s}, ",
				"{lock: rw" + try + "}, {unlock: rw}, ",
				"{lock: rw, mode: read" + try + "}, {unlock: rw}, ",
				"{acquire: n" + try + "}, {release: n}, ",
				"{lock: m}, {wait: c" + timeout + "}, {unlock: m}, ",
				"{notify: c}, {notify_all: c}, ",
				"{set: e}, {clear: e}, {await: e" + try + "}, ",
				"{arrive: b" + timeout + "}, ",
				"{start: t}, {await: t" + try + "}, {cancel: t}, ", "{start: u}, {await: u" + timeout + "}, ",
			}).Draw(t, "sync")
		case 13:
			text += rapid.SampledFrom([]string{
				"{exchange: v}, ", "{test_and_set: v, for: 3ns}, ", "{compare_and_swap: {of: v, old: 0, new: -1}}, ", "{compare_and_swap: {of: v, old: v, new: 3}, for: 0}, ",
				"{fetch_add: v}, ", "{fetch_add: {of: v, value: -7, for: 9ns}}, ", "{while: v != 3}, ", "{while: acc, for: 7ns}, ",
			}).Draw(t, "atomic")
		case 14:
			text += fmt.Sprintf("{while: v %s %d, do: [{cpu: 1ns}, %s]}, ", rapid.SampledFrom([]string{"==", "<="}).Draw(t, "cmp"), n, source(t, depth-1))
		case 10:
			text += fmt.Sprintf("{forever: [{cpu: 1ns}, %s]}, ", source(t, depth-1))
		}
	}
	return text
}

// TestProgramsWriteBack: any program is compiled, written and compiled again to
// the same operations, and a cursor goes through both alike.
func TestProgramsWriteBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		unit, _ := anyUnit(t)
		file := "timeslice: 1\nunit: " + unit + "\nvariables: {v: 1}\nresources: {m: mutex, q: {kind: queue, capacity: 1}, d: device, l: {kind: queue, order: lifo}, p: {kind: queue, order: priority}, pp: pipe, r: {kind: rlock, order: priority}, s: spin, rw: {kind: rwlock, prefer: writers}, e: event, n: {kind: semaphore, value: 2, max: 3}, c: {kind: condition, lock: m}, b: {kind: barrier, parties: 2}, t: {kind: timer, after: 3us}, u: {kind: timer, after: 9ns, every: 4ns}, o1: once, o2: once, o3: once, so: {kind: socket, loss: 0.1}, ud: {kind: socket, transport: udp}, mq: {kind: queue, capacity: 1}, mm: {kind: manager, of: [mq]}}\ntasks:\n"
		for i := range rapid.IntRange(1, 3).Draw(t, "tasks") {
			file += fmt.Sprintf("  - {name: T%d, at: %dns, program: [%s]}\n", i, i*7, source(t, 3))
		}
		w, err := workload.Parse("drawn.yaml", []byte(file))
		if err != nil {
			t.Fatalf("%v\n%s", err, file)
		}
		keepsPromises(t, w)
		writesBack(t, w)
	})
}

// TestNamesWriteBack: whatever a name, a text or a parameter holds, it is
// written so that it reads the same.
func TestNamesWriteBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawn(t)
		word := rapid.OneOf(
			rapid.SampledFrom([]string{"true", "null", "~", "1e3", "0x1F", "no", "- a", "a: b", "a #b", "*x", "&x", "|", "%", "@", "\u00a0x", "é", "进程 1", "1.", "-1", ".inf", "<<", "a\\b", `"q"`, "'"}),
			rapid.StringMatching(`[ -~]{1,9}`), rapid.String(),
		)
		w.About = workload.Text{"": word.Draw(t, "about") + "\n" + word.Draw(t, "more")}
		w.Policy = workload.Policy{Name: "rr", Params: []workload.Param{
			{Name: "a", Values: []string{word.Draw(t, "value")}},
			{Name: "b", Values: []string{word.Draw(t, "value"), word.Draw(t, "value")}, List: true},
		}}
		if rapid.Bool().Draw(t, "long") {
			w.Policy.Params = append(w.Policy.Params, workload.Param{Name: "source", Values: []string{word.Draw(t, "first") + "\n" + word.Draw(t, "second")}})
		}
		w.Captions = []workload.Caption{{At: 5, Say: workload.Text{"en": word.Draw(t, "say"), "zh-Hans": word.Draw(t, "say")}}}
		data, err := workload.Write(w)
		if err != nil {
			t.Fatal(err)
		}
		again, err := workload.Parse("drawn.yaml", data)
		if err != nil {
			t.Fatalf("%v\n%s", err, data)
		}
		second, _ := workload.Write(again)
		if string(second) != string(data) {
			t.Fatalf("written twice, two files:\n%s\n--\n%s", data, second)
		}
	})
}

// A recording says by their names what operations do, so every one has one.
func TestEveryOperationHasAName(t *testing.T) {
	seen := map[string]workload.OpCode{}
	for c := range workload.OpCode(255) {
		name := c.String()
		if c.Valid() != (name != "") || seen[name] != 0 && name != "" {
			t.Errorf("operation %d is called %q: codeNames should say, and belongs in package trace which events are of it", c, name)
		}
		seen[name] = c
	}
}
