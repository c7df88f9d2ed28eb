package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/vedette-soc/vedette/internal/detect"
)

type coverageOptions struct {
	ruleOptions
	remote
	server bool
	output string
	name   string
}

func newRulesCoverage(s streams) *cobra.Command {
	var o coverageOptions
	cmd := &cobra.Command{
		Use: "coverage [PATH…]", Short: "Say which techniques of ATT&CK rules speak of", Args: cobra.ArbitraryArgs,
		Long: "Prints a layer for the ATT&CK Navigator: a cell for each technique, with as many points as rules run. Without a path the rules that come with vedette\n" +
			"count; with --server those of the running server, with what fired in 30 days and what waits for a source.",
		Example: "  vedette rules coverage rules/ > layer.json\n  vedette rules coverage --server -o table",
		RunE:    func(cmd *cobra.Command, args []string) error { return o.run(cmd.Context(), args, s) },
	}
	o.ruleOptions.flags(cmd)
	o.remote.flags(cmd, "url")
	cmd.Flags().BoolVar(&o.server, "server", false, "ask the running server")
	cmd.Flags().StringVarP(&o.output, "output", "o", "layer", "layer (for the Navigator), json (one technique a line) or table")
	cmd.Flags().StringVar(&o.name, "name", "Vedette", "name of the layer")
	return cmd
}

func (o *coverageOptions) run(ctx context.Context, paths []string, s streams) error {
	if o.output != "layer" && o.output != "json" && o.output != "table" {
		return &usageError{fmt.Sprintf("output %q is not layer, json or table", o.output), "-o layer"}
	}
	if o.server && len(paths) > 0 {
		return &usageError{"--server takes no path", "vedette rules coverage --server"}
	}
	enc := json.NewEncoder(s.out)
	enc.SetEscapeHTML(false)
	if o.server && o.output == "layer" {
		c, err := o.client()
		if err != nil {
			return err
		}
		var layer detect.Layer
		if err := c.do(ctx, http.MethodGet, "/api/v1/coverage/layer", nil, &layer); err != nil {
			return err
		}
		layer.Name = o.name
		return enc.Encode(layer)
	}
	covered, err := o.covered(ctx, paths, s)
	if err != nil {
		return err
	}
	switch o.output {
	case "layer":
		err = enc.Encode(detect.LayerOf(o.name, covered))
	case "json":
		for _, t := range covered {
			if err = enc.Encode(t); err != nil {
				break
			}
		}
	default:
		err = coverageTable(s, covered)
	}
	if err != nil {
		return fmt.Errorf("write the coverage: %w", err)
	}
	with := 0
	for _, t := range covered {
		if t.Rules > 0 {
			with++
		}
	}
	_, _ = fmt.Fprintf(s.err, "%d of %d techniques have a rule\n", with, len(covered))
	return nil
}

func (o *coverageOptions) covered(ctx context.Context, paths []string, s streams) ([]detect.CoveredTechnique, error) {
	if o.server {
		c, err := o.client()
		if err != nil {
			return nil, err
		}
		var answer struct{ Techniques []detect.CoveredTechnique }
		err = c.do(ctx, http.MethodGet, "/api/v1/coverage", nil, &answer)
		return answer.Techniques, err
	}
	opts, err := o.options()
	if err != nil {
		return nil, err
	}
	files, problems := loadRules(ctx, paths)
	for _, p := range problems {
		_, _ = fmt.Fprintf(s.err, "vedette: %s\n", p)
	}
	return detect.Coverage(detect.CompileWith(opts, files).Statuses()), nil
}

func coverageTable(s streams, covered []detect.CoveredTechnique) error {
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "TECHNIQUE\tNAME\tRULES\tLIVE\tSHADOW\tASLEEP\tFIRED\tGAP")
	for _, t := range covered {
		if t.Rules > 0 {
			_, _ = fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%d\t%d\t%d\t%s\n", t.ID, t.Name, t.Rules, t.Live, t.Shadow, t.Asleep, t.Fired, t.Gap)
		}
	}
	return w.Flush()
}
