package api_test

import (
	"strings"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/api"
)

func TestExceptionsFromMakingToRemoval(t *testing.T) {
	h := open(t)
	c := h.people["analyst"]
	c.do("POST", "/api/v1/rules?name=mine.yml&stage=shadow", uploaded("up-1", "high"), "Content-Type", "application/yaml").want(t, 200)
	ev := &vedette.Event{Tenant: vedette.DefaultTenant, Logsource: vedette.Logsource{Product: "linux", Service: "sshd"}}
	ev.Add("source.ip", "192.0.2.7")
	ev.Add("user.name", "backup")
	raised := func() (n int) {
		h.engine.Detect(ev, func(a vedette.Alert) {
			if n++; !a.Shadow {
				t.Error("an upload for the shadow stage raises alerts that people see")
			}
		})
		return n
	}
	if n := raised(); n != 1 {
		t.Fatalf("%d alerts before there is an exception", n)
	}
	body := map[string]any{"rule_id": "up-1", "selection": "user.name: backup", "reason": "the nightly copy", "expires": time.Now().Add(24 * time.Hour)}
	x := into[vedette.Exception](t, c.do("POST", "/api/v1/exceptions", body).want(t, 201))
	if x.ID == "" || x.Owner != "token:analyst" || x.Tenant != vedette.DefaultTenant || x.Version != 1 {
		t.Errorf("%+v", x)
	}
	if n := raised(); n != 0 {
		t.Errorf("%d alerts under the exception", n)
	}
	if one := into[vedette.RuleStatus](t, c.do("GET", "/api/v1/rules/up-1", nil).want(t, 200)); one.Exceptions != 1 || one.Version != 1 || one.Stage != vedette.StageShadow {
		t.Errorf("%+v", one)
	}
	edit := map[string]any{"selection": "user.name: other", "version": 1, "rule_id": "up-1"}
	if x = into[vedette.Exception](t, c.do("PATCH", "/api/v1/exceptions/"+x.ID, edit).want(t, 200)); x.Version != 2 || raised() != 1 {
		t.Errorf("the edit was not taken over: %+v", x)
	}
	c.do("PATCH", "/api/v1/exceptions/"+x.ID, edit).want(t, 409)
	c.do("PATCH", "/api/v1/exceptions/"+x.ID, map[string]any{"selection": "user.name|nosuch: x"}).want(t, 400)
	c.do("PATCH", "/api/v1/exceptions/"+x.ID, map[string]any{"rule_id": "other", "reason": "r"}).want(t, 409)
	c.do("PATCH", "/api/v1/exceptions/"+x.ID, map[string]any{}).want(t, 400)
	page := into[api.Page[vedette.Exception]](t, c.do("GET", "/api/v1/exceptions?rule=up-1&state=live", nil).want(t, 200))
	if page.Total != 1 || page.Items[0].ID != x.ID {
		t.Errorf("%+v", page)
	}
	if page := into[api.Page[vedette.Exception]](t, c.do("GET", "/api/v1/exceptions?state=expired", nil).want(t, 200)); page.Total != 0 {
		t.Errorf("%+v", page)
	}
	c.do("DELETE", "/api/v1/exceptions/"+x.ID, nil).want(t, 204)
	c.do("DELETE", "/api/v1/exceptions/"+x.ID, nil).want(t, 404)
}

func TestExceptionsThatAreRefused(t *testing.T) {
	h := open(t)
	c := h.people["analyst"]
	in := func(change map[string]any) map[string]any {
		body := map[string]any{"rule_id": "", "selection": "user.name: backup", "reason": "r", "expires": time.Now().Add(time.Hour)}
		for k, v := range change {
			body[k] = v
		}
		return body
	}
	for name, one := range map[string]struct {
		change map[string]any
		status int
	}{
		"no selection":   {map[string]any{"selection": ""}, 400},
		"not YAML":       {map[string]any{"selection": "{"}, 400},
		"no reason":      {map[string]any{"reason": ""}, 400},
		"over":           {map[string]any{"expires": time.Now().Add(-time.Hour)}, 400},
		"too far":        {map[string]any{"expires": time.Now().AddDate(2, 0, 0)}, 400},
		"unknown rule":   {map[string]any{"rule_id": "none"}, 404},
		"another tenant": {map[string]any{"tenant": "other"}, 403},
	} {
		t.Run(name, func(t *testing.T) { c.do("POST", "/api/v1/exceptions", in(one.change)).want(t, one.status) })
	}
	h.people["viewer"].do("POST", "/api/v1/exceptions", in(nil)).want(t, 403)
}

func TestRuleVersionsAndLint(t *testing.T) {
	h := open(t)
	c := h.people["analyst"]
	for _, level := range []string{"high", "low", "low"} {
		c.do("POST", "/api/v1/rules?name=mine.yml", uploaded("up-1", level), "Content-Type", "application/yaml").want(t, 200)
	}
	versions := into[api.Page[api.RuleVersion]](t, c.do("GET", "/api/v1/rules/up-1/versions", nil).want(t, 200))
	if versions.Total != 2 || versions.Items[0].Version != 2 || !strings.Contains(versions.Items[0].YAML, "level: low") || versions.Items[1].By != "token:analyst" {
		t.Errorf("%+v", versions)
	}
	c.do("GET", "/api/v1/rules/none/versions", nil).want(t, 404)

	filter := "title: F\nid: f\nlogsource: {product: linux}\nfilter:\n  rules: [up-1]\n  s: {user.name: backup}\n  condition: s\n"
	lint := into[api.RuleLint](t, c.do("POST", "/api/v1/rules/lint", map[string]any{"yaml": filter}).want(t, 200))
	if len(lint.Rules) != 1 || lint.Rules[0].ID != "f" || len(lint.Problems) != 0 {
		t.Errorf("%+v", lint)
	}
	fixed := false
	for _, w := range lint.Warnings {
		fixed = fixed || w.Line == 7 && w.Fix == "condition: not s"
	}
	if !fixed {
		t.Errorf("warnings %+v", lint.Warnings)
	}
	bad := into[api.RuleLint](t, c.do("POST", "/api/v1/rules/lint", map[string]any{"yaml": strings.Replace(filter, "up-1", "gone", 1)}).want(t, 200))
	if len(bad.Problems) != 1 || bad.Problems[0].Line != 5 {
		t.Errorf("%+v", bad)
	}
	up := into[api.RuleUpload](t, c.do("POST", "/api/v1/rules?name=f.yml", filter, "Content-Type", "application/yaml").want(t, 200))
	if strings.Join(up.Added, " ") != "f" || len(up.Rejected) != 0 {
		t.Errorf("%+v", up)
	}
	c.do("PATCH", "/api/v1/rules/f", map[string]any{"stage": "off"}).want(t, 409)
}

func TestAsleepRules(t *testing.T) {
	h := open(t)
	c := h.people["analyst"]
	c.do("POST", "/api/v1/rules?name=mine.yml", strings.Replace(uploaded("up-1", "high"), "service: sshd", "service: auditd", 1), "Content-Type", "application/yaml").want(t, 200)
	ev := &vedette.Event{Logsource: vedette.Logsource{Product: "linux", Service: "sshd"}}
	h.engine.Detect(ev, func(vedette.Alert) {})
	got := into[api.AsleepRules](t, c.do("GET", "/api/v1/rules/asleep", nil).want(t, 200))
	if got.Total != 1 || got.Rules != 2 || got.Items[0].RuleID != "up-1" || got.Items[0].Lacks != "source" || len(got.Wakes) != 1 || got.Wakes[0].Rules != 1 {
		t.Errorf("%+v", got)
	}
	one := into[vedette.RuleStatus](t, c.do("GET", "/api/v1/rules/up-1", nil).want(t, 200))
	if !strings.Contains(one.Asleep, "linux/auditd") {
		t.Errorf("asleep: %q", one.Asleep)
	}
}
