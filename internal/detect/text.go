package detect

import (
	"encoding/binary"
	"strings"
	"unicode"
	"unicode/utf8"
)

// partKind is what one piece of a Sigma string stands for.
type partKind uint8

const (
	partLiteral partKind = iota
	partOne              // "?": exactly one character
	partMany             // "*": any number of characters
	partDash             // made by windash: any of the five dashes
)

// dashes are what windash takes for one another: hyphen, slash, en dash, em dash, horizontal bar.
const dashes = "-/\u2013\u2014\u2015"

type part struct {
	kind  partKind
	lit   string // for partLiteral
	bytes []byte // the same, once a glob is made of it
}

// text is a Sigma string taken apart. Literals never stand beside one another and are never empty.
type text []part

// parseText reads a Sigma string. A backslash takes the meaning from a wildcard or from another backslash; before
// anything else it is itself.
func parseText(s string) text {
	var t text
	var lit strings.Builder
	flush := func() {
		if lit.Len() > 0 {
			t = append(t, part{lit: lit.String()})
			lit.Reset()
		}
	}
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && i+1 < len(s) && (s[i+1] == '\\' || s[i+1] == '*' || s[i+1] == '?'):
			i++
			lit.WriteByte(s[i])
		case c == '*':
			flush()
			t = t.plus(part{kind: partMany})
		case c == '?':
			flush()
			t = append(t, part{kind: partOne})
		default:
			lit.WriteByte(c)
		}
	}
	flush()
	return t
}

// plus appends a part, joining stars that stand together.
func (t text) plus(p part) text {
	if n := len(t); n > 0 {
		last := &t[n-1]
		if p.kind == partMany && last.kind == partMany {
			return t
		}
		if p.kind == partLiteral && last.kind == partLiteral {
			last.lit += p.lit
			return t
		}
	}
	if p.kind == partLiteral && p.lit == "" {
		return t
	}
	return append(t, p)
}

// startOpen and endOpen let anything stand before or after the text.
func (t text) startOpen() text {
	if len(t) > 0 && t[0].kind == partMany {
		return t
	}
	return append(text{{kind: partMany}}, t...)
}

func (t text) endOpen() text { return t.clone().plus(part{kind: partMany}) }

func (t text) clone() text { return append(text(nil), t...) }

// plain returns the text when it holds no wildcard of any kind.
func (t text) plain() (string, bool) {
	switch {
	case len(t) == 0:
		return "", true
	case len(t) == 1 && t[0].kind == partLiteral:
		return t[0].lit, true
	}
	return "", false
}

// literals applies fn to every literal.
func (t text) literals(fn func(string) string) text {
	out := make(text, 0, len(t))
	for _, p := range t {
		if p.kind == partLiteral {
			p.lit = fn(p.lit)
		}
		out = out.plus(p)
	}
	return out
}

// windash lets each dash that begins a parameter be any of the five: a hyphen or slash that a word character follows
// and none precedes.
func (t text) windash() text {
	out := make(text, 0, len(t)+2)
	previous := rune(0)
	for _, p := range t {
		if p.kind != partLiteral {
			out = out.plus(p)
			previous = 0
			continue
		}
		start := 0
		for i, r := range p.lit {
			if (r == '-' || r == '/') && !isWord(previous) && nextIsWord(p.lit[i+1:]) {
				out = out.plus(part{lit: p.lit[start:i]})
				out = append(out, part{kind: partDash})
				start = i + 1
			}
			previous = r
		}
		out = out.plus(part{lit: p.lit[start:]})
	}
	return out
}

func isWord(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }

func nextIsWord(rest string) bool {
	r, _ := utf8.DecodeRuneInString(rest)
	return r != utf8.RuneError && isWord(r)
}

// spellings returns every text that the dashes allow, for encodings that need to know each byte. It gives up above
// limit, returning nil.
func (t text) spellings(limit int) []text {
	out := []text{nil}
	for _, p := range t {
		if p.kind != partDash {
			for i := range out {
				out[i] = out[i].plus(p)
			}
			continue
		}
		var next []text
		for _, o := range out {
			for _, d := range dashes {
				next = append(next, o.clone().plus(part{lit: string(d)}))
			}
		}
		if out = next; len(out) > limit {
			return nil
		}
	}
	return out
}

// longest returns the longest literal.
func (t text) longest() string {
	best := ""
	for _, p := range t {
		if p.kind == partLiteral && len(p.lit) > len(best) {
			best = p.lit
		}
	}
	return best
}

// String writes the text as a rule would.
func (t text) String() string {
	var b strings.Builder
	for _, p := range t {
		switch p.kind {
		case partLiteral:
			b.WriteString(p.lit)
		case partOne:
			b.WriteByte('?')
		case partMany:
			b.WriteByte('*')
		case partDash:
			b.WriteByte('-')
		}
	}
	return b.String()
}

// lower folds case the way both rules and events are folded: character by character, leaving broken bytes as they are.
func lower(s string) string { return string(appendLower(nil, s)) }

func appendLower(dst []byte, s string) []byte {
	for i := 0; i < len(s); {
		for ; i+8 <= len(s); i += 8 {
			w := word8(s, i)
			if w&highBits != 0 {
				break
			}
			dst = binary.LittleEndian.AppendUint64(dst, lower8(w))
		}
		for end := min(i+8, len(s)); i < end; {
			if c := s[i]; c < utf8.RuneSelf {
				if 'A' <= c && c <= 'Z' {
					c += 'a' - 'A'
				}
				dst = append(dst, c)
				i++
				continue
			}
			r, size := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && size == 1 {
				dst = append(dst, s[i])
			} else {
				dst = utf8.AppendRune(dst, unicode.ToLower(r))
			}
			i += size
		}
	}
	return dst
}
