package shell

import "testing"

func TestNumbersInThousands(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1 000", -1000: "-1 000", -999: "-999", 2_000_000: "2 000 000", 12_345: "12 345", -123_456: "-123 456"} {
		if got := inThousands(n); got != want {
			t.Errorf("%d is written %q, want %q", n, got, want)
		}
	}
}
