package advise

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	vedette "github.com/vedette-soc/vedette"
)

const (
	maxTitle    = 200 // bytes
	maxNames    = 3   // spelled out in a list; the rest is counted
	maxCitation = 6   // numbers behind one sentence
	maxName     = 80  // bytes of one name
)

// text is a short way to write a sentence in both languages.
func text(en, zh string) vedette.Text { return vedette.Text{En: en, Zh: zh} }

// listEn writes up to maxNames names and how many more there are.
func listEn(names []string) string {
	switch n := len(names); {
	case n == 0:
		return ""
	case n == 1:
		return names[0]
	case n <= maxNames:
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	case n == maxNames+1:
		return strings.Join(names[:maxNames], ", ") + " and 1 other"
	default:
		return fmt.Sprintf("%s and %d others", strings.Join(names[:maxNames], ", "), n-maxNames)
	}
}

// listZh is listEn in Chinese.
func listZh(names []string) string {
	if len(names) <= maxNames {
		return strings.Join(names, "、")
	}
	return fmt.Sprintf("%s等 %d 个", strings.Join(names[:maxNames], "、"), len(names))
}

// prefixed puts a word before text that is there.
func prefixed(before, text string) string { return wrapped(before, text, "") }

// wrapped puts words around text that is there.
func wrapped(before, text, after string) string {
	if text == "" {
		return ""
	}
	return before + text + after
}

func or(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

// line makes a title of a sentence.
func line(en, zh string) vedette.Text {
	return text(vedette.Shorten(capital(en), maxTitle), vedette.Shorten(Spaced(zh), maxTitle))
}

// capital makes the first letter of a sentence a capital, unless it begins with what looks like a machine's name.
func capital(text string) string {
	if first, _, _ := strings.Cut(text, " "); strings.ContainsAny(first, "-.:0123456789") {
		return text
	}
	c, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(c)) + text[size:]
}

// Spaced puts a space between Chinese characters and Latin words or numbers, as Chinese typography asks for.
func Spaced(text string) string {
	var b strings.Builder
	b.Grow(len(text) + 16)
	var last rune
	for _, c := range text {
		if last != 0 && (han(last) && latin(c) || latin(last) && han(c)) {
			b.WriteByte(' ')
		}
		b.WriteRune(c)
		last = c
	}
	return b.String()
}

func han(c rune) bool { return c >= 0x2e80 && unicode.Is(unicode.Han, c) }

func latin(c rune) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' }

// size writes an amount of data as people do, in powers of ten.
func size(bytes int64) string {
	units := [...]string{"B", "KB", "MB", "GB", "TB", "PB", "EB"}
	value, unit := float64(bytes), 0
	for value >= 1000 && unit < len(units)-1 {
		value /= 1000
		unit++
	}
	if unit == 0 {
		return fmt.Sprintf("%d B", bytes)
	}
	return fmt.Sprintf("%.1f %s", value, units[unit])
}

// addName adds a cleaned name to a short list without repeating one.
func addName(list []string, name string) []string {
	name = Clean(name, maxName)
	if name == "" || slices.Contains(list, name) {
		return list
	}
	return append(list, name)
}

func baseName(p string) string { return path.Base(strings.ReplaceAll(p, `\`, "/")) }
