package workload

import (
	"errors"
	"math/big"
	"math/bits"
	"strconv"
	"strings"
)

// MaxUnit is the longest unit a file may use.
const MaxUnit = Time(3_600_000_000_000)

// units are the suffixes of a time, longest spelling first where one ends
// another.
var units = []struct {
	name string
	ns   Time
}{
	{"ns", 1},
	{"us", 1_000}, {"µs", 1_000}, {"μs", 1_000},
	{"ms", 1_000_000},
	{"s", 1_000_000_000},
	{"m", 60_000_000_000},
	{"h", 3_600_000_000_000},
}

// TickUnit is the unit of files that count in ticks and don't say how long one
// is. A tick is simulated as a millisecond.
const TickUnit = "tick"

// What can be wrong with a time; each is a remedy, to stand after what was found.
var (
	errTime     = errors.New("a time is a number, alone or with a unit: 5, 0.5, 5ms, 1.5s (units: ns us ms s m h)")
	errNegative = errors.New("a time is 0 or more")
	errTooLong  = errors.New("the longest time is 100 years (876000h)")
	errTooFine  = errors.New("a time is a whole number of nanoseconds")
)

// ParseTime reads a time as files write it: a decimal number of units, or a
// number with a unit of its own ("5", "0.25", "5ms", "1.5 s"). It never rounds.
func ParseTime(s string, unit Time) (Time, error) {
	number := strings.TrimSpace(s)
	for _, u := range units {
		if head, ok := strings.CutSuffix(number, u.name); ok {
			// "5ms" ends in "s" too: what is left must end in a digit.
			if head = strings.TrimRight(head, " "); head == "" || !isDigit(head[len(head)-1]) {
				continue
			}
			number, unit = head, u.ns
			break
		}
	}
	if t, ok := parseWhole(number, unit); ok {
		return t, nil
	}
	d, ok := parseDecimal(number)
	if !ok {
		return 0, errTime
	}
	d.Mul(d, new(big.Rat).SetInt64(int64(unit)))
	switch {
	case d.Sign() < 0:
		return 0, errNegative
	case d.Cmp(maxTimeRat) > 0:
		return 0, errTooLong
	case !d.IsInt():
		return 0, errTooFine
	}
	return Time(d.Num().Int64()), nil
}

var maxTimeRat = new(big.Rat).SetInt64(int64(MaxTime))

// parseWhole is the quick way for what nearly every time is: a few digits.
func parseWhole(s string, unit Time) (Time, bool) {
	if len(s) == 0 || len(s) > 18 || s[0] == '0' && len(s) > 1 {
		return 0, false
	}
	var n uint64
	for i := range len(s) {
		if !isDigit(s[i]) {
			return 0, false
		}
		n = n*10 + uint64(s[i]-'0')
	}
	hi, lo := bits.Mul64(n, uint64(unit))
	if hi != 0 || lo > uint64(MaxTime) {
		return 0, false
	}
	return Time(lo), true
}

// parseDecimal reads a plain decimal number, with an exponent if need be:
// -1.5, 20, 1e3. Leading zeros are refused, since YAML reads them as octal.
func parseDecimal(s string) (*big.Rat, bool) {
	const mostDigits, mostExponent = 64, 40
	rest := strings.TrimPrefix(s, "-")
	whole := digits(rest)
	rest = rest[whole:]
	if whole == 0 || whole > mostDigits {
		return nil, false
	}
	if start := len(s) - len(rest) - whole; whole > 1 && s[start] == '0' {
		return nil, false
	}
	if after, ok := strings.CutPrefix(rest, "."); ok {
		n := digits(after)
		if n == 0 || n > mostDigits {
			return nil, false
		}
		rest = after[n:]
	}
	if rest != "" && (rest[0] == 'e' || rest[0] == 'E') {
		after := strings.TrimLeft(rest[1:], "+-")
		if len(rest)-1-len(after) > 1 {
			return nil, false
		}
		n, exponent := digits(after), 0
		if n == 0 || n > 4 {
			return nil, false
		}
		for i := range n {
			exponent = exponent*10 + int(after[i]-'0')
		}
		if exponent > mostExponent {
			return nil, false
		}
		rest = after[n:]
	}
	if rest != "" {
		return nil, false
	}
	return new(big.Rat).SetString(s)
}

// digits counts the decimal digits s begins with.
func digits(s string) int {
	n := 0
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	return n
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// Decimal writes t as a number of units, exactly, without an exponent and
// without needless zeros. ok is false if no finite decimal says it (1 ns in
// units of 3 ns).
func (t Time) Decimal(unit Time) (s string, ok bool) {
	whole, rest := t/unit, t%unit
	text := make([]byte, 0, 24)
	text = strconv.AppendInt(text, int64(whole), 10)
	if rest == 0 {
		return string(text), true
	}
	text = append(text, '.')
	for range 64 {
		rest *= 10
		text = append(text, byte('0'+rest/unit))
		if rest %= unit; rest == 0 {
			return string(text), true
		}
	}
	return "", false
}

// In writes t as the file writes times: a bare number of units if one says it
// exactly, else nanoseconds.
func (t Time) In(unit Time) string {
	if s, ok := t.Decimal(unit); ok {
		return s
	}
	return strconv.FormatInt(int64(t), 10) + "ns"
}

// parseUnit reads the unit of a file: "1ms", "ms", "250us", "tick".
func parseUnit(s string) (Time, bool) {
	s = strings.TrimSpace(s)
	if s == TickUnit {
		return 1_000_000, true
	}
	for _, u := range units {
		if s == u.name {
			return u.ns, true
		}
	}
	if s == "" || isDigit(s[len(s)-1]) {
		return 0, false
	}
	t, err := ParseTime(s, 1)
	return t, err == nil && t > 0 && t <= MaxUnit
}
