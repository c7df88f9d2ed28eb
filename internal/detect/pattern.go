package detect

import (
	"bytes"
	"strings"
	"unicode/utf8"
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

// glob is a text with wildcards. It is cut at its stars; each segment between them matches a fixed number of characters,
// so the leftmost place for each is always the right one and no backtracking is needed.
type glob struct {
	segments           []text
	openStart, openEnd bool
	cased              bool
	longest            string
	shown              string
}

func newGlob(t text, cased bool, shown string) *glob {
	g := &glob{cased: cased, longest: t.longest(), shown: shown, openStart: true, openEnd: true}
	if len(t) > 0 {
		g.openStart = t[0].kind == partMany
		g.openEnd = t[len(t)-1].kind == partMany
	}
	var segment text
	for _, p := range t {
		p.bytes = []byte(p.lit)
		if p.kind != partMany {
			segment = append(segment, p)
			continue
		}
		if len(segment) > 0 {
			g.segments = append(g.segments, segment)
		}
		segment = nil
	}
	if len(segment) > 0 {
		g.segments = append(g.segments, segment)
	}
	return g
}

func (g *glob) match(v *view, place int) bool {
	if g.cased {
		return g.matchBytes(v.bytes(place))
	}
	return g.matchBytes(v.lower(place))
}

func (g *glob) matchBytes(s []byte) bool {
	segments := g.segments
	if !g.openStart && len(segments) > 0 {
		end, ok := segments[0].at(s)
		if !ok {
			return false
		}
		if len(segments) == 1 && !g.openEnd {
			return end == len(s)
		}
		s, segments = s[end:], segments[1:]
	}
	if !g.openEnd && len(segments) > 0 {
		last := segments[len(segments)-1]
		start, ok := last.atEnd(s)
		if !ok {
			return false
		}
		s, segments = s[:start], segments[:len(segments)-1]
	}
	for _, segment := range segments {
		end, ok := segment.find(s)
		if !ok {
			return false
		}
		s = s[end:]
	}
	return true
}

// at matches a segment at the start of s and returns where it ends.
func (t text) at(s []byte) (end int, ok bool) {
	for _, p := range t {
		rest := s[end:]
		switch p.kind {
		case partLiteral:
			if len(rest) < len(p.lit) || string(rest[:len(p.lit)]) != p.lit {
				return 0, false
			}
			end += len(p.lit)
		default:
			r, size := utf8.DecodeRune(rest)
			if size == 0 || p.kind == partDash && !strings.ContainsRune(dashes, r) {
				return 0, false
			}
			end += size
		}
	}
	return end, true
}

// find looks for the leftmost place of a segment and returns where it ends.
func (t text) find(s []byte) (end int, ok bool) {
	for from := 0; from <= len(s); {
		if t[0].kind == partLiteral {
			i := bytes.Index(s[from:], t[0].bytes)
			if i < 0 {
				return 0, false
			}
			from += i
		}
		if end, ok := t.at(s[from:]); ok {
			return from + end, true
		}
		_, size := utf8.DecodeRune(s[from:])
		from += max(size, 1)
	}
	return 0, false
}

// atEnd matches a segment at the end of s and returns where it starts. Read backwards, each part still takes a known
// number of characters.
func (t text) atEnd(s []byte) (start int, ok bool) {
	start = len(s)
	for i := len(t) - 1; i >= 0; i-- {
		rest, p := s[:start], t[i]
		switch p.kind {
		case partLiteral:
			if len(rest) < len(p.lit) || string(rest[len(rest)-len(p.lit):]) != p.lit {
				return 0, false
			}
			start -= len(p.lit)
		default:
			r, size := utf8.DecodeLastRune(rest)
			if size == 0 || p.kind == partDash && !strings.ContainsRune(dashes, r) {
				return 0, false
			}
			start -= size
		}
	}
	return start, true
}

func (g *glob) needs() []need {
	if g.longest == "" {
		return nil
	}
	n := need{text: lower(g.longest)}
	if segment := g.segments[0]; !g.openStart && segment[0].lit == g.longest {
		n.at = needStart
	} else if segment := g.segments[len(g.segments)-1]; !g.openEnd && segment[len(segment)-1].lit == g.longest {
		n.at = needEnd
	}
	return []need{n}
}

func (g *glob) label() (op, expected string) { return "like" + casedMark(g.cased), g.shown }
