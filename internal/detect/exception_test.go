package detect_test

import (
	"strings"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/detect"
)

var exceptionDay = time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)

// excepted runs an engine under exceptions at noon of a day and tells which rules raise alerts on an event.
func excepted(t *testing.T, ev *vedette.Event, list []vedette.Exception, docs ...string) (string, *detect.Engine) {
	t.Helper()
	for i := range list {
		if list[i].Expires.IsZero() {
			list[i].Expires = exceptionDay.Add(time.Hour)
		}
		if list[i].ID == "" {
			list[i].ID = "x"
		}
	}
	rs := mustCompile(t, docs...).With(detect.Settings{Exceptions: list})
	for _, p := range rs.ExceptionProblems() {
		t.Errorf("an exception cannot be used: %s", p)
	}
	e := detect.New(detect.Config{Now: func() time.Time { return exceptionDay }}, rs)
	var raised []string
	e.Detect(ev, func(a vedette.Alert) { raised = append(raised, a.RuleID) })
	return strings.Join(raised, " "), e
}

func TestExceptions(t *testing.T) {
	one := ruleOf("s:\n  A: 1\ncondition: s")
	two := strings.Replace(one, "id: test", "id: second", 1)
	for _, c := range []struct {
		name string
		list []vedette.Exception
		want string
	}{
		{"none", nil, "test second"},
		{"of one rule", []vedette.Exception{{RuleID: "test", Selection: "B: x"}}, "second"},
		{"of all rules", []vedette.Exception{{Selection: "B: x"}}, ""},
		{"another value", []vedette.Exception{{Selection: "B: y"}}, "test second"},
		{"modifiers", []vedette.Exception{{Selection: "B|startswith: X\nC|endswith|cased: tail"}}, ""},
		{"case matters", []vedette.Exception{{Selection: "B|cased: X"}}, "test second"},
		{"list of maps", []vedette.Exception{{Selection: "- B: y\n- C|contains: long"}}, ""},
		{"canonical name", []vedette.Exception{{RuleID: "second", Selection: "user.name: root"}}, "test"},
		{"expired", []vedette.Exception{{Selection: "B: x", Expires: exceptionDay}}, "test second"},
		{"of another tenant", []vedette.Exception{{Selection: "B: x", Tenant: "north"}}, "test second"},
		{"of this tenant", []vedette.Exception{{Selection: "B: x", Tenant: vedette.DefaultTenant}}, ""},
		{"any of several", []vedette.Exception{{ID: "1", RuleID: "test", Selection: "B: y"}, {ID: "2", RuleID: "test", Selection: "B: x"}}, "second"},
	} {
		t.Run(c.name, func(t *testing.T) {
			ev := eventOf("A=1", "B=x", "C=long tail", "user.name=root")
			ev.Tenant = vedette.DefaultTenant
			if got, _ := excepted(t, ev, c.list, one, two); got != c.want {
				t.Errorf("raised %q, want %q", got, c.want)
			}
		})
	}
}

func TestExceptionsAreCountedAlsoOverAReload(t *testing.T) {
	list := []vedette.Exception{{ID: "quiet", Tenant: "north", RuleID: "test", Selection: "B: x"}}
	doc := ruleOf("s:\n  A: 1\ncondition: s")
	ev := eventOf("A=1", "B=x")
	ev.Tenant = "north"
	_, e := excepted(t, ev, list, doc)
	e.Swap(mustCompile(t, doc).With(detect.Settings{Exceptions: list}))
	e.Detect(ev, func(vedette.Alert) { t.Error("an alert came through") })
	got := e.TakeHidden()
	if len(got) != 1 || got[0] != (detect.HiddenCount{Tenant: "north", ID: "quiet", Count: 2, Last: exceptionDay}) {
		t.Errorf("counted %+v", got)
	}
	if again := e.TakeHidden(); len(again) != 0 {
		t.Errorf("counted twice: %+v", again)
	}
}

func TestExceptionsThatCannotBeUsed(t *testing.T) {
	rs := mustCompile(t, ruleOf("s:\n  A: 1\ncondition: s"))
	for selection, want := range map[string]string{
		"B: [":                          "not valid YAML",
		"just words":                    "neither a map",
		"":                              "neither a map",
		"B|nosuch: x":                   "unknown modifier",
		"B|re: '('":                     "cannot run",
		"A: 1\nB|cidr: x":               "line 2",
		strings.Repeat("B: x\n", 1<<12): "larger than",
		"B: [" + strings.Repeat("x,", 3000) + "]": "parts",
	} {
		err := rs.CheckException(vedette.Exception{ID: "x", RuleID: "test", Selection: selection})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: %v, want %q", selection, err, want)
		}
	}
	if err := rs.CheckException(vedette.Exception{RuleID: "none", Selection: "A: 1"}); vedette.CodeOf(err) != vedette.CodeNotFound {
		t.Errorf("an unknown rule: %v", err)
	}
	broken := rs.With(detect.Settings{Exceptions: []vedette.Exception{{ID: "x", RuleID: "none", Selection: "A: 1"}}})
	if len(broken.ExceptionProblems()) != 1 {
		t.Error("an exception of no rule is no problem")
	}
}
