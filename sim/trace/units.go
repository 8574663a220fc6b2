package trace

import (
	"strconv"
	"strings"
)

// Number writes a time as a number of units, exactly: with as many places as it
// needs and no more ("23", "0.2", "-1.5"). A unit that doesn't divide a second
// into decimals (one of 3 ns) is rounded to nine places.
func Number(t, unit Time) string {
	if unit <= 0 {
		unit = 1
	}
	sign := ""
	if t < 0 {
		sign, t = "-", -t
	}
	whole, rest := t/unit, t%unit
	var b strings.Builder
	b.WriteString(sign)
	b.WriteString(strconv.FormatInt(int64(whole), 10))
	if rest == 0 {
		return b.String()
	}
	b.WriteByte('.')
	for places := 0; rest > 0 && places < 18; places++ {
		if rest > Never/10 { // one more place can't be told apart anyway
			break
		}
		rest *= 10
		b.WriteByte(byte('0' + rest/unit))
		rest %= unit
	}
	return b.String()
}

// Number writes a time as a number of the run's units.
func (h *Header) Number(t Time) string { return Number(t, h.Unit) }

// WithUnit writes a time with its unit, as "23 ms"; a unit that isn't one of
// something ("10ms") is resolved into one that is.
func (h *Header) WithUnit(t Time) string {
	if name, one := strings.CutPrefix(h.UnitText, "1"); one && name != "" && !strings.ContainsAny(name, "0123456789.") {
		return Number(t, h.Unit) + " " + name
	}
	for _, u := range []struct {
		size Time
		name string
	}{{1e9, "s"}, {1e6, "ms"}, {1e3, "µs"}} {
		if h.Unit >= u.size {
			return Number(t, u.size) + " " + u.name
		}
	}
	return Number(t, 1) + " ns"
}
