package jetstream

import (
	"context"
	"time"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/journal"
)

// Read implements journal.Journal. It asks for one batch at a time: what is in memory is bounded by a batch's size,
// never by a number of batches.
func (j *Journal) Read(ctx context.Context, from uint64, fn func(seq uint64, records []vedette.Record) error) error {
	if err := j.enter(); err != nil {
		return err
	}
	defer j.calls.Done()
	next := max(from, 1)
	for {
		if err := j.stopped(ctx); err != nil {
			return err
		}
		news := j.news() // before looking, so that nothing is missed between
		if next > j.last.Load() {
			if err := j.wait(ctx, news, nil); err != nil {
				return err
			}
			continue
		}
		seq, records, err := j.fetch(ctx, next)
		if err != nil {
			j.log.Warn("the journal cannot be read now", "error", err)
			if err := j.wait(ctx, news, time.After(restartWait)); err != nil {
				return err
			}
			continue
		}
		next = seq + 1
		if len(records) == 0 {
			continue
		}
		if err := fn(seq, records); err != nil {
			return err
		}
	}
}

// fetch returns the first batch at or after seq; without records when there is none up to the last, or it is damaged.
func (j *Journal) fetch(ctx context.Context, seq uint64) (uint64, []vedette.Record, error) {
	last := j.last.Load()
	eng, err := j.engine()
	if err != nil {
		return 0, nil, err
	}
	found, batch, err := eng.next(ctx, seq)
	if err != nil {
		return 0, nil, err
	}
	if found == 0 || found > last {
		return last, nil, nil
	}
	records, err := journal.DecodeBatch(batch)
	if err != nil {
		j.damaged.Add(1)
		j.log.Error("a batch of the journal is damaged and was skipped", "sequence", found, "error", err)
		return found, nil, nil
	}
	return found, records, nil
}

// wait returns when something may have changed.
func (j *Journal) wait(ctx context.Context, news <-chan struct{}, again <-chan time.Time) error {
	select {
	case <-news:
	case <-again:
	case <-ctx.Done():
	case <-j.closing:
	}
	return j.stopped(ctx)
}

func (j *Journal) stopped(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-j.closing:
		return errClosed()
	default:
		return nil
	}
}
