package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"timeslice/app/run"
	"timeslice/app/words"
	"timeslice/sim/trace"
	"timeslice/sim/trace/report"
	"timeslice/sim/workload"
)

// form is how a run is told.
type form struct{ json, csv, text bool }

func (f *form) add(flags *pflag.FlagSet) {
	flags.BoolVar(&f.json, "json", false, "all of it, as JSON")
	flags.BoolVar(&f.csv, "csv", false, "the figures of the tasks, as CSV")
	flags.BoolVar(&f.text, "text", false, "to read: what was run, charts, figures (the default)")
}

// choose says which form is asked for, by flag or by the name of the file it
// goes to.
func (f *form) choose(output string) (string, error) {
	var asked []string
	for _, x := range []struct {
		name string
		on   bool
	}{{"json", f.json}, {"csv", f.csv}, {"text", f.text}} {
		if x.on {
			asked = append(asked, x.name)
		}
	}
	switch {
	case len(asked) > 1:
		return "", fmt.Errorf("--%s and --%s at once; choose one", asked[0], asked[1])
	case len(asked) == 1:
		return asked[0], nil
	}
	switch strings.ToLower(filepath.Ext(output)) {
	case ".json":
		return "json", nil
	case ".csv":
		return "csv", nil
	}
	return "text", nil
}

// write writes a report in a form.
func write(to io.Writer, r *report.Report, form string) error {
	switch form {
	case "json":
		return r.JSON(to)
	case "csv":
		return r.CSV(to)
	}
	return r.Text(to)
}

// deliver puts out what a command made, all at once: to the file of -o, or to
// standard output. A file is replaced only when everything is written.
func (c *command) deliver(data []byte) error {
	if c.output == "" || c.output == "-" {
		if _, err := c.Out.Write(data); err != nil {
			return fail(refused, fmt.Errorf("standard output: %w", reason(err)))
		}
		return nil
	}
	err := replace(c.output, data)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%s: no such folder", c.output)
	case err != nil:
		return fail(refused, fmt.Errorf("%s: %w", c.output, reason(err)))
	}
	return nil
}

// replace writes a file whole, or not at all.
func replace(name string, data []byte) error {
	if info, err := os.Stat(name); err == nil && !info.Mode().IsRegular() {
		return os.WriteFile(name, data, 0o644) // a device or a pipe
	}
	file, err := os.CreateTemp(filepath.Dir(name), ".timeslice-*")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name()) // fails if all went well, which is fine
	_, err = file.Write(data)
	if cerr := file.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Chmod(file.Name(), 0o644)
	}
	if err == nil {
		err = os.Rename(file.Name(), name)
	}
	return err
}

// endlessEvents is after how many events a run that may go on for ever is cut.
const endlessEvents = 200_000

// horizon cuts a run of periodic tasks that nobody cuts, and says so.
func (c *command) horizon(w *workload.Workload) error {
	until, endless := run.Horizon(w)
	switch {
	case !endless:
	case until == 0:
		return fmt.Errorf("%s: periodic tasks go on for ever, and their schedule repeats only after more than %d jobs; cut the run, as with --until 100ms",
			w.File, run.HorizonJobs)
	default:
		w.Until = until
		if c.told != w.File {
			h := trace.Header{Unit: max(1, trace.Time(w.Unit)), UnitText: w.UnitText}
			fmt.Fprintf(c.Err, "%s: periodic tasks go on for ever; cut at %s, two hyperperiods after the last has come (until: or --until says where else)\n",
				w.File, h.WithUnit(trace.Time(until)))
		}
		c.told = w.File
	}
	return nil
}

// simulate runs a workload to its end. Where nothing says where that is, it is cut:
// see horizon, or, if cut says that one run is all there is to look at, after
// endlessEvents.
func (c *command) simulate(ctx context.Context, w *workload.Workload, cut bool) (*trace.Recording, error) {
	if err := c.horizon(w); err != nil {
		return nil, err
	}
	most, forever := run.MaxEvents, run.Forever(w)
	if forever {
		most = endlessEvents
	}
	r, err := run.Start(w)
	if err != nil {
		return nil, err
	}
	progress := c.progress()
	defer progress.end()
	for !r.Done() {
		if err := ctx.Err(); err != nil {
			return nil, fail(refused, fmt.Errorf("%s: interrupted", w.File))
		}
		n := r.Recording().Len()
		if n >= most && forever && cut {
			w.Until = workload.Time(r.Recording().End())
			fmt.Fprintf(c.Err, "%s: it goes on for ever; cut at %s, after %d events (until: or --until says where else)\n",
				w.File, r.Recording().Header.WithUnit(r.Recording().End()), n)
			break
		}
		if n >= most {
			return nil, fmt.Errorf("%s: the run goes on after %d events; cut it, as with --until 100ms", w.File, n)
		}
		if err := r.Extend(trace.Never, min(500_000, most)); err != nil {
			return nil, err
		}
		progress.say("%s: %d events, at %s", w.File, r.Recording().Len(), r.Recording().Header.WithUnit(r.Recording().End()))
	}
	for _, fault := range r.Faults() {
		h := &r.Recording().Header
		fmt.Fprintf(c.Err, "%s: at %s, %s; from there on it is first come first served\n",
			w.File, h.WithUnit(fault.At), words.New("en").Fault(h, fault.Policy, fault.Recorded()))
	}
	c.noteStuck(w, r)
	return r.Recording(), nil
}

// noteStuck says on the side that some tasks never end.
func (c *command) noteStuck(w *workload.Workload, r *run.Run) {
	stuck := r.Stuck()
	if len(stuck) == 0 {
		return
	}
	var names []string
	for _, id := range stuck[:min(len(stuck), 8)] {
		names = append(names, r.Recording().Header.Tasks[id].Name)
	}
	if len(stuck) > len(names) {
		names = append(names, fmt.Sprintf("%d more", len(stuck)-len(names)))
	}
	fmt.Fprintf(c.Err, "%s: waiting for ever: %s\n", w.File, strings.Join(names, ", "))
}

// newReport makes the report of a workload's run.
func newReport(w *workload.Workload, r *trace.Recording) *report.Report {
	rep := report.New(r)
	if w.Format == workload.Oracle {
		rep.Reference = report.Reference{Is: true, Family: w.Policy.Name, Trees: w.Actions}
	}
	return rep
}

// progress tells on a terminal how far long work is, and nothing anywhere else.
type progress struct {
	to    io.Writer // nil: tell nobody
	began time.Time
	last  time.Time
	told  bool
}

func (c *command) progress() *progress {
	p := &progress{began: time.Now()}
	if file, ok := c.Err.(*os.File); ok {
		if info, err := file.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("TERM") != "dumb" {
			p.to = file
		}
	}
	return p
}

// say tells something, not too soon and not too often.
func (p *progress) say(format string, args ...any) {
	now := time.Now()
	if p.to == nil || now.Sub(p.began) < 500*time.Millisecond || now.Sub(p.last) < 100*time.Millisecond {
		return
	}
	p.last, p.told = now, true
	fmt.Fprintf(p.to, "\r\x1b[K"+format, args...)
}

// end takes the line away again.
func (p *progress) end() {
	if p.told {
		fmt.Fprint(p.to, "\r\x1b[K")
	}
}

// print collects output.
type page struct{ bytes.Buffer }

func (p *page) line(format string, args ...any) { fmt.Fprintf(p, format+"\n", args...) }
