package statestore

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/vedette-soc/vedette"
)

// MaxAction is the largest action as JSON in bytes.
const MaxAction = 64 << 10

// ActionFilter chooses actions of one tenant. Empty fields do not choose.
type ActionFilter struct {
	Tenant     string
	States     []vedette.ActionState
	IncidentID string
	Target     string
}

// CreateAction keeps a new action and sets its Version to 1. An ID that exists is a conflict.
func (s *Store) CreateAction(ctx context.Context, action *vedette.Action) error {
	if err := named("an action", action.ID); err != nil {
		return err
	}
	fresh := *action
	fresh.Version = 1
	document, err := encodeAction(fresh)
	if err != nil {
		return err
	}
	_, err = s.change(ctx, "create an action", `INSERT INTO actions (tenant, id, state, incident, target, created, applied, version, document)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`, key(fresh.Tenant), fresh.ID, fresh.State, key(fresh.IncidentID),
		key(fresh.Target), fresh.Created, appliedAt(fresh), fresh.Version, document)
	if err == nil {
		action.Version = fresh.Version
	}
	return err
}

// UpdateAction replaces an action that is still at action.Version, and raises that by one. Anything else is a conflict.
func (s *Store) UpdateAction(ctx context.Context, action *vedette.Action) error {
	fresh := *action
	fresh.Version++
	document, err := encodeAction(fresh)
	if err != nil {
		return err
	}
	err = s.transaction(ctx, "update an action", func(q session) error {
		changed, err := q.exec(ctx, `UPDATE actions SET state = ?, incident = ?, target = ?, created = ?, applied = ?, version = ?, document = ?
			WHERE tenant = ? AND id = ? AND version = ?`, fresh.State, key(fresh.IncidentID), key(fresh.Target), fresh.Created,
			appliedAt(fresh), fresh.Version, document, key(fresh.Tenant), key(fresh.ID), action.Version)
		if err != nil || changed == 1 {
			return err
		}
		stored, err := oneAction(ctx, q, fresh.Tenant, fresh.ID)
		if err != nil {
			return err
		}
		return moved("action", fresh.ID, action.Version, stored.Version)
	})
	if err == nil {
		action.Version = fresh.Version
	}
	return err
}

// appliedAt is when an action changed the world; a dry run never did.
func appliedAt(action vedette.Action) int64 {
	if action.DryRun {
		return 0
	}
	return micros(action.Applied)
}

func encodeAction(action vedette.Action) (string, error) {
	document, err := json.Marshal(action)
	if err != nil {
		return "", fmt.Errorf("encode action %s: %w", action.ID, err)
	}
	if len(document) > MaxAction {
		return "", tooLong("action "+action.ID, len(document), MaxAction)
	}
	return string(document), nil
}

func decodeAction(document string) (vedette.Action, error) {
	var action vedette.Action
	if err := json.Unmarshal([]byte(document), &action); err != nil {
		return action, fmt.Errorf("decode a stored action: %w", err)
	}
	return action, nil
}

// Action returns one action.
func (s *Store) Action(ctx context.Context, tenant, id string) (vedette.Action, error) {
	action, err := oneAction(ctx, s.reading(), tenant, id)
	return action, s.engine.failure("read an action", err)
}

func oneAction(ctx context.Context, q session, tenant, id string) (vedette.Action, error) {
	var document string
	found, err := q.one(ctx, []any{&document}, "SELECT document FROM actions WHERE tenant = ? AND id = ?", key(tenant), key(id))
	if err != nil {
		return vedette.Action{}, err
	}
	if !found {
		return vedette.Action{}, missing("action", id)
	}
	return decodeAction(document)
}

// Actions lists actions, newest first, with the cursor of the next page and how many there are.
func (s *Store) Actions(ctx context.Context, filter ActionFilter, page Page) ([]vedette.Action, string, int64, error) {
	after, err := page.place("actions", 1, 0)
	if err != nil {
		return nil, "", 0, err
	}
	where := condition{"tenant = ?", []any{key(filter.Tenant)}}
	if len(filter.States) > 0 {
		states := slices.Compact(slices.Sorted(slices.Values(filter.States)))
		where.and("state IN ("+marks(len(states))+")", anys(states)...)
	}
	if filter.IncidentID != "" {
		where.and("incident = ?", key(filter.IncidentID))
	}
	if filter.Target != "" {
		where.and("target = ?", key(filter.Target))
	}
	q := s.reading()
	var total int64
	if _, err := q.one(ctx, []any{&total}, "SELECT count(*) FROM actions WHERE "+where.text, where.args...); err != nil {
		return nil, "", 0, s.engine.failure("count actions", err)
	}
	if after != nil {
		where.and("n < ?", after.Times[0])
	}
	var n int64
	rows := paged[vedette.Action]{limit: page.limit()}
	err = q.each(ctx, rows.adder(func(scan func(...any) error) (vedette.Action, error) {
		var document string
		if err := scan(&n, &document); err != nil {
			return vedette.Action{}, err
		}
		return decodeAction(document)
	}), "SELECT n, document FROM actions WHERE "+where.text+" ORDER BY n DESC LIMIT ?", append(where.args, rows.limit+1)...)
	return rows.items, rows.next(cursor{List: "actions", Times: []int64{n}}), total, s.engine.failure("list actions", err)
}

// LiveActions returns the proposed, applying and active actions of all tenants, oldest first.
func (s *Store) LiveActions(ctx context.Context) ([]vedette.Action, error) {
	var actions []vedette.Action
	err := s.reading().each(ctx, func(scan func(...any) error) error {
		var document string
		if err := scan(&document); err != nil {
			return err
		}
		action, err := decodeAction(document)
		actions = append(actions, action)
		return err
	}, "SELECT document FROM actions WHERE state IN (?, ?, ?) ORDER BY n",
		vedette.ActionProposed, vedette.ActionApplying, vedette.ActionActive)
	return actions, s.engine.failure("read live actions", err)
}
