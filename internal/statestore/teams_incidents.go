package statestore

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/vedette-soc/vedette"
)

// TeamChoice chooses incidents by their team. Its zero value chooses all.
type TeamChoice struct {
	Only    string   // of this team
	Without []string // of no team that is named here
}

// where narrows a condition on incidents.
func (c TeamChoice) where(w *condition) {
	if c.Only != "" {
		w.and("i.team = ?", key(c.Only))
	}
	if len(c.Without) > 0 {
		args := make([]any, len(c.Without))
		for n, name := range c.Without {
			args[n] = key(name)
		}
		w.and("i.team NOT IN ("+marks(len(args))+")", args...)
	}
}

// Claimed is an incident as far as it bears on whose it is.
type Claimed struct {
	N        int64 // its row: rows are walked in this order
	ID       string
	Team     string
	Entities []vedette.EntityRef
}

// Claims walks the incidents of a tenant that are not closed or were created since a time, without those that a person
// gave to a team: those behind a row, at most limit.
func (s *Store) Claims(ctx context.Context, tenant string, since time.Time, after int64, limit int) ([]Claimed, error) {
	var all []Claimed
	err := s.reading().each(ctx, func(scan func(...any) error) error {
		var one Claimed
		var summary string
		if err := scan(&one.N, &one.ID, &one.Team, &summary); err != nil {
			return err
		}
		var document struct {
			Entities []vedette.EntityRef `json:"entities"`
		}
		if err := json.Unmarshal([]byte(summary), &document); err != nil {
			return fmt.Errorf("decode a stored incident: %w", err)
		}
		one.Entities = document.Entities
		all = append(all, one)
		return nil
	}, `SELECT i.n, i.id, i.team, d.summary FROM incidents i JOIN incident_documents d ON d.n = i.n
		WHERE i.tenant = ? AND i.n > ? AND i.team_by = '' AND (i.created >= ? OR i.status <> ?) ORDER BY i.n LIMIT ?`,
		key(tenant), after, since, vedette.StatusClosed, limit)
	return all, s.engine.failure("read whose incidents are", err)
}

// Claim gives incidents to the teams that they name. One that a person gave to a team meanwhile stays there.
func (s *Store) Claim(ctx context.Context, claims []Claimed) error {
	return s.transaction(ctx, "give incidents to teams", func(q session) error {
		for _, c := range claims {
			if _, err := q.exec(ctx, "UPDATE incidents SET team = ? WHERE n = ? AND team_by = ''", key(c.Team), c.N); err != nil {
				return err
			}
		}
		return nil
	})
}

// Side is a line, and the incidents that it is for.
type Side struct {
	Tenant string
	Of     TeamChoice
	Line   int
	Since  time.Time // what happened earlier does not come up any more
}

// Misplaced returns whole incidents, the row of the last of them, and whether there may be more: open ones behind a row,
// in its order, that lie below the line although their score reaches it. What lies above it stays, wherever the line goes.
func (s *Store) Misplaced(ctx context.Context, side Side, page After) ([]vedette.Incident, After, error) {
	risen := condition{"i.tenant = ? AND i.status = ? AND i.below = 1 AND i.score >= ?", []any{key(side.Tenant), vedette.StatusOpen, side.Line}}
	risen.and("i.n + 0 > ? AND i.merged = '' AND i.last_time >= ?", page.Row, side.Since)
	side.Of.where(&risen)
	limit := max(page.Limit, 1)
	next := After{Limit: page.Limit}
	var all []vedette.Incident
	err := s.reading().each(ctx, func(scan func(...any) error) error {
		var row incidentRow
		if err := scan(append(row.columns(), &row.evidence)...); err != nil {
			return err
		}
		next.Row = row.n
		in, err := row.incident()
		all = append(all, in)
		return err
	}, `SELECT `+incidentColumns+`, d.summary, d.evidence FROM incidents i JOIN incident_documents d ON d.n = i.n WHERE `+risen.text+`
		ORDER BY i.n LIMIT ?`, append(risen.args, limit)...)
	next.More = len(all) == limit
	return all, next, s.engine.failure("read which incidents lie on the wrong side of the line", err)
}

// After is a place in a walk through rows.
type After struct {
	Row   int64 // walk those behind it
	Limit int
	More  bool // there may be rows behind the last one
}

// Belonging is what people say of an entity that tells whose it is.
type Belonging struct {
	Tenant     string
	Kind       vedette.EntityKind
	Name       string
	Department string
	Tags       []string
}

// Belongings hands over every entity of every tenant of which somebody has said a department or a tag.
func (s *Store) Belongings(ctx context.Context, fn func(Belonging)) error {
	err := s.reading().each(ctx, func(scan func(...any) error) error {
		var b Belonging
		var tags string
		if err := scan(&b.Tenant, &b.Kind, &b.Name, &b.Department, &tags); err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(tags), &b.Tags); err != nil {
			return fmt.Errorf("decode the tags of %s %q: %w", b.Kind, b.Name, err)
		}
		fn(b)
		return nil
	}, "SELECT tenant, kind, name, department, tags FROM entity_profiles WHERE department <> '' OR tags <> '[]'")
	return s.engine.failure("read whose entities are", err)
}
