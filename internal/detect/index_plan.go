package detect

import (
	"slices"
	"strings"

	"github.com/vedette-soc/vedette"
)

// scanner finds what rules want in the texts of one field, by the way they want it.
type scanner struct {
	whole   *edges
	start   *edges
	end     *edges
	parts   *grams // literals of ASCII characters
	wide    *grams // the others, which only a text beyond ASCII can hold
	numbers bool   // some literal is a number, to be found however it is spelled
}

// look makes candidates of the rules that want something which a text holds. The text is ASCII or, when wide says so,
// folded. Without a view it only tells whether any literal is found.
func (f *scanner) look(v *view, s string, wide bool) bool {
	if f.whole != nil {
		if f.whole.look(v, s) {
			return true
		}
		if f.numbers && len(s) > 0 && len(s) <= 64 && s[0] <= '9' && !isCanonicalInt(s) {
			if n, ok := canonicalNumber(s); ok && n != s {
				f.whole.look(v, n)
			}
		}
	}
	return f.end != nil && f.end.look(v, s) ||
		f.start != nil && f.start.look(v, s) ||
		f.parts != nil && f.parts.look(v, s) ||
		wide && f.wide != nil && f.wide.look(v, s)
}

// newPlan files the rules of some groups.
func (ix *index) newPlan(groups []int32) *plan {
	p := &plan{}
	bySlot := make(map[int32]map[need][]filing)
	file := func(clause []demand, f filing) {
		for _, d := range clause {
			if bySlot[d.slot] == nil {
				bySlot[d.slot] = make(map[need][]filing)
			}
			wanted := bySlot[d.slot][d.need]
			if len(wanted) == 0 || wanted[len(wanted)-1] != f {
				bySlot[d.slot][d.need] = append(wanted, f)
			}
		}
	}
	for _, group := range groups {
		for _, rule := range ix.members[group] {
			clauses := ix.clauses[rule]
			if len(clauses) == 0 {
				p.always = append(p.always, filingOf(rule, allClauses))
			}
			for i, clause := range clauses {
				bits := 1 << i
				if i == len(clauses)-1 {
					bits = allClauses &^ (bits - 1)
				}
				file(clause, filingOf(rule, bits))
			}
		}
	}
	for slot, wanted := range bySlot {
		f := newScanner(wanted)
		if slot == keywordSlot {
			p.words = &f
			continue
		}
		if int(slot) >= len(p.places) {
			p.places = append(p.places, make([]uint16, int(slot)+1-len(p.places))...)
		}
		p.fields = append(p.fields, f)
		p.places[slot] = uint16(len(p.fields))
	}
	return p
}

func newScanner(wanted map[need][]filing) scanner {
	var whole, start, end, parts, wide []literalRules
	for n, rules := range wanted {
		l := literalRules{text: n.text, rules: slices.Clip(rules)}
		switch {
		case n.at == needWhole:
			whole = append(whole, l)
		case n.at == needStart:
			start = append(start, l)
		case n.at == needEnd:
			end = append(end, l)
		case isASCII(n.text):
			parts = append(parts, l)
		default:
			wide = append(wide, l)
		}
	}
	f := scanner{whole: newEdges(needWhole, whole), start: newEdges(needStart, start), end: newEdges(needEnd, end), parts: newGrams(parts), wide: newGrams(wide)}
	f.numbers = f.whole != nil && f.whole.numeric()
	return f
}

// planCache remembers the plans of the log sources met last: finding the groups of an event takes eight look-ups or more
// by three words each.
type planCache [64]struct {
	source vedette.Logsource
	plan   *plan
}

// of returns the plan for a log source.
func (c *planCache) of(ix *index, l *vedette.Logsource) *plan {
	h := uint(len(l.Product))*5 + textHash(l.Service)
	for _, category := range l.Categories {
		h = h*7 + textHash(category)
	}
	e := &c[h%uint(len(c))]
	if e.plan == nil || e.source.Product != l.Product || e.source.Service != l.Service || !slices.Equal(e.source.Categories, l.Categories) {
		e.source = vedette.Logsource{Product: strings.Clone(l.Product), Service: strings.Clone(l.Service), Categories: slices.Clone(l.Categories)}
		for i, category := range e.source.Categories {
			e.source.Categories[i] = strings.Clone(category)
		}
		e.plan = ix.planFor(l)
	}
	return e.plan
}

// textHash tells short words apart by their length and a few bytes.
func textHash(s string) uint {
	n := len(s)
	if n == 0 {
		return 0
	}
	return uint(n) + 3*uint(s[0]) + 11*uint(s[n/2]) + 17*uint(s[n-1])
}
