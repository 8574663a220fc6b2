package cli

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"timeslice/app/run"
	"timeslice/sim/explore"
	"timeslice/sim/trace/report"
	"timeslice/sim/workload"
)

func (c *command) explore() *cobra.Command {
	var limit, samples int
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "explore FILE",
		Short: "Run every interleaving of a workload and count what comes of them",
		Long: `Run every interleaving of a workload's operations on one CPU, and count what
comes of them: the values of the variables at the end, what was printed, who is
stuck. An update is lost when a task stores what it made of a value that another
has meanwhile replaced.

Where there are more states than --limit, a sample of --samples interleavings is
drawn instead, with equal chances at each choice; its seed is the workload's.
Each outcome comes with the order of one interleaving that leads to it, which the
policy schedule follows:

  timeslice run FILE --cpus 1 --policy schedule --set order=0/1/0/1`,
		Example: `  timeslice explore lesson:lost-update
  timeslice explore race.yaml --json`,
		Args: files(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if limit < 1 || samples < 1 {
				return fmt.Errorf("--limit and --samples: whole numbers above 0")
			}
			w, err := c.read(args[0])
			if err != nil {
				return err
			}
			ctx := cmd.Context()
			r, err := run.Explore(w, explore.Options{States: limit, Samples: samples, Stop: func() bool { return ctx.Err() != nil }})
			if err != nil {
				return err
			}
			if err := ctx.Err(); err != nil {
				return fail(refused, err)
			}
			text := exploredText(w, r)
			if asJSON {
				text = exploredJSON(w, r)
			}
			return c.deliver([]byte(text))
		},
	}
	cmd.Flags().IntVar(&limit, "limit", explore.MostStates, "how many different `states` to look at, at most")
	cmd.Flags().IntVar(&samples, "samples", explore.ManySamples, "how many interleavings a `sample` has")
	cmd.Flags().BoolVar(&asJSON, "json", false, "one JSON object")
	c.outFlag(cmd)
	return cmd
}

// exploredText tells the outcomes as a table.
func exploredText(w *workload.Workload, r *explore.Result) string {
	var b strings.Builder
	switch {
	case r.Total != nil:
		fmt.Fprintf(&b, "interleavings  %v, all followed\n", r.Total)
	case r.Endless:
		fmt.Fprintf(&b, "interleavings  endlessly many; all states followed, counts from a sample of %d\n", r.Samples)
	default:
		fmt.Fprintf(&b, "interleavings  too many; a sample of %d, seed %d\n", r.Samples, w.Seed)
	}
	fmt.Fprintf(&b, "outcomes       %d\n", len(r.Outcomes))
	fmt.Fprintf(&b, "lose an update %v\n\n", r.Lost())
	width := 0
	for i := range r.Outcomes {
		width = max(width, len(r.Outcomes[i].Count.String()))
	}
	for i := range r.Outcomes {
		o := &r.Outcomes[i]
		fmt.Fprintf(&b, "%*v  %5s  %s\n", width, o.Count, r.Share(o), strings.Join(explore.Tell(w, o), "; "))
		fmt.Fprintf(&b, "%*s         order %s\n", width, "", explore.Runs(w, o.Order))
	}
	return b.String()
}

// exploredJSON tells them as one object.
func exploredJSON(w *workload.Workload, r *explore.Result) string {
	var b strings.Builder
	total := "null"
	if r.Total != nil {
		total = r.Total.String()
	}
	fmt.Fprintf(&b, "{\"format\": \"timeslice-explore/1\",\n\"workload\": %s,\n", report.Quote(w.Name))
	fmt.Fprintf(&b, "\"interleavings\": %s,\n\"complete\": %v,\n\"endless\": %v,\n\"sample\": %d,\n\"states\": %d,\n\"lost_updates\": %v,\n\"outcomes\": [",
		total, r.Complete, r.Endless, r.Samples, r.States, r.Lost())
	for i := range r.Outcomes {
		o := &r.Outcomes[i]
		if i > 0 {
			b.WriteString(",")
		}
		fmt.Fprintf(&b, "\n  {\"count\": %v, \"lost_updates\": %d, \"never_ends\": %v", o.Count, o.Lost, o.Never)
		if o.Fault != "" {
			fmt.Fprintf(&b, ", \"fault\": %s", report.Quote(o.Fault))
		}
		var values, printed, stuck, exits, order []string
		for _, v := range o.Values {
			values = append(values, report.Quote(explore.ValueName(w, v))+": "+strconv.FormatInt(v.Value, 10))
		}
		for _, l := range o.Printed {
			printed = append(printed, "["+report.Quote(explore.TaskName(w, l.Task))+", "+report.Quote(l.Text)+"]")
		}
		for _, s := range o.Stuck {
			stuck = append(stuck, report.Quote(explore.TaskName(w, s.Task)))
		}
		for _, e := range o.Exits {
			exits = append(exits, report.Quote(explore.TaskName(w, e.Task))+": "+strconv.FormatInt(e.Code, 10))
		}
		for _, task := range o.Order {
			order = append(order, strconv.FormatUint(uint64(task), 10))
		}
		fmt.Fprintf(&b, ",\n   \"variables\": {%s}, \"printed\": [%s], \"stuck\": [%s], \"exits\": {%s},\n   \"order\": [%s]}",
			strings.Join(values, ", "), strings.Join(printed, ", "), strings.Join(stuck, ", "), strings.Join(exits, ", "), strings.Join(order, ", "))
	}
	b.WriteString("]\n}\n")
	return b.String()
}
