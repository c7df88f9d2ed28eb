package server

import (
	"context"
	"fmt"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/detect/ledger"
	"github.com/vedette-soc/vedette/internal/telemetry"
)

const (
	flushEvery  = 10 * time.Second // how often the ledger is written down
	clockAhead  = 10 * time.Minute // events further in the future than this cannot be late or old ones
	clockSteady = 5 * time.Minute  // how long that lasts before people are told
	clockAgain  = 24 * time.Hour
)

// LedgerConfig says how long the ledger remembers, and when a gap becomes an alert.
type LedgerConfig struct {
	Retention  time.Duration `yaml:"retention"`
	AlertAfter time.Duration `yaml:"alert_after"` // a minute for sources that send all the time, when that is less
}

func (c LedgerConfig) ledger() ledger.Config {
	lc := ledger.DefaultConfig()
	lc.Retention, lc.AlertAfter = c.Retention, c.AlertAfter
	return lc
}

// openLedger opens the account of what was looked at, and gives it the house's voice.
func (s *Server) openLedger(ctx context.Context) (err error) {
	s.house = newHouse(s.intake, time.Now, s.metrics, s.log)
	s.noise.tell = s.house.Tell
	s.ledger, err = ledger.New(ctx, s.cfg.Ledger.ledger(), ledger.Deps{
		Store: s.state, Rules: s.engine.Ruleset, Sources: s.sources.Health, Behind: s.behind, Tell: s.tellGap, Now: time.Now, Metrics: s.metrics,
	})
	s.skewed = map[string]skew{}
	return err
}

// behind tells whether the journal holds what was not processed yet.
func (s *Server) behind() bool {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	held, err := s.journal.State(ctx)
	return err == nil && held.Last > s.process.done.Load()
}

// gapNews are the kinds of news that gaps make. Only read. Rules that cannot be compiled make none: whoever adds them is
// told.
var gapNews = map[vedette.GapKind]string{
	vedette.GapSilent: "source.silent", vedette.GapUnparsed: "source.unparsed", vedette.GapDropped: "source.dropped",
	vedette.GapBacklog: "house.backlog", vedette.GapStopped: "house.stopped",
	vedette.GapFailed: "rule.failed", vedette.GapSlow: "rule.slow", vedette.GapCapped: "correlation.capped",
}

// tellGap makes news of a gap that woke the ledger, and of its end.
func (s *Server) tellGap(g vedette.LedgerGap) {
	kind := gapNews[g.Kind]
	if kind == "" {
		return
	}
	fields := map[string]string{
		"gap": g.ID, fieldSource: g.Source, "logsource": g.Logsource, fieldRule: g.RuleID, "since": g.Since.Format(time.RFC3339),
		"rules": fmt.Sprint(g.Rules), fieldPhase: phaseBegan,
	}
	if !g.Until.IsZero() && g.Kind != vedette.GapStopped {
		fields[fieldPhase] = phaseEnded
	}
	if !g.Until.IsZero() {
		fields["lasted"] = g.Until.Sub(g.Since).Round(time.Second).String()
	}
	if r, ok := s.engine.Ruleset().Rule(g.RuleID); ok {
		fields["rule"] = r.Title
	}
	if g.Kind == vedette.GapSilent {
		fields["host"], fields["address"] = hostIn(g.Source)
	}
	s.house.Tell(News{Kind: kind, Reason: g.Reason, Tenant: g.Tenant, Fields: fields})
}

// keepLedger looks for gaps, and writes the ledger down now and then.
func (s *Server) keepLedger(ctx context.Context) {
	s.ledger.Watch()
	s.watchClocks(s.sources.Health())
	if now := time.Now(); now.Sub(s.flushed) >= flushEvery {
		s.flushed = now
		if err := s.ledger.Flush(ctx); err != nil {
			s.log.Error("write the ledger down", "error", err)
		}
	}
}

// skew is a source whose clock is ahead.
type skew struct{ since, told time.Time }

// watchClocks tells of sources whose newest events come from the future. Events from the past may be late, imported or
// replayed; nothing can be said of a clock by them.
func (s *Server) watchClocks(sources []telemetry.Health) {
	now := time.Now()
	for i := range sources {
		h := &sources[i]
		id := h.Tenant + "\x00" + h.Name
		ahead := -time.Duration(h.SkewSecs) * time.Second
		if ahead < clockAhead || now.Sub(h.Last) > clockSteady {
			delete(s.skewed, id)
			continue
		}
		k, has := s.skewed[id]
		if !has {
			k.since = now
		}
		if now.Sub(k.since) >= clockSteady && now.Sub(k.told) >= clockAgain {
			k.told = now
			host, _ := hostIn(h.Name)
			s.house.Tell(News{Kind: "source.clock_ahead", Tenant: h.Tenant, Reason: "its clock is " + ahead.String() + " ahead",
				Fields: map[string]string{fieldSource: h.Name, "host": host, "seconds": fmt.Sprint(-h.SkewSecs)}})
		}
		s.skewed[id] = k
	}
}
