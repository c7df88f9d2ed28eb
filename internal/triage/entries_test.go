package triage_test

import (
	"math"
	"testing"
	"time"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/statestore"
)

// lineOf returns the first line of the ledger of the incident in which an alert is.
func lineOf(t *testing.T, store *statestore.Store, a vedette.Alert) vedette.EvidenceEntry {
	t.Helper()
	all, _, _, err := store.Evidence(t.Context(), a.Tenant, a.IncidentID, statestore.Page{Limit: 500})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		if e.AlertID == a.ID {
			return e
		}
	}
	t.Fatalf("the ledger of %s has no line of %s", a.IncidentID, a.ID)
	return vedette.EvidenceEntry{}
}

// What was observed is told beside what was usual before it: the session that is told does not count among the usual ones, and
// a 0 is a 0.
func TestLedgerTellsWhatWasUsualBefore(t *testing.T) {
	store := openStore(t)
	tr := open(t, store)
	var seq uint64
	fold(t, tr, &seq, ordinary(&script{}, 10, 96*time.Hour).join(&script{}).alerts, 64)
	mild := rule{"mild", "Archive made of a share", vedette.Low, "collection", []string{"T1560"}, nil}
	for i, want := range []struct {
		expected float64
		baseline int64
	}{{0, 0}, {1 / 5.4, 1}, {2 / 6.65, 2}} {
		a := (&script{}).at(time.Duration(100+30*i)*time.Hour, mild, host("ws-003")).alerts
		got := lineOf(t, store, fold(t, tr, &seq, a, 1)[0])
		if !got.Measured || got.Observed != 1 || got.Baseline != want.baseline || got.Unit != "sessions a day" || math.Abs(got.Expected-want.expected) > 0.02 {
			t.Errorf("session %d: observed %v, expected %v %s on %d observations, want %v on %d", i+1, got.Observed, got.Expected, got.Unit, got.Baseline, want.expected, want.baseline)
		}
	}
	flood := &script{}
	for i := range 200 {
		flood.at(161*time.Hour+time.Duration(i)*time.Second, rule{"usual-1", "Everyday thing 1", vedette.Low, "discovery", []string{"T1082"}, nil}, host("ws-004"))
	}
	got := lineOf(t, store, fold(t, tr, &seq, flood.alerts, 200)[199])
	if got.Family != vedette.FamilyVolume || got.Observed < 100 || got.Expected != 1 || got.Baseline < 10 || got.Unit != "alerts in five minutes" || !got.Measured {
		t.Errorf("a flood: observed %v, expected %v %s on %d observations, %s", got.Observed, got.Expected, got.Unit, got.Baseline, got.Family)
	}
	loud := (&script{}).at(165*time.Hour, lsass, host("ws-005"))
	if got := lineOf(t, store, fold(t, tr, &seq, loud.alerts, 1)[0]); got.Measured || got.Unit != "" || got.Family != vedette.FamilyRule {
		t.Errorf("what somebody wrote down to be bad was not measured: %+v", got)
	}
}

// A detector of the unknown that saw 0 where something is usual has said something.
func TestLedgerKeepsZero(t *testing.T) {
	store := openStore(t)
	var seq uint64
	s := (&script{}).at(0, odd, host("ws-01"))
	s.alerts[0].Anomaly = &vedette.Anomaly{Detector: "silence", Family: vedette.FamilyVolume, Observed: 0, Expected: 120, Unit: "events", Baseline: 0, Weight: 2,
		Text: vedette.Text{En: "Nothing, where 120 events were usual", Zh: "无事件，平时为 120"}}
	got := lineOf(t, store, fold(t, open(t, store), &seq, s.alerts, 1)[0])
	if !got.Measured || got.Observed != 0 || got.Expected != 120 || got.Baseline != 0 {
		t.Errorf("%+v", got)
	}
}
