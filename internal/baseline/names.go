package baseline

import (
	"strings"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/entity"
	"golang.org/x/net/publicsuffix"
)

// name is a normalised name and its hash. The zero one is nobody.
type name struct {
	id   uint64
	text string
}

// nameKind says how a text becomes a name.
type nameKind uint8

const (
	nameHost nameKind = iota
	nameUser
	nameProgram
	nameAgent
	nameDomain // the part of a domain that somebody registered
	nameWord   // taken as it is, in lower case
	nameKinds
)

// Bounds of the cache of names, which spares the work for those that come again.
const (
	cachedNames   = 1 << 14
	longestCached = 512 // bytes of a text; longer ones are worked out each time
)

// names normalises texts. What it remembers changes nothing but its speed.
type names struct {
	seed  uint64
	cache []cachedName
}

type cachedName struct {
	raw string
	out name
}

func newNames(seed uint64) *names {
	return &names{seed: seed, cache: make([]cachedName, cachedNames)}
}

func (n *names) of(kind nameKind, raw string) name {
	if raw == "" || raw == "-" {
		return name{}
	}
	slot := &n.cache[(hashText(n.seed+uint64(kind), raw)>>17)%cachedNames]
	if slot.raw == raw && nameKind(slot.out.id>>60) == kind {
		return slot.out
	}
	out := n.make(kind, raw)
	if len(raw) <= longestCached {
		*slot = cachedName{raw: strings.Clone(raw), out: out}
	}
	return out
}

// make works a name out. The kind is part of its id, so that a host and a user of one name differ.
func (n *names) make(kind nameKind, raw string) name {
	text := strings.Clone(normal(kind, raw))
	if text == "" {
		return name{id: uint64(kind) << 60}
	}
	return n.id(kind, text)
}

// id is the name of a text that is normal already.
func (n *names) id(kind nameKind, text string) name {
	return name{id: uint64(kind)<<60 | hashText(n.seed, text)>>4 | 1, text: text}
}

func (n name) none() bool { return n.text == "" }

func normal(kind nameKind, raw string) string {
	switch kind {
	case nameHost:
		return entity.Host(raw)
	case nameUser:
		return entity.User(raw)
	case nameProgram:
		return programOf(entity.Path(raw))
	case nameAgent:
		return agentOf(raw)
	case nameDomain:
		return registered(entity.Domain(raw))
	}
	return strings.ToLower(vedette.Cut(strings.TrimSpace(raw), 128))
}

// programOf is a program's path without what differs from person to person and from version to version.
func programOf(path string) string {
	path = vedette.Cut(path, 200)
	for _, home := range [...]string{`c:\users\`, "/home/", "/users/"} {
		if rest, ok := strings.CutPrefix(path, home); ok {
			if _, below, found := strings.Cut(rest, home[len(home)-1:]); found {
				path = home + "*" + home[len(home)-1:] + below
			}
		}
	}
	return squash(path)
}

// agentOf is a user agent without versions.
func agentOf(agent string) string { return squash(vedette.Cut(agent, 200)) }

// squash puts # in place of numbers, and of hexadecimal runs of eight and more that contain one.
func squash(text string) string {
	if !strings.ContainsAny(text, "0123456789") {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); {
		end, digits := i, 0
		for end < len(text) && isHex(text[end]) {
			if isDigit(text[end]) {
				digits++
			}
			end++
		}
		if end-i >= 8 && digits > 0 {
			b.WriteByte('#')
			i = end
			continue
		}
		if !isDigit(text[i]) {
			b.WriteByte(text[i])
			i++
			continue
		}
		b.WriteByte('#')
		for i < len(text) && (isDigit(text[i]) || text[i] == '.' && i+1 < len(text) && isDigit(text[i+1])) {
			i++
		}
	}
	return b.String()
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isHex(c byte) bool { return isDigit(c) || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F' }

// registered is the part of a domain that somebody registered, "" for what nobody can.
func registered(domain string) string {
	if domain == "" {
		return ""
	}
	whole, err := publicsuffix.EffectiveTLDPlusOne(domain)
	if err != nil {
		return ""
	}
	return whole
}
