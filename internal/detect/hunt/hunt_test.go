package hunt_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/detect"
	"github.com/vedette-soc/vedette/internal/detect/correlate"
	"github.com/vedette-soc/vedette/internal/detect/hunt"
	"github.com/vedette-soc/vedette/internal/eventstore"
	"github.com/vedette-soc/vedette/internal/eventstore/victorialogs"
)

// failures are logins, one a minute, ten that work and ten that fail, over some days before today.
func failures(days int) []*vedette.Event {
	var out []*vedette.Event
	start := time.Now().UTC().Truncate(24*time.Hour).AddDate(0, 0, -days)
	for i := range days * 24 * 60 {
		at := start.Add(time.Duration(i) * time.Minute)
		ev := &vedette.Event{
			Tenant: vedette.DefaultTenant, Seq: uint64(1 + i/100), Place: uint32(i % 100), Time: at, Received: at, Source: "test", Dataset: "linux.sshd",
			Logsource: vedette.Logsource{Product: "linux", Service: "sshd"}, Raw: fmt.Sprintf("login %d", i),
		}
		ev.Add("event.outcome", []string{"success", "failure"}[(i/10)%2])
		ev.Add("source.ip", fmt.Sprintf("203.0.113.%d", i%7))
		ev.Add("user.name", []string{"root", "Admin", "backup"}[i%3])
		out = append(out, ev)
	}
	return out
}

const failed = "title: Failed\nid: failed\nlevel: medium\nlogsource: {product: linux, service: sshd}\ndetection:\n  sel: {event.outcome: failure}\n  condition: sel\n"
const many = "title: Many\nid: many\nlevel: high\ncorrelation:\n  type: event_count\n  rules: [failed]\n  group-by: [source.ip]\n  timespan: 1h\n  condition: {gte: 4}\n"

func TestBacktest(t *testing.T) {
	rs := compile(t, failed, many)
	events := failures(3)
	store := openStore(t)
	keep(t, store, events)
	h := newHunter(t, store)
	span := hunt.Span{Tenant: vedette.DefaultTenant, Since: events[0].Time, Until: events[len(events)-1].Time.Add(time.Minute)}
	r, _ := rs.Rule("failed")
	got, err := h.Backtest(t.Context(), rs, []*detect.Rule{r}, span)
	if err != nil {
		t.Fatal(err)
	}
	if got.Alerts != 2160 || got.AlertsPerDay < 719 || got.AlertsPerDay > 721 || len(got.Days) != 3 || got.Days[1].Count != 720 || !got.Complete {
		t.Errorf("%d alerts, %v a day, %+v, complete %v", got.Alerts, got.AlertsPerDay, got.Days, got.Complete)
	}
	if len(got.Entities) == 0 || len(got.Examples) == 0 || got.Examples[0].Matched["event.outcome"] != "failure" || got.Read != 2160 || got.Cost <= 0 {
		t.Errorf("%+v", got)
	}
	for i, e := range got.Examples[1:] {
		if e.Time.After(got.Examples[i].Time) {
			t.Errorf("examples are not newest first: %+v", got.Examples)
		}
	}
	t.Run("a correlation", func(t *testing.T) { backtestCorrelation(t, h, rs, events, span) })
	t.Run("an exception", func(t *testing.T) { backtestException(t, h, rs, span) })
}

// A correlation must find in the past what it finds when the same events stream by.
func backtestCorrelation(t *testing.T, h *hunt.Hunter, rs *detect.Ruleset, events []*vedette.Event, span hunt.Span) {
	want := 0
	c := correlate.New(correlate.Config{}, rs)
	take := func(a vedette.Alert) {
		if a.RuleID == "many" {
			want++
		}
	}
	engine := detect.New(detect.Config{}, rs)
	for _, ev := range events {
		engine.Run(ev, take, func(m detect.Match) { c.Observe(m, take) })
	}
	c.Finish(take)
	r, _ := rs.Rule("many")
	got, err := h.Backtest(t.Context(), rs, []*detect.Rule{r}, span)
	if err != nil || int(got.Alerts) != want || want == 0 || got.Severity != vedette.High || len(got.Examples) == 0 {
		t.Errorf("%d alerts, want %d: %v", got.Alerts, want, err)
	}
	// One that another correlation speaks for is silent on stream; whoever asks about it by name wants to know.
	above := "title: Above\nid: above\ncorrelation: {type: event_count, rules: [many], timespan: 1h, condition: {gte: 500}}\n"
	silent := compile(t, failed, many, above)
	r, _ = silent.Rule("many")
	if got, err = h.Backtest(t.Context(), silent, []*detect.Rule{r}, span); err != nil || int(got.Alerts) != want {
		t.Errorf("of a silent correlation: %d alerts, want %d: %v", got.Alerts, want, err)
	}
	if got, err = h.Backtest(t.Context(), silent, nil, span); err != nil || got.Alerts != 0 {
		t.Errorf("of all rules, that one silent: %d alerts: %v", got.Alerts, err)
	}
	all, err := h.Backtest(t.Context(), rs, nil, span)
	if err != nil || int(all.Alerts) != want || len(all.Rules) != 1 {
		t.Errorf("of all rules: %d alerts, want %d, %+v: %v", all.Alerts, want, all.Rules, err)
	}
}

func backtestException(t *testing.T, h *hunt.Hunter, rs *detect.Ruleset, span hunt.Span) {
	x := vedette.Exception{ID: "x", RuleID: "failed", Selection: "user.name: admin"}
	p, err := h.Preview(t.Context(), rs, x, span)
	if err != nil || p.Matched != 2160 || p.Hidden != 720 || p.Days[0].Hidden != 240 || p.Days[0].Count != 480 {
		t.Errorf("%+v %v", p, err)
	}
	r, _ := rs.Rule("failed")
	x.Expires = time.Now().Add(time.Hour)
	got, err := h.Backtest(t.Context(), rs.With(detect.Settings{Exceptions: []vedette.Exception{x}}), []*detect.Rule{r}, span)
	if err != nil || got.Alerts != 1440 || got.Hidden != 720 {
		t.Errorf("in force: %d alerts, %d hidden: %v", got.Alerts, got.Hidden, err)
	}
	x.Selection = "not yaml: ["
	if _, err := h.Preview(t.Context(), rs, x, span); vedette.CodeOf(err) != vedette.CodeInvalid {
		t.Errorf("a selection that cannot be read: %v", err)
	}
}

func TestHuntsAreBounded(t *testing.T) {
	rs := compile(t, failed)
	events := failures(3)
	store := openStore(t)
	keep(t, store, events)
	span := hunt.Span{Tenant: vedette.DefaultTenant, Since: events[0].Time, Until: time.Now().Add(time.Hour)}
	limited := func(change func(*hunt.Config)) *hunt.Hunter {
		cfg := hunt.DefaultConfig()
		change(&cfg)
		h, err := hunt.New(cfg, store)
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	got, err := limited(func(c *hunt.Config) { c.Rows = 1000 }).Backtest(t.Context(), rs, nil, span)
	if err != nil || got.Complete || got.Reason == "" || got.Alerts > 1000 || got.Since.Equal(span.Since) {
		t.Errorf("too many rows: %+v %v", got.Report, err)
	}
	got, err = limited(func(c *hunt.Config) { c.Time = time.Nanosecond }).Backtest(t.Context(), rs, nil, span)
	if err != nil || got.Complete || got.Reason == "" {
		t.Errorf("too long: %+v %v", got.Report, err)
	}
	h := limited(func(*hunt.Config) {})
	stop := errors.New("stop")
	ctx, cancel := context.WithCancel(t.Context())
	calls := 0
	_, err = h.Hunt(ctx, rs, nil, span, func(hunt.Match) error {
		if calls++; calls > 1 {
			return nil
		}
		_, other := h.Hunt(ctx, rs, nil, span, func(hunt.Match) error {
			if _, third := h.Hunt(ctx, rs, nil, span, nil); vedette.CodeOf(third) != vedette.CodeLimited {
				t.Errorf("a third hunt at once: %v", third)
			}
			return stop
		})
		if !errors.Is(other, stop) {
			t.Errorf("an error of fn: %v", other)
		}
		cancel()
		return nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if _, err := h.Hunt(t.Context(), rs, nil, hunt.Span{Since: time.Now(), Until: time.Now().Add(-time.Hour)}, nil); vedette.CodeOf(err) != vedette.CodeInvalid {
		t.Errorf("a span that ends before it begins: %v", err)
	}
}

func TestValuesAreFoundWhereverTheyStand(t *testing.T) {
	values := map[vedette.IndicatorKind][]string{
		vedette.IndicatorAddress: {"203.0.113.77", "2001:db8::77"}, vedette.IndicatorNetwork: {"198.51.100.0/24", "2001:db8:1::/48"},
		vedette.IndicatorDomain: {"evil.example"}, vedette.IndicatorSHA256: {strings.Repeat("ab", 32)}, vedette.IndicatorEmail: {"a@evil.example"},
		vedette.IndicatorURL: {"http://evil.example/a"},
	}
	fields := []string{"source.ip", "url.full", "dns.question.name", "file.hash.sha256", "email.from.address"}
	var events []*vedette.Event
	for i, with := range [][3]string{
		{"source.ip", "203.0.113.77", "address"}, {"source.ip", "2001:DB8:0:0::77", "address"}, {"source.ip", "203.0.113.7", ""},
		{"url.full", "http://203.0.113.77:8080/x", "address"}, {"source.ip", "198.51.100.3", "network"}, {"source.ip", "2001:db8:1::3", "network"},
		{"url.full", "https://198.51.100.3/", "network"}, {"dns.question.name", "www.EviL.example", "domain"}, {"dns.question.name", "evil.example", "domain"},
		{"dns.question.name", "devil.example", ""}, {"file.hash.sha256", strings.Repeat("AB", 32), "sha256"}, {"file.hash.sha256", strings.Repeat("cd", 32), ""},
		{"email.from.address", "A@Evil.example", "email"}, {"url.full", "http://evil.example/a?b", "url"},
	} {
		ev := &vedette.Event{Tenant: vedette.DefaultTenant, Seq: 1, Place: uint32(i), Time: time.Now(), Received: time.Now(), Source: with[2], Dataset: "test"}
		ev.Add(with[0], with[1])
		events = append(events, ev)
	}
	store := openStore(t)
	keep(t, store, events)
	h := newHunter(t, store)
	for kind, list := range values {
		found := make(map[string]bool)
		report, err := h.Values(t.Context(), hunt.Wanted{Kind: kind, Values: list, Fields: fields}, lately(), func(ev *vedette.Event) error {
			found[ev.ID()] = true
			return nil
		})
		if err != nil || !report.Complete {
			t.Fatalf("%s: %v", kind, err)
		}
		for _, ev := range events {
			if ev.Source == string(kind) && !found[ev.ID()] {
				t.Errorf("%s: %v not found by\n%s", kind, ev.Fields, report.Query)
			}
		}
		if len(found) == len(events) {
			t.Errorf("%s: everything was found by %s", kind, report.Query)
		}
	}
}

// Rows of before say nothing of their log source. It is learned by reading the record again.
func TestRowsOfBefore(t *testing.T) {
	store := before{openStore(t)}
	keep(t, store.Store, failures(1))
	rs := compile(t, failed)
	cfg := hunt.DefaultConfig()
	cfg.Understand = func(rec *vedette.Record) []*vedette.Event {
		i := 0
		if _, err := fmt.Sscanf(string(rec.Data), "login %d", &i); err != nil {
			t.Errorf("not the record: %q", rec.Data)
		}
		return []*vedette.Event{{Dataset: "other"}, {Dataset: "linux.sshd", Logsource: vedette.Logsource{Product: "linux", Service: "sshd"}}}
	}
	h, err := hunt.New(cfg, store)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	report, err := h.Hunt(t.Context(), rs, nil, lately(), func(hunt.Match) error { n++; return nil })
	if err != nil || n != 720 {
		t.Errorf("%d of 720: %+v %v", n, report, err)
	}
}

// before is a store of a version that did not keep log sources.
type before struct{ *victorialogs.Store }

const unmarked = `"vedette.logsource":""`

func (s before) Search(ctx context.Context, q eventstore.Query, fn func(eventstore.Row) error) error {
	q.Text = strings.ReplaceAll(q.Text, unmarked, "*")
	return s.Store.Search(ctx, q, fn)
}

func (s before) Scan(ctx context.Context, q eventstore.Query, fn func(eventstore.Row) error) (eventstore.ScanStats, error) {
	if !strings.Contains(q.Text, unmarked) {
		return eventstore.ScanStats{}, vedette.Errorf(vedette.CodeInternal, "rows without a log source would be missed: %s", q.Text)
	}
	q.Text = strings.ReplaceAll(q.Text, unmarked, "*")
	return s.Store.Scan(ctx, q, func(row eventstore.Row) error {
		row.Fields = slices.DeleteFunc(row.Fields, func(f eventstore.Field) bool { return f.Name == eventstore.FieldLogsource })
		return fn(row)
	})
}
