package statestore

import (
	"context"
	"time"
)

// Prune removes what has lost its use: expired sessions, entities not seen since before, and daily rule counts from
// before it. It returns how many rows went.
func (s *Store) Prune(ctx context.Context, before time.Time) (int64, error) {
	var gone int64
	err := s.transaction(ctx, "remove what has lost its use", func(q session) error {
		gone = 0
		for _, one := range []struct {
			query string
			arg   int64
		}{
			{"DELETE FROM sessions WHERE expires < ?", micros(s.now())},
			{"DELETE FROM entities WHERE last_time < ?", micros(before)},
			{"DELETE FROM rule_days WHERE day < ?", dayOf(before)},
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
