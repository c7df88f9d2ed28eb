package hunt

import (
	"math"
	"strconv"
	"strings"

	"github.com/vedette-soc/vedette/internal/detect"
	"github.com/vedette-soc/vedette/internal/eventstore"
)

// narrowing turns conditions into filters and remembers which fields they looked at.
type narrowing struct {
	fields map[string]bool // of which a row may hold several values in a form that filters do not look into
}

// over returns a filter that holds for every row whose event meets the condition.
func (n *narrowing) over(p *detect.Plan) filter {
	kids := make([]filter, len(p.Kids))
	switch p.Op {
	case detect.PlanAnd:
		for i := range p.Kids {
			kids[i] = n.over(&p.Kids[i])
		}
		return and(kids...)
	case detect.PlanOr:
		for i := range p.Kids {
			if kids[i] = n.over(&p.Kids[i]); kids[i].op == matchAll {
				return filter{}
			}
		}
		return or(kids...)
	case detect.PlanNot:
		return not(n.under(&p.Kids[0]))
	}
	if p.Test.Negate {
		return not(n.testUnder(p.Test))
	}
	return n.testOver(p.Test)
}

// under returns a filter that holds only for rows whose event meets the condition.
func (n *narrowing) under(p *detect.Plan) filter {
	kids := make([]filter, len(p.Kids))
	switch p.Op {
	case detect.PlanAnd:
		for i := range p.Kids {
			if kids[i] = n.under(&p.Kids[i]); kids[i].op == matchNone {
				return kids[i]
			}
		}
		return and(kids...)
	case detect.PlanOr:
		for i := range p.Kids {
			kids[i] = n.under(&p.Kids[i])
		}
		return or(kids...)
	case detect.PlanNot:
		return not(n.over(&p.Kids[0]))
	}
	if p.Test.Negate {
		return not(n.testOver(p.Test))
	}
	return n.testUnder(p.Test)
}

// shapeWord finds rows whose shape says something about a field.
func shapeWord(kind, field string) filter {
	return leaf(eventstore.FieldShape, quote(kind+eventstore.ShapeName(field)), costWord)
}

// testOver is over for a test that is not negated.
func (n *narrowing) testOver(t *detect.FieldTest) filter {
	switch {
	case t.Clock:
		return filter{}
	case t.Exists && t.Want:
		return or(n.present(t.Names, eventstore.ShapeEmpty), n.shaped(t.Names, eventstore.ShapeNull))
	case t.Exists:
		return absent(t.Names)
	}
	groups := make([]filter, len(t.Groups))
	for i, g := range t.Groups {
		groups[i] = n.groupOver(t.Names, g)
	}
	return and(groups...)
}

// present finds rows that have a value of one of the names, and those whose shape says that of the field.
func (n *narrowing) present(names []string, kind string) filter {
	var either []filter
	for _, name := range names {
		either = append(either, leaf(name, "*", costWord))
	}
	return or(append(either, n.shaped(names, kind))...)
}

func (n *narrowing) shaped(names []string, kind string) filter {
	either := make([]filter, 0, len(names))
	for _, name := range names {
		either = append(either, shapeWord(kind, name))
	}
	return or(either...)
}

// absent finds rows that have a value of none of the names.
func absent(names []string) filter {
	var all []filter
	for _, name := range names {
		all = append(all, leaf(name, `""`, costWord))
	}
	return and(all...)
}

func (n *narrowing) groupOver(names []string, g detect.ValueGroup) filter {
	var either []filter
	if len(names) == 0 {
		names = []string{anyField}
	}
	if g.Null {
		either = append(either, absent(names), n.shaped(names, eventstore.ShapeNull))
	}
	var patterns []string
	for _, v := range g.Values {
		f, pattern := n.valueOver(names, v)
		if f.op == matchAll {
			return filter{}
		}
		if pattern != "" {
			patterns = append(patterns, pattern)
		}
		either = append(either, f)
	}
	if len(patterns) > 0 { // one expression for all that have no whole word
		body := "~" + quote("(?i)"+strings.Join(patterns, "|"))
		for _, name := range names {
			n.fields[name] = true
			either = append(either, leaf(name, body, costPattern))
		}
	}
	return or(either...)
}

// valueOver returns what finds a value, or the regular expression that does and a filter for nothing.
func (n *narrowing) valueOver(names []string, v detect.PlanValue) (f filter, pattern string) {
	in := func(body string, cost int) filter {
		var either []filter
		for _, name := range names {
			n.fields[name] = true
			either = append(either, leaf(name, body, cost))
		}
		return or(either...)
	}
	switch v.Kind {
	case detect.ValueText:
		if len(v.Parts) == 0 {
			return n.shaped(names, eventstore.ShapeEmpty), ""
		}
		if p, ok := best(pieces(v)); ok {
			return n.pieceOver(names, []piece{p})
		}
	case detect.ValuePattern:
		if all := required(v.Pattern); len(all) > 0 {
			return n.pieceOver(names, all)
		}
	case detect.ValueNumber:
		return in(between(v.Number, v.Number), costRange), ""
	case detect.ValueOrdered:
		switch v.Op {
		case "lt", "lte":
			return in(between(math.Inf(-1), v.Number), costRange), ""
		case "gt", "gte":
			return in(between(v.Number, math.Inf(1)), costRange), ""
		}
		return in(between(v.Number, v.Number), costRange), ""
	case detect.ValueNetwork:
		if v.Network.Addr().Is4() {
			// An IPv4 address can be written as IPv6, with ffff before it.
			return or(in("ipv4_range("+quote(v.Network.String())+")", costRange), in("i(ffff)", costFolded)), ""
		}
		return or(in("ipv6_range("+quote(v.Network.String())+")", costRange), in(`~"%"`, costPattern)), ""
	}
	if names[0] == anyField {
		return filter{}, ""
	}
	return n.present(names, eventstore.ShapeEmpty), ""
}

// pieceOver finds values that hold one of some pieces.
func (n *narrowing) pieceOver(names []string, all []piece) (f filter, pattern string) {
	f = filter{op: matchNone}
	var patterns []string
	for _, p := range all {
		one := filter{op: matchNone}
		for _, name := range names {
			n.fields[name] = true
			one = or(one, p.in(name))
		}
		if one.op != matchAll {
			f = or(f, one)
			continue
		}
		pattern := p.pattern()
		if pattern == "" {
			if names[0] == anyField {
				return filter{}, ""
			}
			return n.present(names, eventstore.ShapeEmpty), ""
		}
		patterns = append(patterns, pattern)
	}
	return f, strings.Join(patterns, "|")
}

// between finds numbers, however they are spelled. The store reads fractions with less than full precision.
func between(low, high float64) string {
	widen := func(f, by float64) string {
		if f != math.Trunc(f) || math.Abs(f) >= 1<<53 {
			f += math.Abs(f) * by
		}
		return strings.Replace(strconv.FormatFloat(f, 'f', -1, 64), "+", "", 1)
	}
	return "range[" + widen(low, -1e-9) + ", " + widen(high, 1e-9) + "]"
}

// testUnder is under for a test that is not negated: only texts and presence are told exactly.
func (n *narrowing) testUnder(t *detect.FieldTest) filter {
	none := filter{op: matchNone}
	switch {
	case t.Clock || len(t.Names) == 0 || len(t.Names) > 2 || t.Exists && !t.Want:
		return none
	case t.Exists:
		var either []filter
		for _, name := range t.Names {
			either = append(either, leaf(name, "*", costWord))
		}
		return or(either...)
	}
	all := filter{}
	for _, g := range t.Groups {
		either := none
		for _, v := range g.Values {
			if v.Kind == detect.ValueText && len(v.Parts) == 1 && v.Parts[0].Wild == 0 && !strings.HasPrefix(v.Parts[0].Literal, "[") {
				either = or(either, n.equalUnder(t.Names, v.Parts[0].Literal))
			}
		}
		all = and(all, either)
	}
	return all
}

// equalUnder finds rows whose field surely has a value: of two names, the second counts only where the first is missing.
func (n *narrowing) equalUnder(names []string, text string) filter {
	last := len(names) - 1
	f := leaf(names[last], "="+quote(text), costWord)
	n.fields[names[last]] = true
	if last > 0 {
		first := or(leaf(names[0], "*", costWord), n.shaped(names[:1], eventstore.ShapeEmpty), n.shaped(names[:1], eventstore.ShapeNull))
		f = and(f, not(first))
	}
	return f
}
