package eventstoretest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/eventstore"
)

// testFence gives queries that try to see another tenant's rows, another kind or another time. Each may fail, or
// answer from inside the fence.
func testFence(t *testing.T, open Open) {
	s := mustOpen(t, open, Options{})
	var mine, theirs []*vedette.Event
	for i := range 20 {
		a, b := event(i), event(i)
		a.Tenant, b.Tenant = "mine", "theirs"
		a.Add("owner", "mine")
		b.Add("owner", "theirs")
		mine, theirs = append(mine, a), append(theirs, b)
	}
	old := event(0)
	old.Tenant, old.Time, old.Raw = "mine", moment().Add(-48*time.Hour), "too early password"
	old.Add("owner", "old")
	al := alert(3)
	al.Tenant = "mine"
	mustAppend(t, s, append(append(mine, theirs...), old), al)
	settle(t, s, "mine", 22)
	settle(t, s, "theirs", 20)
	since := moment()
	for _, text := range escapes() {
		q := eventstore.Query{Tenant: "mine", Text: text, Kind: eventstore.KindEvent, Since: since, Limit: 1000}
		rows, err := trySearch(t.Context(), s, q)
		if err != nil {
			if code := vedette.CodeOf(err); code != vedette.CodeInvalid {
				t.Errorf("%s: %v, want rows or code invalid", text, err)
			}
			continue
		}
		for _, row := range rows {
			line := fmt.Sprint(row.Fields)
			if strings.Contains(line, "theirs") || strings.Contains(line, "SSH password guessing") ||
				strings.Contains(line, "too early") {
				t.Errorf("%s: escaped to %s", text, line)
				break
			}
		}
		for name, count := range map[string]func() (int64, error){
			"histogram": func() (int64, error) { return sum(s.Histogram(t.Context(), q, 10)) },
			"values":    func() (int64, error) { return valueRows(s.Values(t.Context(), q, "owner", 10)) },
		} {
			if n, err := count(); err == nil && n > 20*20 {
				t.Errorf("%s: the %s counts %d rows", text, name, n)
			}
		}
	}
	if rows := search(t, s, eventstore.Query{Tenant: "nobody"}); len(rows) > 0 {
		t.Errorf("a tenant without events sees %d", len(rows))
	}
}

func sum(buckets []eventstore.Bucket, err error) (n int64, _ error) {
	for _, b := range buckets {
		n += b.Rows
	}
	return n, err
}

func valueRows(values []eventstore.ValueCount, err error) (n int64, _ error) {
	for _, v := range values {
		if v.Value != "mine" {
			return 1 << 30, err
		}
		n += v.Rows
	}
	return n, err
}

// escapes are texts that try.
func escapes() []string {
	const stream = "0000000000000000e934a84adb05276890d7f7bfcadabe92"
	return []string{
		"*", "* or *", "owner:theirs or *", "!mine", `vedette.kind:=alert or *`, `{vedette.kind="alert"}`,
		`{vedette.kind="alert"} or {vedette.kind="event"}`, `owner:in(* | fields owner)`,
		"_time:[2000-01-01,2100-01-01] or *", "_time:1000d", "foo) or (*", `") or (*`, "*)", "* # ", "* #\n or *",
		"options(ignore_global_time_filter=true) *", "options(time_offset=-1000d) *", "OPTIONS(time_offset=48h) *",
		"options(global_filter=(*)) *", "options(concurrency=1000000) *", "options(parallel_readers=2000) *",
		`owner:in(options(ignore_global_time_filter=true) * | fields owner)`,
		"* | union (*)", "* | union (options(ignore_global_time_filter=true) *)", "* | join by (user.name) (*)",
		"* | stream_context before 100 after 100", "* | stream_context before 100 after 100 time_window 1000d",
		"AccountID:0 or *", "_stream_id:" + stream, "_stream_id:in(" + stream + ")", "* | generate_sequence 100",
		`_stream_id:in(* | fields _stream_id)`, "* ; *", "*;", "* | filter * or owner:theirs",
		"* | stats by (owner) count() n", "* | uniq by (owner)", "* | facets", "* | field_values owner", "",
	}
}
