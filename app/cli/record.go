package cli

import (
	"errors"

	"github.com/spf13/cobra"
)

func (c *command) record() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "record FILE",
		Short: "Run a workload as real processes and tell what happened",
		Args:  files(1, 1),
		RunE: func(*cobra.Command, []string) error {
			return fail(refused, errors.New("this program was built without real processes"))
		},
	}
	return cmd
}
