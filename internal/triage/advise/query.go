package advise

import (
	"slices"
	"strconv"
	"strings"

	vedette "github.com/vedette-soc/vedette"
)

// subjects are the entities that a step speaks of, as they stand in its evidence; nil where there is none.
type subjects struct {
	host, user, addr, peer *vedette.EntityRef
	thing                  string // a program or file without its folder, "" for none
}

// subjectsOf finds whom a piece is about.
func (p *piece) subjects() subjects {
	var s subjects
	for i := range p.Entities {
		ref := &p.Entities[i]
		name := Clean(ref.Name, maxName)
		switch {
		case name == "":
		case s.host == nil && (ref.Kind == vedette.EntityHost || ref.Kind == vedette.EntityAccount || ref.Kind == vedette.EntityAddress) && slices.Contains(p.hosts, name):
			s.host = ref
		case ref.Kind == vedette.EntityUser && s.user == nil:
			s.user = ref
		case (ref.Kind == vedette.EntityAddress || ref.Kind == vedette.EntityDomain) && slices.Contains(p.peers, name) && s.peer == nil:
			s.peer = ref
		case ref.Kind == vedette.EntityAddress && ref.Role == vedette.RoleActor && s.addr == nil:
			s.addr = ref
		case ref.Kind == vedette.EntityProcess || ref.Kind == vedette.EntityFile:
			if thing := baseName(ref.Name); s.thing == "" && len(thing) > 2 {
				s.thing = thing
			}
		}
	}
	return s
}

// of returns the entity that a guide is about.
func (s *subjects) of(about rune) *vedette.EntityRef {
	switch about {
	case 'h':
		return s.host
	case 'u':
		return s.user
	case 'a':
		return s.addr
	case 'p':
		return s.peer
	}
	return nil
}

// find returns what a place in a text stands for, nil where it is not known.
func (s *subjects) find(place string) *vedette.EntityRef {
	switch place {
	case "{host}":
		return s.host
	case "{user}":
		return s.user
	case "{addr}":
		return s.addr
	case "{peer}":
		return s.peer
	}
	return s.file()
}

func (s *subjects) file() *vedette.EntityRef {
	if s.thing == "" {
		return nil
	}
	return &vedette.EntityRef{Kind: vedette.EntityFile, Name: s.thing}
}

// nobody is what stands for a place that is not known, in both languages.
func nobody(place string) (en, zh string) {
	switch place {
	case "{host}":
		return "the machine", "该主机"
	case "{user}":
		return "the account's owner", "账户所有者"
	case "{addr}":
		return "the sender", "来源方"
	case "{peer}":
		return "the server that was called", "被连接的服务器"
	}
	return "the program", "该程序"
}

// fill puts names into a text in both languages; words stand where a name is not known.
func (s *subjects) fill(en, zh string) vedette.Text {
	name := func(place string, chinese bool) string {
		ref := s.find(place)
		if ref == nil {
			en, zh := nobody(place)
			if chinese {
				return zh
			}
			return en
		}
		cleaned := Clean(ref.Name, maxName)
		switch {
		case ref.Kind == vedette.EntityAccount && chinese:
			return "云账户 " + cleaned
		case ref.Kind == vedette.EntityAccount:
			return "the cloud account " + cleaned
		}
		return cleaned
	}
	return text(
		capital(fillPlaces(en, func(place string) string { return name(place, false) })),
		Spaced(fillPlaces(zh, func(place string) string { return name(place, true) })))
}

// query puts quoted names into a search; it is "" when one of them is not known. Names are quoted so that whatever stands
// in a log stays a value.
func (s *subjects) query(template string) string {
	if s.host != nil && strings.Contains(template, onHost) {
		switch name := quoted(s.host.Name); s.host.Kind {
		case vedette.EntityAddress:
			return s.rest(template, onHost, "(host.ip:="+name+" or source.ip:="+name+")")
		case vedette.EntityAccount:
			return s.rest(template, onHost, "cloud.account.id:="+name)
		}
	}
	if template == calledAny && s.peer != nil && s.peer.Kind == vedette.EntityAddress {
		return "destination.ip:=" + quoted(s.peer.Name) + " | stats by (host.name, source.ip) count() rows"
	}
	known := true
	filled := fillPlaces(template, func(place string) string {
		ref := s.find(place)
		if ref == nil {
			known = false
			return ""
		}
		return quoted(ref.Name)
	})
	if !known {
		return ""
	}
	return filled
}

// onHost is how queries ask for a machine by its name.
const onHost = `host.name:i({host})`

// rest fills in a template of which one part is known already.
func (s *subjects) rest(template, part, known string) string {
	before, after, _ := strings.Cut(template, part)
	filled := s.query(after)
	if after != "" && filled == "" {
		return ""
	}
	return before + known + filled
}

// fillPlaces puts a value at each {place} of a text of ours. Values go in once and are not read again, so that a name
// that looks like a place stays what it is.
func fillPlaces(text string, value func(place string) string) string {
	var b strings.Builder
	b.Grow(len(text) + 64)
	for {
		at := strings.IndexByte(text, '{')
		end := strings.IndexByte(text, '}')
		if at < 0 || end < at {
			b.WriteString(text)
			return b.String()
		}
		b.WriteString(text[:at])
		b.WriteString(value(text[at : end+1]))
		text = text[end+1:]
	}
}

func quoted(name string) string { return strconv.Quote(vedette.Cut(name, 256)) }
