package victorialogs

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/VictoriaMetrics/VictoriaLogs/lib/logstorage"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/eventstore"
)

// maxScanText bounds the text of a scan: it is made by programs and may hold every value of a long rule.
const maxScanText = 1 << 20

// Scan implements eventstore.Scanner.
func (s *Store) Scan(ctx context.Context, q eventstore.Query, fn func(eventstore.Row) error) (stats eventstore.ScanStats, err error) {
	p, err := compileUpTo(q, time.Now(), maxScanText)
	if err != nil {
		return stats, err
	}
	if !p.rowwise {
		return stats, vedette.Errorf(vedette.CodeInvalid, "a scan takes a filter without pipes")
	}
	if len(q.Fields) > 0 {
		p.query.AddPipeFields(append([]string{eventstore.FieldTime}, q.Fields...))
	}
	query, end, err := s.beginAny(ctx)
	if err != nil {
		return stats, err
	}
	defer end()
	query, stop := context.WithCancelCause(query)
	defer stop(nil)
	sc := scan{ctx: query, fn: fn, stop: stop}
	var cost logstorage.QueryStats
	err = s.runCounted(query, p.tenants, p.within(p.since, p.until), sc.block, &cost)
	stats.Looked, stats.Found = int64(cost.RowsProcessed), sc.found.Load()
	if cause, ok := errors.AsType[*stoppedError](context.Cause(query)); ok {
		return stats, cause.err
	}
	return stats, err
}

// scan hands the rows of blocks on.
type scan struct {
	ctx   context.Context //nolint:containedctx // a scan lives no longer than the one call that made it
	fn    func(eventstore.Row) error
	stop  context.CancelCauseFunc
	found atomic.Int64
	rows  sync.Pool // of *[]eventstore.Field
}

// stoppedError is the cause of a context that the scan's caller ended by an error.
type stoppedError struct{ err error }

// Error implements error.
func (e *stoppedError) Error() string { return e.err.Error() }

func (sc *scan) block(_ uint, db *logstorage.DataBlock) {
	times, ok := db.GetTimestamps(nil)
	if !ok {
		return
	}
	columns := db.GetColumns(false)
	memory, _ := sc.rows.Get().(*[]eventstore.Field)
	if memory == nil {
		memory = new([]eventstore.Field)
	}
	defer sc.rows.Put(memory)
	for i, t := range times {
		if sc.ctx.Err() != nil {
			return
		}
		fields := (*memory)[:0]
		for j := range columns {
			if value := columns[j].Values[i]; wanted(columns[j].Name, value, nil) {
				fields = append(fields, eventstore.Field{Name: columns[j].Name, Value: value})
			}
		}
		*memory = fields
		sc.found.Add(1)
		if err := sc.fn(eventstore.Row{Time: time.Unix(0, t).UTC(), Fields: fields}); err != nil {
			sc.stop(&stoppedError{err})
			return
		}
	}
}
