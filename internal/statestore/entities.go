package statestore

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/vedette-soc/vedette"
)

// EntityFilter chooses entities of one tenant. Empty fields do not choose.
type EntityFilter struct {
	Tenant      string
	Kind        vedette.EntityKind
	Search      string // words that must all occur in the name, in any case
	Owner       string
	Department  string
	Tag         string
	Criticality int    // at least; 0 does not choose
	Sort        string // "last" (the default): last seen first; "risk": highest first
}

// EntityRow is an entity with its standing: a number that grows with its risk and keeps the order of entities while all
// risks decay; 0 is no risk. Whoever knows the half-life can tell the risk from it.
type EntityRow struct {
	vedette.Entity
	Standing int64
}

const (
	entityColumns = "e.tenant, e.kind, e.name, e.first_time, e.last_time, e.alerts, e.incidents, e.severity, e.internal, e.protected, e.standing, p.criticality, p.owner, p.department, p.tags"
	entityTables  = " FROM entities e LEFT JOIN entity_profiles p ON p.tenant = e.tenant AND p.kind = e.kind AND p.name = e.name WHERE "
)

func scanEntity(scan func(...any) error) (EntityRow, error) {
	var e EntityRow
	var first, last, severity, internal, protected int64
	var criticality *int64
	var owner, department, tags *string
	err := scan(&e.Tenant, &e.Kind, &e.Name, &first, &last, &e.Alerts, &e.Incidents, &severity, &internal, &protected,
		&e.Standing, &criticality, &owner, &department, &tags)
	e.First, e.Last, e.Severity = moment(first), moment(last), vedette.Severity(severity)
	e.Internal, e.Protected = internal != 0, protected != 0
	if err != nil || criticality == nil {
		return e, err
	}
	e.Criticality, e.Owner, e.Department = levelOf(*criticality), *owner, *department
	if err := json.Unmarshal([]byte(*tags), &e.Tags); err != nil {
		return e, fmt.Errorf("decode the tags of an entity: %w", err)
	}
	return e, nil
}

func (s *Store) entityCondition(filter EntityFilter) (condition, error) {
	where := condition{"e.tenant = ?", []any{key(filter.Tenant)}}
	if filter.Kind != "" {
		where.and("e.kind = ?", key(string(filter.Kind)))
	}
	var said condition
	if filter.Owner != "" {
		said.and("o.owner = ?", key(filter.Owner))
	}
	if filter.Department != "" {
		said.and("o.department = ?", key(filter.Department))
	}
	if filter.Criticality > 0 {
		said.and("o.criticality >= ?", filter.Criticality)
	}
	if filter.Tag != "" {
		quoted, err := json.Marshal(filter.Tag)
		if err != nil {
			return where, fmt.Errorf("quote a tag: %w", err)
		}
		s.engine.containing(&said, "o.tags", []string{string(quoted)})
	}
	if said.text != "" {
		where.and("EXISTS (SELECT 1 FROM entity_profiles o WHERE o.tenant = e.tenant AND o.kind = e.kind AND o.name = e.name AND "+said.text+")", said.args...)
	}
	words, err := searchWords(filter.Search)
	s.engine.containing(&where, "lower(e.name)", words)
	return where, err
}

// Entities lists entities with the cursor of the next page and how many there are.
func (s *Store) Entities(ctx context.Context, filter EntityFilter, page Page) ([]EntityRow, string, int64, error) {
	column := "last_time"
	switch filter.Sort {
	case "", "last":
	case "risk":
		column = "standing"
	default:
		return nil, "", 0, vedette.Errorf(vedette.CodeInvalid, "entities cannot be sorted by %q: use last or risk", filter.Sort)
	}
	list := "entities." + column
	after, err := page.place(list, 1, 2)
	if err != nil {
		return nil, "", 0, err
	}
	where, err := s.entityCondition(filter)
	if err != nil {
		return nil, "", 0, err
	}
	q := s.reading()
	var total int64
	if _, err := q.one(ctx, []any{&total}, "SELECT count(*) FROM entities e WHERE "+where.text, append([]any{}, where.args...)...); err != nil {
		return nil, "", 0, s.engine.failure("count entities", err)
	}
	if after != nil {
		where.and("(e."+column+", e.kind, e.name) < (?, ?, ?)", after.Times[0], after.Names[0], after.Names[1])
	}
	rows := paged[EntityRow]{limit: page.limit()}
	err = q.each(ctx, rows.adder(scanEntity), "SELECT "+entityColumns+entityTables+where.text+
		" ORDER BY e."+column+" DESC, e.kind DESC, e.name DESC LIMIT ?", append(where.args, rows.limit+1)...)
	if err != nil || len(rows.items) == 0 {
		return nil, "", total, s.engine.failure("list entities", err)
	}
	last := rows.items[len(rows.items)-1]
	next := cursor{List: list, Times: []int64{micros(last.Last)}, Names: []string{string(last.Kind), last.Name}}
	if column == "standing" {
		next.Times[0] = last.Standing
	}
	return rows.items, rows.next(next), total, nil
}

// Entity returns what is known of one entity.
func (s *Store) Entity(ctx context.Context, tenant string, kind vedette.EntityKind, name string) (EntityRow, error) {
	var e EntityRow
	found := false
	err := s.reading().each(ctx, func(scan func(...any) error) (err error) {
		found = true
		e, err = scanEntity(scan)
		return err
	}, "SELECT "+entityColumns+entityTables+"e.tenant = ? AND e.kind = ? AND e.name = ?", key(tenant), key(string(kind)), key(name))
	if err == nil && !found {
		err = missing(string(kind), name)
	}
	return e, s.engine.failure("read an entity", err)
}
