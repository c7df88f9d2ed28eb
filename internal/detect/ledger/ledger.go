package ledger

import (
	"context"
	"maps"
	"sync"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/detect"
	"github.com/vedette-soc/vedette/internal/statestore"
	"github.com/vedette-soc/vedette/internal/telemetry"
)

// Config says how long the ledger remembers and when it speaks up.
type Config struct {
	Retention  time.Duration // of minutes, states and gaps
	AlertAfter time.Duration // how long a gap lasts until people are told; a minute for sources that send all the time
	MaxPairs   int           // pairs of source and kind of record that are told apart
}

// DefaultConfig keeps a month and tells of a gap after five minutes.
func DefaultConfig() Config {
	return Config{Retention: 30 * 24 * time.Hour, AlertAfter: 5 * time.Minute, MaxPairs: 50_000}
}

// Validate says what is wrong with the configuration.
func (c Config) Validate() error {
	switch {
	case c.Retention < 24*time.Hour || c.Retention > 400*24*time.Hour:
		return vedette.Errorf(vedette.CodeInvalid, "ledger.retention must be between a day and 400 days")
	case c.AlertAfter < 10*time.Second || c.AlertAfter > 24*time.Hour:
		return vedette.Errorf(vedette.CodeInvalid, "ledger.alert_after must be between 10 seconds and a day")
	case c.MaxPairs < 1 || c.MaxPairs > 1_000_000:
		return vedette.Errorf(vedette.CodeInvalid, "the ledger must tell between one and a million pairs apart")
	}
	return nil
}

// Deps is what the ledger looks at. Every field is needed but Metrics.
type Deps struct {
	Store   *statestore.Store
	Rules   func() *detect.Ruleset
	Sources func() []telemetry.Health
	// Behind tells whether the journal holds records that were not processed yet.
	Behind func() bool
	// Tell hears of a gap that lasted long enough to wake people, and again, with Until set, when it ended. It must not
	// block and must not call the ledger.
	Tell    func(vedette.LedgerGap)
	Now     func() time.Time
	Metrics *telemetry.Metrics
}

// Ledger is the account. Its methods may be called from any goroutine.
type Ledger struct {
	cfg    Config
	deps   Deps
	counts figures

	writing sync.RWMutex // held while what is stored changes: readers see each count once

	mu        sync.Mutex
	pairs     map[pairKey]*pair
	byID      map[int64]*pair
	kinds     map[sourceKey]int // pairs of each source
	lastID    int64
	fresh     minutes   // counted and not stored yet
	through   uint64    // last journal sequence that is counted
	saved     uint64    // and stored
	watermark time.Time // when the newest record that was processed came in
	minuted   map[int64]bool
	rules     ruleStates
	gaps      gapBook
	begun     time.Time
	pruned    time.Time
}

// minutes holds counts by minute since 1970 and by pair.
type minutes map[int64]map[int64]int64

func (m minutes) add(minute, pair, n int64) {
	if m[minute] == nil {
		m[minute] = map[int64]int64{}
	}
	m[minute][pair] += n
}

type figures struct {
	gaps, pairs *telemetry.Gauge
	seconds     *telemetry.Histogram
}

// New opens the ledger with what was stored.
func New(ctx context.Context, cfg Config, deps Deps) (*Ledger, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	l := &Ledger{
		cfg: cfg, deps: deps, begun: deps.Now(), fresh: minutes{}, minuted: map[int64]bool{},
		pairs: map[pairKey]*pair{}, byID: map[int64]*pair{}, kinds: map[sourceKey]int{},
		counts: figures{
			gaps:    deps.Metrics.Gauge("vedette_ledger_gaps_count", "Times in which rules are blind that last now, by kind.", "kind"),
			pairs:   deps.Metrics.Gauge("vedette_ledger_pairs_count", "Pairs of source and kind of record that are counted."),
			seconds: deps.Metrics.Histogram("vedette_ledger_flush_seconds", "Time to write the ledger down.", []float64{.001, .005, .02, .1, .5, 2}),
		},
	}
	var err error
	if l.through, err = deps.Store.Progress(ctx, statestore.ProgressLedger); err != nil {
		return nil, err
	}
	l.saved = l.through
	if err := l.loadPairs(ctx); err != nil {
		return nil, err
	}
	if err := l.loadMinuted(ctx); err != nil {
		return nil, err
	}
	if err := l.loadRules(ctx); err != nil {
		return nil, err
	}
	return l, l.loadGaps(ctx)
}

// Observe counts the events of one journal sequence. A sequence that is counted already is left out, so replays count
// nothing twice. It is called in the order of sequences.
func (l *Ledger) Observe(seq uint64, events []*vedette.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if seq <= l.through {
		return
	}
	l.through = seq
	var run run
	for _, ev := range events {
		minute := ev.Received.Unix() / 60
		if run.pair == nil || run.minute != minute || !run.pair.key.is(ev) {
			l.note(run)
			run = newRun(l.pairOf(ev), minute)
		}
		run.n++
		run.last = ev.Received
	}
	l.note(run)
}

// run is a number of events in a row of one pair and minute.
type run struct {
	pair   *pair
	minute int64
	n      int64
	last   time.Time
}

func newRun(p *pair, minute int64) run { return run{pair: p, minute: minute} }

func (l *Ledger) note(r run) {
	if r.pair == nil {
		return
	}
	l.fresh.add(r.minute, r.pair.id, r.n)
	r.pair.rhythm.Heard(r.last, r.n)
	if r.last.After(l.watermark) {
		l.watermark = r.last
	}
}

// Saved is the last journal sequence that is counted and stored. What comes later must stay in the journal.
func (l *Ledger) Saved() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.saved
}

// behind tells whether records wait to be processed for longer than a moment, and the time of arrival up to which none
// does. With nothing waiting that is now.
func (l *Ledger) behind(now time.Time) (upTo time.Time, waiting bool) {
	if !l.deps.Behind() {
		return now, false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	at := l.watermark
	if at.IsZero() {
		at = l.begun
	}
	if now.Sub(at) < moment {
		return now, false
	}
	return at, true
}

// moment is how far the process may be behind without anybody calling it a backlog.
const moment = 10 * time.Second

// pairsOf returns copies of the pairs of a tenant, all of its sources or one.
func (l *Ledger) pairsOf(tenant, source string) []pair {
	l.mu.Lock()
	defer l.mu.Unlock()
	var list []pair
	for _, p := range l.pairs {
		if p.key.tenant == tenant && (source == "" || p.key.source == source) {
			list = append(list, *p)
		}
	}
	return list
}

// freshCopy returns what is counted and not stored.
func (l *Ledger) freshCopy() minutes {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := make(minutes, len(l.fresh))
	for minute, counts := range l.fresh {
		out[minute] = maps.Clone(counts)
	}
	return out
}
