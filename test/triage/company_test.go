package triage_test

import (
	"slices"
	"testing"
	"time"

	"github.com/vedette-soc/vedette/internal/demo"
)

// A week of a company where nothing happens: with the rules of the starter pack and the detectors of the unknown there is at
// most one incident a day in the queue.
func TestAQuietWeekStaysQuiet(t *testing.T) {
	const days = 8 // the first is for learning
	h := newHouse(t, starter(t))
	for _, it := range ordinary(11, days, 12_000) {
		h.item(it)
	}
	incidents := shown(h.triage.Flush())
	for i := range incidents {
		say(t, &incidents[i])
	}
	t.Logf("%d alerts, %d incidents in %d days", len(h.alerts), len(incidents), days-1)
	if len(incidents) > days-1 {
		t.Errorf("%d incidents in %d quiet days, want at most one a day", len(incidents), days-1)
	}
}

// The same with the seven oddities of a demo day on every working day: an administrator installs by hand, a developer tells
// the antivirus to look away, somebody mistypes a password again and again. What is odd for the first time may be an
// incident; the week holds at most one a day all the same.
func TestARestlessWeekStaysQuiet(t *testing.T) {
	const days = 8
	h := newHouse(t, starter(t))
	items, oddities := ordinary(13, days, 12_000), 0
	for day := 1; day < days; day++ {
		begin := monday.AddDate(0, 0, day)
		if w := begin.Weekday(); w == time.Saturday || w == time.Sunday {
			continue
		}
		for it := range demo.Day(demo.Options{Seed: uint64(day), End: begin.AddDate(0, 0, 1), Length: 24 * time.Hour}) {
			if !it.Hostile {
				items = append(items, it)
				oddities++
			}
		}
	}
	slices.SortStableFunc(items, func(a, b demo.Item) int { return a.At.Compare(b.At) })
	for _, it := range items {
		h.item(it)
	}
	incidents := shown(h.triage.Flush())
	for i := range incidents {
		say(t, &incidents[i])
	}
	t.Logf("%d records of oddities, %d alerts, %d incidents in %d days", oddities, len(h.alerts), len(incidents), days-1)
	if oddities == 0 || len(h.alerts) < oddities/2 {
		t.Errorf("%d alerts of %d odd records: the week is not restless", len(h.alerts), oddities)
	}
	if len(incidents) > days-1 {
		t.Errorf("%d incidents in %d days, want at most one a day", len(incidents), days-1)
	}
}

// strays is how many of the seven oddities that a demo day has besides the intrusion (an administrator who installs by hand, a
// developer who tells the antivirus to look away, …) may be in the queue.
const strays = 2

// The intrusion of the demo, after two ordinary days and in the midst of a third, is exactly one incident, and holds every
// rule that fired because of it.
func TestTheDemosIntrusionIsOneIncident(t *testing.T) {
	h := newHouse(t, starter(t))
	for _, it := range ordinary(5, 2, 12_000) {
		h.item(it)
	}
	hostile := map[int64]bool{} // records of alerts of the intrusion
	for it := range demo.Day(demo.Options{Seed: 7, End: monday.AddDate(0, 0, 3), Length: 24 * time.Hour, Benign: 100}) {
		first, last := h.item(it)
		for n := first; it.Hostile && n < last; n++ {
			hostile[int64(n)+1] = true
		}
	}
	incidents := shown(h.triage.Flush())
	holding, linked := 0, map[string]bool{}
	for i := range incidents {
		o := &incidents[i]
		attacked := false
		for _, span := range o.Records {
			for r := span[0]; r <= span[1]; r++ {
				if hostile[r] {
					attacked = true
					linked[h.alerts[r-1].RuleID] = true
				}
			}
		}
		if attacked {
			holding++
		}
		say(t, o)
	}
	if holding != 1 {
		t.Errorf("the intrusion is %d incidents, want 1", holding)
	}
	for r := range hostile {
		if a := &h.alerts[r-1]; !linked[a.RuleID] && a.Anomaly == nil {
			t.Errorf("%q fired because of the intrusion and is not in its incident", a.RuleTitle)
			linked[a.RuleID] = true
		}
	}
	if extra := len(incidents) - holding; extra > strays {
		t.Errorf("%d further incidents, want at most %d", extra, strays)
	}
}
