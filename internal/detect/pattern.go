package detect

import (
	"bytes"
	"strings"
)

// matcher is one value of a rule, compared with one text of an event.
type matcher interface {
	match(v *view, place int) bool
	// needs returns texts of which the folded text must hold at least one for match to be possible; nil when unknown.
	needs() []need
	// label names the comparison and the value, for people.
	label() (op, expected string)
}

// need is folded text that must stand in a value.
type need struct {
	text string
	at   needAt
}

// needAt is where in the value the text stands.
type needAt uint8

const (
	needPart  needAt = iota // anywhere
	needStart               // at its start
	needEnd                 // at its end
	needWhole               // it is the value
)

// newText compiles a Sigma string to the cheapest matcher that means the same.
func newText(t text, cased bool) matcher {
	fold := lower
	if cased {
		fold = func(s string) string { return s }
	}
	switch kind, lit := shape(t); kind {
	case "any":
		return anything{}
	case "equals", "contains", "startswith", "endswith":
		folded := fold(lit)
		return &literal{how: kind, lit: []byte(folded), cased: cased, shown: lit, rare: rarestByte(folded)}
	}
	return newGlob(t.literals(fold), cased, t.String())
}

// shape recognises texts that need no wildcard search.
func shape(t text) (kind, lit string) {
	if lit, ok := t.plain(); ok {
		return "equals", lit
	}
	at := func(i int, k partKind) bool { return i < len(t) && t[i].kind == k }
	switch {
	case len(t) == 1 && at(0, partMany):
		return "any", ""
	case len(t) == 2 && at(0, partLiteral) && at(1, partMany):
		return "startswith", t[0].lit
	case len(t) == 2 && at(0, partMany) && at(1, partLiteral):
		return "endswith", t[1].lit
	case len(t) == 3 && at(0, partMany) && at(1, partLiteral) && at(2, partMany):
		return "contains", t[1].lit
	}
	return "glob", ""
}

// anything is "*": whatever the value is.
type anything struct{}

func (anything) match(*view, int) bool        { return true }
func (anything) needs() []need                { return nil }
func (anything) label() (op, expected string) { return "like", "*" }

// literal compares without wildcards.
type literal struct {
	how   string
	lit   []byte
	rare  int // place of its rarest byte
	cased bool
	shown string
}

func (m *literal) match(v *view, place int) bool {
	if m.cased {
		s := v.text(place)
		switch m.how {
		case "equals":
			return s == string(m.lit)
		case "contains":
			return strings.Contains(s, string(m.lit))
		case "startswith":
			return strings.HasPrefix(s, string(m.lit))
		}
		return strings.HasSuffix(s, string(m.lit))
	}
	s := v.lower(place)
	switch m.how {
	case "equals":
		return bytes.Equal(s, m.lit)
	case "contains":
		return m.within(s)
	case "startswith":
		return bytes.HasPrefix(s, m.lit)
	}
	return bytes.HasSuffix(s, m.lit)
}

// within looks for the literal by its rarest byte, which the processor finds thirty-two at a time; the search of the
// standard library begins with the first byte, most often a blank, a dash or a backslash here.
func (m *literal) within(s []byte) bool {
	n := len(m.lit)
	if n == 0 {
		return true
	}
	rare := m.lit[m.rare]
	for tries := 0; len(s) >= n; tries++ {
		i := bytes.IndexByte(s[m.rare:len(s)-n+1+m.rare], rare)
		if i < 0 {
			return false
		}
		if bytes.Equal(s[i:i+n], m.lit) {
			return true
		}
		if s = s[i+1:]; tries > 16 { // it is not rare in this text
			return bytes.Contains(s, m.lit)
		}
	}
	return false
}

// rarestByte returns where the byte stands that is probably met least.
func rarestByte(lit string) int {
	best := 0
	for i := range len(lit) {
		if commonness(lit[i]) < commonness(lit[best]) {
			best = i
		}
	}
	return best
}

func (m *literal) needs() []need {
	n := need{text: lower(string(m.lit))}
	switch m.how {
	case "equals":
		n.at = needWhole
	case "startswith":
		n.at = needStart
	case "endswith":
		n.at = needEnd
	}
	return []need{n}
}

func (m *literal) label() (op, expected string) { return m.how + casedMark(m.cased), m.shown }

func casedMark(cased bool) string {
	if cased {
		return " (case-sensitive)"
	}
	return ""
}
