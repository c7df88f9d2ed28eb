package api_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/api"
	"github.com/vedette-soc/vedette/internal/eventstore"
)

// logins stores failed logins of two users, one an hour, over the last two days.
func logins(t *testing.T, h *house) {
	t.Helper()
	var events []*vedette.Event
	start := time.Now().UTC().Truncate(time.Hour).Add(-48 * time.Hour)
	for i := range 48 {
		at := start.Add(time.Duration(i) * time.Hour)
		ev := &vedette.Event{
			Tenant: vedette.DefaultTenant, Seq: 900, Place: uint32(i), Time: at, Received: at, Source: "syslog/web-01", Dataset: "linux.sshd",
			Logsource: vedette.Logsource{Product: "linux", Service: "sshd"}, Raw: "x",
		}
		ev.Add("source.ip", "192.0.2.7")
		ev.Add("user.name", []string{"root", "backup"}[i%2])
		events = append(events, ev)
	}
	must(t, h.events.Append(t.Context(), events, nil))
	q := eventstore.Query{Kind: eventstore.KindEvent, Text: `"vedette.seq":=900 | stats count() rows`, Limit: 1}
	for rows := ""; rows != fmt.Sprint(len(events)); {
		must(t, h.events.Search(t.Context(), q, func(r eventstore.Row) error { rows = r.Value("rows"); return nil }))
	}
}

func TestBacktestAndPreview(t *testing.T) {
	h := open(t)
	logins(t, h)
	c := h.people["analyst"]
	c.do("POST", "/api/v1/rules", uploaded("up-1", "high"), "Content-Type", "application/yaml").want(t, 200)
	since := time.Now().Add(-72 * time.Hour)
	for name, body := range map[string]map[string]any{
		"a rule that runs": {"rule_id": "up-1", "since": since}, "one that is being written": {"yaml": uploaded("new-1", "low"), "since": since},
		"all rules": {"since": since, "until": time.Now().Add(time.Hour)},
	} {
		got := into[api.Backtest](t, c.do("POST", "/api/v1/rules/backtest", body).want(t, 200))
		if got.Alerts != 48 || !got.Complete || got.RowsRead < 48 || len(got.Days) < 3 || len(got.Examples) != 20 || len(got.Entities) == 0 || got.AlertsPerDay < 20 {
			t.Errorf("%s: %+v", name, got)
		}
		if got.Query == "" || got.Examples[0].Matched["source.ip"] != "192.0.2.7" || got.CostUS <= 0 {
			t.Errorf("%s: %+v", name, got)
		}
	}
	correlation := uploaded("low-1", "low") + "---\ntitle: several\nid: several\ncorrelation:\n  type: event_count\n  rules: [low-1]\n  group-by: [user.name]\n  timespan: 5h\n  condition: {gte: 3}\nlevel: critical\n"
	got := into[api.Backtest](t, c.do("POST", "/api/v1/rules/backtest", map[string]any{"yaml": correlation, "since": since}).want(t, 200))
	if got.Alerts == 0 || got.Alerts >= 48 || got.Severity != vedette.Critical || len(got.Rules) != 1 || got.Rules[0].ID != "several" {
		t.Errorf("%+v", got)
	}
	p := into[api.ExceptionPreview](t, c.do("POST", "/api/v1/exceptions/preview", map[string]any{"rule_id": "up-1", "selection": "user.name: backup", "since": since}).want(t, 200))
	if p.Matched != 48 || p.Hidden != 24 || !p.Complete || len(p.Examples) == 0 {
		t.Errorf("%+v", p)
	}
	for _, bad := range []map[string]any{{"rule_id": "up-1", "yaml": "x"}, {"yaml": "title: x"}, {"rule_id": "up-1", "since": time.Now(), "until": since}} {
		c.do("POST", "/api/v1/rules/backtest", bad).want(t, 400)
	}
	c.do("POST", "/api/v1/rules/backtest", map[string]any{"rule_id": "none"}).want(t, 404)
	c.do("POST", "/api/v1/exceptions/preview", map[string]any{"rule_id": "up-1", "selection": "a|nosuch: b"}).want(t, 400)
	if body := h.anon.do("POST", "/api/v1/rules/backtest", map[string]any{}).want(t, 401); strings.Contains(fmt.Sprint(body), "alerts") {
		t.Error("somebody unknown may look into the past")
	}
}
