package cli

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"timeslice/sim/trace/chrome"
	"timeslice/sim/trace/svg"
	"timeslice/sim/workload"
)

func (c *command) run() *cobra.Command {
	var ch changes
	var f form
	cmd := &cobra.Command{
		Use:   "run FILE",
		Short: "Run a workload and tell what came out",
		Long: `Run a workload on the simulated machine and tell what came out.

The same file and the same flags give the same bytes on every machine.`,
		Example: `  timeslice run lesson:01-first-minute
  timeslice run load.yaml --policy rr --set quantum=4 --cpus 2 --json
  cat table.csv | timeslice run - --policy sjf`,
		Args: files(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			form, err := f.choose(c.output)
			if err != nil {
				return err
			}
			w, err := c.read(args[0])
			if err != nil {
				return err
			}
			if w.Bank != nil {
				var out page
				if bank := newBankReport(w.Bank); form == "json" {
					bank.json(w, &out)
				} else {
					bank.text(w, &out)
				}
				return c.deliver(out.Bytes())
			}
			if err := ch.apply(w); err != nil {
				return err
			}
			rec, err := c.simulate(cmd.Context(), w, true)
			if err != nil {
				return err
			}
			var out page
			if err := write(&out, newReport(w, rec), form); err != nil {
				return err
			}
			return c.deliver(out.Bytes())
		},
	}
	ch.addPolicy(cmd.Flags())
	ch.addMachine(cmd.Flags())
	f.add(cmd.Flags())
	c.outFlag(cmd)
	return cmd
}

func (c *command) export() *cobra.Command {
	var ch changes
	cmd := &cobra.Command{
		Use:   "export FILE -o x.svg",
		Short: "Write a run as a picture or for other tools",
		Long: `Run a workload and write it as a picture or for other tools. The ending of the
file says which:

  .svg        a picture of the timelines
  .png        a picture of the window, in the middle of the run
  .json       the whole run, as run --json
  .trace.json the run for trace viewers such as Perfetto
  .csv        the figures of the tasks
  .txt        the text that run prints
  .yaml       the workload itself, as this program writes it`,
		Args: files(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			kind := kindOf(c.output)
			if c.output == "" || kind == "" {
				return fmt.Errorf("export writes to a file whose ending says what: -o x.svg, .png, .json, .trace.json, .csv, .txt or .yaml")
			}
			if !slices.Contains(kinds, kind) {
				return fmt.Errorf("-o %s: %q is no form; known are svg, png, json, trace.json, csv, txt, yaml", c.output, "."+kind)
			}
			w, err := c.read(args[0])
			if err != nil {
				return err
			}
			if err := ch.apply(w); err != nil {
				return err
			}
			data, err := c.exported(cmd, w, kind)
			if err != nil {
				return err
			}
			return c.deliver(data)
		},
	}
	ch.addPolicy(cmd.Flags())
	ch.addMachine(cmd.Flags())
	c.outFlag(cmd)
	return cmd
}

// kinds are the endings export knows.
var kinds = []string{"svg", "png", "json", "trace.json", "csv", "txt", "yaml", "yml"}

// kindOf returns the ending of a file's name without the dot.
func kindOf(name string) string {
	name = strings.ToLower(name)
	if strings.HasSuffix(name, ".trace.json") {
		return "trace.json"
	}
	return strings.TrimPrefix(filepath.Ext(name), ".")
}

// exported returns a run, or the workload itself, in a form.
func (c *command) exported(cmd *cobra.Command, w *workload.Workload, kind string) ([]byte, error) {
	if kind == "yaml" || kind == "yml" {
		return workload.Write(w)
	}
	rec, err := c.simulate(cmd.Context(), w, true)
	if err != nil {
		return nil, err
	}
	var out page
	switch kind {
	case "svg":
		err = svg.Write(&out, rec)
	case "trace.json":
		err = chrome.Write(&out, rec)
	case "png":
		data, err := c.Picture(w, rec, kind)
		if err != nil {
			return nil, fail(refused, err)
		}
		return data, nil
	default:
		err = write(&out, newReport(w, rec), kind)
	}
	return out.Bytes(), err
}
