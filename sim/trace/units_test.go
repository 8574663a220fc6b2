package trace_test

import (
	"testing"

	"timeslice/sim/trace"
)

func TestNumbersAreExact(t *testing.T) {
	for _, c := range []struct {
		t, unit trace.Time
		want    string
	}{
		{0, 1e6, "0"}, {23e6, 1e6, "23"}, {200_000, 1e6, "0.2"}, {1, 1e6, "0.000001"},
		{-1_500_000, 1e6, "-1.5"}, {30e6, 10e6, "3"}, {trace.Never, 1, "9223372036854775807"},
		{123456789, 1e9, "0.123456789"},
	} {
		if got := trace.Number(c.t, c.unit); got != c.want {
			t.Errorf("Number(%d, %d) = %s, want %s", c.t, c.unit, got, c.want)
		}
	}
}

func TestUnitsAreNamed(t *testing.T) {
	for _, c := range []struct {
		unit trace.Time
		text string
		want string
	}{{1e6, "1ms", "2 ms"}, {1e7, "10ms", "20 ms"}, {1e9, "1s", "2 s"}, {1e6, "1tick", "2 tick"}} {
		h := trace.Header{Unit: c.unit, UnitText: c.text}
		if got := h.WithUnit(2 * c.unit); got != c.want {
			t.Errorf("unit %s: %s, want %s", c.text, got, c.want)
		}
	}
}
