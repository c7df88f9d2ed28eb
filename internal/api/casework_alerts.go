package api

import (
	"context"
	"slices"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/eventstore"
)

// Bounds of what is looked at to find the alerts of a rearranged incident.
const (
	maxOrigins   = 64
	maxTransfers = 32
	maxRounds    = 20 // pages read for one page of answers
)

// origin tells where the alerts of an incident were folded to before people rearranged it. Stored alerts keep the id of
// the incident that they were folded into.
type origin struct {
	own       []string // the incident and those merged into it
	ids       []string // the incidents whose alerts have to be looked at
	transfers []transfer
}

// transfer is a split or a move in force.
type transfer struct {
	from, to    string
	at          time.Time
	keys, rules map[string]bool // kinds of alerts that went, and rules of which all did
}

// originOf finds out where the alerts of an incident are.
func (a *API) originOf(ctx context.Context, tenant, id string) (origin, error) {
	own, err := a.deps.Store.Absorbed(ctx, tenant, id)
	if err != nil {
		return origin{}, err
	}
	o := origin{own: own, ids: slices.Clone(own)}
	seen := make(map[string]bool)
	for i := 0; i < len(o.ids) && i < maxOrigins; i++ {
		changes, err := a.deps.Store.Changes(ctx, tenant, o.ids[i])
		if err != nil {
			return origin{}, err
		}
		for _, c := range changes {
			if c.Kind == vedette.ChangeMerge || !c.Undone.IsZero() || seen[c.ID] || len(o.transfers) >= maxTransfers {
				continue
			}
			seen[c.ID] = true
			t, err := a.transferOf(ctx, tenant, c)
			if err != nil {
				return origin{}, err
			}
			o.transfers = append(o.transfers, t)
			if !slices.Contains(o.ids, t.from) {
				o.ids = append(o.ids, t.from)
			}
		}
	}
	slices.SortFunc(o.transfers, func(x, y transfer) int { return x.at.Compare(y.at) })
	return o, nil
}

// transferOf reads what went with a split or a move.
func (a *API) transferOf(ctx context.Context, tenant string, c vedette.IncidentChange) (transfer, error) {
	r, err := a.deps.Store.Change(ctx, tenant, c.ID)
	if err != nil {
		return transfer{}, err
	}
	t := transfer{from: c.Sides[0].Incident, to: c.Sides[1].Incident, at: c.Time, keys: make(map[string]bool), rules: make(map[string]bool)}
	for _, key := range a.deps.Triage.Keys(r.Before[0]) {
		t.keys[key] = true
	}
	for _, key := range a.deps.Triage.Keys(r.After[0]) {
		delete(t.keys, key)
	}
	for _, rule := range r.Before[0].Rules {
		t.rules[rule.RuleID] = true
	}
	for _, rule := range r.After[0].Rules {
		delete(t.rules, rule.RuleID)
	}
	return t, nil
}

// home is the incident that an alert is in now.
func (o *origin) home(alert *vedette.Alert, key string) string {
	at := alert.IncidentID
	for _, t := range o.transfers {
		if at == t.from && !alert.Received.After(t.at) && (t.keys[key] || t.rules[alert.RuleID]) {
			at = t.to
		}
	}
	return at
}

// alertsOf reads a page of alerts of an incident as people arranged it. A page may hold fewer alerts than asked for.
func (a *API) alertsOf(ctx context.Context, filter eventstore.AlertFilter) ([]vedette.Alert, string, error) {
	id := filter.IncidentID
	o, err := a.originOf(ctx, filter.Tenant, id)
	if err != nil {
		return nil, "", err
	}
	if len(o.ids) == 1 && len(o.transfers) == 0 {
		return a.deps.Reader.Alerts(ctx, filter)
	}
	filter.IncidentID, filter.Incidents = "", o.ids
	for range maxRounds {
		alerts, next, err := a.deps.Reader.Alerts(ctx, filter)
		if err != nil {
			return nil, "", err
		}
		probe := vedette.Incident{Evidence: make([]vedette.Evidence, len(alerts))}
		for i := range alerts {
			probe.Evidence[i].Alert = alerts[i]
		}
		keys := a.deps.Triage.Keys(probe)
		var here []vedette.Alert
		for i := range alerts {
			if slices.Contains(o.own, o.home(&alerts[i], keys[i])) {
				alerts[i].IncidentID = id
				here = append(here, alerts[i])
			}
		}
		filter.Cursor = next
		if len(here) > 0 || next == "" {
			return here, next, nil
		}
	}
	return nil, filter.Cursor, nil
}
