package detect_test

import (
	"strings"
	"testing"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/detect"
)

const plainRule = `title: Plain
id: plain
name: plain_rule
level: high
logsource: {product: testos, service: shop}
falsepositives: [none]
detection:
  sel: {A: 1}
  condition: sel
`

const otherRule = `title: Other
id: other
level: high
logsource: {product: testos}
falsepositives: [none]
detection:
  sel: {A: 1}
  condition: sel
`

func filterDoc(logsource, body string) string {
	var b strings.Builder
	b.WriteString("title: Known\nid: known\nlogsource: " + logsource + "\nfilter:\n")
	for line := range strings.SplitSeq(strings.Trim(body, "\n"), "\n") {
		b.WriteString("  " + line + "\n")
	}
	return b.String()
}

func TestFilters(t *testing.T) {
	for _, c := range []struct {
		name, logsource, body, want string
	}{
		{"by id", "{product: testos}", "rules: [plain]\ns: {B: x}\ncondition: not s", "other"},
		{"by name", "{product: testos}", "rules: [plain_rule, other]\ns: {B: x}\ncondition: not s", ""},
		{"one as a word", "{product: testos}", "rules: other\ns: {B: x}\ncondition: not s", "plain"},
		{"any of the log source", "{product: testos}", "rules: any\ns: {B: x}\ncondition: not s", ""},
		{"any of a narrower log source", "{product: testos, service: shop}", "rules: any\ns: {B: x}\ncondition: not s", "other"},
		{"another value", "{product: testos}", "rules: any\ns: {B: y}\ncondition: not s", "plain other"},
		{"as written, without not", "{product: testos}", "rules: any\ns: {B: y}\ncondition: s", ""},
		{"several selections", "{product: testos}", "rules: any\nsel: {B: y}\nmore: {C|contains: long}\ncondition: not 1 of them", ""},
		{"names of its own", "{product: testos}", "rules: any\nsel: {A: 2}\ncondition: not sel", "plain other"},
	} {
		t.Run(c.name, func(t *testing.T) {
			rs := mustCompile(t, filterDoc(c.logsource, c.body), plainRule, otherRule)
			ev := eventOf("A=1", "B=x", "C=long tail")
			ev.Logsource.Service = "shop"
			var got []string
			for _, a := range fires(rs, ev) {
				got = append(got, a.RuleID)
			}
			if s := strings.Join(got, " "); s != c.want {
				t.Errorf("raised %q, want %q", s, c.want)
			}
			for _, r := range rs.Rules {
				if ex := r.Explain(ev); ex.Matched != strings.Contains(c.want, r.ID) {
					t.Errorf("%s: explained as %v: %s", r.ID, ex.Matched, ex.FirstFailed)
				}
			}
		})
	}
}

func TestFiltersAreListed(t *testing.T) {
	rs := mustCompile(t, plainRule, filterDoc("{product: testos}", "rules: [plain]\ns: {B: x}\ncondition: not s"))
	all := rs.Statuses()
	if len(all) != 2 || all[1].Kind != vedette.KindFilter || all[1].ID != "known" || all[1].State != vedette.RuleLive {
		t.Errorf("statuses %+v", all)
	}
	if r, _ := rs.Rule("plain"); len(r.Filters) != 1 || r.Filters[0] != "known" {
		t.Errorf("the rule names the filters %v", r.Filters)
	}
	ev := eventOf("A=1", "B=x")
	ev.Logsource.Service = "shop"
	why := rs.Rules[0].Explain(ev).FirstFailed
	if !strings.Contains(why, "filter Known: s is true") {
		t.Errorf("why not: %s", why)
	}
}

func TestFiltersThatCannotBeUsed(t *testing.T) {
	correlation := "title: C\nid: corr\nlevel: high\ncorrelation: {type: event_count, rules: [plain], group-by: [A], timespan: 5m, condition: {gte: 2}}\n"
	for body, want := range map[string]string{
		"s: {B: x}\ncondition: not s":                           "names no rules",
		"rules: any\ns: {B: x}":                                 "no condition",
		"rules: any\ns: {B: x}\ncondition: not t":               "does not have",
		"rules: any\ns: {B|nosuch: x}\ncondition: not s":        "unknown modifier",
		"rules: [gone]\ns: {B: x}\ncondition: not s":            `rule1.yml:5:11: no rule that can run has the id or the name "gone"`,
		"rules: [corr]\ns: {B: x}\ncondition: not s":            "not a rule about single events",
		"rules: {a: b}\ns: {B: x}\ncondition: not s":            "rules takes",
		"rules: []\ns: {B: x}\ncondition: not s":                "between 1 and",
		"rules: any\nrules: any\ns: {B: x}\ncondition: not s":   "twice",
		"rules: any\ns: {B: x}\ncondition: not s | count() > 1": "correlation rules",
	} {
		rs := compile(t, detect.Options{}, plainRule, filterDoc("{product: testos}", body), correlation)
		if len(rs.Problems) != 1 || !strings.Contains(rs.Problems[0].String(), want) {
			t.Errorf("%q: %v, want %q", body, rs.Problems, want)
		}
	}
	far := compile(t, detect.Options{}, plainRule, filterDoc("{product: elsewhere}", "rules: [plain]\ns: {B: x}\ncondition: not s"))
	if len(far.Problems) != 1 || !strings.Contains(far.Problems[0].Reason, "does not include") {
		t.Errorf("another log source: %v", far.Problems)
	}
	half := compile(t, detect.Options{}, plainRule, filterDoc("{product: testos}", "rules: [gone, plain]\ns: {B: x}\ncondition: not s"))
	ev := eventOf("A=1", "B=x")
	ev.Logsource.Service = "shop"
	if len(half.Problems) != 1 || len(fires(half, ev)) != 0 || half.Statuses()[1].Problem == "" {
		t.Errorf("the rest of the filter does not work, or what is wrong is not shown: %v", half.Problems)
	}
}

func TestFiltersOfTheOtherPolarityAreRemarked(t *testing.T) {
	for condition, fix := range map[string]string{
		"s": "condition: not s", "1 of them": "condition: not 1 of them", "s or t": "condition: not (s or t)", "not s": "", "not 1 of them": "",
		"1 of s* and t": "condition: not (1 of s* and t)",
	} {
		rs := mustCompile(t, plainRule, filterDoc("{product: testos}", "rules: any\ns: {B: x}\nt: {C: x}\ncondition: "+condition))
		got := ""
		for _, w := range rs.Filters[0].Rule.Warnings {
			got += w.Fix
		}
		if got != fix {
			t.Errorf("%s: the fix is %q, want %q", condition, got, fix)
		}
	}
}
