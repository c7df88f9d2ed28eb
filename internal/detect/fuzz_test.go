package detect_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/vedette-soc/vedette/internal/catalog"
	"github.com/vedette-soc/vedette/internal/detect"
)

// Whatever bytes are called a rule: they run or are rejected with a reason, and nothing panics.
func FuzzRule(f *testing.F) {
	for _, seed := range []string{
		ruleOf("s:\n  A|contains|all: [a, 'b*']\n  B|re|i: 'x(y|z)+'\n  C: null\nk: [foo]\ncondition: s and not 1 of k*"),
		ruleOf("s:\n  - A|cidr: 10.0.0.0/8\n  - A|windash|base64offset|contains: ' -a'\ncondition: all of them"),
		ruleOf("s: &x\n  A|gt: 5\nt: *x\ncondition: s or t"), "a: &a [*a]\ndetection: *a\nlogsource: {product: x}", "---\n---\nx", "{", "\xff", "title: [",
		ruleOf("s:\n  '|all': [1, true, 2026-01-01]\ncondition: s"), ruleOf("s:\n  A|fieldref|neq: B\n  A|hour|gte: 5\ncondition: s"),
	} {
		f.Add([]byte(seed))
	}
	ev := eventOf("A=a bcmd.exe -a", "A=7", "B=xyz", "C="+null, "raw=foo bar")
	f.Fuzz(func(t *testing.T, data []byte) {
		rs := detect.Compile([]catalog.File{{Path: "f.yml", Data: data}})
		for _, p := range rs.Problems {
			if p.Reason == "" || strings.Contains(p.Reason, "the compiler failed") {
				t.Errorf("problem: %s", p)
			}
		}
		rs.Statuses()
		fired := map[string]bool{}
		for _, a := range fires(rs, ev) {
			fired[a.RuleID] = true
		}
		for _, r := range rs.Rules {
			ex := r.Explain(ev)
			if ex.Matched != fired[r.ID] {
				t.Errorf("fires %v, the explanation says %v", fired[r.ID], ex.Matched)
			}
			if !ex.Matched && ex.FirstFailed == "" {
				t.Error("no match and no reason")
			}
		}
	})
}

func FuzzCondition(f *testing.F) {
	for _, seed := range []string{"a", "a and not (b or c)", "1 of *", "all of them or not not a", "((((", "not", "1 of", "a |", "a\tand\nb", "1 of a[", "1 of \\*", "of of of"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, condition string) {
		if !utf8.ValidString(condition) {
			return
		}
		doc, err := yaml.Marshal(map[string]any{"title": "t", "id": "t", "logsource": map[string]any{"product": "testos"},
			"detection": map[string]any{"a": map[string]any{"A": 1}, "b": []any{"x"}, "c": map[string]any{"C": nil}, "condition": condition}})
		if err != nil {
			return
		}
		rs := detect.Compile([]catalog.File{{Path: "f.yml", Data: doc}})
		if len(rs.Rules)+len(rs.Problems) != 1 {
			t.Fatalf("%d rules and %d problems", len(rs.Rules), len(rs.Problems))
		}
		for _, p := range rs.Problems {
			if strings.Contains(p.Reason, "the compiler failed") {
				t.Errorf("problem: %s", p)
			}
		}
		fires(rs, eventOf("A=1"))
	})
}

// A pattern must mean to the engine what the plain regular expression made of it means.
func FuzzPattern(f *testing.F) {
	for _, seed := range [][3]string{
		{`a*b?c`, "aXbYc", ""}, {`\*`, "*", "|contains"}, {`*\\*`, `a\b`, ""}, {" -enc ", " /ENC ", "|windash|contains"},
		{"Ä?ſ*", "äxſy", "|cased"}, {"ab*ba", "aba", "|endswith"}, {"密*码", "密码", "|startswith"}, {`\\\*x`, `\*x`, ""}, {"\u212a", "k", "|contains"},
	} {
		f.Add(seed[0], seed[1], seed[2])
	}
	modifiers := regexp.MustCompile(`^(\|(contains|startswith|endswith|cased|windash)){0,3}$`)
	f.Fuzz(func(t *testing.T, pattern, text, modifier string) {
		// Where the engine reads bytes and a regular expression reads characters, broken ones are out of its world.
		if !modifiers.MatchString(modifier) || !utf8.ValidString(pattern) || !utf8.ValidString(text) || strings.Count(modifier, "with")+strings.Count(modifier, "contains") > 1 {
			return
		}
		doc, err := json.Marshal(map[string]any{"title": "t", "id": "t", "logsource": map[string]any{"product": "testos"},
			"detection": map[string]any{"s": map[string]any{"A" + modifier: pattern}, "condition": "s"}})
		if err != nil {
			return
		}
		rs := detect.Compile([]catalog.File{{Path: "f.yml", Data: doc}})
		if len(rs.Problems) > 0 {
			if strings.Contains(rs.Problems[0].Reason, "not valid YAML") {
				return // control characters
			}
			t.Fatalf("rejected: %s\n%s", rs.Problems[0], doc)
		}
		ev := eventOf()
		ev.Add("src.A", text)
		var back struct {
			Detection struct {
				S map[string]string `yaml:"s"`
			} `yaml:"detection"`
		}
		if err := yaml.Unmarshal(doc, &back); err != nil || back.Detection.S["A"+modifier] != pattern {
			return
		}
		got := len(fires(rs, ev)) == 1
		if want := referenceMatch(strings.Split("A"+modifier, "|"), pattern, text); got != want {
			t.Errorf("%q %s %q: %v, want %v", text, modifier, pattern, got, want)
		}
	})
}
