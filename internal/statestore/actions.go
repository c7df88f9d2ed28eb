package statestore

import (
	"context"

	"github.com/vedette-soc/vedette"
)

// ActionFilter chooses actions of one tenant. Empty fields do not choose.
type ActionFilter struct {
	Tenant     string
	States     []vedette.ActionState
	IncidentID string
	Target     string
}

// CreateAction keeps a new action and sets its Version to 1. An ID that exists is a conflict.
func (s *Store) CreateAction(ctx context.Context, action *vedette.Action) error { return unfinished() }

// UpdateAction replaces an action that is still at action.Version, and raises that by one. Anything else is a conflict.
func (s *Store) UpdateAction(ctx context.Context, action *vedette.Action) error { return unfinished() }

// Action returns one action.
func (s *Store) Action(ctx context.Context, tenant, id string) (vedette.Action, error) {
	return vedette.Action{}, unfinished()
}

// Actions lists actions, newest first, with the cursor of the next page and how many there are.
func (s *Store) Actions(ctx context.Context, filter ActionFilter, page Page) ([]vedette.Action, string, int64, error) {
	return nil, "", 0, unfinished()
}

// LiveActions returns the proposed, applying and active actions of all tenants, oldest first.
func (s *Store) LiveActions(ctx context.Context) ([]vedette.Action, error) { return nil, unfinished() }
