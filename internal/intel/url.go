package intel

import (
	"net/netip"
	"strings"
)

// A URL is compared in this form: scheme and host in lower case, no user, no default port, no fragment, "/" for an empty
// path, escapes of letters and digits undone, other escapes in capitals. Query and path keep their case.
const (
	maxURL    = 2048 // bytes of an event's URL that are looked at
	plainPath = "/"
)

// normalURL returns the normal form of a URL, and false for what has no scheme or no host.
func normalURL(text string) (string, bool) {
	for range 4 { // undoing escapes can show more that was defanged
		b, _, ok := appendURL(nil, text)
		if !ok {
			return "", false
		}
		if text = Refang(string(b)); text == string(b) {
			return text, true
		}
	}
	return "", false
}

// appendURL appends the normal form of a URL to b and returns where in it the host stands.
func appendURL(b []byte, text string) (_ []byte, host [2]int, ok bool) {
	scheme, rest, found := strings.Cut(text, "://")
	if !found || scheme == "" || len(scheme) > 16 || len(text) > maxURL {
		return b, host, false
	}
	start := len(b)
	for i := range len(scheme) {
		c := scheme[i]
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '+' && c != '-' && c != '.' {
			return b, host, false
		}
		b = append(b, c)
	}
	kind := b[start:]
	end := strings.IndexAny(rest, "/?#\\")
	if end < 0 {
		end = len(rest)
	}
	authority := rest[strings.LastIndexByte(rest[:end], '@')+1 : end]
	name, port := splitPort(authority)
	if name == "" {
		return b, host, false
	}
	if string(kind) == "http" && port == "80" || string(kind) == "https" && port == "443" || string(kind) == "ftp" && port == "21" {
		port = ""
	}
	b = append(b, "://"...)
	host[0] = len(b)
	b = appendHost(b, name)
	host[1] = len(b)
	if port != "" {
		b = append(append(b, ':'), port...)
	}
	return appendPath(b, rest[end:]), host, host[1] > host[0]
}

func splitPort(authority string) (host, port string) {
	if strings.HasPrefix(authority, "[") {
		host, port, _ = strings.Cut(authority[1:], "]")
		if !strings.Contains(host, ":") {
			return "", ""
		}
		return host, strings.TrimPrefix(port, ":")
	}
	host, port, _ = strings.Cut(authority, ":")
	return strings.TrimRight(host, "."), port
}

// appendHost appends a host in lower case; an IPv6 address in its shortest form, in brackets.
func appendHost(b []byte, name string) []byte {
	if strings.Contains(name, ":") {
		addr, err := netip.ParseAddr(name)
		if err != nil {
			return b
		}
		return append(addr.WithZone("").AppendTo(append(b, '[')), ']')
	}
	return appendLower(b, name)
}

func appendLower(b []byte, s string) []byte {
	for i := range len(s) {
		c := s[i]
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		b = append(b, c)
	}
	return b
}

// appendPath appends path and query.
func appendPath(b []byte, s string) []byte {
	if s == "" || s[0] != '/' {
		b = append(b, plainPath...)
		s = strings.TrimPrefix(s, "\\")
	}
	for i := 0; i < len(s) && s[i] != '#'; i++ {
		c := s[i]
		if c != '%' || i+2 >= len(s) {
			b = append(b, c)
			continue
		}
		hi, lo := hexDigit(s[i+1]), hexDigit(s[i+2])
		if hi > 15 || lo > 15 {
			b = append(b, c)
			continue
		}
		i += 2
		if d := hi<<4 | lo; d >= 'a' && d <= 'z' || d >= 'A' && d <= 'Z' || d >= '0' && d <= '9' || d == '-' || d == '.' || d == '_' || d == '~' {
			b = append(b, d)
		} else {
			b = append(b, '%', upperHex[hi], upperHex[lo])
		}
	}
	return b
}

const upperHex = "0123456789ABCDEF"
