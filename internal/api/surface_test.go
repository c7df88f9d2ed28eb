package api

import (
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/access"
)

// undocumented lists the routes that the document leaves out, and why.
var undocumented = map[string]string{
	"GET /healthz":          "for supervisors: no session, no versioning",
	"GET /readyz":           "for supervisors",
	"GET /metrics":          "for Prometheus, in its own format",
	"GET /api":              "the page about the document",
	"GET /api/{$}":          "the same page",
	"GET /api/openapi.yaml": "the document itself",
}

func TestEveryRouteIsDocumentedAndServed(t *testing.T) {
	a := &API{cfg: Config{Version: "1"}}
	if err := a.build(); err != nil {
		t.Fatal(err)
	}
	for _, p := range a.patterns {
		if undocumented[p] == "" {
			t.Errorf("%s is neither in the routes table nor in the list of exemptions", p)
		}
	}
	if len(a.patterns) != len(undocumented) {
		t.Errorf("%d plain routes, %d exemptions", len(a.patterns), len(undocumented))
	}
	documented := map[string]bool{}
	for path, item := range a.huma.OpenAPI().Paths {
		for _, op := range operations(a.huma.OpenAPI()) {
			if op.Path == path {
				documented[op.Method+" "+path] = true
			}
		}
		if item == nil {
			t.Errorf("%s has no operations", path)
		}
	}
	for _, r := range routes() {
		key := r.Method + " " + r.Path
		if !documented[key] {
			t.Errorf("%s (%s) is not in the document", key, r.ID)
		}
		delete(documented, key)
		path := strings.NewReplacer("{id}", "x", "{name}", "x", "{kind}", "host", "{change}", "x", "{task}", "x").Replace(r.Path)
		req, err := http.NewRequest(r.Method, path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, pattern := a.mux.Handler(req); pattern != key {
			t.Errorf("%s is served by %q", key, pattern)
		}
	}
	for key := range documented {
		t.Errorf("%s is in the document but not in the routes table", key)
	}
}

func TestEveryOperationHasAPermissionAndEveryWriteAnAuditWord(t *testing.T) {
	open := []string{"login"}
	known := []string{"currentSession", "logout", "changePassword"}
	harmless := []string{"testRule", "lintRules", "backtestRules", "previewException", "previewSuppression", "previewMerge", "previewSplit", "previewMove", "previewFact"} // a POST that changes nothing
	ids := map[string]bool{}
	for _, r := range routes() {
		if ids[r.ID] {
			t.Errorf("%s stands twice", r.ID)
		}
		ids[r.ID] = true
		switch {
		case r.Needs == anyone && !slices.Contains(open, r.ID):
			t.Errorf("%s needs no session", r.ID)
		case r.Needs == someone && !slices.Contains(known, r.ID):
			t.Errorf("%s needs no permission", r.ID)
		case r.Needs != anyone && r.Needs != someone && !slices.Contains(access.Permissions(), access.Permission(r.Needs)):
			t.Errorf("%s needs %q, which nobody has", r.ID, r.Needs)
		}
		if r.writes() && r.Audit == "" && !slices.Contains(harmless, r.ID) {
			t.Errorf("%s writes and has no word in the audit log", r.ID)
		}
		if !r.writes() && r.Audit != "" {
			t.Errorf("%s reads and is audited", r.ID)
		}
		if r.writes() && r.Needs == toRead && !slices.Contains(harmless, r.ID) {
			t.Errorf("%s writes and needs only the permission to read", r.ID)
		}
		if r.Tag == "" || r.Summary == "" {
			t.Errorf("%s is not described", r.ID)
		}
	}
}

func TestEveryCodeIsExplained(t *testing.T) {
	for code, text := range codeText {
		if text == "" || code.Status() == http.StatusInternalServerError && code != vedette.CodeInternal {
			t.Errorf("%s has no text or no status", code)
		}
		if codeOf(code.Status()) != code {
			t.Errorf("%s becomes %d, which becomes %s", code, code.Status(), codeOf(code.Status()))
		}
	}
	if len(codeText) != 9 {
		t.Errorf("%d codes are explained, there are 9", len(codeText))
	}
}

func TestAnswersHaveNoNull(t *testing.T) {
	shared := []vedette.Alert{{Matched: nil}}
	in := &bodyOutput[vedette.Incident]{Body: vedette.Incident{Evidence: []vedette.Evidence{{Alert: shared[0]}}}}
	out := filled(reflect.ValueOf(in)).Interface().(*bodyOutput[vedette.Incident])
	if out.Body.Tactics == nil || out.Body.Evidence[0].Alert.Matched == nil || out.Body.Evidence[0].Alert.Tags == nil {
		t.Error("a list or a map stayed nil")
	}
	if in.Body.Tactics != nil || in.Body.Evidence[0].Alert.Matched != nil {
		t.Error("the value given was changed")
	}
	when := time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC)
	if got := filled(reflect.ValueOf(vedette.Alert{Time: when})).Interface().(vedette.Alert); !got.Time.Equal(when) {
		t.Error("a time was lost")
	}
}

func TestLimiterForgetsAndSharesBeyondItsBound(t *testing.T) {
	now := time.Unix(1000, 0)
	l := newLimiter(1, 2, 3, func() time.Time { return now })
	for _, key := range []string{"a", "b", "c"} {
		if first, second, third := l.take(key), l.take(key), l.take(key); first != 0 || second != 0 || third == 0 {
			t.Fatalf("%s did not have a burst of two", key)
		}
	}
	// Newcomers share one allowance.
	if l.take("d") != 0 || l.take("e") != 0 || l.take("f") == 0 {
		t.Error("beyond the bound keys do not share")
	}
	if len(l.keys) > 3 {
		t.Errorf("%d keys are remembered", len(l.keys))
	}
	if wait := l.take("a"); wait <= 0 || wait > time.Second {
		t.Errorf("a has to wait %s", wait)
	}
	now = now.Add(time.Minute)
	if l.take("g") != 0 || len(l.keys) != 1 {
		t.Errorf("keys that have their burst back are not forgotten: %d", len(l.keys))
	}
}

func TestAddressesOfOneCustomerCountTogether(t *testing.T) {
	if addressKey("2001:db8:1:2:3::1") != addressKey("2001:db8:1:2:ffff::2") {
		t.Error("one /64 counts as two")
	}
	if addressKey("192.0.2.1") == addressKey("192.0.2.2") {
		t.Error("two IPv4 addresses count as one")
	}
}

func TestTokenIn(t *testing.T) {
	for header, want := range map[string]string{
		"Bearer vdt_a_b": "vdt_a_b", "bearer vdt_a_b": "vdt_a_b",
		"Basic dmVkZXR0ZTp2ZHRfYV9i": "vdt_a_b", "ApiKey dmVkZXR0ZTp2ZHRfYV9i": "vdt_a_b", "ApiKey vdt_a_b": "vdt_a_b",
		"Basic !!": "", "Bearer": "", "Digest x": "", "Basic bm9jb2xvbg==": "",
	} {
		if got, _ := tokenIn(header); got != want {
			t.Errorf("%q gives %q, want %q", header, got, want)
		}
	}
}

func TestHarmlessCells(t *testing.T) {
	for cell, want := range map[string]string{
		"=1+1": "'=1+1", "-5": "-5", "+1e3": "+1e3", "@SUM(A1)": "'@SUM(A1)", "plain": "plain", "": "", "-x": "'-x",
	} {
		if got := harmless(cell); got != want {
			t.Errorf("%q becomes %q, want %q", cell, got, want)
		}
	}
}
