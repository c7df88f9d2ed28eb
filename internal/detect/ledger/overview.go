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

// maxSteps is how many steps an overview has at most.
const maxSteps = 1500

// Overview is sources over time.
type Overview struct {
	Since   time.Time
	Step    time.Duration
	Ruleset string // short name for what the rules say now
	Sources []vedette.LedgerSource
}

// Overview shows every source over the time of a query, in steps of whole minutes; a step of 0 is chosen so that about
// 120 fit. Rule and State of the query are not looked at.
func (l *Ledger) Overview(ctx context.Context, q Query, step time.Duration) (Overview, error) {
	now := l.deps.Now()
	if err := q.check(); err != nil {
		return Overview{}, err
	}
	q.Until = earlier(q.Until, now)
	minutes := max(1, int64(step/time.Minute))
	if step == 0 {
		minutes = max(1, int64(q.Until.Sub(q.Since)/time.Minute)/120)
	}
	origin := minuteOf(q.Since)
	steps := (minuteOf(q.Until)-origin)/minutes + 1
	if steps < 1 || steps > maxSteps {
		return Overview{}, vedette.Errorf(vedette.CodeInvalid, "the overview has at most %d steps: take longer ones", maxSteps)
	}
	pairs := l.pairsOf(q.Tenant, q.Source)
	threads := l.sourceThreads(q, pairs)
	ofPair := make(map[int64]*thread, len(pairs))
	for i := range pairs {
		ofPair[pairs[i].id] = threads[pairs[i].key.source]
	}
	for _, t := range threads {
		t.events, t.origin, t.step = make([]int64, steps), origin, minutes
	}
	counts := map[*thread]map[int64]int64{}
	err := l.read(ctx, origin-lead, minuteOf(q.Until)+1, func(pair, minute, n int64) {
		if t := ofPair[pair]; t != nil {
			if counts[t] == nil {
				counts[t] = map[int64]int64{}
			}
			counts[t][minute] += n
		}
	})
	if err != nil {
		return Overview{}, err
	}
	for t, all := range counts {
		for _, minute := range sortedKeys(all) {
			t.count(minute, all[minute])
		}
	}
	intervals, err := l.states(ctx, q.Tenant, q.Since, q.Until)
	if err != nil {
		return Overview{}, err
	}
	view := Overview{Since: at(origin), Step: time.Duration(minutes) * time.Minute, Ruleset: l.bookNow(q.Tenant).version}
	view.Sources = l.paint(q, pairs, threads, troubled(intervals))
	return view, nil
}

func sortedKeys(m map[int64]int64) []int64 {
	keys := make([]int64, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// sourceThreads follows whole sources. Their rhythm is that of the register of sources, so that the two never disagree.
func (l *Ledger) sourceThreads(q Query, pairs []pair) map[string]*thread {
	health := l.health(q.Tenant)
	threads := map[string]*thread{}
	for i := range pairs {
		p := &pairs[i]
		t := threads[p.key.source]
		if t == nil {
			t = &thread{rhythm: p.rhythm}
			threads[p.key.source] = t
		}
		t.rhythm.First = earlier(t.rhythm.First, p.rhythm.First)
		if p.rhythm.Last.After(t.rhythm.Last) {
			last, first := p.rhythm.Last, t.rhythm.First
			t.rhythm = p.rhythm
			t.rhythm.First, t.rhythm.Last = first, last
		}
	}
	for name, t := range threads {
		if h, has := health[name]; has {
			first, last := t.rhythm.First, t.rhythm.Last
			t.rhythm = h.Rhythm
			t.rhythm.First, t.rhythm.Last = first, last
		}
		t.first = max(minuteOf(q.Since)-lead, minuteOf(t.rhythm.First))
	}
	return threads
}

// troubled leaves the intervals in which a rule failed or forgot something while it was meant to run.
func troubled(intervals []statestore.LedgerInterval) []statestore.LedgerInterval {
	return slices.DeleteFunc(intervals, func(i statestore.LedgerInterval) bool {
		return i.State == vedette.LedgerDisabled || wasRejected(i.Reason)
	})
}

// paint makes of each source's spans one state for each step, the worst in it.
func (l *Ledger) paint(q Query, pairs []pair, threads map[string]*thread, troubles []statestore.LedgerInterval) []vedette.LedgerSource {
	health, book := l.health(q.Tenant), l.bookNow(q.Tenant)
	upTo, waiting := l.behind(l.deps.Now())
	bySource := map[string]*vedette.LedgerSource{}
	rules := map[string]map[string]bool{}
	for i := range pairs {
		p := &pairs[i]
		s := bySource[p.key.source]
		if s == nil {
			s = &vedette.LedgerSource{Source: p.key.source, Logsources: []string{}}
			bySource[p.key.source], rules[p.key.source] = s, map[string]bool{}
		}
		s.Logsources = append(s.Logsources, p.name())
		for _, r := range book.forKind(p.logsource) {
			rules[p.key.source][r.id] = true
		}
	}
	out := make([]vedette.LedgerSource, 0, len(bySource))
	for name, s := range bySource {
		t, h := threads[name], health[name]
		t.finish(tail{end: q.Until, upTo: upTo, waiting: waiting, heard: h.Last, silent: h.State == vedette.SourceSilent, own: name == vedette.HouseSource})
		s.Last, s.Rules, s.SilentAfter = t.rhythm.Last, int64(len(rules[name])), silentAfter(h.Rhythm, t.rhythm)
		s.Events, s.States = t.events, make([]vedette.LedgerState, len(t.events))
		spans := t.clipped(q.Since, q.Until)
		for _, one := range spans {
			t.shade(s.States, one)
		}
		for _, i := range troubles {
			if rules[name][i.Rule] && len(spans) > 0 {
				one := span{from: later(i.Since, spans[0].from), until: q.Until, state: i.State}
				if !i.Until.IsZero() {
					one.until = earlier(i.Until, q.Until)
				}
				t.shade(s.States, one)
			}
		}
		s.State = vedette.LedgerEvaluated
		if n := len(s.States); n > 0 && len(spans) > 0 {
			s.State = spans[len(spans)-1].state
		}
		slices.Sort(s.Logsources)
		out = append(out, *s)
	}
	slices.SortFunc(out, func(a, b vedette.LedgerSource) int {
		return cmp.Or(cmp.Compare(worse[b.State], worse[a.State]), cmp.Compare(a.Source, b.Source))
	})
	return out
}

func silentAfter(registered, counted telemetry.Rhythm) int64 {
	if registered.Count > 0 {
		counted = registered
	}
	return int64(counted.Patience() / time.Second)
}

// worse orders the states. It is only read.
var worse = map[vedette.LedgerState]int{
	"": 0, vedette.LedgerEvaluated: 1, vedette.LedgerDisabled: 2, vedette.LedgerCapped: 3, vedette.LedgerFailed: 4,
	vedette.LedgerPending: 5, vedette.LedgerNoData: 6,
}

func (t *thread) shade(states []vedette.LedgerState, s span) {
	if !s.from.Before(s.until) {
		return
	}
	first, last := (minuteOf(s.from)-t.origin)/t.step, (minuteOf(s.until.Add(-time.Second))-t.origin)/t.step
	for i := max(0, first); i <= last && i < int64(len(states)); i++ {
		if worse[s.state] > worse[states[i]] {
			states[i] = s.state
		}
	}
}
