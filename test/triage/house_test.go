package triage_test

import (
	"cmp"
	"context"
	"log/slog"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/content"
	"github.com/vedette-soc/vedette/internal/baseline"
	"github.com/vedette-soc/vedette/internal/catalog"
	"github.com/vedette-soc/vedette/internal/demo"
	"github.com/vedette-soc/vedette/internal/detect"
	"github.com/vedette-soc/vedette/internal/detect/correlate"
	"github.com/vedette-soc/vedette/internal/entity"
	"github.com/vedette-soc/vedette/internal/normalize"
	"github.com/vedette-soc/vedette/internal/normalize/all"
	"github.com/vedette-soc/vedette/internal/triage"
)

// monday is when the weeks of these tests begin.
var monday = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)

// house is the way of a record through the rooms, from its bytes to an incident, without stores. Times are those of the
// events.
type house struct {
	t          testing.TB
	norm       *normalize.Normalizer
	detect     *detect.Engine
	correlator *correlate.Correlator
	baseline   *baseline.Baseline
	triage     *triage.Engine
	sources    map[string]string
	seq        uint64
	alerts     []vedette.Alert // all that were given to triage; alert n is record n+1
}

func newHouse(t testing.TB, files []catalog.File) *house {
	t.Helper()
	h := &house{t: t, sources: demo.Names()}
	var err error
	if h.norm, err = normalize.New(normalize.Config{}, all.Parsers(), slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	rules := detect.Compile(files)
	if len(rules.Rules) == 0 {
		t.Fatal("no rules")
	}
	h.detect = detect.New(detect.Config{Budget: -1}, rules)
	if len(rules.Correlations) > 0 {
		h.correlator = correlate.New(correlate.Config{}, rules)
	}
	h.forget()
	return h
}

// forget makes the house new, but for its rules.
func (h *house) forget() {
	h.t.Helper()
	var err error
	if h.baseline, err = baseline.New(baseline.Config{Now: func() time.Time { return monday }}); err != nil {
		h.t.Fatal(err)
	}
	if h.triage, err = triage.NewEngine(triage.DefaultConfig(), entity.Networks{}, triage.Knowledge{}); err != nil {
		h.t.Fatal(err)
	}
	h.alerts = nil
}

// starter is the rules that come with the product.
func starter(t testing.TB) []catalog.File {
	t.Helper()
	files, problems := catalog.LoadFS(context.Background(), content.Rules(), "starter")
	if len(problems) > 0 {
		t.Fatalf("load the starter rules: %v", problems)
	}
	return files
}

// record takes one record in, with its events moved by shift.
func (h *house) record(rec *vedette.Record, shift time.Duration) {
	h.seq++
	place := uint32(0)
	h.norm.Normalize(rec, func(ev *vedette.Event) {
		ev.Seq, ev.Place = h.seq, place
		place++
		ev.Time = ev.Time.Add(shift)
		ev.Received = ev.Time
		var match func(detect.Match)
		if h.correlator != nil {
			match = func(m detect.Match) { h.correlator.Observe(m, h.alert) }
		}
		h.detect.Run(ev, h.alert, match)
		h.baseline.Observe(ev, h.alert)
	})
}

// alert gives an alert to triage. Whoever makes it named the entities.
func (h *house) alert(a vedette.Alert) {
	h.alerts = append(h.alerts, a)
	h.triage.Add(&a, int64(len(h.alerts)))
}

// item takes a record of the demo's company in.
func (h *house) item(it demo.Item) (first, last int) {
	rec := &vedette.Record{
		Tenant: vedette.DefaultTenant, Source: cmp.Or(it.Source, h.sources[it.From]), Receiver: "demo", Received: it.At,
		Data: []byte(it.Text), Format: vedette.FormatJSON,
	}
	if it.From != "" {
		rec.Format = vedette.FormatSyslog
	}
	first = len(h.alerts)
	h.record(rec, 0)
	return first, len(h.alerts)
}

// ordinary yields the company's ordinary records of some days, denser at working hours, thinner at weekends.
func ordinary(seed uint64, days, perDay int) []demo.Item {
	random := rand.New(rand.NewPCG(seed, 99))
	var at []time.Time
	for day := range days {
		begin := monday.AddDate(0, 0, day)
		n := perDay
		if w := begin.Weekday(); w == time.Saturday || w == time.Sunday {
			n /= 4
		}
		for range n {
			when := begin.Add(time.Duration(random.Int64N(int64(24 * time.Hour))))
			if hour := when.Hour(); (hour < 7 || hour > 19) && random.IntN(3) > 0 {
				when = begin.Add(8*time.Hour + time.Duration(random.Int64N(int64(10*time.Hour))))
			}
			at = append(at, when.Truncate(time.Millisecond))
		}
	}
	slices.SortFunc(at, time.Time.Compare)
	items := make([]demo.Item, 0, len(at))
	now := at[0]
	for it := range demo.Live(seed, func() time.Time { return now }) {
		items = append(items, it)
		if len(items) == len(at) {
			break
		}
		now = at[len(items)]
	}
	return items
}

// shown leaves the incidents at or above the line.
func shown(outcomes []triage.Outcome) []triage.Outcome {
	return slices.DeleteFunc(slices.Clone(outcomes), func(o triage.Outcome) bool { return o.Below })
}

// say logs an incident.
func say(t testing.TB, o *triage.Outcome) {
	t.Helper()
	t.Logf("%s score %d, %d alerts: %s", o.First.Format("Mon 15:04"), o.Score, o.Alerts, o.Title.En)
	for _, r := range o.Rules {
		t.Logf("   %d × %s (%s)", r.Count, r.Title, r.Severity)
	}
}
