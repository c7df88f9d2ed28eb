package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/content"
	"github.com/vedette-soc/vedette/internal/catalog"
	"github.com/vedette-soc/vedette/internal/detect"
)

func newRules(s streams) *cobra.Command {
	rules := &cobra.Command{Use: "rules", Short: "Work with detection rules, offline"}
	rules.AddCommand(newRulesLint(s), newRulesList(s), newRulesTest(s))
	return rules
}

// loadRules reads the paths, or the starter pack when there are none.
func loadRules(ctx context.Context, paths []string) ([]catalog.File, []catalog.Problem) {
	if len(paths) == 0 {
		return catalog.LoadFS(ctx, content.Rules(), "starter")
	}
	return catalog.Load(ctx, paths)
}

func newRulesLint(s streams) *cobra.Command {
	return &cobra.Command{
		Use: "lint [PATH…]", Short: "Say what is wrong with rules, and what could be better", Args: cobra.ArbitraryArgs,
		Long: "Exit status 1 when a rule cannot run; warnings alone give 0. Without a path the rules that come with vedette are looked at.",
		RunE: func(cmd *cobra.Command, args []string) error {
			files, problems := loadRules(cmd.Context(), args)
			report := detect.Lint(detect.Options{}, files)
			problems = append(problems, report.Problems...)
			for _, p := range problems {
				_, _ = fmt.Fprintf(s.out, "error: %s\n", p)
			}
			for _, w := range report.Warnings {
				_, _ = fmt.Fprintf(s.out, "warning: %s\n", w)
			}
			_, _ = fmt.Fprintf(s.err, "%d files, %d errors, %d warnings\n", len(files), len(problems), len(report.Warnings))
			if len(problems) > 0 {
				return errQuiet
			}
			return nil
		},
	}
}

func newRulesList(s streams) *cobra.Command {
	var output string
	cmd := &cobra.Command{
		Use: "list [PATH…]", Short: "List rules and whether they can run", Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			files, problems := loadRules(cmd.Context(), args)
			for _, p := range problems {
				_, _ = fmt.Fprintf(s.err, "vedette: %s\n", p)
			}
			statuses := detect.Compile(files).Statuses()
			switch output {
			case "json":
				return listJSON(s.out, statuses)
			case "table":
				return listTable(s.out, statuses)
			}
			return &usageError{fmt.Sprintf("output %q is not table or json", output), "-o json"}
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", "table", "table or json (one object a line)")
	return cmd
}

func listJSON(out io.Writer, statuses []vedette.RuleStatus) error {
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	for _, st := range statuses {
		st.Source = ""
		if err := enc.Encode(st); err != nil {
			return fmt.Errorf("write a rule: %w", err)
		}
	}
	return nil
}

func listTable(out io.Writer, statuses []vedette.RuleStatus) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "STATE\tLEVEL\tLOGSOURCE\tTITLE\tFILE")
	for _, st := range statuses {
		source := detect.Logsource{Product: st.Product, Category: st.Category, Service: st.Service}
		title := st.Title
		if st.Problem != "" {
			title += " — " + st.Problem
		}
		_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", st.State, level(st.Severity), source, oneLine(title), st.File)
	}
	return w.Flush()
}
