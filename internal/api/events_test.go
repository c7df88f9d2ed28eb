package api_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/api"
)

// keep stores n failed logins, one a second until now, and an alert on the last; it returns when they are searchable.
func (h *house) keep(n int) vedette.Alert {
	h.t.Helper()
	now := time.Now().UTC()
	var events []*vedette.Event
	for i := range n {
		ev := &vedette.Event{
			Tenant: vedette.DefaultTenant, Seq: 1, Place: uint32(i), Time: now.Add(time.Duration(i-n) * time.Second), Received: now,
			Source: "syslog/web-01", Dataset: "linux.sshd", Raw: sshd, Logsource: vedette.Logsource{Product: "linux", Service: "sshd"},
		}
		ev.Add("source.ip", fmt.Sprintf("203.0.113.%d", i%3))
		ev.Add("user.name", "=cmd|' /C calc'!A0")
		ev.Add("event.outcome", "failure")
		events = append(events, ev)
	}
	last := events[n-1]
	alert := vedette.Alert{
		ID: "alert-1", Tenant: last.Tenant, Time: last.Time, Received: now, Detected: now, RuleID: "r-1", RuleTitle: "Failed login",
		Severity: vedette.Medium, EventID: last.ID(), Source: last.Source, Dataset: last.Dataset, IncidentID: "inc-1",
		Entities: []vedette.EntityRef{{Kind: vedette.EntityAddress, Name: "203.0.113.9", Role: vedette.RoleActor}},
	}
	must(h.t, h.events.Append(h.t.Context(), events, []vedette.Alert{alert}))
	deadline := time.After(10 * time.Second)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		got := h.people["viewer"].do("GET", "/api/v1/events/histogram", nil).want(h.t, 200)
		if into[api.Histogram](h.t, got).Total == int64(n) {
			return alert
		}
		select {
		case <-deadline:
			h.t.Fatalf("the events are not searchable: %s", got.body)
		case <-tick.C:
		}
	}
}

func TestEventsAreSearchedCountedAndExported(t *testing.T) {
	h := open(t)
	h.keep(25)
	c := h.people["viewer"]
	seen := map[string]bool{}
	path := "/api/v1/events?limit=10"
	for range 5 {
		page := into[api.EventsPage](t, c.do("GET", path, nil).want(t, 200))
		for _, ev := range page.Items {
			if seen[ev.ID] {
				t.Errorf("%s came twice", ev.ID)
			}
			seen[ev.ID] = true
		}
		if page.Next == "" {
			break
		}
		path = "/api/v1/events?limit=10&cursor=" + url.QueryEscape(page.Next)
	}
	if len(seen) != 25 {
		t.Errorf("the pages gave %d of 25 events", len(seen))
	}
	ev := into[api.EventsPage](t, c.do("GET", "/api/v1/events?limit=1", nil)).Items[0]
	if ev.Message != sshd || ev.Dataset != "linux.sshd" || ev.Source != "syslog/web-01" || ev.Fields["event.outcome"] != "failure" || ev.Received.IsZero() {
		t.Errorf("%+v", ev)
	}
	one := into[api.Event](t, c.do("GET", "/api/v1/events/"+ev.ID, nil).want(t, 200))
	if one.Fields["source.ip"] != ev.Fields["source.ip"] {
		t.Errorf("%+v", one)
	}
	c.do("GET", "/api/v1/events/9-9", nil).want(t, 404)
	c.do("GET", "/api/v1/events/nonsense", nil).want(t, 400)
	p := into[api.Problem](t, c.do("GET", "/api/v1/events?query="+url.QueryEscape("source.ip:(")+"", nil).want(t, 400))
	if p.Code != vedette.CodeInvalid {
		t.Errorf("%+v", p)
	}
	c.do("GET", "/api/v1/events?limit=1001", nil).want(t, 400)
	c.do("GET", "/api/v1/events?since=2026-01-02T00:00:00Z&until=2026-01-01T00:00:00Z", nil).want(t, 400)
	values := into[api.ValueCounts](t, c.do("GET", "/api/v1/events/values?field=source.ip", nil).want(t, 200))
	if len(values.Items) != 3 || values.Items[0].Rows != 9 {
		t.Errorf("%+v", values)
	}
	c.do("GET", "/api/v1/events/values", nil).want(t, 400)
	fields := into[api.FieldShares](t, c.do("GET", "/api/v1/events/fields", nil).want(t, 200))
	for _, f := range fields.Items {
		if strings.HasPrefix(f.Name, "_") || f.Name == "vedette.seq" {
			t.Errorf("%s is no field of an event", f.Name)
		}
		if f.Name == "source.ip" && (f.Rows != 25 || f.Share != 1) {
			t.Errorf("%+v", f)
		}
	}
	counted := into[api.EventsPage](t, c.do("GET", "/api/v1/events?query="+url.QueryEscape("* | stats by (source.ip) count() n"), nil).want(t, 200))
	if len(counted.Items) != 3 || counted.Items[0].Fields["n"] == "" || counted.Next != "" {
		t.Errorf("a query that counts gave %+v", counted)
	}
}

func TestExports(t *testing.T) {
	h := open(t)
	h.keep(25)
	c := h.people["viewer"]
	a := c.do("GET", "/api/v1/events?fields=source.ip,user.name", nil, "Accept", "text/csv").want(t, 200)
	rows, err := csv.NewReader(strings.NewReader(string(a.body))).ReadAll()
	must(t, err)
	if len(rows) != 26 || strings.Join(rows[0], ",") != "time,id,source,dataset,source.ip,user.name,message" {
		t.Fatalf("%d rows, head %v", len(rows), rows[0])
	}
	if got := rows[1][5]; !strings.HasPrefix(got, "'=") {
		t.Errorf("a formula reaches the spreadsheet: %q", got)
	}
	if !strings.Contains(a.Header.Get("Content-Disposition"), "events.csv") {
		t.Errorf("%v", a.Header)
	}
	all := c.do("GET", "/api/v1/events", nil, "Accept", "text/csv").want(t, 200)
	if !strings.Contains(strings.SplitN(string(all.body), "\n", 2)[0], "event.outcome") {
		t.Errorf("the columns are %.200s", all.body)
	}
	lines := c.do("GET", "/api/v1/events?limit=7", nil, "Accept", "application/x-ndjson").want(t, 200)
	n := 0
	for line := range strings.Lines(string(lines.body)) {
		var ev api.Event
		must(t, json.Unmarshal([]byte(line), &ev))
		n++
	}
	if n != 7 {
		t.Errorf("%d lines", n)
	}
	c.do("GET", "/api/v1/events?query="+url.QueryEscape("source.ip:("), nil, "Accept", "text/csv").want(t, 400)
}

func TestAnExportGoesOnOverManySteps(t *testing.T) {
	h := open(t)
	h.keep(2500)
	a := h.people["viewer"].do("GET", "/api/v1/events?fields=source.ip", nil, "Accept", "application/x-ndjson").want(t, 200)
	if n := strings.Count(string(a.body), "\n"); n != 2500 {
		t.Errorf("%d of 2500 events are exported", n)
	}
}

func TestAlertsWithTheirEvents(t *testing.T) {
	h := open(t)
	alert := h.keep(3)
	c := h.people["viewer"]
	for _, filter := range []string{"", "?incident=inc-1", "?rule=r-1", "?entity=address:203.0.113.9", "?severity=medium"} {
		page := into[api.AlertsPage](t, c.do("GET", "/api/v1/alerts"+filter, nil).want(t, 200))
		if len(page.Items) != 1 || page.Items[0].ID != alert.ID {
			t.Errorf("%q gives %+v", filter, page)
		}
	}
	if page := into[api.AlertsPage](t, c.do("GET", "/api/v1/alerts?severity=high", nil)); len(page.Items) != 0 {
		t.Errorf("%+v", page)
	}
	detail := into[api.AlertDetail](t, c.do("GET", "/api/v1/alerts/alert-1", nil).want(t, 200))
	if detail.Event == nil || detail.Event.ID != alert.EventID || detail.Event.Message != sshd || detail.Alert.RuleID != "r-1" {
		t.Errorf("%+v", detail)
	}
	c.do("GET", "/api/v1/alerts/none", nil).want(t, 404)
	tested := into[api.RuleTest](t, c.do("POST", "/api/v1/rules/test", map[string]any{
		"rule_id": "11111111-1111-4111-8111-111111111111", "event_id": alert.EventID,
	}).want(t, 200))
	if !tested.Matched || tested.Event.ID != alert.EventID {
		t.Errorf("%+v", tested)
	}
}

func TestToday(t *testing.T) {
	h := open(t)
	h.keep(5)
	h.fold(incident("inc-1", 97), incident("inc-2", 20))
	h.people["analyst"].do("POST", "/api/v1/actions", map[string]any{"kind": "block_address", "target": "203.0.113.9", "ttl_seconds": 60, "reason": "r"}).want(t, 201)
	today := into[api.Today](t, h.people["viewer"].do("GET", "/api/v1/today", nil).want(t, 200))
	if today.Incidents.Open != 2 || today.Incidents.BySeverity.High != 2 || len(today.NeedsYou) != 2 || today.NeedsYou[0].ID != "inc-1" {
		t.Errorf("%+v", today)
	}
	if today.Approvals.Waiting != 1 || today.Events != 5 || today.Records != 7 || today.Alerts != 200 || today.FoldedPercent != 99 {
		t.Errorf("%+v", today)
	}
	if n := len(today.ByHour); n < 24 || n > 25 {
		t.Errorf("%d hours", n)
	}
	if len(today.Status) != 2 || today.RespondP50 != nil {
		t.Errorf("%+v", today)
	}
	h.people["viewer"].do("GET", "/api/v1/today?since=2001-01-01T00:00:00Z", nil).want(t, 400)
}
