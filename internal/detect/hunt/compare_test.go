package hunt_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/catalog"
	"github.com/vedette-soc/vedette/internal/detect"
	"github.com/vedette-soc/vedette/internal/detect/hunt"
)

func compile(tb testing.TB, docs ...string) *detect.Ruleset {
	tb.Helper()
	var files []catalog.File
	for i, doc := range docs {
		files = append(files, catalog.File{Path: fmt.Sprintf("%d.yml", i), Data: []byte(doc)})
	}
	rs := detect.Compile(files)
	for _, p := range rs.Problems {
		tb.Fatalf("%s", p)
	}
	return rs
}

// rule wraps a selection, written as YAML in braces, into a rule.
func rule(id, selection string) string {
	return fmt.Sprintf("title: %s\nid: %s\nlevel: high\nlogsource: {product: test}\ndetection:\n  sel: %s\n  condition: sel\n", id, id, selection)
}

// odd is events with values that stores, numbers and alphabets make difficult.
func odd() []*vedette.Event {
	var out []*vedette.Event
	add := func(fields ...string) *vedette.Event {
		ev := &vedette.Event{
			Tenant: vedette.DefaultTenant, Seq: 1, Place: uint32(len(out)), Time: time.Now().Add(-time.Duration(len(out)) * time.Second),
			Received: time.Now(), Source: "test", Dataset: "test.odd", Logsource: vedette.Logsource{Product: "test"}, Raw: "raw " + strings.Join(fields, " "),
		}
		for i := 0; i+1 < len(fields); i += 2 {
			ev.Add("src."+fields[i], fields[i+1])
		}
		out = append(out, ev)
		return ev
	}
	for _, v := range oddValues() {
		add("f", v)
		add("f", "other", "g", v)
	}
	add("f", "one", "f", `C:\temp\two.exe`, "f", "4624")
	add("f", "one", "f", "")
	add("f", "new\nline", "f", "bell\x01ring", "f", "10.1.2.3")
	add("g", "only g")
	add("f", "SYSTEM", "g", "SYSTEM")
	add().AddKind("src.f", "", vedette.KindNull)
	ev := add("f", "with null")
	ev.AddKind("src.f", "", vedette.KindNull)
	return out
}

func oddValues() []string {
	return []string{
		"", "4624", "4624.0", "+4624", "04624", "4.624e3", "-4624", "46240", "2.5", "-2.5", "x2.5", "9223372036854775807", "1e400", ".5", "5.",
		"10.1.2.3", "::ffff:10.1.2.3", "::FFFF:0a01:203", "10.1.2.33", "fe80::1", "FE80:0:0:0:0:0:0:1", "fe80::1%eth0", "2001:db8::2", "10.1.2.3:80",
		"cmd.exe", `C:\Windows\CMD.EXE`, `C:\Windows\cmd.exe /c`, "xcmd.exe", "cmd.exec", "mİmİkatz", "MIMIKATZ", "ſystem", "SYSTEM", "system", "\u212Aelvin",
		"kelvin", "Straße", "STRASSE", "ÄÖÜ", "äöü", `a\b`, `a\\b`, `["list"]`, "line\nbreak", "tab\tbed", `say "hi"`, "100%", "–enc abc", "-enc abc", "/enc abc",
		"---", "***", "2026-01-02T03:04:05Z", "true", "True", "null", "foo\ufffdbar", "中文字符", "a", "A b C", strings.Repeat("long ", 500),
	}
}

// oddRules compares in every way, among them those that the store could get wrong.
func oddRules() []string {
	var docs []string
	add := func(selection string) { docs = append(docs, rule(fmt.Sprintf("r%d", len(docs)), selection)) }
	for _, v := range []string{
		"4624", `"4624"`, "2.5", `"2.5"`, `"10.1.2.3"`, "'cmd.exe'", "'mimikatz'", "'system'", "'SYSTEM'", "'kelvin'", "'straße'", "'äöü'", `'a\b'`,
		`'a\\b'`, "'[\"list\"]'", "'say \"hi\"'", "'---'", "'100%'", "''", "null", "true", "'*'", "'?'", "'中文字符'", "'a'", "'i'", "'2026-01-02T03:04:05Z'",
		"'new*line'", "'*\\\\cmd.exe*'", "'c?d.exe'", "'*.5'", "'long*long'", "'–enc*'", "'two.exe'", "'ring'", "'.'", "'-'", "'b C'", "'-enc'",
	} {
		for _, m := range []string{"", "|contains", "|startswith", "|endswith", "|cased", "|contains|cased", "|endswith|cased", "|windash|contains", "|neq"} {
			if v == "null" && m != "" && m != "|neq" {
				continue
			}
			add("{f" + m + ": " + v + "}")
		}
	}
	for _, m := range []string{"gt", "gte", "lt", "lte"} {
		for _, n := range []string{"4624", "0", "2.5", "-3", "9223372036854775806"} {
			add("{f|" + m + ": " + n + "}")
		}
	}
	for _, n := range []string{"10.0.0.0/8", "10.1.2.3", "fe80::/10", "::/0", "0.0.0.0/0", "2001:db8::/32"} {
		add("{f|cidr: '" + n + "'}")
	}
	for _, re := range []string{
		"^cmd", "cmd\\.exe$", "(?i)CMD\\.EXE\\b", "\\bsystem\\b", "(?i)s", "[0-9]{4}", "a\\\\+b", "line.break", "(?s)line.break", "(?m)^break$", "two|ring",
		"temp\\\\two", "x?cmd", "(cmd)+\\.exe", "(?i)mimi", "Stra.e", "^$", "long long", "中文", "[^a-z]exe", "\\.exe\\s+/c", "enc\\s", "(?i)ä", "a[\\\\/]b",
	} {
		add("{f|re: '" + re + "'}")
		add("{g|re|i: '" + re + "'}")
	}
	for _, selection := range []string{
		"{f|exists: true}", "{f|exists: false}", "{g|exists: true, f|neq: 'other'}", "{f|fieldref: g}", "{f|hour|gte: 3}", "{'@timestamp|year|gte': 2020}",
		"['cmd.exe', 'system']", "['long long', 'ß']", "[{f: 'system'}, {g|contains: 'exe'}]", "{f|contains|all: ['cmd', 'exe', '\\']}",
		"{f|base64offset|contains: 'abc'}", "['one', 'ring']", "{f: [4624, 'system', 'two*']}", "{f: ['one', null]}",
	} {
		add(selection)
	}
	for i, selection := range []string{"{f: 'SYSTEM'}", "{f: 'system'}", "{f|contains: 'exe'}", "{f|exists: true}", "{f: ''}", "{f: null}", "{f: 'other', g: 'kelvin'}", "{f|neq: 'other'}"} {
		docs = append(docs, strings.Replace(rule(fmt.Sprintf("n%d", i), selection), "condition: sel", "condition: not sel", 1),
			strings.Replace(rule(fmt.Sprintf("nn%d", i), selection), "condition: sel", "condition: not (not sel)", 1))
	}
	return docs
}

// Every way to compare must find in the store what it finds in the stream, also where values are difficult.
func TestEveryComparisonFindsTheSame(t *testing.T) {
	rs := compile(t, oddRules()...)
	events := odd()
	store := openStore(t)
	keep(t, store, events)
	live := make(pairs)
	engine := detect.New(detect.Config{}, rs)
	for _, ev := range events {
		engine.Detect(ev, func(a vedette.Alert) { live.add(a.RuleID, a.EventID) })
	}
	h := newHunter(t, store)
	found := make(pairs)
	for _, r := range rs.Rules {
		report, err := h.Hunt(t.Context(), rs, []*detect.Rule{r}, lately(), func(m hunt.Match) error {
			found.add(m.Rule.ID, m.Event.ID())
			return nil
		})
		if err != nil || !report.Complete {
			t.Fatalf("%+v %v\n%s", report, err, report.Query)
		}
	}
	compare(t, rs, live, found)
	t.Logf("%d rules, %d events, %d matches", len(rs.Rules), len(events), live.count())
}

// The same where the store keeps a field in a form of its own: as numbers, addresses or times.
func TestTypedColumnsFindTheSame(t *testing.T) {
	rs := compile(t, oddRules()...)
	engine := detect.New(detect.Config{}, rs)
	kinds := map[string]func(i int) string{
		"whole":   func(i int) string { return fmt.Sprint(4600 + i*3) },
		"signed":  func(i int) string { return fmt.Sprint(4630 - i*93) },
		"decimal": func(i int) string { return fmt.Sprintf("%d.5", i-20) },
		"address": func(i int) string { return fmt.Sprintf("10.1.2.%d", i) },
		"time":    func(i int) string { return time.Date(2026, 1, 2, 3, 4, i-3, 0, time.UTC).Format(time.RFC3339) },
		"words":   func(i int) string { return fmt.Sprintf("cmd.exe %d mimikatz", i) },
	}
	for name, value := range kinds {
		t.Run(name, func(t *testing.T) {
			var events []*vedette.Event
			live := make(pairs)
			for i := range 40 {
				ev := odd()[0]
				ev.Place, ev.Fields = uint32(i), nil
				ev.Add("src.f", value(i))
				ev.Add("src.g", value(i/2))
				engine.Detect(ev, func(a vedette.Alert) { live.add(a.RuleID, a.EventID) })
				events = append(events, ev)
			}
			store := openStore(t)
			keep(t, store, events)
			found := make(pairs)
			h := newHunter(t, store)
			for _, r := range rs.Rules {
				if _, err := h.Hunt(t.Context(), rs, []*detect.Rule{r}, lately(), func(m hunt.Match) error {
					found.add(m.Rule.ID, m.Event.ID())
					return nil
				}); err != nil {
					t.Fatal(err)
				}
			}
			compare(t, rs, live, found)
		})
	}
}

func TestQueriesAreNarrowed(t *testing.T) {
	rs := compile(t,
		rule("phrase", `{f|contains: '\powershell.exe -enc'}`), rule("exact", "{f: '203.0.113.9'}"), rule("pattern", "{f|re: 'mimi.*katz\\.dll\\s'}"),
		rule("part", "{f|contains: [mimikatz, sekurlsa]}"), rule("number", "{f: 4624}"), rule("network", "{f|cidr: 10.0.0.0/8}"))
	for id, want := range map[string]string{
		"phrase":  `"src.f":i("powershell.exe -enc"*)`,
		"exact":   `"src.f":="203.0.113.9"`,
		"pattern": `"src.f":"dll"`,
		"part":    `"src.f":~"(?i)m[iİ]m[iİ]katz|sekurlsa"`,
		"number":  `"src.f":range[4624, 4624]`,
		"network": `"src.f":(ipv4_range("10.0.0.0/8") or i(ffff))`,
	} {
		r, _ := rs.Rule(id)
		if got := hunt.Query(r); !strings.Contains(got, want) || !strings.HasPrefix(got, `"vedette.logsource":"product=test" (`) {
			t.Errorf("%s:\n got %s\nwant %s in it", id, got, want)
		}
	}
}
