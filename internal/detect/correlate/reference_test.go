package correlate_test

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/detect"
)

// reference decides what correlate decides, as plainly as possible: it keeps everything for ever and looks at all of it
// for every match.
type reference struct {
	rs       *detect.Ruleset
	lateness time.Duration
	now      map[string]*refClock // by family and tenant
	groups   map[string]*refGroup
	out      []string
	late     int
}

type refClock struct {
	begun        bool
	newest, seen time.Time
	mark         time.Time
}

type refGroup struct {
	c       *detect.Correlation
	tenant  string
	values  []string
	entries []refEntry // in order of arrival
	fired   bool
	end     time.Time
	value   float64
}

type refEntry struct {
	time  time.Time
	rule  int
	value string
	event string
}

// refInput is a match or a result.
type refInput struct {
	tenant         string
	time, received time.Time
	event          string
	field          func(detect.FieldPath) (string, bool)
}

func newReference(rs *detect.Ruleset, lateness time.Duration) *reference {
	return &reference{rs: rs, lateness: lateness, now: map[string]*refClock{}, groups: map[string]*refGroup{}}
}

// family is the set of correlations linked with one another, directly or not.
func (r *reference) family(c *detect.Correlation) map[*detect.Correlation]bool {
	in := map[*detect.Correlation]bool{c: true}
	for range r.rs.Correlations {
		for _, x := range r.rs.Correlations {
			for _, ref := range x.Refs {
				if ref.Correlation != nil && (in[x] || in[ref.Correlation]) {
					in[x], in[ref.Correlation] = true, true
				}
			}
		}
	}
	return in
}

func (r *reference) clock(c *detect.Correlation, tenant string) *refClock {
	first := len(r.rs.Correlations)
	for x := range r.family(c) {
		first = min(first, x.Place)
	}
	key := fmt.Sprint(first, "|", tenant)
	if r.now[key] == nil {
		r.now[key] = &refClock{}
	}
	return r.now[key]
}

// slack is by how much the results of what a correlation builds upon can be older than the watermark.
func slack(c *detect.Correlation) time.Duration {
	var most time.Duration
	for _, ref := range c.Refs {
		if child := ref.Correlation; child != nil {
			s := slack(child)
			if child.AtClose() {
				s += child.Span
			}
			most = max(most, s)
		}
	}
	return most
}

func (r *reference) observe(m detect.Match) {
	ev := m.Event
	in := refInput{tenant: ev.Tenant, time: ev.Time, received: ev.Received, event: ev.ID(), field: func(p detect.FieldPath) (string, bool) {
		for _, name := range p.Names {
			if f, ok := ev.Get(name); ok {
				return f, true
			}
		}
		return "", false
	}}
	for _, c := range r.rs.Correlations {
		for i, ref := range c.Refs {
			if ref.Rule == m.Rule {
				r.tick(c, in)
				r.count(c, i, in)
			}
		}
	}
}

// tick moves a family's watermark and closes what is over by then.
func (r *reference) tick(c *detect.Correlation, in refInput) {
	k := r.clock(c, in.tenant)
	at := in.time
	if !in.received.IsZero() && in.received.Before(at) {
		at = in.received
	}
	if k.begun && !at.After(k.newest) {
		return
	}
	k.newest, k.seen, k.begun = at, in.received, true
	r.closeUntil(c, in.tenant, at.Add(-r.lateness))
}

func (r *reference) advance(now time.Time) {
	for _, c := range r.rs.Correlations {
		for _, tenant := range []string{"", "t1", "t2"} {
			closes := false
			for x := range r.family(c) {
				closes = closes || x.AtClose()
			}
			k := r.clock(c, tenant)
			if closes && k.begun && !k.seen.IsZero() && now.After(k.seen) {
				r.closeUntil(c, tenant, k.newest.Add(now.Sub(k.seen)).Add(-r.lateness))
			}
		}
	}
}

func (r *reference) closeUntil(c *detect.Correlation, tenant string, mark time.Time) {
	k, family := r.clock(c, tenant), r.family(c)
	for {
		var next *refGroup
		var due time.Time
		for _, g := range r.groups {
			if !family[g.c] || g.tenant != tenant || !g.c.AtClose() {
				continue
			}
			start, open := g.start()
			if at := start.Add(g.c.Span + slack(g.c)); open && !at.After(mark) && (next == nil || at.Before(due) || at.Equal(due) && g.c.Place < next.c.Place) {
				next, due = g, at
			}
		}
		if next == nil {
			break
		}
		if due.After(k.mark) {
			k.mark = due
		}
		r.close(next)
	}
	if mark.After(k.mark) {
		k.mark = mark
	}
}

// start is when the open window of a group begins.
func (g *refGroup) start() (first time.Time, open bool) {
	for _, e := range g.entries {
		begins := g.c.Terms == nil
		for _, t := range g.c.Terms {
			begins = begins || t.Need&(1<<e.rule) != 0
		}
		if begins && (!open || e.time.Before(first)) {
			first, open = e.time, true
		}
	}
	return first, open
}

func (r *reference) close(g *refGroup) {
	start, _ := g.start()
	end := start.Add(g.c.Span)
	var window, rest []refEntry
	for _, e := range g.entries {
		if !e.time.Before(start) && e.time.Before(end) {
			window = append(window, e)
		} else if !e.time.Before(end) {
			rest = append(rest, e)
		}
	}
	sort.SliceStable(window, func(i, j int) bool { return window[i].time.Before(window[j].time) })
	g.entries = rest
	if value, ok := judge(g.c, window); ok {
		r.raise(g, window, value, window[len(window)-1].event)
	}
}

func (r *reference) count(c *detect.Correlation, rule int, in refInput) {
	var values []string
	for _, p := range c.Refs[rule].Group {
		v, ok := in.field(p)
		if !ok {
			return
		}
		values = append(values, v)
	}
	var tuple []string
	for _, p := range c.Refs[rule].Fields {
		v, ok := in.field(p)
		if !ok {
			return
		}
		if _, err := strconv.ParseFloat(v, 64); err != nil && c.Type.Numeric() {
			return
		}
		tuple = append(tuple, strings.ToLower(v))
	}
	if in.time.Before(r.clock(c, in.tenant).mark.Add(-slack(c))) {
		r.late++
		return
	}
	key := strings.ToLower(fmt.Sprintf("%d|%s|%q", c.Place, in.tenant, values))
	g := r.groups[key]
	if g == nil {
		g = &refGroup{c: c, tenant: in.tenant, values: values}
		r.groups[key] = g
	}
	g.entries = append(g.entries, refEntry{in.time, rule, strings.Join(tuple, "\x00"), in.event})
	if c.AtClose() {
		return
	}
	sorted := slices.Clone(g.entries)
	sort.SliceStable(sorted, func(i, j int) bool { return sorted[i].time.Before(sorted[j].time) })
	for _, anchor := range sorted {
		end := anchor.time
		if end.Before(in.time) || !end.Before(in.time.Add(c.Span)) {
			continue
		}
		var window []refEntry
		for _, e := range sorted {
			if e.time.After(end.Add(-c.Span)) && !e.time.After(end) {
				window = append(window, e)
			}
		}
		value, ok := judge(c, window)
		counts := c.Type == detect.EventCount || c.Type == detect.ValueCount || c.Type == detect.ValueSum
		quiet := g.fired && !end.After(g.end.Add(c.Span)) && !(counts && g.value > 0 && value >= 2*g.value)
		if !ok || quiet {
			continue
		}
		if !g.fired || end.After(g.end) {
			g.end = end
		}
		g.fired, g.value = true, value
		named := *g
		named.values = values
		r.raise(&named, window, value, in.event)
		return
	}
}

// judge is what each type means.
func judge(c *detect.Correlation, window []refEntry) (float64, bool) {
	var numbers []float64
	distinct, rules := map[string]bool{}, map[int]bool{}
	for _, e := range window {
		f, _ := strconv.ParseFloat(e.value, 64)
		numbers = append(numbers, f)
		distinct[e.value], rules[e.rule] = true, true
	}
	n := len(window)
	sum := 0.0
	for _, f := range numbers {
		sum += f
	}
	ordered := slices.Clone(numbers)
	sort.Float64s(ordered)
	switch c.Type {
	case detect.EventCount:
		return float64(n), c.Holds(float64(n))
	case detect.ValueCount:
		return float64(len(distinct)), c.Holds(float64(len(distinct)))
	case detect.ValueSum:
		return sum, c.Holds(sum)
	case detect.ValueAvg:
		return sum / float64(n), c.Holds(sum / float64(n))
	case detect.ValueMedian:
		m := ordered[n/2]
		if n%2 == 0 {
			m = (ordered[n/2-1] + ordered[n/2]) / 2
		}
		return m, c.Holds(m)
	case detect.ValuePercentile:
		for i, f := range ordered { // the least that at least so many per cent do not exceed
			if float64(i+1)*100 >= c.Percentile*float64(n) {
				return f, c.Holds(f)
			}
		}
		return math.NaN(), false
	}
	value := float64(len(rules))
	if c.Terms == nil {
		return value, c.Holds(value)
	}
	for _, t := range c.Terms {
		ok, from := true, 0
		for i := range c.Refs {
			if t.Never&(1<<i) != 0 && rules[i] || t.Need&(1<<i) != 0 && !rules[i] {
				ok = false
			}
			if t.Need&(1<<i) == 0 || c.Type != detect.TemporalOrdered {
				continue
			}
			at := slices.IndexFunc(window[from:], func(e refEntry) bool { return e.rule == i })
			if ok = ok && at >= 0; !ok {
				break
			}
			from += at + 1
		}
		if ok {
			return value, true
		}
	}
	return value, false
}

func (r *reference) raise(g *refGroup, window []refEntry, value float64, event string) {
	last := window[len(window)-1].time
	counts := make([]int, len(g.c.Refs))
	for _, e := range window {
		counts[e.rule]++
	}
	var rules []string
	for i, n := range counts {
		if n > 0 {
			rules = append(rules, fmt.Sprintf("%s:%d", g.c.Refs[i].ID(), n))
		}
	}
	if !r.rs.Quiet(g.c.Place) {
		r.out = append(r.out, line(g.c.Rule.ID, g.tenant, event, g.values, value, window[0].time, last, rules))
	}
	in := refInput{tenant: g.tenant, time: last, event: event, field: func(p detect.FieldPath) (string, bool) { return g.values[p.Group], true }}
	for _, c := range r.rs.Correlations {
		for i, ref := range c.Refs {
			if ref.Correlation == g.c {
				r.count(c, i, in)
			}
		}
	}
}

// line writes an alert so that two can be compared. Letter case of values is of the event at hand.
func line(rule, tenant, event string, values []string, value float64, first, last time.Time, rules []string) string {
	return fmt.Sprintf("%s %s %s %v = %v, %s to %s, %v", rule, tenant, event, strings.ToLower(fmt.Sprint(values)), value, first.UTC().Format("15:04:05.000000000"), last.UTC().Format("15:04:05.000000000"), rules)
}

// lineOf does it for an alert of the correlator.
func lineOf(c *detect.Correlation, a vedette.Alert) string {
	var values, rules []string
	for _, name := range c.GroupBy {
		values = append(values, a.Correlation.Group[name])
	}
	for _, r := range a.Correlation.Rules {
		rules = append(rules, fmt.Sprintf("%s:%d", r.ID, r.Count))
	}
	return line(a.RuleID, a.Tenant, a.EventID, values, a.Correlation.Value, a.Correlation.First, a.Correlation.Last, rules)
}
