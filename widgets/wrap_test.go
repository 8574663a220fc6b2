package widgets

import (
	"fmt"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// columns measures a letter as 1, a Chinese one as 2.
func columns(s string) (w float32) {
	for _, c := range s {
		w++
		if c > 0x2E80 {
			w++
		}
	}
	return w
}

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		text  string
		width float32
		most  int
		want  string
	}{
		{"", 10, 2, `[]`},
		{"all of it", 10, 2, `["all of it"]`},
		{"in two lines", 8, 2, `["in two" "lines"]`},
		{"more than there is room for", 10, 2, `["more than" "there is…"]`},
		{"unbreakable", 5, 3, `["unbre" "akabl" "e"]`},
		{"时间片用完，回到队尾。", 10, 3, `["时间片用" "完，回到队" "尾。"]`},
		{"P2 得到锁 balance。", 9, 3, `["P2 得到锁" "balance。"]`},
		{"x", 0, 2, `[]`},
	} {
		if got := fmt.Sprintf("%q", wrapMeasured(c.text, c.width, c.most, columns)); got != c.want {
			t.Errorf("%q in %v: %s, want %s", c.text, c.width, got, c.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.SampledFrom([]rune("ab  ，。（进程x")), 0, 60, -1).Draw(t, "text")
		width := float32(rapid.IntRange(2, 30).Draw(t, "width"))
		most := rapid.IntRange(1, 4).Draw(t, "most")
		lines := wrapMeasured(text, width, most, columns)
		if len(lines) > most {
			t.Fatalf("%d lines", len(lines))
		}
		for _, l := range lines {
			if columns(l) > width || !utf8.ValidString(l) {
				t.Fatalf("%q is wider than %v", l, width)
			}
		}
	})
}

func TestNamesKeepTheirEnds(t *testing.T) {
	letters := func(s string) float32 { return float32(len([]rune(s))) }
	for _, c := range []struct {
		name string
		most float32
		want string
	}{
		{"worker-pool-thread-1", 20, "worker-pool-thread-1"},
		{"worker-pool-thread-1", 12, "worker-p…d-1"},
		{"worker-pool-thread-2", 12, "worker-p…d-2"},
		{"worker-1", 5, "work…"},
		{"P1", 1, "…"},
	} {
		if got := fitName(c.name, c.most, letters); got != c.want {
			t.Errorf("%q in %v: %q, want %q", c.name, c.most, got, c.want)
		}
	}
}
