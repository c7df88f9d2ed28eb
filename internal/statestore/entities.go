package statestore

import (
	"context"

	"github.com/vedette-soc/vedette"
)

// EntityFilter chooses entities of one tenant. Empty fields do not choose.
type EntityFilter struct {
	Tenant string
	Kind   vedette.EntityKind
	Search string // part of the name, in any case
}

// Entities lists entities, last seen first, with the cursor of the next page and how many there are.
func (s *Store) Entities(ctx context.Context, filter EntityFilter, page Page) ([]vedette.Entity, string, int64, error) {
	return nil, "", 0, unfinished()
}

// Entity returns what is known of one entity.
func (s *Store) Entity(ctx context.Context, tenant string, kind vedette.EntityKind, name string) (vedette.Entity, error) {
	return vedette.Entity{}, unfinished()
}
