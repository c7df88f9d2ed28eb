package normalize

import (
	"strings"
	"time"
)

// maxParams is how many parameters of structured data are kept.
const maxParams = 64

// read5424 reads "1 TIME HOST APP PROCID MSGID SD MSG" and returns the message. It leaves h alone when s is not that.
func (h *SyslogHeader) read5424(s string, loc *time.Location) (string, bool) {
	rest, ok := strings.CutPrefix(s, "1 ")
	if !ok {
		return s, false
	}
	var word [5]string
	for i := range word {
		word[i], rest, ok = strings.Cut(rest, " ")
		if !ok && i < len(word)-1 || word[i] == "" {
			return s, false
		}
		if word[i] == "-" {
			word[i] = ""
		}
	}
	var t time.Time
	if word[0] != "" {
		if t, ok = ParseTime(word[0], loc); !ok {
			return s, false
		}
	}
	h.Time, h.Host, h.App, h.ProcID, h.MsgID = t, word[1], word[2], word[3], word[4]
	// One blank is the format's; rsyslog's own template writes a second one.
	return strings.TrimPrefix(strings.TrimLeft(h.structured(rest), " "), "\ufeff"), true
}

// structured reads the elements of structured data off s. Where they are broken, the rest is the message.
func (h *SyslogHeader) structured(s string) string {
	if s == "-" || strings.HasPrefix(s, "- ") {
		return s[1:]
	}
	for strings.HasPrefix(s, "[") {
		rest, ok := h.element(s[1:])
		if !ok {
			return s
		}
		s = rest
	}
	return s
}

// element reads one `id name="value" …]`.
func (h *SyslogHeader) element(s string) (rest string, ok bool) {
	end := strings.IndexAny(s, " ]\"=")
	if end < 1 || s[end] == '"' || s[end] == '=' {
		return s, false
	}
	id, rest := s[:end], s[end:]
	before := len(h.Structured)
	for {
		if strings.HasPrefix(rest, "]") {
			return rest[1:], true
		}
		name, after, ok := strings.Cut(strings.TrimLeft(rest, " "), "=\"")
		if !ok || name == "" || strings.ContainsAny(name, " ]\"") {
			h.Structured = h.Structured[:before]
			return s, false
		}
		value, after, ok := quotedValue(after)
		if !ok {
			h.Structured = h.Structured[:before]
			return s, false
		}
		if len(h.Structured) < maxParams {
			h.Structured = append(h.Structured, StructuredParam{ID: id, Name: name, Value: value})
		}
		rest = after
	}
}

// quotedValue reads up to the closing quote and takes the backslashes out.
func quotedValue(s string) (value, rest string, ok bool) {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			value = s[:i]
			if strings.IndexByte(value, '\\') >= 0 {
				value = strings.NewReplacer(`\"`, `"`, `\\`, `\`, `\]`, `]`).Replace(value)
			}
			return value, s[i+1:], true
		}
	}
	return "", s, false
}
