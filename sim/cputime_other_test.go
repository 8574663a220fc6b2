//go:build !unix

package sim_test

import "time"

var start = time.Now()

// cpuTime is the time on the wall where the process's own can't be had.
func cpuTime() time.Duration { return time.Since(start) }
