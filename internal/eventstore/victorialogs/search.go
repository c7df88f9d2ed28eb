package victorialogs

import (
	"context"
	"sync"
	"time"

	"github.com/VictoriaMetrics/VictoriaLogs/lib/logstorage"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/eventstore"
)

const (
	defaultLimit = 100
	maxOffset    = 100_000
)

// Search implements eventstore.Searcher.
func (s *Store) Search(ctx context.Context, q eventstore.Query, fn func(eventstore.Row) error) error {
	if q.Limit < 0 || q.Offset < 0 || q.Offset > maxOffset {
		return vedette.Errorf(vedette.CodeInvalid, "limit %d or offset %d is out of range: offsets go up to %d", q.Limit, q.Offset, maxOffset)
	}
	p, err := compile(q, time.Now())
	if err != nil {
		return err
	}
	limit := min(q.Limit, s.cfg.QueryRows)
	if limit == 0 {
		limit = min(defaultLimit, s.cfg.QueryRows)
	}
	var after *eventstore.Position
	if q.After != "" {
		position, err := eventstore.ParsePosition(q.After)
		if err != nil {
			return err
		}
		if !p.rowwise {
			return vedette.Errorf(vedette.CodeInvalid, "a query that groups or sorts has no cursor; use its own offset and limit")
		}
		after = &position
	}
	ctx, end, err := s.begin(ctx)
	if err != nil {
		return err
	}
	defer end()
	if !p.rowwise {
		return s.asAsked(ctx, p, q.Offset, limit, fn)
	}
	p.project(q.Fields)
	skip := q.Offset
	return s.newest(ctx, p, after, q.Offset+limit, func(found foundRow) error {
		if skip > 0 {
			skip--
			return nil
		}
		return fn(found.row)
	})
}

// asAsked returns rows in the order in which the query's own pipes put them.
func (s *Store) asAsked(ctx context.Context, p *plan, offset, limit int, fn func(eventstore.Row) error) error {
	p.query.AddPipeOffsetLimit(uint64(offset), uint64(limit))
	var mu sync.Mutex
	var rows []eventstore.Row
	left := s.cfg.QueryBytes
	err := s.run(ctx, p.tenants, p.query, func(_ uint, db *logstorage.DataBlock) {
		mu.Lock()
		defer mu.Unlock()
		columns := db.GetColumns(false)
		names := make([]string, len(columns))
		times := values(db, eventstore.FieldTime)
		for i := range db.RowsCount() {
			if left < 0 {
				return
			}
			var row eventstore.Row
			var size int64
			row.Fields, size = copyRow(columns, names, i, nil)
			if times != nil && times[i] != "" {
				row.Time, _ = time.Parse(time.RFC3339Nano, times[i]) // zero when a pipe made it something else
			}
			rows = append(rows, row)
			left -= size
		}
	})
	if err != nil {
		return err
	}
	if left < 0 {
		return errTooManyBytes(s.cfg.QueryBytes)
	}
	for _, row := range rows {
		if err := fn(row); err != nil {
			return err
		}
	}
	return nil
}
