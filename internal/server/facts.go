package server

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/statestore"
	"github.com/vedette-soc/vedette/internal/triage"
)

// How long a fact that is over is remembered, for events that arrive late.
const factsKept = 7 * 24 * time.Hour

// facts is what is known that speaks against attacks, as triage asks of it: a copy of the statestore's, read again when
// something changed.
type facts struct {
	state *statestore.Store
	folds *triage.Triage
	now   func() time.Time
	log   *slog.Logger

	index atomic.Pointer[triage.Facts]

	settling sync.Mutex          // one at a time; it guards what follows
	known    map[string][]string // by tenant: the ids that the index was made of
	renewed  map[string]bool     // tenants whose incidents are to be weighed again
}

// newFacts reads what is known.
func newFacts(ctx context.Context, state *statestore.Store, log *slog.Logger) (*facts, error) {
	f := &facts{state: state, now: time.Now, log: log, renewed: map[string]bool{}}
	return f, f.Settle(ctx)
}

// of lists the facts that explain an alert.
func (f *facts) of(a *vedette.Alert) []*vedette.Fact { return f.index.Load().Of(a) }

// Suppose tells what a fact would do to open incidents.
func (f *facts) Suppose(fact vedette.Fact) []triage.FactEffect { return f.folds.Suppose(fact) }

// Settle reads the facts anew. When it returns, the next alert is judged by them, and so are the open incidents of the
// tenants whose facts changed.
func (f *facts) Settle(ctx context.Context) error {
	f.settling.Lock()
	defer f.settling.Unlock()
	all, err := f.state.Facts(ctx, "", f.now().Add(-factsKept))
	if err != nil {
		return err
	}
	ids := map[string][]string{}
	for i := range all {
		if all[i].Ended.IsZero() {
			ids[all[i].Tenant] = append(ids[all[i].Tenant], all[i].ID)
		}
	}
	f.index.Store(triage.NewFacts(all))
	for tenant, now := range ids {
		f.renewed[tenant] = f.renewed[tenant] || !slices.Equal(now, f.known[tenant])
	}
	for tenant := range f.known {
		f.renewed[tenant] = f.renewed[tenant] || ids[tenant] == nil
	}
	f.known = ids
	if f.folds == nil {
		return nil // the house is still being built; triage loads with these facts
	}
	for tenant, renewed := range f.renewed {
		if !renewed {
			continue
		}
		weighed, err := f.folds.Weigh(ctx, tenant)
		if err != nil {
			return fmt.Errorf("weigh incidents by new facts: %w", err)
		}
		delete(f.renewed, tenant)
		f.log.Info("what speaks against attacks changed", "tenant", tenant, "facts", len(ids[tenant]), "incidents", weighed)
	}
	return nil
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
