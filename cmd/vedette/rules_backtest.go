package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/vedette-soc/vedette/internal/config"
)

// backtest is what the API says of a backtest.
type backtest struct {
	Query        string    `json:"query"`
	RowsRead     int64     `json:"rows_read"`
	Matched      int64     `json:"matched"`
	Complete     bool      `json:"complete"`
	Reason       string    `json:"reason"`
	Covered      time.Time `json:"covered_since"`
	TookMS       int64     `json:"took_ms"`
	CostUS       float64   `json:"cost_us_per_event"`
	Alerts       int64     `json:"alerts"`
	Hidden       int64     `json:"hidden"`
	AlertsPerDay float64   `json:"alerts_per_day"`
	Severity     string    `json:"severity"`
	Days         []struct {
		Day   time.Time `json:"day"`
		Count int64     `json:"count"`
	} `json:"days"`
	Entities []struct {
		Kind, Name string
		Count      int64
	} `json:"entities"`
	Rules []struct {
		ID, Title, Severity string
		Count               int64
	} `json:"rules"`
	Examples []struct {
		EventID string            `json:"event_id"`
		Time    time.Time         `json:"time"`
		Source  string            `json:"source"`
		Matched map[string]string `json:"matched"`
		Hidden  bool              `json:"hidden"`
	} `json:"examples"`
}

type backtestOptions struct {
	remote
	since  string
	rule   string
	output string
}

func newRulesBacktest(s streams) *cobra.Command {
	var o backtestOptions
	cmd := &cobra.Command{
		Use: "backtest", Short: "Tell what alerts rules would have raised on the events that are kept", Args: cobra.NoArgs,
		Long: "Asks a running server. Without --rule, all of its rules are tried; with a file, the rules in it, as if they ran.",
		Example: "  vedette rules backtest --since 30d --rule new-rule.yml\n" +
			"  vedette rules backtest --since 7d --rule 5c6f1d2e-0b8c-4e58-9d0a-3a6a2f2f9c11 -o json",
		RunE: func(cmd *cobra.Command, _ []string) error { return o.run(cmd.Context(), s) },
	}
	o.flags(cmd, "url")
	cmd.Flags().StringVar(&o.since, "since", "30d", "how far back to look, such as 24h, 7d, 30d")
	cmd.Flags().StringVar(&o.rule, "rule", "", "a file with rules, or the id of one that the server runs (default: all that it runs)")
	cmd.Flags().StringVarP(&o.output, "output", "o", "table", "table or json")
	return cmd
}

func (o *backtestOptions) run(ctx context.Context, s streams) error {
	back, err := config.ParseDuration(o.since)
	if err != nil {
		return &usageError{"--since: " + err.Error(), "--since 30d"}
	}
	if o.output != "table" && o.output != "json" {
		return &usageError{fmt.Sprintf("output %q is not table or json", o.output), "-o json"}
	}
	ask := map[string]any{"since": time.Now().Add(-back).UTC()}
	if o.rule != "" {
		text, err := os.ReadFile(o.rule)
		switch {
		case err == nil:
			ask["yaml"] = string(text)
		case errors.Is(err, fs.ErrNotExist) && !strings.ContainsAny(o.rule, `/\`) && !strings.HasSuffix(o.rule, ".yml") && !strings.HasSuffix(o.rule, ".yaml"):
			ask["rule_id"] = o.rule
		default:
			return fmt.Errorf("read the rule: %w", err)
		}
	}
	c, err := o.client()
	if err != nil {
		return err
	}
	body, err := json.Marshal(ask)
	if err != nil {
		return fmt.Errorf("write the question: %w", err)
	}
	var answer json.RawMessage
	if err := c.do(ctx, http.MethodPost, "/api/v1/rules/backtest", bytes.NewReader(body), &answer); err != nil {
		return err
	}
	if o.output == "json" {
		_, err := fmt.Fprintln(s.out, strings.TrimSpace(string(answer)))
		return err
	}
	var got backtest
	if err := json.Unmarshal(answer, &got); err != nil {
		return fmt.Errorf("read the server's answer: %w", err)
	}
	return got.write(s.out)
}

// write shows a backtest to a person.
func (b *backtest) write(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	line := func(format string, args ...any) { _, _ = fmt.Fprintf(w, format+"\n", args...) }
	line("ALERTS\t%d, %.1f a day", b.Alerts, b.AlertsPerDay)
	if b.Hidden > 0 {
		line("HIDDEN\t%d, by exceptions in force", b.Hidden)
	}
	line("COST\t%d events judged in %s, %.1f µs each", b.RowsRead, (time.Duration(b.TookMS) * time.Millisecond).Round(time.Millisecond), b.CostUS)
	if !b.Complete {
		line("INCOMPLETE\t%s; complete since %s", b.Reason, b.Covered.Local().Format("2006-01-02 15:04"))
	}
	b.section(w, "RULE\tLEVEL\tALERTS", len(b.Rules), func(i int) string {
		return fmt.Sprintf("%s\t%s\t%d", oneLine(b.Rules[i].Title), b.Rules[i].Severity, b.Rules[i].Count)
	})
	b.section(w, "DAY\tALERTS\t", len(b.Days), func(i int) string {
		return fmt.Sprintf("%s\t%d\t", b.Days[i].Day.UTC().Format("2006-01-02"), b.Days[i].Count)
	})
	b.section(w, "KIND\tENTITY\tALERTS", len(b.Entities), func(i int) string {
		return fmt.Sprintf("%s\t%s\t%d", b.Entities[i].Kind, oneLine(b.Entities[i].Name), b.Entities[i].Count)
	})
	b.section(w, "TIME\tEVENT\tSOURCE\tMATCHED", min(len(b.Examples), 10), func(i int) string {
		e := b.Examples[i]
		matched, _ := json.Marshal(e.Matched) // strings always marshal
		return fmt.Sprintf("%s\t%s\t%s\t%s", e.Time.Local().Format("2006-01-02 15:04:05"), e.EventID, oneLine(e.Source), oneLine(string(matched)))
	})
	return w.Flush()
}

func (b *backtest) section(w io.Writer, head string, n int, row func(int) string) {
	if n == 0 {
		return
	}
	_, _ = fmt.Fprintf(w, "\n%s\n", head)
	for i := range n {
		_, _ = fmt.Fprintln(w, row(i))
	}
}
