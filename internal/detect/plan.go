package detect

import (
	"net/netip"

	"github.com/vedette-soc/vedette"
)

// PlanOp is what a node of a plan does with its kids.
type PlanOp uint8

// What nodes of a plan do.
const (
	PlanTest PlanOp = iota
	PlanAnd
	PlanOr
	PlanNot // of its one kid
)

// Plan is a compiled rule to be read, for those who look for what it matches by other means than the engine: the
// condition with the selections put in their places.
type Plan struct {
	Op   PlanOp
	Kids []Plan
	Test *FieldTest // for PlanTest
}

// FieldTest is one field, or the whole event, compared with values. It is true when each of Groups is, and negated after
// that.
type FieldTest struct {
	// Names are those that the field may go by in events. Of the names that an event has, the first counts. It is empty
	// for keywords, which are looked for in every field and in the record.
	Names  []string
	Negate bool
	Exists bool // only asks whether the field is there, whatever its value; Want says which answer is meant
	Want   bool
	Clock  bool // an event without the field is judged by its own time
	Groups []ValueGroup
}

// ValueGroup is values of which one must match one of the field's values.
type ValueGroup struct {
	Null   bool // a missing field or a null will do as well
	Values []PlanValue
}

// ValueKind is how a value is compared.
type ValueKind uint8

// How values are compared.
const (
	ValueOther   ValueKind = iota // in a way that a plan does not describe
	ValueText                     // Parts, from one end of the field's value to the other
	ValueNumber                   // equal to Number, however it is spelled
	ValueOrdered                  // Op with Number
	ValueNetwork                  // an address within Network
	ValuePattern                  // the regular expression Pattern, RE2 syntax, matches somewhere
)

// PlanValue is one value of a rule.
type PlanValue struct {
	Kind    ValueKind
	Parts   []TextPart
	Cased   bool // for ValueText; literals of others are in lower case and compared with the value in lower case
	Number  float64
	Op      string // lt, lte, gt, gte or equals
	Network netip.Prefix
	Pattern string
}

// TextPart is a literal, or what stands for any text.
type TextPart struct {
	Literal string
	Wild    byte // '*' any text, '?' one character, '-' any of the dashes, 0 for a literal
}

// Plan returns the rule's condition to be read.
func (r *Rule) Plan() Plan { return r.plan(r.condition) }

func (r *Rule) plan(e *expr) Plan {
	switch e.op {
	case opTest:
		return Plan{Op: PlanTest, Test: e.test.plan(r.names)}
	case opName:
		return r.plan(r.selections[e.name].root)
	}
	p := Plan{Op: PlanNot, Kids: make([]Plan, len(e.kids))}
	switch e.op {
	case opAnd:
		p.Op = PlanAnd
	case opOr:
		p.Op = PlanOr
	}
	for i, kid := range e.kids {
		p.Kids[i] = r.plan(kid)
	}
	return p
}

func (t *test) plan(n *names) *FieldTest {
	out := &FieldTest{Negate: t.negate, Exists: t.exists, Want: t.want, Clock: t.clock}
	if t.field != "" {
		for _, slot := range t.slots {
			out.Names = append(out.Names, n.list[slot])
		}
	}
	for _, g := range t.groups {
		group := ValueGroup{Null: g.null}
		for _, m := range g.matchers {
			group.Values = append(group.Values, planValue(m))
		}
		out.Groups = append(out.Groups, group)
	}
	return out
}

// planValue describes a matcher. One that it does not know is described as such, so that nobody narrows by it.
func planValue(m matcher) PlanValue {
	many := TextPart{Wild: '*'}
	switch m := m.(type) {
	case anything:
		return PlanValue{Kind: ValueText, Parts: []TextPart{many}}
	case *literal:
		parts := []TextPart{{Literal: string(m.lit)}}
		if len(m.lit) == 0 {
			parts = nil
		}
		if m.how == "contains" || m.how == "endswith" {
			parts = append([]TextPart{many}, parts...)
		}
		if m.how == "contains" || m.how == "startswith" {
			parts = append(parts, many)
		}
		return PlanValue{Kind: ValueText, Parts: parts, Cased: m.cased}
	case *glob:
		return PlanValue{Kind: ValueText, Parts: m.plan(), Cased: m.cased}
	case *expression:
		return PlanValue{Kind: ValuePattern, Pattern: m.re.String()}
	case equalNumber:
		if n, ok := parseNumber(m.canonical); ok {
			return PlanValue{Kind: ValueNumber, Number: n.f}
		}
	case *ordered:
		if m.part == partNone {
			return PlanValue{Kind: ValueOrdered, Op: m.op, Number: m.bound.f}
		}
	case network:
		return PlanValue{Kind: ValueNetwork, Network: m.prefix}
	}
	return PlanValue{}
}

func (g *glob) plan() []TextPart {
	var parts []TextPart
	many := TextPart{Wild: '*'}
	for i, segment := range g.segments {
		if i > 0 || g.openStart {
			parts = append(parts, many)
		}
		for _, p := range segment {
			switch p.kind {
			case partLiteral:
				parts = append(parts, TextPart{Literal: p.lit})
			case partOne:
				parts = append(parts, TextPart{Wild: '?'})
			default:
				parts = append(parts, TextPart{Wild: '-'})
			}
		}
	}
	if g.openEnd {
		parts = append(parts, many)
	}
	return parts
}

// Judge evaluates rules by the engine's own code, for those who bring events themselves and want no alerts. It is for
// one goroutine.
type Judge struct {
	v     *view
	rules []*Rule
	all   *Ruleset
}

// NewJudge returns a judge for some rules that were compiled together.
func NewJudge(rules []*Rule) *Judge { return &Judge{v: newView(rules[0].names, 0), rules: rules} }

// NewJudge returns a judge for every rule of the set, which finds those that can match an event as the engine does.
func (rs *Ruleset) NewJudge() *Judge { return &Judge{v: newView(rs.names, len(rs.Rules)), all: rs} }

// Matches calls fn for each rule that matches an event, whatever its stage. A rule that panics does not match.
func (j *Judge) Matches(ev *vedette.Event, fn func(*Rule)) {
	j.v.bind(ev)
	defer j.v.release()
	if j.all != nil {
		for _, place := range j.all.index.collect(j.v) {
			if r := j.all.Rules[place]; j.holds(r) {
				fn(r)
			}
		}
		return
	}
	for _, r := range j.rules {
		if l := r.Logsource; ev.Logsource.Fits(l.Product, l.Category, l.Service) && j.holds(r) {
			fn(r)
		}
	}
}

func (j *Judge) holds(r *Rule) (matched bool) {
	defer func() {
		if recover() != nil {
			matched = false
		}
	}()
	return r.matches(j.v)
}
