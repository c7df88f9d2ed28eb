package statestore

import "context"

// How much is kept of what events show of entities.
const (
	MaxLinksKept    = 500_000
	MaxSessionsKept = 500_000
	maxLinksOfOne   = 256 // of one entity and one relation
)

// BoundSeen removes what is beyond the bounds, longest unseen first, and returns how many rows went.
func (s *Store) BoundSeen(ctx context.Context) (int64, error) {
	var gone int64
	err := s.transaction(ctx, "keep what events showed within bounds", func(q session) error {
		gone = 0
		for _, one := range []struct {
			query string
			arg   int64
		}{
			{`DELETE FROM entity_links WHERE (tenant, kind, name, relation, other_kind, other, why) IN (SELECT tenant, kind, name, relation, other_kind, other, why
				FROM (SELECT tenant, kind, name, relation, other_kind, other, why, row_number() OVER
				(PARTITION BY tenant, kind, name, relation ORDER BY last_time DESC) AS place FROM entity_links) AS ordered WHERE place > ?)`, maxLinksOfOne},
			{"DELETE FROM entity_links WHERE last_time < (SELECT last_time FROM entity_links ORDER BY last_time DESC LIMIT 1 OFFSET ?)", MaxLinksKept},
			{"DELETE FROM entity_sessions WHERE to_time < (SELECT to_time FROM entity_sessions ORDER BY to_time DESC LIMIT 1 OFFSET ?)", MaxSessionsKept},
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
