package web

import (
	"strings"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/normalize"
)

// parseAccess reads the common and the combined format, with a virtual host before or more values behind them:
//
//	[host[:port] ]client ident user [time] "METHOD target HTTP/1.1" status bytes["referrer" "agent"[ …]]
func parseAccess(in *normalize.Input, text string, ev *vedette.Event) bool {
	open := strings.IndexByte(text, '[')
	if open < 5 || open > 512 {
		return false
	}
	end := strings.Index(text[open:], "] \"")
	if end < 0 {
		return false
	}
	t, ok := normalize.ParseTime(text[open+1:open+end], in.Zone())
	if !ok {
		return false
	}
	r, host, ok := accessHead(text[:open])
	if !ok {
		return false
	}
	r.host = host
	line, rest, ok := quotedText(text[open+end+2:])
	if !ok {
		return false
	}
	r.method, r.target, r.version = requestLine(line)
	extra := r.tail(rest)
	ev.Time = t
	file(ev, server(in), "webserver")
	r.add(ev)
	addGiven(ev, "src.extra", extra)
	return true
}

// accessHead reads what stands before the time. A user name may hold blanks.
func accessHead(head string) (r request, host string, ok bool) {
	words := strings.Fields(head)
	if len(words) < 2 {
		return r, "", false
	}
	if len(words) >= 4 && !normalize.IsAddress(words[0]) && (normalize.IsAddress(words[1]) || words[2] == "-") {
		host, words = words[0], words[1:]
	}
	if !hostLike(words[0]) {
		return r, "", false
	}
	r.client = words[0]
	if len(words) > 2 {
		r.user = strings.Join(words[2:], " ")
	}
	return r, host, true
}

// hostLike tells whether a word can be the address or name of a client.
func hostLike(s string) bool {
	return s == "-" || normalize.IsAddress(s) || !strings.ContainsAny(s, "\"'=;,<>{}()[]\\")
}

// tail reads status, bytes, referrer and agent, and returns what follows.
func (r *request) tail(s string) string {
	r.status, s = word(s)
	r.bytes, s = word(s)
	s = strings.TrimLeft(s, " ")
	if referrer, rest, ok := quotedText(s); ok {
		r.referrer, s = referrer, strings.TrimLeft(rest, " ")
		if agent, rest, ok := quotedText(s); ok {
			r.agent, s = agent, rest
		}
	}
	return strings.TrimSpace(s)
}

// word takes the first word off s.
func word(s string) (first, rest string) {
	s = strings.TrimLeft(s, " ")
	first, rest, _ = strings.Cut(s, " ")
	return first, rest
}

// quotedText takes a text in double quotes off s; a backslash protects the next byte and is kept, as servers escape
// more than quotes with it.
func quotedText(s string) (text, rest string, ok bool) {
	if s == "" || s[0] != '"' {
		return "", s, false
	}
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return s[1:i], s[i+1:], true
		}
	}
	return "", s, false
}

// requestLine takes "GET /x HTTP/1.1" apart. What a scanner sent instead of one is the target as it stands.
func requestLine(line string) (method, target, version string) {
	first, rest, ok := strings.Cut(line, " ")
	if !ok || !isMethod(first) {
		return "", strings.TrimPrefix(line, "-"), ""
	}
	if i := strings.LastIndex(rest, " HTTP/"); i >= 0 {
		return first, rest[:i], rest[i+len(" HTTP/"):]
	}
	return first, rest, ""
}

// isMethod tells whether a word is an HTTP method, a made-up one included.
func isMethod(s string) bool {
	if s == "" || len(s) > 24 {
		return false
	}
	for i := range len(s) {
		if c := s[i]; (c < 'A' || c > 'Z') && c != '_' && c != '-' {
			return false
		}
	}
	return true
}

// parseSquid reads Squid's native format:
//
//	1795443427.123    192 10.0.0.7 TCP_MISS/200 507 GET http://example.com/ - HIER_DIRECT/192.0.2.1 text/html
func parseSquid(in *normalize.Input, text string, ev *vedette.Event) bool {
	if text[0] < '0' || text[0] > '9' {
		return false
	}
	words := strings.Fields(text)
	if len(words) < 9 || !strings.Contains(words[3], "/") || !strings.Contains(words[8], "/") || !isMethod(words[5]) || !strings.Contains(words[0], ".") {
		return false
	}
	t, ok := normalize.ParseTime(words[0], in.Zone())
	if !ok || !normalize.IsNumber(words[1]) {
		return false
	}
	result, status, _ := strings.Cut(words[3], "/")
	how, peer, _ := strings.Cut(words[8], "/")
	r := request{client: words[2], user: words[7], method: words[5], target: words[6], status: status, bytes: words[4]}
	if r.method == "CONNECT" {
		r.host = r.target
	}
	ev.Time = t
	file(ev, "squid", "proxy")
	r.add(ev)
	ev.Add("src.result", result)
	ev.Add("src.hierarchy", how)
	normalize.AddAddress(ev, "destination", peer)
	if len(words) > 9 {
		addGiven(ev, "http.response.mime_type", words[9])
	}
	return true
}

// parseIIS reads the default columns of IIS, of version 6 and of version 7 and later:
//
//	2026-11-23 14:10:50 192.0.2.9 GET /a.aspx x=1 443 - 203.0.113.7 Mozilla/5.0 - 200 0 0 15
func parseIIS(in *normalize.Input, text string, ev *vedette.Event) bool {
	if len(text) < 40 || text[4] != '-' || text[10] != ' ' {
		return false
	}
	words := strings.Fields(text)
	if n := len(words); n < 14 || n > 16 || !normalize.IsAddress(words[2]) || !isMethod(words[3]) || !strings.HasPrefix(words[4], "/") || !normalize.IsNumber(words[6]) {
		return false
	}
	t, ok := normalize.ParseTime(words[0]+" "+words[1], in.Zone())
	if !ok {
		return false
	}
	r := request{client: words[8], user: words[7], method: words[3], agent: strings.ReplaceAll(words[9], "+", " "), target: words[4]}
	status := 10
	if len(words) >= 15 {
		r.referrer, status = words[10], 11
	}
	if r.status = words[status]; !normalize.IsNumber(r.status) {
		return false
	}
	if words[5] != "-" {
		r.target += "?" + words[5]
	}
	ev.Time = t
	file(ev, "iis", "webserver")
	ev.Logsource.Product = "windows"
	r.add(ev)
	normalize.AddAddress(ev, "destination", words[2])
	normalize.AddNumber(ev, "destination.port", words[6])
	return true
}
