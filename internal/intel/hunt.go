package intel

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/vedette-soc/vedette"
)

// HuntFunc searches stored events from since on that may hold one of the values of a kind, and calls fn for each, as
// the event was when it arrived. It may yield events that hold none. An error of fn ends it and is returned.
type HuntFunc func(ctx context.Context, kind vedette.IndicatorKind, values []string, since time.Time, fn func(*vedette.Event) error) error

// Bounds of hunting back.
const (
	huntBatch     = 200 // values of one search
	huntTime      = 5 * time.Minute
	huntAlerts    = 1_000 // alerts of one search; what is beyond is told, and the indicator goes on live
	huntPause     = 10 * time.Second
	huntRetry     = time.Minute
	deliverAlerts = 200 // alerts handed on at once
)

// huntNew searches stored events for indicators that were not searched for yet, newest first, one search at a time.
func (l *Library) huntNew(ctx context.Context) {
	if l.deps.Hunt == nil || l.cfg.Hunt <= 0 {
		return
	}
	for {
		left, err := l.HuntBack(ctx)
		pause := huntPause
		if err != nil && ctx.Err() == nil {
			l.deps.Log.Error("search stored events for new indicators", "error", err)
			pause = huntRetry
		}
		if left && err == nil {
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-l.news:
		case <-time.After(pause):
		}
	}
}

// HuntBack searches stored events for one batch of the indicators that were never searched for, judges what it finds by
// the matcher itself, and hands the alerts on, marked as found afterwards. It tells whether more wait.
func (l *Library) HuntBack(ctx context.Context) (more bool, err error) {
	now := l.deps.Now()
	batch, err := l.deps.Store.UnhuntedIndicators(ctx, now, huntBatch)
	if err != nil || len(batch) == 0 {
		return false, err
	}
	byKind, wanted, ids := map[vedette.IndicatorKind][]string{}, make(map[string]bool, len(batch)), make([]string, 0, len(batch))
	for i := range batch {
		in := batch[i]
		ids = append(ids, in.ID)
		if l.Judge(&in); in.State != vedette.IndicatorLive {
			continue
		}
		byKind[in.Kind] = append(byKind[in.Kind], in.Value)
		wanted[in.ID] = true
	}
	for _, kind := range slices.Sorted(maps.Keys(byKind)) {
		if err := l.huntKind(ctx, kind, byKind[kind], wanted); err != nil {
			return true, err
		}
	}
	return len(batch) == huntBatch, l.deps.Store.SetHunted(ctx, ids, now)
}

// errEnough ends a search that found more than is told.
var errEnough = vedette.Errorf(vedette.CodeTooLarge, "a hunt found enough")

func (l *Library) huntKind(ctx context.Context, kind vedette.IndicatorKind, values []string, wanted map[string]bool) error {
	ctx, cancel := context.WithTimeout(ctx, huntTime)
	defer cancel()
	var found []vedette.Alert
	told := map[string]bool{} // a search may yield an event twice
	err := l.deps.Hunt(ctx, kind, values, l.deps.Now().Add(-l.cfg.Hunt), func(ev *vedette.Event) error {
		l.Match(ev, func(a vedette.Alert) {
			if a.Indicator.Kind == kind && wanted[a.Indicator.IndicatorID] && !told[a.ID] {
				a.Indicator.Retro = true
				found = append(found, a)
				told[a.ID] = true
			}
		})
		if len(told) >= huntAlerts {
			return errEnough
		}
		if len(found) < deliverAlerts {
			return nil
		}
		batch := found
		found = nil
		return l.deps.Found(ctx, batch)
	})
	if errors.Is(err, errEnough) {
		l.deps.Log.Warn("new indicators stand in more stored events than are told", "kind", kind, "told", len(told))
		err = nil
	}
	if err == nil && len(found) > 0 {
		err = l.deps.Found(ctx, found)
	}
	return err
}
