package api_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/api"
)

func TestEveryFailureIsAProblem(t *testing.T) {
	h := open(t)
	c := h.people["admin"]
	for _, f := range []struct {
		method, path, body string
		status             int
		code               vedette.Code
	}{
		{"GET", "/api/v1/nothing", "", 404, vedette.CodeNotFound},
		{"GET", "/elsewhere", "", 404, vedette.CodeNotFound},
		{"PUT", "/api/v1/incidents", "", 405, vedette.CodeInvalid},
		{"POST", "/api/v1/users", "{", 400, vedette.CodeInvalid},
		{"POST", "/api/v1/users", `{"name":"a"}`, 400, vedette.CodeInvalid},
		{"POST", "/api/v1/users", `{"name":"a","role":"viewer","extra":1}`, 400, vedette.CodeInvalid},
		{"POST", "/api/v1/users", "", 400, vedette.CodeInvalid},
		{"GET", "/api/v1/incidents?limit=0", "", 400, vedette.CodeInvalid},
		{"GET", "/api/v1/incidents?limit=x", "", 400, vedette.CodeInvalid},
		{"GET", "/api/v1/incidents?since=yesterday", "", 400, vedette.CodeInvalid},
		{"GET", "/api/v1/incidents/inc-none", "", 404, vedette.CodeNotFound},
		{"POST", "/api/v1/incidents/inc-none/notes", `{"text":"` + strings.Repeat("a", 300<<10) + `"}`, 413, vedette.CodeTooLarge},
	} {
		var body any
		if f.body != "" {
			body = f.body
		}
		a := c.do(f.method, f.path, body).want(t, f.status)
		p := into[api.Problem](t, a)
		if p.Code != f.code {
			t.Errorf("%s %s: code %s, want %s", f.method, f.path, p.Code, f.code)
		}
		if strings.Contains(f.body, "extra") && (len(p.Errors) == 0 || p.Errors[0].Location != "body.extra") {
			t.Errorf("it does not say where: %s", a.body)
		}
	}
	if a := c.do("PUT", "/api/v1/incidents", nil); !strings.Contains(a.Header.Get("Allow"), "GET") {
		t.Errorf("405 does not say what is allowed: %v", a.Header)
	}
	a := c.do("POST", "/api/v1/session/password", `{"current":"secret-one","new":5}`).want(t, 400)
	if strings.Contains(string(a.body), "secret-one") {
		t.Errorf("a password is sent back: %s", a.body)
	}
	c.do("POST", "/api/v1/users", "<xml/>", "Content-Type", "application/xml").want(t, 415)
}

func TestDefectsTellNothingButATraceID(t *testing.T) {
	h := open(t)
	h.broken = errors.New("open /var/lib/secret: permission denied")
	a := h.people["analyst"].do("PATCH", "/api/v1/rules/11111111-1111-4111-8111-111111111111", map[string]any{"stage": "off"}).want(t, 500)
	p := into[api.Problem](t, a)
	if p.TraceID == "" || p.TraceID != a.Header.Get("X-Request-Id") || strings.Contains(string(a.body), "secret") || p.Code != vedette.CodeInternal {
		t.Errorf("%s", a.body)
	}
	h.panics = true
	a = h.people["analyst"].do("PATCH", "/api/v1/rules/11111111-1111-4111-8111-111111111111", map[string]any{"stage": "off"}).want(t, 500)
	if strings.Contains(string(a.body), "secret") {
		t.Errorf("%s", a.body)
	}
	failed := 0
	for _, e := range h.audited(t) {
		if e.What == "rule.update" && e.Failed && strings.Contains(e.Detail, "trace id") {
			failed++
		}
	}
	if failed != 2 {
		t.Errorf("%d of two defects are in the audit log", failed)
	}
	h.ready = func() { panic("secret") }
	a = h.anon.do("GET", "/readyz", nil).want(t, 500)
	if strings.Contains(string(a.body), "secret") {
		t.Errorf("%s", a.body)
	}
}

func TestHeadersOfEveryAnswer(t *testing.T) {
	h := open(t)
	for _, path := range []string{"/healthz", "/api/v1/session", "/api/v1/nothing", "/api", "/api/openapi.yaml"} {
		a := h.anon.do("GET", path, nil)
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store",
		} {
			if got := a.Header.Get(name); got != want {
				t.Errorf("%s: %s is %q", path, name, got)
			}
		}
		if csp := a.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "frame-ancestors 'none'") || !strings.Contains(csp, "default-src 'none'") {
			t.Errorf("%s: %s", path, csp)
		}
		if a.Header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s is open to other origins", path)
		}
	}
}

func TestThePageOfTheAPI(t *testing.T) {
	h := open(t)
	page := h.anon.do("GET", "/api", nil).want(t, 200)
	for _, op := range documented(t) {
		if !strings.Contains(string(page.body), `id="`+op.ID+`"`) {
			t.Errorf("%s is not on the page", op.ID)
		}
	}
	for _, code := range []string{"invalid", "conflict", "internal"} {
		if !strings.Contains(string(page.body), `id="`+code+`"`) {
			t.Errorf("the code %s is not explained", code)
		}
	}
	if strings.Contains(string(page.body), "http://") || strings.Contains(string(page.body), "<script") {
		t.Error("the page is not self-contained")
	}
	yaml := h.anon.do("GET", "/api/openapi.yaml", nil).want(t, http.StatusOK)
	if !strings.Contains(string(yaml.body), "listIncidents") {
		t.Error("the document is not served")
	}
}
