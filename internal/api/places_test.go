package api_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/api"
	"github.com/vedette-soc/vedette/internal/statestore"
)

func TestSourcesAndTheirSetup(t *testing.T) {
	h := open(t)
	c := h.people["viewer"]
	if s := into[api.Sources](t, c.do("GET", "/api/v1/sources", nil).want(t, 200)); s.Total != 1 || s.Items[0].Name != "syslog/web-01" {
		t.Errorf("%+v", s)
	}
	setups := into[api.SourceSetups](t, c.do("GET", "/api/v1/sources/setup", nil).want(t, 200))
	base := h.server.URL
	port := base[strings.LastIndex(base, ":")+1:]
	for _, s := range setups.Items {
		switch {
		case s.Client == "rsyslog-udp":
			if s.Off == "" {
				t.Error("UDP does not say that nobody listens")
			}
		case s.Off != "":
			t.Errorf("%s is off: %s", s.Client, s.Off)
		case s.Token != strings.Contains(s.Config, "YOUR_TOKEN"):
			t.Errorf("%s: token %v: %s", s.Client, s.Token, s.Config)
		case s.Token && !strings.Contains(s.Config, base) && !strings.Contains(s.Config, port):
			t.Errorf("%s does not name this server: %s", s.Client, s.Config)
		case !s.Token && (!strings.Contains(s.Config, "127.0.0.1") || !strings.Contains(s.Config, "1514")):
			t.Errorf("%s does not name the listener: %s", s.Client, s.Config)
		}
		if strings.Contains(s.Config, "<no value>") || s.Title == "" || s.Docs == "" || s.Syntax == "" {
			t.Errorf("%+v", s)
		}
	}
	if len(setups.Items) != 11 {
		t.Errorf("%d clients", len(setups.Items))
	}
}

func TestAHostileHostHeaderDoesNotReachTheConfigurations(t *testing.T) {
	h := open(t)
	req := httptest.NewRequestWithContext(t.Context(), "GET", "/api/v1/sources/setup", nil)
	req.Host = `evil"; rm -rf /`
	req.Header.Set("Authorization", h.people["viewer"].header)
	w := httptest.NewRecorder()
	h.api.Handler().ServeHTTP(w, req)
	if w.Code != 200 || strings.Contains(w.Body.String(), "evil") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestEntities(t *testing.T) {
	h := open(t)
	must(t, h.store.SaveFold(t.Context(), statestore.Fold{Seq: 1, Entities: []vedette.Entity{
		{Tenant: vedette.DefaultTenant, Kind: vedette.EntityFile, Name: "/tmp/x y", Alerts: 2},
		{Tenant: vedette.DefaultTenant, Kind: vedette.EntityHost, Name: "db-02", Alerts: 1},
	}}))
	c := h.people["viewer"]
	if p := into[api.Page[vedette.Entity]](t, c.do("GET", "/api/v1/entities?kind=host&q=db", nil).want(t, 200)); p.Total != 1 {
		t.Errorf("%+v", p)
	}
	if e := into[api.EntityPage](t, c.do("GET", "/api/v1/entities/file/%2Ftmp%2Fx%20y", nil).want(t, 200)); e.Entity.Alerts != 2 {
		t.Errorf("%+v", e)
	}
	c.do("GET", "/api/v1/entities/host/none", nil).want(t, 404)
	c.do("GET", "/api/v1/entities/planet/mars", nil).want(t, 400)
}

func TestActions(t *testing.T) {
	h := open(t)
	h.fold(incident("inc-1", 90))
	c := h.people["responder"]
	propose := func(target string) answer {
		return c.do("POST", "/api/v1/actions", map[string]any{"kind": "block_address", "target": target, "ttl_seconds": 600, "reason": "guessing", "incident_id": "inc-1"})
	}
	a := into[vedette.Action](t, propose("203.0.113.9").want(t, 201))
	if a.State != vedette.ActionProposed || a.Owner != "token:responder" {
		t.Errorf("%+v", a)
	}
	propose("203.0.113.9").want(t, 409)
	if p := into[api.Problem](t, propose("198.51.100.7").want(t, 403)); !strings.Contains(p.Detail, "protected") {
		t.Errorf("%+v", p)
	}
	h.people["analyst"].do("POST", "/api/v1/actions/"+a.ID+"/approve", "{}").want(t, 403)
	done := into[vedette.Action](t, c.do("POST", "/api/v1/actions/"+a.ID+"/approve", map[string]any{"reason": "sure"}).want(t, 200))
	if notes := into[api.Page[vedette.Note]](t, c.do("GET", "/api/v1/incidents/inc-1/notes", nil)); len(notes.Items) != 1 || !strings.Contains(notes.Items[0].Text, "sure") {
		t.Errorf("%+v", notes)
	}
	if done.State != vedette.ActionActive || done.ApprovedBy != "token:responder" || done.Expires.IsZero() {
		t.Errorf("%+v", done)
	}
	c.do("POST", "/api/v1/actions/"+a.ID+"/approve", nil).want(t, 409) // no body is needed
	c.do("POST", "/api/v1/actions/"+a.ID+"/undo", "{}").want(t, 400)   // a reason is asked
	if got := into[vedette.Action](t, c.do("POST", "/api/v1/actions/"+a.ID+"/undo", map[string]any{"reason": "ours"}).want(t, 200)); got.State != vedette.ActionUndone {
		t.Errorf("%+v", got)
	}
	if p := into[api.Page[vedette.Action]](t, c.do("GET", "/api/v1/actions?state=undone,refused&incident=inc-1", nil).want(t, 200)); p.Total != 2 {
		t.Errorf("%+v", p)
	}
	c.do("GET", "/api/v1/actions/none", nil).want(t, 404)
	c.do("POST", "/api/v1/actions", map[string]any{"kind": "block_address", "target": "203.0.113.8", "ttl_seconds": 600, "reason": "x", "incident_id": "none"}).want(t, 404)
}

func TestHealth(t *testing.T) {
	h := open(t)
	if a := h.anon.do("GET", "/healthz", nil).want(t, 200); !strings.Contains(string(a.body), "ok") {
		t.Errorf("%s", a.body)
	}
	if r := into[api.Readiness](t, h.anon.do("GET", "/readyz", nil).want(t, 200)); !r.Ready || len(r.Rooms) != 2 {
		t.Errorf("%+v", r)
	}
	h.broken = errors.New("full")
	// Reasons are for this machine; a proxy's clients get none of them.
	for _, forwarded := range []string{"", "192.0.2.1"} {
		req := httptest.NewRequestWithContext(t.Context(), "GET", "/readyz", nil)
		req.RemoteAddr = "127.0.0.1:9"
		if forwarded != "" {
			req.Header.Set("X-Forwarded-For", forwarded)
		}
		w := httptest.NewRecorder()
		h.api.Handler().ServeHTTP(w, req)
		if w.Code != http.StatusServiceUnavailable || strings.Contains(w.Body.String(), "disk") != (forwarded == "") {
			t.Errorf("forwarded for %q: %d %s", forwarded, w.Code, w.Body)
		}
	}
}

func TestMetricsAreForThisMachineOrAToken(t *testing.T) {
	h := open(t)
	h.people["viewer"].do("GET", "/api/v1/session", nil).want(t, 200)
	if a := h.anon.do("GET", "/metrics", nil).want(t, 200); !strings.Contains(string(a.body), `vedette_api_requests_total{operation="currentSession",status="200"} 1`) {
		t.Errorf("%s", a.body)
	}
	h.anon.do("GET", "/metrics", nil, "X-Forwarded-For", "192.0.2.1").want(t, 401)
	h.people["ingester"].do("GET", "/metrics", nil, "X-Forwarded-For", "192.0.2.1").want(t, 403)
	h.people["viewer"].do("GET", "/metrics", nil, "X-Forwarded-For", "192.0.2.1").want(t, 200)
}
