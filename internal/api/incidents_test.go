package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/api"
)

func TestIncidentsPageByPage(t *testing.T) {
	h := open(t)
	for i := range 7 {
		h.fold(incident(fmt.Sprintf("inc-%d", i), 90-i))
	}
	c := h.people["viewer"]
	var seen []string
	path := "/api/v1/incidents?limit=3"
	for range 5 {
		page := into[api.Page[vedette.Incident]](t, c.do("GET", path, nil).want(t, 200))
		if page.Total != 7 {
			t.Fatalf("total is %d", page.Total)
		}
		for _, in := range page.Items {
			seen = append(seen, in.ID)
		}
		if page.Next == "" {
			break
		}
		path = "/api/v1/incidents?limit=3&cursor=" + page.Next
	}
	if got := strings.Join(seen, " "); got != "inc-0 inc-1 inc-2 inc-3 inc-4 inc-5 inc-6" {
		t.Errorf("the pages gave %s", got)
	}
	c.do("GET", "/api/v1/incidents?cursor=nonsense", nil).want(t, 400)
	c.do("GET", "/api/v1/incidents?status=open&severity=high&entity=host:db-02", nil).want(t, 200)
	c.do("GET", "/api/v1/incidents?entity=db-02", nil).want(t, 400)
	c.do("GET", "/api/v1/incidents?nosuch=1", nil).want(t, 400)
	c.do("GET", "/api/v1/incidents?status=opened", nil).want(t, 400)
	if a := c.do("GET", "/api/v1/incidents", nil); strings.Contains(string(a.body), "null") {
		t.Errorf("an answer holds null: %s", a.body)
	}
}

func TestEditOfAnOldVersionIsAConflict(t *testing.T) {
	h := open(t)
	h.fold(incident("inc-1", 90))
	c := h.people["analyst"]
	first := c.do("GET", "/api/v1/incidents/inc-1", nil).want(t, 200)
	etag := first.Header.Get("ETag")
	if etag == "" || len(into[vedette.Incident](t, first).Evidence) != 1 {
		t.Fatalf("no ETag or no evidence: %s", first.body)
	}
	edited := c.do("PATCH", "/api/v1/incidents/inc-1", map[string]any{"status": "working"}, "If-Match", etag).want(t, 200)
	if edited.Header.Get("ETag") == etag {
		t.Error("the version did not move")
	}
	p := into[api.Problem](t, c.do("PATCH", "/api/v1/incidents/inc-1", map[string]any{"status": "contained"}, "If-Match", etag).want(t, 409))
	if p.Code != vedette.CodeConflict {
		t.Errorf("code %s", p.Code)
	}
	c.do("PATCH", "/api/v1/incidents/inc-1", map[string]any{"status": "contained"}, "If-Match", "garbage").want(t, 400)
	c.do("PATCH", "/api/v1/incidents/inc-1", map[string]any{"status": "contained"}).want(t, 200)
	c.do("PATCH", "/api/v1/incidents/inc-1", map[string]any{}).want(t, 400)
	c.do("PATCH", "/api/v1/incidents/inc-1", map[string]any{"owner": "nobody-here"}).want(t, 400)
	c.do("PATCH", "/api/v1/incidents/inc-1", map[string]any{"status": "closed"}).want(t, 400)
	c.do("PATCH", "/api/v1/incidents/inc-1", map[string]any{"status": "closed", "verdict": "true_positive", "reason": "seen it"}).want(t, 200)
	c.do("PATCH", "/api/v1/incidents/inc-none", map[string]any{"status": "working"}).want(t, 404)
	c.do("PATCH", "/api/v1/incidents/inc-1", map[string]any{"state": "working"}).want(t, 400)
	notes := into[api.Page[vedette.Note]](t, c.do("GET", "/api/v1/incidents/inc-1/notes", nil).want(t, 200))
	if len(notes.Items) != 1 || notes.Items[0].Text != "seen it" || notes.Items[0].Who != "token:analyst" {
		t.Errorf("the reason is not a note: %+v", notes.Items)
	}
	log := into[api.Page[vedette.AuditEntry]](t, c.do("GET", "/api/v1/incidents/inc-1/log", nil).want(t, 200))
	failed := 0
	for _, e := range log.Items {
		if e.Failed {
			failed++
		}
	}
	if len(log.Items) != 9 || failed != 6 {
		t.Errorf("%d lines in the log, %d of them failed", len(log.Items), failed)
	}
}

func TestBatchTellsOfEach(t *testing.T) {
	h := open(t)
	h.fold(incident("inc-1", 90), incident("inc-2", 80))
	c := h.people["analyst"]
	r := into[api.BatchResult](t, c.do("POST", "/api/v1/incidents/batch", map[string]any{
		"ids": []string{"inc-1", "inc-none", "inc-2"}, "edit": map[string]any{"status": "working"},
	}).want(t, 200))
	if r.Changed != 2 || r.Failed != 1 || r.Items[1].Problem == nil || r.Items[1].Problem.Code != vedette.CodeNotFound || r.Items[2].Incident.Status != vedette.StatusWorking {
		t.Errorf("%+v", r)
	}
	entries := h.audited(t)
	if e, ok := find(entries, "incident.batch"); !ok || e.Failed || e.Who != "token:analyst" {
		t.Errorf("the batch is not in the log: %+v", e)
	}
	if e, ok := find(entries, "incident.update"); !ok || e.Object != "inc-2" {
		t.Errorf("its incidents are not in the log: %+v", e)
	}
	c.do("POST", "/api/v1/incidents/batch", map[string]any{"ids": []string{}, "edit": map[string]any{}}).want(t, http.StatusBadRequest)
}

func TestNotes(t *testing.T) {
	h := open(t)
	h.fold(incident("inc-1", 90))
	c := h.people["analyst"]
	c.do("POST", "/api/v1/incidents/inc-1/notes", map[string]any{"text": "第一行"}).want(t, 201)
	c.do("POST", "/api/v1/incidents/inc-none/notes", map[string]any{"text": "x"}).want(t, 404)
	c.do("POST", "/api/v1/incidents/inc-1/notes", map[string]any{"text": ""}).want(t, 400)
	h.people["viewer"].do("POST", "/api/v1/incidents/inc-1/notes", map[string]any{"text": "x"}).want(t, 403)
}

func TestTenantsDoNotSeeEachOther(t *testing.T) {
	h := open(t)
	other := incident("inc-other", 99)
	other.Tenant = "other"
	h.fold(other)
	c := h.people["admin"]
	c.do("GET", "/api/v1/incidents/inc-other", nil).want(t, 404)
	c.do("PATCH", "/api/v1/incidents/inc-other", map[string]any{"status": "working"}).want(t, 404)
	if page := into[api.Page[vedette.Incident]](t, c.do("GET", "/api/v1/incidents", nil)); page.Total != 0 {
		t.Errorf("%d incidents of another tenant are listed", page.Total)
	}
}

// An incident names the sources that were silent already when it went on, and not those that fell silent later.
func TestIncidentNamesWhoWasSilent(t *testing.T) {
	h := open(t)
	in := incident("inc-1", 90)
	h.fold(in)
	h.silent = []vedette.SourceStatus{
		{Name: "fw-01", State: vedette.SourceSilent, Last: in.Last.Add(-time.Hour), SilentAfterSecs: 600},
		{Name: "fw-02", State: vedette.SourceSilent, Last: in.Last.Add(-5 * time.Minute), SilentAfterSecs: 600},
		{Name: "fw-03", State: vedette.SourceWell, Last: in.Last.Add(-time.Hour), SilentAfterSecs: 600},
	}
	got := into[vedette.Incident](t, h.people["viewer"].do("GET", "/api/v1/incidents/inc-1", nil).want(t, 200))
	why := got.WhyNot[len(got.WhyNot)-1]
	if !strings.Contains(why.En, "fw-01") || strings.Contains(why.En, "fw-02") || strings.Contains(why.En, "fw-03") || !strings.Contains(why.Zh, "fw-01") {
		t.Errorf("the incident says %+v", why)
	}
}
