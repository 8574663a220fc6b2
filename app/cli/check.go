package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"timeslice/app/run"
	"timeslice/sim/trace/report"
	"timeslice/sim/workload"
)

func (c *command) check() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "check FILE...",
		Short: "Run workloads and compare with what they expect",
		Long: `Run each workload and compare with what it expects: its own expect, or that of
a reference case. A figure is compared to as many places as it is written with.

Exit status 1 says that one differs; then the differences are told.`,
		Example: `  timeslice check homework.yaml
  timeslice check cases/*.json`,
		Args: files(1, 0),
		RunE: func(cmd *cobra.Command, args []string) error {
			works, err := c.expecting(args)
			if err != nil {
				return err
			}
			var results []checked
			right := 0
			for _, w := range works {
				var found []difference
				if w.Bank != nil {
					found = newBankReport(w.Bank).compare()
				} else {
					rec, err := c.simulate(cmd.Context(), w, false)
					if err != nil {
						return err
					}
					found = compareExpected(w, newReport(w, rec))
				}
				if len(found) == 0 {
					right++
				}
				results = append(results, checked{w.File, found})
			}
			var out page
			if asJSON {
				checkJSON(&out, results, right)
			} else {
				checkText(&out, results, right)
			}
			if err := c.deliver(out.Bytes()); err != nil {
				return err
			}
			if right < len(results) {
				return fail(differs, nil)
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	c.outFlag(cmd)
	return cmd
}

// checked is a workload that was run, and how it differs from what it expects.
type checked struct {
	file  string
	found []difference
}

// difference is a figure that came out otherwise.
type difference struct{ what, expected, got string }

// expecting reads workloads that expect something and can be run. Whatever is
// wrong with any of them is told before any is run.
func (c *command) expecting(names []string) ([]*workload.Workload, error) {
	var works []*workload.Workload
	var errs []error
	for _, name := range names {
		w, err := c.read(name)
		if err == nil && w.Bank != nil { // a table: nothing is run
			works = append(works, w)
			continue
		}
		if err == nil && w.Expect == nil {
			err = fmt.Errorf("%s: expects nothing; add expect: {P1: {finish: 31}}", w.File)
		}
		if err == nil {
			_, err = run.Start(w)
		}
		errs = append(errs, err)
		works = append(works, w)
	}
	return works, errors.Join(errs...)
}

func checkText(out *page, results []checked, right int) {
	const most = 20
	for _, r := range results {
		if len(r.found) == 0 {
			out.line("ok       %s", r.file)
			continue
		}
		out.line("differs  %s", r.file)
		for _, d := range r.found[:min(len(r.found), most)] {
			out.line("         %s: expected %s, got %s", d.what, d.expected, d.got)
		}
		if more := len(r.found) - most; more > 0 {
			out.line("         and %d more differences", more)
		}
	}
	out.line("%d of %d as expected", right, len(results))
}

func checkJSON(out *page, results []checked, right int) {
	out.WriteString(`{"format": "timeslice-check/1", "files": [`)
	for i, r := range results {
		if i > 0 {
			out.WriteString(",")
		}
		var rows []string
		for _, d := range r.found {
			rows = append(rows, fmt.Sprintf("\n    {\"what\": %s, \"expected\": %s, \"got\": %s}",
				report.Quote(d.what), report.Quote(d.expected), report.Quote(d.got)))
		}
		fmt.Fprintf(out, "\n  {\"file\": %s, \"ok\": %v, \"differences\": [%s]}", report.Quote(r.file), len(r.found) == 0, strings.Join(rows, ","))
	}
	out.line("],\n\"ok\": %d, \"of\": %d}", right, len(results))
}
