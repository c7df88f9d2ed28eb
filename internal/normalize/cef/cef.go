// Package cef understands the two formats in which security products speak to a SIEM: CEF of ArcSight and LEEF of
// QRadar.
package cef

import (
	"strings"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/normalize"
)

// Parser takes CEF and LEEF messages.
type Parser struct{}

// New makes the parser.
func New() *Parser { return &Parser{} }

// Name is "cef".
func (*Parser) Name() string { return "cef" }

// head is what both formats say first.
type head struct{ vendor, product, version, id, name, severity string }

// Parse fills the event.
func (*Parser) Parse(in *normalize.Input, ev *vedette.Event) error {
	if in.JSON != nil {
		return normalize.ErrNotMine
	}
	text := in.Text
	if i := strings.Index(text[:min(len(text), 300)], "CEF:"); i >= 0 && strings.Count(text[i:], "|") >= 6 {
		return readCEF(in, text[i+len("CEF:"):], ev)
	}
	if i := strings.Index(text[:min(len(text), 300)], "LEEF:"); i >= 0 && strings.Count(text[i:], "|") >= 4 {
		return readLEEF(in, text[i+len("LEEF:"):], ev)
	}
	return normalize.ErrNotMine
}

// readCEF reads "0|Vendor|Product|1.0|id|name|severity|key=value …".
func readCEF(in *normalize.Input, text string, ev *vedette.Event) error {
	var parts [7]string
	rest := text
	for i := range parts {
		end := bar(rest)
		if end < 0 {
			if i < len(parts)-1 {
				return normalize.ErrNotMine
			}
			end = len(rest)
		}
		parts[i] = unescape(rest[:end])
		rest = rest[min(len(rest), end+1):]
	}
	if !normalize.IsNumber(strings.ReplaceAll(strings.TrimSpace(parts[0]), ".", "")) {
		return normalize.ErrNotMine
	}
	h := head{parts[1], parts[2], parts[3], parts[4], parts[5], parts[6]}
	h.add(ev, "cef")
	labels := map[string]string{}
	extension(rest, func(key, value string) {
		if base, ok := strings.CutSuffix(key, "Label"); ok && len(labels) < 32 {
			labels[base] = value
		}
	})
	extension(rest, func(key, value string) {
		if strings.HasSuffix(key, "Label") && labels[strings.TrimSuffix(key, "Label")] != "" {
			return
		}
		if label := labels[key]; label != "" {
			key = label
		}
		add(in, ev, cefNames, key, value)
	})
	h.conclude(in, ev)
	return nil
}

// bar finds the next bar that no backslash protects.
func bar(s string) int {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '|':
			return i
		}
	}
	return -1
}

// extension calls fn for every pair of a CEF extension. A value reaches to the last word before the next "key=", so it
// may hold blanks; an equals sign in it is protected by a backslash.
func extension(s string, fn func(key, value string)) {
	key, start := "", 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '=':
			at := strings.LastIndexByte(s[start:i], ' ') + 1
			next := s[start+at : i]
			if !isKey(next) {
				continue
			}
			if key != "" {
				fn(key, unescape(strings.TrimSpace(s[start:start+at])))
			}
			key, start = next, i+1
		}
	}
	if key != "" {
		fn(key, unescape(strings.TrimSpace(s[min(start, len(s)):])))
	}
}

// isKey tells whether a word can be the name of a field.
func isKey(s string) bool {
	if s == "" || len(s) > 64 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && c != '_' && c != '.' && c != '-' && c != '[' && c != ']' {
			return false
		}
	}
	return true
}

// unescape takes the backslashes of CEF away.
func unescape(s string) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	return strings.NewReplacer(`\\`, `\`, `\=`, `=`, `\|`, `|`, `\n`, "\n", `\r`, "\r").Replace(s)
}

// readLEEF reads "1.0|Vendor|Product|1.0|id|key=value<tab>…", of version 2 with the separator as a sixth part.
func readLEEF(in *normalize.Input, text string, ev *vedette.Event) error {
	parts := strings.SplitN(text, "|", 6)
	if len(parts) < 5 || !strings.HasPrefix(parts[0], "1") && !strings.HasPrefix(parts[0], "2") {
		return normalize.ErrNotMine
	}
	separator, rest := "\t", ""
	if len(parts) == 6 {
		rest = parts[5]
	}
	if strings.HasPrefix(parts[0], "2") {
		if mark, after, ok := strings.Cut(rest, "|"); ok && len(mark) <= 6 && !strings.Contains(mark, "=") {
			rest = after
			separator = leefSeparator(mark)
		}
	}
	h := head{vendor: parts[1], product: parts[2], version: parts[3], id: parts[4]}
	h.add(ev, "leef")
	if separator == "\t" && !strings.Contains(rest, "\t") {
		extension(rest, func(key, value string) { add(in, ev, leefNames, key, value) })
	} else {
		for pair := range strings.SplitSeq(rest, separator) {
			if key, value, ok := strings.Cut(pair, "="); ok && isKey(strings.TrimSpace(key)) {
				add(in, ev, leefNames, strings.TrimSpace(key), value)
			}
		}
	}
	h.conclude(in, ev)
	return nil
}

// leefSeparator reads a separator given as a character or as its hexadecimal number.
func leefSeparator(mark string) string {
	switch strings.ToLower(strings.TrimPrefix(strings.TrimPrefix(mark, "0"), "x")) {
	case "09", "9", "":
		return "\t"
	case "5e":
		return "^"
	case "7c":
		return "|"
	case "3b":
		return ";"
	}
	return mark
}

// parseTime reads the times of both formats, "Nov 23 2026 14:10:50" among them.
func parseTime(in *normalize.Input, s string) (time.Time, bool) {
	if t, ok := normalize.ParseTime(s, in.Zone()); ok {
		return t, true
	}
	for _, layout := range [...]string{"Jan 02 2006 15:04:05", "Jan 02 2006 15:04:05 MST", "Jan 02 2006 15:04:05.000", "Jan 02 2006 15:04:05.000 MST"} {
		if t, err := time.ParseInLocation(layout, s, in.Zone()); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}
