package triage

import (
	"strings"
	"unicode"
	"unicode/utf8"

	vedette "github.com/vedette-soc/vedette"
)

// clean makes text from a log fit to stand in a sentence: one line, no control or invisible characters, no brackets that
// could pass for a citation, at most limit bytes.
func clean(text string, limit int) string {
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
		case c == '[' || c == '【' || c == '［':
			return '('
		case c == ']' || c == '】' || c == '］':
			return ')'
		}
		return c
	}, text)
	return vedette.Shorten(strings.Join(strings.Fields(text), " "), limit)
}
