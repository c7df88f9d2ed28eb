package ledger

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/statestore"
	"github.com/vedette-soc/vedette/internal/telemetry"
)

// MaxRows is how many rows one question gets; MaxSpan the longest time it may ask for.
const (
	MaxRows = 20_000
	MaxSpan = 31 * 24 * time.Hour
	maxIDs  = 20 // rule ids in one row
)

// Query chooses rows. Since and Until are needed; the others may be empty.
type Query struct {
	Tenant       string
	Since, Until time.Time
	Rule         string // id: only kinds of records that it is for, and its own state
	Source       string
	State        vedette.LedgerState
}

// Rows returns runs of equal minutes, by source and kind of record, oldest first within each. Without a rule a row
// speaks of all rules for that kind of record, and rules that were not simply evaluated have rows of their own beside it.
// An unknown rule is not_found; too long a span is invalid; more than MaxRows are limited.
func (l *Ledger) Rows(ctx context.Context, q Query) ([]vedette.LedgerRow, error) {
	now := l.deps.Now()
	if err := q.check(); err != nil {
		return nil, err
	}
	q.Until = earlier(q.Until, now)
	book := l.bookNow(q.Tenant)
	var rule *bookRule
	if q.Rule != "" {
		if rule = book.byID[q.Rule]; rule == nil {
			return nil, vedette.Errorf(vedette.CodeNotFound, "there is no rule %q", vedette.Shorten(q.Rule, 100))
		}
	}
	pairs, threads, err := l.threads(ctx, q, rule)
	if err != nil {
		return nil, err
	}
	intervals, err := l.states(ctx, q.Tenant, q.Since, q.Until)
	if err != nil {
		return nil, err
	}
	rows := []vedette.LedgerRow{}
	for i := range pairs {
		p, spans := &pairs[i], threads[pairs[i].id].clipped(q.Since, q.Until)
		if rule != nil {
			rows = append(rows, ruleRows(p, rule, spans, intervals)...)
		} else {
			rows = append(rows, pairRows(p, book, spans, intervals)...)
		}
		if len(rows) > MaxRows {
			return nil, vedette.Errorf(vedette.CodeLimited, "more than %d rows: ask for one source, one rule or a shorter time", MaxRows)
		}
	}
	rows = append(rows, l.strangers(q, pairs)...)
	return slices.DeleteFunc(rows, func(r vedette.LedgerRow) bool { return q.State != "" && r.State != q.State }), nil
}

func (q Query) check() error {
	switch {
	case !q.Until.After(q.Since):
		return vedette.Errorf(vedette.CodeInvalid, "until is not after since")
	case q.Until.Sub(q.Since) > MaxSpan:
		return vedette.Errorf(vedette.CodeInvalid, "the ledger shows at most 31 days at once")
	}
	return nil
}

// threads follows each pair of the question through the time asked for. The pairs come in order.
func (l *Ledger) threads(ctx context.Context, q Query, rule *bookRule) ([]pair, map[int64]*thread, error) {
	pairs := slices.DeleteFunc(l.pairsOf(q.Tenant, q.Source), func(p pair) bool {
		return rule != nil && !rule.fits(p.logsource) || !p.rhythm.First.Before(q.Until)
	})
	slices.SortFunc(pairs, func(a, b pair) int {
		return cmp.Or(cmp.Compare(a.key.source, b.key.source), cmp.Compare(a.name(), b.name()))
	})
	from := minuteOf(q.Since) - lead
	threads := make(map[int64]*thread, len(pairs))
	for i := range pairs {
		threads[pairs[i].id] = &thread{rhythm: pairs[i].rhythm, first: max(from, minuteOf(pairs[i].rhythm.First))}
	}
	err := l.read(ctx, from, minuteOf(q.Until)+1, func(pair, minute, n int64) {
		if t := threads[pair]; t != nil {
			t.count(minute, n)
		}
	})
	if err != nil {
		return nil, nil, err
	}
	upTo, waiting := l.behind(l.deps.Now())
	health := l.health(q.Tenant)
	for i := range pairs {
		p := &pairs[i]
		h := health[p.key.source]
		threads[p.id].finish(tail{end: q.Until, upTo: upTo, waiting: waiting, heard: h.Last, silent: h.State == vedette.SourceSilent, own: p.own()})
	}
	return pairs, threads, nil
}

// health is what the register knows of the sources of a tenant.
func (l *Ledger) health(tenant string) map[string]telemetry.Health {
	out := map[string]telemetry.Health{}
	for _, h := range l.deps.Sources() {
		if h.Tenant == tenant {
			out[h.Name] = h
		}
	}
	return out
}

// strangers are sources of which everything waits, so that no kind of record is known yet.
func (l *Ledger) strangers(q Query, pairs []pair) []vedette.LedgerRow {
	var rows []vedette.LedgerRow
	upTo, waiting := l.behind(l.deps.Now())
	if !waiting || q.Rule != "" {
		return nil
	}
	for name, h := range l.health(q.Tenant) {
		seen := slices.ContainsFunc(pairs, func(p pair) bool { return p.key.source == name })
		if seen || q.Source != "" && q.Source != name || !h.Last.After(upTo) || h.Rhythm.First.After(q.Until) {
			continue
		}
		rows = append(rows, vedette.LedgerRow{Source: name, From: later(q.Since, h.Rhythm.First), Until: q.Until, State: vedette.LedgerPending,
			RuleIDs: []string{}, Reason: "it is in the journal and was not looked at yet"})
	}
	return rows
}

// pairRows are the rows of a pair for all rules together, and beside them those of rules that were not simply evaluated.
func pairRows(p *pair, book *book, spans []span, intervals []statestore.LedgerInterval) []vedette.LedgerRow {
	fits := book.forKind(p.logsource)
	var rows []vedette.LedgerRow
	for _, s := range spans {
		rows = append(rows, rowOf(p, s, int64(len(fits)), []string{}))
	}
	if len(spans) == 0 || len(intervals) == 0 {
		return rows
	}
	mine := make(map[string]bool, len(fits))
	for _, r := range fits {
		mine[r.id] = true
	}
	since, until := spans[0].from, spans[len(spans)-1].until
	together := map[span]int{} // rules of one state over the same time share a row
	for _, i := range intervals {
		if !mine[i.Rule] {
			continue
		}
		s := span{from: later(i.Since.Truncate(time.Second).UTC(), since), until: until, state: i.State}
		if !i.Until.IsZero() {
			s.until = earlier(i.Until.Truncate(time.Second).UTC(), until)
		}
		if !s.from.Before(s.until) {
			continue
		}
		if n, has := together[s]; has {
			rows[n].Rules++
			if len(rows[n].RuleIDs) < maxIDs {
				rows[n].RuleIDs = append(rows[n].RuleIDs, i.Rule)
			}
			continue
		}
		together[s] = len(rows)
		row := rowOf(p, s, 1, []string{i.Rule})
		row.Reason = i.Reason
		rows = append(rows, row)
	}
	return rows
}

// ruleRows are the rows of a pair for one rule: what the rule itself suffered counts more than what came.
func ruleRows(p *pair, rule *bookRule, spans []span, intervals []statestore.LedgerInterval) []vedette.LedgerRow {
	for _, i := range intervals {
		if i.Rule == rule.id {
			spans = overlay(spans, i)
		}
	}
	var rows []vedette.LedgerRow
	for _, s := range spans {
		rows = append(rows, rowOf(p, s, 1, []string{rule.id}))
	}
	return rows
}

// overlay puts the state of an interval over the spans that it touches. Events of a span that is cut are counted where
// most of it is.
func overlay(spans []span, i statestore.LedgerInterval) []span {
	var out []span
	for _, s := range spans {
		until := s.until
		if !i.Until.IsZero() {
			until = earlier(i.Until, s.until)
		}
		from := later(i.Since, s.from)
		if !from.Before(until) {
			out = append(out, s)
			continue
		}
		parts := []span{
			{from: s.from, until: from, state: s.state, reason: s.reason},
			{from: from, until: until, state: i.State, reason: i.Reason},
			{from: until, until: s.until, state: s.state, reason: s.reason},
		}
		longest := slices.MaxFunc(parts, func(a, b span) int { return cmp.Compare(a.until.Sub(a.from), b.until.Sub(b.from)) })
		for _, part := range parts {
			if part.from.Before(part.until) {
				if part == longest && (part.state == vedette.LedgerEvaluated || part.state == vedette.LedgerCapped) {
					part.events = s.events
				}
				out = append(out, part)
			}
		}
	}
	return out
}

func rowOf(p *pair, s span, rules int64, ids []string) vedette.LedgerRow {
	return vedette.LedgerRow{Source: p.key.source, Logsource: p.name(), From: s.from, Until: s.until, State: s.state,
		Events: s.events, Rules: rules, RuleIDs: ids, Reason: s.reason}
}
