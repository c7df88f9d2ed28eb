package victorialogs

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/VictoriaMetrics/VictoriaLogs/lib/logstorage"

	vedette "github.com/vedette-soc/vedette"
)

// errQueryTime is the cause of a context that our own time limit ended.
var errQueryTime = errors.New("the query took too long")

// begin admits a query: it waits for its turn, and returns a context that ends when the caller's does, when the time
// is up and when the store closes. Whoever begins calls end.
func (s *Store) begin(ctx context.Context) (query context.Context, end func(), err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, s.cfg.QueryTime, errQueryTime)
	query, leave, err := s.beginAny(ctx)
	if err != nil {
		cancel()
		return nil, nil, err
	}
	return query, func() { leave(); cancel() }, nil
}

// beginAny admits a query that only its caller limits.
func (s *Store) beginAny(ctx context.Context) (query context.Context, end func(), err error) {
	if err := s.enter(); err != nil {
		return nil, nil, err
	}
	query, cancel := context.WithCancel(ctx)
	if err := s.queries.Acquire(query, 1); err != nil {
		cancel()
		s.calls.Done()
		return nil, nil, s.ended(query)
	}
	done := make(chan struct{})
	go func() {
		select {
		case <-s.closing:
			cancel()
		case <-done:
		}
	}()
	return query, func() {
		close(done)
		cancel()
		s.queries.Release(1)
		s.calls.Done()
	}, nil
}

// ended tells why a query's context ended.
func (s *Store) ended(ctx context.Context) error {
	if errors.Is(context.Cause(ctx), errQueryTime) {
		return vedette.Errorf(vedette.CodeLimited, "the query took longer than %s; a shorter time range or a filter on a word makes it faster", s.cfg.QueryTime)
	}
	select {
	case <-s.closing:
		return vedette.Errorf(vedette.CodeUnavailable, "the event store is closing")
	default:
		return ctx.Err()
	}
}

// streamFields are the fields that the engine makes of its index of streams. They are hidden from every query: the
// engine leaves out rows whose stream is not in the index yet, or was not when it was killed, from queries that show them.
func streamFields() []string { return []string{"_stream", "_stream_id"} }

// run runs one query. The engine returns early and without an error when ctx ends, so ctx is asked too. block is called
// from several goroutines; what it is given is the engine's memory.
func (s *Store) run(ctx context.Context, tenants []logstorage.TenantID, q *logstorage.Query, block logstorage.WriteDataBlockFunc) error {
	return s.runCounted(ctx, tenants, q, block, new(logstorage.QueryStats))
}

// runCounted does it and counts what it cost.
func (s *Store) runCounted(
	ctx context.Context, tenants []logstorage.TenantID, q *logstorage.Query, block logstorage.WriteDataBlockFunc, cost *logstorage.QueryStats,
) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = vedette.Errorf(vedette.CodeInternal, "run a query: %v", v)
		}
	}()
	err = s.engine.RunQuery(logstorage.NewQueryContext(ctx, cost, tenants, q, false, streamFields()), block)
	if ctx.Err() != nil {
		return s.ended(ctx)
	}
	return queryError(err)
}

// queryError gives an engine's error a code. It has errors for queries that need too much memory and for those that
// cannot be run, and tells them apart only in words.
func queryError(err error) error {
	if err == nil {
		return nil
	}
	text := fmt.Sprint(err)
	if strings.Contains(text, "memory") || strings.Contains(text, "MB") {
		return vedette.Errorf(vedette.CodeLimited, "the query needs too much memory; a shorter time range or fewer groups need less: %w", err)
	}
	return vedette.Errorf(vedette.CodeInvalid, "the query cannot be run: %w", err)
}
