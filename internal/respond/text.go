package respond

import (
	"strings"
	"unicode"
	"unicode/utf8"

	vedette "github.com/vedette-soc/vedette"
)

// clip makes text from outside fit for a row: one line, valid UTF-8, no control or direction characters, at most limit
// bytes.
func clip(text string, limit int) string {
	text = strings.Map(func(c rune) rune {
		if c == utf8.RuneError || unicode.Is(unicode.Cf, c) {
			return -1
		}
		if unicode.IsControl(c) {
			return ' '
		}
		return c
	}, text)
	return vedette.Shorten(text, limit)
}
