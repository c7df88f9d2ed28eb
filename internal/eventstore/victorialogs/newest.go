package victorialogs

import (
	"context"
	"math"
	"slices"
	"time"

	"github.com/VictoriaMetrics/VictoriaLogs/lib/logstorage"

	"github.com/vedette-soc/vedette/internal/eventstore"
)

const (
	firstWindow  = 5 * time.Minute
	windowGrowth = 6
	windowBars   = 60
)

// newest calls fn for the newest n rows of a query, newest first, without sorting all that match. It goes back from the
// end of the time range in growing windows. In each it first counts rows over time, which is cheap, to leave out the
// part of the window that cannot be needed; then it reads the rest.
func (s *Store) newest(ctx context.Context, p *plan, after *eventstore.Position, n int, fn func(foundRow) error) error {
	since, until := s.bounds(p, after)
	width := int64(firstWindow)
	left := s.cfg.QueryBytes
	for until >= since && n > 0 {
		from := since
		if until-since > width && until-width > since { // the second guards against overflow
			from = until - width + 1
		}
		from, err := s.narrow(ctx, p, from, until, n)
		if err != nil {
			return err
		}
		c := collector{most: n, bytes: left, before: after, hidden: p.hidden}
		if err := s.run(ctx, p.tenants, p.within(from, until), c.block); err != nil {
			return err
		}
		if c.over {
			return errTooManyBytes(s.cfg.QueryBytes)
		}
		for _, found := range c.sorted() {
			if err := fn(found); err != nil {
				return err
			}
		}
		n -= len(c.rows)
		left = c.bytes
		if from == math.MinInt64 {
			return nil
		}
		until = from - 1
		if width < math.MaxInt64/windowGrowth {
			width *= windowGrowth
		}
	}
	return nil
}

// bounds returns the part of the query's time range in which there can be rows.
func (s *Store) bounds(p *plan, after *eventstore.Position) (since, until int64) {
	since, until = p.since, p.until
	if after != nil {
		until = min(until, after.Time)
	}
	var e logstorage.StorageStats
	s.engine.UpdateStats(&e)
	if e.MaxTimestamp != math.MinInt64 { // which it says of a day whose rows are all still in its buffers
		until = min(until, e.MaxTimestamp)
	}
	if e.MinTimestamp != math.MaxInt64 {
		since = max(since, e.MinTimestamp)
	}
	return since, until
}

// narrow returns a later start for a window that holds many more rows than the n newest: one before which none of them
// can be. It looks closer until what is left is small or cannot be divided.
func (s *Store) narrow(ctx context.Context, p *plan, from, until int64, n int) (int64, error) {
	for {
		step := (until - from) / windowBars
		if step < int64(time.Millisecond) {
			return from, nil
		}
		bars, err := s.bars(ctx, p, from, until, step)
		if err != nil {
			return 0, err
		}
		seen, in := int64(0), int64(0)
		cut := from
		for _, bar := range slices.Backward(bars) {
			seen += bar.Rows
			if seen >= int64(n) {
				cut, in = max(from, bar.Time.UnixNano()), bar.Rows
				break
			}
		}
		if cut == from {
			return from, nil
		}
		from = cut
		if in < int64(4*n+1000) {
			return from, nil
		}
	}
}
