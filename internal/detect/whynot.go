package detect

import (
	"fmt"
	"strings"

	vedette "github.com/vedette-soc/vedette"
)

// whyNot says in a sentence what made an expression false.
func (r *Rule) whyNot(e *expr, v *view) string {
	switch e.op {
	case opTest:
		return e.test.whyNot(v)
	case opName:
		s := &r.selections[e.name]
		return fmt.Sprintf("%s is not true: %s", s.name, r.whyNot(s.root, v))
	case opNot:
		return r.whyTrue(e.kids[0], v)
	case opAnd:
		return r.firstFailed(e, v)
	case opOr:
		const few = 3
		var reasons []string
		for i, kid := range e.kids {
			if i == few {
				reasons = append(reasons, fmt.Sprintf("and %d more", len(e.kids)-few))
				break
			}
			reasons = append(reasons, r.whyNot(kid, v))
		}
		text := "none of the alternatives is true"
		if e.text != "" {
			text = fmt.Sprintf("%q is not true", e.text)
		}
		return text + ": " + strings.Join(reasons, "; ")
	}
	return "nothing"
}

// firstFailed names the first part that is false, and how many of them are true.
func (r *Rule) firstFailed(e *expr, v *view) string {
	text, holding := "", 0
	for _, kid := range e.kids {
		switch {
		case r.holds(kid, v):
			holding++
		case text == "":
			text = r.whyNot(kid, v)
		}
	}
	if holding > 0 && len(e.kids) > 2 && !strings.HasSuffix(text, "parts hold]") {
		text += fmt.Sprintf(" [%d of %d parts hold]", holding, len(e.kids))
	}
	return text
}

// whyTrue says what made an expression true that had to be false.
func (r *Rule) whyTrue(e *expr, v *view) string {
	name := e.text
	var why []string
	switch e.op {
	case opNot:
		return r.whyNot(e.kids[0], v)
	case opName:
		s := &r.selections[e.name]
		name = s.name
		why = r.trueTests(s.root, v, nil)
	default:
		for _, kid := range e.kids {
			if kid.op == opName && r.holds(kid, v) {
				return r.whyTrue(kid, v)
			}
		}
		why = r.trueTests(e, v, nil)
	}
	text := fmt.Sprintf("%s is true, which the condition excludes", name)
	if len(why) > 0 {
		text += ": " + strings.Join(why, "; ")
	}
	return text
}

// trueTests lists a few comparisons that hold.
func (r *Rule) trueTests(e *expr, v *view, out []string) []string {
	const few = 3
	if e.op == opTest && len(out) < few && e.test.holds(v) {
		f := e.test.result(v)
		return append(out, fmt.Sprintf("%s is %s", shownField(f.Field), shownValue(f)))
	}
	for _, kid := range e.kids {
		if e.op == opAnd || e.op == opOr && r.holds(kid, v) {
			out = r.trueTests(kid, v, out)
		}
	}
	return out
}

func (t *test) whyNot(v *view) string {
	f := t.result(v)
	if t.all && !t.negate {
		for i := range t.groups {
			if !t.groups[i].holds(t, v) {
				one := test{field: t.field, shown: t.shown, slots: t.slots, groups: t.groups[i : i+1]}
				f.Op, f.Expected = one.describe()
				break
			}
		}
	}
	if t.field == "" {
		return fmt.Sprintf("nothing in the event holds %s", quoteCut(f.Expected))
	}
	if t.exists && t.want {
		return fmt.Sprintf("the event has no field %s", f.Field)
	}
	if !f.Present && !t.negate {
		return fmt.Sprintf("the event has no field %s, which should be: %s %s", f.Field, f.Op, quoteCut(f.Expected))
	}
	text := fmt.Sprintf("%s is %s, which is not: %s %s", f.Field, shownValue(f), f.Op, quoteCut(f.Expected))
	if by := t.shortfall(v); by != "" {
		text += " (" + by + ")"
	}
	return text
}

func shownField(name string) string {
	if name == "" {
		return "the record"
	}
	return name
}

func shownValue(f FieldResult) string {
	if !f.Present {
		return "missing"
	}
	return quoteCut(f.Actual)
}

func quoteCut(s string) string { return "\"" + vedette.Shorten(s, 300) + "\"" }
