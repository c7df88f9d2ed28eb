package baseline_test

import (
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/baseline"
)

// The company of the demo has 27 machines: 20 anomalies a day for 1,000 hosts are one in two days.
func TestOrdinaryDaysSayLittle(t *testing.T) {
	const days = 14
	r := newReader(t)
	b := newBaseline(t, baseline.Config{})
	said := 0
	for _, it := range ordinary(5, days, 20_000) {
		for _, ev := range r.read(it) {
			b.Observe(ev, func(a vedette.Alert) {
				if a.Anomaly.Learning {
					return
				}
				said++
				t.Log(a.Time.Format("Mon 15:04"), a.Anomaly.Detector, a.Anomaly.Weight, a.Anomaly.Text.En)
			})
		}
	}
	t.Logf("%+v", b.Stats())
	if said > (days-1)/2 {
		t.Errorf("%d anomalies on %d ordinary days, want %d at the most", said, days-1, (days-1)/2)
	}
	_ = time.Now
}
