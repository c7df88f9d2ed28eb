package baseline_test

import (
	"testing"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/baseline"
)

// BenchmarkObserve measures all detectors on the demo's mix of records, events ready.
func BenchmarkObserve(b *testing.B) {
	r := newReader(b)
	var events []*vedette.Event
	for _, it := range ordinary(5, 3, 30_000) {
		events = append(events, r.read(it)...)
	}
	base := newBaseline(b, baseline.Config{})
	for _, ev := range events {
		base.Observe(ev, func(vedette.Alert) {})
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		base.Observe(events[i%len(events)], func(vedette.Alert) {})
		i++
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
}
