package baseline_test

import (
	"fmt"
	"testing"
	"time"

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
	i, span := 0, 3*24*time.Hour
	for b.Loop() {
		ev := events[i%len(events)] // time goes on from one pass to the next
		ev.Time, ev.Received = ev.Time.Add(span), ev.Received.Add(span)
		base.Observe(ev, func(vedette.Alert) {})
		i++
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
}

// BenchmarkObserveWindows measures them on Sysmon's starts of processes alone, for which most detectors have something to do.
func BenchmarkObserveWindows(b *testing.B) {
	base := newBaseline(b, baseline.Config{})
	var events []*vedette.Event
	for i := range 60_000 {
		at := monday.Add(time.Duration(i) * time.Second)
		host := fmt.Sprint("ws-", i%500)
		ev := makeEvent(uint64(i), at, started(host, fmt.Sprint("CORP\\user", i%500), `C:\Windows\explorer.exe`, fmt.Sprintf(`C:\Program Files\App%d\app.exe`, i%37),
			fmt.Sprintf(`"app.exe" --type=renderer --id=%d --profile "default %d"`, i, i%7))...)
		ev.Add("process.entity_id", fmt.Sprintf("{b3c1a2d4-%d-6789}", i))
		ev.Add("process.parent.entity_id", fmt.Sprintf("{b3c1a2d4-%d-6789}", i%500))
		events = append(events, ev)
	}
	for _, ev := range events {
		base.Observe(ev, func(vedette.Alert) {})
	}
	b.ReportAllocs()
	i, span := 0, 60_000*time.Second
	for b.Loop() {
		ev := events[i%len(events)]
		ev.Time, ev.Received = ev.Time.Add(span), ev.Received.Add(span)
		base.Observe(ev, func(vedette.Alert) {})
		i++
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
}
