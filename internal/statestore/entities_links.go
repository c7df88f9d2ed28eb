package statestore

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/vedette-soc/vedette"
)

// Bounds of what is kept and shown of links and sessions.
const (
	maxLinksShown    = 256
	maxSessionsShown = 200
)

// Seen is what events showed of entities since the last time.
type Seen struct {
	Links    []vedette.EntityLink
	Sessions []vedette.LogonSession
	Entities []vedette.Entity // as in [Fold]: deltas without alerts, so that what was only seen is listed too
}

// SaveSeen stores what events showed, all of it or nothing. Storing the same again changes nothing but the spans.
func (s *Store) SaveSeen(ctx context.Context, seen Seen) error {
	links := slices.Clone(seen.Links)
	slices.SortFunc(links, func(a, b vedette.EntityLink) int { // no two nodes wait for each other in a circle
		return cmp.Or(cmp.Compare(a.Tenant, b.Tenant), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Relation, b.Relation),
			cmp.Compare(a.OtherKind, b.OtherKind), cmp.Compare(a.Other, b.Other), cmp.Compare(a.Why, b.Why))
	})
	sessions := slices.Clone(seen.Sessions)
	slices.SortFunc(sessions, func(a, b vedette.LogonSession) int {
		return cmp.Or(cmp.Compare(a.Tenant, b.Tenant), cmp.Compare(a.ID, b.ID))
	})
	return s.transaction(ctx, "store what events showed of entities", func(q session) error {
		for i := range links {
			if err := saveLink(ctx, q, &links[i]); err != nil {
				return err
			}
		}
		for i := range sessions {
			if err := saveLogon(ctx, q, &sessions[i]); err != nil {
				return err
			}
		}
		return addEntities(ctx, q, seen.Entities)
	})
}

func saveLink(ctx context.Context, q session, l *vedette.EntityLink) error {
	_, err := q.exec(ctx, `INSERT INTO entity_links (tenant, kind, name, relation, other_kind, other, why, first_time, last_time, spans)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (tenant, kind, name, relation, other_kind, other, why) DO UPDATE SET
		first_time = CASE WHEN excluded.first_time < entity_links.first_time THEN excluded.first_time ELSE entity_links.first_time END,
		last_time = CASE WHEN excluded.last_time > entity_links.last_time THEN excluded.last_time ELSE entity_links.last_time END,
		spans = entity_links.spans + excluded.spans`,
		key(l.Tenant), key(string(l.Kind)), key(l.Name), string(l.Relation), key(l.OtherKind), key(l.Other), key(l.Why), l.First, l.Last, l.Spans)
	return err
}

func saveLogon(ctx context.Context, q session, l *vedette.LogonSession) error {
	_, err := q.exec(ctx, `INSERT INTO entity_sessions (tenant, id, user_name, host, address, kind, from_time, to_time, logons, ended)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (tenant, id) DO UPDATE SET
		from_time = CASE WHEN excluded.from_time < entity_sessions.from_time THEN excluded.from_time ELSE entity_sessions.from_time END,
		to_time = CASE WHEN excluded.to_time > entity_sessions.to_time THEN excluded.to_time ELSE entity_sessions.to_time END,
		logons = CASE WHEN excluded.logons > entity_sessions.logons THEN excluded.logons ELSE entity_sessions.logons END,
		ended = excluded.ended`,
		key(l.Tenant), key(l.ID), key(l.User), key(l.Host), key(l.Address), key(l.Kind), l.From, l.To, l.Logons, l.Ended)
	return err
}

const linkColumns = "tenant, kind, name, relation, other_kind, other, why, first_time, last_time, spans"

func scanLink(scan func(...any) error) (vedette.EntityLink, error) {
	var l vedette.EntityLink
	var first, last int64
	err := scan(&l.Tenant, &l.Kind, &l.Name, &l.Relation, &l.OtherKind, &l.Other, &l.Why, &first, &last, &l.Spans)
	l.First, l.Last = moment(first), moment(last)
	return l, err
}

func (q session) links(ctx context.Context, where string, args ...any) ([]vedette.EntityLink, error) {
	var list []vedette.EntityLink
	err := q.each(ctx, func(scan func(...any) error) error {
		l, err := scanLink(scan)
		list = append(list, l)
		return err
	}, "SELECT "+linkColumns+" FROM entity_links WHERE "+where+" ORDER BY last_time DESC, kind, name, other_kind, other, why LIMIT ?", append(args, maxLinksShown)...)
	return list, err
}

// Aliases returns the links that give an entity other names, in either direction, and those in which other entities
// claim the same names.
func (s *Store) Aliases(ctx context.Context, tenant string, kind vedette.EntityKind, name string) (own, rivals []vedette.EntityLink, err error) {
	q := s.reading()
	alias := string(vedette.RelationAlias)
	own, err = q.links(ctx, "tenant = ? AND kind = ? AND name = ? AND relation = ?", key(tenant), key(string(kind)), key(name), alias)
	if err != nil {
		return nil, nil, s.engine.failure("read the names of an entity", err)
	}
	claims := own
	back, err := q.links(ctx, "tenant = ? AND other_kind = ? AND other = ? AND relation = ?", key(tenant), key(string(kind)), key(name), alias)
	if err != nil {
		return nil, nil, s.engine.failure("read the names of an entity", err)
	}
	own = append(own, back...)
	args := []any{key(tenant), alias, key(name)}
	for i := range claims {
		args = append(args, claims[i].OtherKind, claims[i].Other)
	}
	if len(claims) > 0 {
		values := "VALUES " + repeat("(?, ?)", len(claims))
		rivals, err = q.links(ctx, "tenant = ? AND relation = ? AND name <> ? AND (other_kind, other) IN ("+values+")", args...)
	}
	return own, rivals, s.engine.failure("read who claims the names of an entity", err)
}

// LogonsOf returns the sessions of a user, on a host or from an address, last ended first. Other kinds have none.
func (s *Store) LogonsOf(ctx context.Context, tenant string, kind vedette.EntityKind, name string) ([]vedette.LogonSession, error) {
	column := map[vedette.EntityKind]string{vedette.EntityUser: "user_name", vedette.EntityHost: "host", vedette.EntityAddress: "address"}[kind]
	if column == "" {
		return nil, nil
	}
	return s.logons(ctx, "tenant = ? AND "+column+" = ? ORDER BY to_time DESC, id LIMIT ?", key(tenant), key(name), maxSessionsShown)
}

// OpenLogons returns sessions of all tenants that had no end and were seen since a time.
func (s *Store) OpenLogons(ctx context.Context, since time.Time, limit int) ([]vedette.LogonSession, error) {
	return s.logons(ctx, "to_time >= ? AND ended = 0 ORDER BY to_time DESC, id LIMIT ?", since, limit)
}

func (s *Store) logons(ctx context.Context, where string, args ...any) ([]vedette.LogonSession, error) {
	var list []vedette.LogonSession
	err := s.reading().each(ctx, func(scan func(...any) error) error {
		var l vedette.LogonSession
		var from, to, ended int64
		err := scan(&l.Tenant, &l.ID, &l.User, &l.Host, &l.Address, &l.Kind, &from, &to, &l.Logons, &ended)
		l.From, l.To, l.Ended = moment(from), moment(to), ended != 0
		list = append(list, l)
		return err
	}, "SELECT tenant, id, user_name, host, address, kind, from_time, to_time, logons, ended FROM entity_sessions WHERE "+where, args...)
	return list, s.engine.failure("read sessions", err)
}

// repeat writes a piece n times with commas between.
func repeat(piece string, n int) string {
	all := make([]byte, 0, n*(len(piece)+2))
	for i := range n {
		if i > 0 {
			all = append(all, ", "...)
		}
		all = append(all, piece...)
	}
	return string(all)
}
