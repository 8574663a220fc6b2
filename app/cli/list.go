package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"timeslice/app/run"
	"timeslice/app/words"
	"timeslice/sim/policy"
	"timeslice/sim/trace/report"
	"timeslice/sim/workload"
)

func (c *command) policies() *cobra.Command {
	var asJSON bool
	var example string
	cmd := &cobra.Command{
		Use:   "policies",
		Short: "What policies there are, with their parameters, and how to write one",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var out page
			if cmd.Flags().Changed("example") {
				text, err := exampleText(example)
				if err != nil {
					return err
				}
				return c.deliver(text)
			}
			say := words.New("en")
			if asJSON {
				policiesJSON(&out, say)
			} else {
				policiesText(&out, say)
				scriptHelp(&out)
			}
			return c.deliver(out.Bytes())
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	cmd.Flags().StringVar(&example, "example", "", "print the script of this `name`: "+strings.Join(examples(), ", "))
	c.outFlag(cmd)
	return cmd
}

func about(say *words.Words, policy, what string) string {
	if id := "policy." + policy + "." + what; say.Has(id) {
		return say.T(id)
	}
	return ""
}

func policiesText(out *page, say *words.Words) {
	for i, p := range run.Policies() {
		if i > 0 {
			out.line("")
		}
		out.line("%-10s %s", p.Name, about(say, p.Name, "name"))
		if text := about(say, p.Name, "about"); text != "" {
			out.line("           %s", text)
		}
		for _, param := range p.Params {
			out.line("           %s: %s", param.Name, paramText(param))
		}
	}
}

// paramText says what a parameter may be.
func paramText(s policy.ParamSpec) string {
	text := string(s.Kind)
	limit := func(n int64) string {
		if s.Kind == policy.Duration {
			return workload.Time(n).In(1) + "ns"
		}
		if s.Kind == policy.Fraction {
			return fmt.Sprint(float64(n) / 1_000_000)
		}
		return fmt.Sprint(n)
	}
	switch {
	case len(s.Choices) > 0:
		text = strings.Join(s.Choices, " or ")
	case s.Kind == policy.Bool:
		text = "true or false"
	case s.Max > 0:
		text += " from " + limit(s.Min) + " to " + limit(s.Max)
	case s.Min > 0:
		text += " of at least " + limit(s.Min)
	}
	return text + ", " + written(s) + " if not given"
}

// written returns a parameter's default as --set takes it.
func written(s policy.ParamSpec) string { return strings.ReplaceAll(s.Default, " ", "/") }

func policiesJSON(out *page, say *words.Words) {
	out.WriteString(`{"format": "timeslice-policies/1", "policies": [`)
	for i, p := range run.Policies() {
		if i > 0 {
			out.WriteString(",")
		}
		var params []string
		for _, s := range p.Params {
			parts := []string{
				`"name": ` + report.Quote(s.Name), `"kind": ` + report.Quote(string(s.Kind)), `"default": ` + report.Quote(written(s)),
				fmt.Sprintf(`"min": %d, "max": %d`, s.Min, s.Max),
			}
			if len(s.Choices) > 0 {
				var choices []string
				for _, choice := range s.Choices {
					choices = append(choices, report.Quote(choice))
				}
				parts = append(parts, `"choices": [`+strings.Join(choices, ", ")+"]")
			}
			params = append(params, "{"+strings.Join(parts, ", ")+"}")
		}
		out.WriteString("\n  {" + strings.Join([]string{
			`"name": ` + report.Quote(p.Name), `"title": ` + report.Quote(about(say, p.Name, "name")),
			`"about": ` + report.Quote(about(say, p.Name, "about")), `"params": [` + strings.Join(params, ", ") + "]",
		}, ", ") + "}")
	}
	out.line("\n]}")
}

func (c *command) lessons() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "lessons",
		Short: "What lessons there are",
		Long:  "What lessons there are. Wherever a command takes a file, lesson:NAME is one of them.",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			var out page
			var rows [][]string
			for _, name := range lessonNames() {
				w, err := c.read(lessonPrefix + name)
				if err != nil {
					return err
				}
				rows = append(rows, []string{name, w.Name, strings.Join(strings.Fields(w.About.In("en")), " ")})
			}
			if !asJSON {
				for _, row := range rows {
					out.line("%-24s %s", row[0], row[1])
				}
				return c.deliver(out.Bytes())
			}
			out.WriteString(`{"format": "timeslice-lessons/1", "lessons": [`)
			for i, row := range rows {
				if i > 0 {
					out.WriteString(",")
				}
				fmt.Fprintf(&out, "\n  {\"name\": %s, \"title\": %s, \"about\": %s}", report.Quote(row[0]), report.Quote(row[1]), report.Quote(row[2]))
			}
			out.line("\n]}")
			return c.deliver(out.Bytes())
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	c.outFlag(cmd)
	return cmd
}

func (c *command) format() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "format",
		Short: "How a workload is written, as one that says everything",
		Long: `How a workload is written: one that says everything a workload can say, each
thing with what it means, what else it may be, and what it is when left out.`,
		Example: `  timeslice format | less
  timeslice format | timeslice run -`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return c.deliver([]byte(workload.Manual)) },
	}
	c.outFlag(cmd)
	return cmd
}
