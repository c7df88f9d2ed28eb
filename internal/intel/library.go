package intel

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/statestore"
	"github.com/vedette-soc/vedette/internal/telemetry"
)

// Config says how indicators are kept.
type Config struct {
	Policy Policy
	Max    int                 // indicators that may be live; further ones are left out and reported
	Hunt   time.Duration       // how far back a new indicator is searched for; 0 does not
	Allow  []vedette.Allowance // entries of the allow-list that stand in the configuration
}

// Bounds and rhythms of the library.
const (
	defaultMax   = 2_000_000
	absoluteMax  = shardCount * (maxEntries / 2)
	applyEvery   = 20_000 // changes that are gathered before they are put in force
	pruneBatch   = 2_000
	keepExpired  = 90 * day
	maxSightings = 10_000 // indicators whose sightings wait to be written down
)

// DefaultConfig keeps two million indicators and hunts 30 days back.
func DefaultConfig() Config {
	return Config{Policy: DefaultPolicy(), Max: defaultMax, Hunt: 30 * day}
}

// Store is what the library needs of the statestore.
type Store = *statestore.Store

// Deps is what the library stands on. Store and Log are needed.
type Deps struct {
	Store    Store
	Log      *slog.Logger
	Metrics  *telemetry.Metrics // may be nil
	Now      func() time.Time   // time.Now when nil
	Entities func(*vedette.Event) []vedette.EntityRef
	Hunt     HuntFunc                                     // searches stored events; nil hunts nothing
	Found    func(context.Context, []vedette.Alert) error // takes the alerts of a hunt
}

// Library is all indicators: those that are stored, and in its Matcher those that are live.
type Library struct {
	*Matcher
	cfg   Config
	deps  Deps
	gauge *telemetry.Gauge
	held  *telemetry.Gauge

	change  sync.Mutex // one import or removal at a time
	checked time.Time  // gaps in validity are looked after up to here
	news    chan struct{}

	mu   sync.Mutex
	seen map[sightingKey]*vedette.IndicatorSightings
	lost int64
}

type sightingKey struct{ tenant, indicator string }

// Open reads the stored indicators and is ready to match.
func Open(ctx context.Context, cfg Config, deps Deps) (*Library, error) {
	if cfg.Policy.Kinds == nil {
		cfg.Policy = DefaultPolicy()
	}
	if err := cfg.Policy.Validate(); err != nil {
		return nil, err
	}
	cfg.Max = min(cmp.Or(cfg.Max, defaultMax), absoluteMax)
	if deps.Now == nil {
		deps.Now = time.Now
	}
	l := &Library{
		Matcher: NewMatcher(MatcherConfig{Policy: cfg.Policy, Now: deps.Now, Entities: deps.Entities}), cfg: cfg, deps: deps,
		seen: map[sightingKey]*vedette.IndicatorSightings{}, checked: deps.Now(), news: make(chan struct{}, 1),
	}
	if deps.Metrics != nil {
		l.gauge = deps.Metrics.Gauge("vedette_intel_indicators_count", "Indicators that are looked for.")
		l.held = deps.Metrics.Gauge("vedette_intel_held_count", "Hits that did not fire since the start, by reason.", "reason")
	}
	if err := l.reloadAllow(ctx); err != nil {
		return nil, err
	}
	return l, l.load(ctx)
}

// load puts every stored indicator that is live into the matcher. One that is in a gap of its validity is settled anew.
func (l *Library) load(ctx context.Context) error {
	now, count := l.deps.Now(), 0
	batch := make([]vedette.Indicator, 0, applyEvery)
	var gaps []string
	err := l.deps.Store.EachIndicator(ctx, now, func(in vedette.Indicator) error {
		if !in.ValidUntil.After(now) {
			gaps = append(gaps, in.ID)
			return nil
		}
		if count++; count > l.cfg.Max {
			return nil
		}
		if batch = append(batch, in); len(batch) == cap(batch) {
			l.Put(batch)
			batch = batch[:0]
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("load the indicators: %w", err)
	}
	l.Put(batch)
	if count > l.cfg.Max {
		l.deps.Log.Error("more indicators are stored than may be live", "stored", count, "live", l.cfg.Max)
	}
	for len(gaps) > 0 {
		n := min(len(gaps), statestore.MaxIndicatorBatch)
		if err := l.resettle(ctx, gaps[:n]); err != nil {
			return err
		}
		gaps = gaps[n:]
	}
	return nil
}

// resettle works out anew what the assertions of indicators say together, and puts it in force.
func (l *Library) resettle(ctx context.Context, ids []string) error {
	now := l.deps.Now()
	var changed []vedette.Indicator
	err := l.deps.Store.MergeIndicators(ctx, ids, func(_ string, have vedette.Indicator) (vedette.Indicator, bool) {
		if have.ID == "" {
			return have, false
		}
		settle(&have, now)
		changed = append(changed, have)
		return have, true
	})
	if err != nil {
		return fmt.Errorf("settle indicators anew: %w", err)
	}
	l.Put(changed)
	return nil
}

// Delete removes an indicator and all that feeds said of it, in the store given, which may write an audit line with it.
func (l *Library) Delete(ctx context.Context, in Store, id string) error {
	l.change.Lock()
	defer l.change.Unlock()
	var gone vedette.Indicator
	err := in.MergeIndicators(ctx, []string{id}, func(_ string, have vedette.Indicator) (vedette.Indicator, bool) {
		gone = have
		return vedette.Indicator{}, have.ID != ""
	})
	if err != nil {
		return err
	}
	if gone.ID == "" {
		return vedette.Errorf(vedette.CodeNotFound, "there is no indicator %q", vedette.Shorten(id, 100))
	}
	gone.Feeds = nil
	l.Put([]vedette.Indicator{gone})
	l.observe()
	return nil
}

// Forget removes everything that a feed said. Indicators that no other feed names go with it.
func (l *Library) Forget(ctx context.Context, feed string) error {
	l.change.Lock()
	defer l.change.Unlock()
	now := l.deps.Now()
	for {
		ids, err := l.deps.Store.IndicatorsOf(ctx, feed, "", statestore.MaxIndicatorBatch)
		if err != nil || len(ids) == 0 {
			l.observe()
			return err
		}
		var changed []vedette.Indicator
		err = l.deps.Store.MergeIndicators(ctx, ids, func(_ string, have vedette.Indicator) (vedette.Indicator, bool) {
			var left []vedette.Assertion
			for _, a := range have.Assertions {
				if a.Feed != feed {
					left = append(left, a)
				}
			}
			have.Assertions = left
			settle(&have, now)
			changed = append(changed, have)
			return have, true
		})
		if err != nil {
			return fmt.Errorf("remove what feed %s said: %w", feed, err)
		}
		l.Put(changed)
	}
}

func (l *Library) observe() {
	st := l.Stats()
	if l.gauge == nil {
		return
	}
	l.gauge.Set(float64(st.Indicators))
	for reason, n := range map[string]int64{"expired": st.Expired, "faded": st.Faded, "allowed": st.Allowed, "future": st.Future} {
		l.held.Set(float64(n), reason)
	}
}
