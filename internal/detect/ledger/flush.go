package ledger

import (
	"context"
	"slices"
	"time"

	"github.com/vedette-soc/vedette/internal/statestore"
)

const (
	settled    = 10 * time.Minute // how long after its end an hour is written as one block
	pruneEvery = time.Hour
	lookBack   = 3 * 24 * hour // minutes before the start that are looked through for hours left in pieces
)

// Flush writes down what is new since the last one, with the journal sequence through which it is counted, in one
// transaction. What could not be written is kept for the next time.
func (l *Ledger) Flush(ctx context.Context) error { return l.flush(ctx, false) }

// Close writes everything down.
func (l *Ledger) Close(ctx context.Context) error { return l.flush(ctx, true) }

func (l *Ledger) flush(ctx context.Context, all bool) error {
	begin, now := time.Now(), l.deps.Now()
	l.writing.Lock()
	defer l.writing.Unlock()
	l.mu.Lock()
	save := statestore.LedgerSave{Through: l.through, Intervals: l.rules.changed, Gaps: l.gaps.takeChanged()}
	fresh := l.fresh
	rows, saved, err := l.pairsToSave(now, all)
	if err != nil {
		l.mu.Unlock()
		return err
	}
	save.Pairs = rows
	l.fresh, l.rules.changed = minutes{}, nil
	l.mu.Unlock()
	if save.Blocks, err = l.blocks(ctx, now, fresh); err == nil {
		err = l.deps.Store.SaveLedger(ctx, save)
	}
	if err != nil {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.keepFor(save, fresh)
		return err
	}
	l.written(save, saved, now)
	l.counts.seconds.Observe(time.Since(begin).Seconds())
	return l.finish(ctx, now)
}

// written notes what was saved.
func (l *Ledger) written(save statestore.LedgerSave, saved []*pair, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.saved = save.Through
	for _, p := range saved {
		p.saved = now
	}
	for _, b := range save.Blocks {
		if b.Minutes == hour {
			delete(l.minuted, b.Start)
		} else if len(b.Data) > 0 {
			l.minuted[b.Start-b.Start%hour] = true
		}
	}
	l.counts.pairs.Set(float64(len(l.pairs)))
}

// keepFor puts what could not be written back, for the next time. The lock is held.
func (l *Ledger) keepFor(save statestore.LedgerSave, fresh minutes) {
	for minute, counts := range fresh {
		for id, n := range counts {
			l.fresh.add(minute, id, n)
		}
	}
	l.rules.changed = append(save.Intervals, l.rules.changed...)
	for _, g := range save.Gaps {
		l.gaps.keep(g)
	}
}

// finish does what is done now and then: forget what is old, write down which rules are known, and that the house is
// alive. Nothing is written under the lock, for which the process waits.
func (l *Ledger) finish(ctx context.Context, now time.Time) error {
	before := now.Add(-l.cfg.Retention)
	l.mu.Lock()
	prune := now.Sub(l.pruned) >= pruneEvery
	if prune {
		l.pruned = now
		l.forget(before)
	}
	l.mu.Unlock()
	if prune {
		if err := l.deps.Store.PruneLedger(ctx, before); err != nil {
			return err
		}
	}
	if err := l.saveKnown(ctx); err != nil {
		return err
	}
	return l.deps.Store.SetProgress(ctx, progressAlive, uint64(max(0, now.Unix())))
}

// blocks joins the fresh counts with what is stored of their minutes, and puts hours that are over into one block each.
func (l *Ledger) blocks(ctx context.Context, now time.Time, fresh minutes) ([]statestore.LedgerBlock, error) {
	hours := map[int64]bool{}
	for minute := range fresh {
		hours[minute-minute%hour] = true
	}
	over := now.Add(-settled).Unix()/60 - hour
	for start := range l.minuted {
		if start <= over {
			hours[start] = true
		}
	}
	var out []statestore.LedgerBlock
	for start := range hours {
		blocks, err := l.hourBlocks(ctx, start, start <= over, fresh)
		if err != nil {
			return nil, err
		}
		out = append(out, blocks...)
	}
	// An hour's block has the key of its first minute's: it is written last.
	slices.SortFunc(out, func(a, b statestore.LedgerBlock) int { return int(a.Minutes - b.Minutes) })
	return out, nil
}

func (l *Ledger) hourBlocks(ctx context.Context, start int64, whole bool, fresh minutes) ([]statestore.LedgerBlock, error) {
	all, pieces := block{}, []int64{}
	err := l.deps.Store.LedgerBlocks(ctx, start, start+hour, func(b statestore.LedgerBlock) error {
		if b.Minutes == hour {
			whole = true
		} else {
			pieces = append(pieces, b.Start)
		}
		return decode(b.Data, func(pair int64, counts []int64) {
			for i, n := range counts {
				if n != 0 && b.Start+int64(i) < start+hour {
					all.add(pair, b.Start+int64(i)-start, n, hour)
				}
			}
		})
	})
	if err != nil {
		return nil, err
	}
	for minute := start; minute < start+hour; minute++ {
		for id, n := range fresh[minute] {
			all.add(id, minute-start, n, hour)
		}
	}
	if whole {
		return wholeHour(start, all, pieces)
	}
	return all.singles(start, fresh)
}

func wholeHour(start int64, all block, pieces []int64) ([]statestore.LedgerBlock, error) {
	var out []statestore.LedgerBlock
	for _, piece := range pieces {
		if piece != start {
			out = append(out, statestore.LedgerBlock{Start: piece, Minutes: 1})
		}
	}
	data, err := all.encode(hour)
	return append(out, statestore.LedgerBlock{Start: start, Minutes: hour, Data: data}), err
}

// singles are the blocks of the minutes of an hour in which something is fresh.
func (b block) singles(start int64, fresh minutes) ([]statestore.LedgerBlock, error) {
	var out []statestore.LedgerBlock
	for minute := start; minute < start+hour; minute++ {
		if len(fresh[minute]) == 0 {
			continue
		}
		one := block{}
		for id, counts := range b {
			if n := counts[minute-start]; n != 0 {
				one[id] = []int64{n}
			}
		}
		data, err := one.encode(1)
		if err != nil {
			return nil, err
		}
		out = append(out, statestore.LedgerBlock{Start: minute, Minutes: 1, Data: data})
	}
	return out, nil
}

// loadMinuted finds the hours that an earlier run left in minutes.
func (l *Ledger) loadMinuted(ctx context.Context) error {
	now := l.begun.Unix() / 60
	return l.deps.Store.LedgerBlocks(ctx, now-lookBack, now+hour, func(b statestore.LedgerBlock) error {
		if b.Minutes != hour {
			l.minuted[b.Start-b.Start%hour] = true
		}
		return nil
	})
}

// progressAlive is when the ledger was last written, in seconds since 1970.
const progressAlive = "ledger.alive"

// stopped tells for how long nobody kept the ledger before this start; zero when there was no earlier run.
func (l *Ledger) stopped(ctx context.Context) (since time.Time, err error) {
	alive, err := l.deps.Store.Progress(ctx, progressAlive)
	if err != nil || alive == 0 {
		return time.Time{}, err
	}
	return time.Unix(int64(alive), 0).UTC(), nil
}
