package detect

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

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
