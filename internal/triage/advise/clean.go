package advise

import (
	"strings"
	"unicode"
	"unicode/utf8"

	vedette "github.com/vedette-soc/vedette"
)

// Clean makes text from a log fit to stand in a sentence: one line, no control or invisible characters, no brackets that
// could pass for a citation, at most limit bytes.
func Clean(text string, limit int) string {
	if plain(text) && len(text) <= limit {
		return text
	}
	if len(text) > 4*limit {
		text = text[:4*limit] // the rest cannot matter
	}
	text = strings.Map(func(c rune) rune {
		switch {
		case c == utf8.RuneError:
			return -1
		case unicode.IsSpace(c) || unicode.IsControl(c):
			return ' '
		case unicode.In(c, unicode.Cf, unicode.Co, unicode.Cs, unicode.Zl, unicode.Zp):
			return -1
		case strings.ContainsRune("[【［〔⟦", c):
			return '('
		case strings.ContainsRune("]】］〕⟧", c):
			return ')'
		}
		return c
	}, text)
	return vedette.Shorten(strings.Join(strings.Fields(text), " "), limit)
}

// plain tells whether text is nothing but visible ASCII without brackets, with single spaces between words, as most
// names and titles are.
func plain(text string) bool {
	last := byte(' ')
	for i := range len(text) {
		c := text[i]
		if c < ' ' || c >= 0x7f || c == '[' || c == ']' || c == ' ' && last == ' ' {
			return false
		}
		last = c
	}
	return last != ' ' || text == ""
}
