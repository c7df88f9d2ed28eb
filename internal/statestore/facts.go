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
	f.Ended, f.EndedBy, f.Created = time.Time{}, "", moment(micros(s.now()))
	f.From, f.Until = moment(micros(f.From)), moment(micros(f.Until))
	if err := f.Check(); err != nil {
		return f, err
	}
	if f.By == "" || !f.Until.After(f.Created) {
		return f, vedette.Errorf(vedette.CodeInvalid, "a fact needs somebody who says it and an end that is still to come")
	}
	f.ID = "fact-" + randomHex(8)
	document, err := json.Marshal(f)
	if err != nil {
		return f, fmt.Errorf("encode a fact: %w", err)
	}
	return f, s.transaction(ctx, "add a fact", func(q session) error {
		there, err := s.facts(ctx, q, " WHERE tenant = ? AND until >= ? AND ended = 0", key(f.Tenant), f.Created)
		if err != nil {
			return err
		}
		if len(there) >= MaxFacts {
			return vedette.Errorf(vedette.CodeLimited, "there are %d facts in force; end some that explain nothing any more", len(there))
		}
		for i := range there {
			if sameFact(there[i], f) {
				return vedette.Errorf(vedette.CodeConflict, "this is known already: %s", there[i].ID)
			}
		}
		_, err = q.exec(ctx, "INSERT INTO facts (tenant, id, until, ended, ended_by, document) VALUES (?, ?, ?, 0, '', ?)", key(f.Tenant), key(f.ID), f.Until, cleanText(string(document)))
		return err
	})
}

// sameFact tells whether two facts say the same about the same.
func sameFact(a, b vedette.Fact) bool {
	a.ID, a.Created, b.ID, b.Created = "", time.Time{}, "", time.Time{}
	x, _ := json.Marshal(a)
	y, _ := json.Marshal(b)
	return string(x) == string(y)
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
