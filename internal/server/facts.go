package server

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/statestore"
	"github.com/vedette-soc/vedette/internal/triage"
)

// How long a fact that is over is remembered: it goes on speaking against open incidents that it explained.
const factsKept = vedette.MaxFactTime

// facts is what is known that speaks against attacks, as triage asks of it: a copy of the statestore's, read again when
// something changed.
type facts struct {
	state *statestore.Store
	folds *triage.Triage
	now   func() time.Time
	log   *slog.Logger

	index atomic.Pointer[triage.Facts]

	settling sync.Mutex            // one at a time; it guards what follows
	known    map[factKey]time.Time // from when on the facts hold that the index was made of
	renewed  map[string]time.Time  // tenants whose incidents are to be weighed again, and since when
}

// newFacts reads what is known.
func newFacts(ctx context.Context, state *statestore.Store, log *slog.Logger) (*facts, error) {
	f := &facts{state: state, now: time.Now, log: log, renewed: map[string]time.Time{}}
	return f, f.Settle(ctx)
}

// of lists the facts that explain an alert.
func (f *facts) of(a *vedette.Alert) []*vedette.Fact { return f.index.Load().Of(a) }

// Suppose tells what a fact would do to open incidents.
func (f *facts) Suppose(ctx context.Context, fact vedette.Fact) ([]triage.FactEffect, error) {
	return f.folds.Suppose(ctx, fact)
}

// Explained lists by id of fact the open incidents that it speaks against.
func (f *facts) Explained(tenant string) map[string][]string { return f.folds.Explained(tenant) }

// Settle reads the facts anew. When it returns, the next alert is judged by them, and so are the open incidents of the
// tenants whose facts changed.
func (f *facts) Settle(ctx context.Context) error {
	f.settling.Lock()
	defer f.settling.Unlock()
	all, err := f.state.Facts(ctx, "", f.now().Add(-factsKept))
	if err != nil {
		return err
	}
	f.index.Store(triage.NewFacts(all))
	f.compare(all)
	if f.folds == nil {
		return nil // the house is still being built; triage loads with these facts
	}
	for tenant, since := range f.renewed {
		weighed, err := f.folds.Weigh(ctx, tenant, since)
		if err != nil {
			return fmt.Errorf("weigh incidents by new facts: %w", err)
		}
		delete(f.renewed, tenant)
		f.log.Info("what speaks against attacks changed", "tenant", tenant, "incidents", weighed)
	}
	return nil
}

// compare notes which tenants have other facts than before, and from when on. At the start every fact counts as new: one may
// have been taken back, or written down by another node, while this one was away. settling is held.
func (f *facts) compare(all []vedette.Fact) {
	now := make(map[factKey]time.Time, len(all))
	renew := func(tenant string, from time.Time) {
		if since, has := f.renewed[tenant]; !has || from.Before(since) {
			f.renewed[tenant] = from
		}
	}
	for i := range all {
		k := factKey{all[i].Tenant, all[i].ID, !all[i].Ended.IsZero()}
		now[k] = all[i].From
		if _, has := f.known[k]; !has {
			renew(k.tenant, all[i].From)
		}
	}
	f.known = now
}

type factKey struct {
	tenant, id string
	ended      bool
}

// Run settles now and then: what another node wrote down, or what was left undone, is taken up.
func (f *facts) Run(ctx context.Context) error {
	tick := time.NewTicker(settleEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			if err := f.Settle(ctx); err != nil && ctx.Err() == nil {
				f.log.Error("facts are not read yet", "error", err)
			}
		}
	}
}
