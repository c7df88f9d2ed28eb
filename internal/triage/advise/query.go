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

// fill puts names into a text in both languages; words stand where a name is not known. All names go in at once, so that
// a name that looks like a place for another stays what it is.
func (s *subjects) fill(en, zh string) vedette.Text {
	var pairs, pairsZh [10]string
	for i, h := range [...]struct {
		place  string
		ref    *vedette.EntityRef
		en, zh string
	}{
		{"{host}", s.host, "the machine", "该主机"}, {"{user}", s.user, "the account's owner", "账户所有者"},
		{"{addr}", s.addr, "the sender", "来源方"}, {"{peer}", s.peer, "the server that was called", "被连接的服务器"},
		{"{thing}", s.file(), "the program", "该程序"},
	} {
		if h.ref != nil {
			name := Clean(h.ref.Name, maxName)
			h.en, h.zh = name, name
			if h.ref.Kind == vedette.EntityAccount {
				h.en, h.zh = "the cloud account "+name, "云账户 "+name
			}
		}
		pairs[2*i], pairs[2*i+1], pairsZh[2*i], pairsZh[2*i+1] = h.place, h.en, h.place, h.zh
	}
	return text(capital(strings.NewReplacer(pairs[:]...).Replace(en)), spaced(strings.NewReplacer(pairsZh[:]...).Replace(zh)))
}

func (s *subjects) file() *vedette.EntityRef {
	if s.thing == "" {
		return nil
	}
	return &vedette.EntityRef{Kind: vedette.EntityFile, Name: s.thing}
}

// query puts quoted names into a search; it is "" when one of them is not known. Names are quoted so that whatever stands
// in a log stays a value, and all go in at once.
func (s *subjects) query(template string) string {
	pairs := make([]string, 0, 12)
	for _, h := range [...]struct {
		place string
		ref   *vedette.EntityRef
	}{{"{host}", s.host}, {"{user}", s.user}, {"{addr}", s.addr}, {"{peer}", s.peer}, {"{thing}", s.file()}} {
		if !strings.Contains(template, h.place) {
			continue
		}
		if h.ref == nil {
			return ""
		}
		name := quoted(h.ref.Name)
		switch {
		case h.ref.Kind == vedette.EntityAddress && h.place == "{host}":
			pairs = append(pairs, "host.name:i({host})", "(host.ip:="+name+" or source.ip:="+name+")")
		case h.ref.Kind == vedette.EntityAddress && h.place == "{peer}":
			pairs = append(pairs, calledAny, `destination.ip:=`+name+` | stats by (host.name, source.ip) count() rows`)
		case h.ref.Kind == vedette.EntityAccount:
			pairs = append(pairs, "host.name:i({host})", "cloud.account.id:="+name)
		}
		pairs = append(pairs, h.place, name)
	}
	return strings.NewReplacer(pairs...).Replace(template)
}

func quoted(name string) string { return strconv.Quote(vedette.Cut(name, 256)) }
