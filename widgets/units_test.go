package widgets

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"timeslice/sim/trace"
)

func TestUnitOf(t *testing.T) {
	for _, c := range []struct {
		size     trace.Time
		text     string
		t        trace.Time
		want     string
		decimals int
		clock    string
	}{
		{1e6, "1ms", 23e6, "23 ms", 1, "23.0"},
		{1e6, "1ms", 21_500_000, "21.5 ms", 1, "21.5"},
		{1e6, "1ms", -21_500_000, "-21.5 ms", 1, "-21.5"},
		{1e3, "1us", 1, "0.001 us", 1, "0.0"},
		{1e9, "1s", 1e9, "1 s", 1, "1.0"},
		{10e6, "10ms", 25e6, "25 ms", 1, "25.0"},
		{1, "1", 7, "7 ns", 1, "7.0"},
		{0, "", 7, "7 ns", 1, "7.0"},
	} {
		u := UnitOf(&trace.Header{Unit: c.size, UnitText: c.text})
		if got := u.FormatNamed(c.t); got != c.want {
			t.Errorf("%d in %q is %q, want %q", c.t, c.text, got, c.want)
		}
		if got := string(u.AppendClock(nil, c.t)); got != c.clock || u.Decimals != c.decimals {
			t.Errorf("the clock in %q says %q with %d decimals, want %q", c.text, got, u.Decimals, c.clock)
		}
	}
	if UnitOf(nil).Format(5) != "5" {
		t.Error("no header, no number")
	}
}

// The clock has as many decimals as the workload needs, but not more than can
// be read.
func TestClockDecimals(t *testing.T) {
	h := trace.Header{Unit: 1e6, UnitText: "1ms", Policies: []trace.Policy{{Slice: 250_000}}}
	if got := UnitOf(&h).Decimals; got != 2 {
		t.Errorf("a slice of 0.25 ms: %d decimals", got)
	}
	h.Switch = 1
	if got := UnitOf(&h).Decimals; got != maxClockDecimals {
		t.Errorf("a switch of 1 ns: %d decimals", got)
	}
	h = trace.Header{Unit: 3, UnitText: "3ns", Switch: 1}
	if got := UnitOf(&h).Decimals; got > maxClockDecimals {
		t.Errorf("a unit of 3 ns: %d decimals", got)
	}
}

// A clock cuts off and never rounds up: it doesn't show an instant before it has come.
func TestClockIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := trace.Time(rapid.Int64Range(0, 1e15).Draw(t, "at"))
		got := string(appendFixed(nil, at, 1e6, 3))
		var whole, part int64
		for i, digits := 0, &whole; i < len(got); i++ {
			if got[i] == '.' {
				digits = &part
				continue
			}
			*digits = *digits*10 + int64(got[i]-'0')
		}
		if shown := whole*1e6 + part*1e3; shown > int64(at) || int64(at)-shown >= 1e3 {
			t.Fatalf("%d is shown as %s", at, got)
		}
	})
	for _, at := range []trace.Time{trace.Never, -trace.Never, math.MinInt64} {
		appendFixed(nil, at, trace.Never, 3)
	}
}

func TestRoundSpeed(t *testing.T) {
	for x, want := range map[float64]string{0.5: "0.5", 0.49: "0.5", 1.02: "1", 3: "3", 12.34: "12", 63: "64", 1000: "64", 0: "0.05", 0.123: "0.12", 0.26: "0.25"} {
		if got := SpeedText(x); got != want {
			t.Errorf("speed %v is %s, want %s", x, got, want)
		}
	}
}
