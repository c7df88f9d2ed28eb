package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/vedette-soc/vedette/internal/config"
)

// foundEvent is an event as the API lists it.
type foundEvent struct {
	ID      string         `json:"id"`
	Time    time.Time      `json:"time"`
	Source  string         `json:"source"`
	Dataset string         `json:"dataset"`
	Message string         `json:"message"`
	Fields  map[string]any `json:"fields"`
}

type queryOptions struct {
	remote
	since  string
	output string
	limit  int
}

func newQuery(s streams) *cobra.Command {
	var o queryOptions
	cmd := &cobra.Command{
		Use: "query LOGSQL", Short: "Search the stored events", Args: cobra.ExactArgs(1),
		Example: "  vedette query 'source.ip:203.0.113.66' --since 24h\n  vedette query '* | stats by (vedette.dataset) count()' -o json",
		RunE:    func(cmd *cobra.Command, args []string) error { return o.run(cmd.Context(), args[0], s.out) },
	}
	o.flags(cmd, "url")
	cmd.Flags().StringVar(&o.since, "since", "1h", "how far back to look, such as 30m, 24h, 7d")
	cmd.Flags().StringVarP(&o.output, "output", "o", "table", "table, json (one object a line) or csv")
	cmd.Flags().IntVar(&o.limit, "limit", 100, "at most so many events")
	return cmd
}

func (o *queryOptions) run(ctx context.Context, text string, out io.Writer) error {
	back, err := config.ParseDuration(o.since)
	if err != nil {
		return &usageError{"--since: " + err.Error(), "--since 24h"}
	}
	write, ok := map[string]func(io.Writer, []foundEvent) error{"table": writeTable, "json": writeJSON, "csv": writeCSV}[o.output]
	if !ok {
		return &usageError{fmt.Sprintf("output %q is not table, json or csv", o.output), "-o json"}
	}
	c, err := o.client()
	if err != nil {
		return err
	}
	q := url.Values{"query": {text}, "since": {time.Now().Add(-back).UTC().Format(time.RFC3339)}}
	var found []foundEvent
	for len(found) < o.limit {
		q.Set("limit", strconv.Itoa(min(o.limit-len(found), 500)))
		var page struct {
			Items []foundEvent
			Next  string
		}
		if err := c.do(ctx, http.MethodGet, "/api/v1/events?"+q.Encode(), nil, &page); err != nil {
			return err
		}
		found = append(found, page.Items...)
		if page.Next == "" || len(page.Items) == 0 {
			break
		}
		q.Set("cursor", page.Next)
	}
	return write(out, found)
}

func writeTable(out io.Writer, events []foundEvent) error {
	if len(events) > 0 && events[0].ID == "" {
		return writeComputed(out, events)
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "TIME\tSOURCE\tDATASET\tMESSAGE")
	for _, e := range events {
		_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", e.Time.Local().Format("2006-01-02 15:04:05.000 MST"), e.Source, e.Dataset, oneLine(e.Message))
	}
	return w.Flush()
}

// writeComputed writes rows that a pipe computed: their fields are the columns.
func writeComputed(out io.Writer, rows []foundEvent) error {
	names := map[string]bool{}
	for _, row := range rows {
		for name := range row.Fields {
			names[name] = true
		}
	}
	columns := slices.Sorted(maps.Keys(names))
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, strings.ToUpper(strings.Join(columns, "\t")))
	for _, row := range rows {
		cells := make([]string, len(columns))
		for i, name := range columns {
			if value, ok := row.Fields[name]; ok {
				cells[i] = oneLine(fmt.Sprint(value))
			}
		}
		_, _ = fmt.Fprintln(w, strings.Join(cells, "\t"))
	}
	return w.Flush()
}

// oneLine makes log text safe for a terminal and short enough for a row.
func oneLine(text string) string {
	const most = 160
	var out []rune
	for _, r := range text {
		if len(out) == most {
			return string(out) + "…"
		}
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			r = ' '
		}
		out = append(out, r)
	}
	return string(out)
}

func writeJSON(out io.Writer, events []foundEvent) error {
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	for _, e := range events {
		if err := enc.Encode(e); err != nil {
			return fmt.Errorf("write an event: %w", err)
		}
	}
	return nil
}

func writeCSV(out io.Writer, events []foundEvent) error {
	w := csv.NewWriter(out)
	_ = w.Write([]string{"id", "time", "source", "dataset", "message", "fields"})
	for _, e := range events {
		fields, err := json.Marshal(e.Fields)
		if err != nil {
			return fmt.Errorf("write an event: %w", err)
		}
		_ = w.Write([]string{e.ID, e.Time.Format(time.RFC3339Nano), plain(e.Source), plain(e.Dataset), plain(e.Message), string(fields)})
	}
	w.Flush()
	return w.Error()
}

// plain keeps a spreadsheet from taking log text for a formula.
func plain(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}
