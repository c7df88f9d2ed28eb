package hunt

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/detect"
	"github.com/vedette-soc/vedette/internal/detect/correlate"
	"github.com/vedette-soc/vedette/internal/entity"
	"github.com/vedette-soc/vedette/internal/eventstore"
)

// Bounds on what a backtest remembers.
const (
	maxExamples = 20
	maxEntities = 20        // told
	maxNames    = 20_000    // counted
	maxKept     = 256 << 20 // bytes of events that correlations look at
	perField    = 64        // bytes of a field beside its text
)

// Backtest is what rules would have said of the past.
type Backtest struct {
	Report
	Alerts       int64         // that would have been raised
	Hidden       int64         // matches that an exception in force now hides
	AlertsPerDay float64       // over the days of the span from which events are kept
	Cost         time.Duration // of judging one event, making it one of a row included
	Severity     vedette.Severity
	Days         []Day       // of the span, oldest first, in UTC, without gaps
	Entities     []NameCount // most often concerned first
	Rules        []RuleCount // that would have raised alerts, most first
	Examples     []Example   // newest first
}

// Day is what one day of UTC would have brought.
type Day struct {
	Day    time.Time
	Count  int64
	Hidden int64 // by an exception
}

// NameCount is an entity and how many alerts would have named it.
type NameCount struct {
	Kind  vedette.EntityKind
	Name  string
	Count int64
}

// RuleCount is a rule and how many alerts it would have raised.
type RuleCount struct {
	ID, Title string
	Severity  vedette.Severity
	Count     int64
}

// Example is an event that a rule matches.
type Example struct {
	RuleID, EventID string
	Time            time.Time
	Source          string
	Matched         map[string]string
	Hidden          bool // by an exception
}

// Backtest finds what alerts rules of a set would have raised; nil means every rule of the set that raises alerts of its
// own. Correlations are among them: what the rules find that they refer to is put in the order of the journal and looked
// at by a correlator.
func (h *Hunter) Backtest(ctx context.Context, rs *detect.Ruleset, targets []*detect.Rule, span Span) (Backtest, error) {
	var out Backtest
	span, err := h.fill(span)
	if err != nil {
		return out, err
	}
	leave, err := h.enter()
	if err != nil {
		return out, err
	}
	defer leave()
	work := newAim(rs, targets)
	t := newTally(h, span)
	t.shield = newShield(rs, span.Tenant, h.cfg.Now())
	var kept []Match
	full, size := false, 0
	out.Report, err = h.hunt(ctx, batches(rs, work.rules), span, func(m Match) error {
		hides := t.shield.hides(m)
		if work.counts[m.Rule] {
			t.add(m, hides)
		}
		if work.feeds[m.Rule] && !hides {
			if full = full || len(kept) >= h.cfg.Matches || size > maxKept; !full {
				kept, size = append(kept, m), size+sizeOf(m.Event)
			}
		}
		return nil
	})
	if err != nil {
		return out, err
	}
	if full {
		out.Complete, out.Reason = false, "the rules that the correlation refers to match too often to keep it all; a shorter span has fewer"
	}
	if len(work.correlations) > 0 {
		work.correlate(rs, kept, t, h.cfg.Lateness)
	}
	t.finish(&out)
	out.AlertsPerDay, err = h.perDay(ctx, span, out)
	return out, err
}

// sizeOf is about what an event takes in memory.
func sizeOf(ev *vedette.Event) int {
	n := len(ev.Raw) + perField*(len(ev.Fields)+4)
	for i := range ev.Fields {
		n += len(ev.Fields[i].Name) + len(ev.Fields[i].Value)
	}
	return n
}

// perDay is how many alerts there would have been a day, counted from when events are kept.
func (h *Hunter) perDay(ctx context.Context, span Span, out Backtest) (float64, error) {
	from, until := out.Since, span.Until
	if now := h.cfg.Now(); until.After(now) {
		until = now
	}
	if !until.After(from) {
		return float64(out.Alerts), nil
	}
	bars, err := h.store.Histogram(ctx, queryAll(Span{Tenant: span.Tenant, Since: from, Until: until}), 120)
	if err != nil {
		return 0, err
	}
	if i := slices.IndexFunc(bars, func(b eventstore.Bucket) bool { return b.Rows > 0 }); i >= 0 && bars[i].Time.After(from) {
		from = bars[i].Time
	}
	days := max(until.Sub(from).Hours()/24, 1)
	return float64(out.Alerts) / days, nil
}

// aim is which rules are hunted for, and what for.
type aim struct {
	rules        []*detect.Rule // nil for all
	counts       map[*detect.Rule]bool
	feeds        map[*detect.Rule]bool
	correlations map[string]*detect.Correlation // by rule id
}

func newAim(rs *detect.Ruleset, targets []*detect.Rule) *aim {
	a := &aim{counts: make(map[*detect.Rule]bool), feeds: make(map[*detect.Rule]bool), correlations: make(map[string]*detect.Correlation)}
	if targets == nil {
		for place, r := range rs.Rules {
			a.counts[r] = !rs.Silent(place)
		}
		for place, c := range rs.Correlations {
			if a.feedsOf(c); !rs.Quiet(place) {
				a.correlations[c.Rule.ID] = c
			}
		}
		return a
	}
	for _, r := range targets {
		if c := r.Correlation(); c != nil {
			a.correlations[r.ID] = c
			a.feedsOf(c)
			continue
		}
		a.counts[r] = true
	}
	a.rules = []*detect.Rule{}
	for _, r := range rs.Rules {
		if a.counts[r] || a.feeds[r] {
			a.rules = append(a.rules, r)
		}
	}
	return a
}

// feedsOf marks the rules that a correlation looks at, directly or through others.
func (a *aim) feedsOf(c *detect.Correlation) {
	for i := range c.Refs {
		if child := c.Refs[i].Correlation; child != nil {
			a.feedsOf(child)
		} else {
			a.feeds[c.Refs[i].Rule] = true
		}
	}
}

// correlate puts matches in the order of the journal and counts the alerts of the correlations that were aimed at.
func (a *aim) correlate(rs *detect.Ruleset, kept []Match, t *tally, lateness time.Duration) {
	places := make(map[*detect.Rule]int, len(rs.Rules))
	for i, r := range rs.Rules {
		places[r] = i
	}
	slices.SortFunc(kept, func(x, y Match) int {
		return cmp.Or(cmp.Compare(x.Event.Seq, y.Event.Seq), cmp.Compare(x.Event.Place, y.Event.Place), cmp.Compare(places[x.Rule], places[y.Rule]))
	})
	c := correlate.New(correlate.Config{Now: t.now, Lateness: lateness, Loud: true}, rs)
	take := func(alert vedette.Alert) {
		if of := a.correlations[alert.RuleID]; of != nil {
			t.alert(of.Rule, alert)
		}
	}
	for _, m := range kept {
		c.Observe(detect.Match{Rule: m.Rule, Place: places[m.Rule], Event: m.Event}, take)
	}
	c.Finish(take)
}

// tally counts what rules would have said.
type tally struct {
	span     Span
	now      func() time.Time
	shield   *shield
	alerts   int64
	hidden   int64
	days     map[time.Time]*Day
	rules    map[*detect.Rule]int64
	entities map[vedette.EntityRef]int64
	examples []Example
}

func newTally(h *Hunter, span Span) *tally {
	return &tally{span: span, now: h.cfg.Now, days: make(map[time.Time]*Day), rules: make(map[*detect.Rule]int64), entities: make(map[vedette.EntityRef]int64)}
}

// add counts a match of a rule about single events.
func (t *tally) add(m Match, hidden bool) {
	day := t.day(m.Time)
	if hidden {
		t.hidden++
		day.Hidden++
	} else {
		t.alerts++
		day.Count++
		t.rules[m.Rule]++
		t.concern(entity.Of(m.Event))
	}
	if !t.worth(m.Time) {
		return
	}
	e := Example{RuleID: m.Rule.ID, EventID: m.Event.ID(), Time: m.Time, Source: m.Event.Source, Hidden: hidden}
	if why := m.Rule.Explain(m.Event); why.Alert != nil {
		e.Matched = why.Alert.Matched
	}
	t.example(e)
}

// alert counts an alert of a correlation.
func (t *tally) alert(r *detect.Rule, a vedette.Alert) {
	t.alerts++
	t.day(a.Time).Count++
	t.rules[r]++
	t.concern(a.Entities)
	if t.worth(a.Time) {
		t.example(Example{RuleID: r.ID, EventID: a.EventID, Time: a.Time, Source: a.Source, Matched: a.Matched})
	}
}

// day finds the day of a time; one outside of the span counts for the nearest.
func (t *tally) day(at time.Time) *Day {
	if at.Before(t.span.Since) {
		at = t.span.Since
	}
	if !at.Before(t.span.Until) {
		at = t.span.Until.Add(-1)
	}
	at = at.UTC().Truncate(24 * time.Hour)
	if t.days[at] == nil {
		t.days[at] = &Day{Day: at}
	}
	return t.days[at]
}

func (t *tally) concern(refs []vedette.EntityRef) {
	for _, ref := range refs {
		ref.Role = ""
		if _, known := t.entities[ref]; known || len(t.entities) < maxNames {
			t.entities[ref]++
		}
	}
}

// worth tells whether an example of that time is among the newest.
func (t *tally) worth(at time.Time) bool {
	return len(t.examples) < maxExamples || at.After(t.examples[len(t.examples)-1].Time)
}

func (t *tally) example(e Example) {
	at, _ := slices.BinarySearchFunc(t.examples, e, func(x, y Example) int {
		return cmp.Or(y.Time.Compare(x.Time), cmp.Compare(y.EventID, x.EventID))
	})
	t.examples = slices.Insert(t.examples, at, e)
	t.examples = t.examples[:min(len(t.examples), maxExamples)]
}

// finish writes the result down.
func (t *tally) finish(out *Backtest) {
	out.Alerts, out.Hidden, out.Examples = t.alerts, t.hidden, t.examples
	if out.Read > 0 {
		out.Cost = out.Judging / time.Duration(out.Read)
	}
	out.Days = t.series()
	for ref, n := range t.entities {
		out.Entities = append(out.Entities, NameCount{Kind: ref.Kind, Name: ref.Name, Count: n})
	}
	slices.SortFunc(out.Entities, func(a, b NameCount) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name))
	})
	out.Entities = out.Entities[:min(len(out.Entities), maxEntities)]
	for r := range maps.Keys(t.rules) {
		out.Rules = append(out.Rules, RuleCount{ID: r.ID, Title: r.Title, Severity: r.Severity, Count: t.rules[r]})
		out.Severity = max(out.Severity, r.Severity)
	}
	slices.SortFunc(out.Rules, func(a, b RuleCount) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(b.Severity, a.Severity), cmp.Compare(a.ID, b.ID))
	})
}

// maxDays is how long a series may be; of a longer span only the days on which there is something are listed.
const maxDays = 1000

func (t *tally) series() []Day {
	last := t.now()
	if t.span.Until.Before(last) {
		last = t.span.Until.Add(-1)
	}
	if t.span.Until.Sub(t.span.Since) < maxDays*24*time.Hour {
		for at := t.span.Since; !at.After(last); at = at.Add(24 * time.Hour) {
			t.day(at)
		}
	}
	out := make([]Day, 0, len(t.days))
	for _, at := range slices.SortedFunc(maps.Keys(t.days), time.Time.Compare) {
		out = append(out, *t.days[at])
	}
	return out
}
