package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"timeslice/app/host"
	"timeslice/sim/trace/report"
	"timeslice/sim/workload"
)

func (c *command) record() *cobra.Command {
	var ch changes
	var f form
	var o host.Options
	var level string
	cmd := &cobra.Command{
		Use:   "record FILE",
		Short: "Run a workload as real processes and tell what happened",
		Long: `Run a workload as real processes on this machine, pinned to one CPU, and tell
what happened, in the same forms as run. The processes are few, end in time and
are gone when this program is gone.

It says how it recorded and how far others interfered. If they interfered too
much it runs it again, a few times and for a few seconds, and keeps the cleanest
run. The numbers differ from run to run; --repeat runs several times and keeps
the run closest to the median.`,
		Example: `  timeslice record lesson:01-first-minute
  timeslice record load.yaml --repeat 3 --json`,
		Args: files(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			form, err := f.choose(c.output)
			if err != nil {
				return err
			}
			if o.Level, err = recorder(level); err != nil {
				return err
			}
			if o.Repeat < 1 || o.Repeat > maxRepeat {
				return fmt.Errorf("--repeat %d: from 1 to %d", o.Repeat, maxRepeat)
			}
			if o.Retry < 0 || o.Retry > maxRepeat {
				return fmt.Errorf("--retry %d: from 0 to %d", o.Retry, maxRepeat)
			}
			w, err := c.read(args[0])
			if err != nil {
				return err
			}
			if err := ch.apply(w); err != nil {
				return err
			}
			return c.recordAndTell(cmd.Context(), w, o, form)
		},
	}
	flags := cmd.Flags()
	flags.IntVar(&o.Repeat, "repeat", 1, "how often to run it")
	flags.IntVar(&o.Retry, "retry", 3, "how often at most to run it again while others interfere")
	flags.IntVar(&o.CPU, "pin", 0, "the CPU to pin the processes to; 0 chooses")
	flags.StringVar(&level, "recorder", "best", "who records: `best`, self (each process itself) or perf (the kernel)")
	flags.BoolVar(&o.Realtime, "realtime", false, "under SCHED_FIFO or SCHED_RR if the policy is fcfs or rr; takes privilege")
	flags.DurationVar(&o.Limit, "limit", 0, "end it after this time, whoever is left")
	ch.addPolicy(flags)
	f.add(flags)
	c.outFlag(cmd)
	return cmd
}

const maxRepeat = 100

func recorder(level string) (string, error) {
	switch level {
	case "best":
		return host.LevelBest, nil
	case host.LevelSelf, host.LevelPerf:
		return level, nil
	}
	return "", fmt.Errorf("--recorder %q: best, self or perf", level)
}

func (c *command) recordAndTell(ctx context.Context, w *workload.Workload, o host.Options, form string) error {
	progress := c.progress()
	o.Progress = func(stage string, fraction float64) {
		progress.say("%s: %s, %.0f%%", w.File, stages[stage], 100*fraction)
	}
	result, err := host.Record(ctx, w, o)
	progress.end()
	switch {
	case ctx.Err() != nil:
		return fail(refused, fmt.Errorf("%s: interrupted", w.File))
	case errors.Is(err, host.ErrRefused):
		return fail(refused, fmt.Errorf("%s: %w", w.File, err))
	case err != nil:
		return fmt.Errorf("%s: %w", w.File, err)
	}
	rep := newReport(w, result.Recording)
	rep.Remarks = remarks(&result.Report)
	var out page
	if err := write(&out, rep, form); err != nil {
		return err
	}
	if form == "csv" { // a table has no room for it
		for _, remark := range rep.Remarks {
			for _, text := range remark.Text {
				fmt.Fprintf(c.Err, "%s: %s\n", w.File, text)
			}
		}
	}
	return c.deliver(out.Bytes())
}

var stages = map[string]string{
	host.StageQuiet: "waiting for a quiet CPU", host.StageStart: "starting the processes",
	host.StageRun: "running", host.StageAgain: "others interfered, once more", host.StageRead: "reading what was recorded",
}

// remarks say how a recording came about and how far to trust it.
func remarks(r *host.Report) []report.Remark {
	overhead := report.Remark{
		Key:  "overhead",
		JSON: fmt.Sprintf("%.6f", r.Overhead),
		Text: []string{fmt.Sprintf("%.2f%% of the time between two of the processes: switches and interrupts", 100*r.Overhead)},
	}
	kernel := report.Remark{
		Key:  "kernel",
		JSON: fmt.Sprintf(`{"tick_ns": %d, "slice_ns": %d}`, r.Tick, r.Slice),
		Text: []string{fmt.Sprintf("tick %s, slice %s", r.Tick, r.Slice)},
	}
	all := []report.Remark{kernel, overhead}
	if a := r.Agreement; a != nil {
		all = append(all, report.Remark{
			Key:  "agreement",
			JSON: fmt.Sprintf(`{"kernel": %d, "workers": %d, "missed": %d, "false": %d}`, a.Kernel, a.Workers, a.Missed, a.False),
			Text: []string{fmt.Sprintf("the kernel saw %d switches away, the processes %d; %d missed, %d false", a.Kernel, a.Workers, a.Missed, a.False)},
		})
	}
	if len(r.Queues) > 0 {
		all = append(all, queues(r.Queues))
	}
	if len(r.Repeats) > 1 {
		all = append(all, repeats(r))
	}
	if len(r.Warnings) > 0 {
		all = append(all, warnings(r.Warnings))
	}
	return all
}

// queues tells of what each queue was made.
func queues(list []host.QueueReport) report.Remark {
	remark := report.Remark{Key: "queues"}
	var members []string
	for _, q := range list {
		members = append(members, report.Quote(q.Name)+": "+report.Quote(q.Made))
		text := q.Name + ": a pipe, each value in a page"
		if q.Made == host.MadeRing {
			text = q.Name + ": a ring in shared memory"
		}
		remark.Text = append(remark.Text, text)
	}
	remark.JSON = "{" + strings.Join(members, ", ") + "}"
	return remark
}

// repeats tells every run of several, and which was kept.
func repeats(r *host.Report) report.Remark {
	remark := report.Remark{Key: "repeats"}
	var rows []string
	for i, x := range r.Repeats {
		var ns []string
		for _, t := range x.Turnaround {
			ns = append(ns, fmt.Sprint(int64(t)))
		}
		kept := i == r.Kept
		rows = append(rows, fmt.Sprintf(`{"turnaround_ns": [%s], "interference": %.6f, "accepted": %v, "kept": %v}`,
			strings.Join(ns, ", "), x.Interference, x.Accepted, kept))
		text := fmt.Sprintf("%d: others had the CPU %.2f%% of the time", i+1, 100*x.Interference)
		if !x.Accepted {
			text += ", too much to count"
		}
		if kept {
			text += "; this one is told here"
		}
		remark.Text = append(remark.Text, text)
	}
	remark.JSON = "[" + strings.Join(rows, ", ") + "]"
	for _, t := range r.Tasks {
		if t.Spread > 0 {
			remark.Text = append(remark.Text, fmt.Sprintf("%s: turnarounds %.2f%% apart", t.Name, 100*t.Spread))
		}
	}
	return remark
}

// warningTexts say what a warning means; the number is filled in as it is.
var warningTexts = map[string]string{
	host.WarnOneCPU:       "the workload has %.0f CPUs, one was used",
	host.WarnSingleCPU:    "this machine has one CPU, so this program itself interferes",
	host.WarnAffinity:     "affinity was not followed",
	host.WarnBytes:        "each byte of this pipe is %.0f real ones, since a real pipe holds whole pages",
	host.WarnPolicy:       "the system's policy isn't changed while it runs",
	host.WarnConvention:   "this convention is the system's own",
	host.WarnLine:         "who has this lock next was the system's to say",
	host.WarnGIL:          "real threads have no interpreter's lock",
	host.WarnNice:         "nice %.0f was refused, 0 was used",
	host.WarnNiceEnd:      "there is no weaker nice value beside this program's own than %.0f",
	host.WarnSlice:        "a slice of its own was refused",
	host.WarnBusy:         "others used %.2f of the CPU just before",
	host.WarnInterference: "others had the CPU too much: %.4f of the run",
	host.WarnLate:         "it started late",
	host.WarnPerfRefused:  "the kernel's record was refused (error %.0f); the processes' own was used",
	host.WarnPerfLost:     "the kernel lost %.0f records; the processes' own was used",
	host.WarnUnexplained:  "%.0f switches that nothing explains",
	host.WarnDisorder:     "clocks disagreed about who had the CPU",
	host.WarnLimit:        "the limit was reached; who was left was killed",
	host.WarnPipe:         "a queue couldn't be recorded as a pipe (error %.0f); it was a ring in shared memory",
	host.WarnThreads:      "%.0f threads of this program couldn't be kept off the CPU",
}

// inTime are the warnings whose number is in nanoseconds.
var inTime = map[string]bool{host.WarnSlice: true, host.WarnLate: true, host.WarnDisorder: true, host.WarnLimit: true}

func warnings(list []host.Warning) report.Remark {
	remark := report.Remark{Key: "warnings"}
	var rows []string
	for _, x := range list {
		rows = append(rows, fmt.Sprintf(`{"code": %s, "task": %s, "number": %s}`,
			report.Quote(x.Code), report.Quote(x.Task), fmt.Sprintf("%.6f", x.Number)))
		text := warningTexts[x.Code]
		switch {
		case text == "":
			text = x.Code
		case strings.Contains(text, "%"):
			text = fmt.Sprintf(text, x.Number)
		}
		if inTime[x.Code] {
			text += fmt.Sprintf(" (%s)", time.Duration(x.Number))
		}
		if x.Task != "" {
			text = x.Task + ": " + text
		}
		remark.Text = append(remark.Text, text)
	}
	remark.JSON = "[" + strings.Join(rows, ", ") + "]"
	return remark
}
