//go:build !linux || !(amd64 || arm64)

package host

import (
	"context"
	"fmt"
	"os"
	"runtime"
)

// recordAll refuses: no recorder for this system has been written yet.
func recordAll(context.Context, *plan, Options) (*Result, error) {
	return nil, &RefusedError{Code: "system",
		What:   fmt.Sprintf("recording real processes is not available on %s/%s yet, only on linux/amd64 and linux/arm64", runtime.GOOS, runtime.GOARCH),
		Remedy: "run the workload simulated, or open a recording made on Linux"}
}

// WorkerMain ends the program: there are no workers on this system.
func WorkerMain() {
	fmt.Fprintln(os.Stderr, "worker: not available on", runtime.GOOS)
	os.Exit(2)
}
