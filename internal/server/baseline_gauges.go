package server

import "github.com/vedette-soc/vedette/internal/telemetry"

// baselineCounts are the figures of the detectors of the unknown.
type baselineCounts struct {
	anomalies, overflow, forgotten, muted *telemetry.Counter
	bytes, keys, learning, quarantined    *telemetry.Gauge
}

func newBaselineCounts(m *telemetry.Metrics) baselineCounts {
	return baselineCounts{
		anomalies:   m.Counter("vedette_baseline_anomalies_total", "Anomalies that detectors of the unknown raised.", "detector"),
		overflow:    m.Counter("vedette_baseline_overflow_total", "Anomalies beyond the bound of an hour, counted and not raised.", "detector"),
		forgotten:   m.Counter("vedette_baseline_forgotten_total", "Entries of what is usual that made room for others."),
		muted:       m.Counter("vedette_baseline_muted_total", "Events of entities of open incidents, from which nothing was learned."),
		bytes:       m.Gauge("vedette_baseline_memory_bytes", "Memory that what is usual takes."),
		keys:        m.Gauge("vedette_baseline_keys_count", "Entries of what is usual."),
		learning:    m.Gauge("vedette_baseline_learning_count", "Tenants whose time of learning is not over."),
		quarantined: m.Gauge("vedette_baseline_quarantined_count", "Entities that nothing is learned from."),
	}
}

// publish sets the figures.
func (b *baselines) publish() {
	now := b.engine.Stats()
	b.counts.bytes.Set(float64(now.Bytes))
	b.counts.keys.Set(float64(now.Keys))
	b.counts.learning.Set(float64(now.Learning))
	b.counts.quarantined.Set(float64(now.Quarantined))
	grew := func(c *telemetry.Counter, before, after uint64, labels ...string) {
		if after > before {
			c.Add(float64(after-before), labels...)
		}
	}
	for name, n := range now.Raised {
		grew(b.counts.anomalies, b.before.Raised[name], n, name)
		grew(b.counts.overflow, b.before.Overflow[name], now.Overflow[name], name)
	}
	grew(b.counts.forgotten, b.before.Forgotten, now.Forgotten)
	grew(b.counts.muted, b.before.Muted, now.Muted)
	b.before = now
}
