package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v3"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/content"
	"github.com/vedette-soc/vedette/internal/catalog"
	"github.com/vedette-soc/vedette/internal/detect"
)

func newRules(s streams) *cobra.Command {
	rules := &cobra.Command{Use: "rules", Short: "Work with detection rules, as one works with code"}
	rules.AddCommand(newRulesLint(s), newRulesList(s), newRulesTest(s), newRulesDiff(s), newRulesCoverage(s), newRulesImport(s), newWhyNot(s))
	rules.AddCommand(newRulesGaps(s), newRulesBacktest(s))
	return rules
}

// ruleOptions are the flags of every command that compiles rules.
type ruleOptions struct {
	placeholders string
	pipelines    []string
	retired      bool
}

func (o *ruleOptions) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&o.placeholders, "placeholders", "", "YAML file with the values of %name% in rules: a map from names to lists")
	cmd.Flags().StringArrayVar(&o.pipelines, "pipeline", nil, "file of a processing pipeline, as other Sigma tools use them; may be given several times")
	cmd.Flags().BoolVar(&o.retired, "retired", false, "also run rules whose own status says deprecated or unsupported")
}

func (o *ruleOptions) options() (detect.Options, error) {
	opts := detect.Options{Retired: o.retired}
	var files []catalog.File
	for _, name := range o.pipelines {
		text, err := os.ReadFile(name)
		if err != nil {
			return opts, &usageError{fmt.Sprintf("--pipeline: %v", err), "--pipeline FILE, a YAML file with transformations"}
		}
		files = append(files, catalog.File{Path: name, Data: text})
	}
	list, problems := detect.LoadPipelines(files)
	if len(problems) > 0 {
		return opts, vedette.Errorf(vedette.CodeInvalid, "the pipeline cannot be used: %s", problems[0])
	}
	if opts.Pipelines = list; o.placeholders == "" {
		return opts, nil
	}
	text, err := os.ReadFile(o.placeholders)
	if err != nil {
		return opts, &usageError{fmt.Sprintf("--placeholders: %v", err), "--placeholders FILE, with lines such as \"Administrators: [alice, bob]\""}
	}
	if err := yaml.Unmarshal(text, &opts.Placeholders); err != nil {
		return opts, &usageError{fmt.Sprintf("%s is not a map from names to lists: %v", o.placeholders, err), "lines such as \"Administrators: [alice, bob]\""}
	}
	return opts, nil
}

// loadRules reads the paths, or the starter pack when there are none.
func loadRules(ctx context.Context, paths []string) ([]catalog.File, []catalog.Problem) {
	if len(paths) == 0 {
		return catalog.LoadFS(ctx, content.Rules(), "starter")
	}
	return catalog.Load(ctx, paths)
}

func newRulesList(s streams) *cobra.Command {
	var o ruleOptions
	var output string
	cmd := &cobra.Command{
		Use: "list [PATH…]", Short: "List rules and whether they can run", Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			opts, err := o.options()
			if err != nil {
				return err
			}
			files, problems := loadRules(cmd.Context(), args)
			for _, p := range problems {
				_, _ = fmt.Fprintf(s.err, "vedette: %s\n", p)
			}
			statuses := detect.CompileWith(opts, files).Statuses()
			switch output {
			case "json":
				return listJSON(s.out, statuses)
			case "table":
				return listTable(s.out, statuses)
			}
			return &usageError{fmt.Sprintf("output %q is not table or json", output), "-o json"}
		},
	}
	o.flags(cmd)
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
