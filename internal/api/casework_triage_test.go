package api_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/api"
)

// joinedByTriage is what a stranger does at the door of a machine, and what happens in it: two incidents until the second reaches the
// line, and triage makes one of them.
func (h *house) joinedByTriage(begin int, machine string) (inside, door string) {
	h.t.Helper()
	said := func(n int, rule, technique, tactic string, severity vedette.Severity, refs ...vedette.EntityRef) vedette.Alert {
		a := strike(begin+60*n, rule, "", machine)
		a.Severity, a.Tactics, a.Techniques = severity, []string{tactic}, []string{technique}
		a.Entities = append([]vedette.EntityRef{{Kind: vedette.EntityHost, Name: machine, Role: vedette.RoleTarget}}, refs...)
		return a
	}
	stranger := vedette.EntityRef{Kind: vedette.EntityAddress, Name: "203.0.113.9", Role: vedette.RoleActor}
	inside = h.struck(said(0, "probe", "T1560", "collection", vedette.Medium))[0]
	door = h.struck(said(1, "exploit", "T1190", "initial-access", vedette.Critical, stranger))[0]
	h.struck(said(3, "shell", "T1059.004", "execution", vedette.Medium))
	h.struck(said(4, "dump", "T1003", "credential-access", vedette.High))
	return inside, door
}

func TestWhatTriageMergedIsListedAndUndone(t *testing.T) {
	h := open(t)
	c := h.people["analyst"]
	inside, door := h.joinedByTriage(0, "ws-007")
	if got := h.incident(door); got.Merged != inside || inside == door {
		t.Fatalf("%s was merged into %q, not %s", door, got.Merged, inside)
	}
	all := h.incident(inside).Alerts
	changes := into[api.Page[vedette.IncidentChange]](t, c.do("GET", "/api/v1/incidents/"+inside+"/changes", nil).want(t, 200)).Items
	if len(changes) != 1 || changes[0].By != "vedette" || changes[0].Kind != vedette.ChangeMerge || changes[0].Why.En == "" || changes[0].Why.Zh == "" {
		t.Fatalf("%+v", changes)
	}
	undo := fmt.Sprintf("/api/v1/incidents/%s/changes/%s/undo", inside, changes[0].ID)
	h.people["viewer"].do("POST", undo, nil).want(t, 403)
	c.do("POST", undo, nil).want(t, 200)
	one, other := h.incident(inside), h.incident(door)
	if other.Merged != "" || other.Status != vedette.StatusOpen || other.Alerts != 1 || one.Alerts+other.Alerts != all {
		t.Errorf("undone: %s has %d alerts, %s %d, is %s and merged into %q; together they had %d", inside, one.Alerts, door, other.Alerts, other.Status, other.Merged, all)
	}
	c.do("POST", undo, nil).want(t, 409)
	changes = into[api.Page[vedette.IncidentChange]](t, c.do("GET", "/api/v1/incidents/"+door+"/changes", nil).want(t, 200)).Items
	if len(changes) != 1 || changes[0].Undone.IsZero() || changes[0].UndoneBy != "token:analyst" {
		t.Errorf("%+v", changes)
	}
	for _, id := range []string{inside, door} {
		page := into[api.EvidencePage](t, c.do("GET", "/api/v1/incidents/"+id+"/evidence", nil).want(t, 200))
		if !page.Intact || kindsOf(page)[vedette.EvidencePerson] != 2 {
			t.Errorf("the ledger of %s: intact %v, %v", id, page.Intact, kindsOf(page))
		}
	}
	// Both go on, and stay two.
	again := strike(600, "exploit", "203.0.113.9", "ws-007")
	again.Techniques, again.Tactics = []string{"T1190"}, []string{"initial-access"}
	if got := h.struck(again); got[0] != door {
		t.Errorf("the stranger's next alert went to %s, not %s", got[0], door)
	}
	deeper := strike(620, "step-T1048", "", "ws-007")
	deeper.Techniques, deeper.Tactics, deeper.Entities = []string{"T1005"}, []string{"collection"}, deeper.Entities[:1]
	h.struck(deeper)
	if one, other := h.incident(inside), h.incident(door); one.Merged != "" || other.Merged != "" {
		t.Error("triage joined again what people had taken apart")
	}
}

// After a split the same two are not joined again, after a merge they are: by the engine, on other machines of the same kind.
func TestPeopleTeachWhatBelongsTogether(t *testing.T) {
	host := func(a *vedette.Alert, name string) {
		a.Entities = []vedette.EntityRef{{Kind: vedette.EntityHost, Name: name, Role: vedette.RoleTarget}}
	}
	// Two machines in two incidents, merged by people thrice: what later happens on both is one incident.
	h := open(t)
	c := h.people["analyst"]
	for i := range 3 {
		x, y := strike(i*10, fmt.Sprintf("left-%d", i), "", "app-01"), strike(i*10+1, fmt.Sprintf("right-%d", i), "", "app-02")
		host(&x, "app-01")
		host(&y, "app-02")
		a, b := h.struck(x)[0], h.struck(y)[0]
		if a == b {
			if i == 0 {
				t.Fatal("they are one incident from the start")
			}
			continue // learned
		}
		c.do("POST", "/api/v1/incidents/"+a+"/merge", map[string]any{"with": []string{b}}).want(t, 200)
		closed := map[string]any{"status": "closed", "verdict": "true_positive"}
		c.do("PATCH", "/api/v1/incidents/"+a, closed).want(t, 200)
	}
	x, y := strike(100, "left", "", "app-01"), strike(101, "right", "", "app-02")
	host(&x, "app-01")
	host(&y, "app-02")
	if ids := h.struck(x, y); len(ids) != 1 {
		t.Errorf("what people merged three times is joined in %v", ids)
	}
}

func TestASplitIsLearned(t *testing.T) {
	h := open(t)
	c := h.people["analyst"]
	meet := func(n int, rule string) vedette.Alert {
		a := strike(n, rule, "", "web-09")
		a.Entities = a.Entities[:1]
		return a
	}
	for i := range 3 {
		ids := h.struck(meet(i*10, "here"), meet(i*10+1, "there"))
		if len(ids) == 2 && i > 0 {
			return // it needed fewer than three
		}
		if len(ids) != 1 {
			t.Fatalf("they begin as %v", ids)
		}
		split := into[api.Rearranged](t, c.do("POST", "/api/v1/incidents/"+ids[0]+"/split", map[string]any{"rules": []string{"there"}}).want(t, 200))
		for _, id := range []string{ids[0], split.New.ID} {
			c.do("PATCH", "/api/v1/incidents/"+id, map[string]any{"status": "closed", "verdict": "true_positive"}).want(t, 200)
		}
	}
	if ids := h.struck(meet(100, "here"), meet(101, "there")); len(ids) != 2 {
		t.Errorf("what people split three times is joined again: %v", ids)
	}
}

// What was taken out of a story comes back to it, and what came back can go again.
func TestReattach(t *testing.T) {
	h := open(t)
	c := h.people["analyst"]
	a, b := h.two()
	before := map[string]string{a: bare(t, h.incident(a)), b: bare(t, h.incident(b))}
	split := into[api.Rearranged](t, c.do("POST", "/api/v1/incidents/"+a+"/split", map[string]any{"rules": []string{"four"}, "reason": "a coincidence"}).want(t, 200))
	merged := into[api.Rearranged](t, c.do("POST", "/api/v1/incidents/"+a+"/merge", map[string]any{"with": []string{split.New.ID}, "reason": "none after all"}).want(t, 200))
	if got := h.incident(a); got.Alerts != 6 || len(got.Rules) != 3 {
		t.Errorf("attached again it has %d alerts of %d rules", got.Alerts, len(got.Rules))
	}
	away := into[api.Rearranged](t, c.do("POST", "/api/v1/incidents/"+a+"/move", map[string]any{"rules": []string{"four"}, "to": b}).want(t, 200))
	home := into[api.Rearranged](t, c.do("POST", "/api/v1/incidents/"+b+"/move", map[string]any{"alerts": []string{"alert-four-20"}, "to": a}).want(t, 200))
	if h.incident(a).Alerts != 6 || h.incident(b).Alerts != 3 {
		t.Errorf("moved there and back: %d and %d alerts", h.incident(a).Alerts, h.incident(b).Alerts)
	}
	if got := h.struck(strike(30, "four", "203.0.113.1", "web-01")); got[0] != a {
		t.Errorf("the next of its kind went to %s", got[0])
	}
	for _, step := range []struct{ id, change string }{{b, home.Change.ID}, {a, away.Change.ID}, {a, merged.Change.ID}, {a, split.Change.ID}} {
		c.do("POST", "/api/v1/incidents/"+step.id+"/changes/"+step.change+"/undo", nil).want(t, 200)
	}
	if got := h.incident(a); got.Alerts != 7 || h.incident(b).Alerts != 3 {
		t.Errorf("after all was undone %d and %d alerts, one came meanwhile", got.Alerts, h.incident(b).Alerts)
	}
	if bare(t, h.incident(b)) != before[b] {
		t.Error("the other incident is not as it was")
	}
	if at := h.incident(a); at.Updated.Before(time.Now().Add(-time.Hour)) {
		t.Error("no time of change")
	}
}
