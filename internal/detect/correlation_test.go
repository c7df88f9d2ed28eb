package detect_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/catalog"
	"github.com/vedette-soc/vedette/internal/detect"
)

const twoRules = `
title: A
id: rule-a
name: a
logsource: {product: windows, service: security}
detection: {s: {EventID: 4625}, condition: s}
---
title: B
id: rule-b
name: b
logsource: {product: linux, service: sshd}
detection: {s: {event.outcome: success}, condition: s}
`

func correlationOf(id, body string) string {
	return "---\ntitle: C " + id + "\nid: " + id + "\nname: n-" + id + "\nlevel: high\ncorrelation:\n  " + strings.ReplaceAll(strings.TrimSpace(body), "\n", "\n  ") + "\n"
}

func compileText(text string) *detect.Ruleset {
	return detect.Compile([]catalog.File{{Path: "c.yml", Data: []byte(text)}})
}

func TestCorrelationIsLinked(t *testing.T) {
	rs := compileText(correlationOf("late", "type: temporal\nrules: [early, a]\ngroup-by: who\naliases: {who: {early: user, a: TargetUserName}}\ntimespan: 2M\ngenerate: true") +
		"---" + twoRules + correlationOf("early", "type: value_count\nrules: [a, rule-b]\ngroup-by: [user]\nfield: [x, y]\ntimespan: 90s\ncondition: {gte: 3, lt: 9}\naliases: {user: {a: TargetUserName, rule-b: user.name}}"))
	if len(rs.Problems) > 0 || len(rs.Correlations) != 2 {
		t.Fatalf("problems %v", rs.Problems)
	}
	early, late := rs.Correlations[0], rs.Correlations[1]
	if early.Rule.ID != "early" || late.Refs[0].Correlation != early || late.Refs[0].Group[0].Group != 0 || late.Span != 60*24*time.Hour {
		t.Errorf("linked %+v", late)
	}
	if !early.AtClose() || late.AtClose() || late.Rule.Severity != vedette.High || early.Condition() != "gte 3 and lt 9 within 90s" {
		t.Errorf("%q, %q", early.Condition(), late.Condition())
	}
	if names := early.Refs[1].Group[0].Names; !slices.Contains(names, "user.name") {
		t.Errorf("user is looked for in %v", names)
	}
	if rs.Quiet(0) || rs.Quiet(1) { // late says generate
		t.Error("a correlation is quiet though the one that uses it says generate")
	}
	if _, ok := rs.Rule("late"); !ok {
		t.Error("a correlation cannot be found by its id")
	}
}

func TestCorrelationConditionOverNames(t *testing.T) {
	for condition, want := range map[string]string{
		"a and b": "[{3 0}]", "a and not b": "[{1 2}]", "not b and (a or a)": "[{1 2}]", "a or b": "[{1 0} {2 0}]",
		"not (not a or b)": "[{1 2}]", "a or (a and b)": "[{1 0}]", "all of them": "[{3 0}]", "1 of *": "[{1 0} {2 0}]",
	} {
		rs := compileText(twoRules + correlationOf("c", "type: temporal_extended\nrules: [a, b]\ntimespan: 5m\ncondition: "+condition))
		if len(rs.Problems) > 0 || fmt.Sprint(rs.Correlations[0].Terms) != want {
			t.Errorf("%s: %v, want %s (%v)", condition, rs.Correlations, want, rs.Problems)
		}
	}
}

func TestCorrelationRejections(t *testing.T) {
	const count = "type: event_count\nrules: a\ntimespan: 5m\n"
	for _, c := range []struct{ body, want string }{
		{"rules: a", "has no type"}, {"type: near\nrules: a", `"near" is not one of`}, {"type: event_count_extended\nrules: a", "only temporal"},
		{"type: event_count\ntimespan: 5m", "names no rules"}, {"type: event_count\nrules: []\ntimespan: 5m\ncondition: {gte: 1}", "rules is empty"},
		{"type: event_count\nrules: [a, a]\ntimespan: 5m\ncondition: {gte: 1}", "twice"},
		{"type: event_count\nrules: [a, rule-a]\ntimespan: 5m\ncondition: {gte: 1}", "listed already"},
		{"type: event_count\nrules: [a, nobody]\ntimespan: 5m\ncondition: {gte: 1}", `no rule that can run has the id or the name "nobody"`},
		{"type: event_count\nrules: [{a: b}]\ntimespan: 5m", "not a word"},
		{"type: event_count\nrules: a\ncondition: {gte: 1}", "no timespan"}, {"type: event_count\nrules: a\ntimespan: 5 m\ncondition: {gte: 1}", "timespan"},
		{"type: event_count\nrules: a\ntimespan: 0s\ncondition: {gte: 1}", "between 1s"}, {"type: event_count\nrules: a\ntimespan: 99y\ncondition: {gte: 1}", "between 1s"},
		{count, "needs a condition"}, {count + "condition: a and b", "names of rules belong"}, {count + "condition: [1]", "neither a map"},
		{count + "condition: {}", "no comparison"}, {count + "condition: {about: 5}", `"about"`}, {count + "condition: {gte: x}", "not a number"},
		{count + "condition: {gte: 1, gt: 2}", "one direction"}, {count + "condition: {gte: 5, lt: 5}", "no number meets"}, {count + "condition: {gte: 9, lt: 5}", "no number meets"},
		{count + "condition: {eq: 1, gt: 0}", "eq beside"}, {count + "condition: {gte: 1, lte: 2, neq: 5}", "more than two"}, {count + "condition: {lt: 1}", "can never hold"},
		{count + "condition: {eq: 0}", "can never hold"}, {count + "condition: {gte: 99999}", "no group keeps as much"}, {count + "condition: {gte: 5}\nfield: x", "takes no field"},
		{count + "condition: {gte: 5}\nwindow: sliding", `unknown key "window"`}, {count + "condition: {gte: 5}\npercentile: 5", "takes no percentile"},
		{count + "condition: {gte: 5}\ngenerate: maybe", "neither true nor false"}, {count + "condition: {gte: 5}\ngroup-by: []", "group-by is empty"},
		{count + "condition: {gte: 5}\ngroup-by: [x]\naliases: {y: {a: z}}", "used neither"}, {count + "condition: {gte: 5}\ngroup-by: [x]\naliases: {x: {b: z}}", "not written so"},
		{"type: event_count\nrules: [a, b]\ntimespan: 5m\ncondition: {gte: 5}\ngroup-by: [x]\naliases: {x: {b: z}}", `says nothing of the rule "a"`},
		{"type: value_count\nrules: a\ntimespan: 5m\ncondition: {gte: 5}", "needs a field"}, {"type: value_sum\nrules: a\ntimespan: 5m\ncondition: {gte: 5}\nfield: [x, y]", "takes one field"},
		{"type: value_percentile\nrules: a\ntimespan: 5m\ncondition: {gte: 5}\nfield: x", "needs a percentile"}, {"type: value_percentile\nrules: a\ntimespan: 5m\ncondition: {gte: 5}\nfield: x\npercentile: 101", "up to 100"},
		{"type: value_sum\nrules: a\ntimespan: 5m\ncondition: {gte: 5, field: x}\nfield: x", "twice"},
		{"type: temporal\nrules: [a, b]\ntimespan: 5m\ncondition: a", `does not mention the rule "b"`}, {"type: temporal\nrules: [a, b]\ntimespan: 5m\ncondition: a and b and c", `"c"`},
		{"type: temporal\nrules: [a, b]\ntimespan: 5m\ncondition: not a and not b", "at least one rule must be needed"}, {"type: temporal\nrules: [a, b]\ntimespan: 5m\ncondition: a and not a and b", "contradicts"},
		{"type: temporal\nrules: [a, b]\ntimespan: 5m\ncondition: (a and b", "closing parenthesis"}, {"type: temporal_extended\nrules: [a, b]\ntimespan: 5m", "needs a condition over"},
		{"type: temporal\nrules: [a, b]\ntimespan: 5m\ncondition: {gte: 3}", "no group keeps"}, {"type: temporal_ordered\nrules: [a, b]\ntimespan: 5m\ncondition: {gte: 1}", "only hold as a whole"},
		{"type: temporal_ordered\nrules: [a]\ntimespan: 5m", "at least two"}, {"type: temporal\nrules: [a, n-self]\ntimespan: 5m", "refers to itself"},
		{"- a", "not a map"},
	} {
		rs := compileText(twoRules + correlationOf("self", c.body))
		if len(rs.Problems) != 1 || len(rs.Correlations) != 0 || rs.Problems[0].Line < 17 || !strings.Contains(rs.Problems[0].String(), c.want) {
			t.Errorf("%s\n→ %v, want one problem with a line and %q", c.body, rs.Problems, c.want)
		}
		if len(rs.Rules) != 2 || len(rs.Statuses()) != 3 {
			t.Errorf("%s: %d rules, %d statuses", c.body, len(rs.Rules), len(rs.Statuses()))
		}
	}
}

func TestCorrelationsInACircle(t *testing.T) {
	rs := compileText(twoRules + correlationOf("x", "type: temporal\nrules: [a, y]\ntimespan: 5m") + correlationOf("y", "type: temporal\nrules: [b, z]\ntimespan: 5m") +
		correlationOf("z", "type: temporal\nrules: [b, x]\ntimespan: 5m") + correlationOf("w", "type: temporal\nrules: [a, x]\ntimespan: 5m"))
	if len(rs.Correlations) != 0 || len(rs.Problems) != 4 {
		t.Errorf("%d correlations, problems %v", len(rs.Correlations), rs.Problems)
	}
}

func TestRulesOfACorrelationAreSilent(t *testing.T) {
	for _, c := range []struct {
		generate string
		want     int
	}{{"", 0}, {"\ngenerate: true", 1}} {
		rs := compileText(twoRules + correlationOf("c", "type: event_count\nrules: [a]\ntimespan: 5m\ncondition: {gte: 1}"+c.generate))
		ev := &vedette.Event{Logsource: vedette.Logsource{Product: "windows", Service: "security"}}
		ev.Add(vedette.CanonicalField("windows", "", "security", "EventID"), "4625")
		alerts, matches := 0, 0
		detect.New(detect.Config{}, rs).Run(ev, func(vedette.Alert) { alerts++ }, func(m detect.Match) {
			if matches++; m.Rule != rs.Rules[m.Place] || m.Event != ev {
				t.Errorf("match %+v", m)
			}
		})
		if alerts != c.want || matches != 1 {
			t.Errorf("generate %q: %d alerts, %d matches", c.generate, alerts, matches)
		}
	}
}

// Whatever bytes are called a correlation: it runs or is rejected with a reason and a line, and nothing panics.
func FuzzCorrelation(f *testing.F) {
	for _, seed := range []string{
		"type: event_count\nrules: [a, b]\ngroup-by: [x]\ntimespan: 5m\ncondition: {gte: 3}", "type: temporal_ordered_extended\nrules: [a, b]\ntimespan: 1y\ncondition: a and not b",
		"type: value_percentile\nrules: a\nfield: x\npercentile: 95\ntimespan: 1M\ncondition: {lt: 1e5, gt: -2}", "type: temporal\nrules: [a, n-f]\ntimespan: 1s", "rules: &a [*a]\ntype: x",
		"type: value_count\nrules: [a, b]\ngroup-by: [who]\nfield: [x, y]\naliases: {who: {a: u, b: v}}\ntimespan: 2w\ncondition: {neq: 3}\ngenerate: true", "type: temporal\nrules: [a,b]\ntimespan: 1s\ncondition: not (a or not b)",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		rs := compileText(twoRules + correlationOf("f", body))
		for _, p := range rs.Problems {
			if p.Reason == "" || strings.Contains(p.Reason, "the compiler failed") {
				t.Errorf("problem: %s", p)
			}
		}
		for _, c := range rs.Correlations {
			if c.Span <= 0 || len(c.Refs) == 0 || len(c.Bounds)+len(c.Terms) == 0 || c.Fingerprint() == "" || c.Condition() == "" {
				t.Errorf("compiled to %+v", c)
			}
			for _, ref := range c.Refs {
				if (ref.Rule == nil) == (ref.Correlation == nil) || len(ref.Group) != len(c.GroupBy) || len(ref.Fields) != len(c.Fields) {
					t.Errorf("linked to %+v", ref)
				}
			}
		}
	})
}
