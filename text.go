package vedette

import "unicode/utf8"

// Cut returns the beginning of text: limit bytes at the most, and no character cut in two.
func Cut(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	limit = max(limit, 0)
	for limit > 0 && !utf8.RuneStart(text[limit]) {
		limit--
	}
	return text[:limit]
}

// Shorten is Cut for texts that people read: one that was cut ends in "…", which counts within the limit.
func Shorten(text string, limit int) string {
	const end = "…"
	if len(text) <= limit {
		return text
	}
	return Cut(text, limit-len(end)) + end
}
