package statestore

import (
	"context"

	"github.com/vedette-soc/vedette"
)

// EntityFilter chooses entities of one tenant. Empty fields do not choose.
type EntityFilter struct {
	Tenant string
	Kind   vedette.EntityKind
	Search string // words that must all occur in the name, in any case
}

const entityColumns = "tenant, kind, name, first_time, last_time, alerts, incidents, severity, internal, protected"

func scanEntity(scan func(...any) error) (vedette.Entity, error) {
	var e vedette.Entity
	var first, last, severity, internal, protected int64
	err := scan(&e.Tenant, &e.Kind, &e.Name, &first, &last, &e.Alerts, &e.Incidents, &severity, &internal, &protected)
	e.First, e.Last, e.Severity = moment(first), moment(last), vedette.Severity(severity)
	e.Internal, e.Protected = internal != 0, protected != 0
	return e, err
}

// Entities lists entities, last seen first, with the cursor of the next page and how many there are.
func (s *Store) Entities(ctx context.Context, filter EntityFilter, page Page) ([]vedette.Entity, string, int64, error) {
	after, err := page.place("entities", 1, 2)
	if err != nil {
		return nil, "", 0, err
	}
	words, err := searchWords(filter.Search)
	if err != nil {
		return nil, "", 0, err
	}
	where := condition{"tenant = ?", []any{key(filter.Tenant)}}
	if filter.Kind != "" {
		where.and("kind = ?", key(string(filter.Kind)))
	}
	s.engine.containing(&where, "lower(name)", words)
	q := s.reading()
	var total int64
	if _, err := q.one(ctx, []any{&total}, "SELECT count(*) FROM entities WHERE "+where.text, where.args...); err != nil {
		return nil, "", 0, s.engine.failure("count entities", err)
	}
	if after != nil {
		where.and("(last_time, kind, name) < (?, ?, ?)", after.Times[0], after.Names[0], after.Names[1])
	}
	rows := paged[vedette.Entity]{limit: page.limit()}
	err = q.each(ctx, rows.adder(scanEntity), "SELECT "+entityColumns+" FROM entities WHERE "+where.text+
		" ORDER BY last_time DESC, kind DESC, name DESC LIMIT ?", append(where.args, rows.limit+1)...)
	if err != nil || len(rows.items) == 0 {
		return nil, "", total, s.engine.failure("list entities", err)
	}
	last := rows.items[len(rows.items)-1]
	next := cursor{List: "entities", Times: []int64{micros(last.Last)}, Names: []string{string(last.Kind), last.Name}}
	return rows.items, rows.next(next), total, nil
}

// Entity returns what is known of one entity.
func (s *Store) Entity(ctx context.Context, tenant string, kind vedette.EntityKind, name string) (vedette.Entity, error) {
	var e vedette.Entity
	found := false
	err := s.reading().each(ctx, func(scan func(...any) error) (err error) {
		found = true
		e, err = scanEntity(scan)
		return err
	}, "SELECT "+entityColumns+" FROM entities WHERE tenant = ? AND kind = ? AND name = ?", key(tenant), key(string(kind)), key(name))
	if err == nil && !found {
		err = missing(string(kind), name)
	}
	return e, s.engine.failure("read an entity", err)
}
