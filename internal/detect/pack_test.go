package detect_test

import (
	"context"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/catalog"
	"github.com/vedette-soc/vedette/internal/detect"
)

func TestPack(t *testing.T) {
	file := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	named := func(id string) *fstest.MapFile {
		return file(strings.Replace(ruleOf("s:\n  A: 1\ncondition: s"), "id: test", "id: "+id, 1))
	}
	pack := detect.Pack{
		Files: fstest.MapFS{
			"ssh/good.yml": named("good"), "ssh/samples/good.match.log": file("A=0\nA=1"), "ssh/samples/good.nomatch.log": file("A=2"),
			"ssh/deaf.yml": named("deaf"), "ssh/samples/deaf.match.log": file("A=2"), "ssh/samples/deaf.nomatch.log": file("A=2"),
			"ssh/loud.yml": named("loud"), "ssh/samples/loud.match.log": file("A=1"), "ssh/samples/loud.nomatch.log": file("A=1"),
			"ssh/bare.yml": named("bare"), "web/bare.yml": named("bare2"),
			"ssh/idle.yml": named("idle"), "ssh/samples/idle.match.log": file("A=1"), "ssh/samples/idle.nomatch.log": file(""),
			"ssh/broken.yml":               file("a: ["),
			"ssh/samples/orphan.match.log": file("A=1"),
		},
		Read: func(name string, data []byte) []*vedette.Event {
			var out []*vedette.Event
			for line := range strings.Lines(string(data)) {
				out = append(out, eventOf(strings.TrimSpace(line)))
			}
			return out
		},
	}
	want := map[string]string{
		"ssh/good.yml": "", "ssh/deaf.yml": "does not fire", "ssh/loud.yml": "fires 1 times", "ssh/bare.yml": "no sample bare.match",
		"web/bare.yml": "no folder", "ssh/idle.yml": "proves nothing", "ssh/broken.yml": "not valid YAML", "ssh/samples/orphan.match.log": "without a rule",
	}
	results := pack.Test(context.Background())
	if len(results) != len(want) {
		t.Errorf("%d results, want %d", len(results), len(want))
	}
	for _, r := range results {
		got := strings.Join(r.Failures, "; ")
		if want[r.File] == "" && got != "" || !strings.Contains(got, want[r.File]) {
			t.Errorf("%s: %q, want %q", r.File, got, want[r.File])
		}
	}
}

func TestLint(t *testing.T) {
	doc := "title: T\nlogsource: {category: webserver}\ndetection:\n  s:\n    cs-method|all: [GET]\n    NoSuch|re: '^plain text$'\n    B: [null, a]\n  unused: {A: 1}\n  condition: s\n"
	report := detect.Lint(detect.Options{}, []catalog.File{{Path: "r.yml", Data: []byte(doc)}, {Path: "bad.yml", Data: []byte("x: 1")}})
	var all strings.Builder
	for _, w := range report.Warnings {
		all.WriteString(w.String() + "\n")
	}
	for _, want := range []string{
		"r.yml:1: the rule has no id", "no level", "falsepositives", `r.yml:5:5: "cs-method|all" has one value only`, `no parser of this log source has a name for the field "NoSuch"`,
		`plain text; cased is faster`, "null in a list", `r.yml:8:1: the condition never mentions the selection "unused"`,
	} {
		if !strings.Contains(all.String(), want) {
			t.Errorf("no warning %q in:\n%s", want, all.String())
		}
	}
	if len(report.Problems) != 1 || report.Rules != 1 {
		t.Errorf("report: %+v", report)
	}
}

func TestExplain(t *testing.T) {
	rs := mustCompile(t, ruleOf("sel:\n  A|endswith: '\\cmd.exe'\n  B|contains|all: [one, two]\nfilter_main:\n  C: ok\nfilter_opt:\n  D|exists: true\ncondition: sel and not 1 of filter_*"))
	r := rs.Rules[0]
	for _, c := range []struct {
		fields []string
		want   string
	}{
		{[]string{"A=x"}, `sel is not true: src.A is "x", which is not: endswith "\cmd.exe"`},
		{[]string{"B=x"}, `sel is not true: the event has no field src.A, which should be: endswith "\cmd.exe"`},
		{[]string{`A=\cmd.exe`, "B=one"}, `sel is not true: src.B is "one", which is not: contains "two" (1 of 2 required values are missing)`},
		{[]string{`A=\cmd.exe`, "B=one two", "C=ok"}, `filter_main is true, which the condition excludes: src.C is "ok"`},
		{[]string{`A=\cmd.exe`, "B=one two", "D="}, `filter_opt is true, which the condition excludes: src.D is ""`},
		{[]string{`A=\cmd.exe`, "B=one two"}, ""},
	} {
		if got := r.Explain(eventOf(c.fields...)); got.FirstFailed != c.want {
			t.Errorf("%v: %s\nwant %s", c.fields, got.FirstFailed, c.want)
		}
	}
	ex := r.Explain(eventOf(`A=C:\cmd.exe`, "B=one two"))
	if f := ex.Selections[0].Fields[0]; !f.Matched || f.Field != "src.A" || f.Op != "endswith" || f.Expected != `\cmd.exe` || f.Actual != `C:\cmd.exe` {
		t.Errorf("first comparison: %+v", f)
	}
	if f := ex.Selections[0].Fields[1]; f.Expected != "one and two" {
		t.Errorf("second comparison: %+v", f)
	}
}
