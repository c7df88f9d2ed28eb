package statestore

import (
	"context"
	"slices"
	"time"

	"github.com/vedette-soc/vedette"
)

// MaxOwnChanges is how many of the changes of an incident triage may make by itself: the rest is room for people's. Further
// ones are told by the ledger alone.
const MaxOwnChanges = MaxChanges / 2

// decidedBefore completes what triage says of incidents before its changes with what people decided about them meanwhile.
func decidedBefore(ctx context.Context, q session, changes []Rearrangement) ([]Rearrangement, error) {
	changes = slices.Clone(changes)
	for i := range changes {
		before := slices.Clone(changes[i].Before)
		for k := range before {
			in := &before[k]
			if in.ID == "" {
				continue
			}
			row, found, err := peopleOf(ctx, q, in.Tenant, in.ID)
			if err != nil {
				return nil, err
			}
			if found {
				row.applyTo(in)
				in.Same, in.Why, in.WhyText = row.same, vedette.VerdictReason(row.reason), row.text
			}
		}
		changes[i].Before = before
	}
	return changes, nil
}

// addChanges lists what triage did by itself beside what people did.
func addChanges(ctx context.Context, q session, changes []Rearrangement, now time.Time) error {
	for _, r := range changes {
		r.Change.Time = now
		full := false
		for _, side := range r.Change.Sides {
			var count int64
			_, err := q.one(ctx, []any{&count}, "SELECT count(*) FROM incident_change_sides WHERE tenant = ? AND incident = ?", key(r.Change.Tenant), key(side.Incident))
			if err != nil {
				return err
			}
			full = full || count >= MaxOwnChanges
		}
		if !full {
			if err := insertChange(ctx, q, r.Change, rearranged{Before: r.Before, After: r.After, Links: r.Links}); err != nil {
				return err
			}
		}
		if err := addEvidence(ctx, q, r.Evidence, now); err != nil {
			return err
		}
	}
	return nil
}
