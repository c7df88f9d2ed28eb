package triage

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/entity"
	"github.com/vedette-soc/vedette/internal/statestore"
)

// Store is what triage needs of the statestore.
type Store interface {
	SaveFold(ctx context.Context, fold statestore.Fold) error
	Progress(ctx context.Context, name string) (uint64, error)
	Incidents
	Learned
}

// Incidents is where triage reads incidents that are stored.
type Incidents interface {
	OpenIncidents(ctx context.Context, since, updated time.Time, limit int) ([]vedette.Incident, error)
	Incident(ctx context.Context, tenant, id string) (vedette.Incident, error)
}

// Learned is where triage reads what it learned, and what people said.
type Learned interface {
	Memories(ctx context.Context, kind string, fn func(statestore.Memory)) error
	LinkFeedback(ctx context.Context, limit int) ([]vedette.LinkFeedback, error)
}

// Triage folds alerts into incidents. Its methods may be called by many goroutines; folds happen one after the other.
type Triage struct {
	// OnChange, when set before the first fold, is told of every incident that a fold made or changed, after it is stored.
	OnChange func(vedette.Incident)

	cfg   Config
	store Store
	now   func() time.Time
	log   *slog.Logger

	mu      sync.Mutex
	engine  *Engine
	mark    uint64
	stale   bool // memory may be ahead of the store after a failure
	dropped int64
}

// Stats is the state of triage in numbers.
type Stats struct {
	Open    int   // incidents in memory
	Dropped int64 // incidents that had to leave memory while they could still take alerts
	Mark    uint64
}

// New loads the open incidents and is ready.
func New(cfg Config, store Store, networks entity.Networks, know Knowledge, now func() time.Time, log *slog.Logger) (*Triage, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	t := &Triage{cfg: cfg, store: store, engine: newEngine(cfg, networks, know), now: now, log: log}
	if err := t.load(context.Background()); err != nil {
		return nil, err
	}
	return t, nil
}

// Names is what triage knows about which machine has which address. Whoever sees all events lets it observe them.
func (t *Triage) Names() *entity.Directory { return t.engine.names }

// Stats returns the state in numbers.
func (t *Triage) Stats() Stats {
	t.mu.Lock()
	defer t.mu.Unlock()
	return Stats{Open: len(t.engine.book.files), Dropped: t.dropped, Mark: t.mark}
}

// Fold puts the alerts of a journal batch into incidents, stores those that changed in one transaction with the
// watermark seq, and returns the alerts, in the order given, with the incident of each. A batch at or below the
// watermark changes nothing; its alerts are only told their incident. seq 0 is a batch outside the journal. After an
// error nothing was stored and the same batch can be folded again. An alert of a rule that is only tried out goes into no
// incident and no entity; it counts for its rule.
func (t *Triage) Fold(ctx context.Context, seq uint64, alerts []vedette.Alert) ([]vedette.Alert, error) {
	if len(alerts) == 0 {
		return alerts, nil
	}
	out := slices.Clone(alerts)
	changed, err := t.fold(ctx, seq, out)
	if err != nil {
		return nil, err
	}
	if t.OnChange != nil {
		for _, in := range changed {
			t.OnChange(in)
		}
	}
	return out, nil
}

// Locate tells in which incident each alert is, without folding anything.
func (t *Triage) Locate(alerts []vedette.Alert) []vedette.Alert {
	t.mu.Lock()
	defer t.mu.Unlock()
	out := slices.Clone(alerts)
	t.locate(out)
	return out
}

func (t *Triage) fold(ctx context.Context, seq uint64, alerts []vedette.Alert) ([]vedette.Incident, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.stale {
		if err := t.load(ctx); err != nil {
			return nil, err
		}
	}
	if seq != 0 && seq <= t.mark {
		t.locate(alerts)
		return nil, nil
	}
	// Until the batch is stored, memory is ahead of it: after a failure, or a panic on the way, it is read anew.
	t.stale = true
	d := t.put(alerts)
	follow(alerts, t.engine.book.emptied)
	files, fold, err := t.gather(seq, d)
	if err != nil {
		return nil, err
	}
	if err := t.store.SaveFold(ctx, fold); err != nil {
		if vedette.CodeOf(err) == vedette.CodeConflict && seq != 0 {
			return nil, t.behind(ctx, alerts, err)
		}
		return nil, fmt.Errorf("store the incidents of a batch: %w", err)
	}
	t.stale = false
	if seq != 0 {
		t.mark = seq
	}
	t.stored(files, fold.Incidents)
	old := t.now().Add(-keepFor * t.cfg.Window)
	t.dropped += int64(t.engine.book.shrink(t.cfg.MaxOpen, func(f *caseFile) bool { return f.touched.Before(old) }, t.engine.book.drop))
	if len(t.engine.fast) >= maxFast/2 {
		t.engine.letGo()
	}
	return fold.Incidents, nil
}

// stored takes what people decided meanwhile from what was stored.
func (t *Triage) stored(files []*caseFile, incidents []vedette.Incident) {
	for i, f := range files {
		in := incidents[i]
		f.Version, f.Status, f.Owner, f.Verdict, f.Closed = in.Version, in.Status, in.Owner, in.Verdict, in.Closed
		f.Team, f.TeamBy = in.Team, in.TeamBy
		if f.alive && f.Below && !in.Below { // a person has taken it up
			f.Below = false
			t.engine.book.going = append(t.engine.book.going, f)
		}
		if f.Status == vedette.StatusClosed && f.alive {
			t.engine.book.drop(f) // closed by people: what comes next is a new incident
		}
	}
}

// behind handles a store that has folded this batch already: memory is read anew and the alerts are located in it.
func (t *Triage) behind(ctx context.Context, alerts []vedette.Alert, cause error) error {
	if err := t.load(ctx); err != nil {
		return err
	}
	t.log.Warn("a batch had been folded before", "mark", t.mark, "error", cause)
	t.locate(alerts)
	return nil
}

// load fills memory from the store.
func (t *Triage) load(ctx context.Context) error {
	mark, err := t.store.Progress(ctx, statestore.ProgressTriage)
	if err != nil {
		return fmt.Errorf("read how far triage has come: %w", err)
	}
	old := t.now().Add(-keepFor * t.cfg.Window)
	open, err := t.store.OpenIncidents(ctx, time.Time{}, old, t.cfg.MaxOpen)
	if err != nil {
		return fmt.Errorf("load the open incidents: %w", err)
	}
	states, err := t.engine.remembers(ctx, t.store)
	if err != nil {
		return err
	}
	if err := t.engine.learnLinks(ctx, t.store); err != nil {
		return err
	}
	b := newBook(t.engine.networks)
	for _, in := range slices.Backward(open) {
		b.load(in)
		for i := range in.Evidence {
			t.engine.learn(&in.Evidence[i].Alert)
		}
	}
	t.engine.book, t.mark, t.stale = b, mark, false
	clear(t.engine.acts)
	for _, f := range b.sorted() {
		t.engine.goOn(f, states[f.ID])
		f.tighten(b.networks)
	}
	b.assign()
	t.engine.recall()
	t.engine.changes = nil
	clear(t.engine.fast)
	return nil
}

// put adds the alerts to incidents, the earliest first, and returns what they add to entities and rules.
func (t *Triage) put(alerts []vedette.Alert) *deltas {
	order := make([]*vedette.Alert, len(alerts))
	for i := range alerts {
		order[i] = &alerts[i]
	}
	slices.SortStableFunc(order, func(a, b *vedette.Alert) int { return a.Time.Compare(b.Time) })
	d := newDeltas(t.engine.networks)
	now := t.now().UTC()
	for _, a := range order {
		if a.Shadow || a.Suppressed != "" {
			t.engine.enrich(a)
			d.rule(a, now)
			continue
		}
		f := t.engine.put(a, 0, func(ref vedette.EntityRef) { d.named(a, ref) })
		f.touched = now
		if f.Created.IsZero() || f.Version == 0 {
			f.Created = now
		}
		d.alert(a, now)
		a.IncidentID = f.ID
	}
	return d
}

// gather seals the incidents that changed and makes the transaction.
func (t *Triage) gather(seq uint64, d *deltas) ([]*caseFile, statestore.Fold, error) {
	var files []*caseFile
	for _, f := range t.engine.book.files {
		if f.dirty {
			files = append(files, f)
		}
	}
	gone := t.engine.book.emptied
	t.engine.book.emptied = nil
	for _, f := range gone {
		if f.Version > 0 || t.engine.took(f) { // what was never stored need not be closed
			files = append(files, f)
		}
	}
	slices.SortFunc(files, func(a, b *caseFile) int { return cmp.Or(a.First.Compare(b.First), cmp.Compare(a.ID, b.ID)) })
	fold := statestore.Fold{Seq: seq, Entities: d.entities(), Fired: d.fired()}
	now := t.now().UTC()
	for _, f := range files {
		if len(f.groups) > 0 {
			t.engine.seal(f)
		}
		for _, g := range f.groups {
			g.stored = g.count
		}
		f.Updated, f.dirty = now, false
		fold.Incidents = append(fold.Incidents, copyOf(f.Incident))
	}
	for _, f := range files {
		fold.Evidence = append(fold.Evidence, f.entries(t.engine.networks)...)
	}
	fold.Changes = t.engine.rearranged(files, now)
	var err error
	fold.Memory, err = t.engine.kept(files)
	return files, fold, err
}

// copyOf separates a document from memory, which goes on changing.
func copyOf(in vedette.Incident) vedette.Incident {
	in.Reasons, in.Entities, in.Tactics = slices.Clone(in.Reasons), slices.Clone(in.Entities), slices.Clone(in.Tactics)
	in.Rules, in.Evidence = slices.Clone(in.Rules), slices.Clone(in.Evidence)
	return in
}

// locate tells alerts their incident.
func (t *Triage) locate(alerts []vedette.Alert) {
	for i := range alerts {
		a := &alerts[i]
		t.engine.enrich(a)
		if a.Shadow || a.Suppressed != "" {
			continue
		}
		if f := t.engine.locate(a); f != nil {
			a.IncidentID = f.ID
		}
	}
}
