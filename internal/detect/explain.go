package detect

import (
	"fmt"
	"strings"

	"github.com/vedette-soc/vedette"
)

// Explanation says why a rule matches an event, or why not.
type Explanation struct {
	Matched     bool              `json:"matched"`
	Fits        bool              `json:"applies"`                // the event is of the rule's log source
	FirstFailed string            `json:"first_failed,omitempty"` // what kept the rule from matching, in a sentence
	Selections  []SelectionResult `json:"selections"`
	Alert       *vedette.Alert    `json:"alert,omitempty"` // what it would raise; without entities and times of detection
}

// SelectionResult is one selection of the rule, true or not for the event.
type SelectionResult struct {
	Name    string        `json:"name"`
	Matched bool          `json:"matched"`
	Fields  []FieldResult `json:"fields"`
}

// FieldResult is one comparison. Actual holds every value that the event has, joined by ", "; Present tells an empty
// value from none.
type FieldResult struct {
	Field    string `json:"field"`
	Op       string `json:"op"`
	Expected string `json:"expected"`
	Actual   string `json:"actual"`
	Present  bool   `json:"present"`
	Matched  bool   `json:"matched"`
}

// Explain evaluates the rule with everything written down. It does not ask whether the rule is switched off.
func (r *Rule) Explain(ev *vedette.Event) Explanation {
	v := newView(r.names, 0)
	v.bind(ev)
	out := Explanation{Fits: true, Selections: []SelectionResult{}}
	l := r.Logsource
	if !ev.Logsource.Fits(l.Product, l.Category, l.Service) {
		out.Fits = false
		out.FirstFailed = misfit(l, ev.Logsource)
	}
	for i := range r.selections {
		s := &r.selections[i]
		result := SelectionResult{Name: s.name, Matched: r.holds(s.root, v), Fields: []FieldResult{}}
		result.Fields = r.fieldResults(s.root, v, result.Fields)
		out.Selections = append(out.Selections, result)
	}
	holds := r.matches(v)
	if out.Matched = holds && out.Fits; out.Matched {
		a := r.alert(v)
		out.Alert = &a
	} else if !holds && out.Fits {
		out.FirstFailed = r.whyNot(r.condition, v)
	}
	return out
}

// misfit says which word of the log source differs.
func misfit(want Logsource, have vedette.Logsource) string {
	are := func(what, want, have string) string {
		if have == "" {
			have = "none"
		}
		return fmt.Sprintf("the rule is for %s %s, but the event's %s is %s", what, want, what, have)
	}
	switch {
	case want.Product != "" && want.Product != have.Product:
		return are("product", want.Product, have.Product)
	case want.Service != "" && want.Service != have.Service:
		return are("service", want.Service, have.Service)
	}
	return are("category", want.Category, strings.Join(have.Categories, ", "))
}

// maxResults bounds the comparisons of one selection that are listed.
const maxResults = 200

func (r *Rule) fieldResults(e *expr, v *view, out []FieldResult) []FieldResult {
	if e.op == opTest && len(out) < maxResults {
		return append(out, e.test.result(v))
	}
	for _, kid := range e.kids {
		out = r.fieldResults(kid, v, out)
	}
	return out
}

// result writes one comparison down.
func (t *test) result(v *view) FieldResult {
	f := FieldResult{Op: "keyword", Matched: t.holds(v)}
	if t.field != "" {
		f.Field = t.shown
	}
	f.Op, f.Expected = t.describe()
	var actual []string
	for at := v.first(t.slots); at != 0; at = v.next[at-1] {
		if !f.Present {
			f.Field = v.ev.Fields[at-1].Name
		}
		f.Present = true
		if len(actual) < 16 {
			actual = append(actual, vedette.Shorten(v.text(int(at-1)), 2048))
		}
	}
	if t.field == "" {
		f.Present = true
		if f.Matched {
			found := make(map[string]string)
			t.keywordEvidence(v, found)
			for name, value := range found {
				f.Field, actual = name, append(actual, vedette.Shorten(value, 2048))
			}
		}
	}
	f.Actual = strings.Join(actual, ", ")
	return f
}

// describe names the comparison and what it expects.
func (t *test) describe() (op, expected string) {
	if t.exists {
		op, expected = "exists", fmt.Sprint(t.want)
	}
	var wants []string
	more := 0
	for i := range t.groups {
		g := &t.groups[i]
		if g.null {
			op, wants = "equals", append(wants, "null")
		}
		for _, m := range g.matchers {
			o, want := m.label()
			op = o
			if len(wants) < 20 {
				wants = append(wants, want)
			} else {
				more++
			}
		}
	}
	if len(wants) > 0 {
		glue := " or "
		if t.all {
			glue = " and "
		}
		expected = strings.Join(wants, glue)
		if more > 0 {
			expected += fmt.Sprintf("%s%d more", glue, more)
		}
	}
	if t.field == "" {
		op = "keyword " + op
	}
	if t.negate {
		op = "not " + op
	}
	return op, expected
}
