package ruletest_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/detect/ruletest"
)

const rules = `title: Failed login
id: failed
name: failed
logsource: {product: windows, service: security}
detection: {s: {EventID: 4625}, condition: s}
---
title: Login
id: success
name: success
level: low
logsource: {product: windows, service: security}
detection: {s: {EventID: 4624}, condition: s}
---
title: Many failed logins
id: many
level: high
correlation:
  type: event_count
  rules: [failed]
  group-by: [TargetUserName]
  timespan: 5m
  condition: {gte: 10}
`

// read makes events of flat JSON, one a line, as the pipeline would.
func read(_ string, data []byte) (out []*vedette.Event) {
	for line := range strings.Lines(string(data)) {
		var fields map[string]any
		if json.Unmarshal([]byte(line), &fields) != nil {
			continue
		}
		ev := &vedette.Event{Tenant: vedette.DefaultTenant, Raw: line, Logsource: vedette.Logsource{Product: "windows", Service: "security"}}
		for name, value := range fields {
			ev.Add(vedette.CanonicalField("windows", "", "security", name), fmt.Sprint(value))
		}
		if t, err := time.Parse(time.RFC3339, ev.Value("src.time")); err == nil {
			ev.Time = t
		}
		out = append(out, ev)
	}
	return out
}

func run(t *testing.T, script string) ruletest.Result {
	t.Helper()
	files := fstest.MapFS{
		"win/r.yml":              {Data: []byte(rules)},
		"win/r.test":             {Data: []byte(script)},
		"win/samples/two.ndjson": {Data: []byte(`{"EventID":4624,"time":"2020-01-01T00:00:00Z"}` + "\n" + `{"EventID":4624,"time":"2020-01-01T00:00:40Z"}` + "\n")},
		"other.yml":              {Data: []byte("title: Other\nid: other\nlogsource: {product: windows}\ndetection: {s: {EventID: 1}, condition: s}\n")},
	}
	return ruletest.Runner{Files: files, Read: read}.Run(context.Background(), "win/r.test")
}

func TestPasses(t *testing.T) {
	for name, script := range map[string]string{
		"burst": `
# one burst, one alert
case a burst
event x10 every 10s {"EventID": 4625, "TargetUserName": "alice"}
expect alert "Many failed logins" at +90s where TargetUserName = ALICE and level = high and value = 10

case slowly
event x10 every 1h {"EventID": 4625, "TargetUserName": "alice"}
expect none

case many users
event x10 every 1s {"EventID": 4625, "TargetUserName": "user{n}"}
expect none
`,
		"one alert": `
event at +30s {
  "EventID": 4624,
  "TargetUserName": "Bob Smith"
}
expect alert success at +30s where TargetUserName = "bob smith"
expect no alert many
`,
		"load": `
start 2026-05-05 10:00:00
load samples/two.ndjson at +10s
expect 2 alerts of Login
event after 5s {"EventID": 4624}
expect alert Login at +55s
expect none
`,
		"other rules": `
rules ../other.yml
event {"EventID": 1}
expect 1 alert Other
expect none
`,
		"late": `
lateness 10m
event at +60s x9 {"EventID": 4625, "TargetUserName": "a"}
event at +1s {"EventID": 4625, "TargetUserName": "a"}
wait 20m
expect alert many
`,
	} {
		if got := run(t, script); len(got.Failures) > 0 || got.Cases == 0 || got.Events == 0 {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestFails(t *testing.T) {
	for name, c := range map[string]struct {
		script string
		line   int
		reason string
	}{
		"missing":     {"event x9 every 1s {\"EventID\": 4625, \"TargetUserName\": \"a\"}\nexpect alert many", 2, `"Failed login" matched 9 of 9 events`},
		"why not":     {"event {\"EventID\": 4626}\nexpect alert success", 2, `of the last event`},
		"surplus":     {"event {\"EventID\": 4624}\nexpect none", 2, `no alert was expected, but there are: "Login" at +0s`},
		"at the end":  {"event x2 every 1s {\"EventID\": 4624}\nexpect alert\n", 2, `no line expects: "Login" at +1s`},
		"number":      {"event x2 {\"EventID\": 4624}\nexpect 3 alerts of Login", 2, "but there are 2"},
		"time":        {"event at +5s {\"EventID\": 4624}\nexpect alert Login at +6s", 2, `There are "Login" at +5s`},
		"field":       {"event {\"EventID\": 4624, \"X\": \"1\"}\nexpect alert Login where X = 2", 2, `where X = "1"`},
		"no field":    {"event {\"EventID\": 4624}\nexpect alert Login where Y = 2", 2, "without a field Y"},
		"rule":        {"event {\"EventID\": 4624}\nexpect alert Nobody", 2, `no rule under test has the id or title "Nobody"`},
		"file":        {"load nothing.ndjson\nexpect none", 1, "cannot be read"},
		"rule file":   {"rules nothing.yml\nwait 1s\nexpect none", 2, "cannot be read"},
		"verb":        {"\nexpct none", 2, "not one of case"},
		"json":        {"event {\"a\": }\nexpect none", 1, "not valid"},
		"open json":   {"event {\"a\": 1\nexpect none", 1, "not valid"},
		"duration":    {"wait 5 minutes\nexpect none", 1, "not a duration"},
		"word":        {"event quickly {\"EventID\": 4624}\nexpect none", 1, `"quickly" was not expected`},
		"quote":       {"expect alert \"Login", 1, "not closed"},
		"blanks":      {"expect alert Many failed logins", 1, "in quotes"},
		"nothing":     {"event {\"EventID\": 4624}", 1, "expects nothing"},
		"empty":       {"", 1, "expects nothing"},
		"unnamed":     {"case\nexpect none", 1, "needs a name"},
		"too often":   {"event x99999999 {\"EventID\": 4624}\nexpect none", 1, "number of times"},
		"rules late":  {"event {\"EventID\": 4624}\nrules ../other.yml\nexpect none", 2, "before the first event"},
		"no colon":    {"line hello\nexpect none", 1, "colon"},
		"line no use": {"line: hello\nexpect none", 1, "no event comes of it"},
	} {
		got := run(t, c.script)
		if len(got.Failures) != 1 || got.Failures[0].Line != c.line || !strings.Contains(got.Failures[0].Reason, c.reason) {
			t.Errorf("%s: %+v", name, got.Failures)
		}
	}
}

func TestFind(t *testing.T) {
	files := fstest.MapFS{"a/x.test": {}, "b.test": {}, "b.yml": {}, ".git/x.test": {}}
	if got := ruletest.Find(files); len(got) != 2 || got[0] != "a/x.test" || got[1] != "b.test" {
		t.Error(got)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("case a burst\nevent x10 every 10s {\"EventID\": 4625}\nexpect alert \"Many failed logins\" at +90s where TargetUserName = alice and level = high")
	f.Add("start 2026-05-05 10:00:00\nlateness 5m\nload x.ndjson at +1h30m\nline after 5s x3 every 1s: text: more\nwait 7d\nexpect 2 alerts of X\nexpect no alert\nexpect none")
	f.Add("event {\n\"a\": [1,\n2]}\nexpect none")
	f.Fuzz(func(t *testing.T, text string) {
		script, err := ruletest.Parse("f.test", []byte(text))
		if err != nil {
			if vedette.CodeOf(err) != vedette.CodeInvalid || !strings.HasPrefix(err.Error(), "f.test:") {
				t.Errorf("%v", err)
			}
			return
		}
		if len(script.Cases) == 0 {
			t.Error("a test without a case")
		}
	})
}
