package detect

import (
	"cmp"
	"slices"
)

// arrange sorts the operands of every "and" and "or" by what they cost, so that an expression is settled by comparing
// text before any regular expression runs. People still see the rule in its own order. It returns the cost.
func (r *Rule) arrange(e *expr) int {
	switch e.op {
	case opTest:
		e.test.gather()
		return e.test.cost()
	case opName:
		return r.arrange(r.selections[e.name].root)
	}
	total := 0
	costs := make(map[*expr]int, len(e.kids))
	for _, kid := range e.kids {
		costs[kid] = r.arrange(kid)
		total += costs[kid]
	}
	e.fast = slices.Clone(e.kids)
	slices.SortStableFunc(e.fast, func(a, b *expr) int { return cmp.Compare(costs[a], costs[b]) })
	return total
}

// cost guesses how long a test takes, in units of one comparison of text.
func (t *test) cost() int {
	sum := 1
	for _, g := range t.groups {
		for _, m := range g.matchers {
			switch m.(type) {
			case *expression:
				sum += 200
			case *glob:
				sum += 5
			default:
				sum++
			}
		}
	}
	if t.field == "" {
		sum *= 30 // every text of the event
	}
	return sum
}

// manyLiterals is from how many literals on a set of them is faster than one after the other.
const manyLiterals = 5

// gather puts the literals of long lists into tables that find any of them at once. Searching for one value after the
// other was 13-19% of the time that was left, most of it in a dozen rules with hundreds of values and long scripts.
func (t *test) gather() {
	for i := range t.groups {
		g := &t.groups[i]
		wanted := make(map[need][]filing)
		var rest []matcher
		for _, m := range g.matchers {
			l, ok := m.(*literal)
			if !ok || l.cased || l.how != "equals" && len(l.lit) < minLiteral {
				rest = append(rest, m)
				continue
			}
			for _, n := range l.needs() {
				wanted[n] = nil
			}
		}
		if len(wanted) < manyLiterals {
			continue
		}
		set := newScanner(wanted)
		set.numbers = false // text equals text; numbers have matchers of their own
		g.set, g.rest = &set, rest
	}
}
