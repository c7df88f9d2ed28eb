package api

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"log/slog"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/vedette-soc/vedette/internal/eventstore"
)

const (
	typeCSV       = "text/csv"
	typeNDJSON    = "application/x-ndjson"
	exportEvents  = 100_000 // when the client does not say
	exportTime    = 10 * time.Minute
	exportColumns = 200
)

// formatOf finds a format of exports in an Accept header; empty means a page.
func formatOf(accept string) string {
	for part := range strings.SplitSeq(accept, ",") {
		if media, _, err := mime.ParseMediaType(part); err == nil && (media == typeCSV || media == typeNDJSON) {
			return media
		}
	}
	return ""
}

// rowWriter writes the rows of an export in one format.
type rowWriter interface {
	row(Event) error
	flush() error
}

// export streams a whole search. The first step is searched before the answer begins, so that a wrong query is still a
// problem; what fails later breaks the connection, which a client can tell from a complete answer.
func (a *API) export(ctx context.Context, q eventstore.Query, limit int, format string) (*exportOutput, error) {
	select {
	case a.exports <- struct{}{}:
	default:
		return nil, limitedFor(10*time.Second, "too many exports are running")
	}
	done := func() { <-a.exports }
	if limit == 0 {
		limit = exportEvents
	}
	columns := q.Fields
	if format == typeCSV && len(columns) == 0 {
		var err error
		if columns, err = a.columns(ctx, q); err != nil {
			done()
			return nil, err
		}
	}
	q.Limit = min(limit, maxPageEvents)
	first, err := a.rows(ctx, q)
	if err != nil {
		done()
		return nil, err
	}
	return &exportOutput{Body: func(hc huma.Context) {
		defer done()
		ctx, cancel := context.WithTimeout(hc.Context(), exportTime)
		defer cancel()
		hc.SetHeader("Content-Type", format+"; charset=utf-8")
		hc.SetHeader("Content-Disposition", `attachment; filename="events.`+map[string]string{typeCSV: "csv", typeNDJSON: "ndjson"}[format]+`"`)
		hc.SetStatus(http.StatusOK)
		_, w := humago.Unwrap(hc)
		rc := http.NewResponseController(w)
		defer func() { _ = rc.SetWriteDeadline(time.Time{}) }()
		var out rowWriter = &lineWriter{json.NewEncoder(w)}
		if format == typeCSV {
			out = &csvWriter{w: csv.NewWriter(w), columns: columns}
		}
		if err := a.stream(ctx, q, first, limit, func(rows []eventstore.Row) error {
			_ = rc.SetWriteDeadline(time.Now().Add(writeTime))
			return writeRows(out, rows)
		}); err != nil {
			a.deps.Log.Warn("an export broke off", slog.String("trace_id", requestOf(ctx).traceID), slog.Any("error", err))
			panic(http.ErrAbortHandler)
		}
	}}, nil
}

// columns are the fields that the rows have, most frequent first.
func (a *API) columns(ctx context.Context, q eventstore.Query) ([]string, error) {
	fields, err := a.deps.Searcher.Fields(ctx, q, exportColumns)
	if err != nil {
		return nil, err
	}
	var columns []string
	for _, f := range fields {
		switch f.Name {
		case eventstore.FieldSource, eventstore.FieldDataset: // columns of their own
		default:
			if !housekeeping(f.Name) {
				columns = append(columns, f.Name)
			}
		}
	}
	return columns, nil
}

// housekeeping tells whether a field is the store's own and says nothing of what happened.
func housekeeping(name string) bool {
	switch name {
	case eventstore.FieldID, eventstore.FieldSeq, eventstore.FieldPlace, eventstore.FieldKind, eventstore.FieldReceived, eventstore.FieldAlert:
		return true
	}
	return strings.HasPrefix(name, "_")
}

// stream hands on the first rows and then, step by step, those after them. Rows that a query counted come in one step.
func (a *API) stream(ctx context.Context, q eventstore.Query, rows []eventstore.Row, limit int, fn func([]eventstore.Row) error) error {
	for {
		if err := fn(rows); err != nil {
			return err
		}
		limit -= len(rows)
		if len(rows) < q.Limit || limit <= 0 || rows[len(rows)-1].Value(eventstore.FieldID) == "" {
			return nil
		}
		q.After, q.Limit = rows[len(rows)-1].Cursor(), min(limit, maxPageEvents)
		var err error
		if rows, err = a.rows(ctx, q); err != nil {
			return err
		}
	}
}

func writeRows(out rowWriter, rows []eventstore.Row) error {
	for _, row := range rows {
		if err := out.row(eventOf(row)); err != nil {
			return err
		}
	}
	return out.flush()
}

type lineWriter struct{ enc *json.Encoder }

func (l *lineWriter) row(ev Event) error { return l.enc.Encode(ev) }
func (l *lineWriter) flush() error       { return nil }

type csvWriter struct {
	w       *csv.Writer
	columns []string
	begun   bool
}

func (c *csvWriter) row(ev Event) error {
	if err := c.head(); err != nil {
		return err
	}
	cells := []string{ev.Time.Format(time.RFC3339Nano), ev.ID, ev.Source, ev.Dataset}
	for _, name := range c.columns {
		cells = append(cells, ev.Fields[name])
	}
	cells = append(cells, ev.Message)
	for i := range cells {
		cells[i] = harmless(cells[i])
	}
	return c.w.Write(cells)
}

func (c *csvWriter) head() error {
	if c.begun {
		return nil
	}
	c.begun = true
	return c.w.Write(append(append([]string{"time", "id", "source", "dataset"}, c.columns...), "message"))
}

func (c *csvWriter) flush() error {
	if err := c.head(); err != nil {
		return err
	}
	c.w.Flush()
	return c.w.Error()
}

// harmless keeps a spreadsheet from taking what an attacker wrote into a log for a formula.
func harmless(cell string) string {
	if cell == "" || !strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return cell
	}
	if _, err := strconv.ParseFloat(cell, 64); err == nil {
		return cell
	}
	return "'" + cell
}
