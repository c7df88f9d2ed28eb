package normalize_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/normalize"
	"github.com/vedette-soc/vedette/internal/normalize/all"
	"github.com/vedette-soc/vedette/internal/normalize/normalizetest"
)

func parseError(ev *vedette.Event) string { return ev.Value(vedette.FieldParseError) }

// What cannot be understood is kept whole, with a stable word for the reason.
func TestReasons(t *testing.T) {
	n := normalizetest.New(t, all.Parsers()...)
	for name, c := range map[string]struct{ text, reason string }{
		"empty":           {"", "empty"},
		"blank":           {" \r\n\x00", "empty"},
		"header only":     {"<13>Nov 23 14:10:50 web01 app: ", "empty"},
		"broken json":     {`{"a":1,`, "invalid_json"},
		"json tail":       {`{"a":1} {"b":2}`, "invalid_json"},
		"deep object":     {strings.Repeat(`{"a":`, 10000) + "1" + strings.Repeat("}", 10000), "too_deep"},
		"deep list":       {`{"a":` + strings.Repeat("[", 10000) + strings.Repeat("]", 10000) + "}", "too_deep"},
		"70 levels":       {strings.Repeat(`{"a":`, 70) + "1" + strings.Repeat("}", 70), "too_deep"},
		"list of numbers": {`[{"a":1},`, ""},
	} {
		ev := normalizetest.Event(t, n, c.text)
		if got := parseError(ev); got != c.reason {
			t.Errorf("%s: parse error %q, want %q", name, got, c.reason)
		}
		if ev.Raw != c.text {
			t.Errorf("%s: raw was changed", name)
		}
		if c.reason != "" && ev.Dataset != normalize.DatasetUnparsed {
			t.Errorf("%s: dataset %q", name, ev.Dataset)
		}
		normalizetest.Check(t, ev)
	}
}

func TestLevelsWithinTheLimit(t *testing.T) {
	n := normalizetest.New(t, all.Parsers()...)
	ev := normalizetest.Event(t, n, strings.Repeat(`{"a":`, 60)+"1"+strings.Repeat("}", 60))
	if got := parseError(ev); got != "" {
		t.Errorf("60 levels: %s", got)
	}
	if v := ev.Value("src." + strings.TrimSuffix(strings.Repeat("a.", 60), ".")); v != "1" {
		t.Errorf("the value is %q", v)
	}
}

func TestLimits(t *testing.T) {
	n := normalizetest.New(t, all.Parsers()...)
	long := normalizetest.Event(t, n, `{"a":"`+strings.Repeat("中", 1<<20/3)+`","b":2}`)
	if v := long.Value("src.a"); len(v) > 256<<10 || len(v) < 256<<10-3 || strings.ToValidUTF8(v, "") != v {
		t.Errorf("a value of 1 MiB became %d bytes", len(v))
	}
	if long.Value(normalize.FieldTruncated) != "value" || long.Value("src.b") != "2" {
		t.Errorf("not marked: %q", long.Value(normalize.FieldTruncated))
	}
	var b strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&b, `,"user.name":"u","f%d":%d`, i, i)
	}
	many := normalizetest.Event(t, n, `{"x":1`+b.String()+`}`)
	if len(many.Fields) > 2000+4 || many.Value(normalize.FieldTruncated) != "fields" {
		t.Errorf("%d fields, truncated %q", len(many.Fields), many.Value(normalize.FieldTruncated))
	}
	for range many.All("user.name") {
		continue
	}
	name := normalizetest.Event(t, n, `{"`+strings.Repeat("n", 10000)+`":1}`)
	if len(name.Fields[0].Name) > 300 || name.Value(normalize.FieldTruncated) != "name" {
		t.Errorf("a name of %d bytes, truncated %q", len(name.Fields[0].Name), name.Value(normalize.FieldTruncated))
	}
	pairs := normalizetest.Event(t, n, strings.Repeat("k=v ", 10000))
	if len(pairs.Fields) > 2000+4 || pairs.Value(normalize.FieldTruncated) != "fields" {
		t.Errorf("%d pairs", len(pairs.Fields))
	}
	line := normalizetest.Event(t, n, strings.Repeat("x", 1<<20))
	if v := line.Value("message"); len(v) != 256<<10 || len(line.Raw) != 1<<20 {
		t.Errorf("message of %d bytes, raw of %d", len(v), len(line.Raw))
	}
}

func TestEncodings(t *testing.T) {
	n := normalizetest.New(t, all.Parsers()...)
	gbk := "<13>Nov 23 14:10:50 host7 \xd3\xc3\xbb\xa7\xb5\xc7\xc2\xbc\xca\xa7\xb0\xdc" // 用户登录失败
	for name, c := range map[string]struct{ text, message, encoding string }{
		"utf-8":          {"用户登录失败", "用户登录失败", ""},
		"byte order":     {"\ufeff用户", "用户", ""},
		"gbk":            {gbk, "用户登录失败", "gb18030"},
		"half character": {"用户登录失\xe8\xb4", "用户登录失\ufffd", "damaged"},
		"half only":      {"login \xe7\x94", "login \ufffd", "damaged"},
		"latin-1":        {"Zugriff f\xfcr M\xfcller verweigert", "Zugriff f\ufffdr M\ufffdller verweigert", "damaged"},
		"noise":          {"a\xff\xfeb", "a\ufffdb", "damaged"},
		"nul":            {"a\x00b\x00", "a\x00b", ""},
		"utf-16":         {"\xff\xfea\x00b\x00", "ab", "utf-16"},
	} {
		ev := normalizetest.Event(t, n, c.text)
		if ev.Value("message") != c.message || ev.Value(normalize.FieldEncoding) != c.encoding {
			t.Errorf("%s: %q in %q", name, ev.Value("message"), ev.Value(normalize.FieldEncoding))
		}
		normalizetest.Check(t, ev)
	}
}

func TestChosenEncodingAndZone(t *testing.T) {
	n := normalizetest.New(t, all.Parsers()...)
	rec := &vedette.Record{Data: []byte("<13>Nov 23 22:10:50 host7 f\xfcr"), Encoding: "windows-1252", Zone: "Asia/Shanghai", Received: normalizetest.Received()}
	n.Normalize(rec, func(ev *vedette.Event) {
		if ev.Value("message") != "für" {
			t.Errorf("message %q", ev.Value("message"))
		}
		if want := time.Date(2026, 11, 23, 14, 10, 50, 0, time.UTC); !ev.Time.Equal(want) {
			t.Errorf("time %v, want %v", ev.Time, want)
		}
	})
}

// A clock that is ahead is not believed; one that is behind is, for replays come from the past.
func TestClock(t *testing.T) {
	n := normalizetest.New(t, all.Parsers()...)
	ahead := normalizetest.Event(t, n, `{"@timestamp":"2030-01-01T00:00:00Z","a":1}`)
	if !ahead.Time.Equal(normalizetest.Received()) || ahead.Value(vedette.FieldClockSkew) == "" {
		t.Errorf("time %v, skew %q", ahead.Time, ahead.Value(vedette.FieldClockSkew))
	}
	behind := normalizetest.Event(t, n, `{"@timestamp":"2017-01-01T00:00:00Z","a":1}`)
	if behind.Time.Year() != 2017 {
		t.Errorf("time %v", behind.Time)
	}
	none := normalizetest.Event(t, n, "no time at all")
	if !none.Time.Equal(normalizetest.Received()) {
		t.Errorf("time %v", none.Time)
	}
}

func TestListsBecomeEvents(t *testing.T) {
	n := normalizetest.New(t, all.Parsers()...)
	events := normalizetest.Events(n, `[{"event_type":"dns","timestamp":"2026-11-23T14:10:50Z","flow_id":1},7,{"a":1}]`)
	if len(events) != 2 || events[0].Dataset != "suricata.dns" || events[1].Dataset != "json" {
		t.Fatalf("%d events", len(events))
	}
	if events[1].Raw != `{"a":1}` {
		t.Errorf("raw %q", events[1].Raw)
	}
}

func TestEventsAreTheirOwners(t *testing.T) {
	n := normalizetest.New(t, all.Parsers()...)
	first := normalizetest.Event(t, n, `{"a":"first value","user.name":"alice"}`)
	normalizetest.Event(t, n, `{"a":"XXXXXXXXXXX","user.name":"XXXXX"}`)
	if first.Value("src.a") != "first value" || first.Value("user.name") != "alice" {
		t.Errorf("the first event changed: %s", normalizetest.Format(first))
	}
}

// broken is a parser that fails in a chosen way.
type broken struct{ how func(ev *vedette.Event) error }

func (broken) Name() string { return "broken" }

func (b broken) Parse(_ *normalize.Input, ev *vedette.Event) error { return b.how(ev) }

func TestBrokenParsers(t *testing.T) {
	panics := normalizetest.New(t, broken{func(ev *vedette.Event) error {
		ev.Add("user.name", "half done")
		var list []int
		return fmt.Errorf("%d", list[3])
	}})
	ev := normalizetest.Event(t, panics, "text")
	if parseError(ev) != "panic" || ev.Raw != "text" || ev.Value("user.name") != "" {
		t.Errorf("after a panic: %s", normalizetest.Format(ev))
	}
	if panics.Panics()["broken"] != 1 {
		t.Errorf("panics %v", panics.Panics())
	}
	fails := normalizetest.New(t, broken{func(*vedette.Event) error { return errors.New("no") }})
	if got := parseError(normalizetest.Event(t, fails, "text")); got != "parser_error" {
		t.Errorf("parse error %q", got)
	}
	nobody := normalizetest.New(t, broken{func(*vedette.Event) error { return normalize.ErrNotMine }})
	if got := parseError(normalizetest.Event(t, nobody, "text")); got != "no_parser" {
		t.Errorf("parse error %q", got)
	}
}

// What panics in the caller's own code is the caller's, and the event is not handed out again.
func TestCallersPanic(t *testing.T) {
	n := normalizetest.New(t, all.Parsers()...)
	calls := 0
	defer func() {
		if recover() == nil || calls != 1 {
			t.Errorf("%d calls", calls)
		}
	}()
	rec := &vedette.Record{Data: []byte(`[{"a":1},{"a":2}]`), Received: normalizetest.Received()}
	n.Normalize(rec, func(*vedette.Event) {
		calls++
		panic("mine")
	})
}

func TestChosenParser(t *testing.T) {
	n := normalizetest.New(t, all.Parsers()...)
	rec := &vedette.Record{Data: []byte("not an audit record"), Parser: "auditd", Received: normalizetest.Received()}
	n.Normalize(rec, func(ev *vedette.Event) {
		if parseError(ev) != "wrong_parser" {
			t.Errorf("parse error %q", parseError(ev))
		}
	})
}

func TestConfig(t *testing.T) {
	if _, err := normalize.New(normalize.Config{MaxDepth: 1000}, nil, nil); vedette.CodeOf(err) != vedette.CodeInvalid {
		t.Errorf("a depth of 1000: %v", err)
	}
	p := broken{}
	if _, err := normalize.New(normalize.Config{}, []normalize.Parser{p, p}, nil); vedette.CodeOf(err) != vedette.CodeInvalid {
		t.Errorf("two parsers of one name: %v", err)
	}
}

func FuzzNormalize(f *testing.F) {
	f.Add([]byte("<165>1 2026-11-23T14:10:50Z h a 1 m [x@1 k=\"v\"] text"))
	f.Add([]byte(`{"event_type":"alert","timestamp":"2026-11-23T14:10:50Z","alert":{"signature":"x"}}`))
	f.Add([]byte("<13>Nov 23 14:10:50 h sshd[1]: Failed password for x from 1.2.3.4 port 2 ssh2"))
	f.Add([]byte("\xff\xfea\x00"))
	f.Add([]byte("<0>1 0000-01-01T00:00+000 0 0 0 0"))
	normalizetest.Fuzz(f, all.Parsers()...)
}
