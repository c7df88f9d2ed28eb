package api_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/access"
	"github.com/vedette-soc/vedette/internal/api"
	"github.com/vedette-soc/vedette/internal/statestore"
	"github.com/vedette-soc/vedette/internal/triage/feedback/budget"
)

// quietRoom stands for the part of the process that keeps noise out.
type quietRoom struct {
	store   *statestore.Store
	settled int
}

func (q *quietRoom) Settle(context.Context) error { q.settled++; return nil }

func (q *quietRoom) Line(string, string) (budget.Line, bool) { return budget.Line{Score: 60}, false }

func (q *quietRoom) Replay(ctx context.Context, tenant string) (vedette.Recall, error) {
	r := vedette.Recall{Set: "test", StepsFound: 9, StepsTotal: 10, AttacksFound: 2, AttacksTotal: 2, Days: 1, Ran: time.Now().UTC()}
	return r, q.store.SaveRecall(ctx, tenant, r)
}

// judged stores alerts of one rule about two machines, and incidents of them with verdicts.
func judged(t *testing.T, h *house) {
	t.Helper()
	now := time.Now().UTC().Truncate(time.Second)
	var alerts []vedette.Alert
	for n := range 6 {
		in := incident(fmt.Sprintf("inc-%d", n), 30+n)
		machine, verdict := "backup-01", vedette.VerdictFalse
		if n == 5 {
			machine, verdict = "web-01", vedette.VerdictTrue
		}
		entities := []vedette.EntityRef{{Kind: vedette.EntityHost, Name: machine, Role: vedette.RoleTarget}, {Kind: vedette.EntityUser, Name: "svc"}}
		alert := vedette.Alert{ID: fmt.Sprintf("al-%d", n), Tenant: vedette.DefaultTenant, RuleID: "r-noise", RuleTitle: "Copy", Severity: vedette.Medium,
			Time: now.Add(-time.Duration(n) * time.Hour), Received: now, Detected: now, EventID: fmt.Sprintf("%d-0", n+1), Dataset: "test", IncidentID: in.ID, Entities: entities}
		in.Alerts, in.Severity, in.Below = 1, vedette.Medium, n == 1
		in.Rules = []vedette.RuleCount{{RuleID: "r-noise", Title: "Copy", Severity: vedette.Medium, Count: 1}}
		in.Evidence = []vedette.Evidence{{Number: 1, Count: 1, Alert: alert}}
		h.fold(in)
		_, err := h.store.Audited(vedette.AuditEntry{Tenant: vedette.DefaultTenant, Who: "ann", What: "incident.update"}).
			EditIncident(t.Context(), vedette.DefaultTenant, in.ID, 0, statestore.IncidentEdit{Verdict: &verdict})
		must(t, err)
		alerts = append(alerts, alert)
	}
	must(t, h.events.Append(t.Context(), nil, alerts))
	deadline := time.After(10 * time.Second)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		if got := into[api.AlertsPage](t, h.people["viewer"].do("GET", "/api/v1/alerts", nil).want(t, 200)); len(got.Items) == len(alerts) {
			return
		}
		select {
		case <-deadline:
			t.Fatal("the alerts are not searchable")
		case <-tick.C:
		}
	}
}

func TestVerdictsBecomeAProposalAndASuppression(t *testing.T) {
	h := open(t)
	judged(t, h)
	c := h.people["analyst"]
	page := into[api.Page[api.SuppressionProposal]](t, c.do("GET", "/api/v1/suppressions/proposals", nil).want(t, 200))
	if len(page.Items) != 1 {
		t.Fatalf("%d proposals", len(page.Items))
	}
	p := page.Items[0]
	if p.RuleID != "r-noise" || len(p.Entities) != 2 || p.Owner != "ann" || p.False != 5 || p.Preview == nil {
		t.Fatalf("%+v", p)
	}
	if got := p.Preview; got.WouldHide != (api.Hides{Alerts: 5, Touched: 5, Incidents: 5}) || len(got.TrueLost) != 0 || got.Critical || !got.Complete || got.Looked != 6 {
		t.Errorf("%+v", got)
	}
	body := map[string]any{"rule_id": p.RuleID, "entities": p.Entities, "reason": "the nightly copy", "proposal": p.ID}
	s := into[vedette.Suppression](t, c.do("POST", "/api/v1/suppressions", body).want(t, 201))
	if s.State != vedette.SuppressionActive || s.Proposal != p.ID || time.Until(s.Expires) < 29*24*time.Hour || h.noise.settled == 0 {
		t.Errorf("%+v", s)
	}
	c.do("POST", "/api/v1/suppressions", body).want(t, 409)
	if again := into[api.Page[api.SuppressionProposal]](t, c.do("GET", "/api/v1/suppressions/proposals", nil).want(t, 200)); len(again.Items) != 0 {
		t.Error("proposed again after it was answered")
	}
	c.do("POST", "/api/v1/suppressions", map[string]any{"rule_id": "x", "entities": []any{}, "reason": "r"}).want(t, 400)
	c.do("DELETE", "/api/v1/suppressions/"+s.ID, nil).want(t, 204)
	if left := into[api.Page[vedette.Suppression]](t, c.do("GET", "/api/v1/suppressions", nil).want(t, 200)); left.Total != 0 {
		t.Errorf("%d left", left.Total)
	}
}

func TestACriticalSuppressionNeedsASecondPerson(t *testing.T) {
	h := open(t)
	judged(t, h)
	scope := map[string]any{"rule_id": "r-noise", "entities": []vedette.EntityRef{{Kind: vedette.EntityUser, Name: "svc"}}}
	got := into[api.SuppressionPreview](t, h.people["viewer"].do("POST", "/api/v1/suppressions/preview", scope).want(t, 200))
	if !got.Critical || got.Why != "attack" || len(got.TrueLost) != 1 || got.TrueLost[0].Incident != "inc-5" || got.WouldHide.Alerts != 6 {
		t.Fatalf("%+v", got)
	}
	scope["reason"] = "quiet please"
	h.people["admin"].do("POST", "/api/v1/suppressions", scope).want(t, 403) // a token is nobody
	ann, bob := h.person(t, "ann.lee"), h.person(t, "bob.wu")
	s := into[vedette.Suppression](t, ann.do("POST", "/api/v1/suppressions", scope).want(t, 201))
	if s.State != vedette.SuppressionWaiting || !s.Critical {
		t.Fatalf("%+v", s)
	}
	path := "/api/v1/suppressions/" + s.ID
	ann.do("POST", path+"/approve", nil).want(t, 403)
	h.people["admin"].do("POST", path+"/approve", nil).want(t, 403)
	s = into[vedette.Suppression](t, bob.do("POST", path+"/approve", nil).want(t, 200))
	if s.State != vedette.SuppressionActive || s.ApprovedBy != "ann.lee" || s.SecondBy != "bob.wu" {
		t.Errorf("%+v", s)
	}
	bob.do("POST", path+"/approve", nil).want(t, 409)
	said := 0
	for _, e := range h.audited(t) {
		if e.What == "suppression.approve" && !e.Failed && e.Who == "bob.wu" {
			said++
		}
	}
	if said != 1 {
		t.Errorf("%d lines of the approval", said)
	}
}

// What one person may not do alone is not had by a detour either: by another verdict, by a merge, before anything was seen.
func TestDetoursAroundTheSecondPerson(t *testing.T) {
	scope := map[string]any{"rule_id": "r-noise", "entities": []vedette.EntityRef{{Kind: vedette.EntityUser, Name: "svc"}}, "reason": "quiet"}
	unseen := map[string]any{"rule_id": "r-never", "entities": []vedette.EntityRef{{Kind: vedette.EntityUser, Name: "root"}}, "reason": "quiet"}
	for name, detour := range map[string]func(h *house, ann *client) map[string]any{
		"another verdict": func(h *house, ann *client) map[string]any {
			h.person(t, "bob.wu").do("PATCH", "/api/v1/incidents/inc-4", map[string]any{"verdict": "true_positive"}).want(t, 200)
			for _, id := range []string{"inc-4", "inc-5"} {
				ann.do("PATCH", "/api/v1/incidents/"+id, map[string]any{"verdict": "false_positive"}).want(t, 200)
			}
			return scope
		},
		"a merge": func(h *house, ann *client) map[string]any {
			h.person(t, "bob.wu").do("PATCH", "/api/v1/incidents/inc-5", map[string]any{"verdict": "true_positive"}).want(t, 200)
			ann.do("POST", "/api/v1/incidents/inc-2/merge", map[string]any{"with": []string{"inc-5"}}).want(t, 200)
			return scope
		},
		"nothing seen": func(*house, *client) map[string]any { return unseen },
	} {
		t.Run(name, func(t *testing.T) {
			h := open(t)
			judged(t, h)
			ann := h.person(t, "ann.lee")
			body := detour(h, ann)
			if s := into[vedette.Suppression](t, ann.do("POST", "/api/v1/suppressions", body).want(t, 201)); s.State != vedette.SuppressionWaiting || !s.Critical {
				t.Errorf("in force by one person: %+v", s)
			}
		})
	}
}

func TestTheNoiseReportAddsUp(t *testing.T) {
	h := open(t)
	judged(t, h)
	c := h.people["analyst"]
	before := into[api.NoiseReport](t, c.do("GET", "/api/v1/noise", nil).want(t, 200))
	if before.Recall != nil || before.Alerts != 6 || before.Incidents != 6 || before.Below != 1 {
		t.Errorf("%+v", before)
	}
	sum := int64(0)
	for _, w := range before.Why {
		sum += w.Alerts
	}
	if sum != before.Alerts {
		t.Errorf("the reasons add up to %d of %d alerts", sum, before.Alerts)
	}
	c.do("POST", "/api/v1/noise/replay", nil).want(t, 200)
	set := into[api.Budget](t, c.do("PUT", "/api/v1/noise/budget", map[string]any{"per_day": 2.5}).want(t, 200))
	if set.PerDay != 2.5 || set.By == "" {
		t.Errorf("%+v", set)
	}
	tried := into[api.Budget](t, c.do("GET", "/api/v1/noise/budget?per_day=500", nil).want(t, 200))
	if tried.Line.Score >= 60 && tried.Shows != 0 || tried.Current != 60 {
		t.Errorf("%+v", tried)
	}
	after := into[api.NoiseReport](t, c.do("GET", "/api/v1/noise", nil).want(t, 200))
	if after.Recall == nil || after.Recall.StepsFound != 9 || after.Budget.Asked != 2.5 {
		t.Errorf("%+v", after)
	}
	c.do("PUT", "/api/v1/noise/budget", map[string]any{"per_day": 0}).want(t, 400)
	h.people["viewer"].do("PUT", "/api/v1/noise/budget", map[string]any{"per_day": 1}).want(t, 403)
}

// person logs somebody in who works with cases.
func (h *house) person(t *testing.T, name string) *client {
	t.Helper()
	by := access.By{Principal: access.System(vedette.DefaultTenant), From: "127.0.0.1"}
	_, _, err := h.gate.CreateUser(t.Context(), by, access.NewUser{Name: name, Role: access.RoleAnalyst, Password: password})
	must(t, err)
	in := h.anon.do("POST", "/api/v1/session", map[string]any{"name": name, "password": password}).want(t, 200)
	return &client{h: h, cookie: in.Cookies()[0]}
}
