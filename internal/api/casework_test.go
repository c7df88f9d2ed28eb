package api_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/api"
	"github.com/vedette-soc/vedette/internal/statestore"
)

// strike is an alert of a rule from an outside address against a host.
func strike(n int, rule, from, host string) vedette.Alert {
	at := time.Now().UTC().Add(-2 * time.Hour).Truncate(time.Second).Add(time.Duration(n) * time.Second)
	return vedette.Alert{
		ID: fmt.Sprintf("alert-%s-%d", rule, n), Tenant: vedette.DefaultTenant, Time: at, Received: at, Detected: at.Add(time.Second),
		RuleID: rule, RuleTitle: "Rule " + rule, Severity: vedette.High, Tactics: []string{"execution"}, EventID: fmt.Sprintf("%d-0", n),
		Entities: []vedette.EntityRef{{Kind: vedette.EntityHost, Name: host, Role: vedette.RoleTarget}, {Kind: vedette.EntityAddress, Name: from, Role: vedette.RoleActor}},
	}
}

// struck folds alerts and returns the ids of their incidents, in the order in which they appear.
func (h *house) struck(alerts ...vedette.Alert) []string {
	h.t.Helper()
	folded, err := h.triage.Fold(h.t.Context(), 0, alerts)
	must(h.t, err)
	var ids []string
	for _, a := range folded {
		if !slices.Contains(ids, a.IncidentID) {
			ids = append(ids, a.IncidentID)
		}
	}
	return ids
}

// two folds two incidents that have nothing in common, of 6 and 3 alerts.
func (h *house) two() (a, b string) {
	h.t.Helper()
	var alerts []vedette.Alert
	for i := range 3 {
		alerts = append(alerts, strike(i, "one", "203.0.113.1", "web-01"), strike(100+i, "two", "203.0.113.99", "db-02"))
	}
	alerts = append(alerts, strike(10, "three", "203.0.113.1", "web-01"), strike(11, "three", "203.0.113.1", "web-01"), strike(20, "four", "203.0.113.1", "web-01"))
	ids := h.struck(alerts...)
	if len(ids) != 2 {
		h.t.Fatalf("the alerts are in %d incidents", len(ids))
	}
	return ids[0], ids[1]
}

func (h *house) incident(id string) vedette.Incident {
	h.t.Helper()
	in, err := h.store.Incident(h.t.Context(), vedette.DefaultTenant, id)
	must(h.t, err)
	return in
}

// bare is a document without what every store changes.
func bare(t *testing.T, in vedette.Incident) string {
	t.Helper()
	in.Version, in.Updated = 0, time.Time{}
	text, err := json.Marshal(in)
	must(t, err)
	return string(text)
}

func TestMergeAndUndo(t *testing.T) {
	h := open(t)
	a, b := h.two()
	c := h.people["analyst"]
	beforeA, beforeB := bare(t, h.incident(a)), bare(t, h.incident(b))
	body := map[string]any{"with": []string{b}, "reason": "one attacker"}

	preview := into[api.Preview](t, c.do("POST", "/api/v1/incidents/"+a+"/merge/preview", body).want(t, 200))
	if bare(t, h.incident(a)) != beforeA || bare(t, h.incident(b)) != beforeB {
		t.Error("a preview changed something")
	}
	done := into[api.Rearranged](t, c.do("POST", "/api/v1/incidents/"+a+"/merge", body).want(t, 200))
	one, other := h.incident(a), h.incident(b)
	if one.Alerts != 9 || len(one.Rules) != 4 || len(one.Entities) != 4 || one.Score != preview.Stays.Score || preview.Stays.Alerts != 9 || preview.Moves.Alerts != 3 {
		t.Errorf("merged %d alerts, %d rules, %d entities, score %d; preview %+v", one.Alerts, len(one.Rules), len(one.Entities), one.Score, preview)
	}
	if other.Status != vedette.StatusClosed || other.Verdict != vedette.VerdictDuplicate || other.Merged != a || other.Same != a || other.Closed.IsZero() {
		t.Errorf("absorbed: %+v", other)
	}
	points := 0
	for _, r := range one.Reasons {
		points += r.Points
	}
	if points != one.Score {
		t.Errorf("the points of the reasons add up to %d, the score is %d", points, one.Score)
	}
	if got := h.struck(strike(200, "two", "203.0.113.99", "db-02")); len(got) != 1 || got[0] != a {
		t.Errorf("a later alert of the absorbed incident went to %v, want %s", got, a)
	}
	c.do("PATCH", "/api/v1/incidents/"+b, map[string]any{"status": "open"}).want(t, 409)
	c.do("POST", "/api/v1/incidents/"+b+"/merge", map[string]any{"with": []string{a}}).want(t, 409)

	changes := into[api.Page[vedette.IncidentChange]](t, c.do("GET", "/api/v1/incidents/"+b+"/changes", nil).want(t, 200))
	if len(changes.Items) != 1 || changes.Items[0].ID != done.Change.ID || changes.Items[0].Alerts != 3 || changes.Items[0].By != "token:analyst" || changes.Items[0].Blocked != "" {
		t.Errorf("%+v", changes.Items)
	}
	undo := "/api/v1/incidents/" + a + "/changes/" + done.Change.ID + "/undo"
	c.do("POST", undo, nil).want(t, 200)
	if got := h.incident(a); got.Alerts != 7 {
		t.Errorf("the one that stays has %d alerts; what arrived since is to stay with it", got.Alerts)
	}
	if got := bare(t, h.incident(b)); got != beforeB {
		t.Errorf("absorbed and undone:\n got %s\nwant %s", got, beforeB)
	}
	c.do("POST", undo, nil).want(t, 409)
	log := into[api.Page[vedette.AuditEntry]](t, c.do("GET", "/api/v1/incidents/"+b+"/log", nil).want(t, 200))
	if len(log.Items) < 2 || log.Items[len(log.Items)-1].What != "incident.rearranged" {
		t.Errorf("the log of the absorbed: %+v", log.Items)
	}
}

func TestSplitMoveAndUndoInOrder(t *testing.T) {
	h := open(t)
	a, b := h.two()
	c := h.people["analyst"]
	etag := c.do("GET", "/api/v1/incidents/"+a, nil).want(t, 200).Header.Get("ETag")
	body := map[string]any{"rules": []string{"three"}}
	preview := into[api.Preview](t, c.do("POST", "/api/v1/incidents/"+a+"/split/preview", body, "If-Match", etag).want(t, 200))
	split := into[api.Rearranged](t, c.do("POST", "/api/v1/incidents/"+a+"/split", body, "If-Match", etag).want(t, 200))
	if split.New == nil || split.New.Alerts != 2 || split.Incident.Alerts != 4 || split.New.Score != preview.Moves.Score || split.Incident.Score != preview.Stays.Score || len(preview.Moves.Evidence) != 2 {
		t.Fatalf("%+v", split)
	}
	c.do("POST", "/api/v1/incidents/"+a+"/split", body, "If-Match", etag).want(t, 409)
	c.do("POST", "/api/v1/incidents/"+a+"/split", map[string]any{"rules": []string{"one", "four"}}).want(t, 400) // nothing would stay
	c.do("POST", "/api/v1/incidents/"+a+"/split", map[string]any{}).want(t, 400)
	c.do("POST", "/api/v1/incidents/"+a+"/split", map[string]any{"evidence": []int{99}}).want(t, 400)
	if got := h.struck(strike(300, "three", "203.0.113.1", "web-01")); got[0] != split.New.ID {
		t.Errorf("a later alert went to %s, not where people put the earlier ones", got[0])
	}
	c.do("POST", "/api/v1/incidents/"+a+"/merge", map[string]any{"with": []string{b}}).want(t, 200)
	moved := into[api.Rearranged](t, c.do("POST", "/api/v1/incidents/"+a+"/move", map[string]any{"alerts": []string{"alert-two-100"}, "to": split.New.ID}).want(t, 200))
	if moved.To == nil || moved.To.Alerts != 6 || moved.Incident.Alerts != 4 {
		t.Errorf("%+v", moved)
	}
	changes := into[api.Page[vedette.IncidentChange]](t, c.do("GET", "/api/v1/incidents/"+a+"/changes", nil).want(t, 200)).Items
	if len(changes) != 3 || changes[2].Blocked == "" || changes[0].Blocked != "" {
		t.Fatalf("%+v", changes)
	}
	c.do("POST", "/api/v1/incidents/"+a+"/changes/"+changes[2].ID+"/undo", nil).want(t, 409)
	for _, change := range changes {
		c.do("POST", "/api/v1/incidents/"+a+"/changes/"+change.ID+"/undo", nil).want(t, 200)
	}
	if got := h.incident(a); got.Alerts != 7 {
		t.Errorf("%d alerts after everything was undone, one arrived meanwhile", got.Alerts)
	}
	if gone := h.incident(split.New.ID); gone.Merged != a || gone.Status != vedette.StatusClosed {
		t.Errorf("what was split off: %+v", gone)
	}
	page := into[api.EvidencePage](t, c.do("GET", "/api/v1/incidents/"+a+"/evidence", nil).want(t, 200))
	if !page.Intact || kindsOf(page)[vedette.EvidencePerson] < 5 || page.Items[0].Hash == "" {
		t.Errorf("%+v", page)
	}
	c.do("POST", "/api/v1/incidents/"+a+"/changes/none/undo", nil).want(t, 404)
	h.people["viewer"].do("POST", "/api/v1/incidents/"+a+"/merge", map[string]any{"with": []string{b}}).want(t, 403)
	h.people["viewer"].do("POST", "/api/v1/incidents/"+a+"/merge/preview", map[string]any{"with": []string{b}}).want(t, 200)
}

func kindsOf(page api.EvidencePage) map[vedette.EvidenceKind]int {
	kinds := make(map[vedette.EvidenceKind]int)
	for _, e := range page.Items {
		kinds[e.Kind]++
	}
	return kinds
}

// world is the incidents of a random test that are not absorbed.
func (h *house) world() (ids []string, alerts int64) {
	h.t.Helper()
	all, _, _, err := h.store.Incidents(h.t.Context(), statestore.IncidentFilter{Tenant: vedette.DefaultTenant}, statestore.Page{Limit: 500})
	must(h.t, err)
	for _, in := range all {
		if in.Merged != "" {
			continue
		}
		ids = append(ids, in.ID)
		alerts += in.Alerts
		whole := h.incident(in.ID)
		counted, shown := int64(0), int64(0)
		for _, r := range whole.Rules {
			counted += r.Count
		}
		for _, e := range whole.Evidence {
			shown += e.Count
		}
		if counted != whole.Alerts || shown > whole.Alerts {
			h.t.Fatalf("incident %s has %d alerts, its rules %d, its evidence %d", in.ID, whole.Alerts, counted, shown)
		}
	}
	slices.Sort(ids)
	return ids, alerts
}

func TestRandomRearrangementsLoseNothing(t *testing.T) {
	for seed := range uint64(4) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			h, r := open(t), rand.New(rand.NewPCG(seed, 7))
			c := h.people["analyst"]
			folded := int64(0)
			arrive := func(n int) {
				var alerts []vedette.Alert
				for range n {
					k := r.IntN(5)
					alerts = append(alerts, strike(1000+int(folded), fmt.Sprintf("rule-%d", r.IntN(7)), fmt.Sprintf("203.0.113.%d", k), fmt.Sprintf("host-%d", k)))
					folded++
				}
				h.struck(alerts...)
			}
			arrive(60)
			type step struct {
				id, change string
				before     map[string]string // documents, when nothing has arrived since
			}
			var done []step
			did := map[vedette.ChangeKind]int{}
			for range 60 {
				ids, alerts := h.world()
				if alerts != folded {
					t.Fatalf("%d alerts are in incidents, %d were folded", alerts, folded)
				}
				pick := func() string { return ids[r.IntN(len(ids))] }
				before := make(map[string]string)
				for _, id := range ids {
					before[id] = bare(t, h.incident(id))
				}
				a, b := pick(), pick()
				var answer answer
				switch r.IntN(6) {
				case 0:
					arrive(1 + r.IntN(5))
					for i := range done {
						done[i].before = nil
					}
					continue
				case 1:
					answer = c.do("POST", "/api/v1/incidents/"+a+"/merge", map[string]any{"with": []string{b}})
				case 2:
					answer = c.do("POST", "/api/v1/incidents/"+a+"/split", map[string]any{"evidence": []int{1 + r.IntN(6)}})
				case 3:
					answer = c.do("POST", "/api/v1/incidents/"+a+"/move", map[string]any{"rules": []string{fmt.Sprintf("rule-%d", r.IntN(7))}, "to": b})
				default:
					if len(done) == 0 {
						continue
					}
					last := done[len(done)-1]
					done = done[:len(done)-1]
					c.do("POST", "/api/v1/incidents/"+last.id+"/changes/"+last.change+"/undo", nil).want(t, 200)
					for id, want := range last.before {
						if got := bare(t, h.incident(id)); got != want {
							t.Fatalf("undone, but %s is not as it was:\n got %s\nwant %s", id, got, want)
						}
					}
					continue
				}
				if answer.StatusCode == http.StatusBadRequest {
					continue
				}
				out := into[api.Rearranged](t, answer.want(t, 200))
				done = append(done, step{a, out.Change.ID, before})
				did[out.Change.Kind]++
			}
			if _, alerts := h.world(); alerts != folded {
				t.Fatalf("%d alerts are in incidents, %d were folded", alerts, folded)
			}
			if did[vedette.ChangeMerge] == 0 || did[vedette.ChangeSplit] == 0 || did[vedette.ChangeMove] == 0 {
				t.Fatalf("too little was done: %v", did)
			}
			for i := len(done) - 1; i >= 0; i-- {
				c.do("POST", "/api/v1/incidents/"+done[i].id+"/changes/"+done[i].change+"/undo", nil).want(t, 200)
			}
			if _, alerts := h.world(); alerts != folded {
				t.Fatalf("after undoing all, %d alerts are in incidents, %d were folded", alerts, folded)
			}
		})
	}
}

func TestVerdictsWithReasons(t *testing.T) {
	h := open(t)
	a, b := h.two()
	c := h.people["analyst"]
	in := into[vedette.Incident](t, c.do("PATCH", "/api/v1/incidents/"+a, map[string]any{"verdict": "benign_positive", "reason": "maintenance", "reason_text": "patch night", "status": "closed"}).want(t, 200))
	if in.Why != vedette.ReasonMaintenance || in.WhyText != "patch night" || in.Status != vedette.StatusClosed {
		t.Errorf("%+v", in)
	}
	c.do("PATCH", "/api/v1/incidents/"+b, map[string]any{"verdict": "duplicate"}).want(t, 400)
	c.do("PATCH", "/api/v1/incidents/"+b, map[string]any{"verdict": "duplicate", "duplicate_of": b}).want(t, 400)
	c.do("PATCH", "/api/v1/incidents/"+b, map[string]any{"verdict": "duplicate", "duplicate_of": "none"}).want(t, 404)
	c.do("PATCH", "/api/v1/incidents/"+b, map[string]any{"verdict": "true_positive", "duplicate_of": a}).want(t, 400)
	batch := into[api.BatchResult](t, c.do("POST", "/api/v1/incidents/batch", map[string]any{"ids": []string{b}, "edit": map[string]any{"verdict": "duplicate", "duplicate_of": a, "status": "closed", "reason": "duplicate_of"}}).want(t, 200))
	if batch.Changed != 1 || batch.Items[0].Incident.Same != a || batch.Items[0].Incident.Why != vedette.ReasonDuplicateOf {
		t.Errorf("%+v", batch.Items[0])
	}
	in = into[vedette.Incident](t, c.do("PATCH", "/api/v1/incidents/"+b, map[string]any{"verdict": "false_positive", "status": "working", "reason": "in my own words"}).want(t, 200))
	if in.Same != "" || in.Why != "" || in.WhyText != "in my own words" {
		t.Errorf("%+v", in)
	}
	if got := h.struck(strike(500, "two", "203.0.113.99", "db-02")); got[0] != b {
		t.Errorf("an incident that was opened again takes no alerts: %v", got)
	}
	if in := h.incident(b); in.WhyText != "in my own words" || in.Alerts != 4 {
		t.Errorf("a fold changed what people decided: %+v", in)
	}
	page := into[api.EvidencePage](t, c.do("GET", "/api/v1/incidents/"+b+"/evidence", nil).want(t, 200))
	last := page.Items[len(page.Items)-1]
	for _, e := range page.Items {
		if e.Kind == vedette.EvidenceVerdict && strings.Contains(e.Text.En, "false alarm") {
			last = e
		}
	}
	if kindsOf(page)[vedette.EvidenceVerdict] != 2 || !page.Intact || !strings.Contains(last.Text.Zh, "误报") || last.Detector != "token:analyst" {
		t.Errorf("%+v", page)
	}
	log := into[api.Page[vedette.AuditEntry]](t, c.do("GET", "/api/v1/incidents/"+a+"/log", nil).want(t, 200))
	if len(log.Items) == 0 || !strings.Contains(log.Items[0].Detail, "maintenance") {
		t.Errorf("%+v", log.Items)
	}
}

func TestTasksAndReplies(t *testing.T) {
	h := open(t)
	a, _ := h.two()
	c := h.people["analyst"]
	path := "/api/v1/incidents/" + a + "/tasks"
	task := into[vedette.Task](t, c.do("POST", path, map[string]any{"title": "ask the owner", "due": "2030-01-02T03:04:05Z"}).want(t, 201))
	if task.Author != "token:analyst" || task.Due.IsZero() || task.Done || task.Version != 1 {
		t.Errorf("%+v", task)
	}
	done := c.do("PATCH", path+"/"+task.ID, map[string]any{"done": true}, "If-Match", "1").want(t, 200)
	if task = into[vedette.Task](t, done); !task.Done || task.DoneBy != "token:analyst" || task.DoneTime.IsZero() || done.Header.Get("ETag") != `"2"` {
		t.Errorf("%+v", task)
	}
	c.do("PATCH", path+"/"+task.ID, map[string]any{"done": false}, "If-Match", "1").want(t, 409)
	c.do("PATCH", path+"/"+task.ID, map[string]any{}).want(t, 400)
	c.do("PATCH", path+"/"+task.ID, map[string]any{"owner": "nobody-here"}).want(t, 400)
	c.do("POST", "/api/v1/incidents/none/tasks", map[string]any{"title": "x"}).want(t, 404)
	h.people["viewer"].do("POST", path, map[string]any{"title": "x"}).want(t, 403)
	if all := into[api.Page[vedette.Task]](t, c.do("GET", path, nil).want(t, 200)); all.Total != 1 {
		t.Errorf("%+v", all)
	}
	c.do("DELETE", path+"/"+task.ID, nil).want(t, 204)
	c.do("DELETE", path+"/"+task.ID, nil).want(t, 404)
	if _, ok := find(h.audited(t), "incident.task"); !ok {
		t.Error("tasks leave no line in the audit log")
	}
	notes := "/api/v1/incidents/" + a + "/notes"
	first := into[vedette.Note](t, c.do("POST", notes, map[string]any{"text": "who is this?"}).want(t, 201))
	reply := into[vedette.Note](t, c.do("POST", notes, map[string]any{"text": "a contractor", "reply_to": first.ID}).want(t, 201))
	if reply.ReplyTo != first.ID {
		t.Errorf("%+v", reply)
	}
	c.do("POST", notes, map[string]any{"text": "x", "reply_to": "none"}).want(t, 404)
}

func TestSimilarIncidents(t *testing.T) {
	h := open(t)
	a, b := h.two()
	c := h.people["analyst"]
	c.do("PATCH", "/api/v1/incidents/"+b, map[string]any{"verdict": "false_positive", "reason": "test", "status": "closed"}).want(t, 200)
	again := h.struck(strike(900, "two", "203.0.113.99", "db-02"))
	if again[0] == b {
		t.Fatal("a closed incident took an alert")
	}
	page := into[api.Page[api.SimilarIncident]](t, c.do("GET", "/api/v1/incidents/"+again[0]+"/similar", nil).want(t, 200))
	if len(page.Items) == 0 || page.Items[0].Incident.ID != b || page.Items[0].Likeness != 1 || page.Items[0].Verdict != vedette.VerdictFalse ||
		page.Items[0].Reason != vedette.ReasonTest || len(page.Items[0].Shared) != 4 || len(page.Items[0].Incident.Evidence) != 0 {
		t.Errorf("%+v", page.Items)
	}
	for _, one := range page.Items[1:] {
		if one.Incident.ID == a && one.Likeness > 0.5 {
			t.Errorf("%s is said to be alike: %+v", a, one)
		}
	}
	c.do("GET", "/api/v1/incidents/none/similar", nil).want(t, 404)
}

// listed waits until an incident has so many alerts in the event store, and returns their ids.
func (h *house) listed(id string, want int) []string {
	h.t.Helper()
	deadline := time.After(10 * time.Second)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		var ids []string
		page := into[api.AlertsPage](h.t, h.people["viewer"].do("GET", "/api/v1/alerts?incident="+id, nil).want(h.t, 200))
		for _, a := range page.Items {
			if ids = append(ids, a.ID); a.IncidentID != id {
				h.t.Errorf("%s is said to be in %s", a.ID, a.IncidentID)
			}
		}
		if len(ids) == want {
			slices.Sort(ids)
			return ids
		}
		select {
		case <-deadline:
			h.t.Fatalf("incident %s has the alerts %v, want %d", id, ids, want)
		case <-tick.C:
		}
	}
}

func TestListsOfAlertsFollowThePeople(t *testing.T) {
	h := open(t)
	c := h.people["analyst"]
	fold := func(alerts ...vedette.Alert) string {
		folded, err := h.triage.Fold(t.Context(), 0, alerts)
		must(t, err)
		must(t, h.events.Append(t.Context(), nil, folded))
		return folded[0].IncidentID
	}
	a := fold(strike(1, "one", "203.0.113.1", "web-01"), strike(2, "three", "203.0.113.1", "web-01"), strike(3, "three", "203.0.113.1", "web-01"))
	b := fold(strike(4, "two", "203.0.113.99", "db-02"))
	h.listed(a, 3)
	h.listed(b, 1)
	split := into[api.Rearranged](t, c.do("POST", "/api/v1/incidents/"+a+"/split", map[string]any{"rules": []string{"three"}}).want(t, 200))
	if got := h.listed(split.New.ID, 2); got[0] != "alert-three-2" {
		t.Errorf("%v", got)
	}
	h.listed(a, 1)
	merged := into[api.Rearranged](t, c.do("POST", "/api/v1/incidents/"+b+"/merge", map[string]any{"with": []string{split.New.ID}}).want(t, 200))
	h.listed(b, 3)
	c.do("POST", "/api/v1/incidents/"+b+"/changes/"+merged.Change.ID+"/undo", nil).want(t, 200)
	h.listed(b, 1)
	h.listed(split.New.ID, 2)
	c.do("POST", "/api/v1/incidents/"+a+"/changes/"+split.Change.ID+"/undo", nil).want(t, 200)
	h.listed(a, 3)
}

func TestWhatTriageMergedSinceCannotBeUndone(t *testing.T) {
	h := open(t)
	a, b := h.two()
	c := h.people["analyst"]
	split := into[api.Rearranged](t, c.do("POST", "/api/v1/incidents/"+a+"/split", map[string]any{"rules": []string{"three"}}).want(t, 200))
	one := h.incident(split.New.ID)
	one.Merged, one.Status = b, vedette.StatusClosed
	must(t, h.store.SaveFold(t.Context(), statestore.Fold{Incidents: []vedette.Incident{one}}))
	c.do("POST", "/api/v1/incidents/"+a+"/changes/"+split.Change.ID+"/undo", nil).want(t, 409)
}
