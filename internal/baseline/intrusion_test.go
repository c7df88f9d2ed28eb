package baseline_test

import (
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/baseline"
	"github.com/vedette-soc/vedette/internal/demo"
)

// After a week of ordinary days the demo's intrusion is seen by detectors of several families, with no rule at all.
func TestTheIntrusionIsUnusual(t *testing.T) {
	r := newReader(t)
	b := newBaseline(t, baseline.Config{})
	found := map[string]int{}
	families := map[vedette.Family]int{}
	hostile := 0
	observe := func(it demo.Item, count bool) {
		for _, ev := range r.read(it) {
			b.Observe(ev, func(a vedette.Alert) {
				if !count {
					return
				}
				t.Log(it.Hostile, a.Time.Format("Mon 15:04"), a.Anomaly.Detector, a.Anomaly.Weight, a.Anomaly.Text.En)
				if it.Hostile {
					found[a.Anomaly.Detector]++
					families[a.Anomaly.Family]++
					hostile++
				}
			})
		}
	}
	for _, it := range ordinary(5, 8, 20_000) {
		observe(it, false)
	}
	end := monday.AddDate(0, 0, 9)
	for it := range demo.Day(demo.Options{Seed: 3, End: end, Length: 24 * time.Hour, Benign: 100}) {
		observe(it, true)
	}
	for _, want := range []string{"first-seen", "spray", "scan", "process-chain"} {
		if found[want] == 0 {
			t.Errorf("%s found nothing", want)
		}
	}
	if len(families) < 3 {
		t.Errorf("only %d families: %v", len(families), families)
	}
	t.Log(found, families)
}
