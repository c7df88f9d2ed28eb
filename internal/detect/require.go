package detect

import (
	"cmp"
	"slices"
)

// demand is a text that some field must hold for a rule to match; of a rule's demands at least one must be met.
type demand struct {
	slot int32 // keywordSlot for the whole event
	need
}

// keywordSlot stands for every text of the event.
const keywordSlot = -1

// Bounds on what the index takes in.
const (
	maxDemands = 4096 // per rule; a rule with more is simply always evaluated
	minLiteral = 2    // shorter texts are everywhere
)

// clauses returns what the rule cannot match without: of each clause, at least one demand must be met. There are none
// when it may match anything.
func (r *Rule) clauses(e *expr) [][]demand {
	switch e.op {
	case opTest:
		return e.test.clauses()
	case opName:
		return r.clauses(r.selections[e.name].root)
	case opAnd:
		var all [][]demand
		for _, kid := range e.kids {
			all = append(all, r.clauses(kid)...)
		}
		return all
	case opOr:
		var one []demand
		for _, kid := range e.kids {
			got := rarest(r.clauses(kid))
			if got == nil || len(one)+len(got) > maxDemands {
				return nil
			}
			one = append(one, got...)
		}
		return [][]demand{one}
	}
	return nil
}

func (t *test) clauses() [][]demand {
	if t.exists || t.negate || t.clock {
		return nil
	}
	var all [][]demand
	for i := range t.groups {
		if got := t.groupDemands(&t.groups[i]); got != nil {
			all = append(all, got)
		}
	}
	return all
}

// rarest returns the clause that fewest events meet.
func rarest(clauses [][]demand) []demand {
	var best []demand
	for _, clause := range clauses {
		if rarer(clause, best) {
			best = clause
		}
	}
	return best
}

// Under how many clauses a rule is filed, and how many demands the second may have: beyond that they tell
// little and cost memory.
const (
	maxClauses = 2 // with three there was nothing more to gain
	maxFurther = 64
)

// filed returns the clauses under which a rule is filed, the rarest first. A rule about what cmd.exe is told is then no
// candidate for each event of cmd.exe, nor for each event that has the word: a quarter to a half of the candidates are
// left, and 5-20% of the time was gained.
func (r *Rule) filed() [][]demand {
	all := r.clauses(r.condition)
	slices.SortStableFunc(all, func(a, b []demand) int { return cmp.Compare(frequency(a), frequency(b)) })
	var out [][]demand
	for i, clause := range all {
		if len(out) < maxClauses && (i == 0 || len(clause) <= maxFurther) {
			out = append(out, clause)
		}
	}
	return out
}

func (t *test) groupDemands(g *choice) []demand {
	if g.null {
		return nil
	}
	slots := t.slots
	if t.field == "" {
		slots = []int32{keywordSlot}
	}
	var out []demand
	for _, m := range g.matchers {
		needs := m.needs()
		if needs == nil {
			return nil
		}
		for _, n := range needs {
			if n.at != needWhole && len(n.text) < minLiteral || len(out)+len(slots) > maxDemands {
				return nil
			}
			for _, slot := range slots {
				out = append(out, demand{slot: slot, need: n})
			}
		}
	}
	return out
}

// rarer tells whether demands a are met by fewer events than demands b, by a guess: each text is met the less often the
// longer it is.
func rarer(a, b []demand) bool {
	if a == nil || b == nil {
		return a != nil
	}
	return frequency(a) < frequency(b)
}

func frequency(demands []demand) float64 {
	sum := 0.0
	for _, d := range demands {
		n := len(d.text)
		if n > 12 {
			n = 12
		}
		f := 1.0
		for range n {
			f *= 0.6
		}
		switch {
		case d.at == needWhole && isCanonicalInt(d.text):
			f = 0.02 // event codes
		case d.at == needWhole:
			f *= 0.3
		case d.slot == keywordSlot:
			f *= 4 // more text to be met in
		}
		sum += f
	}
	return sum
}
