package api_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/api"
	"github.com/vedette-soc/vedette/internal/triage"
)

// factRoom stands for the part of the process that hands facts to triage.
type factRoom struct{ h *house }

func (r *factRoom) Settle(ctx context.Context) error {
	all, err := r.h.store.Facts(ctx, "", time.Time{})
	if err != nil {
		return err
	}
	r.h.facts.Store(triage.NewFacts(all))
	_, err = r.h.triage.Weigh(ctx, vedette.DefaultTenant, time.Time{})
	return err
}

func (r *factRoom) Suppose(ctx context.Context, f vedette.Fact) ([]triage.FactEffect, error) {
	return r.h.triage.Suppose(ctx, f)
}

func (r *factRoom) Explained(tenant string) map[string][]string { return r.h.triage.Explained(tenant) }

func (h *house) explained(a *vedette.Alert) []*vedette.Fact { return h.facts.Load().Of(a) }

// attacked lets triage make an incident about a machine, and returns its id.
func (h *house) attacked(machine string) string {
	now := time.Now().UTC().Truncate(time.Second)
	var alerts []vedette.Alert
	for i, technique := range []string{"T1059.004", "T1003.008"} {
		alerts = append(alerts, vedette.Alert{
			ID: fmt.Sprint(machine, i), Tenant: vedette.DefaultTenant, RuleID: fmt.Sprint("r", i), RuleTitle: "Password file read", Severity: vedette.High, Tactics: []string{"credential-access"},
			Techniques: []string{technique}, Time: now.Add(time.Duration(i) * time.Second), Received: now, Detected: now, EventID: fmt.Sprint(i + 1), Dataset: "test",
			Entities: []vedette.EntityRef{{Kind: vedette.EntityHost, Name: machine, Role: vedette.RoleTarget}},
		})
	}
	out, err := h.triage.Fold(h.t.Context(), 0, alerts)
	must(h.t, err)
	return out[0].IncidentID
}

func TestFactsLessenAndAreTakenBack(t *testing.T) {
	h := open(t)
	id, other := h.attacked("web-01"), h.attacked("web-02")
	c, viewer := h.people["analyst"], h.people["viewer"]
	score := func(id string) int {
		return into[vedette.Incident](t, viewer.do("GET", "/api/v1/incidents/"+id, nil).want(t, 200)).Score
	}
	before, beside := score(id), score(other)
	body := map[string]any{
		"kind": "maintenance", "entities": []map[string]string{{"kind": "host", "name": "web-01"}}, "from": time.Now().Add(-time.Hour), "until": time.Now().Add(time.Hour),
		"text": "Disks are replaced", "ref": "CHG-2041", "source": "calendar",
	}
	preview := into[api.FactPreview](t, viewer.do("POST", "/api/v1/facts/preview", body).want(t, 200))
	if preview.Total != 1 || preview.Incidents[0].Incident.ID != id || preview.Incidents[0].Before != before || preview.Incidents[0].After >= before || preview.Leaving != 0 {
		t.Fatalf("the preview says %+v", preview)
	}
	if score(id) != before {
		t.Error("a preview changed the score")
	}
	viewer.do("POST", "/api/v1/facts", body).want(t, 403)
	made := into[vedette.Fact](t, c.do("POST", "/api/v1/facts", body).want(t, 201))
	if made.By == "" || made.Source != "calendar" || made.ID == "" {
		t.Errorf("made %+v", made)
	}
	if got := score(id); got != preview.Incidents[0].After || score(other) != beside {
		t.Errorf("scores %d and %d, the preview said %d, before %d and %d", got, score(other), preview.Incidents[0].After, before, beside)
	}
	in := into[vedette.Incident](t, viewer.do("GET", "/api/v1/incidents/"+id, nil).want(t, 200))
	sum, said := 0, false
	for _, r := range in.Reasons {
		sum += r.Points
		said = said || r.Family == vedette.FamilyExculpatory && r.Points < 0 && strings.Contains(r.Text.Zh, "CHG-2041")
	}
	if !said || sum != in.Score {
		t.Errorf("reasons add up to %d of %d: %+v", sum, in.Score, in.Reasons)
	}
	c.do("POST", "/api/v1/facts", body).want(t, 409)
	c.do("DELETE", "/api/v1/facts/"+made.ID, nil).want(t, 200)
	if score(id) != before {
		t.Errorf("taken back, the score is %d, before %d", score(id), before)
	}
	if list := into[api.Page[vedette.Fact]](t, viewer.do("GET", "/api/v1/facts", nil).want(t, 200)); len(list.Items) != 0 {
		t.Errorf("facts %+v", list.Items)
	}
	if list := into[api.Page[vedette.Fact]](t, viewer.do("GET", "/api/v1/facts?over=true", nil).want(t, 200)); len(list.Items) != 1 || list.Items[0].EndedBy == "" {
		t.Errorf("facts that are over %+v", list.Items)
	}
	delete(body, "until")
	c.do("POST", "/api/v1/facts", body).want(t, 400)
}

func TestFactsAreImported(t *testing.T) {
	h := open(t)
	id := h.attacked("web-01")
	one := func(name string, until time.Duration) map[string]any {
		return map[string]any{
			"kind": "change_ticket", "entities": []map[string]string{{"kind": "host", "name": name}}, "from": time.Now().Add(-time.Hour).Truncate(time.Second),
			"until": time.Now().Add(until).Truncate(time.Second), "text": "Patches", "source": "tickets",
		}
	}
	list := map[string]any{"facts": []any{one("WEB-01.example.org", time.Hour), one("b", -time.Minute), one("c", 100*24*time.Hour), one("d", time.Hour)}}
	h.people["viewer"].do("POST", "/api/v1/facts/import", list).want(t, 403)
	c := h.people["analyst"]
	got := into[api.FactsImported](t, c.do("POST", "/api/v1/facts/import", list).want(t, 200))
	if got.Added != 2 || got.Known != 0 || len(got.Refused) != 2 || got.Refused[0].Place != 1 || got.Refused[1].Place != 2 || got.Refused[1].Code != vedette.CodeInvalid {
		t.Errorf("imported %+v", got)
	}
	if got = into[api.FactsImported](t, c.do("POST", "/api/v1/facts/import", list).want(t, 200)); got.Added != 0 || got.Known != 2 {
		t.Errorf("imported again %+v", got)
	}
	rows := into[api.Page[api.FactRow]](t, c.do("GET", "/api/v1/facts", nil).want(t, 200))
	touched := map[string][]string{}
	for _, f := range rows.Items {
		touched[f.Entities[0].Name] = f.Incidents
	}
	if rows.Total != 2 || len(touched["web-01"]) != 1 || touched["web-01"][0] != id || len(touched["d"]) != 0 {
		t.Errorf("listed %+v", rows)
	}
}
