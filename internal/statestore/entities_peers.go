package statestore

import (
	"context"

	"github.com/vedette-soc/vedette"
)

// PeerHub is how many may use a thing before it says nothing of any of them.
const PeerHub = 50

// Bounds of the search for peers.
const (
	maxUses      = 128
	maxPeersRead = 40
)

// EntityUse says that an entity uses a thing, and how many entities of its kind do: beyond [PeerHub] they are not
// counted further.
type EntityUse struct {
	Name  string
	Thing vedette.EntityRef
	Users int
}

// peerColumns are the columns of who uses and of what is used. Accounts use machines, so for a machine it is the other
// way round: what makes two machines alike is who works on them.
type peerColumns struct{ kind, name, thingKind, thing string }

func peersBy(kind vedette.EntityKind) peerColumns {
	if kind == vedette.EntityHost {
		return peerColumns{"other_kind", "other", "kind", "name"}
	}
	return peerColumns{"kind", "name", "other_kind", "other"}
}

// Uses returns what an entity uses, and what the entities use that use something of it: those that share the most, up to
// forty. Things that more than [PeerHub] use are left out.
func (s *Store) Uses(ctx context.Context, tenant string, kind vedette.EntityKind, name string) (own, others []EntityUse, err error) {
	q, c := s.reading(), peersBy(kind)
	if own, err = q.uses(ctx, c, tenant, kind, []string{name}); err != nil || len(own) == 0 {
		return nil, nil, s.engine.failure("read what an entity uses", err)
	}
	args := []any{key(tenant), string(vedette.RelationUses), key(string(kind)), key(name)}
	for _, u := range own {
		args = append(args, string(u.Thing.Kind), key(u.Thing.Name))
	}
	var names []string
	err = q.each(ctx, func(scan func(...any) error) error {
		var n string
		var shared int64
		err := scan(&n, &shared)
		names = append(names, n)
		return err
	}, "SELECT "+c.name+", count(*) FROM entity_links WHERE tenant = ? AND relation = ? AND "+c.kind+" = ? AND "+c.name+" <> ? AND ("+
		c.thingKind+", "+c.thing+") IN (VALUES "+repeat("(?, ?)", len(own))+") GROUP BY "+c.name+" ORDER BY count(*) DESC, "+c.name+" LIMIT ?",
		append(args, maxPeersRead)...)
	if err != nil || len(names) == 0 {
		return own, nil, s.engine.failure("find who uses the same", err)
	}
	others, err = q.uses(ctx, c, tenant, kind, names)
	return own, others, s.engine.failure("read what others use", err)
}

// uses reads what entities use, with how many use each thing.
func (q session) uses(ctx context.Context, c peerColumns, tenant string, kind vedette.EntityKind, names []string) ([]EntityUse, error) {
	args := []any{PeerHub + 1, key(tenant), string(vedette.RelationUses), key(string(kind))}
	for _, n := range names {
		args = append(args, key(n))
	}
	var list []EntityUse
	err := q.each(ctx, func(scan func(...any) error) error {
		var u EntityUse
		err := scan(&u.Name, &u.Thing.Kind, &u.Thing.Name, &u.Users)
		if u.Users <= PeerHub {
			list = append(list, u)
		}
		return err
	}, "SELECT l."+c.name+", l."+c.thingKind+", l."+c.thing+", (SELECT count(*) FROM (SELECT 1 FROM entity_links o WHERE o.tenant = l.tenant AND o.relation = l.relation AND o."+
		c.kind+" = l."+c.kind+" AND o."+c.thingKind+" = l."+c.thingKind+" AND o."+c.thing+" = l."+c.thing+" LIMIT ?) AS users) FROM entity_links l WHERE l.tenant = ? AND l.relation = ? AND l."+
		c.kind+" = ? AND l."+c.name+" IN ("+marks(len(names))+") ORDER BY l."+c.name+", l.last_time DESC LIMIT ?", append(args, maxUses*len(names))...)
	return list, err
}
