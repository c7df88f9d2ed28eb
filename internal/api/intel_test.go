package api_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/api"
	"github.com/vedette-soc/vedette/internal/intel"
	"github.com/vedette-soc/vedette/internal/intel/feed"
	"github.com/vedette-soc/vedette/internal/intel/stix"
)

func TestIndicatorsFromImportToRemoval(t *testing.T) {
	h := open(t)
	c := h.people["analyst"]
	one := into[intel.Report](t, c.do("POST", "/api/v1/intel/indicators", map[string]any{"value": "hxxp://evil[.]example/a", "confidence": 90, "tlp": "red", "labels": []string{"malware"}}).want(t, 200))
	if one.Added != 1 {
		t.Fatalf("%+v", one)
	}
	csv := "value,confidence,tlp\n203.0.113.9,80,green\nnot a value,1,\n8.8.8.8,99,clear\n"
	many := into[intel.Report](t, c.do("POST", "/api/v1/intel/indicators?feed=mine", csv, "Content-Type", "text/csv").want(t, 200))
	if many.Added != 2 || many.Left() != 1 {
		t.Fatalf("%+v", many)
	}
	h.people["viewer"].do("POST", "/api/v1/intel/indicators", csv).want(t, 403)
	c.do("POST", "/api/v1/intel/indicators", []byte("  ")).want(t, 400)
	c.do("POST", "/api/v1/intel/indicators", map[string]any{"value": "x", "nonsense": 1}).want(t, 400)
	c.do("POST", "/api/v1/intel/indicators", map[string]any{"value": "203.0.113.1", "tlp": "purple"}).want(t, 400)

	page := into[api.Page[vedette.Indicator]](t, c.do("GET", "/api/v1/intel/indicators?feed=mine", nil).want(t, 200))
	states := map[string]vedette.IndicatorState{}
	for _, in := range page.Items {
		states[in.Value] = in.State
	}
	if page.Total != 2 || states["203.0.113.9"] != vedette.IndicatorLive || states["8.8.8.8"] != vedette.IndicatorAllowed {
		t.Errorf("%+v", page)
	}
	id := intel.IndicatorID(vedette.IndicatorAddress, "203.0.113.9")
	got := into[vedette.Indicator](t, c.do("GET", "/api/v1/intel/indicators/"+id, nil).want(t, 200))
	if len(got.Assertions) != 1 || got.Assertions[0].Feed != "mine" || got.Confidence != 80 {
		t.Errorf("%+v", got)
	}

	for limit, want := range map[string]string{"clear": "", "green": "203.0.113.9", "amber%2Bstrict": "203.0.113.9"} {
		bundle := into[stix.Bundle](t, c.do("GET", "/api/v1/intel/export?max_tlp="+limit, nil).want(t, 200))
		var patterns []string
		for _, o := range bundle.Objects {
			patterns = append(patterns, o.Pattern)
		}
		if text := strings.Join(patterns, " "); strings.Contains(text, "evil") || strings.Contains(text, "203.0.113.9") != (want != "") {
			t.Errorf("up to %s: %s", limit, text)
		}
	}
	c.do("GET", "/api/v1/intel/export?max_tlp=red", nil).want(t, 400)

	c.do("DELETE", "/api/v1/intel/indicators/"+id, nil).want(t, 204)
	c.do("DELETE", "/api/v1/intel/indicators/"+id, nil).want(t, 404)
	c.do("GET", "/api/v1/intel/indicators/"+id, nil).want(t, 404)
	if e, ok := find(h.audited(t), "indicator.delete"); !ok || !strings.Contains(e.Detail, "203.0.113.9") && !e.Failed {
		t.Errorf("%+v", e)
	}
	if e, ok := find(h.audited(t), "indicator.import"); !ok {
		t.Errorf("%+v", e)
	}
}

func TestAllowListByPeople(t *testing.T) {
	h := open(t)
	c := h.people["analyst"]
	c.do("POST", "/api/v1/intel/indicators", "partner.example\n").want(t, 200)
	c.do("POST", "/api/v1/intel/allow", map[string]any{"value": "partner.example", "reason": ""}).want(t, 400)
	entry := into[vedette.Allowance](t, c.do("POST", "/api/v1/intel/allow", map[string]any{"value": "partner.example", "below": true, "reason": "our partner"}).want(t, 201))
	got := into[vedette.Indicator](t, c.do("GET", "/api/v1/intel/indicators/"+intel.IndicatorID(vedette.IndicatorDomain, "partner.example"), nil).want(t, 200))
	if got.State != vedette.IndicatorAllowed || !strings.Contains(got.Why, "our partner") {
		t.Errorf("%+v", got)
	}
	list := into[api.Page[vedette.Allowance]](t, c.do("GET", "/api/v1/intel/allow?q=PARTNER", nil).want(t, 200))
	if list.Total != 1 || list.Items[0].By != "token:analyst" || list.Items[0].Origin != "person" {
		t.Errorf("%+v", list)
	}
	all := into[api.Page[vedette.Allowance]](t, c.do("GET", "/api/v1/intel/allow?limit=500", nil).want(t, 200))
	for _, e := range all.Items {
		if e.Origin == "builtin" {
			c.do("DELETE", "/api/v1/intel/allow/"+e.ID, nil).want(t, 409)
			break
		}
	}
	c.do("DELETE", "/api/v1/intel/allow/"+entry.ID, nil).want(t, 204)
	c.do("DELETE", "/api/v1/intel/allow/"+entry.ID, nil).want(t, 404)
}

func TestFeedsOfPeople(t *testing.T) {
	h := open(t)
	web := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(web.Close)
	c := h.people["admin"]
	body := map[string]any{"name": "abuse", "kind": "list", "url": web.URL, "token": "s3cr3t-token", "interval_seconds": 600}
	h.people["analyst"].do("POST", "/api/v1/intel/feeds", body).want(t, 403)
	answer := c.do("POST", "/api/v1/intel/feeds", body).want(t, 201)
	if strings.Contains(string(answer.body), "s3cr3t") {
		t.Fatal("the answer shows the secret")
	}
	if f := into[feed.Feed](t, answer); !f.HasSecret || f.Origin != "person" || f.Interval != 600 {
		t.Errorf("%+v", f)
	}
	c.do("POST", "/api/v1/intel/feeds", body).want(t, 409)
	h.people["analyst"].do("POST", "/api/v1/intel/indicators?feed=abuse", "203.0.113.9").want(t, 409)
	for name, wrong := range map[string]map[string]any{
		"a file": {"name": "x", "kind": "list", "url": "file:///etc/passwd"}, "a secret in the open": {"name": "x", "kind": "list", "url": "http://feed.example/", "token": "t"},
		"a password in the URL": {"name": "x", "kind": "list", "url": "https://u:p@feed.example/"}, "an unknown kind": {"name": "x", "kind": "ftp", "url": "https://feed.example/"},
		"no URL": {"name": "x", "kind": "list"}, "a name that is a path": {"name": "../x", "kind": "list", "url": "https://feed.example/"},
	} {
		if a := c.do("POST", "/api/v1/intel/feeds", wrong); a.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: %d %s", name, a.StatusCode, a.body)
		}
	}
	c.do("PATCH", "/api/v1/intel/feeds/abuse", map[string]any{"url": "https://elsewhere.example/"}).want(t, 400)                        // the secret stays where it was given for
	c.do("PATCH", "/api/v1/intel/feeds/abuse", map[string]any{"url": "https://elsewhere.example/", "password": "another"}).want(t, 400) // and so does each of two
	changed := into[feed.Feed](t, c.do("PATCH", "/api/v1/intel/feeds/abuse", map[string]any{"off": true}).want(t, 200))
	if changed.State != "off" || !changed.HasSecret {
		t.Errorf("%+v", changed)
	}
	h.people["analyst"].do("POST", "/api/v1/intel/feeds/abuse/poll", nil).want(t, 409)
	list := into[api.Page[feed.Feed]](t, h.people["viewer"].do("GET", "/api/v1/intel/feeds", nil).want(t, 200))
	if list.Total != 1 {
		t.Errorf("%+v", list)
	}
	c.do("PATCH", "/api/v1/intel/feeds/abuse", map[string]any{"url": web.URL + "/list?key=s3cr3t", "token": "s3cr3t-token"}).want(t, 200) // the same may be given again
	for role, want := range map[string]bool{"admin": true, "viewer": false, "responder": false} {
		list := h.people[role].do("GET", "/api/v1/intel/feeds", nil).want(t, 200)
		if strings.Contains(string(list.body), "key=s3cr3t") != want {
			t.Errorf("%s sees %s", role, list.body)
		}
	}
	c.do("DELETE", "/api/v1/intel/feeds/abuse", nil).want(t, 204)
	c.do("DELETE", "/api/v1/intel/feeds/abuse", nil).want(t, 404)
	for _, e := range h.audited(t) {
		if strings.Contains(e.Detail+e.Object, "s3cr3t") {
			t.Errorf("the audit log shows the secret: %+v", e)
		}
	}
}
