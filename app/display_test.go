package main

import "testing"

func TestHasDisplay(t *testing.T) {
	for _, c := range []struct {
		system, set string
		want        bool
	}{
		{"linux", "", false},
		{"linux", "DISPLAY", true},
		{"linux", "WAYLAND_DISPLAY", true},
		{"freebsd", "", false},
		{"windows", "", true},
		{"darwin", "", true},
	} {
		getenv := func(name string) string {
			if name == c.set {
				return ":0"
			}
			return ""
		}
		if got := hasDisplay(c.system, getenv); got != c.want {
			t.Errorf("%s with %q: %t", c.system, c.set, got)
		}
	}
}
