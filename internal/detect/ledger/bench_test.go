package ledger_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/detect"
	"github.com/vedette-soc/vedette/internal/detect/ledger"
	"github.com/vedette-soc/vedette/internal/statestore"
	"github.com/vedette-soc/vedette/internal/telemetry"
)

// BenchmarkObserve counts a batch whose events change their pair all the time. It must stay far below the microseconds
// that detection takes for an event, and allocate nothing for pairs that are known.
func BenchmarkObserve(b *testing.B) {
	store, err := statestore.Open(b.Context(), statestore.Config{URL: "sqlite://" + filepath.Join(b.TempDir(), "state.db")})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	rules := compile(sshRule)
	l, err := ledger.New(b.Context(), ledger.DefaultConfig(), ledger.Deps{Store: store, Rules: func() *detect.Ruleset { return rules },
		Sources: func() []telemetry.Health { return nil }, Behind: func() bool { return false }, Tell: func(vedette.LedgerGap) {}, Now: time.Now})
	if err != nil {
		b.Fatal(err)
	}
	var events []*vedette.Event
	for i := range 1000 {
		events = append(events, &vedette.Event{Tenant: vedette.DefaultTenant, Source: fmt.Sprintf("syslog/%d", i%20), Received: time.Now(),
			Logsource: vedette.Logsource{Product: "windows", Service: "sysmon", Categories: []string{"registry_event", []string{"registry_set", "registry_add"}[i%2]}}})
	}
	seq := uint64(0)
	b.ReportAllocs()
	for b.Loop() {
		seq++
		l.Observe(seq, events)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(events)), "ns/event")
}
