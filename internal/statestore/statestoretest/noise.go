package statestoretest

import (
	"fmt"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/statestore"
)

func suppression(host string) vedette.Suppression {
	return vedette.Suppression{
		Tenant: "default", RuleID: "r1", Entities: []vedette.EntityRef{{Kind: vedette.EntityHost, Name: host}}, Reason: "备份", Owner: "ana",
		ProposedBy: "ana", Expires: start.Add(24 * time.Hour),
	}
}

func suppressions(t *testing.T, b *bench) {
	ctx := t.Context()
	x, err := b.AddSuppression(ctx, suppression("a"))
	must(t, err)
	same(t, "state", x.State, vedette.SuppressionActive)
	same(t, "approved by", x.ApprovedBy, "ana")
	read, err := b.Suppression(ctx, "default", x.ID)
	must(t, err)
	same(t, "read", read, x)
	_, err = b.AddSuppression(ctx, suppression("a"))
	code(t, err, vedette.CodeConflict)
	for i, wrong := range []func(*vedette.Suppression){
		func(x *vedette.Suppression) { x.RuleID = "" },
		func(x *vedette.Suppression) { x.Entities = nil },
		func(x *vedette.Suppression) { x.Entities = []vedette.EntityRef{{Kind: vedette.EntityHost}} },
		func(x *vedette.Suppression) { x.Reason = "" },
		func(x *vedette.Suppression) { x.Owner = "" },
		func(x *vedette.Suppression) { x.ProposedBy = "" },
		func(x *vedette.Suppression) { x.Expires = start },
		func(x *vedette.Suppression) { x.Expires = start.Add(vedette.MaxSuppressionTime + time.Second) },
	} {
		bad := suppression(fmt.Sprint("bad", i))
		wrong(&bad)
		_, err := b.AddSuppression(ctx, bad)
		code(t, err, vedette.CodeInvalid)
	}
	_, err = b.ApproveSuppression(ctx, "default", x.ID, "bob")
	code(t, err, vedette.CodeConflict)
	twoPeople(t, b)

	must(t, b.CountSuppressed(ctx, []vedette.Suppression{{Tenant: "default", ID: x.ID, RuleID: "r1", Hidden: 3, LastHidden: start}, {Tenant: "default", ID: "gone", RuleID: "r1", Hidden: 1, LastHidden: start}}))
	must(t, b.CountSuppressed(ctx, []vedette.Suppression{{Tenant: "default", ID: x.ID, RuleID: "r1", Hidden: 4, LastHidden: start.Add(-time.Hour)}}))
	read, err = b.Suppression(ctx, "default", x.ID)
	must(t, err)
	same(t, "hidden", read.Hidden, int64(7))
	same(t, "last hidden", read.LastHidden, kept(start))
	b.clock.advance(25 * time.Hour)
	read, err = b.Suppression(ctx, "default", x.ID)
	must(t, err)
	same(t, "over", read.State, vedette.SuppressionExpired)
	code(t, b.DeleteSuppression(ctx, "other", x.ID), vedette.CodeNotFound)
	must(t, b.DeleteSuppression(ctx, "default", x.ID))
	_, err = b.Suppression(ctx, "default", x.ID)
	code(t, err, vedette.CodeNotFound)
}

func twoPeople(t *testing.T, b *bench) {
	ctx := t.Context()
	given := suppression("dc-01")
	given.Critical = true
	x, err := b.AddSuppression(ctx, given)
	must(t, err)
	same(t, "state of a critical one", x.State, vedette.SuppressionWaiting)
	_, err = b.ApproveSuppression(ctx, "default", x.ID, "ana")
	code(t, err, vedette.CodeDenied)
	_, err = b.ApproveSuppression(ctx, "other", x.ID, "bob")
	code(t, err, vedette.CodeNotFound)
	x, err = b.ApproveSuppression(ctx, "default", x.ID, "bob")
	must(t, err)
	same(t, "people", [3]string{x.ProposedBy, x.ApprovedBy, x.SecondBy}, [3]string{"ana", "ana", "bob"})
	same(t, "in force", x.InForce(start), true)
	given.Entities[0].Name = "dc-02"
	y, err := b.AddSuppression(ctx, given)
	must(t, err)
	y, err = b.RejectSuppression(ctx, "default", y.ID, "bob")
	must(t, err)
	same(t, "rejected", y.State, vedette.SuppressionRejected)
	all, err := b.Suppressions(ctx, "default")
	must(t, err)
	same(t, "of the tenant", len(all), 3)
	none, err := b.Suppressions(ctx, "other")
	must(t, err)
	same(t, "of another", len(none), 0)
}

func judgements(t *testing.T, b *bench) {
	ctx := t.Context()
	in := incident(1)
	in.Rules = []vedette.RuleCount{{RuleID: "rule-1", Title: "Guessing", TitleZh: "猜测", Severity: vedette.High, Count: 3}}
	in.Evidence[0].Alert.Entities = []vedette.EntityRef{{Kind: vedette.EntityHost, Name: "web", Role: vedette.RoleTarget}}
	must(t, b.SaveFold(ctx, statestore.Fold{Seq: 1, Incidents: []vedette.Incident{in}}))
	wrong, right, none := vedette.VerdictFalse, vedette.VerdictTrue, vedette.Verdict("")
	view := b.Audited(vedette.AuditEntry{Tenant: "default", Who: "ana", What: "incident.update"})
	_, err := view.EditIncident(ctx, "default", in.ID, 0, statestore.IncidentEdit{Verdict: &wrong})
	must(t, err)
	got, err := b.Judgements(ctx, "", start.Add(-time.Hour), 10)
	must(t, err)
	same(t, "judgements", got, []vedette.Judgement{{Tenant: "default", Incident: in.ID, Verdict: wrong, By: "ana", Time: kept(start), Rules: []vedette.JudgedRule{{
		ID: "rule-1", Title: vedette.Text{En: "Guessing", Zh: "猜测"}, Severity: vedette.High, Alerts: 3,
		Entities: []vedette.EntityRef{{Kind: vedette.EntityHost, Name: "web"}}}}}})
	_, err = b.EditIncident(ctx, "default", in.ID, 0, statestore.IncidentEdit{Verdict: &right})
	must(t, err)
	got, err = b.Judgements(ctx, "default", start.Add(-time.Hour), 10)
	must(t, err)
	same(t, "the last word", []any{len(got), got[0].Verdict}, []any{1, right})
	_, err = b.EditIncident(ctx, "default", in.ID, 0, statestore.IncidentEdit{Verdict: &none})
	must(t, err)
	got, err = b.Judgements(ctx, "default", start.Add(-time.Hour), 10)
	must(t, err)
	same(t, "taken back", len(got), 0)
}

// boundsOfTenants: what one tenant's people say in numbers takes no room from another's.
func boundsOfTenants(t *testing.T, b *bench) {
	ctx := t.Context()
	wrong, host := vedette.VerdictFalse, vedette.EntityRef{Kind: vedette.EntityHost, Name: "host-1"}
	for i, tenant := range []string{"quiet", "loud", "loud", "loud"} {
		b.clock.advance(time.Minute)
		in := incident(i)
		in.Tenant = tenant
		must(t, b.SaveFold(ctx, statestore.Fold{Incidents: []vedette.Incident{in}}))
		_, err := b.EditIncident(ctx, tenant, in.ID, 0, statestore.IncidentEdit{Verdict: &wrong})
		must(t, err)
		before, err := b.Incident(ctx, tenant, in.ID)
		must(t, err)
		other := vedette.EntityRef{Kind: vedette.EntityHost, Name: "other-" + in.ID}
		_, err = b.SaveChange(ctx, statestore.Rearrangement{Before: []vedette.Incident{before}, After: []vedette.Incident{before},
			Change: vedette.IncidentChange{Tenant: tenant, Kind: vedette.ChangeMove, Sides: []vedette.ChangeSide{{Incident: in.ID}}},
			Links:  []vedette.LinkFeedback{{Tenant: tenant, A: host, B: other, Apart: 1}}})
		must(t, err)
	}
	said, err := b.Judgements(ctx, "", start.Add(-time.Hour), 2)
	must(t, err)
	var of []string
	for _, j := range said {
		of = append(of, j.Tenant+" "+j.Incident)
	}
	same(t, "judgements of each", of, []string{"loud inc-003", "loud inc-002", "quiet inc-000"})
	links, err := b.LinkFeedback(ctx, 2)
	must(t, err)
	of = nil
	for _, l := range links {
		of = append(of, l.Tenant+" "+l.B.Name)
	}
	same(t, "links of each", of, []string{"loud other-inc-003", "loud other-inc-002", "quiet other-inc-000"})
}

func noise(t *testing.T, b *bench) {
	ctx := t.Context()
	one, two, three := incident(1), incident(2), incident(3)
	one.Alerts, two.Alerts, three.Alerts = 10, 1, 5
	one.Rules, two.Rules = []vedette.RuleCount{{RuleID: "r1", Count: 7}, {RuleID: "r2", Count: 3}}, []vedette.RuleCount{{RuleID: "r1", Count: 1}}
	three.Rules = []vedette.RuleCount{{RuleID: "r2", Count: 5}}
	two.Below, three.Below = true, true
	two.Score, three.Score = 30, 50
	fired := []statestore.RuleFired{{Tenant: "default", RuleID: "r1", Day: start, Count: 12, Last: start}, {Tenant: "default", RuleID: "r2", Day: start, Count: 8, Last: start}}
	must(t, b.SaveFold(ctx, statestore.Fold{Seq: 1, Incidents: []vedette.Incident{one, two, three}, Fired: fired}))
	must(t, b.CountSuppressed(ctx, []vedette.Suppression{{Tenant: "default", ID: "s", RuleID: "r1", Hidden: 4, LastHidden: start}}))
	wrong := vedette.VerdictFalse
	_, err := b.EditIncident(ctx, "default", one.ID, 0, statestore.IncidentEdit{Verdict: &wrong})
	must(t, err)
	got, err := b.Noise(ctx, "default", start.Add(-time.Hour))
	must(t, err)
	same(t, "counts", []int64{got.Alerts, got.Pairs, got.Incidents, got.Below, got.Suppressed}, []int64{16, 4, 3, 2, 4})
	same(t, "rules", got.Rules, []statestore.NoiseRule{
		{RuleID: "r1", Alerts: 12, Incidents: 2, Below: 1, Suppressed: 4, Verdicts: map[vedette.Verdict]int64{wrong: 1}},
		{RuleID: "r2", Alerts: 8, Incidents: 2, Below: 1, Verdicts: map[vedette.Verdict]int64{wrong: 1}}})
	same(t, "days", got.Days, []statestore.NoiseDay{{Day: start.Truncate(24 * time.Hour), Shown: 1, Below: 2, False: 1}})
	below, err := b.JustBelow(ctx, "default", statestore.TeamChoice{}, 5)
	must(t, err)
	same(t, "just below", []any{len(below), below[0].ID, below[1].ID}, []any{2, three.ID, two.ID})
	scores, err := b.Scores(ctx, "default", statestore.TeamChoice{}, start.Add(-time.Hour), 2)
	must(t, err)
	same(t, "scores", scores, []statestore.ScoredIncident{{Score: 50, Created: kept(three.Created)}, {Score: 30, Created: kept(two.Created)}})
	other, err := b.Noise(ctx, "other", start.Add(-time.Hour))
	must(t, err)
	same(t, "of another tenant", other.Incidents+int64(len(other.Rules))+other.Suppressed, int64(0))
}

func budgets(t *testing.T, b *bench) {
	ctx := t.Context()
	must(t, b.SetBudget(ctx, statestore.Budget{Tenant: "default", PerDay: 2.5, By: "ana"}))
	must(t, b.SetLine(ctx, "default", "", 47))
	got, err := b.Budgets(ctx, "")
	must(t, err)
	same(t, "budgets", got, []statestore.Budget{{Tenant: "default", PerDay: 2.5, Line: 47, By: "ana", Time: kept(start)}})
	must(t, b.SetBudget(ctx, statestore.Budget{Tenant: "default", PerDay: 3, By: "bob"}))
	got, err = b.Budgets(ctx, "default")
	must(t, err)
	same(t, "set anew", got, []statestore.Budget{{Tenant: "default", PerDay: 3, By: "bob", Time: kept(start)}})
	code(t, b.SetBudget(ctx, statestore.Budget{Tenant: "default"}), vedette.CodeInvalid)
}

func recalls(t *testing.T, b *bench) {
	ctx := t.Context()
	first := vedette.Recall{Set: "world 1", AttacksFound: 3, AttacksTotal: 4, Ran: kept(start), Missed: []string{"x"}}
	second := vedette.Recall{Set: "world 1", AttacksFound: 4, AttacksTotal: 4, Ran: kept(start.Add(time.Hour))}
	must(t, b.SaveRecall(ctx, "default", first))
	must(t, b.SaveRecall(ctx, "default", second))
	must(t, b.SaveRecall(ctx, "other", first))
	got, err := b.Recalls(ctx, "default", 2)
	must(t, err)
	same(t, "recalls", got, []vedette.Recall{second, first})
}
