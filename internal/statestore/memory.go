package statestore

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// Memory is one thing that triage has learned, or needs to go on where it was. Data is triage's own business; empty Data
// removes the row.
type Memory struct {
	Tenant, Kind, Rule, Machine string
	Seen                        time.Time // when it was last met
	Data                        []byte
}

// MaxMemories is how many rows of memory are read, the latest first.
const MaxMemories = 400_000

// addMemories writes rows in the order of their keys, so that two nodes never wait for each other in a circle.
func addMemories(ctx context.Context, q session, memories []Memory) error {
	memories = slices.Clone(memories)
	slices.SortFunc(memories, func(a, b Memory) int {
		return cmp.Or(cmp.Compare(a.Tenant, b.Tenant), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Machine, b.Machine))
	})
	for _, m := range memories {
		if len(m.Data) == 0 {
			_, err := q.exec(ctx, "DELETE FROM triage_memory WHERE tenant = ? AND kind = ? AND rule = ? AND machine = ?",
				key(m.Tenant), key(m.Kind), key(m.Rule), key(m.Machine))
			if err != nil {
				return err
			}
			continue
		}
		_, err := q.exec(ctx, `INSERT INTO triage_memory (tenant, kind, rule, machine, seen, data) VALUES (?, ?, ?, ?, ?, ?)
			ON CONFLICT (tenant, kind, rule, machine) DO UPDATE SET seen = excluded.seen, data = excluded.data`,
			key(m.Tenant), key(m.Kind), key(m.Rule), key(m.Machine), m.Seen, m.Data)
		if err != nil {
			return err
		}
	}
	return nil
}

// Memories calls fn for what triage has learned, of one kind, the latest met last, at most MaxMemories.
func (s *Store) Memories(ctx context.Context, kind string, fn func(Memory)) error {
	err := s.reading().each(ctx, func(scan func(...any) error) error {
		var m Memory
		var seen int64
		if err := scan(&m.Tenant, &m.Rule, &m.Machine, &seen, &m.Data); err != nil {
			return err
		}
		m.Kind, m.Seen = kind, moment(seen)
		fn(m)
		return nil
	}, `SELECT tenant, rule, machine, seen, data FROM (SELECT tenant, rule, machine, seen, data FROM triage_memory WHERE kind = ?
		ORDER BY seen DESC, tenant, rule, machine LIMIT ?) AS latest ORDER BY seen, tenant, rule, machine`, kind, MaxMemories)
	return s.engine.failure("read what triage has learned", err)
}
