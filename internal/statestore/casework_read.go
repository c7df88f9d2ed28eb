package statestore

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/vedette-soc/vedette"
)

// changeText is what people are told of a change, as it is stored.
type changeText struct {
	Alerts int64                `json:"alerts"`
	Rules  []string             `json:"rules"`
	Sides  []vedette.ChangeSide `json:"sides"`
	Why    vedette.Text         `json:"why,omitzero"`
}

// blockedBy finds, for a change c, the newest later one in force that shares an incident with it.
const blockedBy = `COALESCE((SELECT later.id FROM incident_changes later
	WHERE later.undone = 0 AND later.n = (SELECT MAX(x.n) FROM incident_changes x
		JOIN incident_change_sides b ON b.change = x.n
		JOIN incident_change_sides a ON a.tenant = b.tenant AND a.incident = b.incident
		WHERE a.change = c.n AND b.change > c.n AND x.undone = 0)), '')`

const changeColumns = "c.n, c.id, c.kind, c.time, c.who, c.reason, c.what, c.undone, c.undone_by, " + blockedBy

func scanChange(scan func(...any) error, more ...any) (vedette.IncidentChange, int64, error) {
	var c vedette.IncidentChange
	var kind, what string
	var n, when, undone int64
	if err := scan(append([]any{&n, &c.ID, &kind, &when, &c.By, &c.Reason, &what, &undone, &c.UndoneBy, &c.Blocked}, more...)...); err != nil {
		return c, 0, err
	}
	var text changeText
	if err := json.Unmarshal([]byte(what), &text); err != nil {
		return c, 0, fmt.Errorf("decode a change of incidents: %w", err)
	}
	c.Kind, c.Time, c.Undone = vedette.ChangeKind(kind), moment(when), moment(undone)
	c.Alerts, c.Rules, c.Sides, c.Why = text.Alerts, text.Rules, text.Sides, text.Why
	if undone != 0 {
		c.Blocked = ""
	}
	return c, n, nil
}

// Changes lists the merges, splits and moves that an incident was part of, newest first.
func (s *Store) Changes(ctx context.Context, tenant, incident string) ([]vedette.IncidentChange, error) {
	var all []vedette.IncidentChange
	err := s.reading().each(ctx, func(scan func(...any) error) error {
		c, _, err := scanChange(scan)
		c.Tenant = tenant
		all = append(all, c)
		return err
	}, "SELECT "+changeColumns+` FROM incident_change_sides s JOIN incident_changes c ON c.n = s.change
		WHERE s.tenant = ? AND s.incident = ? ORDER BY c.n DESC LIMIT ?`, key(tenant), key(incident), MaxChanges)
	return all, s.engine.failure("list the changes of an incident", err)
}

// Change returns a change with the documents of its incidents before and after it.
func (s *Store) Change(ctx context.Context, tenant, id string) (Rearrangement, error) {
	q := s.reading()
	change, n, err := oneChange(ctx, q, tenant, id)
	if err != nil {
		return Rearrangement{}, s.engine.failure("read a change of incidents", err)
	}
	var data []byte
	if _, err := q.one(ctx, []any{&data}, "SELECT documents FROM incident_changes WHERE n = ?", n); err != nil {
		return Rearrangement{}, s.engine.failure("read the documents of a change", err)
	}
	kept, err := unpacked(data)
	for i := range kept.Links {
		kept.Links[i].Tenant = tenant
	}
	return Rearrangement{Change: change, Before: kept.Before, After: kept.After, Links: kept.Links}, s.engine.failure("read the documents of a change", err)
}

func oneChange(ctx context.Context, q session, tenant, id string) (vedette.IncidentChange, int64, error) {
	var change vedette.IncidentChange
	var n int64
	found := false
	err := q.each(ctx, func(scan func(...any) error) (err error) {
		found = true
		change, n, err = scanChange(scan)
		return err
	}, "SELECT "+changeColumns+" FROM incident_changes c WHERE c.tenant = ? AND c.id = ?", key(tenant), key(id))
	if err == nil && !found {
		err = missing("change", id)
	}
	change.Tenant = tenant
	return change, n, err
}
