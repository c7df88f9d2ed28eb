package hunt

import (
	"slices"
	"strconv"
	"strings"
)

// filter is a LogsQL filter under construction.
type filter struct {
	op    filterOp
	kids  []filter
	field string // of a leaf
	body  string // of a leaf: what follows the colon
	cost  int    // of a leaf, as a guess: the cheap ones are asked first
}

type filterOp uint8

const (
	matchAll filterOp = iota // every row; the zero filter
	matchNone
	isLeaf
	isAnd
	isOr
	isNot
)

// Costs of leaves. The store applies filters of an "and" in turn, each to the rows that are left.
const (
	costWord    = 1   // the store has an index of words, which can rule blocks out
	costRange   = 2   // numbers
	costFolded  = 10  // every value is read and folded
	costPattern = 100 // a regular expression for every value
)

func leaf(field, body string, cost int) filter {
	return filter{op: isLeaf, field: field, body: body, cost: cost}
}

func and(kids ...filter) filter { return join(isAnd, matchAll, matchNone, kids) }
func or(kids ...filter) filter  { return join(isOr, matchNone, matchAll, kids) }

// join combines filters; neutral ones say nothing and one final one says it all.
func join(op, neutral, final filterOp, kids []filter) filter {
	var out []filter
	for _, kid := range kids {
		switch kid.op {
		case final:
			return kid
		case neutral:
		case op:
			out = append(out, kid.kids...)
		default:
			out = append(out, kid)
		}
	}
	switch len(out) {
	case 0:
		return filter{op: neutral}
	case 1:
		return out[0]
	}
	slices.SortStableFunc(out, func(a, b filter) int { return a.price() - b.price() })
	f := filter{op: op}
	seen := make(map[string]bool, len(out))
	for _, kid := range out {
		if text := kid.String(); !seen[text] {
			seen[text] = true
			f.kids = append(f.kids, kid)
		}
	}
	if len(f.kids) == 1 {
		return f.kids[0]
	}
	return f
}

func not(kid filter) filter {
	switch kid.op {
	case matchAll:
		return filter{op: matchNone}
	case matchNone:
		return filter{}
	case isNot:
		return kid.kids[0]
	}
	return filter{op: isNot, kids: []filter{kid}}
}

// price guesses what a filter costs for a row.
func (f filter) price() int {
	sum := f.cost
	for _, kid := range f.kids {
		sum += kid.price()
	}
	return sum
}

// String writes the filter as LogsQL.
func (f filter) String() string {
	switch f.op {
	case matchAll:
		return "*"
	case matchNone:
		return "!*"
	case isLeaf:
		return name(f.field) + ":" + f.body
	case isNot:
		return "!" + f.kids[0].within()
	case isAnd:
		parts := make([]string, len(f.kids))
		for i, kid := range f.kids {
			parts[i] = kid.within()
		}
		return strings.Join(parts, " ")
	}
	return f.alternatives()
}

// within writes the filter as an operand.
func (f filter) within() string {
	if f.op == isAnd || f.op == isOr {
		return "(" + f.String() + ")"
	}
	return f.String()
}

// alternatives writes an "or"; those about one field share its name.
func (f filter) alternatives() string {
	var parts []string
	bodies := make(map[string][]string)
	for _, kid := range f.kids {
		if kid.op == isLeaf {
			bodies[kid.field] = append(bodies[kid.field], kid.body)
		}
	}
	for _, kid := range f.kids {
		switch of := bodies[kid.field]; {
		case kid.op != isLeaf:
			parts = append(parts, kid.within())
		case len(of) == 1:
			parts = append(parts, kid.String())
		case of != nil:
			parts = append(parts, name(kid.field)+":("+strings.Join(of, " or ")+")")
			bodies[kid.field] = nil
		}
	}
	return strings.Join(parts, " or ")
}

// anyField is the name by which LogsQL means every field.
const anyField = "*"

func name(field string) string {
	if field == anyField {
		return field
	}
	return quote(field)
}

func quote(s string) string { return strconv.Quote(s) }
