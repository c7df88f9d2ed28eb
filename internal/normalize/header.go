package normalize

import (
	"strings"
	"time"

	"github.com/vedette-soc/vedette"
)

// header takes a syslog header off a message: RFC 5424, RFC 3164, and what devices write instead of it. It returns nil
// when there is none; a line of a log file may have one without the priority.
func (n *Normalizer) header(rec *vedette.Record, text string) (*SyslogHeader, string) {
	h := &n.head
	*h = SyslogHeader{Priority: -1, Structured: h.Structured[:0]}
	if text == "" || rec.Format == vedette.FormatJSON {
		return nil, text
	}
	rest := text
	if text[0] == '<' {
		priority, after, ok := readPriority(text)
		if !ok {
			return nil, text
		}
		h.Priority, rest = priority, after
		if msg, ok := h.read5424(rest, n.scratch.zone(rec.Zone)); ok {
			return h, msg
		}
	} else if c := text[0]; (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '*' {
		if rec.Format == vedette.FormatSyslog {
			return h, text
		}
		return nil, text
	}
	msg, ok := h.read3164(rest, n.scratch.zone(rec.Zone), rec.Received)
	if !ok && h.Priority < 0 && rec.Format != vedette.FormatSyslog {
		return nil, text
	}
	return h, msg
}

// readPriority reads "<34>".
func readPriority(s string) (priority int, rest string, ok bool) {
	end := strings.IndexByte(s[:min(len(s), 5)], '>')
	if end < 2 {
		return 0, s, false
	}
	priority, ok = digits(s[1:end])
	if !ok || priority > 191 || s[1] == ' ' {
		return 0, s, false
	}
	return priority, s[end+1:], true
}

// read3164 reads time, host and tag, each of which may be missing, and returns the message. It returns false, and the
// message untouched, when there is no time: then only the tag was looked for, and only behind a priority.
func (h *SyslogHeader) read3164(s string, loc *time.Location, near time.Time) (string, bool) {
	rest := strings.TrimLeft(s, " ")
	device := h.deviceStart(&rest)
	t, after, ok := bsdTime(rest, loc, near)
	if !ok {
		t, after, ok = isoTime(rest, loc)
		if ok && h.Priority < 0 && (rest[10] != 'T' || !hostThenTag(after)) {
			return s, false
		}
	}
	if !ok {
		h.Host = ""
		if h.Priority < 0 {
			return s, false
		}
		rest = strings.TrimLeft(s, " ")
		return h.tag(rest), false
	}
	h.Time = t
	after = h.deviceZone(after, t, loc)
	if device && strings.HasPrefix(after, ": %") {
		return h.mnemonic(after[2:]), true
	}
	after = strings.TrimLeft(after, " ")
	return h.hostAndTag(strings.TrimPrefix(after, ": ")), true
}

// hostThenTag tells whether s goes on like "host tag[12]: text".
func hostThenTag(s string) bool {
	_, rest, ok := strings.Cut(strings.TrimLeft(s, " "), " ")
	if !ok || s == "" || s[0] != ' ' {
		return false
	}
	_, _, _, ok = cutTag(rest)
	return ok
}

// deviceStart reads what network devices put before the time: "123: ", "router: ", "*", ".", ": ".
func (h *SyslogHeader) deviceStart(rest *string) bool {
	s, found := *rest, false
	for range 3 {
		token, after, ok := strings.Cut(s, ": ")
		if !ok || len(token) > 64 || strings.ContainsAny(token, " []%\"{") {
			break
		}
		if _, number := digits(token); !number && token != "" {
			if !startsWithTime(after) {
				break
			}
			h.Host = token
		}
		s, found = after, true
	}
	if s != "" && (s[0] == '*' || s[0] == '.' || s[0] == ':') && startsWithTime(s) {
		s, found = strings.TrimLeft(s, "*.: "), true
	}
	*rest = s
	return found
}

func startsWithTime(s string) bool {
	s = strings.TrimLeft(s, "*.: ")
	if _, _, ok := bsdTime(s, time.UTC, time.Time{}); ok {
		return true
	}
	_, _, ok := isoTime(s, time.UTC)
	return ok
}

// deviceZone reads a zone word between time and host: "UTC:", "CST:". Only the words for UTC are understood.
func (h *SyslogHeader) deviceZone(s string, t time.Time, loc *time.Location) string {
	trimmed := strings.TrimLeft(s, " ")
	end := strings.IndexAny(trimmed, " :")
	if end < 3 || end > 5 || trimmed[end] != ':' {
		return s
	}
	word := trimmed[:end]
	for i := range len(word) {
		if word[i] < 'A' || word[i] > 'Z' {
			return s
		}
	}
	if !strings.HasPrefix(trimmed[end:], ": %") {
		return s
	}
	if (word == "UTC" || word == "GMT") && loc != time.UTC {
		h.Time = time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
	}
	return trimmed[end:]
}

// hostAndTag reads the host, unless the first word is already a tag, and the tag.
func (h *SyslogHeader) hostAndTag(s string) string {
	if strings.HasPrefix(s, "%") {
		return h.mnemonic(s)
	}
	if app, pid, rest, ok := cutTag(s); ok {
		h.App, h.ProcID = app, pid
		return rest
	}
	host, rest, ok := strings.Cut(s, " ")
	if ok && h.Host == "" && plainHost(host) {
		h.Host = host
		s = strings.TrimPrefix(strings.TrimLeft(rest, " "), ": ")
	}
	return h.tag(s)
}

// tag reads a tag if there is one.
func (h *SyslogHeader) tag(s string) string {
	if strings.HasPrefix(s, "%") {
		return h.mnemonic(s)
	}
	if app, pid, rest, ok := cutTag(s); ok {
		h.App, h.ProcID = app, pid
		return rest
	}
	return s
}

// mnemonic notes what a Cisco device calls the message, "%ASA-4-106023:", and leaves it in the text.
func (h *SyslogHeader) mnemonic(s string) string {
	if end := strings.IndexByte(s, ':'); end > 3 && end < 64 && strings.Count(s[:end], "-") >= 2 && !strings.Contains(s[:end], " ") {
		h.MsgID = s[1:end]
	}
	return s
}

// plainHost tells whether a word can be a host name or an address.
func plainHost(s string) bool {
	if s == "" || len(s) > 255 || s[len(s)-1] == ':' {
		return false
	}
	for i := range len(s) {
		c := s[i]
		switch {
		case c >= '0' && c <= '9', c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= 0x80:
		case c == '.', c == '-', c == '_', c == ':', c == '%', c == '@', c == '/':
		default:
			return false
		}
	}
	return true
}

// cutTag takes "sshd[123]: " or "kernel: " off the start of s. A process id may do without the colon when a
// parenthesis follows, as launchd writes it.
func cutTag(s string) (app, pid, rest string, ok bool) {
	end := 0
	for end < len(s) && end <= 128 {
		c := s[end]
		if c <= ' ' || c == '[' || c == ':' || c == '"' || c == '{' || c == '=' || c == '<' || c == ',' {
			break
		}
		end++
	}
	if end == 0 || end >= len(s) || end > 128 {
		return "", "", s, false
	}
	app, rest = s[:end], s[end:]
	if rest[0] == '[' {
		closing := strings.IndexByte(rest, ']')
		if closing < 0 || closing > 64 || strings.ContainsAny(rest[1:closing], " \"=") {
			return "", "", s, false
		}
		pid, rest = rest[1:closing], rest[closing+1:]
		if strings.HasPrefix(rest, " (") {
			if i := strings.Index(rest, "): "); i > 0 && i < 128 {
				rest = rest[i+1:]
			}
		}
		if rest != "" && rest[0] != ':' && rest[0] != ' ' {
			return "", "", s, false
		}
		rest = strings.TrimPrefix(rest, ":")
	} else {
		if rest[0] != ':' || len(rest) > 1 && rest[1] != ' ' {
			return "", "", s, false
		}
		rest = rest[1:]
	}
	return app, pid, strings.TrimLeft(rest, " "), true
}
