package intel

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/statestore"
)

const (
	flushEvery = 5 * time.Second
	tidyEvery  = time.Minute
	pruneEvery = time.Hour
)

// Run keeps the library in order until the context ends: it writes sightings down, takes out what is over, brings back
// what becomes valid again, removes what ended long ago, and hunts for what is new.
func (l *Library) Run(ctx context.Context) error {
	var hunting = make(chan struct{})
	go func() { defer close(hunting); l.huntNew(ctx) }()
	defer func() { <-hunting }()
	tick := time.NewTicker(flushEvery)
	defer tick.Stop()
	var tidied, pruned time.Time
	for {
		select {
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), flushEvery)
			defer cancel()
			return l.Flush(last)
		case <-tick.C:
		}
		if err := l.Flush(ctx); err != nil && ctx.Err() == nil {
			l.deps.Log.Error("write sightings of indicators down", "error", err)
		}
		now := l.deps.Now()
		if now.Sub(tidied) >= tidyEvery {
			tidied = now
			if err := l.Tidy(ctx); err != nil && ctx.Err() == nil {
				l.deps.Log.Error("keep the indicators in order", "error", err)
			}
		}
		if now.Sub(pruned) >= pruneEvery {
			pruned = now
			if err := l.prune(ctx); err != nil && ctx.Err() == nil {
				l.deps.Log.Error("remove indicators that ended long ago", "error", err)
			}
		}
	}
}

// Tidy takes out of memory what is over and brings back what is valid again by another feed's word.
func (l *Library) Tidy(ctx context.Context) error {
	l.change.Lock()
	defer l.change.Unlock()
	now := l.deps.Now()
	for {
		ids, err := l.deps.Store.IndicatorsInGaps(ctx, l.checked, now, statestore.MaxIndicatorBatch)
		if err != nil {
			return err
		}
		if err := l.resettle(ctx, ids); err != nil {
			return err
		}
		if len(ids) < statestore.MaxIndicatorBatch {
			break
		}
	}
	l.checked = now
	l.Sweep()
	l.observe()
	return nil
}

func (l *Library) prune(ctx context.Context) error {
	for {
		gone, err := l.deps.Store.PruneIndicators(ctx, l.deps.Now().Add(-keepExpired), pruneBatch)
		if err != nil || gone < pruneBatch {
			return err
		}
	}
}

// Saw counts the alerts of indicators among alerts that were stored. It is quick; Flush writes the counts down.
func (l *Library) Saw(alerts []vedette.Alert) {
	for i := range alerts {
		a := &alerts[i]
		if a.Indicator == nil {
			continue
		}
		l.mu.Lock()
		k := sightingKey{a.Tenant, a.Indicator.IndicatorID}
		one := l.seen[k]
		if one == nil && len(l.seen) >= maxSightings {
			l.lost++
			l.mu.Unlock()
			continue
		}
		if one == nil {
			one = &vedette.IndicatorSightings{IndicatorID: k.indicator, Kind: a.Indicator.Kind, Value: a.Indicator.Value, First: a.Time, Last: a.Time, EventID: a.EventID}
			l.seen[k] = one
		}
		one.Count++
		if a.Time.Before(one.First) {
			one.First = a.Time
		}
		if a.Time.After(one.Last) {
			one.Last, one.EventID = a.Time, a.EventID
		}
		l.mu.Unlock()
	}
}

// Flush writes down the sightings that were counted.
func (l *Library) Flush(ctx context.Context) error {
	l.mu.Lock()
	seen, lost := l.seen, l.lost
	l.seen, l.lost = map[sightingKey]*vedette.IndicatorSightings{}, 0
	l.mu.Unlock()
	if lost > 0 {
		l.deps.Log.Warn("sightings of too many indicators at once: some were not counted", "lost", lost)
	}
	byTenant := map[string][]vedette.IndicatorSightings{}
	for k, one := range seen {
		byTenant[k.tenant] = append(byTenant[k.tenant], *one)
	}
	for _, tenant := range slices.Sorted(maps.Keys(byTenant)) {
		if err := l.deps.Store.AddSightings(ctx, tenant, byTenant[tenant]); err != nil {
			l.putBack(tenant, byTenant[tenant])
			return err
		}
	}
	return nil
}

// putBack keeps counts that could not be written for the next time.
func (l *Library) putBack(tenant string, list []vedette.IndicatorSightings) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := range list {
		k := sightingKey{tenant, list[i].IndicatorID}
		if had := l.seen[k]; had != nil {
			had.Count += list[i].Count
		} else if len(l.seen) < maxSightings {
			l.seen[k] = &list[i]
		}
	}
}

// replaceValue takes a quoted value out of a sentence.
func replaceValue(sentence, value string) string {
	value = Refang(value)
	if value == "" {
		return sentence
	}
	return strings.ReplaceAll(strings.ReplaceAll(sentence, value, "…"), vedette.Shorten(value, 100), "…")
}
