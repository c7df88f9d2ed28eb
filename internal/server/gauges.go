package server

import (
	"context"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/telemetry"
)

// gauges are the figures that are looked at every few seconds.
type gauges struct {
	journalBytes, backlog, rows, memoryRows, rowBytes, restamped, dropped, rules, sources *telemetry.Gauge
}

func newGauges(m *telemetry.Metrics) gauges {
	return gauges{
		journalBytes: m.Gauge("vedette_journal_size_bytes", "Records that wait to be processed and stored for good."),
		backlog:      m.Gauge("vedette_journal_backlog_batches", "Batches accepted and not yet processed."),
		rows:         m.Gauge("vedette_eventstore_rows_count", "Events and alerts that are stored."),
		memoryRows:   m.Gauge("vedette_eventstore_memory_rows", "Those of them that are not on disk yet; the journal has their records."),
		rowBytes:     m.Gauge("vedette_eventstore_disk_bytes", "What they take on disk."),
		restamped:    m.Gauge("vedette_eventstore_restamped_count", "Rows stored at their time of arrival because their own time was not believed, since the start."),
		dropped:      m.Gauge("vedette_eventstore_dropped_count", "Rows that the eventstore did not take, by reason, since the start; always a defect.", "reason"),
		rules:        m.Gauge("vedette_detect_rules_count", "Rules by state.", "state"),
		sources:      m.Gauge("vedette_collect_sources_count", "Senders of records by state.", "state"),
	}
}

// observe sets the gauges.
func (s *Server) observe(ctx context.Context) {
	live := s.live()
	s.gauges.journalBytes.Set(float64(live.JournalBytes))
	s.gauges.backlog.Set(float64(live.Backlog))
	if stats, err := s.events.Stats(ctx); err == nil {
		s.gauges.rows.Set(float64(stats.Rows))
		s.gauges.memoryRows.Set(float64(stats.InMemory))
		s.gauges.rowBytes.Set(float64(stats.Bytes))
		s.gauges.restamped.Set(float64(stats.Skewed))
		for reason, n := range stats.Dropped {
			s.gauges.dropped.Set(float64(n), reason)
		}
	}
	states := map[vedette.RuleState]int{vedette.RuleLive: 0, vedette.RuleOff: 0, vedette.RuleRejected: 0}
	for _, rule := range s.engine.Ruleset().StatusesFor(vedette.DefaultTenant) {
		states[rule.State]++
	}
	for state, n := range states {
		s.gauges.rules.Set(float64(n), string(state))
	}
	health := map[vedette.SourceState]int{vedette.SourceWell: 0, vedette.SourceQuiet: 0, vedette.SourceSilent: 0, vedette.SourceFailing: 0}
	for _, src := range s.sources.List(vedette.DefaultTenant) {
		health[src.State]++
	}
	for state, n := range health {
		s.gauges.sources.Set(float64(n), string(state))
	}
}
