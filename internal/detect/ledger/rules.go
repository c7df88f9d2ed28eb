package ledger

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/statestore"
)

const (
	snapshotRules = "ledger.rules"
	maxTenants    = 200             // with settings of their own
	maxMarked     = 1000            // rules that are capped or slow at one time
	markLasts     = 5 * time.Minute // after a rule was last said to be capped or slow it is no more
	rejected      = "rejected: "    // begins the reason of a rule that cannot be compiled
	notLoaded     = "not loaded"    // the reason before a rule was added and after it was removed
	maxReason     = 500             // bytes of a reason
)

// ruleStates follows when rules are not simply evaluated. A rule without an open interval is.
type ruleStates struct {
	books   map[string]*book // by tenant; who has no settings of its own has that of the default tenant
	open    map[stateKey]statestore.LedgerInterval
	changed []statestore.LedgerInterval // to be written
	known   map[string]bool             // ids that were seen in a ruleset
	stale   bool                        // known is to be written
	marks   map[stateKey]mark
}

// stateKey is one cause for a rule not to be simply evaluated: its status, or a mark.
type stateKey struct {
	tenant, rule string
	kind         vedette.GapKind // empty: its status in the ruleset
}

// mark is a rule that was said to be capped or slow.
type mark struct {
	last   time.Time
	reason string
	since  time.Time
}

// known is what the snapshot of rules holds.
type known struct {
	Rules   []string `json:"rules"`
	Ruleset string   `json:"ruleset"`
}

func (l *Ledger) loadRules(ctx context.Context) error {
	l.rules = ruleStates{open: map[stateKey]statestore.LedgerInterval{}, known: map[string]bool{}, marks: map[stateKey]mark{}}
	data, err := l.deps.Store.Snapshot(ctx, snapshotRules)
	if err != nil {
		return err
	}
	first := len(data) == 0
	if !first {
		var k known
		if err := json.Unmarshal(data, &k); err != nil {
			return fmt.Errorf("read which rules were known: %w", err)
		}
		for _, id := range k.Rules {
			l.rules.known[id] = true
		}
	}
	l.rules.books = l.readBooks()
	var open []statestore.LedgerInterval
	for tenant := range l.rules.books {
		list, err := l.deps.Store.LedgerIntervals(ctx, tenant, l.begun, l.begun.Add(time.Hour))
		if err != nil {
			return err
		}
		open = append(open, list...)
	}
	for _, i := range open {
		if !i.Until.IsZero() {
			continue
		}
		if i.State == vedette.LedgerCapped { // it was counted by a process that is gone
			i.Until = l.begun
			l.rules.changed = append(l.rules.changed, i)
			continue
		}
		l.rules.open[stateKey{tenant: i.Tenant, rule: i.Rule}] = i
	}
	if first {
		for _, r := range newBook(l.deps.Rules(), vedette.DefaultTenant, "").rules {
			l.rules.known[r.id] = true
		}
		l.rules.stale = true
	}
	l.refreshRules(l.begun)
	return nil
}

// Mark notes that a rule ran and could not do all of its work: a correlation forgot groups (GapCapped), or a rule took
// longer than it may (GapSlow). The mark holds for five minutes and may be given again. Other kinds are ignored.
func (l *Ledger) Mark(tenant, ruleID string, kind vedette.GapKind, reason string) {
	if kind != vedette.GapCapped && kind != vedette.GapSlow {
		return
	}
	if tenant == "" {
		tenant = vedette.DefaultTenant
	}
	now := l.deps.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	k := stateKey{tenant, ruleID, kind}
	m, has := l.rules.marks[k]
	if !has && len(l.rules.marks) >= maxMarked {
		return
	}
	if !has {
		m.since = now
	}
	m.last, m.reason = now, vedette.Cut(reason, maxReason)
	l.rules.marks[k] = m
	if !has && kind == vedette.GapCapped {
		l.openState(k, vedette.LedgerCapped, m.reason, now)
	}
}

// refreshRules compares the state of every rule with what is open, for each tenant that has settings of its own.
func (l *Ledger) refreshRules(now time.Time) {
	books := l.readBooks()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rules.books = books
	for i := range books[vedette.DefaultTenant].rules {
		if id := books[vedette.DefaultTenant].rules[i].id; !l.rules.known[id] {
			l.rules.known[id], l.rules.stale = true, true
			l.addedNow(id, now)
		}
	}
	for tenant, book := range books {
		for i := range book.rules {
			r := &book.rules[i]
			l.settle(stateKey{tenant: tenant, rule: r.id}, r.state, r.reason, now)
		}
		for id := range l.rules.known {
			if book.byID[id] == nil {
				l.settle(stateKey{tenant: tenant, rule: id}, vedette.LedgerDisabled, notLoaded, now)
			}
		}
	}
	for k, m := range l.rules.marks {
		if now.Sub(m.last) > markLasts {
			delete(l.rules.marks, k)
			l.closeState(k, now)
		}
	}
}

// readBooks reads the ruleset as the default tenant has it, and as each tenant with settings of its own. The latter are
// read again only when something changed: there may be many.
func (l *Ledger) readBooks() map[string]*book {
	rs := l.deps.Rules()
	l.mu.Lock()
	before, last := l.rules.books, l.rules.books[vedette.DefaultTenant]
	l.mu.Unlock()
	var version string
	if last != nil && last.from == rs {
		version = last.version
	} else {
		version = versionOf(rs)
	}
	general := newBook(rs, vedette.DefaultTenant, version)
	if last != nil && last.from == rs && last.equal(general) {
		return before
	}
	books := map[string]*book{vedette.DefaultTenant: general}
	for tenant := range rs.Settings().Tenants {
		if tenant != vedette.DefaultTenant && len(books) < maxTenants {
			books[tenant] = newBook(rs, tenant, version)
		}
	}
	return books
}

// addedNow says of a rule that is new that it was not evaluated before.
func (l *Ledger) addedNow(id string, now time.Time) {
	for tenant, book := range l.rules.books {
		l.rules.changed = append(l.rules.changed, statestore.LedgerInterval{
			Tenant: tenant, Rule: id, State: vedette.LedgerDisabled, Since: now.Add(-l.cfg.Retention), Until: now,
			Reason: notLoaded, Ruleset: book.version,
		})
	}
}

func (l *Ledger) settle(k stateKey, state vedette.LedgerState, reason string, now time.Time) {
	open, has := l.rules.open[k]
	if has && (open.State != state || open.Reason != reason) {
		l.closeState(k, now)
		has = false
	}
	if !has && state != vedette.LedgerEvaluated {
		l.openState(k, state, reason, now)
	}
}

func (l *Ledger) openState(k stateKey, state vedette.LedgerState, reason string, now time.Time) {
	version := ""
	if book := l.bookOf(k.tenant); book != nil {
		version = book.version
	}
	i := statestore.LedgerInterval{Tenant: k.tenant, Rule: k.rule, State: state, Since: now, Reason: reason, Ruleset: version}
	l.rules.open[k] = i
	l.rules.changed = append(l.rules.changed, i)
}

func (l *Ledger) closeState(k stateKey, now time.Time) {
	if i, has := l.rules.open[k]; has {
		i.Until = now
		l.rules.changed = append(l.rules.changed, i)
		delete(l.rules.open, k)
	}
}

// saveKnown writes down which rules were seen, when that changed.
func (l *Ledger) saveKnown(ctx context.Context) error {
	k, changed := l.takeKnown()
	if !changed {
		return nil
	}
	data, err := json.Marshal(k)
	if err == nil {
		err = l.deps.Store.SaveSnapshot(ctx, snapshotRules, data)
	}
	if err != nil {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.rules.stale = true
		return fmt.Errorf("write which rules are known: %w", err)
	}
	return nil
}

// takeKnown returns which rules were seen, when that is not written down.
func (l *Ledger) takeKnown() (k known, changed bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.rules.stale {
		return k, false
	}
	l.rules.stale = false
	k = known{Ruleset: l.bookOf(vedette.DefaultTenant).version, Rules: slices.Sorted(maps.Keys(l.rules.known))}
	return k, true
}

// states returns the intervals of a tenant that touch a span, those not written yet among them.
func (l *Ledger) states(ctx context.Context, tenant string, since, until time.Time) ([]statestore.LedgerInterval, error) {
	l.mu.Lock()
	if l.rules.books[tenant] == nil {
		tenant = vedette.DefaultTenant
	}
	l.mu.Unlock()
	stored, err := l.deps.Store.LedgerIntervals(ctx, tenant, since, until)
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	recent := slices.Clone(l.rules.changed)
	l.mu.Unlock()
	place := map[statestore.LedgerInterval]int{}
	id := func(i statestore.LedgerInterval) statestore.LedgerInterval {
		return statestore.LedgerInterval{Rule: i.Rule, State: i.State, Since: i.Since.Truncate(time.Microsecond).UTC()}
	}
	for n, i := range stored {
		place[id(i)] = n
	}
	for _, i := range recent {
		if i.Tenant != tenant || !i.Since.Before(until) || !i.Until.IsZero() && !i.Until.After(since) {
			continue
		}
		if n, has := place[id(i)]; has {
			stored[n] = i
			continue
		}
		place[id(i)] = len(stored)
		stored = append(stored, i)
	}
	return stored, nil
}
