package statestoretest

import (
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/statestore"
)

func today(t *testing.T, b *bench) {
	ctx := t.Context()
	empty, err := b.Today(ctx, "default", start.Add(-24*time.Hour))
	must(t, err)
	same(t, "an empty day", empty, statestore.TodayCounts{})

	b.clock.advance(3 * time.Hour)
	var fold statestore.Fold
	for n, wait := range []time.Duration{time.Second, 3 * time.Second, 8 * time.Second, -time.Second} {
		in := incident(n * 30) // created half an hour apart: 10:20, 10:50, 11:20, 11:50
		in.Severity, in.Alerts = vedette.High, 10
		in.Detected = in.First.Add(wait)
		fold.Incidents = append(fold.Incidents, in)
	}
	fold.Incidents[3].Severity = vedette.Critical
	old := incident(500)
	old.ID, old.Created, old.Severity = "inc-old", start.AddDate(0, 0, -9), vedette.Low
	other := incident(1)
	other.Tenant = "other"
	fold.Incidents = append(fold.Incidents, old, other)
	must(t, b.SaveFold(ctx, fold))
	closed, working := vedette.StatusClosed, vedette.StatusWorking
	_, err = b.EditIncident(ctx, "default", "inc-000", 0, statestore.IncidentEdit{Status: &closed})
	must(t, err)
	_, err = b.EditIncident(ctx, "default", "inc-030", 0, statestore.IncidentEdit{Status: &working})
	must(t, err)
	respond(t, b, fold)

	got, err := b.Today(ctx, "default", start.Add(-24*time.Hour))
	must(t, err)
	hour := start.Truncate(time.Hour)
	same(t, "today", got, statestore.TodayCounts{
		Open: 3, Working: 1, Closed: 1,
		BySeverity: statestore.SeverityCounts{vedette.Low: 1, vedette.High: 2, vedette.Critical: 1},
		Incidents:  4, Alerts: 40, DetectSeconds: 2, Detected: 4, RespondSeconds: 60, Responded: 2,
		ByHour: []statestore.HourCount{
			{Time: hour, BySeverity: statestore.SeverityCounts{vedette.High: 2}},
			{Time: hour.Add(time.Hour), BySeverity: statestore.SeverityCounts{vedette.High: 1, vedette.Critical: 1}}},
		Waiting: 2, OldestWaiting: action(11).Created,
	})
}

// respond applies actions 40 and 80 seconds after two incidents were detected, another later, a dry run, and leaves two waiting.
func respond(t *testing.T, b *bench, fold statestore.Fold) {
	t.Helper()
	for n, c := range []struct {
		incident int
		wait     time.Duration
		dry      bool
	}{{0, 40 * time.Second, false}, {0, time.Hour, false}, {1, 80 * time.Second, false}, {2, time.Second, true}} {
		a, in := action(n), fold.Incidents[c.incident]
		a.IncidentID, a.State, a.DryRun, a.Applied = in.ID, vedette.ActionActive, c.dry, in.Detected.Add(c.wait)
		must(t, b.CreateAction(t.Context(), &a))
	}
	for n := 11; n <= 12; n++ {
		a := action(n)
		must(t, b.CreateAction(t.Context(), &a))
	}
}

func prune(t *testing.T, b *bench) {
	ctx := t.Context()
	old := start.AddDate(0, 0, -100)
	must(t, b.SaveFold(ctx, statestore.Fold{
		Entities: []vedette.Entity{{Kind: vedette.EntityHost, Name: "old", Tenant: "default", First: old, Last: old}, {Kind: vedette.EntityHost, Name: "new", Tenant: "default", First: old, Last: start}},
		Fired:    []statestore.RuleFired{{Tenant: "default", RuleID: "r", Day: old, Count: 1}, {Tenant: "default", RuleID: "r", Day: start, Count: 1}}}))
	must(t, b.CreateSession(ctx, statestore.Session{User: "ana", Created: old, Expires: start.Add(-time.Second)}))
	must(t, b.CreateSession(ctx, statestore.Session{Hash: [32]byte{1}, User: "ana", Created: old, Expires: start.Add(time.Second)}))
	gone, err := b.Prune(ctx, start.AddDate(0, 0, -90))
	must(t, err)
	same(t, "rows gone", gone, 3)
	_, err = b.Entity(ctx, "default", vedette.EntityHost, "new")
	must(t, err)
	_, err = b.SessionByHash(ctx, [32]byte{1})
	must(t, err)
}
