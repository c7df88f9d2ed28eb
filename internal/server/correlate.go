package server

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/detect"
	"github.com/vedette-soc/vedette/internal/detect/correlate"
	"github.com/vedette-soc/vedette/internal/telemetry"
)

// CorrelationsConfig bounds what correlations remember.
type CorrelationsConfig struct {
	Lateness time.Duration `yaml:"lateness"` // how far behind the newest an event may come and still be counted
	Groups   int           `yaml:"groups"`   // groups remembered in all
	Events   int           `yaml:"events"`   // matches remembered in all, 32 bytes each
}

const (
	snapshotFile  = "correlations.state"
	snapshotEvery = 30 * time.Second // how often the state of correlations is written down
	snapshotShare = 50               // it is written so seldom that encoding takes no more than this part of the time
	tickEvery     = 10 * time.Second // how long a window stays undecided for want of records
)

// tickReceiver marks a record that tells nothing but the time. It goes through the journal like any other, so that a
// window that time closes is closed at the same place when the journal is read again.
const tickReceiver = "vedette.tick"

// correlations feeds the correlator in the order of the journal, and writes its state down behind the checkpoint.
type correlations struct {
	path   string
	log    *slog.Logger
	counts correlateCounts
	defect func(stage string)

	mu      sync.Mutex // a batch in full, and no snapshot in the midst of one
	engine  *correlate.Correlator
	rules   *detect.Ruleset
	seq     uint64    // the last batch that was observed
	fed     time.Time // when that was
	saved   uint64    // what the file holds; 0 without one
	pending []byte    // a snapshot that waits until the checkpoint has reached it
	through uint64    // its sequence
	taken   time.Time
	rest    time.Duration
	before  correlate.Counts // as published
}

type correlateCounts struct {
	groups, bytes *telemetry.Gauge
	forgotten     *telemetry.Counter
}

// openCorrelations builds the correlator and reads what it knew before the last stop.
func (s *Server) openCorrelations() {
	m := s.metrics
	c := &correlations{
		path: filepath.Join(s.cfg.Data.Dir, snapshotFile), log: s.log, rules: s.engine.Ruleset(), taken: time.Now(),
		defect: func(stage string) { s.process.counts.defects.Add(1, stage) },
		counts: correlateCounts{
			groups:    m.Gauge("vedette_correlate_groups_count", "Groups that correlations remember."),
			bytes:     m.Gauge("vedette_correlate_memory_bytes", "Memory that they take."),
			forgotten: m.Counter("vedette_correlate_forgotten_total", "What correlations did not count or forgot, by reason.", "reason"),
		},
	}
	cfg := s.cfg.Correlations
	c.engine = correlate.New(correlate.Config{
		Lateness: cfg.Lateness, Groups: cfg.Groups, Events: cfg.Events,
		OnCapped: func(n correlate.Capped) {
			if s.ledger != nil {
				s.ledger.Mark(n.Tenant, n.RuleID, vedette.GapCapped, cappedReason(n))
			}
		},
	}, c.rules)
	if err := c.load(); err != nil {
		s.log.Error("correlations begin without what they knew; the journal is read again as far as it goes", "error", err)
	}
	s.process.correlations = c
}

func cappedReason(n correlate.Capped) string {
	switch n.Reason {
	case correlate.CappedGroups:
		return fmt.Sprintf("%d groups were forgotten to make room for others (correlations.groups, correlations.events)", n.Count)
	case correlate.CappedEvents:
		return fmt.Sprintf("%d events were forgotten in groups that had too many", n.Count)
	}
	return fmt.Sprintf("%d events came too late to be counted (correlations.lateness)", n.Count)
}

func (c *correlations) load() error {
	file, err := os.Open(c.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("open the state of correlations: %w", err)
	}
	defer func() { _ = file.Close() }()
	c.saved, err = c.engine.Restore(file)
	return err
}

// begin tells from which sequence the journal must be read so that nothing is missing. A state from ahead of the journal
// belongs to another journal, and is forgotten.
func (c *correlations) begin(indexed, last uint64) (from uint64) {
	if c == nil {
		return indexed + 1
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.saved > max(indexed, last) {
		c.log.Warn("the state of correlations is ahead of the journal; correlations begin anew", "state", c.saved, "journal", max(indexed, last))
		_, _ = c.engine.Restore(bytes.NewReader(nil)) // forgets
		c.saved = 0
	}
	c.seq = c.saved
	if len(c.rules.Correlations) == 0 {
		return indexed + 1
	}
	return min(indexed, c.saved) + 1
}

// observe counts a batch's matches and returns the alerts that they complete, and those that time completes.
func (c *correlations) observe(seq uint64, rs *detect.Ruleset, matches []detect.Match, received time.Time) (alerts []vedette.Alert) {
	c.mu.Lock()
	defer c.mu.Unlock()
	defer func() {
		if v := recover(); v != nil {
			c.defect("correlate")
			c.log.Error("a defect kept matches from being correlated", "sequence", seq, "panic", v, "stack", string(debug.Stack()))
		}
	}()
	take := func(a vedette.Alert) { alerts = append(alerts, a) }
	if rs != c.rules {
		c.engine.Swap(rs)
		c.rules = rs
	}
	if seq > c.seq {
		c.seq, c.fed = seq, time.Now()
		for _, m := range matches {
			c.engine.Observe(m, take)
		}
		if !received.IsZero() {
			c.engine.Advance(received, take)
		}
	}
	return alerts
}

// due tells whether a window is open that only time can decide, and no record has told the time for a while.
func (c *correlations) due() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Since(c.fed) >= tickEvery && c.engine.Stats().Open > 0
}

// keep writes the state down when it is time to, and tells through which sequence the journal may be trimmed.
func (c *correlations) keep(indexed uint64) (through uint64, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.pending == nil && c.seq > c.saved && time.Since(c.taken) >= max(snapshotEvery, c.rest) {
		if err := c.encode(); err != nil {
			return c.limit(), err
		}
	}
	return c.limit(), c.write(indexed)
}

// limit is how far the journal may be trimmed.
func (c *correlations) limit() uint64 {
	if len(c.rules.Correlations) == 0 {
		return math.MaxUint64
	}
	return c.saved
}

func (c *correlations) encode() error {
	begin := time.Now()
	var out bytes.Buffer
	if err := c.engine.Snapshot(&out, c.seq); err != nil {
		return err
	}
	c.pending, c.through, c.taken = out.Bytes(), c.seq, time.Now()
	c.rest = snapshotShare * c.taken.Sub(begin)
	return nil
}

// write puts the pending snapshot in place of the file once everything through its sequence is surely stored.
func (c *correlations) write(indexed uint64) error {
	if c.pending == nil || c.through > indexed {
		return nil
	}
	if err := replaceFile(c.path, c.pending); err != nil {
		return fmt.Errorf("write the state of correlations down: %w", err)
	}
	c.saved, c.pending = c.through, nil
	return nil
}

// finish writes the state down after everything through a sequence was surely stored, and tells how far the journal may
// be trimmed.
func (c *correlations) finish(done uint64) (through uint64, err error) {
	if c == nil {
		return done, nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.seq <= done && c.seq > c.saved {
		if err := c.encode(); err != nil {
			return min(done, c.limit()), err
		}
	}
	err = c.write(done)
	return min(done, c.limit()), err
}

// publish sets the figures.
func (c *correlations) publish() {
	stats := c.engine.Stats()
	c.counts.groups.Set(float64(stats.Groups))
	c.counts.bytes.Set(float64(stats.Bytes))
	now := stats.Totals
	for reason, n := range map[string][2]uint64{
		"evicted": {c.before.Evicted, now.Evicted}, "dropped": {c.before.Dropped, now.Dropped},
		"late": {c.before.Late, now.Late}, "missing_field": {c.before.Missing, now.Missing},
	} {
		if n[1] > n[0] {
			c.counts.forgotten.Add(float64(n[1]-n[0]), reason)
		}
	}
	c.before = now
}

// keepCorrelations does what correlations need every few seconds.
func (s *Server) keepCorrelations(ctx context.Context) {
	c := s.process.correlations
	c.publish()
	if !c.due() {
		return
	}
	tick := vedette.Record{Tenant: vedette.DefaultTenant, Source: "vedette", Receiver: tickReceiver, Received: time.Now(), Data: []byte("{}")}
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	if _, err := s.journal.Append(ctx, []vedette.Record{tick}); err != nil {
		s.log.Warn("windows of correlations stay open until the journal takes records", "error", err)
	}
}

// withoutTicks leaves records out that only tell the time, and returns the newest time of arrival.
func withoutTicks(records []vedette.Record) (rest []vedette.Record, newest time.Time) {
	rest = records[:0]
	for i := range records {
		if records[i].Received.After(newest) {
			newest = records[i].Received
		}
		if records[i].Receiver != tickReceiver {
			rest = append(rest, records[i])
		}
	}
	return rest, newest
}

// replaceFile replaces a file in one step, so that a crash leaves the old or the new one. What a crash leaves half written
// beside it is written over the next time.
func replaceFile(path string, data []byte) (err error) {
	temp, err := os.OpenFile(path+".new", os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = temp.Close()
			_ = os.Remove(temp.Name())
		}
	}()
	if _, err = temp.Write(data); err != nil {
		return err
	}
	if err = temp.Sync(); err != nil {
		return err
	}
	if err = temp.Close(); err != nil {
		return err
	}
	if err = os.Rename(temp.Name(), path); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	defer func() { _ = dir.Close() }()
	return dir.Sync()
}
