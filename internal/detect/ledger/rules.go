package ledger

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/detect"
	"github.com/vedette-soc/vedette/internal/statestore"
)

const (
	snapshotRules = "ledger.rules"
	maxMarked     = 1000            // rules that are capped or slow at one time
	markLasts     = 5 * time.Minute // after a rule was last said to be capped or slow it is no more
	rejected      = "rejected: "    // begins the reason of a rule that cannot be compiled
	notLoaded     = "not loaded"    // the reason before a rule was added and after it was removed
	maxReason     = 500             // bytes of a reason
)

// ruleStates follows when rules are not simply evaluated. A rule without an open interval is.
type ruleStates struct {
	book    *book
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
	open, err := l.deps.Store.LedgerIntervals(ctx, vedette.DefaultTenant, l.begun, l.begun.Add(time.Hour))
	if err != nil {
		return err
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
		for _, r := range l.currentBook().rules {
			l.rules.known[r.id] = true
		}
		l.rules.stale = true
	}
	l.refreshRules(l.begun)
	return nil
}

// RulesChanged tells the ledger to look at the state of the rules now: one failed, or settings changed.
func (l *Ledger) RulesChanged() { l.refreshRules(l.deps.Now()) }

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

// refreshRules compares the state of every rule with what is open.
func (l *Ledger) refreshRules(now time.Time) {
	book := l.currentBook()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rules.book = book
	seen := make(map[string]bool, len(book.rules))
	for i := range book.rules {
		r := &book.rules[i]
		seen[r.id] = true
		if !l.rules.known[r.id] {
			l.rules.known[r.id], l.rules.stale = true, true
			l.addedNow(r.id, now)
		}
		l.settle(stateKey{tenant: vedette.DefaultTenant, rule: r.id}, r.state, r.reason, now)
	}
	for id := range l.rules.known {
		if !seen[id] {
			l.settle(stateKey{tenant: vedette.DefaultTenant, rule: id}, vedette.LedgerDisabled, notLoaded, now)
		}
	}
	for k, m := range l.rules.marks {
		if now.Sub(m.last) > markLasts {
			delete(l.rules.marks, k)
			l.closeState(k, now)
		}
	}
}

// addedNow says of a rule that is new that it was not evaluated before.
func (l *Ledger) addedNow(id string, now time.Time) {
	l.rules.changed = append(l.rules.changed, statestore.LedgerInterval{
		Tenant: vedette.DefaultTenant, Rule: id, State: vedette.LedgerDisabled, Since: now.Add(-l.cfg.Retention), Until: now,
		Reason: notLoaded, Ruleset: l.rules.book.version,
	})
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
	if l.rules.book != nil {
		version = l.rules.book.version
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

// saveKnown writes down which rules were seen, when that changed. The lock is held.
func (l *Ledger) saveKnown(ctx context.Context) error {
	if !l.rules.stale {
		return nil
	}
	k := known{Ruleset: l.rules.book.version}
	for id := range l.rules.known {
		k.Rules = append(k.Rules, id)
	}
	slices.Sort(k.Rules)
	data, err := json.Marshal(k)
	if err != nil {
		return fmt.Errorf("write which rules are known: %w", err)
	}
	if err := l.deps.Store.SaveSnapshot(ctx, snapshotRules, data); err != nil {
		return err
	}
	l.rules.stale = false
	return nil
}

// states returns the intervals of a tenant that touch a span, those not written yet among them.
func (l *Ledger) states(ctx context.Context, tenant string, since, until time.Time) ([]statestore.LedgerInterval, error) {
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

// book is a ruleset as the ledger looks at it.
type book struct {
	version string
	rules   []bookRule
	byID    map[string]*bookRule
	fits    map[string][]*bookRule // by the kind of record that a rule is for
}

type bookRule struct {
	id, title                  string
	severity                   vedette.Severity
	product, category, service string
	state                      vedette.LedgerState
	reason                     string
}

func (l *Ledger) currentBook() *book {
	rs := l.deps.Rules()
	statuses := rs.Statuses()
	b := &book{version: versionOf(rs), rules: make([]bookRule, 0, len(statuses)), byID: make(map[string]*bookRule, len(statuses)), fits: map[string][]*bookRule{}}
	for i := range statuses {
		st := &statuses[i]
		r := bookRule{id: st.ID, title: st.Title, severity: st.Severity, product: st.Product, category: st.Category, service: st.Service}
		r.state, r.reason = stateOf(st)
		b.rules = append(b.rules, r)
	}
	for i := range b.rules {
		r := &b.rules[i]
		b.byID[r.id] = r
		kind := r.product + "\x00" + r.category + "\x00" + r.service
		b.fits[kind] = append(b.fits[kind], r)
	}
	return b
}

// stateOf is what the ledger says of a rule's minutes while the rule is as it is.
func stateOf(st *vedette.RuleStatus) (vedette.LedgerState, string) {
	switch {
	case st.State == vedette.RuleRejected:
		return vedette.LedgerFailed, vedette.Cut(rejected+st.Problem, maxReason)
	case st.State == vedette.RuleOff && st.Problem != "":
		return vedette.LedgerFailed, vedette.Cut(st.Problem, maxReason)
	case st.State == vedette.RuleOff:
		return vedette.LedgerDisabled, "switched off"
	}
	return vedette.LedgerEvaluated, ""
}

// forKind returns the rules that apply to a kind of record. Rules for any kind at all, which name neither product nor
// category nor service, are about other rules and not counted.
func (b *book) forKind(l vedette.Logsource) []*bookRule {
	var out []*bookRule
	for _, rules := range b.fits {
		if r := rules[0]; (r.product != "" || r.category != "" || r.service != "") && l.Fits(r.product, r.category, r.service) {
			out = append(out, rules...)
		}
	}
	return out
}

func (r *bookRule) fits(l vedette.Logsource) bool { return l.Fits(r.product, r.category, r.service) }

// versionOf is a short name for what the rules say.
func versionOf(rs *detect.Ruleset) string {
	sum := sha256.New()
	for _, r := range rs.Rules {
		_, _ = sum.Write([]byte(r.ID)) // a hash never fails
		_, _ = sum.Write([]byte(r.Source))
	}
	return hex.EncodeToString(sum.Sum(nil)[:6])
}

func wasRejected(reason string) bool { return strings.HasPrefix(reason, rejected) }
