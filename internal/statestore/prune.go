package statestore

import (
	"context"
	"time"
)

// Prune removes what has lost its use: expired sessions, entities, links and sessions not seen since
// before, unless people said something of them, and daily rule counts from before it. It returns how many rows went.
func (s *Store) Prune(ctx context.Context, before time.Time) (int64, error) {
	var gone int64
	err := s.transaction(ctx, "remove what has lost its use", func(q session) error {
		gone = 0
		for _, one := range []struct {
			query string
			arg   int64
		}{
			{"DELETE FROM sessions WHERE expires < ?", micros(s.now())},
			{"DELETE FROM entities WHERE last_time < ? AND NOT EXISTS (SELECT 1 FROM entity_profiles p WHERE p.tenant = entities.tenant AND p.kind = entities.kind AND p.name = entities.name)", micros(before)},
			{"DELETE FROM entity_links WHERE last_time < ?", micros(before)},
			{"DELETE FROM entity_sessions WHERE to_time < ?", micros(before)},
			{"DELETE FROM entity_exposures WHERE last_time < ? AND state <> 'confirmed'", micros(before)},
			{"DELETE FROM entity_stakes WHERE n IN (SELECT n FROM incidents WHERE last_time < ?)", micros(before)},
			{"DELETE FROM rule_days WHERE day < ?", dayOf(before)},
			{"DELETE FROM triage_memory WHERE seen < ?", micros(before)},
		} {
			changed, err := q.exec(ctx, one.query, one.arg)
			if err != nil {
				return err
			}
			gone += changed
		}
		return nil
	})
	return gone, err
}
