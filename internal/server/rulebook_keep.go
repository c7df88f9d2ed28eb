package server

import (
	"context"
	"fmt"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/detect"
)

// countHidden writes down what exceptions have hidden since it was called last. What cannot be written now is written
// with the next call.
func (b *rulebook) countHidden(ctx context.Context) error {
	for _, c := range b.engine.TakeHidden() {
		b.hidden = addHidden(b.hidden, c)
	}
	if err := b.state.CountHidden(ctx, b.hidden); err != nil {
		return fmt.Errorf("count what exceptions hid: %w", err)
	}
	b.hidden = nil
	return nil
}

// addHidden joins counts of one exception, so that what waits is never more than there are exceptions.
func addHidden(all []vedette.Exception, c detect.HiddenCount) []vedette.Exception {
	for i := range all {
		if all[i].Tenant == c.Tenant && all[i].ID == c.ID {
			all[i].Hidden += c.Count
			all[i].LastHidden = c.Last
			return all
		}
	}
	return append(all, vedette.Exception{Tenant: c.Tenant, ID: c.ID, Hidden: c.Count, LastHidden: c.Last})
}

// seenSnapshot is the name under which the kinds of events that came by are kept.
const seenSnapshot = "rules.seen"

// recallSeen tells the engine what an earlier run saw.
func (b *rulebook) recallSeen(ctx context.Context) {
	snapshot, err := b.state.Snapshot(ctx, seenSnapshot)
	if err == nil && len(snapshot) > 0 {
		err = b.engine.RestoreSeen(snapshot)
	}
	if err != nil {
		b.log.Warn("forget which kinds of events came by before", "error", err)
	}
	b.seen = b.engine.SeenChanges()
}

// keepSeen writes down which kinds of events came by, when there is something new.
func (b *rulebook) keepSeen(ctx context.Context) error {
	changes := b.engine.SeenChanges()
	if changes == b.seen {
		return nil
	}
	snapshot, err := b.engine.SnapshotSeen()
	if err != nil {
		return fmt.Errorf("write down what came by: %w", err)
	}
	if err := b.state.SaveSnapshot(ctx, seenSnapshot, snapshot); err != nil {
		return fmt.Errorf("write down what came by: %w", err)
	}
	b.seen = changes
	return nil
}
