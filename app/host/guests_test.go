//go:build linux && (amd64 || arm64)

package host

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"timeslice/sim/workload"
)

// guestEnv marks a test binary that records until it is ended, and everything it
// starts; its value says how it ends and is unique.
const guestEnv = "TIMESLICE_TEST_GUEST"

// recordForever is the main function of such a test binary.
func recordForever() {
	how, rest, _ := strings.Cut(os.Getenv(guestEnv), ":")
	w := work(nil, task("A", 0, cpu(100*ms)), task("B", 0, cpu(100*ms), pause(100*ms)), task("C", 50*ms, cpu(50*ms)))
	var limit time.Duration
	if strings.HasPrefix(rest, "long") { // would stay for as long as a worker may
		w = work(nil, task("A", 0, repeat(-1, cpu(100*ms))), task("B", 0, cpu(100*ms), pause(18_000*ms)), task("C", 50*ms, cpu(9_000*ms)))
		limit = MaxTime
	}
	if strings.HasPrefix(rest, "kin") { // orphans, of whose parents nothing is left either
		w, _ = workload.Parse("kin.yaml", []byte(`
timeslice: 1
unit: 1ms
tasks:
  - {name: P, program: [{fork: {name: C}, do: [{cpu: 10}, {fork: {name: D}, do: [{sleep: 9000}]}, {sleep: 9000}]}, {cpu: 5}]}
  - {name: G, group: job, program: [{fork: {name: H}, do: [{fork: {name: I}, do: [{sleep: 9000}]}, {cpu: 9000}]}, {cpu: 5}]}
  - {name: Q, program: [{spawn: {name: S, do: [{cpu: 9000}]}}, {thread: {name: T, do: [{sleep: 9000}]}}, {cpu: 5}]}
`))
		limit = MaxTime
	}
	for {
		_, err := Record(context.Background(), w, Options{Quiet: -1, Limit: limit, Progress: func(stage string, f float64) {
			if stage != StageRun || how == "kill" {
				return
			}
			fmt.Println("running")
			_, _ = fmt.Scanln() // the test has counted the workers
			if how == "exit" {
				os.Exit(9)
			}
			panic("on purpose")
		}})
		if err != nil {
			fmt.Println("error", err)
			os.Exit(1)
		}
	}
}

func itoa(n int) string { return strconv.Itoa(n) }

// statFields are the fields of /proc/PID/stat from the state on.
func statFields(pid string) []string {
	b, err := os.ReadFile("/proc/" + pid + "/stat")
	if err != nil {
		return nil
	}
	return strings.Fields(string(b[strings.LastIndexByte(string(b), ')')+1:]))
}

// alive lists the processes with a mark in their environment that aren't dead.
func alive(mark string) (pids []string) {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return []string{err.Error()}
	}
	for _, e := range entries {
		env, err := os.ReadFile("/proc/" + e.Name() + "/environ")
		if err != nil || !strings.Contains(string(env), mark) {
			continue
		}
		if f := statFields(e.Name()); len(f) > 0 && f[0] != "Z" && f[0] != "X" {
			pids = append(pids, e.Name())
		}
	}
	return pids
}

// However the program ends, its workers end with it: nothing is left of them,
// whichever moment it is.
func TestNothingIsLeft(t *testing.T) {
	// Orphans come to this process instead of to init, so that it can see
	// whether they are dead and bury them.
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		t.Fatal(err)
	}
	defer unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)
	for how, times := range map[string]int{"kill": 20, "panic": 1, "exit": 1} {
		caught := 0
		var slowest time.Duration
		for i := range times {
			run := [...]string{"long", "short", "kin"}[i%3]
			n, took := endOne(t, how, fmt.Sprintf("%s:%s-%d-%d", how, run, os.Getpid(), i))
			if n > 0 {
				caught++
			}
			slowest = max(slowest, took)
		}
		t.Logf("%s: %d times, with workers alive in %d; all gone within %v", how, times, caught, slowest)
		if caught*2 < times {
			t.Errorf("%s: only %d of %d met any worker alive, which proves little", how, caught, times)
		}
	}
}

// endOne starts a recording, ends it and returns how many workers that met and
// how long until all were gone.
func endOne(t *testing.T, how, mark string) (workers int, took time.Duration) {
	t.Helper()
	cmd := exec.Command("/proc/self/exe")
	cmd.Env = append(os.Environ(), guestEnv+"="+mark)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if how == "kill" {
		// The short run with its start takes about 350 ms: any moment of it is met.
		time.Sleep(20*time.Millisecond + rand.N(350*time.Millisecond))
		workers = len(workersOf(t, cmd.Process.Pid))
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
	} else {
		if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || line != "running\n" {
			t.Fatalf("%q, %v", line, err)
		}
		workers = len(workersOf(t, cmd.Process.Pid))
		if _, err := fmt.Fprintln(in); err != nil {
			t.Fatal(err)
		}
	}
	_ = cmd.Wait() // it fails, on purpose
	ended := time.Now()
	for {
		left := alive(guestEnv + "=" + mark)
		took = time.Since(ended)
		if len(left) == 0 {
			break
		}
		if took > 5*time.Second { // the killed need a CPU to die, too
			for _, pid := range left {
				n, _ := strconv.Atoi(pid)
				_ = unix.Kill(n, unix.SIGKILL)
			}
			t.Fatalf("%s: %v is left after %v: %v", how, left, took, statFields(left[0]))
		}
		time.Sleep(time.Millisecond)
	}
	for { // bury
		pid, err := unix.Wait4(-1, nil, unix.WNOHANG, nil)
		if pid <= 0 || err != nil {
			return workers, took
		}
	}
}
