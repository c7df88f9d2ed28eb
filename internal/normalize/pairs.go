package normalize

import (
	"net/netip"
	"path"
	"strings"

	"github.com/vedette-soc/vedette"
)

// Pairs calls fn for every key=value of s, in order. Values may stand in double or single quotes, in which a backslash
// protects the quote; quote is the quote found, 0 for a bare value. Words without an equals sign are passed over. It
// returns how many pairs and how many other words there were.
func Pairs(s string, fn func(key, value string, quote byte)) (pairs, words int) {
	for {
		s = strings.TrimLeft(s, " \t\r\n,;|\x1d")
		if s == "" {
			return pairs, words
		}
		end := strings.IndexAny(s, "= \t\r\n\x1d")
		if end < 0 {
			return pairs, words + 1
		}
		if s[end] != '=' || end == 0 {
			words, s = words+1, s[end+1:]
			continue
		}
		key, rest := s[:end], s[end+1:]
		value, quote, after := pairValue(rest)
		fn(key, value, quote)
		pairs, s = pairs+1, after
	}
}

// pairValue reads the value behind an equals sign. A quote that never closes is part of a bare value.
func pairValue(s string) (value string, quote byte, rest string) {
	if s != "" && (s[0] == '"' || s[0] == '\'') {
		escaped := false
		for i := 1; i < len(s); i++ {
			switch s[i] {
			case '\\':
				i++
				escaped = true
			case s[0]:
				value = s[1:i]
				if escaped {
					value = unescape(value)
				}
				return value, s[0], s[i+1:]
			}
		}
	}
	end := strings.IndexAny(s, " \t\r\n\x1d")
	if end < 0 {
		end = len(s)
	}
	return strings.TrimRight(s[:end], ",;"), 0, s[end:]
}

// unescape takes the backslashes away from quotes and backslashes, and leaves every other one.
func unescape(s string) string {
	return strings.NewReplacer(`\"`, `"`, `\'`, `'`, `\\`, `\`).Replace(s)
}

// AddAddress adds an address under prefix ("source", "destination"): as .ip when it is one, as .domain when it is a
// name. Brackets and a zone are taken off; "-", "?" and "" add nothing.
func AddAddress(ev *vedette.Event, prefix, value string) {
	value = strings.TrimSuffix(strings.TrimPrefix(value, "["), "]")
	if value == "" || value == "-" || value == "?" || value == "(null)" {
		return
	}
	if IsAddress(value) {
		ev.Add(prefix+".ip", strings.TrimPrefix(value, "::ffff:"))
		return
	}
	ev.Add(prefix+".domain", value)
}

// IsAddress tells whether s is an IP address.
func IsAddress(s string) bool {
	if s == "" || len(s) > 64 || (s[0] < '0' || s[0] > '9') && !strings.Contains(s, ":") {
		return false
	}
	_, err := netip.ParseAddr(s)
	return err == nil
}

// AddNumber adds a number, unless the text is none.
func AddNumber(ev *vedette.Event, name, digits string) {
	if IsNumber(digits) {
		ev.AddKind(name, digits, vedette.KindNumber)
	}
}

// IsNumber tells whether s is nothing but decimal digits.
func IsNumber(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != "" && len(s) <= 20
}

// AddOutcome adds event.outcome.
func AddOutcome(ev *vedette.Event, success bool) {
	if success {
		ev.Add("event.outcome", "success")
	} else {
		ev.Add("event.outcome", "failure")
	}
}

// AddURL adds what the target of a request line says: url.original as it stands, and its path, query, extension and,
// for an absolute one, domain and scheme.
func AddURL(ev *vedette.Event, target string) {
	ev.Add("url.original", target)
	rest := target
	if scheme, after, ok := strings.Cut(rest, "://"); ok && len(scheme) <= 16 && !strings.ContainsAny(scheme, "/?#") {
		host, _, _ := strings.Cut(after, "/")
		host, _, _ = strings.Cut(host, "?")
		ev.Add("url.scheme", scheme)
		ev.Add("url.domain", HostOnly(host))
		if i := strings.IndexAny(after, "/?"); i >= 0 {
			rest = after[i:]
		} else {
			rest = "/"
		}
	}
	if !strings.Contains(rest, "/") {
		return // "*", or the host and port of CONNECT
	}
	where, query, has := strings.Cut(rest, "?")
	ev.Add("url.path", where)
	if has {
		ev.Add("url.query", query)
	}
	if ext := strings.TrimPrefix(path.Ext(where), "."); ext != "" && len(ext) <= 16 {
		ev.Add("url.extension", ext)
	}
}

// HostOnly takes the port and brackets off a host.
func HostOnly(host string) string {
	if i := strings.LastIndexByte(host, '@'); i >= 0 {
		host = host[i+1:]
	}
	if strings.HasPrefix(host, "[") {
		if i := strings.IndexByte(host, ']'); i > 0 {
			return host[1:i]
		}
	}
	if i := strings.LastIndexByte(host, ':'); i >= 0 && strings.Count(host, ":") == 1 {
		return host[:i]
	}
	return host
}
