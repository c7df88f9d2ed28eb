package respond

import (
	"strings"
	"unicode"
	"unicode/utf8"
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
	if len(text) <= limit {
		return text
	}
	cut := limit - len("…")
	for cut > 0 && !utf8.RuneStart(text[cut]) {
		cut--
	}
	return text[:cut] + "…"
}
