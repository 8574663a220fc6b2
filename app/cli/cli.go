// Package cli is the command line: everything the window does to a workload that
// doesn't need a window.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// What the program tells whoever started it.
const (
	done    = 0
	differs = 1 // a check failed
	misused = 2 // wrong use or bad input: a message, and nothing on standard output
	refused = 3 // the machine refused
)

// Program is the command line and what it gets from outside.
type Program struct {
	In       io.Reader
	Out, Err io.Writer
	Version  string

	// Window opens the window with a workload, or with the first lesson if it is
	// nil, and returns when it is closed.
	Window func(w *workload.Workload) error
	// Picture draws the window with a workload and its run; kind is "png".
	Picture func(w *workload.Workload, r *trace.Recording, kind string) ([]byte, error)
}

// Execute carries out a command and returns the exit status. args are what
// stands after the program's name.
func (p Program) Execute(ctx context.Context, args []string) int {
	c := &command{Program: p}
	root := c.root()
	root.SetArgs(args)
	root.SetIn(p.In)
	root.SetOut(p.Out)
	root.SetErr(p.Err)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return done
	}
	var failure *failure
	if !errors.As(err, &failure) {
		failure = fail(misused, err)
	}
	if failure.err != nil {
		fmt.Fprintln(p.Err, failure.err)
	}
	return failure.status
}

// failure is an error with the exit status it leads to; without an error it has
// been told already.
type failure struct {
	status int
	err    error
}

func (f *failure) Error() string {
	if f.err == nil {
		return "exit status " + fmt.Sprint(f.status)
	}
	return f.err.Error()
}

func (f *failure) Unwrap() error { return f.err }

func fail(status int, err error) *failure { return &failure{status, err} }

// command is one execution.
type command struct {
	Program
	output string // -o
	told   string // the file of which it was told where it is cut
}

func (c *command) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "timeslice [FILE]",
		Short: "Timeslice makes scheduling visible",
		Long: `Timeslice makes scheduling visible.

Without a command it opens the window, with FILE if there is one. FILE is a
workload: YAML (format says how it is written), a reference case, or a CSV table;
- is standard input, and lesson:NAME one of the lessons that come with the program.

Exit status: 0 done; 1 a check failed; 2 wrong use or bad input; 3 the machine
refused.`,
		Args:          c.windowArgs,
		Version:       c.Version,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return c.Window(nil)
			}
			w, err := c.read(args[0])
			if err != nil {
				return err
			}
			return c.Window(w)
		},
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetVersionTemplate("timeslice {{.Version}}\n")
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		found, _, _ := strings.Cut(err.Error(), ": strconv.") // which says nothing more
		return fmt.Errorf("%s; %s --help says what there is", found, cmd.CommandPath())
	})
	root.AddCommand(c.run(), c.compare(), c.check(), c.record(), c.export(), c.explore(), c.policies(), c.lessons(), c.format())
	return root
}

// windowArgs takes one file at most, and finds out who meant a command.
func (c *command) windowArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if _, err := os.Stat(args[0]); err != nil && args[0] != "-" && !strings.HasPrefix(args[0], lessonPrefix) {
		var names []string
		for _, sub := range cmd.Commands() {
			names = append(names, sub.Name())
		}
		if near := workload.Nearest(args[0], names); near != "" {
			return fmt.Errorf("no command and no file %q; did you mean timeslice %s?", args[0], near)
		}
		return fmt.Errorf("no command and no file %q; timeslice --help says what there is", args[0])
	}
	if len(args) > 1 {
		return fmt.Errorf("one file at a time: %q is too much", args[1])
	}
	return nil
}

// files makes a command take so many files and say so if they aren't there.
func files(least, most int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) < least:
			return fmt.Errorf("no file; %s", cmd.UseLine())
		case most > 0 && len(args) > most:
			return fmt.Errorf("%q is too much; %s", args[most], cmd.UseLine())
		}
		return nil
	}
}

// outFlag adds -o.
func (c *command) outFlag(cmd *cobra.Command) {
	cmd.Flags().StringVarP(&c.output, "output", "o", "", "write to this file instead of standard output")
}
