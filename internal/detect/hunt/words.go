package hunt

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/vedette-soc/vedette/internal/detect"
)

// piece is text that a value must hold somewhere for it to match.
type piece struct {
	text        string
	cased       bool
	left, right bool // no character of a word stands before or behind it
	whole       bool // it is the whole value
}

// phrase returns the part of a piece that the store can look for by words: what is left when words that may go on outside
// of it are cut off at its ends. prefix means that the last word may go on.
func (p piece) phrase() (text string, prefix bool) {
	text = p.text
	if !p.left {
		text = strings.TrimLeftFunc(text, inWord)
	}
	text = strings.TrimLeftFunc(text, notInWord)
	if last, _ := utf8.DecodeLastRuneInString(text); !p.right && text != "" && inWord(last) {
		return text, true
	}
	return strings.TrimRightFunc(text, notInWord), false
}

// inWord tells whether the store takes a character for one of a word.
func inWord(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }

func notInWord(r rune) bool { return !inWord(r) }

// countable tells whether a text consists of what numbers, addresses and times are written with. The store may keep a
// field of such values in another form, in which it does not find every part of them as a word.
func countable(s string) bool {
	return strings.Trim(s, "0123456789.:+-TZtz") == ""
}

// caseless tells whether a text reads the same in any case, so that it can be compared as it is. Characters beyond ASCII
// are not trusted: some fold to it.
func caseless(s string) bool {
	for i := range len(s) {
		if c := s[i]; c >= utf8.RuneSelf || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' {
			return false
		}
	}
	return true
}

// shortest is the length from which a text narrows anything at all.
const shortest = 2

// in returns a filter that holds for every value of the field that holds the piece, or one that holds for all.
func (p piece) in(field string) filter {
	if p.whole && (p.cased || caseless(p.text)) && field != anyField {
		return leaf(field, "="+quote(p.text), costWord)
	}
	phrase, prefix := p.phrase()
	exactly := p.cased || caseless(phrase)
	usable := len(phrase) >= shortest && !countable(phrase) && utf8.ValidString(phrase)
	switch {
	case p.whole && !countable(p.text) && utf8.ValidString(p.text):
		return leaf(field, "i("+quote(p.text)+")", costFolded)
	case usable && prefix && exactly:
		return leaf(field, quote(phrase)+"*", costWord)
	case usable && prefix:
		return leaf(field, "i("+quote(phrase)+"*)", costFolded)
	case usable && exactly:
		return leaf(field, quote(phrase), costWord)
	case usable:
		return leaf(field, "i("+quote(phrase)+")", costFolded)
	}
	return filter{}
}

// pattern writes the piece as a regular expression that matches it in any case, or "" when that would say nothing.
func (p piece) pattern() string {
	if len(p.text) < shortest || !utf8.ValidString(p.text) {
		return ""
	}
	var b strings.Builder
	for _, r := range p.text {
		switch {
		case strings.ContainsRune(`\.+*?()|[]{}^$`, r):
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == 'i': // the engine folds İ to i; regular expressions do not
			b.WriteString("[iİ]")
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// pieces returns the literals of a text with wildcards, each with what is known of its neighbours.
func pieces(v detect.PlanValue) []piece {
	var out []piece
	for i, part := range v.Parts {
		if part.Wild != 0 {
			continue
		}
		p := piece{text: part.Literal, cased: v.Cased, whole: len(v.Parts) == 1}
		p.left = i == 0 || v.Parts[i-1].Wild == '-'
		p.right = i == len(v.Parts)-1 || v.Parts[i+1].Wild == '-'
		out = append(out, p)
	}
	return out
}

// best chooses the piece that narrows most: the one with the longest phrase, or without any the longest.
func best(all []piece) (found piece, ok bool) {
	score := -1
	for _, p := range all {
		s := len(p.text)
		if phrase, _ := p.phrase(); p.in(anyField).op == isLeaf {
			s = 1000 + len(phrase)
		}
		if s > score {
			found, ok, score = p, true, s
		}
	}
	return found, ok
}
