package web

import (
	"strings"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/normalize"
)

// parseNginxError reads
//
//	2026/11/23 14:10:50 [error] 12#12: *7 message, client: 203.0.113.7, server: x, request: "GET / HTTP/1.1", host: "x"
func parseNginxError(in *normalize.Input, text string, ev *vedette.Event) bool {
	if len(text) < 30 || text[4] != '/' || text[19] != ' ' || text[20] != '[' {
		return false
	}
	t, ok := normalize.ParseTime(text[:19], in.Zone())
	level, rest, ok2 := strings.Cut(text[21:], "] ")
	if !ok || !ok2 || len(level) > 10 {
		return false
	}
	_, message, ok := strings.Cut(rest, ": ")
	if !ok {
		return false
	}
	if after, ok := strings.CutPrefix(message, "*"); ok {
		_, message, _ = strings.Cut(after, " ")
	}
	ev.Time = t
	errorLog(ev, "nginx", level)
	r := request{}
	body, tail := message, ""
	if i := strings.LastIndex(message, ", client: "); i >= 0 {
		body, tail = message[:i], message[i+2:]
	}
	ev.Add("message", body)
	for tail != "" {
		var name, value string
		name, tail, _ = strings.Cut(tail, ": ")
		if quoted, rest, ok := quotedText(tail); ok {
			value, tail = quoted, strings.TrimPrefix(rest, ", ")
		} else {
			value, tail, _ = strings.Cut(tail, ", ")
		}
		switch name {
		case "client":
			r.client = value
		case "request":
			r.method, r.target, r.version = requestLine(value)
		case "host":
			r.host = value
		case "referrer":
			r.referrer = value
		case "server", "upstream", "subrequest":
			addGiven(ev, "src."+name, value)
		}
	}
	r.addPart(ev)
	return true
}

// parseApacheError reads
//
//	[Mon Nov 23 14:10:50.123456 2026] [core:error] [pid 12:tid 34] [client 203.0.113.7:5678] AH00124: message
func parseApacheError(in *normalize.Input, text string, ev *vedette.Event) bool {
	if text[0] != '[' {
		return false
	}
	stamp, rest, ok := strings.Cut(text[1:], "] [")
	if !ok || len(stamp) < 20 || len(stamp) > 40 {
		return false
	}
	t, ok := apacheTime(stamp, in.Zone())
	if !ok {
		return false
	}
	level, rest, ok := strings.Cut(rest, "]")
	if !ok || len(level) > 40 {
		return false
	}
	ev.Time = t
	module, word, has := strings.Cut(level, ":")
	if !has {
		module, word = "", level
	}
	errorLog(ev, "apache", word)
	addGiven(ev, "src.module", module)
	for {
		part, after, ok := strings.Cut(strings.TrimPrefix(rest, " "), "] ")
		if !ok || !strings.HasPrefix(part, "[") {
			break
		}
		key, value, _ := strings.Cut(part[1:], " ")
		if key != "pid" && key != "client" && key != "remote" {
			break
		}
		if key == "pid" {
			pid, _, _ := strings.Cut(value, ":")
			normalize.AddNumber(ev, "process.pid", pid)
		} else {
			apacheClient(ev, value)
		}
		rest = after
	}
	message := strings.TrimSpace(rest)
	if at := strings.LastIndex(message, ", referer: "); at >= 0 {
		ev.Add("http.request.referrer", message[at+len(", referer: "):])
		message = message[:at]
	}
	ev.Add("message", message)
	return true
}

// apacheClient reads an address with or without a port.
func apacheClient(ev *vedette.Event, s string) {
	if normalize.IsAddress(s) {
		normalize.AddAddress(ev, "source", s)
		return
	}
	if i := strings.LastIndexByte(s, ':'); i > 0 {
		normalize.AddAddress(ev, "source", s[:i])
		normalize.AddNumber(ev, "source.port", s[i+1:])
		return
	}
	normalize.AddAddress(ev, "source", s)
}

// apacheTime reads "Mon Nov 23 14:10:50.123456 2026".
func apacheTime(s string, loc *time.Location) (time.Time, bool) {
	for _, layout := range [...]string{"Mon Jan _2 15:04:05 2006", "Mon Jan 02 15:04:05 2006"} {
		if t, err := time.ParseInLocation(layout, s, loc); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// errorLog files the event as an error log of a server.
func errorLog(ev *vedette.Event, name, level string) {
	ev.Logsource = vedette.Logsource{Product: name, Service: name, Categories: []string{"webserver"}}
	ev.Dataset = name + ".error"
	ev.Add("log.level", level)
	ev.Add("event.category", "web")
	ev.Add("event.action", "error")
}

// addPart writes the part of a request that an error log mentions.
func (r request) addPart(ev *vedette.Event) {
	normalize.AddAddress(ev, "source", r.client)
	addGiven(ev, "http.request.method", r.method)
	if r.target != "" {
		normalize.AddURL(ev, r.target)
	}
	addGiven(ev, "http.version", r.version)
	addGiven(ev, "url.domain", normalize.HostOnly(r.host))
	addGiven(ev, "http.request.referrer", r.referrer)
}
