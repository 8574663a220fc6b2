package main

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"

	"timeslice/app/host"
	"timeslice/app/run"
	"timeslice/app/shell"
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// onMain runs what must run on the main thread, which a window needs.
var onMain = make(chan func())

func TestMain(m *testing.M) {
	if host.IsWorker(os.Args) {
		host.WorkerMain()
		return
	}
	code := make(chan int)
	go func() { code <- m.Run() }()
	for {
		select {
		case f := <-onMain:
			f()
		case c := <-code:
			os.Exit(c)
		}
	}
}

// contended is small and has everything the test looks at: two tasks, a lock
// that one of them has to wait for, a slice that runs out.
const contended = `timeslice: 1
name: End to end
unit: 10ms
policy: {name: rr, quantum: 4}
resources: {lock: {kind: mutex}}
tasks:
  - name: P1
    program: [{lock: lock}, {cpu: 6}, {unlock: lock}]
  - name: P2
    at: 1
    program: [{lock: lock}, {cpu: 2}, {unlock: lock}]
`

// desktop drives the real window as a person would.
type desktop struct {
	t     *testing.T
	shell *shell.Shell
}

func (d *desktop) xdotool(args ...string) string {
	d.t.Helper()
	out, err := exec.Command("xdotool", args...).CombinedOutput()
	if err != nil {
		d.t.Fatalf("xdotool %s: %v: %s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

// press presses keys one after the other.
func (d *desktop) press(keys ...string) {
	d.t.Helper()
	for _, k := range keys {
		d.xdotool("key", k)
		time.Sleep(40 * time.Millisecond)
	}
}

// ask runs a question about the window on the window's own thread.
func ask[T any](question func() T) (answer T) {
	fyne.DoAndWait(func() { answer = question() })
	return answer
}

// until waits for something to become true in the window.
func (d *desktop) until(what string, true func() bool) {
	d.t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for !ask(true) {
		if time.Now().After(deadline) {
			d.t.Fatalf("waited in vain: %s; the window says\n%s", what, ask(d.shell.Describe))
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// look takes a picture of the screen.
func (d *desktop) look() image.Image {
	d.t.Helper()
	time.Sleep(600 * time.Millisecond) // let moves end and the frame be drawn
	data, err := exec.Command("import", "-window", "root", "png:-").Output()
	if err != nil {
		d.t.Fatalf("import: %v", err)
	}
	picture, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		d.t.Fatal(err)
	}
	return picture
}

func TestTheWindowFromEndToEnd(t *testing.T) {
	if os.Getenv("DISPLAY") == "" {
		t.Skip("needs a display; make test brings its own")
	}
	for _, tool := range []string{"xdotool", "import"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("needs %s; make test installs it", tool)
		}
	}
	config, err := os.MkdirTemp("", "timeslice")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(config) // not t.TempDir: Fyne may still be writing there
	t.Setenv("XDG_CONFIG_HOME", config)
	t.Setenv("LANGUAGE", "")
	t.Setenv("LC_ALL", "en_US.UTF-8")
	t.Setenv("FYNE_PLATFORM", "x11")

	file := filepath.Join(t.TempDir(), "contended.yaml")
	w, err := workload.Parse(file, []byte(contended))
	if err != nil {
		t.Fatal(err)
	}
	want, err := run.Whole(w)
	if err != nil {
		t.Fatal(err)
	}

	d := &desktop{t: t}
	opened, closed := make(chan error, 1), make(chan struct{})
	var a fyne.App
	onMain <- func() {
		defer close(closed)
		app.SetMetadata(metadata())
		a = app.NewWithID(metadata().ID)
		s, err := shell.New(a, shell.Options{Workload: w})
		d.shell = s
		opened <- err
		if err == nil {
			s.Run()
		}
	}
	if err := <-opened; err != nil {
		t.Fatal(err)
	}
	defer func() {
		fyne.Do(a.Quit)
		<-closed
	}()
	id := d.xdotool("search", "--sync", "--onlyvisible", "--pid", strconv.Itoa(os.Getpid()))
	id = strings.Fields(id)[len(strings.Fields(id))-1]
	d.xdotool("windowmove", "--sync", id, "0", "0")
	d.xdotool("mousemove", "640", "700")
	d.until("the window to be drawn", func() bool { return strings.Contains(d.shell.Describe(), "End to end") })
	time.Sleep(500 * time.Millisecond)

	t.Run("steps tell the trace", func(t *testing.T) { stepThrough(t, d, want) })
	t.Run("parts of context switches", func(t *testing.T) { stepThroughParts(t, d, want) })
	t.Run("a breakpoint", func(t *testing.T) { stopAtTheLock(t, d, want) })
	t.Run("the picture is the instant", func(t *testing.T) { comparePicture(t, d, a, w) })
	t.Run("keys", func(t *testing.T) { tryKeys(t, d) })
	t.Run("real processes under it", func(t *testing.T) { recordUnder(t, d) })
}

// stepThrough steps from the start to the end and back: after every key the
// window must stand where the trace, made apart from it, says.
func stepThrough(t *testing.T, d *desktop, want *trace.Recording) {
	if got := ask(func() string { return d.shell.Recording().Hash() }); got != want.Hash() {
		t.Fatal("the window shows another run than the kernel makes of the same file")
	}
	var stops []int
	for i, e := range want.Events(0) {
		if !e.Kind.Bookkeeping() {
			stops = append(stops, i+1)
		}
	}
	d.press("Home")
	at := func(events int) func() bool {
		return func() bool { n, _ := d.shell.Instant(); return n == events }
	}
	for _, n := range stops {
		d.press("Right")
		d.until("a step on to event "+strconv.Itoa(n), at(n))
		if _, now := d.shell.Instant(); now != want.Event(n-1).Time {
			t.Fatalf("after event %d it is %d, not %d", n, now, want.Event(n-1).Time)
		}
	}
	for i := len(stops) - 2; i >= 0; i-- {
		d.press("Left")
		d.until("a step back to event "+strconv.Itoa(stops[i]), at(stops[i]))
	}
}

// comparePicture holds the screen against the same window drawn without one, at
// an instant at which the lock is contended, light and dark.
func comparePicture(t *testing.T, d *desktop, a fyne.App, w *workload.Workload) {
	d.press("Home")
	d.until("the start", func() bool { n, _ := d.shell.Instant(); return n == 0 })
	for range 8 { // … until P2 waits for the lock
		d.press("Right")
	}
	d.until("P2 to wait for the lock", func() bool {
		n, _ := d.shell.Instant()
		return n > 0 && d.shell.Recording().Event(n-1).Kind == trace.BlockLock || strings.Contains(d.shell.Describe(), "held by P1")
	})
	_, now := d.shell.Instant()
	for _, theme := range []string{"light", "dark"} {
		seen := d.look()
		size := ask(func() fyne.Size { return d.shell.Size() })
		drawn := ask(func() image.Image {
			picture, err := shell.Picture(a, w, size, now)
			if err != nil {
				t.Error(err)
			}
			return picture
		})
		if off := difference(seen, drawn); off > 6 {
			save(t, "seen-"+theme+".png", seen)
			save(t, "drawn-"+theme+".png", drawn)
			t.Errorf("%s: the screen is off by %.1f of 255 from what should be drawn", theme, off)
		}
		d.press("d")
		time.Sleep(300 * time.Millisecond)
	}
}

// tryKeys presses what changes the window and looks whether it did.
func tryKeys(t *testing.T, d *desktop) {
	before := d.look()
	d.press("d")
	if dark := d.look(); brightness(dark) > brightness(before)-60 {
		t.Errorf("D made the window no darker: %.0f, before %.0f", brightness(dark), brightness(before))
	}
	d.press("d", "F5")
	d.until("the projection", func() bool { return d.shell.Projecting() })
	if room := d.look(); difference(room, before) < 3 {
		t.Error("F5 changed nothing on the screen")
	}
	d.press("b")
	if blank := d.look(); brightness(blank) > 5 {
		t.Errorf("B left the screen at a brightness of %.0f", brightness(blank))
	}
	d.press("b", "Escape")
	d.until("the desk", func() bool { return !d.shell.Projecting() })
	d.press("End")
	d.until("the end", func() bool { n, _ := d.shell.Instant(); return n == d.shell.Recording().Len() })
	d.press("Home", "space")
	d.until("it to play", func() bool { n, _ := d.shell.Instant(); return n > 2 })
	d.press("space")
}

// recordUnder runs the workload for real and looks at what was recorded.
func recordUnder(t *testing.T, d *desktop) {
	before := stolen()
	d.press("r")
	d.until("the real run", func() bool { return d.shell.Second() != nil })
	real := ask(d.shell.Second)
	if real.Header.Origin != trace.Real || real.Header.Recorded == nil {
		t.Fatalf("the second run is %q", real.Header.Origin)
	}
	if err := trace.Validate(real); err != nil {
		t.Error(err)
	}
	lanes := trace.NewLanes()
	lanes.Extend(real)
	took := stolen() - before
	for i, f := range lanes.Figures().Tasks {
		want := []trace.Time{60e6, 20e6}[i]
		if f.CPU < want*97/100 || f.CPU > want*110/100+took {
			t.Errorf("%s had %v of CPU, wanted %v; %v were stolen", real.Header.Tasks[i].Name, time.Duration(f.CPU), time.Duration(want), time.Duration(took))
		}
	}
}

// stolen is how long the machine that this one is a guest of kept CPUs from it. The
// guest's kernel charges nobody for that time, but can't tell when it was either, so
// a task seems to compute for longer.
func stolen() trace.Time {
	stat, _ := os.ReadFile("/proc/stat")
	line, _, _ := strings.Cut(string(stat), "\n")
	fields := strings.Fields(line) // cpu user nice system idle iowait irq softirq steal
	if len(fields) < 9 {
		return 0
	}
	ticks, _ := strconv.ParseInt(fields[8], 10, 64)
	return trace.Time(ticks) * 10e6 // USER_HZ is 100
}

// difference is how far two pictures are apart, 0 to 255, seen from afar: in
// squares of 16 pixels, so that it is about what is where and not about edges.
func difference(a, b image.Image) float64 {
	const square = 16
	bounds := a.Bounds().Intersect(b.Bounds())
	var sum float64
	n := 0
	for y := bounds.Min.Y; y+square <= bounds.Max.Y; y += square {
		for x := bounds.Min.X; x+square <= bounds.Max.X; x += square {
			sum += math.Abs(mean(a, x, y, square) - mean(b, x, y, square))
			n++
		}
	}
	return sum / float64(n)
}

func mean(m image.Image, x, y, square int) float64 {
	sum := 0
	for j := range square {
		for i := range square {
			sum += int(color.GrayModel.Convert(m.At(x+i, y+j)).(color.Gray).Y)
		}
	}
	return float64(sum) / float64(square*square)
}

func brightness(m image.Image) float64 {
	b := m.Bounds()
	return mean(m, b.Min.X+b.Dx()/4, b.Min.Y+b.Dy()/4, b.Dy()/2)
}

// save keeps a picture for whoever has to find out why a test failed.
func save(t *testing.T, name string, m image.Image) {
	path := filepath.Join("testdata", "failed", name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Log(err)
		return
	}
	f, err := os.Create(path)
	if err != nil {
		t.Log(err)
		return
	}
	defer f.Close()
	if err := png.Encode(f, m); err != nil {
		t.Log(err)
	}
	t.Logf("see %s", path)
}
