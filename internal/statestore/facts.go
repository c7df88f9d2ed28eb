package statestore

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/vedette-soc/vedette"
)

// MaxFacts is how many facts of a tenant may be in force or still to come.
const MaxFacts = 2000

// maxFactRows bounds those that are remembered: in force, over for less than [vedette.MaxFactTime], or taken back.
const maxFactRows = 20_000

// Facts returns the facts of a tenant that are not over, or were over at since at the earliest, the newest first, also those
// that were taken back; "" asks for those of all tenants.
func (s *Store) Facts(ctx context.Context, tenant string, since time.Time) ([]vedette.Fact, error) {
	if tenant == "" {
		return s.facts(ctx, s.reading(), " WHERE until >= ?", since)
	}
	return s.facts(ctx, s.reading(), " WHERE tenant = ? AND until >= ?", key(tenant), since)
}

func (s *Store) facts(ctx context.Context, q session, where string, args ...any) ([]vedette.Fact, error) {
	var all []vedette.Fact
	err := q.each(ctx, func(scan func(...any) error) error {
		var f vedette.Fact
		var document, by string
		var ended int64
		if err := scan(&document, &ended, &by); err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(document), &f); err != nil {
			return fmt.Errorf("decode a fact: %w", err)
		}
		f.Ended, f.EndedBy = moment(ended), by
		all = append(all, f)
		return nil
	}, "SELECT document, ended, ended_by FROM facts"+where+" ORDER BY n DESC", args...)
	return all, s.engine.failure("read facts", err)
}

// AddFact keeps a new fact and returns it as it is kept. What [vedette.Fact.Check] refuses is invalid, and so is one that is
// over; a fact that is there already, word for word, is a conflict.
func (s *Store) AddFact(ctx context.Context, f vedette.Fact) (vedette.Fact, error) {
	kept, refused, err := s.AddFacts(ctx, f.Tenant, []vedette.Fact{f})
	switch {
	case err != nil:
		return f, err
	case refused[0] != nil:
		return f, refused[0]
	}
	return kept[0], nil
}

// AddFacts keeps new facts of a tenant, each as [Store.AddFact] does, in one transaction. It returns them as they are kept and,
// at the same places, why one was refused: nil when it was not. When it fails, none is kept.
func (s *Store) AddFacts(ctx context.Context, tenant string, list []vedette.Fact) ([]vedette.Fact, []error, error) {
	kept, refused := make([]vedette.Fact, len(list)), make([]error, len(list))
	err := s.transaction(ctx, "add facts", func(q session) error {
		now := moment(micros(s.now()))
		there, err := s.factsThere(ctx, q, tenant, now)
		if err != nil {
			return err
		}
		for i, f := range list {
			f.Tenant, f.Ended, f.EndedBy, f.Created = tenant, time.Time{}, "", now
			f.From, f.Until = moment(micros(f.From)), moment(micros(f.Until))
			if refused[i] = there.refuses(f); refused[i] != nil {
				continue
			}
			there.names[factName(f)] = "another one of these"
			there.inForce++
			there.rows++
			f.ID = "fact-" + randomHex(8)
			kept[i] = f
			document, err := json.Marshal(f)
			if err != nil {
				return fmt.Errorf("encode a fact: %w", err)
			}
			if _, err := q.exec(ctx, "INSERT INTO facts (tenant, id, until, ended, ended_by, document) VALUES (?, ?, ?, 0, '', ?)", key(tenant), key(f.ID), f.Until, cleanText(string(document))); err != nil {
				return err
			}
		}
		return nil
	})
	return kept, refused, err
}

// factsThere is what a tenant has of facts.
type factsThere struct {
	names   map[string]string // of those in force or still to come: what they say, by id
	inForce int
	rows    int64 // those over and taken back among them
}

func (s *Store) factsThere(ctx context.Context, q session, tenant string, now time.Time) (*factsThere, error) {
	there := &factsThere{names: map[string]string{}}
	all, err := s.facts(ctx, q, " WHERE tenant = ? AND until >= ? AND ended = 0", key(tenant), now)
	if err != nil {
		return nil, err
	}
	for _, f := range all {
		there.names[factName(f)] = f.ID
	}
	there.inForce = len(all)
	_, err = q.one(ctx, []any{&there.rows}, "SELECT count(*) FROM facts WHERE tenant = ? AND until >= ?", key(tenant), now.Add(-vedette.MaxFactTime))
	return there, err
}

func (t *factsThere) refuses(f vedette.Fact) error {
	if err := f.Check(); err != nil {
		return err
	}
	id, known := t.names[factName(f)]
	switch {
	case f.By == "" || !f.Until.After(f.Created):
		return vedette.Errorf(vedette.CodeInvalid, "a fact needs somebody who says it and an end that is still to come")
	case known:
		return vedette.Errorf(vedette.CodeConflict, "this is known already: %s", id)
	case t.inForce >= MaxFacts:
		return vedette.Errorf(vedette.CodeLimited, "there are %d facts in force; end some that explain nothing any more", t.inForce)
	case t.rows >= maxFactRows:
		return vedette.Errorf(vedette.CodeLimited, "there were %d facts within %d days, which is the most", t.rows, int(vedette.MaxFactTime.Hours()/24))
	}
	return nil
}

// factName is all that a fact says: two of one name say the same about the same.
func factName(f vedette.Fact) string {
	f.ID, f.Created = "", time.Time{}
	name, _ := json.Marshal(f) // of texts, lists and times: it cannot fail
	return string(name)
}

// EndFact takes a fact back: it explains nothing any more, and is kept with the name of who did it. One that ended already
// is a conflict.
func (s *Store) EndFact(ctx context.Context, tenant, id, who string) (vedette.Fact, error) {
	var f vedette.Fact
	err := s.transaction(ctx, "end a fact", func(q session) error {
		found, err := s.facts(ctx, q, " WHERE tenant = ? AND id = ?", key(tenant), key(id))
		switch {
		case err != nil:
			return err
		case len(found) == 0:
			return missing("fact", id)
		}
		if f = found[0]; !f.Ended.IsZero() {
			return vedette.Errorf(vedette.CodeConflict, "%s has ended it already", f.EndedBy)
		}
		f.Ended, f.EndedBy = moment(micros(s.now())), key(who)
		_, err = q.exec(ctx, "UPDATE facts SET ended = ?, ended_by = ? WHERE tenant = ? AND id = ? AND ended = 0", f.Ended, f.EndedBy, key(tenant), key(id))
		return err
	})
	return f, err
}
