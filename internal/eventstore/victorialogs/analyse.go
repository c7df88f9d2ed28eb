package victorialogs

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/VictoriaMetrics/VictoriaLogs/lib/logstorage"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/eventstore"
)

const (
	maxBuckets = 1000
	maxNames   = 1000
)

// Histogram implements eventstore.Searcher.
func (s *Store) Histogram(ctx context.Context, q eventstore.Query, buckets int) ([]eventstore.Bucket, error) {
	if buckets < 1 || buckets > maxBuckets {
		return nil, vedette.Errorf(vedette.CodeInvalid, "a histogram has 1 to %d buckets, not %d", maxBuckets, buckets)
	}
	p, err := compile(q, time.Now())
	if err != nil {
		return nil, err
	}
	ctx, end, err := s.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer end()
	since, until := p.since, p.until
	if q.Since.IsZero() || q.Until.IsZero() {
		from, to := s.bounds(p, nil)
		if q.Since.IsZero() {
			since = from
		}
		if q.Until.IsZero() {
			until = to
		}
	}
	if until < since || since == math.MinInt64 || until == math.MaxInt64 {
		return nil, nil
	}
	step := niceStep(time.Duration((until-since)/int64(buckets) + 1))
	found, err := s.bars(ctx, p, since, until, int64(step))
	if err != nil {
		return nil, err
	}
	return fill(found, since, until, int64(step)), nil
}

// bars counts rows by time, in steps aligned to 1970, without the empty ones, oldest first.
func (s *Store) bars(ctx context.Context, p *plan, since, until, step int64) ([]eventstore.Bucket, error) {
	q := p.within(since, until)
	q.AddCountByTimePipe(step, 0, nil)
	var mu sync.Mutex
	var bars []eventstore.Bucket
	err := s.run(ctx, p.tenants, q, func(_ uint, db *logstorage.DataBlock) {
		mu.Lock()
		defer mu.Unlock()
		times, ok := db.GetTimestamps(nil)
		hits := values(db, "hits")
		if !ok || hits == nil {
			return
		}
		for i, t := range times {
			bars = append(bars, eventstore.Bucket{Time: time.Unix(0, t).UTC(), Rows: int64(number(hits, i))})
		}
	})
	slices.SortFunc(bars, func(a, b eventstore.Bucket) int { return a.Time.Compare(b.Time) })
	return bars, err
}

// fill adds the empty buckets between.
func fill(found []eventstore.Bucket, since, until, step int64) []eventstore.Bucket {
	start := since - (since%step+step)%step
	all := make([]eventstore.Bucket, 0, (until-start)/step+1)
	for t := start; t <= until; t += step {
		bucket := eventstore.Bucket{Time: time.Unix(0, t).UTC()}
		if len(found) > 0 && !found[0].Time.After(bucket.Time) {
			bucket.Rows, found = found[0].Rows, found[1:]
		}
		all = append(all, bucket)
	}
	return all
}

// niceStep returns the next width that a person would choose.
func niceStep(d time.Duration) time.Duration {
	const day = 24 * time.Hour
	for _, unit := range []struct {
		of    time.Duration
		times []int
	}{
		{time.Millisecond, []int{1, 2, 5, 10, 20, 50, 100, 200, 500}},
		{time.Second, []int{1, 2, 5, 10, 15, 20, 30}},
		{time.Minute, []int{1, 2, 5, 10, 15, 20, 30}},
		{time.Hour, []int{1, 2, 3, 4, 6, 8, 12}},
		{day, []int{1, 2, 5, 10, 20, 50, 100}},
	} {
		for _, n := range unit.times {
			if nice := time.Duration(n) * unit.of; nice >= d {
				return nice
			}
		}
	}
	return (d + day - 1).Truncate(day)
}

// Fields implements eventstore.Searcher.
func (s *Store) Fields(ctx context.Context, q eventstore.Query, limit int) ([]eventstore.FieldCount, error) {
	if err := checkCount(limit); err != nil {
		return nil, err
	}
	found, err := s.counts(ctx, q, "field_names", "name", "hits")
	if err != nil {
		return nil, err
	}
	fields := make([]eventstore.FieldCount, 0, len(found))
	for _, v := range found {
		if v.Value != "_stream" && v.Value != "_stream_id" && len(fields) < limit {
			fields = append(fields, eventstore.FieldCount{Name: v.Value, Rows: v.Rows})
		}
	}
	return fields, nil
}

// Values implements eventstore.Searcher.
func (s *Store) Values(ctx context.Context, q eventstore.Query, field string, limit int) ([]eventstore.ValueCount, error) {
	if field == "" {
		return nil, vedette.Errorf(vedette.CodeInvalid, "which field's values are wanted?")
	}
	if err := checkCount(limit); err != nil {
		return nil, err
	}
	const rows = "vedette.rows"
	pipe := fmt.Sprintf("top %d by (%q) hits as %q", limit+1, field, rows)
	found, err := s.counts(ctx, q, pipe, field, rows)
	if err != nil {
		return nil, err
	}
	found = slices.DeleteFunc(found, func(v eventstore.ValueCount) bool { return v.Value == "" }) // rows without the field
	return found[:min(limit, len(found))], nil
}

func checkCount(limit int) error {
	if limit < 1 || limit > maxNames {
		return vedette.Errorf(vedette.CodeInvalid, "between 1 and %d can be asked for, not %d", maxNames, limit)
	}
	return nil
}

// counts runs a query with another pipe at its end, one that gives names and numbers, and returns them, most first.
func (s *Store) counts(ctx context.Context, q eventstore.Query, pipe, name, hits string) ([]eventstore.ValueCount, error) {
	p, err := compile(q, time.Now())
	if err != nil {
		return nil, err
	}
	query, err := p.then(pipe)
	if err != nil {
		return nil, err
	}
	ctx, end, err := s.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer end()
	var mu sync.Mutex
	var found []eventstore.ValueCount
	err = s.run(ctx, p.tenants, query, func(_ uint, db *logstorage.DataBlock) {
		mu.Lock()
		defer mu.Unlock()
		texts, numbers := values(db, name), values(db, hits)
		for i := range texts {
			found = append(found, eventstore.ValueCount{Value: strings.Clone(texts[i]), Rows: int64(number(numbers, i))})
		}
	})
	slices.SortFunc(found, func(a, b eventstore.ValueCount) int {
		if a.Rows != b.Rows {
			return int(min(max(b.Rows-a.Rows, -1), 1))
		}
		return strings.Compare(a.Value, b.Value)
	})
	return found, err
}
