package eventstoretest

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/eventstore"
)

func testClocks(t *testing.T, open Open) {
	s := mustOpen(t, open, Options{})
	now := time.Now().UTC().Truncate(time.Millisecond)
	clocks := map[string]time.Time{
		"30 years behind":  now.AddDate(-30, 0, 0),
		"30 years ahead":   now.AddDate(30, 0, 0),
		"the year 1":       {},
		"the year 9999":    time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC),
		"two days ahead":   now.Add(48 * time.Hour),
		"two hours ahead":  now.Add(2 * time.Hour),
		"three days old":   now.Add(-72 * time.Hour),
		"received wrongly": now.AddDate(-40, 0, 0),
	}
	believed := map[string]bool{"two hours ahead": true, "three days old": true}
	var list []*vedette.Event
	for name, clock := range clocks {
		ev := event(len(list))
		ev.Time, ev.Received, ev.Raw = clock, now.Add(-time.Minute), name
		if name == "received wrongly" {
			ev.Received = clock
		}
		list = append(list, ev)
	}
	mustAppend(t, s, list)
	settle(t, s, "", len(list))
	for _, row := range search(t, s, eventstore.Query{}) {
		name := row.Value("_msg")
		clock := clocks[name]
		if believed[name] {
			if !row.Time.Equal(clock) || row.Value(eventstore.FieldOriginalTime) != "" {
				t.Errorf("%s: stored at %s, want its own %s", name, row.Time, clock)
			}
			continue
		}
		if name != "received wrongly" && !row.Time.Equal(now.Add(-time.Minute)) || time.Since(row.Time) > time.Hour {
			t.Errorf("%s: stored at %s, want when it was received", name, row.Time)
		}
		if want := clock.Format(time.RFC3339Nano); !clock.IsZero() && row.Value(eventstore.FieldOriginalTime) != want {
			t.Errorf("%s: its own time is kept as %q, want %q", name, row.Value(eventstore.FieldOriginalTime), want)
		}
		if row.Value(vedette.FieldClockSkew) == "" {
			t.Errorf("%s: nothing says by how much its clock is off", name)
		}
	}
	stats, err := s.Stats(t.Context())
	if err != nil || stats.Skewed != int64(len(clocks)-len(believed)) || dropped(stats) != 0 {
		t.Errorf("stats %+v, %v; want %d skewed and none dropped", stats, err, len(clocks)-len(believed))
	}
}

func dropped(s eventstore.Stats) (n int64) {
	for _, d := range s.Dropped {
		n += d
	}
	return n
}

func testLimits(t *testing.T, open Open) {
	s := mustOpen(t, open, Options{})
	huge := event(0)
	huge.Raw = strings.Repeat("报警 ", 500_000) // 3.5 MB
	many := event(1)
	for i := range 5000 {
		many.Add(fmt.Sprintf("src.field%d", i), fmt.Sprint("value", i))
	}
	long := event(2)
	long.Add("src."+strings.Repeat("长", 100), "long name")
	repeated := event(3)
	for i := range 5000 {
		repeated.Add("tags", fmt.Sprint("tag", i))
	}
	wide := event(4)
	for i := range 50 {
		wide.Add(fmt.Sprintf("src.wide%d", i), strings.Repeat("w", 100_000))
	}
	al := alert(5)
	al.Matched = map[string]string{"process.command_line": strings.Repeat("x", 100_000)}
	giant := alert(6)
	giant.Matched = map[string]string{"process.command_line": strings.Repeat("\u0001", 2_000_000)}
	monster := alert(7)
	for i := range 50_000 {
		monster.Entities = append(monster.Entities, vedette.EntityRef{Kind: vedette.EntityHost, Name: fmt.Sprint(strings.Repeat("h", 100), i)})
	}
	mustAppend(t, s, []*vedette.Event{huge, many, long, repeated, wide}, al, giant, monster)
	settle(t, s, "", 8)
	rows := search(t, s, eventstore.Query{Kind: eventstore.KindEvent})
	for i, row := range rows {
		if row.Value(eventstore.FieldTruncated) == "" {
			t.Errorf("row %s does not say that it was cut", row.Value("vedette.id"))
		}
		for _, f := range row.Fields {
			if !utf8.ValidString(f.Name) || !utf8.ValidString(f.Value) {
				t.Errorf("row %d: a character of %.20q was broken", i, f.Name)
			}
		}
	}
	if got := rows[4].Value("_msg"); len(got) < 1<<20 || !strings.HasPrefix(huge.Raw, got) {
		t.Errorf("a huge message was cut to %d bytes", len(got))
	}
	if n := len(search(t, s, eventstore.Query{Text: "vedette.unindexed:value4999"})); n != 1 {
		t.Errorf("a field that was too many is found %d times, want once", n)
	}
	if got, err := s.Alert(t.Context(), "", "alert-5"); err != nil || got.Matched["process.command_line"] != al.Matched["process.command_line"] {
		t.Errorf("an alert with a long value is not the same: %v", err)
	}
	list, _, err := s.Alerts(t.Context(), eventstore.AlertFilter{})
	if err != nil || len(list) != 3 || list[0].ID != "alert-7" || list[1].RuleTitle != giant.RuleTitle || list[1].Matched["process.command_line"] == "" {
		t.Errorf("alerts that were cut: %d of 3 listed, %v", len(list), err)
	}
	stats, err := s.Stats(t.Context())
	if err != nil || stats.Cut != 7 || dropped(stats) != 0 {
		t.Errorf("stats %+v, %v; want 7 cut and none dropped", stats, err)
	}
}

func testText(t *testing.T, open Open) {
	s := mustOpen(t, open, Options{})
	texts := []string{
		"用户登录失败", "a\x00b", "tab\tand\nline\r\n", `quotes " ' ` + "`", `back\slash`, "\u202eright to left", "🐎 emoji",
		"\xff\xfe broken", "", " ", "{\"a\":1}", "a | stats count()", "\x1b[31mred\x1b[0m", "null", "-",
	}
	var list []*vedette.Event
	for i, text := range texts {
		ev := event(i)
		ev.Raw = text
		ev.Add("src.text", text)
		ev.Add("src."+text, "as a name")
		list = append(list, ev)
	}
	mustAppend(t, s, list)
	settle(t, s, "", len(texts))
	rows := search(t, s, eventstore.Query{})
	for i, text := range texts {
		want := strings.ToValidUTF8(text, "\ufffd")
		row := rows[len(rows)-1-i]
		if row.Value("_msg") != want || row.Value("src.text") != want {
			t.Errorf("%q came out as %q and %q", text, row.Value("_msg"), row.Value("src.text"))
		}
	}
	if n := len(search(t, s, eventstore.Query{Text: `src.text:="用户登录失败"`})); n != 1 {
		t.Errorf("Chinese text is found %d times, want once", n)
	}
}

func testCardinality(t *testing.T, open Open) {
	s := mustOpen(t, open, Options{})
	var list []*vedette.Event
	for i := range 1000 {
		ev := event(i)
		ev.Dataset = fmt.Sprintf("hostile.%d", i)
		list = append(list, ev)
	}
	for i := range 500 { // ever new names: no block may hold them all
		ev := event(1000 + i)
		for j := range 100 {
			ev.Add(fmt.Sprintf("src.n%d_%d", i, j), "random")
		}
		list = append(list, ev)
	}
	for start := 0; start < len(list); start += 50 {
		mustAppend(t, s, list[start:start+50])
	}
	settle(t, s, "", len(list))
	if n := len(search(t, s, eventstore.Query{Text: `vedette.dataset:="hostile.999"`})); n != 1 {
		t.Errorf("the thousandth dataset is found %d times, want once", n)
	}
	if n := len(search(t, s, eventstore.Query{Text: "src.n499_99:random or vedette.unindexed:n499_99"})); n != 1 {
		t.Errorf("the last of many names is found %d times, want once", n)
	}
	stats, err := s.Stats(t.Context())
	if err != nil || dropped(stats) != 0 {
		t.Errorf("stats %+v, %v; want none dropped", stats, err)
	}
}

func testPresent(t *testing.T, open Open) {
	dir := t.TempDir()
	s := mustOpen(t, open, Options{Dir: dir})
	empty, err := s.Present(t.Context(), 0, 1<<60)
	if err != nil || empty.Events() != 0 || empty.Event(1, 1) {
		t.Fatalf("a new store has %d events, %v", empty.Events(), err)
	}
	var list []*vedette.Event
	for i, ev := range events(1000) {
		ev.Tenant = fmt.Sprint("tenant", i%3)
		if i%7 == 0 {
			ev.Time = time.Time{}.AddDate(1900, 0, 0)
		}
		if i%5 != 0 {
			list = append(list, ev)
		}
	}
	mustAppend(t, s, list, alert(1), alert(950))
	if got := s.DurableThrough(); got != 0 {
		t.Errorf("durable through %d right after the first append", got)
	}
	mustClose(t, s)
	if got := s.DurableThrough(); got != 10 {
		t.Errorf("durable through %d after closing, want 10", got)
	}
	s = mustOpen(t, open, Options{Dir: dir})
	for _, r := range [][2]uint64{{0, 1 << 60}, {1, 10}, {3, 5}, {10, 10}, {11, 20}, {5, 3}} {
		found, err := s.Present(t.Context(), r[0], r[1])
		if err != nil {
			t.Fatal(err)
		}
		want := 0
		for i := range 1000 {
			ev := event(i)
			in := i%5 != 0 && ev.Seq >= r[0] && ev.Seq <= r[1]
			if in {
				want++
			}
			if found.Event(ev.Seq, ev.Place) != in {
				t.Fatalf("from %d through %d: event %s is said to be there: %t", r[0], r[1], ev.ID(), !in)
			}
		}
		if found.Events() != want {
			t.Errorf("from %d through %d: %d events, want %d", r[0], r[1], found.Events(), want)
		}
		if got, in := found.Alert("alert-950"), r[0] <= 10 && r[1] >= 10; got != in {
			t.Errorf("from %d through %d: the alert is said to be there: %t", r[0], r[1], got)
		}
	}
}
