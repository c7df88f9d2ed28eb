package intel

import (
	"context"
	"fmt"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/statestore"
)

// Import takes in what read yields, as said by a feed. It returns what became of it; an error of read or of the store
// ends it, with everything before it taken in. Several may run at once.
func (l *Library) Import(ctx context.Context, feed string, d Defaults, read func(yield func(Item) error) (Report, error)) (Report, error) {
	in := &importing{l: l, ctx: ctx, feed: feed, defaults: d, now: l.deps.Now(), places: map[string]int{}}
	parsed, err := read(in.take)
	if failed := in.flush(); err == nil {
		err = failed
	}
	in.report.Merge(parsed)
	if in.report.Added > 0 {
		select {
		case l.news <- struct{}{}:
		default:
		}
	}
	return in.report, err
}

// importing is one import under way: it gathers items and stores them many at a time.
type importing struct {
	l        *Library
	ctx      context.Context //nolint:containedctx // an import lives no longer than the one call that made it
	feed     string
	defaults Defaults
	now      time.Time
	report   Report
	ids      []string
	items    []pending
	places   map[string]int
}

type pending struct {
	kind  vedette.IndicatorKind
	value string
	said  vedette.Assertion
}

// take gathers one item.
func (in *importing) take(item Item) error {
	in.report.Read++
	kind, value, err := Name(item.Kind, item.Value)
	if err != nil {
		in.report.Skip(replaceValue(err.Error(), item.Value), item.Value)
		return nil
	}
	said := in.l.assertion(kind, value, in.feed, &item, in.defaults, in.now)
	if !said.ValidUntil.After(said.ValidFrom) {
		in.report.Skip("its validity ends before it begins", item.Value)
		return nil
	}
	id := IndicatorID(kind, value)
	if i, twice := in.places[id]; twice {
		if !said.Asserted.Before(in.items[i].said.Asserted) {
			in.items[i].said = said
		}
		in.report.Unchanged++
		return nil
	}
	in.places[id] = len(in.items)
	in.ids, in.items = append(in.ids, id), append(in.items, pending{kind, value, said})
	if len(in.ids) >= applyEvery {
		return in.flush()
	}
	return nil
}

// flush stores what was gathered and puts it in force. Imports that run at once take turns here, so that memory follows
// the store in order.
func (in *importing) flush() error {
	if len(in.ids) == 0 {
		return in.ctx.Err()
	}
	in.l.change.Lock()
	defer in.l.change.Unlock()
	var changed []vedette.Indicator
	defer func() {
		in.l.Put(changed)
		in.l.observe()
		in.ids, in.items = in.ids[:0], in.items[:0]
		clear(in.places)
	}()
	room := in.l.cfg.Max - in.l.Stats().Indicators
	for from := 0; from < len(in.ids); from += statestore.MaxIndicatorBatch {
		batch, err := in.store(in.ids[from:min(from+statestore.MaxIndicatorBatch, len(in.ids))], &room)
		if err != nil {
			return fmt.Errorf("keep indicators: %w", err)
		}
		changed = append(changed, batch...)
	}
	return in.ctx.Err()
}

// store writes one batch down and returns the indicators that changed.
func (in *importing) store(ids []string, room *int) (changed []vedette.Indicator, err error) {
	var added, updated, unchanged, full, over int
	err = in.l.deps.Store.MergeIndicators(in.ctx, ids, func(id string, have vedette.Indicator) (vedette.Indicator, bool) {
		p := &in.items[in.places[id]]
		known := have.ID != ""
		if !known {
			switch {
			case p.said.Revoked || !p.said.ValidUntil.After(in.now): // nothing counts those: a feed could fill the disk with them
				over++
				return have, false
			case added >= *room:
				full++
				return have, false
			}
			have = vedette.Indicator{ID: id, Kind: p.kind, Value: p.value, Added: in.now}
		}
		if !assert(&have, p.said) {
			unchanged++
			return have, false
		}
		have.Updated = in.now
		settle(&have, in.now)
		changed = append(changed, have)
		if known {
			updated++
		} else {
			added++
		}
		return have, true
	})
	if err != nil {
		return nil, err
	}
	*room -= added
	in.report.Added += added
	in.report.Updated += updated
	in.report.Unchanged += unchanged
	for range over {
		in.report.Skip("they were over, or revoked, before they were known", "")
	}
	for range full {
		in.report.Skip(fmt.Sprintf("there are %d indicators; there is no room for more", in.l.cfg.Max), "")
	}
	return changed, nil
}
