package server

import (
	"context"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/entity"
	"github.com/vedette-soc/vedette/internal/eventstore"
	"github.com/vedette-soc/vedette/internal/statestore"
	"github.com/vedette-soc/vedette/internal/telemetry"
	"github.com/vedette-soc/vedette/internal/triage"
)

// shelf is an eventstore that keeps what it gets.
type shelf struct{ alerts []vedette.Alert }

func (s *shelf) Append(_ context.Context, _ []*vedette.Event, alerts []vedette.Alert) error {
	s.alerts = append(s.alerts, alerts...)
	return nil
}

func (*shelf) Present(context.Context, uint64, uint64) (*eventstore.Presence, error) {
	return &eventstore.Presence{}, nil
}

func (*shelf) DurableThrough() uint64 { return 0 }

func (s *shelf) Alert(_ context.Context, _, id string) (vedette.Alert, error) {
	for _, a := range s.alerts {
		if a.ID == id {
			return a, nil
		}
	}
	return vedette.Alert{}, vedette.Errorf(vedette.CodeNotFound, "no alert %s", id)
}

// moody is a statestore that fails folds as often as there are errors left.
type moody struct {
	*statestore.Store
	errs []error
}

func (m *moody) SaveFold(ctx context.Context, fold statestore.Fold) error {
	if len(m.errs) > 0 {
		err := m.errs[0]
		m.errs = m.errs[1:]
		return err
	}
	return m.Store.SaveFold(ctx, fold)
}

func newTestProcess(t *testing.T, errs ...error) (*process, *shelf) {
	t.Helper()
	state, err := statestore.Open(t.Context(), statestore.Config{URL: "sqlite://" + filepath.Join(t.TempDir(), "state.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = state.Close() })
	log := slog.New(slog.DiscardHandler)
	folds, err := triage.New(triage.DefaultConfig(), &moody{state, errs}, entity.Networks{}, triage.Knowledge{}, time.Now, log)
	if err != nil {
		t.Fatal(err)
	}
	events := &shelf{}
	return &process{
		events: events, state: state, triage: folds, sources: telemetry.NewSources(8, time.Now), log: log,
		counts: newProcessCounts(nil), publish: func(string, string, any) {}, again: time.Millisecond,
	}, events
}

func alertBatch(seq uint64) batch {
	now := time.Now().UTC()
	return batch{seq: seq, alerts: []vedette.Alert{{
		ID: "alr_1", Tenant: vedette.DefaultTenant, Time: now, Received: now, Detected: now, RuleID: "r", RuleTitle: "a rule",
		Severity: vedette.Low, EventID: "1-0", Source: "s",
		Entities: []vedette.EntityRef{{Kind: vedette.EntityHost, Name: "web-01", Role: vedette.RoleTarget}},
	}}}
}

func TestStoringWaitsForTheStatestore(t *testing.T) {
	full := vedette.Errorf(vedette.CodeUnavailable, "the disk is full")
	p, events := newTestProcess(t, full, full, full)
	if err := p.store(t.Context(), alertBatch(1)); err != nil {
		t.Fatalf("a statestore that was away for a moment ended the process: %v", err)
	}
	if len(events.alerts) != 1 || !strings.HasPrefix(events.alerts[0].IncidentID, "inc-") {
		t.Fatalf("stored %+v, want one alert with its incident", events.alerts)
	}
	in, err := p.state.Incident(t.Context(), vedette.DefaultTenant, events.alerts[0].IncidentID)
	if err != nil || in.Alerts != 1 {
		t.Fatalf("incident %+v, %v; want one alert in it", in, err)
	}
}

// A batch that the store refuses is folded alert by alert: only what is refused alone is in no incident.
func TestABatchThatCannotBeFoldedDoesNotEndTheProcess(t *testing.T) {
	large := vedette.Errorf(vedette.CodeTooLarge, "incident inc-1 is 5 MiB long")
	p, events := newTestProcess(t, large, large)
	b := alertBatch(1)
	other := b.alerts[0]
	other.ID, other.Entities = "alr_2", []vedette.EntityRef{{Kind: vedette.EntityHost, Name: "dc01", Role: vedette.RoleTarget}}
	b.alerts = append(b.alerts, other)
	if err := p.store(t.Context(), b); err != nil {
		t.Fatalf("it would end the process again after every start: %v", err)
	}
	if len(events.alerts) != 2 || events.alerts[0].IncidentID != "" || events.alerts[1].IncidentID == "" || p.done.Load() != 1 {
		t.Fatalf("stored %+v through %d, want the first alert without an incident and the second with one", events.alerts, p.done.Load())
	}
	if err := p.store(t.Context(), alertBatch(2)); err != nil || events.alerts[2].IncidentID == "" {
		t.Fatalf("the next batch: %v, %+v", err, events.alerts)
	}
}

func TestAStoppingServerDoesNotWaitForTheStatestore(t *testing.T) {
	full := vedette.Errorf(vedette.CodeUnavailable, "the disk is full")
	p, _ := newTestProcess(t, full, full)
	p.again = time.Hour
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if err := p.store(ctx, alertBatch(1)); vedette.CodeOf(err) != vedette.CodeUnavailable || p.done.Load() != 0 {
		t.Fatalf("%v, done %d; want unavailable and nothing done", err, p.done.Load())
	}
}

// After a kill, what a correlation says of an event from before the comparison is stored once all the same.
func TestAnAlertAboutAnEarlierEventIsStoredOnce(t *testing.T) {
	p, events := newTestProcess(t)
	b := alertBatch(7)
	b.alerts[0].EventID = "1-0"
	for run := range 2 {
		p.present, p.presentAt, p.presentEnd = &eventstore.Presence{}, 5, 9
		_, fresh, err := p.missing(t.Context(), b, b.alerts)
		if err != nil || len(fresh) != 1-run {
			t.Errorf("run %d: %d alerts are missing: %v", run, len(fresh), err)
		}
		events.alerts = append(events.alerts, fresh...)
	}
}
