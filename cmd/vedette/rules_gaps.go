package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/config"
)

type gapOptions struct {
	remote
	since  string
	output string
	open   bool
	blind  int
}

func newRulesGaps(s streams) *cobra.Command {
	var o gapOptions
	cmd := &cobra.Command{
		Use: "gaps", Short: "List when rules were blind, which, and why", Args: cobra.NoArgs,
		Long: "Asks a running server for the gaps of its ledger: sources that are silent or cannot be understood, records that were lost or wait,\n" +
			"rules that failed or had to forget something. Those that last come first. Exit status 1 when a gap lasts.",
		Example: "  vedette rules gaps\n  vedette rules gaps --since 7d -o json",
		RunE:    func(cmd *cobra.Command, _ []string) error { return o.run(cmd.Context(), s.out) },
	}
	o.flags(cmd, "url")
	cmd.Flags().StringVar(&o.since, "since", "24h", "how far back to look, such as 30m, 24h, 7d")
	cmd.Flags().StringVarP(&o.output, "output", "o", "table", "table or json (one object a line)")
	cmd.Flags().BoolVar(&o.open, "open", false, "only those that last")
	cmd.Flags().IntVar(&o.blind, "rules", 20, "name at most so many of the blind rules of each, in JSON")
	return cmd
}

func (o *gapOptions) run(ctx context.Context, out io.Writer) error {
	back, err := config.ParseDuration(o.since)
	if err != nil {
		return &usageError{"--since: " + err.Error(), "--since 24h"}
	}
	write, ok := map[string]func(io.Writer, []vedette.LedgerGap) error{"table": writeGapTable, "json": writeGapJSON}[o.output]
	if !ok {
		return &usageError{fmt.Sprintf("output %q is not table or json", o.output), "-o json"}
	}
	c, err := o.client()
	if err != nil {
		return err
	}
	gaps, err := o.fetch(ctx, c, time.Now().Add(-back))
	if err != nil {
		return err
	}
	if err := write(out, gaps); err != nil {
		return err
	}
	for _, g := range gaps {
		if g.Until.IsZero() {
			return errQuiet
		}
	}
	return nil
}

func (o *gapOptions) fetch(ctx context.Context, c *client, since time.Time) ([]vedette.LedgerGap, error) {
	q := url.Values{"since": {since.UTC().Format(time.RFC3339)}, "limit": {"500"}, "blind": {fmt.Sprint(o.blind)}, "open": {fmt.Sprint(o.open)}}
	var gaps []vedette.LedgerGap
	for {
		var page struct {
			Items []vedette.LedgerGap
			Next  string
		}
		if err := c.do(ctx, http.MethodGet, "/api/v1/ledger/gaps?"+q.Encode(), nil, &page); err != nil {
			return nil, err
		}
		gaps = append(gaps, page.Items...)
		if page.Next == "" || len(page.Items) == 0 {
			return gaps, nil
		}
		q.Set("cursor", page.Next)
	}
}

func writeGapTable(out io.Writer, gaps []vedette.LedgerGap) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "SINCE\tLASTED\tKIND\tWHERE\tBLIND RULES\tWHY")
	for _, g := range gaps {
		lasted := "still open"
		if !g.Until.IsZero() {
			lasted = g.Until.Sub(g.Since).Round(time.Second).String()
		}
		where := or(strings.Join(strings.Fields(g.Source+" "+g.Logsource), " "), or(g.RuleID, "everywhere"))
		_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%d\t%s\n", g.Since.Local().Format("2006-01-02 15:04:05"), lasted, g.Kind, oneLine(where), g.Rules, oneLine(g.Reason))
	}
	return w.Flush()
}

func writeGapJSON(out io.Writer, gaps []vedette.LedgerGap) error {
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	for _, g := range gaps {
		if err := enc.Encode(g); err != nil {
			return fmt.Errorf("write a gap: %w", err)
		}
	}
	return nil
}
