package statestoretest

import (
	"strings"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/statestore"
)

func foldStores(t *testing.T, b *bench) {
	ctx := t.Context()
	in := incident(1)
	fold := statestore.Fold{Seq: 10, Incidents: []vedette.Incident{in},
		Entities: []vedette.Entity{{Kind: vedette.EntityHost, Name: "web", Tenant: "default", First: start, Last: start, Alerts: 2, Incidents: 1, Severity: vedette.High}},
		Fired:    []statestore.RuleFired{{Tenant: "default", RuleID: "rule-1", Day: start, Count: 2, Last: start}}}
	must(t, b.SaveFold(ctx, fold))
	same(t, "version handed back", fold.Incidents[0].Version, 1)
	value, err := b.Progress(ctx, statestore.ProgressTriage)
	must(t, err)
	same(t, "watermark", value, 10)

	got, err := b.Incident(ctx, "default", in.ID)
	must(t, err)
	want := in
	want.Version = 1
	want.First, want.Last, want.Created, want.Updated, want.Detected = kept(in.First), kept(in.Last), kept(in.Created), kept(in.Updated), kept(in.Detected)
	same(t, "incident", got, want)
	_, err = b.Incident(ctx, "other", in.ID)
	code(t, err, vedette.CodeNotFound)

	next := fold.Incidents[0]
	next.Alerts, next.Score, next.Entities = 40, 99, append(next.Entities, vedette.EntityRef{Kind: vedette.EntityUser, Name: "root"})
	early := start.Add(-time.Hour)
	must(t, b.SaveFold(ctx, statestore.Fold{Seq: 11, Incidents: []vedette.Incident{next},
		Entities: []vedette.Entity{{Kind: vedette.EntityHost, Name: "web", Tenant: "default", First: early, Last: early, Alerts: 3, Severity: vedette.Low, Protected: true}},
		Fired:    []statestore.RuleFired{{Tenant: "default", RuleID: "rule-1", Day: start, Count: 5, Last: early}}}))
	got, err = b.Incident(ctx, "default", in.ID)
	must(t, err)
	same(t, "second version", got.Version, 2)
	same(t, "score", got.Score, 99)
	same(t, "entities", len(got.Entities), 2)
	for name, want := range map[string]int64{"root": 1, "host-1": 1, "elsewhere": 0} {
		_, _, total, err := b.Incidents(ctx, statestore.IncidentFilter{Tenant: "default", EntityName: name}, statestore.Page{})
		must(t, err)
		same(t, "found by "+name, total, want)
	}
	entity, err := b.Entity(ctx, "default", vedette.EntityHost, "web")
	must(t, err)
	same(t, "entity", entity.Entity, vedette.Entity{Kind: vedette.EntityHost, Name: "web", Tenant: "default", First: kept(early), Last: kept(start),
		Alerts: 5, Incidents: 1, Severity: vedette.High, Protected: true})
	firings, err := b.RuleFirings(ctx, "default", start)
	must(t, err)
	same(t, "firings", firings, map[string][]statestore.RuleDay{"rule-1": {{Day: start.Truncate(24 * time.Hour), Count: 7, Last: kept(start)}}})
}

func foldOnce(t *testing.T, b *bench) {
	ctx := t.Context()
	fold := func(seq uint64) statestore.Fold {
		return statestore.Fold{Seq: seq, Entities: []vedette.Entity{{Kind: vedette.EntityUser, Name: "eve", Tenant: "default", First: start, Last: start, Alerts: 1}}}
	}
	must(t, b.SaveFold(ctx, fold(5)))
	code(t, b.SaveFold(ctx, fold(5)), vedette.CodeConflict)
	code(t, b.SaveFold(ctx, fold(4)), vedette.CodeConflict)
	must(t, b.SaveFold(ctx, fold(0))) // without a sequence: always
	must(t, b.SaveFold(ctx, fold(6)))
	entity, err := b.Entity(ctx, "default", vedette.EntityUser, "eve")
	must(t, err)
	same(t, "alerts", entity.Alerts, 3)
	value, err := b.Progress(ctx, statestore.ProgressTriage)
	must(t, err)
	same(t, "watermark", value, 6)
}

func foldWhole(t *testing.T, b *bench) {
	ctx := t.Context()
	nameless := incident(2)
	nameless.ID = ""
	fold := statestore.Fold{Seq: 3, Incidents: []vedette.Incident{incident(1), nameless}}
	code(t, b.SaveFold(ctx, fold), vedette.CodeInvalid)
	same(t, "version after a failed fold", fold.Incidents[0].Version, 0)
	_, err := b.Incident(ctx, "default", "inc-001")
	code(t, err, vedette.CodeNotFound)
	value, err := b.Progress(ctx, statestore.ProgressTriage)
	must(t, err)
	same(t, "watermark after a failed fold", value, 0)
	odd := incident(3)
	odd.Status = "resting"
	code(t, b.SaveFold(ctx, statestore.Fold{Incidents: []vedette.Incident{odd}}), vedette.CodeInvalid)
}

func foldKeepsPeople(t *testing.T, b *bench) {
	ctx := t.Context()
	fold := statestore.Fold{Seq: 1, Incidents: []vedette.Incident{incident(1)}}
	must(t, b.SaveFold(ctx, fold))
	seen := fold.Incidents[0]

	closed, owner, verdict := vedette.StatusClosed, "ana", vedette.VerdictBenign
	edited, err := b.EditIncident(ctx, "default", seen.ID, seen.Version, statestore.IncidentEdit{Status: &closed, Owner: &owner, Verdict: &verdict})
	must(t, err)

	seen.Alerts, seen.Score, seen.Title.En = 500, 77, "More guessing"
	fold = statestore.Fold{Seq: 2, Incidents: []vedette.Incident{seen}}
	must(t, b.SaveFold(ctx, fold))
	got, err := b.Incident(ctx, "default", seen.ID)
	must(t, err)
	same(t, "content", [3]any{got.Alerts, got.Score, got.Title.En}, [3]any{int64(500), 77, "More guessing"})
	same(t, "people's part", [4]any{got.Status, got.Owner, got.Verdict, got.Closed}, [4]any{closed, owner, verdict, edited.Closed})
	same(t, "version", got.Version, 3)
	same(t, "handed back", [3]any{fold.Incidents[0].Status, fold.Incidents[0].Owner, fold.Incidents[0].Version}, [3]any{closed, owner, int64(3)})

	again := fold.Incidents[0] // at the stored version triage may reopen
	again.Status, again.Closed = vedette.StatusOpen, time.Time{}
	must(t, b.SaveFold(ctx, statestore.Fold{Seq: 3, Incidents: []vedette.Incident{again}}))
	got, err = b.Incident(ctx, "default", seen.ID)
	must(t, err)
	same(t, "reopened", [3]any{got.Status, got.Owner, got.Closed}, [3]any{vedette.StatusOpen, owner, time.Time{}})
}

// foldHostile stores what an attacker may put into names: NUL, bytes that are no UTF-8, and far too much.
func foldHostile(t *testing.T, b *bench) {
	ctx := t.Context()
	long := strings.Repeat("ä", 40_000)
	in := incident(1)
	in.Title.En = "bad \x00 and \xff bytes"
	in.Owner = "o\x00wner"
	in.Entities = []vedette.EntityRef{{Kind: vedette.EntityFile, Name: long}, {Kind: vedette.EntityFile, Name: long + "x"}, {Kind: vedette.EntityUser, Name: "a\x00b\xfe"}}
	in.Rules[0].RuleID = long
	must(t, b.SaveFold(ctx, statestore.Fold{Seq: 1, Incidents: []vedette.Incident{in},
		Entities: []vedette.Entity{{Kind: vedette.EntityFile, Name: long, Tenant: "default", First: start, Last: start, Alerts: 1},
			{Kind: vedette.EntityFile, Name: long + "x", Tenant: "default", First: start, Last: start, Alerts: 2}},
		Fired: []statestore.RuleFired{{Tenant: "default", RuleID: long, Day: start, Count: 1, Last: start}}}))
	got, err := b.Incident(ctx, "default", in.ID)
	must(t, err)
	same(t, "owner", got.Owner, "owner")
	same(t, "long name in the document", got.Entities[0].Name, long)
	for name, alerts := range map[string]int64{long: 1, long + "x": 2} {
		entity, err := b.Entity(ctx, "default", vedette.EntityFile, name)
		must(t, err)
		same(t, "alerts", entity.Alerts, alerts)
		same(t, "length of the name", len(entity.Name) <= statestore.MaxKey, true)
		_, _, total, err := b.Incidents(ctx, statestore.IncidentFilter{Tenant: "default", EntityName: name, RuleID: long}, statestore.Page{})
		must(t, err)
		same(t, "found by a long name", total, 1)
	}
	_, _, _, err = b.Incidents(ctx, statestore.IncidentFilter{Tenant: "default", Search: "%' OR 1=1 --\x00\xff", Owner: "\x00"}, statestore.Page{})
	must(t, err)
}
