package server

import (
	"context"
	"time"

	"github.com/vedette-soc/vedette"
)

const (
	checkpointEvery = 5 * time.Second
	pruneEvery      = 6 * time.Hour
	keepState       = 90 * 24 * time.Hour // ended sessions, daily counts of rules and their like
	sourcesSnapshot = "sources"
)

// keepUp does what is done every few seconds: move the checkpoint on, write the register of sources down, tell the
// console.
func (s *Server) keepUp(ctx context.Context) {
	tick := time.NewTicker(checkpointEvery)
	defer tick.Stop()
	var pruned time.Time
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if now := time.Now(); now.Sub(pruned) > pruneEvery {
			pruned = now
			if _, err := s.state.Prune(ctx, now.Add(-keepState)); err != nil {
				s.log.Error("remove what is long over from the state database", "error", err)
			}
		}
		s.keepLedger(ctx)
		if err := s.process.Checkpoint(ctx); err != nil {
			s.log.Error("move the checkpoint on", "error", err)
		}
		s.keepCorrelations(ctx)
		s.keepBaselines(ctx)
		if err := s.saveSources(ctx); err != nil {
			s.log.Error("write the register of sources down", "error", err)
		}
		if err := s.rules.countHidden(ctx); err != nil {
			s.log.Error("write down what exceptions hid", "error", err)
		}
		if err := s.rules.keepSeen(ctx); err != nil {
			s.log.Error("write down which kinds of events came by", "error", err)
		}
		s.watchSilence()
		s.observe(ctx)
		s.api.Hub().Publish("stats", vedette.DefaultTenant, s.live())
	}
}

func (s *Server) saveSources(ctx context.Context) error {
	snapshot, err := s.sources.Snapshot()
	if err != nil {
		return err
	}
	return s.state.SaveSnapshot(ctx, sourcesSnapshot, snapshot)
}

// watchSilence tells the console, and the log, of sources whose health changed.
func (s *Server) watchSilence() {
	for _, src := range s.sources.List(vedette.DefaultTenant) {
		before, known := s.health[src.Name]
		s.health[src.Name] = src.State
		if !known || before == src.State {
			continue
		}
		s.log.Info("a source changed its state", "source", src.Name, "before", before, "now", src.State)
		s.api.Hub().Publish("source", src.Name, src)
	}
}
