package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"timeslice/app/run"
	"timeslice/sim/trace"
	"timeslice/sim/trace/report"
	"timeslice/sim/workload"
)

// comparison is a workload's run under one policy.
type comparison struct {
	title  string // as the command line writes it
	rec    *trace.Recording
	report *report.Report
}

func (c *command) compare() *cobra.Command {
	var ch changes
	var policies []string
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "compare FILE --policies fcfs,sjf,rr:quantum=4",
		Short:   "Run a workload under several policies, side by side",
		Example: "  timeslice compare load.yaml --policies fcfs,sjf,rr:quantum=1,rr:quantum=4",
		Args:    files(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			w, err := c.read(args[0])
			if err != nil {
				return err
			}
			if err := ch.apply(w); err != nil {
				return err
			}
			if !cmd.Flags().Changed("policies") {
				for _, p := range run.Policies() {
					policies = append(policies, p.Name)
				}
			}
			var all []comparison
			if len(policies) == 0 {
				return errors.New("--policies names none; it takes some as in fcfs,rr:quantum=4")
			}
			for _, text := range policies {
				p, err := parsePolicy(text)
				if err != nil {
					return fmt.Errorf("--policies %w", err)
				}
				other := *w
				other.Policy = under(w, p)
				rec, err := c.simulate(cmd.Context(), &other, false)
				if err != nil {
					return err
				}
				all = append(all, comparison{text, rec, newReport(w, rec)})
			}
			var out page
			if asJSON {
				compareJSON(&out, w, all)
			} else {
				compareText(&out, all)
			}
			return c.deliver(out.Bytes())
		},
	}
	cmd.Flags().StringSliceVar(&policies, "policies", nil, "the policies, as in fcfs,rr:quantum=4,my.star (default: all there are)")
	cmd.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	ch.addMachine(cmd.Flags())
	c.outFlag(cmd)
	return cmd
}

// compareText writes a table: a column for each policy, a row for each figure.
func compareText(out *page, all []comparison) {
	head := []string{""}
	for _, x := range all {
		head = append(head, x.title)
	}
	rows := [][]string{head}
	for _, figure := range []string{
		"avg_turnaround", "avg_response", "avg_waiting", "makespan", "p90_turnaround", "p90_waiting",
		"switches", "switch_overhead", "utilisation", "throughput", "fairness", "finished",
	} {
		row := []string{figure}
		for _, x := range all {
			value, _ := x.report.Total(figure)
			row = append(row, report.Decimal(value, 4))
		}
		rows = append(rows, row)
	}
	report.Table(out, rows)
	const mostTasks = 64
	for _, figure := range []string{"turnaround", "response", "waiting"} {
		head[0] = figure
		rows := [][]string{append([]string(nil), head...)}
		tasks := all[0].report.Tasks()
		for i, name := range tasks[:min(len(tasks), mostTasks)] {
			row := []string{name}
			for _, x := range all {
				text, _ := x.report.Figure(i, figure)
				row = append(row, strings.Replace(text, "null", "–", 1))
			}
			rows = append(rows, row)
		}
		out.line("")
		report.Table(out, rows)
		if more := len(tasks) - mostTasks; more > 0 {
			out.line("… and %d more tasks", more)
		}
	}
}

// compareJSON writes one object with a member of runs for each policy.
func compareJSON(out *page, w *workload.Workload, all []comparison) {
	out.line("{")
	out.line(`"format": "timeslice-compare/1",`)
	out.line(`"workload": %s,`, report.Quote(w.Name))
	out.line(`"unit": %s,`, report.Quote(w.UnitText))
	out.WriteString(`"runs": [`)
	for i, x := range all {
		if i > 0 {
			out.WriteString(",")
		}
		h := &x.rec.Header
		out.WriteString("\n  {" + strings.Join([]string{
			`"policy": ` + x.report.PolicyJSON(), `"id": ` + report.Quote(h.ID), `"hash": ` + report.Quote(x.rec.Hash()),
		}, ", ") + ",\n   \"processes\": {")
		for task, name := range x.report.Tasks() {
			if task > 0 {
				out.WriteString(",")
			}
			out.WriteString("\n    " + report.Quote(name) + ": " + x.report.TaskJSON(task))
		}
		out.WriteString("},\n   \"totals\": " + x.report.TotalsJSON() + "}")
	}
	out.line("]\n}")
}
