package ledger

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/vedette-soc/vedette"
)

// Gaps returns the gaps of a tenant that touch a span, those that last first, then the newest. Which rules were blind is
// left to Blind.
func (l *Ledger) Gaps(ctx context.Context, tenant string, since, until time.Time) ([]vedette.LedgerGap, error) {
	list, err := l.deps.Store.LedgerGaps(ctx, tenant, since, until)
	if err != nil {
		return nil, err
	}
	place := make(map[string]int, len(list))
	for i := range list {
		place[list[i].ID] = i
	}
	put := func(g vedette.LedgerGap) {
		if g.Tenant != tenant || !g.Since.Before(until) || !g.Until.IsZero() && !g.Until.After(since) {
			return
		}
		if i, has := place[g.ID]; has {
			list[i] = g
			return
		}
		place[g.ID] = len(list)
		list = append(list, g)
	}
	l.mu.Lock()
	for _, g := range l.gaps.changed {
		put(g)
	}
	for _, o := range l.gaps.open {
		put(o.gap)
	}
	l.mu.Unlock()
	slices.SortFunc(list, func(a, b vedette.LedgerGap) int {
		if a.Until.IsZero() != b.Until.IsZero() {
			if a.Until.IsZero() {
				return -1
			}
			return 1
		}
		return cmp.Or(b.Since.Compare(a.Since), cmp.Compare(a.ID, b.ID))
	})
	return list, nil
}

// Blind names in each gap at most so many of the rules that were blind, the most severe first, by today's ruleset.
func (l *Ledger) Blind(gaps []vedette.LedgerGap, most int) {
	memo := map[gapKey][]vedette.BlindRule{}
	for i := range gaps {
		l.blinded(&gaps[i], most, memo)
	}
}

// blinded names the rules that a gap made blind. Gaps of one source share their list.
func (l *Ledger) blinded(g *vedette.LedgerGap, most int, memo map[gapKey][]vedette.BlindRule) {
	key := keyOfGap(*g)
	switch g.Kind {
	case vedette.GapSilent, vedette.GapUnparsed, vedette.GapDropped:
		key.kind = vedette.GapSilent
	}
	rules, has := memo[key]
	if !has {
		rules = l.blindRules(*g)
		memo[key] = rules
	}
	g.Blind = rules[:min(most, len(rules))]
	if g.Rules < int64(len(rules)) && g.Until.IsZero() {
		g.Rules = int64(len(rules))
	}
}

func (l *Ledger) blindRules(g vedette.LedgerGap) []vedette.BlindRule {
	var rules []*bookRule
	book := l.bookNow(g.Tenant)
	switch g.Kind {
	case vedette.GapSilent, vedette.GapUnparsed, vedette.GapDropped:
		rules = l.rulesOf(g.Tenant, g.Source, g.Logsource)
	case vedette.GapFailed, vedette.GapCapped, vedette.GapSlow:
		if r := book.byID[g.RuleID]; r != nil {
			rules = append(rules, r)
		}
	default:
		for i := range book.rules {
			if r := &book.rules[i]; wasRejected(r.reason) == (g.Kind == vedette.GapRejected) && r.state != vedette.LedgerDisabled {
				rules = append(rules, r)
			}
		}
		slices.SortFunc(rules, func(a, b *bookRule) int {
			return cmp.Or(cmp.Compare(b.severity, a.severity), cmp.Compare(a.title, b.title))
		})
	}
	out := make([]vedette.BlindRule, len(rules))
	for i, r := range rules {
		out[i] = vedette.BlindRule{ID: r.id, Title: r.title, Severity: r.severity}
	}
	return out
}

// rulesOf returns the rules for the records of a source, or for one kind of them.
func (l *Ledger) rulesOf(tenant, source, logsource string) []*bookRule {
	book, seen := l.bookNow(tenant), map[string]bool{}
	var out []*bookRule
	for _, p := range l.pairsOf(tenant, source) {
		if logsource != "" && p.name() != logsource {
			continue
		}
		for _, r := range book.forKind(p.logsource) {
			if !seen[r.id] {
				seen[r.id] = true
				out = append(out, r)
			}
		}
	}
	slices.SortFunc(out, func(a, b *bookRule) int {
		return cmp.Or(cmp.Compare(b.severity, a.severity), cmp.Compare(a.title, b.title))
	})
	return out
}
