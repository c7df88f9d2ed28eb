package correlate_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/catalog"
	"github.com/vedette-soc/vedette/internal/detect"
	"github.com/vedette-soc/vedette/internal/detect/correlate"
)

const baseRules = 4

// world is random correlations with random matches for them.
type world struct {
	rs   *detect.Ruleset
	text string
	rand *rand.Rand
	seq  uint64
	now  time.Time
}

func newWorld(t testing.TB, seed uint64) *world {
	t.Helper()
	w := &world{rand: rand.New(rand.NewPCG(seed, 7)), now: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)}
	for i := range baseRules {
		w.text += fmt.Sprintf("---\ntitle: R%d\nid: r%d\nname: r%d\nlogsource: {product: testos}\ndetection: {s: {K: %d}, condition: s}\n", i, i, i, i)
	}
	for i := range 1 + w.rand.IntN(4) {
		w.text += w.correlation(i)
	}
	w.rs = compiled(t, w.text)
	return w
}

func compiled(t testing.TB, text string) *detect.Ruleset {
	t.Helper()
	rs := detect.Compile([]catalog.File{{Path: "rules.yml", Data: []byte(text)}})
	if len(rs.Problems) > 0 {
		t.Fatalf("%s\n%v", text, rs.Problems)
	}
	return rs
}

func (w *world) one(of ...string) string { return of[w.rand.IntN(len(of))] }

// correlation writes a random correlation. All are grouped by G, so that any can build upon any before it.
func (w *world) correlation(i int) string {
	var rules []string
	for _, r := range w.rand.Perm(baseRules)[:1+w.rand.IntN(3)] {
		rules = append(rules, fmt.Sprintf("r%d", r))
	}
	typ := w.one("event_count", "value_count", "value_sum", "value_avg", "value_median", "value_percentile", "temporal", "temporal_ordered", "temporal", "event_count")
	value := strings.HasPrefix(typ, "value")
	if i > 0 && !value && w.rand.IntN(2) == 0 {
		rules = append(rules, fmt.Sprintf("c%d", w.rand.IntN(i)))
	}
	if typ == "temporal_ordered" && len(rules) < 2 {
		typ = "temporal"
	}
	out := fmt.Sprintf("---\ntitle: C%d\nid: c%d\ncorrelation:\n  type: %s\n  rules: [%s]\n  timespan: %ds\n", i, i, typ, strings.Join(rules, ", "), 5+w.rand.IntN(60))
	out += w.one("  group-by: [G]\n", "  group-by: [G]\n  generate: true\n", "  group-by: G\n")
	if value {
		out += "  field: V\n"
	}
	if typ == "value_percentile" {
		out += "  percentile: " + w.one("50", "90", "95", "100", "1", "33.3") + "\n"
	}
	n := w.rand.IntN(6)
	switch {
	case typ == "temporal" && w.rand.IntN(2) == 0, typ == "temporal_ordered":
		return out + w.names(rules)
	case typ == "temporal":
		return out + fmt.Sprintf("  condition: {%s: %d}\n", w.one("gte", "gte", "eq"), 1+w.rand.IntN(len(rules)))
	case w.rand.IntN(3) == 0:
		return out + fmt.Sprintf("  condition: {gte: %d, %s: %d}\n", n, w.one("lt", "lte"), n+2+w.rand.IntN(4))
	case w.rand.IntN(3) == 0:
		return out + fmt.Sprintf("  condition: {%s: %d}\n", w.one("lt", "lte", "eq", "neq"), n+2)
	}
	return out + fmt.Sprintf("  condition: {%s: %d}\n", w.one("gt", "gte"), n+1)
}

// names writes a condition over the names of rules, or none.
func (w *world) names(rules []string) string {
	if w.rand.IntN(2) == 0 {
		return ""
	}
	condition := rules[0]
	for _, r := range rules[1:] {
		condition = "(" + condition + w.one(" and ", " or ", " and not ") + r + ")"
	}
	return "  condition: " + condition + "\n"
}

// match makes the next match. Times wander on, mostly; some go back by up to a little more than the lateness.
func (w *world) match(lateness time.Duration) detect.Match {
	w.now = w.now.Add(time.Duration(w.rand.Int64N(int64(6 * time.Second))))
	if w.rand.IntN(60) == 0 {
		w.now = w.now.Add(time.Duration(w.rand.Int64N(int64(3 * time.Minute))))
	}
	at := w.now
	switch w.rand.IntN(4) {
	case 0:
		at = at.Add(-time.Duration(w.rand.Int64N(int64(lateness) + int64(lateness)/8)))
	case 1:
		at = at.Add(-time.Duration(w.rand.Int64N(int64(5 * time.Second))))
	}
	w.seq++
	place := w.rand.IntN(baseRules)
	ev := &vedette.Event{Tenant: w.one("t1", "t1", "t1", "t2"), Seq: w.seq, Time: at, Received: w.now.Add(time.Duration(w.rand.IntN(3)) * time.Second), Source: "s"}
	if w.rand.IntN(30) == 0 {
		ev.Time = ev.Time.Add(time.Minute) // a clock that is ahead
	}
	if w.rand.IntN(20) > 0 {
		ev.Add("src.G", w.one("alpha", "Alpha", "beta", "BÉTA", "béta"))
	}
	if w.rand.IntN(20) > 0 {
		ev.Add("src.V", w.one("1", "2", "3", "4", "5.5", "-2", "x", "1e1", "X"))
	}
	return detect.Match{Rule: w.rs.Rules[place], Place: place, Event: ev}
}

func config(lateness time.Duration) correlate.Config {
	return correlate.Config{Lateness: lateness, Now: func() time.Time { return time.Unix(0, 0) }}
}

// Whatever the correlations, the order of the matches and the moments of restarts: the same alerts as the reference, and
// no id twice.
func TestStreamingEqualsReference(t *testing.T) {
	rounds := 400
	if text := os.Getenv("VEDETTE_CORRELATE_ROUNDS"); text != "" {
		rounds, _ = strconv.Atoi(text)
	}
	if testing.Short() {
		rounds = 100
	}
	alerts, late, restarts := 0, 0, 0
	for seed := range uint64(rounds) {
		n, l, r := compare(t, seed)
		if t.Failed() {
			return
		}
		alerts, late, restarts = alerts+n, late+l, restarts+r
	}
	t.Logf("%d worlds, %d alerts, %d late matches, %d restarts", rounds, alerts, late, restarts)
	if alerts < rounds*3 || late < rounds/2 {
		t.Errorf("only %d alerts and %d late matches: the worlds are too quiet to prove anything", alerts, late)
	}
}

func compare(t *testing.T, seed uint64) (alerts, late, restarts int) {
	w := newWorld(t, seed)
	lateness := time.Duration(1+w.rand.IntN(60)) * time.Second
	ref, c := newReference(w.rs, lateness), correlate.New(config(lateness), w.rs)
	var got []string
	ids := map[string]bool{}
	take := func(a vedette.Alert) {
		rule, _ := w.rs.Rule(a.RuleID)
		got = append(got, lineOf(rule.Correlation(), a))
		if ids[a.ID] {
			t.Errorf("seed %d: the id %s twice: %s\n%s", seed, a.ID, strings.Join(got[max(0, len(got)-4):], "\n"), w.text[strings.Index(w.text, "title: C"):])
		}
		ids[a.ID] = true
	}
	for i := range 250 {
		steady := len(got)
		switch w.rand.IntN(40) {
		case 0:
			c = restarted(t, c, w.rs, lateness)
			restarts++
		case 1:
			w.now = w.now.Add(time.Duration(w.rand.Int64N(int64(2 * time.Minute))))
			c.Advance(w.now, take)
			ref.advance(w.now)
			slices.Sort(got[steady:]) // windows of different tenants close in any order
			slices.Sort(ref.out[min(steady, len(ref.out)):])
		case 2:
			c.Swap(compiled(t, w.text))
			c.Swap(w.rs)
		}
		m := w.match(lateness)
		c.Observe(m, take)
		ref.observe(m)
		if !slices.Equal(got, ref.out) {
			same := 0
			for same < min(len(got), len(ref.out)) && got[same] == ref.out[same] {
				same++
			}
			t.Errorf("seed %d, lateness %s, after match %d of %s at %s:\n%s\ngot\n%s\nwant\n%s", seed, lateness, i, m.Rule.ID, m.Event.Time,
				w.text[strings.Index(w.text, "title: C"):], strings.Join(got[same:], "\n"), strings.Join(ref.out[same:], "\n"))
			return alerts, late, restarts
		}
	}
	if n := c.Stats().Totals.Late; restarts == 0 && n != uint64(ref.late) {
		t.Errorf("seed %d: %d late, want %d", seed, n, ref.late)
	}
	return len(got), ref.late, restarts
}

func restarted(t *testing.T, c *correlate.Correlator, rs *detect.Ruleset, lateness time.Duration) *correlate.Correlator {
	var file bytes.Buffer
	if err := c.Snapshot(&file, 0); err != nil {
		t.Fatal(err)
	}
	next := correlate.New(config(lateness), rs)
	if _, err := next.Restore(&file); err != nil {
		t.Fatal(err)
	}
	return next
}
