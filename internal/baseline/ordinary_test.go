package baseline_test

import (
	"testing"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/baseline"
)

// The company of the demo has 27 machines: 20 anomalies a day for 1,000 hosts are one in two days.
func TestOrdinaryDaysSayLittle(t *testing.T) {
	const days = 10
	for seed := range uint64(3) {
		r := newReader(t)
		b := newBaseline(t, baseline.Config{})
		said, learning := 0, 0
		for _, it := range ordinary(seed, days, 10_000+5_000*int(seed)) {
			for _, ev := range r.read(it) {
				b.Observe(ev, func(a vedette.Alert) {
					if a.Anomaly.Learning {
						learning++
						return
					}
					said++
					t.Log(a.Time.Format("Mon 15:04"), a.Anomaly.Detector, a.Anomaly.Weight, a.Anomaly.Text.En)
				})
			}
		}
		t.Logf("%d anomalies on %d ordinary days, %d on the first", said, days-1, learning)
		if said > (days-1)/2 {
			t.Errorf("%d anomalies on %d ordinary days, want %d at the most", said, days-1, (days-1)/2)
		}
	}
}
