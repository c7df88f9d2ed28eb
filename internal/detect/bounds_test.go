package detect_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/catalog"
	"github.com/vedette-soc/vedette/internal/detect"
)

// Little text must not become a giant rule.
func TestRulesAreBounded(t *testing.T) {
	list := make([]string, 10_000)
	for i := range list {
		list[i] = fmt.Sprintf("value %d", i)
	}
	var fields, selections strings.Builder
	for i := range 100 {
		fmt.Fprintf(&fields, "  f%d|expand|contains: '%%list%%'\n", i)
	}
	for i := range 1000 {
		fmt.Fprintf(&selections, "s%d: {a: %d}\n", i, i)
	}
	for name, c := range map[string][2]string{
		"product of lists":    {"s:\n  a|expand: '%list%%list%%list%'\ncondition: s", "expands to more than 10000 values"},
		"lists in all fields": {"s:\n" + fields.String() + "condition: s", "expand to more than 200000 values"},
		"patterns":            {selections.String() + "condition: " + strings.Repeat("1 of s* and ", 1000) + "all of s*", "more than 50000 selections"},
	} {
		rs := compile(t, detect.Options{Placeholders: map[string][]string{"list": list}}, ruleOf(c[0]))
		if len(rs.Problems) != 1 || !strings.Contains(rs.Problems[0].Reason, c[1]) {
			t.Errorf("%s: %.200v, want %q", name, rs.Problems, c[1])
		}
	}
}

// An exception of all rules costs once for each log source.
func TestExceptionsAreBounded(t *testing.T) {
	big := "a: [" + strings.Repeat("x,", 1900) + "y]"
	var all []vedette.Exception
	for range 4 {
		x := vedette.Exception{Selection: big}
		if err := detect.RoomForException(all, x); err != nil {
			t.Fatal(err)
		}
		all = append(all, x)
	}
	if err := detect.RoomForException(all, vedette.Exception{Selection: big}); vedette.CodeOf(err) != vedette.CodeLimited {
		t.Errorf("too much for all rules: %v", err)
	}
	if err := detect.RoomForException(all, vedette.Exception{RuleID: "test", Selection: big}); err != nil {
		t.Errorf("for one rule: %v", err)
	}
	for i := range 300 {
		all = append(all, vedette.Exception{ID: fmt.Sprint(i), RuleID: "test", Selection: big})
	}
	if err := detect.RoomForException(all, vedette.Exception{RuleID: "test", Selection: big}); vedette.CodeOf(err) != vedette.CodeLimited {
		t.Errorf("too much for one rule: %v", err)
	}
	rs := mustCompile(t, ruleOf("s:\n  A: 1\ncondition: s"))
	if n := len(rs.With(detect.Settings{Exceptions: all}).ExceptionProblems()); n == 0 || n > 100 {
		t.Errorf("%d exceptions are left out", n)
	}
}

// A file of very many documents must not cost by the square of them.
func TestManyDocuments(t *testing.T) {
	start := time.Now()
	rs := compile(t, detect.Options{}, strings.Repeat("a: 1\n---\n", 30_000))
	if took := time.Since(start); len(rs.Problems) != 30_000 || took > 20*time.Second {
		t.Errorf("%d problems after %v", len(rs.Problems), took)
	}
}

// Steps that each double a value must not fill the memory.
func TestPipelinesAreBounded(t *testing.T) {
	step := "- {type: replace_string, regex: 'a', replacement: 'aa'}\n"
	for name, c := range map[string]struct{ steps, want string }{
		"a few steps":        {strings.Repeat(step, 4), ""},
		"doubled each time":  {strings.Repeat(step, 400), "longer than 16384 bytes"},
		"a long replacement": {"- {type: replace_string, regex: 'a', replacement: '" + strings.Repeat("b", 2000) + "'}\n", "longer than 1024 bytes"},
	} {
		pipelines, problems := detect.LoadPipelines([]catalog.File{{Path: "p", Data: []byte("name: p\npriority: 1\ntransformations:\n" + c.steps)}})
		problems = append(problems, compile(t, detect.Options{Pipelines: pipelines}, ruleOf("s:\n  A: aaaa\ncondition: s")).Problems...)
		if c.want == "" && len(problems) > 0 || c.want != "" && (len(problems) != 1 || !strings.Contains(problems[0].Reason, c.want)) {
			t.Errorf("%s: %.200v, want %q", name, problems, c.want)
		}
	}
}
