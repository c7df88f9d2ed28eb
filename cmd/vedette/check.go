package main

import (
	"fmt"
	"os"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/vedette-soc/vedette/internal/server"
)

// configFlag adds --config; without it vedette.yaml of the working folder is read if it is there.
func configFlag(cmd *cobra.Command, file *string) {
	cmd.Flags().StringVarP(file, "config", "c", "", "configuration file (default: vedette.yaml in this folder, if there is one)")
}

func loadConfig(file string) (server.Config, error) {
	cfg, _, err := server.Load(configFile(file), os.LookupEnv)
	return cfg, err
}

func configFile(file string) string {
	const usual = "vedette.yaml"
	if file != "" {
		return file
	}
	if _, err := os.Stat(usual); err == nil {
		return usual
	}
	return ""
}

func newCheck(s streams) *cobra.Command {
	check := &cobra.Command{Use: "check", Short: "Check what was written by hand"}
	var file string
	cmd := &cobra.Command{
		Use: "config", Short: "Print every setting in force and where it comes from, or everything that is wrong", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			_, origins, err := server.Load(configFile(file), os.LookupEnv)
			if err != nil {
				return err
			}
			w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
			for _, o := range origins {
				_, _ = fmt.Fprintf(w, "%s\t%s\t# %s\n", o.Path, o.Value, o.From)
			}
			return w.Flush()
		},
	}
	configFlag(cmd, &file)
	check.AddCommand(cmd)
	return check
}
