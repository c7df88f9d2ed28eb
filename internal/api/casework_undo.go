package api

import (
	"context"
	"slices"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/statestore"
	"github.com/vedette-soc/vedette/internal/triage/casework"
)

func (a *API) listIncidentChanges(ctx context.Context, in *incidentInput) (*pageOutput[vedette.IncidentChange], error) {
	tenant := requestOf(ctx).principal.Tenant
	if _, err := a.deps.Store.Incident(ctx, tenant, in.ID); err != nil {
		return nil, err
	}
	all, err := a.deps.Store.Changes(ctx, tenant, in.ID)
	if err != nil {
		return nil, err
	}
	return &pageOutput[vedette.IncidentChange]{Body: Page[vedette.IncidentChange]{Items: all, Total: int64(len(all))}}, nil
}

func (a *API) undoIncidentChange(ctx context.Context, in *changeInput) (*versionedOutput[Rearranged], error) {
	q := requestOf(ctx)
	var r statestore.Rearrangement
	err := a.deps.Triage.Rework(ctx, q.principal.Tenant, func(sealed func(vedette.Incident) vedette.Incident) ([]string, error) {
		var err error
		if r, err = a.undoing(ctx, in, sealed); err != nil {
			return nil, err
		}
		if err := a.audited(ctx, "incident.undo", in.ID, changeDetail(r.Change)).UndoChange(ctx, r); err != nil {
			return nil, err
		}
		q.kept = true
		return idsOf(r.After), nil
	})
	if err != nil && !q.kept {
		return nil, err
	}
	if err != nil {
		a.deps.Log.Error("triage has not followed the undoing of a change yet", "change", in.Change, "error", err)
	}
	a.told(ctx, in.ID, r)
	return versioned(rearranged(r), r.After[0].Version), nil
}

// undoing plans how a change is taken back: every incident as it was before, with what arrived since.
func (a *API) undoing(ctx context.Context, in *changeInput, sealed func(vedette.Incident) vedette.Incident) (statestore.Rearrangement, error) {
	who := requestOf(ctx).principal
	r, err := a.deps.Store.Change(ctx, who.Tenant, in.Change)
	if err != nil {
		return r, err
	}
	if !slices.ContainsFunc(r.Change.Sides, func(s vedette.ChangeSide) bool { return s.Incident == in.ID }) {
		return r, vedette.Errorf(vedette.CodeNotFound, "incident %q has no change %q", in.ID, in.Change)
	}
	switch {
	case !r.Change.Undone.IsZero():
		return r, vedette.Errorf(vedette.CodeConflict, "change %q was undone before", in.Change)
	case r.Change.Blocked != "":
		return r, vedette.Errorf(vedette.CodeConflict, "a later change stands on it: undo %q first", r.Change.Blocked)
	}
	now := make([]vedette.Incident, len(r.After))
	for i := range r.After {
		if now[i], err = a.deps.Store.Incident(ctx, who.Tenant, r.After[i].ID); err != nil {
			return r, err
		}
		if now[i].Merged != r.After[i].Merged {
			return r, vedette.Errorf(vedette.CodeConflict, "incident %q was merged into %q since then, which new alerts gave reason to: the change can no longer be undone", now[i].ID, now[i].Merged)
		}
	}
	r.Change.UndoneBy, r.Change.Undone = who.Name, a.deps.Now().UTC()
	r.After, r.Evidence, r.Learned = a.restored(r, now, sealed), nil, casework.Learned(r.Change, r.Before)
	for i := range r.After {
		r.Evidence = append(r.Evidence, casework.UndoLine(r.Change, r.After[i].ID, a.deps.Now()))
	}
	return r, nil
}

// restored is what taking a change back makes of its incidents as they are now.
func (a *API) restored(r statestore.Rearrangement, now []vedette.Incident, sealed func(vedette.Incident) vedette.Incident) []vedette.Incident {
	out := slices.Clone(r.Before)
	fresh := make([]casework.Sheet, len(now))
	for i := range now {
		fresh[i], _ = casework.Since(a.sheet(r.After[i]), a.sheet(now[i]))
	}
	switch r.Change.Kind {
	case vedette.ChangeMerge:
		out[0] = a.withFresh(r.Before[0], sealed, fresh[0])
	case vedette.ChangeSplit:
		out[0] = a.withFresh(r.Before[0], sealed, fresh[0], fresh[1])
		out[1] = a.absorbed(now[1], now[0].ID)
	case vedette.ChangeMove:
		stays, back := casework.Back(fresh[1], a.sheet(r.Before[1]), a.sheet(r.Before[0]))
		out[0] = a.withFresh(r.Before[0], sealed, fresh[0], back)
		out[1] = decidedAs(a.withFresh(r.Before[1], sealed, stays), now[1])
	}
	out[0] = decidedAs(out[0], now[0])
	for i := range out {
		out[i].Version = now[i].Version
	}
	return out
}

// withFresh is an incident as it was, with what arrived since. When nothing did, it is exactly as it was.
func (a *API) withFresh(before vedette.Incident, sealed func(vedette.Incident) vedette.Incident, fresh ...casework.Sheet) vedette.Incident {
	sum, arrived := a.sheet(before), false
	for _, f := range fresh {
		if f.Alerts > 0 || len(f.Entities) > 0 {
			sum, arrived = casework.Join(sum, f), true
		}
	}
	if !arrived {
		return before
	}
	return sealed(sum.Incident)
}

// decidedAs gives an incident what people decided about another state of it.
func decidedAs(in, now vedette.Incident) vedette.Incident {
	in.Status, in.Verdict, in.Owner, in.Closed = now.Status, now.Verdict, now.Owner, now.Closed
	in.Why, in.WhyText, in.Same, in.Merged = now.Why, now.WhyText, now.Same, now.Merged
	return in
}
