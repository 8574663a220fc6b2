package host

import "testing"

// noDetector skips what makes threads that the runtime doesn't know, by a fork or a
// clone of its own: in code that is built to find races they crash.
func noDetector(t *testing.T) {
	t.Helper()
	if underRace {
		t.Skip("the race detector doesn't survive threads it doesn't know")
	}
}
