package ruletest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/detect"
)

func (st *stage) unclaimed() []*raised {
	var out []*raised
	for _, a := range st.alerts {
		if !a.claimed {
			out = append(out, a)
		}
	}
	return out
}

// expect meets one expectation, or says why it cannot.
func (st *stage) expect(s *step) {
	e := &s.expect
	left := st.unclaimed()
	if e.none {
		if len(left) > 0 {
			st.fail(s.line, "no alert was expected, but there are: %s", st.list(left))
			claim(left)
		}
		return
	}
	if e.rule != "" && !st.known(e.rule) {
		st.fail(s.line, "no rule under test has the id or title %q; there are: %s", e.rule, st.titles())
		return
	}
	var met []*raised
	for _, a := range left {
		if st.meets(e, a) {
			met = append(met, a)
		}
	}
	switch {
	case e.exact && len(met) != e.count:
		st.fail(s.line, "expected %s, but there are %d%s", e.text, len(met), st.instead(e, met, left))
	case len(met) == 0 && !e.exact:
		st.fail(s.line, "expected %s, but there is none%s", e.text, st.instead(e, met, left))
	case !e.exact:
		met = met[:1]
	}
	claim(met)
}

func claim(list []*raised) {
	for _, a := range list {
		a.claimed = true
	}
}

func (st *stage) known(rule string) bool {
	return slices.ContainsFunc(st.all(), func(r *detect.Rule) bool { return named(r.ID, r.Title, rule) })
}

// all lists the rules under test, correlations included.
func (st *stage) all() []*detect.Rule {
	out := slices.Clone(st.set.Rules)
	for _, c := range st.set.Correlations {
		out = append(out, c.Rule)
	}
	return out
}

func (st *stage) titles() string {
	var out []string
	for _, r := range st.all() {
		out = append(out, strconv.Quote(r.Title))
	}
	return strings.Join(out, ", ")
}

func named(id, title, want string) bool {
	return strings.EqualFold(id, want) || strings.EqualFold(title, want)
}

func (st *stage) meets(e *expectation, a *raised) bool {
	if e.rule != "" && !named(a.RuleID, a.RuleTitle, e.rule) || e.at != nil && !a.Time.Equal(st.start.Add(*e.at)) {
		return false
	}
	for _, want := range e.where {
		if have, ok := a.value(want.field); !ok || !slices.ContainsFunc(have, func(v string) bool { return strings.EqualFold(v, want.value) }) {
			return false
		}
	}
	return true
}

// value gives what an alert says of itself, of its group, of what matched, or of its event, in this order.
func (a *raised) value(field string) ([]string, bool) {
	switch strings.ToLower(field) {
	case "level":
		if a.Severity == vedette.Info {
			return []string{"informational", "info"}, true
		}
		return []string{a.Severity.String()}, true
	case "title":
		return []string{a.RuleTitle}, true
	case "value":
		if a.Correlation != nil {
			return []string{strconv.FormatFloat(a.Correlation.Value, 'f', -1, 64)}, true
		}
	}
	if a.Correlation != nil {
		if v, ok := a.Correlation.Group[field]; ok {
			return []string{v}, true
		}
	}
	for name, v := range a.Matched {
		if strings.EqualFold(name, field) {
			return []string{v}, true
		}
	}
	if a.event == nil {
		return nil, false
	}
	l := a.event.Logsource
	category := ""
	if len(l.Categories) > 0 {
		category = l.Categories[0]
	}
	for _, name := range []string{field, vedette.SourcePrefix + field, vedette.CanonicalField(l.Product, category, l.Service, field)} {
		var out []string
		for _, f := range a.event.Fields {
			if f.Name == name {
				out = append(out, f.Value)
			}
		}
		if len(out) > 0 {
			return out, true
		}
	}
	return nil, false
}

// list names a few alerts.
func (st *stage) list(alerts []*raised) string {
	const few = 5
	var out []string
	for i, a := range alerts {
		if i == few {
			out = append(out, fmt.Sprintf("and %d more", len(alerts)-few))
			break
		}
		out = append(out, fmt.Sprintf("%q at %s", a.RuleTitle, offset(a.Time.Sub(st.start))))
	}
	return strings.Join(out, "; ")
}

func offset(d time.Duration) string { return "+" + d.String() }

// instead says what there is in place of what was expected, and what kept the rules from matching the last record.
func (st *stage) instead(e *expectation, met, left []*raised) string {
	var of []*raised
	for _, a := range left {
		if e.rule == "" || named(a.RuleID, a.RuleTitle, e.rule) {
			of = append(of, a)
		}
	}
	switch {
	case len(met) > 0:
		return ": " + st.list(met)
	case len(of) > 0:
		return ". There are " + st.list(of) + st.differing(e, of[0])
	case len(left) > 0:
		return ". There are alerts of other rules only: " + st.list(left)
	}
	var why []string
	for _, c := range st.set.Correlations {
		if e.rule == "" || named(c.Rule.ID, c.Rule.Title, e.rule) {
			for _, ref := range c.Refs {
				why = append(why, fmt.Sprintf("%q matched %d of %d events", ref.Title(), st.matches[ref.ID()], st.events))
			}
		}
	}
	for _, r := range st.set.Rules {
		if len(why) < 4 && len(st.last) > 0 && (e.rule == "" || named(r.ID, r.Title, e.rule)) {
			if reason := r.Explain(st.last[0]).FirstFailed; reason != "" {
				why = append(why, fmt.Sprintf("of the last event: %s", reason))
			}
		}
	}
	if len(why) == 0 {
		return ""
	}
	return ". " + strings.Join(why, "; ")
}

// differing names the first field that is not as expected.
func (st *stage) differing(e *expectation, a *raised) string {
	for _, want := range e.where {
		have, ok := a.value(want.field)
		if !ok {
			return fmt.Sprintf(", without a field %s", want.field)
		}
		if !slices.ContainsFunc(have, func(v string) bool { return strings.EqualFold(v, want.value) }) {
			return fmt.Sprintf(", where %s = %q", want.field, vedette.Shorten(strings.Join(have, ", "), 200))
		}
	}
	return ""
}
