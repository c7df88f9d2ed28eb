package eventstoretest

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/eventstore"
)

// Run checks an event store within one process.
func Run(t *testing.T, open Open) {
	for name, test := range map[string]func(*testing.T, Open){
		"events are found as they went in":         testRoundTrip,
		"words, fields and ranges select":          testSelect,
		"pipes work":                               testPipes,
		"rows come newest first, page by page":     testPaging,
		"the time range holds at both ends":        testTimeRange,
		"no text leaves tenant, kind or time":      testFence,
		"what cannot be read is told with a place": testInvalid,
		"histogram, fields and values count":       testAnalyse,
		"alerts are listed, filtered and paged":    testAlerts,
		"events and alerts are fetched by id":      testByID,
		"clocks that are off lose nothing":         testClocks,
		"rows over the limits are cut, not lost":   testLimits,
		"any text is kept":                         testText,
		"many datasets and names are kept":         testCardinality,
		"queries are bounded":                      testBounds,
		"what is stored is known after reopening":  testPresent,
		"a closed store refuses":                   testClosed,
		"events are made again of their rows":      testRestore,
		"a scan sees every row and can be ended":   testScan,
	} {
		t.Run(name, func(t *testing.T) { test(t, open) })
	}
}

func testRoundTrip(t *testing.T, open Open) {
	s := mustOpen(t, open, Options{})
	ev := event(7)
	ev.Add("tags", "one")
	ev.Add("tags", "two <&>")
	ev.Add("user.email", "")
	ev.Add("src._time", "not a time")
	ev.Add("_time", "not a time")
	ev.Add("vedette.seq", "999")
	start := time.Now()
	mustAppend(t, s, []*vedette.Event{ev})
	settle(t, s, "", 1)
	t.Logf("searchable after %s", time.Since(start))
	rows := search(t, s, eventstore.Query{})
	if !rows[0].Time.Equal(ev.Time) {
		t.Errorf("it happened at %s, want %s", rows[0].Time, ev.Time)
	}
	got := make(map[string]string)
	for _, f := range rows[0].Fields {
		got[f.Name] = f.Value
	}
	want := map[string]string{
		"_msg": ev.Raw, "event.action": "ssh_login", "event.outcome": "failure", "source.ip": "203.0.113.7",
		"user.name": "root", "process.pid": "7", "tags": `["one","two <&>"]`, "src._time": `["not a time","not a time"]`,
		"src.vedette.seq": "999", "vedette.id": "1-7", "vedette.seq": "1", "vedette.place": "7",
		"vedette.source": "syslog/10.0.0.7", "vedette.dataset": "linux.sshd", "vedette.kind": "event",
		"vedette.received": ev.Received.Format(time.RFC3339Nano), "vedette.logsource": "product=linux service=sshd",
		"vedette.shape": "empty:user.email list:tags list:src._time",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func testSelect(t *testing.T, open Open) {
	s := mustOpen(t, open, Options{})
	mustAppend(t, s, events(300), alert(5))
	settle(t, s, "", 301)
	for text, want := range map[string]int{
		"":                                       301,
		"*":                                      301,
		"password":                               301, // in the alert's title too
		`"Failed password for root"`:             300,
		"sshd password !guessing":                300,
		`source.ip:="203.0.113.3"`:               30,
		`source.ip:ipv4_range("203.0.113.0/31")`: 60,
		`process.pid:>=290`:                      10,
		`process.pid:range[10, 20)`:              10,
		`user.name:root AND NOT source.ip:="203.0.113.3"`: 270,
		`vedette.kind:=alert`:                             1,
		`nothing`:                                         0,
		`_msg:~"from 203\\.0\\.113\\.1 p"`:                30,
		`# a comment
		 source.ip:="203.0.113.3" # and another`: 30,
	} {
		if got := len(search(t, s, eventstore.Query{Text: text, Limit: 1000})); got != want {
			t.Errorf("%s: %d rows, want %d", text, got, want)
		}
	}
	if got := len(search(t, s, eventstore.Query{Kind: eventstore.KindAlert})); got != 1 {
		t.Errorf("%d alerts, want 1", got)
	}
	rows := search(t, s, eventstore.Query{Kind: eventstore.KindEvent, Fields: []string{"source.ip", "user.name"}, Limit: 1})
	if want := []eventstore.Field{{Name: "source.ip", Value: "203.0.113.9"}, {Name: "user.name", Value: "root"}}; !reflect.DeepEqual(rows[0].Fields, want) {
		t.Errorf("two fields asked for: got %v, want %v", rows[0].Fields, want)
	}
}

func testPipes(t *testing.T, open Open) {
	s := mustOpen(t, open, Options{})
	mustAppend(t, s, events(100))
	settle(t, s, "", 100)
	rows := search(t, s, eventstore.Query{Text: "_msg:password | stats by (source.ip) count() n | sort by (source.ip)"})
	if len(rows) != 10 || rows[3].Value("source.ip") != "203.0.113.3" || rows[3].Value("n") != "10" {
		t.Errorf("counted by address: %v", rows)
	}
	rows = search(t, s, eventstore.Query{Text: "* | sort by (process.pid) desc | limit 3", Limit: 10})
	if len(rows) != 3 || rows[0].Value("process.pid") != "99" {
		t.Errorf("sorted by a field: %v", rows)
	}
	rows = search(t, s, eventstore.Query{Text: "* | filter process.pid:<50 | fields process.pid", Limit: 2})
	if want := []eventstore.Field{{Name: "process.pid", Value: "49"}}; len(rows) != 2 || !reflect.DeepEqual(rows[0].Fields, want) {
		t.Errorf("chosen fields come newest first too: %v", rows)
	}
	rows = search(t, s, eventstore.Query{Text: `* | extract "from <address> port" from _msg`, Limit: 1})
	if len(rows) != 1 || rows[0].Value("address") != "203.0.113.9" {
		t.Errorf("a field taken from the message: %v", rows)
	}
	rows = search(t, s, eventstore.Query{Text: `process.pid:in(process.pid:<3 | fields process.pid)`, Limit: 10})
	if len(rows) != 3 {
		t.Errorf("a query inside a query gives %d rows, want 3", len(rows))
	}
	rows = search(t, s, eventstore.Query{Text: "* | stats by (_time:1m) count() n", Limit: 10})
	if len(rows) != 2 || rows[0].Time.IsZero() {
		t.Errorf("counted by minute: %v", rows)
	}
	if rows := search(t, s, eventstore.Query{Text: "* | uniq by (source.ip)", Limit: 4, Offset: 8}); len(rows) != 2 {
		t.Errorf("the last of ten groups: %d rows, want 2", len(rows))
	}
}

func testPaging(t *testing.T, open Open) {
	s := mustOpen(t, open, Options{})
	list := events(500)
	for i, ev := range list {
		ev.Time = moment().Add(time.Duration(i/50) * 7 * time.Hour / 10) // many at the same time, far between
	}
	mustAppend(t, s, list[250:])
	mustAppend(t, s, list[:250])
	settle(t, s, "", 500)
	all := search(t, s, eventstore.Query{Limit: 500})
	for i, row := range all {
		if want := list[499-i].ID(); row.Value("vedette.id") != want {
			t.Fatalf("row %d is event %s, want %s", i, row.Value("vedette.id"), want)
		}
	}
	for _, size := range []int{1, 33, 250} {
		var byCursor, byOffset []eventstore.Row
		q := eventstore.Query{Limit: size}
		for range 500/size + 2 {
			page := search(t, s, q)
			byCursor = append(byCursor, page...)
			if len(page) == 0 {
				break
			}
			q.After = page[len(page)-1].Cursor()
		}
		if !reflect.DeepEqual(byCursor, all) {
			t.Errorf("pages of %d by cursor: %d rows that are not the same as all at once", size, len(byCursor))
		}
		if size == 1 {
			continue // 500 offsets would only be slow
		}
		for offset := 0; offset < 500; offset += size {
			byOffset = append(byOffset, search(t, s, eventstore.Query{Limit: size, Offset: offset})...)
		}
		if !reflect.DeepEqual(byOffset, all) {
			t.Errorf("pages of %d by offset: %d rows that are not the same as all at once", size, len(byOffset))
		}
	}
	stop := errors.New("stop")
	if err := s.Search(t.Context(), eventstore.Query{}, func(eventstore.Row) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("Search returned %v, want its function's error", err)
	}
}

func testTimeRange(t *testing.T, open Open) {
	s := mustOpen(t, open, Options{})
	mustAppend(t, s, events(60))
	settle(t, s, "", 60)
	at := func(i int) time.Time { return event(i).Time }
	for name, c := range map[string]struct {
		since, until time.Time
		want         int
	}{
		"open":             {time.Time{}, time.Time{}, 60},
		"since":            {at(50), time.Time{}, 10},
		"until":            {time.Time{}, at(50), 50},
		"both":             {at(10), at(20), 10},
		"one instant":      {at(10), at(10).Add(1), 1},
		"nothing":          {at(10), at(10), 0},
		"backwards":        {at(20), at(10), 0},
		"before all":       {time.Unix(0, 0), at(0), 0},
		"centuries around": {time.Date(1, 1, 1, 0, 0, 0, 1, time.UTC), time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), 60},
	} {
		if got := len(search(t, s, eventstore.Query{Since: c.since, Until: c.until})); got != c.want {
			t.Errorf("%s: %d rows, want %d", name, got, c.want)
		}
	}
}

func testInvalid(t *testing.T, open Open) {
	s := mustOpen(t, open, Options{})
	for text, near := range map[string]string{
		`(((`:                       "character 3",
		`user.name:`:                "character",
		`密码 and )`:                  "character 8",
		`a | nosuchpipe x`:          "nosuchpipe",
		`a:re(`:                     "character",
		`_msg:~"("`:                 "character",
		`a | stats nosuch()`:        "character",
		strings.Repeat("(", 10_000): "character",
		strings.Repeat("a ", 9_000): "bytes long",
		`a or`:                      "character",
		"\x00":                      "",
	} {
		_, err := trySearch(t.Context(), s, eventstore.Query{Text: text})
		if near == "" && err == nil {
			continue
		}
		if vedette.CodeOf(err) != vedette.CodeInvalid || !strings.Contains(err.Error(), near) {
			t.Errorf("%.40q: got %v, want code invalid and %q", text, err, near)
		}
	}
	for name, err := range map[string]error{
		"cursor":       s.Search(t.Context(), eventstore.Query{After: "no cursor"}, nil),
		"limit":        s.Search(t.Context(), eventstore.Query{Limit: -1}, nil),
		"offset":       s.Search(t.Context(), eventstore.Query{Offset: -1}, nil),
		"group cursor": s.Search(t.Context(), eventstore.Query{Text: "* | uniq by (a)", After: eventstore.Row{}.Cursor()}, nil),
		"buckets":      second(s.Histogram(t.Context(), eventstore.Query{}, 0)),
		"values":       second(s.Values(t.Context(), eventstore.Query{}, "", 10)),
		"field limit":  second(s.Fields(t.Context(), eventstore.Query{}, 0)),
		"event id":     second(s.Event(t.Context(), "", "seven")),
	} {
		if vedette.CodeOf(err) != vedette.CodeInvalid {
			t.Errorf("%s: got %v, want code invalid", name, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func testAnalyse(t *testing.T, open Open) {
	s := mustOpen(t, open, Options{})
	mustAppend(t, s, events(300), alert(1))
	settle(t, s, "", 301)
	q := eventstore.Query{Kind: eventstore.KindEvent, Since: moment(), Until: moment().Add(10 * time.Minute)}
	buckets, err := s.Histogram(t.Context(), q, 10)
	if err != nil || len(buckets) != 10 || buckets[0].Rows != 60 || buckets[4].Rows != 60 || buckets[5].Rows != 0 ||
		!buckets[0].Time.Equal(moment()) {
		t.Errorf("histogram: %v, %v", buckets, err)
	}
	if n, err := sum(s.Histogram(t.Context(), eventstore.Query{Text: "user.name:root"}, 30)); err != nil || n != 300 {
		t.Errorf("the histogram over all time counts %d, %v; want 300", n, err)
	}
	if buckets, err := s.Histogram(t.Context(), eventstore.Query{Tenant: "nobody", Since: q.Since, Until: q.Until}, 10); err != nil || len(buckets) != 10 || buckets[3].Rows != 0 {
		t.Errorf("the histogram of nothing: %v, %v", buckets, err)
	}
	fields, err := s.Fields(t.Context(), q, 1000)
	counts := make(map[string]int64)
	for _, f := range fields {
		counts[f.Name] = f.Rows
	}
	if err != nil || counts["user.name"] != 300 || counts["vedette.kind"] != 300 || counts["alert.id"] != 0 {
		t.Errorf("fields: %v, %v", fields, err)
	}
	values, err := s.Values(t.Context(), eventstore.Query{Text: "process.pid:<95"}, "source.ip", 5)
	if err != nil || len(values) != 5 || values[0] != (eventstore.ValueCount{Value: "203.0.113.0", Rows: 10}) {
		t.Errorf("values: %v, %v", values, err)
	}
	if values, err := s.Values(t.Context(), q, `no such field" | stats count()`, 5); err != nil || len(values) != 0 {
		t.Errorf("values of a field that no row has: %v, %v", values, err)
	}
}

func testAlerts(t *testing.T, open Open) {
	s := mustOpen(t, open, Options{})
	var list []vedette.Alert
	for i := range 200 {
		a := alert(i)
		a.Time = moment().Add(time.Duration(i/70) * time.Hour) // an alert storm has one time
		a.Shadow = i%5 == 0
		list = append(list, a)
	}
	mustAppend(t, s, events(10), list...)
	settle(t, s, "", 210)
	for _, c := range []struct {
		name   string
		filter eventstore.AlertFilter
		want   func(vedette.Alert) bool
	}{
		{"all", eventstore.AlertFilter{}, func(vedette.Alert) bool { return true }},
		{"of an incident", eventstore.AlertFilter{IncidentID: "incident-1"}, func(a vedette.Alert) bool { return a.IncidentID == "incident-1" }},
		{"of a rule", eventstore.AlertFilter{RuleID: "rule-2"}, func(a vedette.Alert) bool { return a.RuleID == "rule-2" }},
		{"severe", eventstore.AlertFilter{MinSeverity: vedette.High}, func(a vedette.Alert) bool { return a.Severity >= vedette.High }},
		{"about an address", eventstore.AlertFilter{Entity: "203.0.113.3"}, func(a vedette.Alert) bool { return a.Entities[0].Name == "203.0.113.3" }},
		{"about a kind and name", eventstore.AlertFilter{Entity: `user:ACME\root`}, func(vedette.Alert) bool { return true }},
		{"of a time", eventstore.AlertFilter{Since: moment().Add(time.Hour), Until: moment().Add(2 * time.Hour)}, func(a vedette.Alert) bool { return a.Time.Equal(moment().Add(time.Hour)) }},
		{"of a hostile rule", eventstore.AlertFilter{RuleID: `" or "alert.rule_id":="rule-1`}, func(vedette.Alert) bool { return false }},
		{"about a hostile entity", eventstore.AlertFilter{Entity: `a") or *`}, func(vedette.Alert) bool { return false }},
		{"of another tenant", eventstore.AlertFilter{Tenant: "other"}, func(vedette.Alert) bool { return false }},
		{"with shadows", eventstore.AlertFilter{Shadow: true}, func(vedette.Alert) bool { return true }},
	} {
		want := make(map[string]vedette.Alert)
		for _, a := range list {
			if c.want(a) && (c.filter.Shadow || !a.Shadow) {
				want[a.ID] = a
			}
		}
		got := make(map[string]vedette.Alert)
		last := time.Now()
		c.filter.Limit = 30
		for {
			page, next, err := s.Alerts(t.Context(), c.filter)
			if err != nil {
				t.Fatalf("%s: %v", c.name, err)
			}
			for _, a := range page {
				if _, twice := got[a.ID]; twice || a.Time.After(last) {
					t.Errorf("%s: %s comes twice or too late", c.name, a.ID)
				}
				got[a.ID], last = a, a.Time
			}
			if next == "" {
				break
			}
			c.filter.Cursor = next
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %d alerts, want %d", c.name, len(got), len(want))
		}
	}
}

func testByID(t *testing.T, open Open) {
	s := mustOpen(t, open, Options{})
	mustAppend(t, s, events(300), alert(5), alert(6))
	settle(t, s, "", 302)
	row, err := s.Event(t.Context(), "", "2-17")
	if err != nil || row.Value("process.pid") != "117" {
		t.Errorf("event 2-17: %v, %v", row, err)
	}
	if got, err := s.Alert(t.Context(), "", "alert-6"); err != nil || !reflect.DeepEqual(got, alert(6)) {
		t.Errorf("alert-6: %+v, %v", got, err)
	}
	for name, err := range map[string]error{
		"event":               second(s.Event(t.Context(), "", "99-1")),
		"alert":               second(s.Alert(t.Context(), "", "alert-7")),
		"another's event":     second(s.Event(t.Context(), "other", "2-17")),
		"another's alert":     second(s.Alert(t.Context(), "other", "alert-6")),
		"alert by hostile id": second(s.Alert(t.Context(), "", `" or *`)),
	} {
		if vedette.CodeOf(err) != vedette.CodeNotFound {
			t.Errorf("%s that is not there: %v, want code not_found", name, err)
		}
	}
}

func testBounds(t *testing.T, open Open) {
	dir := t.TempDir()
	s := mustOpen(t, open, Options{Dir: dir, QueryRows: 50, QueryBytes: 100_000})
	mustAppend(t, s, events(1000))
	settle(t, s, "", 1000)
	if got := len(search(t, s, eventstore.Query{Limit: 1000})); got != 50 {
		t.Errorf("%d rows, want the 50 that are allowed", got)
	}
	big := events(20)
	for _, ev := range big {
		ev.Tenant, ev.Raw = "big", strings.Repeat("long ", 4000)
	}
	mustAppend(t, s, big)
	settle(t, s, "big", 20)
	if _, err := trySearch(t.Context(), s, eventstore.Query{Tenant: "big"}); vedette.CodeOf(err) != vedette.CodeLimited {
		t.Errorf("rows over the memory allowed: %v, want code limited", err)
	}
	if got := len(search(t, s, eventstore.Query{Tenant: "big", Fields: []string{"user.name"}})); got != 20 {
		t.Errorf("small fields of big rows: %d rows, want 20", got)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := trySearch(ctx, s, eventstore.Query{}); !errors.Is(err, context.Canceled) {
		t.Errorf("a query of one who has gone: %v, want the context's error", err)
	}
	mustClose(t, s)
	s = mustOpen(t, open, Options{Dir: dir, QueryTime: time.Nanosecond})
	if _, err := trySearch(t.Context(), s, eventstore.Query{Text: `_msg:~"f.*t"`}); vedette.CodeOf(err) != vedette.CodeLimited {
		t.Errorf("a query out of time: %v, want code limited", err)
	}
}

func testClosed(t *testing.T, open Open) {
	s := mustOpen(t, open, Options{})
	mustAppend(t, s, events(10))
	mustClose(t, s)
	if err := s.Append(t.Context(), events(1), nil); vedette.CodeOf(err) != vedette.CodeUnavailable {
		t.Errorf("append: %v, want code unavailable", err)
	}
	if _, err := trySearch(t.Context(), s, eventstore.Query{}); vedette.CodeOf(err) != vedette.CodeUnavailable {
		t.Errorf("search: %v, want code unavailable", err)
	}
	if _, err := s.Present(t.Context(), 1, 2); vedette.CodeOf(err) != vedette.CodeUnavailable {
		t.Errorf("present: %v, want code unavailable", err)
	}
}
