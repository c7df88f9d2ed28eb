package api_test

import (
	"testing"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/api"
)

func TestTeamsAreMadeChangedAndRemoved(t *testing.T) {
	h := open(t)
	c, viewer := h.people["analyst"], h.people["viewer"]
	scope := map[string]any{"name": "clinic", "title": "放射科", "departments": []string{"Radiology"}, "networks": []string{"10.4.0.0/16", "10.5.1.1"}}
	viewer.do("POST", "/api/v1/teams", scope).want(t, 403)
	scope["members"] = []string{"nobody"}
	c.do("POST", "/api/v1/teams", scope).want(t, 400)
	h.person(t, "ann.lee")
	scope["members"] = []string{"ann.lee"}
	team := into[vedette.Team](t, c.do("POST", "/api/v1/teams", scope).want(t, 201))
	if team.Name != "clinic" || team.By == "" || len(team.Networks) != 2 || len(team.Tags) != 0 || team.Members[0] != "ann.lee" || h.noise.settled == 0 {
		t.Errorf("%+v", team)
	}
	c.do("POST", "/api/v1/teams", scope).want(t, 409)
	c.do("POST", "/api/v1/teams", map[string]any{"name": "a/b"}).want(t, 400)
	c.do("PATCH", "/api/v1/teams/clinic", map[string]any{}).want(t, 400)
	c.do("PATCH", "/api/v1/teams/clinic", map[string]any{"networks": []string{"10.4"}}).want(t, 400)
	c.do("PATCH", "/api/v1/teams/nobody", map[string]any{"place": 1}).want(t, 404)
	got := into[vedette.Team](t, c.do("PATCH", "/api/v1/teams/clinic", map[string]any{"tags": []string{"pacs"}, "place": 3}).want(t, 200))
	if got.Place != 3 || got.Tags[0] != "pacs" || got.Title != "放射科" {
		t.Errorf("%+v", got)
	}
	c.do("DELETE", "/api/v1/teams/clinic", nil).want(t, 204)
	c.do("DELETE", "/api/v1/teams/clinic", nil).want(t, 404)
	if got := into[api.Page[vedette.Team]](t, viewer.do("GET", "/api/v1/teams", nil).want(t, 200)); got.Total != 0 {
		t.Errorf("%+v", got)
	}
}

func TestTeamsHaveBudgetsOfTheirOwn(t *testing.T) {
	h := open(t)
	judged(t, h)
	c, viewer := h.people["analyst"], h.people["viewer"]
	c.do("POST", "/api/v1/teams", map[string]any{"name": "clinic", "tags": []string{"pacs"}}).want(t, 201)
	given := into[vedette.Incident](t, c.do("PATCH", "/api/v1/incidents/inc-0", map[string]any{"team": "clinic"}).want(t, 200))
	if given.Team != "clinic" || given.TeamBy == "" {
		t.Errorf("%q by %q", given.Team, given.TeamBy)
	}
	c.do("PATCH", "/api/v1/incidents/inc-0", map[string]any{"team": "nobody"}).want(t, 400)
	for query, want := range map[string]int64{"team=clinic": 1, "team=-": 5, "": 6} {
		if got := into[api.Page[vedette.Incident]](t, viewer.do("GET", "/api/v1/incidents?"+query, nil).want(t, 200)); got.Total != want {
			t.Errorf("%q: %d incidents, not %d", query, got.Total, want)
		}
	}
	c.do("PUT", "/api/v1/noise/budget?team=nobody", map[string]any{"per_day": 1}).want(t, 404)
	c.do("PUT", "/api/v1/noise/budget", map[string]any{"per_day": 4}).want(t, 200)
	report := into[api.NoiseReport](t, viewer.do("GET", "/api/v1/noise", nil).want(t, 200))
	if len(report.Teams) != 1 || report.Teams[0].Own || report.Teams[0].Asked != 0 || shown(report.Budget) != 5 || shown(report.Teams[0].BudgetReport) != 1 {
		t.Errorf("without a budget of its own: %+v", report)
	}
	set := into[api.Budget](t, c.do("PUT", "/api/v1/noise/budget?team=clinic", map[string]any{"per_day": 0.5}).want(t, 200))
	if set.Team != "clinic" || set.PerDay != 0.5 {
		t.Errorf("%+v", set)
	}
	report = into[api.NoiseReport](t, viewer.do("GET", "/api/v1/noise", nil).want(t, 200))
	if clinic := report.Teams[0]; !clinic.Own || clinic.Asked != 0.5 || report.Budget.Asked != 4 || shown(report.Budget) != 4 || shown(clinic.BudgetReport) != 1 {
		t.Errorf("with one: %+v", report)
	}
	if tried := into[api.Budget](t, viewer.do("GET", "/api/v1/noise/budget?team=clinic&per_day=2", nil).want(t, 200)); tried.Line.Basis != 1 {
		t.Errorf("%+v", tried)
	}
	c.do("DELETE", "/api/v1/noise/budget?team=clinic", nil).want(t, 204)
	c.do("DELETE", "/api/v1/noise/budget?team=clinic", nil).want(t, 404)
}

// shown is how many incidents a report says were shown.
func shown(r api.BudgetReport) (sum int64) {
	for _, d := range r.Days {
		sum += d.Shown
	}
	return sum
}
