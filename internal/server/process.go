package server

import (
	"context"
	"log/slog"
	"runtime/debug"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/detect"
	"github.com/vedette-soc/vedette/internal/detect/ledger"
	"github.com/vedette-soc/vedette/internal/entity"
	"github.com/vedette-soc/vedette/internal/eventstore"
	"github.com/vedette-soc/vedette/internal/intel"
	"github.com/vedette-soc/vedette/internal/journal"
	"github.com/vedette-soc/vedette/internal/normalize"
	"github.com/vedette-soc/vedette/internal/respond"
	"github.com/vedette-soc/vedette/internal/statestore"
	"github.com/vedette-soc/vedette/internal/telemetry"
	"github.com/vedette-soc/vedette/internal/triage"
)

// Names under which progress is kept in the state database, as journal sequences.
const (
	progressIndexed = "indexed" // everything up to here is surely on the eventstore's disk
	progressRespond = "respond" // every alert up to here was considered for an answer
)

// finishStoring is how long, after the server was asked to stop, batches already read may take to be stored.
const finishStoring = 2 * time.Second

// tryAgain is how long the process waits for an engine that cannot take anything now.
const tryAgain = time.Second

// stagesAhead is how many batches may wait between understanding and storing.
const stagesAhead = 3

// process is the middle of the corridor: it reads the journal in order and makes of each batch events, alerts,
// incidents and answers. After any start it begins behind the last sequence that is surely stored, and does again only
// what is missing.
type process struct {
	journal      journal.Journal
	events       eventStore
	state        *statestore.Store
	engine       *detect.Engine
	intel        *intel.Library // nil looks for no indicators
	watch        *entity.Watch  // nil learns nothing of names, uses and sessions
	triage       *triage.Triage
	noise        *noise // nil suppresses nothing
	responder    *respond.Responder
	sources      *telemetry.Sources
	ledger       *ledger.Ledger          // nil counts nothing
	correlations *correlations           // nil correlates nothing
	baselines    *baselines              // nil learns nothing
	indexed      uint64                  // what was surely stored when the process began
	trimmed      uint64                  // what the journal was last told to forget
	normalizers  []*normalize.Normalizer // one for each worker
	publish      func(kind, id string, payload any)
	log          *slog.Logger
	counts       processCounts
	again        time.Duration // tryAgain

	present    *eventstore.Presence // what an earlier run already stored; nil when there is nothing to compare
	presentEnd uint64               // last sequence that an earlier run may have stored
	presentAt  uint64               // the first that was compared
	considered uint64
	done       atomic.Uint64 // last sequence that went all the way
	times      detectTimes
}

// eventStore is what the process needs of the eventstore.
type eventStore interface {
	eventstore.Writer
	eventstore.Recoverer
	// Alert returns an alert that is stored.
	Alert(ctx context.Context, tenant, id string) (vedette.Alert, error)
}

// processCounts are the figures that the process publishes.
type processCounts struct {
	events, alerts, shadows, suppressed, failures, skipped, defects *telemetry.Counter
	lag                                                             *telemetry.Histogram
}

func newProcessCounts(m *telemetry.Metrics) processCounts {
	return processCounts{
		events:     m.Counter("vedette_process_events_total", "Events that went through the pipeline."),
		alerts:     m.Counter("vedette_process_alerts_total", "Alerts that rules made.", "severity"),
		shadows:    m.Counter("vedette_process_shadow_alerts_total", "Alerts of rules that are only being tried out."),
		suppressed: m.Counter("vedette_process_suppressed_alerts_total", "Alerts that a suppression kept out of incidents; they are stored."),
		failures:   m.Counter("vedette_process_parse_failures_total", "Records that no parser understood, kept raw.", "reason"),
		skipped:    m.Counter("vedette_process_recovered_total", "Events found already stored after an unclean stop."),
		defects:    m.Counter("vedette_process_defects_total", "Defects of our own that were stopped, by stage; what they met is stored all the same.", "stage"),
		lag: m.Histogram("vedette_process_lag_seconds", "From a record's arrival until its events were stored.",
			[]float64{.005, .01, .02, .05, .1, .2, .5, 1, 2, 5, 10, 60}),
	}
}

// batch is what one journal sequence became.
type batch struct {
	seq    uint64
	events []*vedette.Event
	alerts []vedette.Alert
}

// Run reads the journal until the context ends, and returns when everything read was stored.
func (p *process) Run(ctx context.Context) error {
	from, err := p.recover(ctx)
	if err != nil {
		return err
	}
	// What was read is stored even when the server is asked to stop meanwhile, but an eventstore that takes nothing must
	// not keep it from stopping: what is not stored then is in the journal.
	finish, giveUp := context.WithCancel(context.WithoutCancel(ctx))
	defer giveUp()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(finishStoring, giveUp) })()
	understood := make(chan batch, stagesAhead)
	storing, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	var stored sync.WaitGroup
	stored.Go(func() {
		for b := range understood {
			if err := p.store(finish, b); err != nil {
				fail(err)
				return
			}
		}
	})
	err = p.journal.Read(storing, from, func(seq uint64, records []vedette.Record) error {
		select {
		case understood <- p.understand(seq, records):
			return nil
		case <-storing.Done():
			return context.Cause(storing)
		}
	})
	close(understood)
	stored.Wait()
	if ctx.Err() != nil {
		return nil
	}
	if cause := context.Cause(storing); cause != nil {
		return cause
	}
	return err
}

// processed is the newest journal sequence that something was made of. A journal that is not as far has been lost: were
// its successor to begin at 1, everything in it would be taken for known and skipped.
func processed(ctx context.Context, state *statestore.Store) (last uint64, err error) {
	for _, name := range []string{progressIndexed, progressRespond, statestore.ProgressTriage} {
		seq, err := state.Progress(ctx, name)
		if err != nil {
			return 0, err
		}
		last = max(last, seq)
	}
	return last, nil
}

// recover finds where to begin, and what an earlier run already stored beyond that.
func (p *process) recover(ctx context.Context) (from uint64, err error) {
	indexed, err := p.state.Progress(ctx, progressIndexed)
	if err != nil {
		return 0, err
	}
	if p.considered, err = p.state.Progress(ctx, progressRespond); err != nil {
		return 0, err
	}
	held, err := p.journal.State(ctx)
	if err != nil {
		return 0, err
	}
	p.done.Store(indexed)
	p.indexed = indexed
	from = p.correlations.begin(indexed, held.Last)
	if from, err = p.baselines.begin(from, indexed, held.Last); err != nil {
		return 0, err
	}
	if held.Last < from {
		return from, nil
	}
	begin := time.Now()
	if p.present, err = p.events.Present(ctx, from, held.Last); err != nil {
		return 0, err
	}
	p.presentAt, p.presentEnd = from, held.Last
	p.log.Info("comparing the journal with the eventstore after a stop",
		"from", from, "through", held.Last, "took", time.Since(begin))
	return from, nil
}

// understand makes events and alerts of a batch of records.
func (p *process) understand(seq uint64, records []vedette.Record) batch {
	b := batch{seq: seq}
	records, orders := withoutOrders(records)
	records, received := withoutTicks(records)
	parts := make([][]*vedette.Event, len(p.normalizers))
	p.split(len(records), func(worker, from, to int) {
		for i := range records[from:to] {
			rec := &records[from+i]
			p.normalizers[worker].Normalize(rec, func(ev *vedette.Event) {
				if seq > p.indexed { // what is read again for correlations was noted before
					p.note(ev, rec)
				}
				parts[worker] = append(parts[worker], ev)
			})
		}
	})
	for _, part := range parts {
		b.events = append(b.events, part...)
	}
	for i, ev := range b.events {
		ev.Seq, ev.Place = seq, uint32(i)
	}
	unusual := p.baselines.start(seq, b.events, orders, received)
	rules := p.engine.Ruleset()
	found := make([][]vedette.Alert, len(p.normalizers))
	matched := make([][]detect.Match, len(p.normalizers))
	p.split(len(b.events), func(worker, from, to int) {
		for _, ev := range b.events[from:to] {
			p.detect(ev, func(a vedette.Alert) { found[worker] = append(found[worker], a) },
				func(m detect.Match) { matched[worker] = append(matched[worker], m) })
		}
	})
	for _, part := range found {
		b.alerts = append(b.alerts, part...)
	}
	if p.correlations != nil {
		b.alerts = append(b.alerts, p.correlations.observe(seq, rules, slices.Concat(matched...), received)...)
	}
	b.alerts = append(b.alerts, unusual()...)
	return b
}

// detect asks the rules about one event. A defect of ours must not stop the server at this event again and again: the
// event is stored without further alerts, and the log says so.
func (p *process) detect(ev *vedette.Event, fn func(vedette.Alert), match func(detect.Match)) {
	defer func() {
		if v := recover(); v != nil {
			p.counts.defects.Add(1, "detect")
			p.log.Error("a defect kept an event from being looked at", "event", ev.ID(), "panic", v, "stack", string(debug.Stack()))
		}
	}()
	p.triage.Names().Observe(ev)
	if p.watch != nil {
		p.watch.Observe(ev)
	}
	p.engine.Run(ev, fn, match)
	if p.intel != nil {
		p.intel.Match(ev, fn)
	}
}

// split shares n pieces out over the workers, in order; few pieces are not worth sharing.
func (p *process) split(n int, work func(worker, from, to int)) {
	workers := min(len(p.normalizers), n/32+1)
	var wait sync.WaitGroup
	for w := 1; w < workers; w++ {
		wait.Go(func() { work(w, n*w/workers, n*(w+1)/workers) })
	}
	work(0, 0, n/workers)
	wait.Wait()
}

func (p *process) note(ev *vedette.Event, rec *vedette.Record) {
	if reason := ev.Value(vedette.FieldParseError); reason != "" {
		p.sources.Failed(rec, reason)
		p.counts.failures.Add(1, reason)
		return
	}
	p.sources.Parsed(byOwnClock(ev), rec)
}

// byOwnClock is the event at the time its source's clock said, when that was not believed: the register of sources tells
// by how much a clock is off.
func byOwnClock(ev *vedette.Event) *vedette.Event {
	ahead, err := strconv.ParseInt(ev.Value(vedette.FieldClockSkew), 10, 64)
	if err != nil {
		return ev
	}
	own := *ev
	own.Time = ev.Received.Add(time.Duration(ahead) * time.Second)
	return &own
}

// store folds the alerts, stores what is not stored yet, and answers.
func (p *process) store(ctx context.Context, b batch) error {
	p.noise.mark(b.alerts)
	alerts, err := p.fold(ctx, b)
	if err != nil {
		return err
	}
	if b.seq > p.considered {
		if err := p.consider(ctx, b.seq, alerts); err != nil {
			return err
		}
	}
	events, fresh, err := p.missing(ctx, b, alerts)
	if err != nil {
		return err
	}
	if err := p.append(ctx, events, fresh); err != nil {
		return err
	}
	if p.ledger != nil {
		p.ledger.Observe(b.seq, b.events)
	}
	if p.intel != nil {
		p.intel.Saw(fresh)
	}
	p.done.Store(max(b.seq, p.indexed)) // what is read again for correlations was done before
	now := time.Now()
	p.counts.events.Add(float64(len(events)))
	for i := range fresh {
		if fresh[i].Shadow {
			p.counts.shadows.Add(1)
			continue
		}
		if fresh[i].Suppressed != "" {
			p.counts.suppressed.Add(1)
			p.noise.saw(&fresh[i])
			continue
		}
		p.counts.alerts.Add(1, fresh[i].Severity.String())
		p.times.add(fresh[i].Detected.Sub(fresh[i].Received))
		p.publish("alert", fresh[i].ID, fresh[i])
	}
	for i := range b.events {
		if i == len(b.events)-1 || b.events[i].Source != b.events[i+1].Source {
			lag := now.Sub(b.events[i].Received)
			p.counts.lag.Observe(lag.Seconds())
			p.sources.Searchable(b.events[i].Tenant, b.events[i].Source, lag)
		}
	}
	return nil
}

// fold puts the alerts into incidents. A batch that the statestore will never take, because something in it is over a
// limit, must not stop the server at every start: its alerts are folded one by one, and those that cannot be are stored
// without an incident, and the log says so.
func (p *process) fold(ctx context.Context, b batch) (alerts []vedette.Alert, err error) {
	err = p.insist(ctx, "store incidents", func() error {
		alerts, err = p.foldOnce(ctx, b)
		return err
	})
	if code := vedette.CodeOf(err); code == vedette.CodeTooLarge || code == vedette.CodeInvalid {
		return p.foldEach(ctx, b, err)
	}
	return alerts, err
}

// foldOnce turns a panic into an error that is not tried again.
func (p *process) foldOnce(ctx context.Context, b batch) (alerts []vedette.Alert, err error) {
	defer func() {
		if v := recover(); v != nil {
			p.counts.defects.Add(1, "triage")
			p.log.Error("a defect kept alerts from being folded", "panic", v, "stack", string(debug.Stack()))
			err = vedette.Errorf(vedette.CodeInvalid, "a defect of triage: %v", v)
		}
	}()
	return p.triage.Fold(ctx, b.seq, b.alerts)
}

// consider asks the responder about the alerts, once for each sequence whatever happens between.
func (p *process) consider(ctx context.Context, seq uint64, alerts []vedette.Alert) error {
	if len(alerts) == 0 {
		return nil
	}
	for i := range alerts {
		if !alerts[i].Shadow && alerts[i].Suppressed == "" { // its rule is only being tried out, or people keep it out
			p.responder.Consider(ctx, alerts[i])
		}
	}
	p.considered = seq
	return p.insist(ctx, "note what was answered", func() error { return p.state.SetProgress(ctx, progressRespond, seq) })
}

// missing leaves out what an earlier run already stored.
func (p *process) missing(ctx context.Context, b batch, alerts []vedette.Alert) ([]*vedette.Event, []vedette.Alert, error) {
	if p.present == nil || b.seq > p.presentEnd {
		p.present = nil
		return b.events, alerts, nil
	}
	events, fresh := b.events[:0:0], alerts[:0:0]
	for _, ev := range b.events {
		if !p.present.Event(ev.Seq, ev.Place) {
			events = append(events, ev)
		}
	}
	for _, a := range alerts {
		stored, err := p.stored(ctx, &a)
		if err != nil {
			return nil, nil, err
		}
		if !stored {
			fresh = append(fresh, a)
		}
	}
	p.counts.skipped.Add(float64(len(b.events) - len(events)))
	return events, fresh, nil
}

// stored tells whether an earlier run stored an alert. One that time completed may speak of an event from before what was
// compared; the store is asked for it by name.
func (p *process) stored(ctx context.Context, a *vedette.Alert) (yes bool, err error) {
	if seq, _, err := vedette.ParseEventID(a.EventID); p.present.Alert(a.ID) || err == nil && seq >= p.presentAt {
		return p.present.Alert(a.ID), nil
	}
	err = p.insist(ctx, "look for an alert", func() error {
		_, err := p.events.Alert(ctx, a.Tenant, a.ID)
		return err
	})
	if vedette.CodeOf(err) == vedette.CodeNotFound {
		return false, nil
	}
	return err == nil, err
}

// append stores what is not stored yet.
func (p *process) append(ctx context.Context, events []*vedette.Event, alerts []vedette.Alert) error {
	if len(events)+len(alerts) == 0 {
		return nil
	}
	return p.insist(ctx, "store events", func() error { return p.events.Append(ctx, events, alerts) })
}

// insist tries until it works, while an engine cannot: its disk is full, its database is away. Nothing may be skipped,
// so the journal fills up behind it and clients are slowed.
func (p *process) insist(ctx context.Context, doing string, try func() error) error {
	for n := 0; ; n++ {
		err := try()
		if err == nil || vedette.CodeOf(err) != vedette.CodeUnavailable {
			return err
		}
		if n%60 == 0 {
			p.log.Error(doing+"; trying again every second", "error", err)
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(p.again):
		}
	}
}

// Checkpoint moves on what is surely on disk and lets the journal forget it.
func (p *process) Checkpoint(ctx context.Context) error {
	through := min(p.events.DurableThrough(), p.done.Load())
	if p.ledger != nil { // what it has not written down is counted again after a kill
		through = min(through, p.ledger.Saved())
	}
	indexed, err := p.state.Progress(ctx, progressIndexed)
	if err != nil {
		return err
	}
	if through > indexed {
		if err := p.state.SetProgress(ctx, progressIndexed, through); err != nil {
			return err
		}
		indexed = through
	}
	return p.trim(ctx, indexed)
}

// trim lets the journal forget what is surely stored and what correlations and baselines have written down.
func (p *process) trim(ctx context.Context, indexed uint64) error {
	through := indexed
	if p.correlations != nil {
		limit, err := p.correlations.keep(indexed)
		if err != nil {
			return err
		}
		through = min(through, limit)
	}
	limit, err := p.baselines.keep(indexed)
	if err != nil {
		return err
	}
	through = min(through, limit)
	if through <= p.trimmed {
		return nil
	}
	p.trimmed = through
	return p.journal.Trim(ctx, through)
}
