package detect_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/catalog"
	"github.com/vedette-soc/vedette/internal/detect"
)

// ruleOf wraps a detection into a rule for a product that no table of field names knows, so that field X is src.X.
func ruleOf(detection string) string {
	var b strings.Builder
	b.WriteString("title: Test\nid: test\nlevel: high\nlogsource:\n  product: testos\nfalsepositives: [none]\ndetection:\n")
	for line := range strings.SplitSeq(strings.Trim(detection, "\n"), "\n") {
		b.WriteString("  " + line + "\n")
	}
	return b.String()
}

// compile returns the ruleset of some rule documents; each is a file of its own.
func compile(t testing.TB, opts detect.Options, docs ...string) *detect.Ruleset {
	t.Helper()
	var files []catalog.File
	for i, doc := range docs {
		files = append(files, catalog.File{Path: fmt.Sprintf("rule%d.yml", i), Origin: "test", Data: []byte(doc)})
	}
	return detect.CompileWith(opts, files)
}

func mustCompile(t testing.TB, docs ...string) *detect.Ruleset {
	t.Helper()
	rs := compile(t, detect.Options{}, docs...)
	for _, p := range rs.Problems {
		t.Fatalf("rejected: %s", p)
	}
	return rs
}

// null stands for a null value in eventOf.
const null = "\x00null"

// eventOf makes an event with fields given as "name=value"; a name may come again.
func eventOf(fields ...string) *vedette.Event {
	ev := &vedette.Event{Seq: 7, Place: 3, Tenant: "default", Source: "test", Time: time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)}
	ev.Logsource = vedette.Logsource{Product: "testos"}
	for _, f := range fields {
		name, value, _ := strings.Cut(f, "=")
		switch {
		case name == "raw":
			ev.Raw = value
		case value == null:
			ev.AddKind("src."+name, "", vedette.KindNull)
		default:
			ev.Add("src."+name, value)
		}
	}
	return ev
}

func fires(rs *detect.Ruleset, ev *vedette.Event) []vedette.Alert {
	var out []vedette.Alert
	detect.New(detect.Config{Entities: func(*vedette.Event) []vedette.EntityRef { return nil }}, rs).
		Detect(ev, func(a vedette.Alert) { out = append(out, a) })
	return out
}

// Every modifier, escape and kind of value: what matches and what does not.
func TestValues(t *testing.T) {
	const q = "\u2013\u2014\u2015"
	for _, c := range []struct {
		name, item string
		yes, no    []string
	}{
		{"equals without case", `F: Abc`, []string{"F=abc", "F=ABC"}, []string{"F=abcd", "F=", "G=abc", "F=" + null}},
		{"equals beyond ASCII", `F: "ÄÖÜ密码"`, []string{"F=äöü密码"}, []string{"F=aou密码"}},
		{"the star", `F: 'a*c'`, []string{"F=ac", "F=abbc", "F=AxC"}, []string{"F=acb", "F=xac"}},
		{"the question mark is one character", `F: 'a?c'`, []string{"F=abc", "F=a密c"}, []string{"F=ac", "F=abbc"}},
		{"stars in a row", `F: 'a***c'`, []string{"F=ac"}, []string{"F=a"}},
		{"star alone takes any value", `F: '*'`, []string{"F=", "F=x"}, []string{"G=x", "F=" + null}},
		{"something at all", `F: '?*'`, []string{"F=x"}, []string{"F="}},
		{"question marks at the end", `F: 'a*??'`, []string{"F=axx", "F=a密码"}, []string{"F=ax"}},
		{"segments do not overlap", `F: 'ab*ba'`, []string{"F=abba", "F=abxba"}, []string{"F=aba"}},
		{"inner segments in order", `F: '*one*two*'`, []string{"F=xonetwo", "F=one two"}, []string{"F=two one"}},
		{"escaped star", `F: 'a\*c'`, []string{"F=a*c"}, []string{"F=abc", `F=a\*c`}},
		{"escaped question mark", `F: 'a\?c'`, []string{"F=a?c"}, []string{"F=abc"}},
		{"backslash before a star", `F: 'a\\*'`, []string{`F=a\`, `F=a\b`}, []string{"F=a*", "F=ab"}},
		{"backslash and star, both plain", `F: 'a\\\*'`, []string{`F=a\*`}, []string{`F=a\b`}},
		{"single backslash is itself", `F: 'C:\Windows\x'`, []string{`F=c:\windows\X`}, []string{`F=c:windowsx`}},
		{"double backslash is one", `F: 'C:\\x'`, []string{`F=C:\x`}, []string{`F=C:\\x`}},
		{"four backslashes are two", `F: '\\\\host'`, []string{`F=\\host`}, []string{`F=\host`}},
		{"three backslashes are two", `F: '\\\host'`, []string{`F=\\host`}, []string{`F=\host`}},
		{"backslash at the end", `F|endswith: 'x\'`, []string{`F=ax\`}, []string{`F=ax`}},
		{"percent signs are plain without expand", `F: '%name%'`, []string{"F=%NAME%"}, nil},

		{"contains", `F|contains: bc`, []string{"F=abcd", "F=BC"}, []string{"F=bdc", "F="}},
		{"contains with a star", `F|contains: 'b*d'`, []string{"F=xbcdx"}, []string{"F=db"}},
		{"startswith", `F|startswith: ab`, []string{"F=ABc"}, []string{"F=cab"}},
		{"endswith", `F|endswith: '\cmd.exe'`, []string{`F=C:\CMD.EXE`}, []string{`F=cmd.exe`, `F=\cmd.exe `}},
		{"any of a list", "F:\n  - a\n  - b", []string{"F=a", "F=b"}, []string{"F=c"}},
		{"all of a list", "F|contains|all:\n  - a\n  - b", []string{"F=xbxa"}, []string{"F=a", "F=b"}},
		{"cased", `F|cased: Abc`, []string{"F=Abc"}, []string{"F=abc"}},
		{"cased contains", `F|contains|cased: Bc`, []string{"F=aBcd"}, []string{"F=abcd"}},
		{"cased with wildcards", `F|cased: 'A?C*'`, []string{"F=AbCd"}, []string{"F=abcd"}},

		{"null is missing or null", `F: null`, []string{"G=x", "F=" + null}, []string{"F=", "F=null"}},
		{"the empty string is only that", `F: ''`, []string{"F="}, []string{"G=x", "F=" + null, "F= "}},
		{"null in a list", "F:\n  - null\n  - a", []string{"G=1", "F=a"}, []string{"F="}},
		{"exists", `F|exists: true`, []string{"F=x", "F=", "F=" + null}, []string{"G=x"}},
		{"does not exist", `F|exists: false`, []string{"G=x"}, []string{"F=x", "F=", "F=" + null}},
		{"neq", `F|neq: a`, []string{"F=b", "G=x", "F="}, []string{"F=a", "F=A"}},
		{"neq of a list is none of it", "F|neq:\n  - a\n  - b", []string{"F=c"}, []string{"F=a", "F=b"}},
		{"neq and contains", `F|contains|neq: a`, []string{"F=b"}, []string{"F=bab"}},
		{"neq null", `F|neq: null`, []string{"F=", "F=x"}, []string{"G=x", "F=" + null}},

		{"number", `F: 4624`, []string{"F=4624", "F=4624.0", "F=04624", "F=+4624"}, []string{"F=46240", "F=0x1210", "F=x"}},
		{"negative number", `F: -5`, []string{"F=-5", "F=-5.0"}, []string{"F=5"}},
		{"fraction", `F: 1.5`, []string{"F=1.5", "F=1.50"}, []string{"F=1.05", "F=15"}},
		{"number written in hexadecimal", `F: 0x10`, []string{"F=16", "F=0x10"}, []string{"F=10"}},
		{"quoted number is text", `F: '4624'`, []string{"F=4624"}, []string{"F=4624.0"}},
		{"number in a contains", `F|contains: 46`, []string{"F=x4624"}, []string{"F=x"}},
		{"boolean", `F: true`, []string{"F=true", "F=True"}, []string{"F=false", "F=1"}},
		{"quoted boolean", `F: 'false'`, []string{"F=False"}, []string{"F=true"}},
		{"gt", `F|gt: 10`, []string{"F=11", "F=10.5", "F=1e3"}, []string{"F=10", "F=9", "F=x", "F=", "G=11"}},
		{"gte", `F|gte: 10`, []string{"F=10", "F=10.0"}, []string{"F=9.99"}},
		{"lt", `F|lt: 10`, []string{"F=9", "F=-3"}, []string{"F=10"}},
		{"lte", `F|lte: 1.5`, []string{"F=1.5", "F=1"}, []string{"F=1.6"}},
		{"large numbers stay exact", `F|gt: 9007199254740992`, []string{"F=9007199254740993"}, []string{"F=9007199254740992"}},
		{"quoted number in gt", `F|gt: '10'`, []string{"F=11"}, []string{"F=9"}},

		{"re has case and no anchors", `F|re: 'b+C'`, []string{"F=abbCd"}, []string{"F=abbcd"}},
		{"re|i", `F|re|i: 'b+c'`, []string{"F=ABBCD"}, []string{"F=acd"}},
		{"re|ignorecase", `F|re|ignorecase: '^b'`, []string{"F=Bx"}, []string{"F=xb"}},
		{"re|i takes the long s for s", `F|re|i: 'pass'`, []string{"F=paſſ", "F=PASS"}, []string{"F=pas"}},
		{"re|m", `F|re|m: '^b$'`, []string{"F=a\nb\nc"}, []string{"F=ab"}},
		{"re without s stops at the line's end", `F|re: 'a.c'`, []string{"F=abc"}, []string{"F=a\nc"}},
		{"re|s", `F|re|s: 'a.c'`, []string{"F=a\nc"}, []string{"F=ac"}},
		{"re|i|m|s", `F|re|i|multiline|dotall: '^B.c$'`, []string{"F=x\nb\nC"}, []string{"F=xb c"}},
		{"re of alternatives", `F|re: '(foo|bar)\d{2,}'`, []string{"F=xbar12"}, []string{"F=bar1", "F=baz12"}},
		{"re with startswith", `F|re|startswith: 'b|c'`, []string{"F=cx"}, []string{"F=ac"}},
		{"re keeps backslashes", `F|re: '\\Users\\\w+\\'`, []string{`F=C:\Users\bob\`}, []string{`F=C:\Users\`}},

		{"cidr", `F|cidr: 10.0.0.0/8`, []string{"F=10.1.2.3", "F=::ffff:10.0.0.1"}, []string{"F=11.0.0.1", "F=10.0.0", "F=x", "F=", "F=10.0.0.1:80"}},
		{"cidr of a list", "F|cidr:\n  - 192.168.1.7/24\n  - 127.0.0.1", []string{"F=192.168.1.200", "F=127.0.0.1"}, []string{"F=192.168.2.1", "F=127.0.0.2"}},
		{"cidr IPv6", `F|cidr: fe80::/10`, []string{"F=fe80::1", "F=FE80::1%eth0"}, []string{"F=2001:db8::1", "F=10.0.0.1"}},
		{"cidr of mapped addresses", `F|cidr: ::ffff:10.0.0.0/104`, []string{"F=10.9.9.9"}, []string{"F=12.0.0.1"}},

		{"windash", `F|contains|windash: ' -enc '`, []string{"F=x -ENC y", "F=x /enc y", "F=x \u2013enc y", "F=x \u2014enc y", "F=x \u2015enc y"}, []string{"F=x enc y", "F=x +enc y"}},
		{"windash first", `F|windash|startswith: '/c'`, []string{"F=-c x", "F=\u2015c x"}, []string{"F=c x"}},
		{"windash leaves inner dashes", `F|windash: '-a-b'`, []string{"F=/a-b"}, []string{"F=-a/b", "F=/a/b"}},
		{"windash on each parameter", `F|windash|contains: '-a /b'`, []string{"F=/a -b", "F=\u2013a \u2014b"}, []string{"F=a b"}},
		{"windash and all", "F|windash|contains|all:\n  - '-a '\n  - '-b '", []string{"F=/b /a ", "F=-a \u2013b "}, []string{"F=-a b "}},
		{"windash of many dashes", `F|windash|contains: '-a -b -c -d -e -f -g -h'`, []string{"F=/a " + q[:3] + "b -c /d -e -f -g -h"}, []string{"F=a b c"}},

		{"base64", `F|base64: hello`, []string{"F=aGVsbG8="}, []string{"F=hello"}},
		{"base64 and contains", `F|base64|contains: foo`, []string{"F=xZm9vx"}, []string{"F=foo"}},
		{"base64offset at 0", `F|base64offset|contains: foobar`, []string{"F=Zm9vYmFy"}, []string{"F=foobar"}},
		{"base64offset at 1", `F|base64offset|contains: foobar`, []string{"F=eGZvb2Jhcnk="}, nil},
		{"base64offset at 2", `F|base64offset|contains: foobar`, []string{"F=eHhmb29iYXJ6"}, nil},
		{"wide and base64offset", `F|wide|base64offset|contains: ping`, []string{"F=cABpAG4AZwA", "F=eHAAaQBuAGcA"}, []string{"F=ping"}},
		{"utf16le is wide", `F|utf16le|base64offset|contains: IEX`, []string{"F=SQBFAFgA"}, nil},
		{"utf16be", `F|utf16be|base64: ab`, []string{"F=AGEAYg=="}, []string{"F=YQBiAA=="}},
		{"utf16 has a mark", `F|utf16|base64: ab`, []string{"F=//5hAGIA"}, []string{"F=YQBiAA=="}},
		{"wide text", `F|wide: ab`, []string{"F=a\x00b\x00"}, []string{"F=ab"}},
		{"windash before base64", `F|windash|base64: '-a'`, []string{"F=LWE=", "F=L2E=", "F=4oCTYQ=="}, []string{"F=YQ=="}},

		{"fieldref", `F|fieldref: G`, []string{"F=a;G=A"}, []string{"F=a;G=b", "F=a", "G=a"}},
		{"fieldref and neq", `F|fieldref|neq: G`, []string{"F=a;G=b"}, []string{"F=a;G=a"}},
		{"fieldref and startswith", `F|fieldref|startswith: G`, []string{"F=abc;G=ab"}, []string{"F=abc;G=bc"}},
		{"fieldref and endswith", `F|fieldref|endswith: G`, []string{"F=abc;G=BC"}, []string{"F=abc;G=ab"}},
		{"fieldref and contains", `F|fieldref|contains: G`, []string{"F=abc;G=b"}, []string{"F=abc;G=x"}},
		{"fieldref with case", `F|fieldref|cased: G`, []string{"F=a;G=a"}, []string{"F=a;G=A"}},

		{"minute", `F|minute: 6`, []string{"F=2026-03-04T05:06:07Z"}, []string{"F=2026-03-04T05:07:07Z"}},
		{"hour stays in its zone", `F|hour: 23`, []string{"F=2026-03-04T23:00:00+09:00", "F=2026-03-04 23:00:00.123"}, []string{"F=2026-03-04T14:00:00Z"}},
		{"hours from", `F|hour|gte: 22`, []string{"F=2026-03-04T22:00:00Z"}, []string{"F=2026-03-04T21:59:00Z", "F=x"}},
		{"day", `F|day: 4`, []string{"F=2026-03-04"}, []string{"F=2026-03-05"}},
		{"week", `F|week: 10`, []string{"F=2026-03-04T00:00:00Z"}, []string{"F=2026-03-12T00:00:00Z"}},
		{"month", `F|month: 3`, []string{"F=04/Mar/2026:05:06:07 +0000"}, []string{"F=04/Apr/2026:05:06:07 +0000"}},
		{"year", `F|year: 2026`, []string{"F=2026-03-04T00:00:00Z", "F=1772600000"}, []string{"F=2025-03-04T00:00:00Z"}},
		{"the event's own time", `'@timestamp|hour': 5`, []string{"F=x"}, nil},

		{"any of several values", `F: b`, []string{"F=a;F=b", "F=b;F=a"}, []string{"F=a;F=c"}},
		{"all over several values", "F|contains|all:\n  - a\n  - b", []string{"F=a;F=b"}, []string{"F=a;F=c"}},
		{"neq over several values", `F|neq: b`, []string{"F=a;F=c"}, []string{"F=a;F=b"}},
		{"dotted field", `a.b.c: x`, []string{"a.b.c=x"}, []string{"a.b=x"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			rs := mustCompile(t, ruleOf("sel:\n  "+strings.ReplaceAll(c.item, "\n", "\n  ")+"\ncondition: sel"))
			for _, want := range []bool{true, false} {
				events := c.no
				if want {
					events = c.yes
				}
				for _, fields := range events {
					ev := eventOf(strings.Split(fields, ";")...)
					got := len(fires(rs, ev)) == 1
					if got != want {
						t.Errorf("%s on %q: matched %v, want %v; %s", c.item, fields, got, want, rs.Rules[0].Explain(ev).FirstFailed)
					}
					if ex := rs.Rules[0].Explain(ev); ex.Matched != want || (ex.FirstFailed == "") != want || want && ex.Alert == nil {
						t.Errorf("%s on %q: the explanation disagrees: %+v", c.item, fields, ex)
					}
				}
			}
		})
	}
}

func TestKeywords(t *testing.T) {
	for _, c := range []struct {
		name, detection string
		yes, no         []string
	}{
		{"list of keywords", "k:\n  - foo\n  - 'b*r'\ncondition: k", []string{"raw=a FOO b", "A=xfoo", "A=b and r"}, []string{"raw=x", "A=" + null}},
		{"one keyword", "k: foo\ncondition: k", []string{"raw=foo"}, []string{"raw=bar"}},
		{"all of the keywords, anywhere", "k:\n  '|all':\n    - foo\n    - bar\ncondition: k", []string{"raw=foo bar", "A=foo;B=bar"}, []string{"raw=foo"}},
		{"keyword expression", "k:\n  '|re': 'fo+\\d'\ncondition: k", []string{"raw=xfoo1"}, []string{"raw=foo"}},
		{"number as a keyword", "k:\n  - 4625\ncondition: k", []string{"raw=id 4625"}, []string{"raw=id 4624"}},
		{"a backslash that the record escapes", "k:\n  - 'C:\\x'\ncondition: k", []string{`A=c:\x`}, []string{`raw=c:/x`}},
		{"keywords beside maps", "k:\n  - foo\n  - A: bar\ncondition: k", []string{"raw=foo", "A=bar"}, []string{"A=baz"}},
		{"list of maps", "s:\n  - A: 1\n    B: 2\n  - C: 3\ncondition: s", []string{"A=1;B=2", "C=3"}, []string{"A=1", "B=2", "C=2"}},
		{"list of conditions", "a:\n  A: 1\nb:\n  B: 1\ncondition:\n  - a\n  - b", []string{"A=1", "B=1"}, []string{"C=1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			rs := mustCompile(t, ruleOf(c.detection))
			for _, f := range c.yes {
				if ev := eventOf(strings.Split(f, ";")...); len(fires(rs, ev)) != 1 {
					t.Errorf("%q does not match: %s", f, rs.Rules[0].Explain(ev).FirstFailed)
				}
			}
			for _, f := range c.no {
				if len(fires(rs, eventOf(strings.Split(f, ";")...))) != 0 {
					t.Errorf("%q matches", f)
				}
			}
		})
	}
}

// The condition is checked against every combination of three selections, written as the truth table's true rows.
func TestConditions(t *testing.T) {
	for condition, want := range map[string]string{
		"a":                                "a ab ac abc",
		"not a":                            " b c bc",
		"a and b":                          "ab abc",
		"a or b":                           "a b ab ac bc abc",
		"a or b and c":                     "a ab ac bc abc",
		"(a or b) and c":                   "ac bc abc",
		"not a and b":                      "b bc",
		"not (a and b)":                    " a b c ac bc",
		"not not a":                        "a ab ac abc",
		"a and not (b or (c))":             "a",
		"A AND NOT b":                      "",
		"a AND NOT b":                      "a ac",
		"1 of them":                        "a b c ab ac bc abc",
		"any of them":                      "a b c ab ac bc abc",
		"all of them":                      "abc",
		"1 of a* or all of c*":             "a c ab ac bc abc",
		"all of *":                         "abc",
		"not 1 of (b)":                     "",
		"a and not 1 of b*":                "a ac",
		"((a))":                            "a ab ac abc",
		"a and (b or c) and not (b and c)": "ab ac",
		"1 of _hidden*":                    "a ab ac abc",
	} {
		rs := compile(t, detect.Options{}, ruleOf("a:\n  A: 1\nb:\n  B: 1\nc:\n  C: 1\n_hidden:\n  A: 1\ncondition: "+condition))
		if want == "" {
			if len(rs.Problems) != 1 {
				t.Errorf("%q was not rejected", condition)
			}
			continue
		}
		if len(rs.Problems) > 0 {
			t.Errorf("%q: %s", condition, rs.Problems[0])
			continue
		}
		var got []string
		for _, row := range []string{"", "a", "b", "c", "ab", "ac", "bc", "abc"} {
			fields := []string{"Z=1"}
			for _, r := range row {
				fields = append(fields, strings.ToUpper(string(r))+"=1")
			}
			if len(fires(rs, eventOf(fields...))) == 1 {
				got = append(got, row)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q is true for %q, want %q", condition, strings.Join(got, " "), want)
		}
	}
}

// What cannot run is rejected, and the reason says what and where.
func TestRejections(t *testing.T) {
	const head = "title: T\nid: r\nlogsource: {product: testos}\n"
	for _, c := range []struct{ doc, reason string }{
		{ruleOf("s:\n  A|foo: 1\ncondition: s"), `9:5: unknown modifier "foo"`},
		{ruleOf("s:\n  A[any].b: 1\ncondition: s"), `9:5: "[any]." in "A[any].b" selects elements of a list`},
		{ruleOf("s:\n  A[0]|contains: 1\ncondition: s"), `9:5: "[0]" in "A[0]" selects elements of a list`},
		{ruleOf("s:\n  A|hour: 24\ncondition: s"), "the hour of a time is between 0 and 23"},
		{ruleOf("s:\n  A|week|gt: 53\ncondition: s"), "the week of a time is between 1 and 53"},
		{ruleOf("s:\n  A|month|lt: 1\ncondition: s"), "the month of a time is between 1 and 12"},
		{ruleOf("s:\n  A|Contains: 1\ncondition: s"), `did you mean "contains"`},
		{ruleOf("s:\n  A|containss: 1\ncondition: s"), `did you mean "contains"`},
		{ruleOf("s:\n  A: 1\ncondition: s | count() by A > 5"), "correlation rules"},
		{ruleOf("s:\n  A: 1\ntimeframe: 5m\ncondition: s"), "timeframe"},
		{ruleOf("s:\n  A: 1\ncondition: t"), `selection "t"`},
		{ruleOf("s:\n  A: 1\ncondition: 1 of t*"), "no selection is called so"},
		{ruleOf("s:\n  A: 1\ncondition: 2 of them"), "counts with"},
		{ruleOf("s:\n  A: 1\ncondition: s and"), "ends where"},
		{ruleOf("s:\n  A: 1\ncondition: (s"), "closing parenthesis"},
		{ruleOf("s:\n  A: 1\ncondition: s)"), `has ")"`},
		{ruleOf("s:\n  A: 1\ncondition: s s"), `has "s"`},
		{ruleOf("s:\n  A: 1\ncondition: s*"), "without"},
		{ruleOf("s:\n  A: 1\ncondition: ''"), "empty"},
		{ruleOf("s:\n  A: 1"), "no condition"},
		{ruleOf("s:\n  A: 1\ncondition: " + strings.Repeat("not ", 200) + "s"), "nested deeper"},
		{ruleOf("s:\n  A: []\ncondition: s"), "empty list"},
		{ruleOf("s: {}\ncondition: s"), "empty map"},
		{ruleOf("s:\n  A:\n    B: 1\ncondition: s"), "a list or map stands"},
		{ruleOf("s:\n  A: 1\n  A: 2\ncondition: s"), "stands twice"},
		{ruleOf("s:\n  A: 1\ns:\n  B: 1\ncondition: s"), "stands twice"},
		{ruleOf("s:\n  A|re: 'a(?=b)'\ncondition: s"), "looks ahead"},
		{ruleOf("s:\n  A|re: '('\ncondition: s"), "regular expression"},
		{ruleOf("s:\n  A|contains|re: 'x'\ncondition: s"), "must come before"},
		{ruleOf("s:\n  A|i: 'x'\ncondition: s"), "belongs behind re"},
		{ruleOf("s:\n  A|cidr: 'x'\ncondition: s"), "not an address range"},
		{ruleOf("s:\n  A|gt: x\ncondition: s"), "needs a number"},
		{ruleOf("s:\n  A|hour: x\ncondition: s"), "needs a whole number"},
		{ruleOf("s:\n  A|exists: 5\ncondition: s"), "true or false"},
		{ruleOf("s:\n  A|exists|contains: true\ncondition: s"), "no other modifier"},
		{ruleOf("s:\n  A|fieldref: 'B*'\ncondition: s"), "needs the name of a field"},
		{ruleOf("s:\n  A|base64: 'a*'\ncondition: s"), "without wildcards"},
		{ruleOf("s:\n  A|contains|base64: 'a'\ncondition: s"), "without wildcards"},
		{ruleOf("s:\n  A|contains: null\ncondition: s"), "null takes no modifiers"},
		{ruleOf("s:\n  A|expand: '%admins%'\ncondition: s"), "%admins% has no values"},
		{ruleOf("s:\n  A|expand: 'admins'\ncondition: s"), "no %placeholder%"},
		{ruleOf("s:\n  A|windash|base64: '" + strings.Repeat("-a ", 9) + "'\ncondition: s"), "too many dashes"},
		{head + "correlation: {type: event_count}", "a correlation has no logsource of its own"},
		{head + "filter: {rules: any}", "the filter has no condition"},
		{"action: global\n" + head, "\"action\""},
		{"title: T\nid: r\ndetection: {s: {A: 1}, condition: s}", "no logsource"},
		{head, "no detection"},
		{"title: T\nid: r\nlogsource: {}\ndetection: {s: {A: 1}, condition: s}", "neither product"},
		{"a: 1", "not a Sigma rule"},
		{"- a", "not a map"},
		{"just text", "not a map"},
		{"", "no rule"},
		{"a: [", "not valid YAML"},
		{"id: r\nlogsource: {product: x}\nlevel: loud\ndetection: {s: {A: 1}, condition: s}", `level "loud"`},
		{head + "status: deprecated\ndetection: {s: {A: 1}, condition: s}", "4:9: its own status is deprecated"},
		{head + "taxonomy: mine\ndetection: {s: {A: 1}, condition: s}", "taxonomy"},
		{head + "detection: &d {s: {A: 1, <<: *d}, condition: s}", "name of a field"},
		{"title: T\nid: 'a b'\nlogsource: {product: x}\ndetection: {s: {A: 1}, condition: s}", "blanks"},
	} {
		rs := compile(t, detect.Options{}, c.doc)
		if len(rs.Problems) != 1 || len(rs.Rules) != 0 {
			t.Errorf("not rejected: %s\n%d problems", c.doc, len(rs.Problems))
			continue
		}
		if got := rs.Problems[0].String(); !strings.HasPrefix(got, "rule0.yml") || !strings.Contains(got, c.reason) {
			t.Errorf("rejected with %q, want %q", got, c.reason)
		}
		if st := rs.Statuses(); len(st) != 1 || st[0].State != vedette.RuleRejected || st[0].Problem == "" || st[0].ID == "" || st[0].Title == "" {
			t.Errorf("status of the rejected rule: %+v", st)
		}
	}
}

func TestOneBadDocumentSparesTheOthers(t *testing.T) {
	good := ruleOf("s:\n  A: 1\ncondition: s")
	bad := strings.Replace(ruleOf("s:\n  A|foo: 1\ncondition: s"), "id: test", "id: bad", 1)
	third := strings.Replace(good, "id: test", "id: third", 1)
	rs := compile(t, detect.Options{}, good+"---\n"+bad+"---\n"+third, good)
	if len(rs.Rules) != 2 || len(rs.Problems) != 2 {
		t.Fatalf("%d rules, problems %v", len(rs.Rules), rs.Problems)
	}
	if p := rs.Problems[0]; p.Line < 12 || !strings.Contains(p.Reason, "foo") {
		t.Errorf("the bad document: %s", p)
	}
	if p := rs.Problems[1]; !strings.Contains(p.Reason, "same id") || p.File != "rule1.yml" {
		t.Errorf("the repeated id: %s", p)
	}
	if r, _ := rs.Rule("third"); r == nil || !strings.HasPrefix(r.Source, "title:") || strings.Contains(r.Source, "bad") {
		t.Errorf("the third document's source: %+v", r)
	}
}

func TestPlaceholders(t *testing.T) {
	opts := detect.Options{Placeholders: map[string][]string{"admins": {"root", "adm*"}, "x": {"1", "2"}}}
	rs := compile(t, opts, ruleOf("s:\n  A|expand: '%admins%'\n  B|contains|expand: 'a%x%b\\%x'\ncondition: s"))
	if len(rs.Problems) > 0 {
		t.Fatal(rs.Problems[0])
	}
	for fields, want := range map[string]bool{"A=root;B=xa1b%xx": true, "A=Admin;B=a2b%x": true, "A=root;B=a3b%x": false, "A=user;B=a1b%x": false} {
		if got := len(fires(rs, eventOf(strings.Split(fields, ";")...))) == 1; got != want {
			t.Errorf("%s: %v", fields, got)
		}
	}
}

func TestAlert(t *testing.T) {
	doc := strings.Replace(ruleOf("sel:\n  A|contains:\n    - x\n    - y\n  B|exists: true\nother:\n  C: nothing\nfilter:\n  A: z\ncondition: (sel or other) and not filter"),
		"level: high", "level: high\ntags: [attack.initial-access, attack.t1566.001, attack.privilege_escalation, attack.s0001, cve.2026-1]", 1)
	rs := mustCompile(t, doc)
	ev := eventOf("A=one x", "A=no", "A=two y", "B=b")
	alerts := fires(rs, ev)
	if len(alerts) != 1 {
		t.Fatalf("%d alerts", len(alerts))
	}
	a := alerts[0]
	if a.Matched["src.A"] != "one x, two y" || a.Matched["src.B"] != "b" || len(a.Matched) != 2 {
		t.Errorf("matched: %v", a.Matched)
	}
	if !slices.Equal(a.Selections, []string{"sel"}) {
		t.Errorf("selections: %v", a.Selections)
	}
	if !slices.Equal(a.Tactics, []string{"initial-access", "privilege-escalation"}) || !slices.Equal(a.Techniques, []string{"T1566.001"}) {
		t.Errorf("tactics %v, techniques %v", a.Tactics, a.Techniques)
	}
	if a.Severity != vedette.High || a.EventID != "7-3" || a.RuleID != "test" || a.Tenant != "default" || a.Detected.IsZero() {
		t.Errorf("alert: %+v", a)
	}
	again := fires(mustCompile(t, doc), ev)
	if again[0].ID != a.ID || !strings.HasPrefix(a.ID, "alr_") || len(a.ID) != 24 {
		t.Errorf("ids %q and %q", a.ID, again[0].ID)
	}
	ev.Place++
	if fires(rs, ev)[0].ID == a.ID {
		t.Error("another event has the same alert id")
	}
}

func TestSettings(t *testing.T) {
	rs := mustCompile(t, ruleOf("s:\n  A: 1\ncondition: s"))
	ev := eventOf("A=1")
	if a := fires(rs, ev)[0]; a.Auto || a.Shadow {
		t.Error("a rule that nobody decided about may respond by itself, or is only tried out")
	}
	staged := func(stage vedette.RuleStage) detect.Settings {
		return detect.Settings{Default: map[string]detect.Setting{"test": {Stage: stage}}}
	}
	if !fires(rs.With(staged(vedette.StageAuto)), ev)[0].Auto {
		t.Error("auto was not taken over")
	}
	if !fires(rs.With(staged(vedette.StageShadow)), ev)[0].Shadow {
		t.Error("shadow was not taken over")
	}
	off := rs.With(staged(vedette.StageOff))
	if len(fires(off, ev)) != 0 || off.Statuses()[0].State != vedette.RuleOff || rs.Statuses()[0].State != vedette.RuleLive {
		t.Error("off was not taken over")
	}
}

func TestSettingsOfTenants(t *testing.T) {
	low, critical := vedette.Low, vedette.Critical
	rs := mustCompile(t, ruleOf("s:\n  A: 1\ncondition: s")).With(detect.Settings{
		Default: map[string]detect.Setting{"test": {Stage: vedette.StageShadow, Severity: &low}},
		Tenants: map[string]map[string]detect.Setting{"north": {"test": {Severity: &critical}}, "south": {"test": {Stage: vedette.StageOff}}},
	})
	ev := eventOf("A=1")
	for tenant, want := range map[string]string{"west": "low shadow", "north": "critical shadow", "south": ""} {
		ev.Tenant = tenant
		got := ""
		for _, a := range fires(rs, ev) {
			if got = a.Severity.String(); a.Shadow {
				got += " shadow"
			}
		}
		if got != want {
			t.Errorf("%s: %q, want %q", tenant, got, want)
		}
	}
	if s := rs.StatusesFor("north")[0]; s.Severity != critical || s.Level != vedette.High || s.Stage != vedette.StageShadow || s.Kind != vedette.KindRule {
		t.Errorf("status %+v", s)
	}
}

func TestLogsourceRouting(t *testing.T) {
	doc := func(id, logsource string) string {
		return "title: T\nid: " + id + "\nlogsource: {" + logsource + "}\ndetection: {s: {A: 1}, condition: s}\n"
	}
	rs := mustCompile(t, doc("p", "product: Windows"), doc("c", "category: process_creation"), doc("ps", "product: windows, service: sysmon"),
		doc("pc", "product: windows, category: process_creation"), doc("other", "product: linux"), doc("c2", "category: dns"), doc("all", "product: windows, service: sysmon, category: process_creation"))
	ev := &vedette.Event{Logsource: vedette.Logsource{Product: "windows", Service: "sysmon", Categories: []string{"process_creation", "x"}}}
	ev.Add("src.A", "1")
	var got []string
	for _, a := range fires(rs, ev) {
		got = append(got, a.RuleID)
	}
	if !slices.Equal(got, []string{"p", "c", "ps", "pc", "all"}) {
		t.Errorf("rules that met the event: %v", got)
	}
	for id, want := range map[string]string{"other": "the rule is for product linux, but the event's product is windows", "c2": "the rule is for category dns, but the event's category is process_creation, x"} {
		r, _ := rs.Rule(id)
		if ex := r.Explain(ev); ex.Fits || ex.Matched || ex.FirstFailed != want {
			t.Errorf("%s: %+v", id, ex)
		}
	}
}

func TestSwapLosesNothing(t *testing.T) {
	rs := mustCompile(t, ruleOf("s:\n  A: 1\ncondition: s"))
	e := detect.New(detect.Config{}, rs)
	var wait sync.WaitGroup
	var alerts [4]int
	const each = 2000
	for w := range alerts {
		wait.Go(func() {
			for range each {
				e.Detect(eventOf("A=1"), func(vedette.Alert) { alerts[w]++ })
			}
		})
	}
	for i := range 200 {
		e.Swap(mustCompile(t, ruleOf(fmt.Sprintf("s:\n  A: 1\n  B: null\ns%d:\n  B: 2\ncondition: s", i))))
	}
	wait.Wait()
	for w, n := range alerts {
		if n != each {
			t.Errorf("worker %d: %d alerts of %d", w, n, each)
		}
	}
}

func TestListsOfNetworksMeanTheAddressesInThem(t *testing.T) {
	opts := detect.Options{Placeholders: map[string][]string{"ours": {"10.0.0.0/8", "fd00::/8", "jump-01"}, "one": {"192.0.2.1"}}}
	for _, c := range []struct {
		test, value string
		want        bool
	}{
		{"Ip|expand: '%ours%'", "10.1.2.3", true}, {"Ip|expand: '%ours%'", "fd00::1", true}, {"Ip|expand: '%ours%'", "jump-01", true},
		{"Ip|expand: '%ours%'", "10.0.0.0/8", true}, {"Ip|expand: '%ours%'", "11.1.2.3", false}, {"Ip|expand: '%one%'", "192.0.2.1", true},
		{"Ip|cidr|expand: '%ours%'", "10.1.2.3", false}, {"Ip|contains|expand: '%ours%'", "10.1.2.3", false}, {"Ip|expand: 'x%ours%'", "10.1.2.3", false},
	} {
		rs := compile(t, opts, ruleOf("s:\n  "+c.test+"\ncondition: s"))
		if got := len(rs.Rules) == 1 && len(fires(rs, eventOf("Ip="+c.value))) == 1; got != c.want {
			t.Errorf("%s on %s: %v, want %v (%v)", c.test, c.value, got, c.want, rs.Problems)
		}
	}
}
