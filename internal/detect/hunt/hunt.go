package hunt

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/detect"
	"github.com/vedette-soc/vedette/internal/eventstore"
)

// Store is what a hunt needs of the event store.
type Store interface {
	eventstore.Searcher
	eventstore.Scanner
}

// Config bounds hunts.
type Config struct {
	Time       time.Duration // that one may take
	Rows       int64         // that one may judge
	Matches    int           // that one may keep in memory
	Concurrent int           // at the same time; more are refused
	Lateness   time.Duration // that correlations have; their default when it is 0
	Now        func() time.Time
	// Understand reads a record again, to learn the log source of rows that were stored without; nil leaves them out of
	// what rules with a log source find.
	Understand func(*vedette.Record) []*vedette.Event
}

// DefaultConfig returns limits that leave a small machine room to detect meanwhile.
func DefaultConfig() Config {
	return Config{Time: 50 * time.Second, Rows: 50_000_000, Matches: 100_000, Concurrent: 2, Now: time.Now}
}

// Hunter hunts. Its methods may be called from any number of goroutines.
type Hunter struct {
	cfg   Config
	store Store
	slots chan struct{}

	mu       sync.Mutex
	unmarked map[string]time.Time // by tenant: the newest row without a log source
}

// New returns a hunter on a store.
func New(cfg Config, store Store) (*Hunter, error) {
	if store == nil || cfg.Now == nil || cfg.Time <= 0 || cfg.Rows <= 0 || cfg.Matches <= 0 || cfg.Concurrent <= 0 {
		return nil, vedette.Errorf(vedette.CodeInternal, "a hunter needs a store, a clock and limits over zero")
	}
	return &Hunter{cfg: cfg, store: store, slots: make(chan struct{}, cfg.Concurrent), unmarked: make(map[string]time.Time)}, nil
}

// Span is whose events of which time are meant. Since is included, until is not.
type Span struct {
	Tenant       string
	Since, Until time.Time
}

// defaultSpan is how far back a hunt goes that does not say.
const defaultSpan = 30 * 24 * time.Hour

func (h *Hunter) fill(span Span) (Span, error) {
	if span.Until.IsZero() {
		span.Until = h.cfg.Now().Add(24 * time.Hour) // clocks may be ahead
	}
	if span.Since.IsZero() {
		span.Since = h.cfg.Now().Add(-defaultSpan)
	}
	if !span.Until.After(span.Since) {
		return span, vedette.Errorf(vedette.CodeInvalid, "until is not after since")
	}
	return span, nil
}

// Match is a rule and an event that it matches. The event is the receiver's.
type Match struct {
	Rule  *detect.Rule
	Event *vedette.Event
	Time  time.Time // at which the event is kept: its own, unless that was not to be believed
}

// Report tells what a hunt cost, and whether it saw everything.
type Report struct {
	Query    string        // what the store was asked for, of the first of several questions
	Queries  int           // how many questions there were for each day
	Looked   int64         // rows in parts of the store that could not be ruled out
	Read     int64         // rows that were made events and judged
	Matched  int64         // pairs of rule and event
	Took     time.Duration // from start to end
	Judging  time.Duration // of all workers, making events and judging them
	Complete bool          // everything in the span was looked at
	Reason   string        // why not
	Since    time.Time     // from when on everything was looked at; days are gone through from the newest
}

// Hunt finds what rules of a set would have matched; nil means all of them. fn is called for one match at a time, in no
// order within a day, newest day first; its error ends the hunt and is returned. Too many hunts at once fail with
// vedette.CodeLimited. A hunt that meets a limit is no error: its report says so.
func (h *Hunter) Hunt(ctx context.Context, rs *detect.Ruleset, rules []*detect.Rule, span Span, fn func(Match) error) (Report, error) {
	span, err := h.fill(span)
	if err != nil {
		return Report{}, err
	}
	leave, err := h.enter()
	if err != nil {
		return Report{}, err
	}
	defer leave()
	return h.hunt(ctx, batches(rs, rules), span, fn)
}

// errTime and errRows end a hunt that met a limit.
var (
	errTime = errors.New("the time was up")
	errRows = errors.New("too many rows")
)

func (h *Hunter) enter() (leave func(), err error) {
	select {
	case h.slots <- struct{}{}:
		return func() { <-h.slots }, nil
	default:
		return nil, vedette.Errorf(vedette.CodeLimited, "%d hunts are under way already; try again when one has ended", h.cfg.Concurrent)
	}
}

func (h *Hunter) hunt(ctx context.Context, all []batch, span Span, fn func(Match) error) (Report, error) {
	start := time.Now()
	report := Report{Queries: len(all)}
	limited, cancel := context.WithTimeoutCause(ctx, h.cfg.Time, errTime)
	defer cancel()
	r := &run{hunter: h, span: span, fn: fn}
	err := r.days(limited, all, &report)
	report.Looked, report.Read, report.Matched = r.looked.Load(), r.read.Load(), r.matched
	report.Judging, report.Took = time.Duration(r.judging.Load()), time.Since(start)
	switch {
	case err == nil:
	case errors.Is(context.Cause(limited), errTime) && ctx.Err() == nil:
		report.Reason, err = fmt.Sprintf("it took longer than %s; a shorter span or a narrower rule takes less", h.cfg.Time), nil
	case errors.Is(err, errRows):
		report.Reason, err = fmt.Sprintf("more than %d events had to be judged", h.cfg.Rows), nil
	}
	return report, err
}

// days goes through the span, newest day first, and notes how far it came.
func (r *run) days(ctx context.Context, all []batch, report *Report) (err error) {
	report.Complete, report.Since = false, r.span.Until
	if r.unmarked, err = r.hunter.unmarkedAfter(ctx, r.span); err != nil {
		return err
	}
	if len(all) > 0 {
		report.Query = all[0].text(r.unmarked)
	}
	for _, day := range days(r.span) {
		for _, b := range all {
			if err := r.scan(ctx, b, day); err != nil {
				return err
			}
		}
		report.Since = day.Since
	}
	report.Complete = true
	return nil
}

// mostParts is into how many parts a span is cut at the most.
const mostParts = 400

// days cuts a span at midnight, newest day first, so that what a limit cuts off is old. A very long one is cut less often.
func days(span Span) []Span {
	const day = 24 * time.Hour
	each := 1 + int(span.Until.Sub(span.Since)/day)/mostParts // in days
	step := time.Duration(each) * day
	var out []Span
	for until := span.Until; until.After(span.Since); {
		since := until.Add(-1).UTC().Truncate(step)
		if since.Before(span.Since) {
			since = span.Since
		}
		out = append(out, Span{Tenant: span.Tenant, Since: since, Until: until})
		until = since
	}
	return out
}

// run is one hunt under way.
type run struct {
	hunter   *Hunter
	span     Span
	unmarked bool
	read     atomic.Int64
	looked   atomic.Int64
	judging  atomic.Int64

	mu      sync.Mutex
	fn      func(Match) error
	matched int64
}

// worker is what one goroutine of a scan judges with.
type worker struct {
	judge *detect.Judge
	event vedette.Event
}

func (r *run) scan(ctx context.Context, b batch, day Span) error {
	var workers sync.Pool
	q := eventstore.Query{Tenant: day.Tenant, Kind: eventstore.KindEvent, Text: b.text(r.unmarked), Since: day.Since, Until: day.Until}
	stats, err := r.hunter.store.Scan(ctx, q, func(row eventstore.Row) error {
		if r.read.Add(1) > r.hunter.cfg.Rows {
			return errRows
		}
		start := time.Now()
		w, _ := workers.Get().(*worker)
		if w == nil {
			w = &worker{judge: b.judge()}
		}
		defer workers.Put(w)
		eventstore.Restore(row, day.Tenant, &w.event)
		if r.unmarked && row.Value(eventstore.FieldLogsource) == "" {
			r.hunter.recognise(&w.event)
		}
		var matched []*detect.Rule
		w.judge.Matches(&w.event, func(rule *detect.Rule) {
			if b.wanted(rule) {
				matched = append(matched, rule)
			}
		})
		r.judging.Add(int64(time.Since(start)))
		if len(matched) == 0 {
			return nil
		}
		return r.found(matched, own(&w.event), row.Time)
	})
	r.looked.Add(stats.Looked)
	return err
}

func (r *run) found(rules []*detect.Rule, ev *vedette.Event, at time.Time) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, rule := range rules {
		r.matched++
		if err := r.fn(Match{Rule: rule, Event: ev, Time: at}); err != nil {
			return err
		}
	}
	return nil
}

// unmarkedAfter tells whether some row of the span may not say its log source. Such rows become fewer, never more, so
// the newest is looked for only once.
func (h *Hunter) unmarkedAfter(ctx context.Context, span Span) (bool, error) {
	const most = 10_000 // tenants
	h.mu.Lock()
	newest, known := h.unmarked[span.Tenant]
	h.mu.Unlock()
	if known {
		return !newest.IsZero() && !newest.Before(span.Since), nil
	}
	q := eventstore.Query{
		Tenant: span.Tenant, Kind: eventstore.KindEvent, Text: name(eventstore.FieldLogsource) + `:""`, Limit: 1,
		Fields: []string{eventstore.FieldDataset},
	}
	err := h.store.Search(ctx, q, func(row eventstore.Row) error {
		newest = row.Time
		return nil
	})
	if err != nil {
		return false, fmt.Errorf("look for rows without a log source: %w", err)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.unmarked) < most {
		h.unmarked[span.Tenant] = newest
	}
	return !newest.IsZero() && !newest.Before(span.Since), nil
}

// recognise gives an event the log source that its record has when it is read again.
func (h *Hunter) recognise(ev *vedette.Event) {
	if h.cfg.Understand == nil {
		return
	}
	again := h.cfg.Understand(&vedette.Record{Tenant: ev.Tenant, Source: ev.Source, Received: ev.Received, Data: []byte(ev.Raw)})
	i := slices.IndexFunc(again, func(e *vedette.Event) bool { return e.Dataset == ev.Dataset })
	if i >= 0 {
		ev.Logsource = again[i].Logsource
	}
}
