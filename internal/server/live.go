package server

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/api"
	"github.com/vedette-soc/vedette/internal/journal"
)

// detectTimes keeps the newest times from arrival to detection, for their median.
type detectTimes struct {
	mu   sync.Mutex
	ring [512]time.Duration
	n    int
}

func (d *detectTimes) add(took time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.ring[d.n%len(d.ring)] = took
	d.n++
}

func (d *detectTimes) median() time.Duration {
	d.mu.Lock()
	times := slices.Clone(d.ring[:min(d.n, len(d.ring))])
	d.mu.Unlock()
	if len(times) == 0 {
		return 0
	}
	slices.Sort(times)
	return times[len(times)/2]
}

// live tells the numbers that only the running process knows.
func (s *Server) live() api.LiveStats {
	stats := api.LiveStats{Since: s.started, DetectSeconds: s.process.times.median().Seconds()}
	for _, src := range s.sources.List(vedette.DefaultTenant) {
		stats.Records += src.Records
		stats.ParseFailures += src.Failures
		for _, n := range src.Dropped {
			stats.Dropped += n
		}
		if last := len(src.Rate) - 1; last > 0 {
			stats.Rate += max(src.Rate[last-1], src.Rate[last])
		}
		stats.LagMillis = max(stats.LagMillis, recentLag(src))
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if held, err := s.journal.State(ctx); err == nil {
		stats.JournalBytes, stats.JournalLimit = held.Bytes, held.Limit
		if done := s.process.done.Load(); held.Last > done {
			stats.Backlog = int64(held.Last - done)
		}
	}
	return stats
}

// recentLag is a source's lag while it is sending; an old one says nothing of now.
func recentLag(src vedette.SourceStatus) int64 {
	if time.Since(src.Last) > time.Minute {
		return 0
	}
	return src.LagMillis
}

// ready tells of each room whether it can do its work.
func (s *Server) ready(ctx context.Context) []api.RoomStatus {
	rooms := []api.RoomStatus{s.roomJournal(ctx), s.roomEvents(ctx), s.roomState(ctx)}
	name, dry := s.responder.Actuator()
	respond := api.RoomStatus{Room: "respond", Ready: true}
	if dry {
		respond.Reason = "the actuator " + name + " changes nothing: " + s.dryReason
	}
	return append(rooms, api.RoomStatus{Room: "detect", Ready: len(s.engine.Ruleset().Rules) > 0, Reason: s.detectReason()}, respond)
}

func (s *Server) detectReason() string {
	if len(s.engine.Ruleset().Rules) == 0 {
		return "no rule is loaded"
	}
	return ""
}

func (s *Server) roomJournal(ctx context.Context) api.RoomStatus {
	held, err := s.journal.State(ctx)
	switch {
	case err != nil:
		return api.RoomStatus{Room: "journal", Reason: err.Error()}
	case s.journalRefuses(ctx):
		return api.RoomStatus{Room: "journal", Reason: "the disk is so full that nothing more is accepted; senders are told to come later"}
	case held.Limit > 0 && held.Bytes > held.Limit/10*9:
		return api.RoomStatus{Room: "journal", Ready: true, Reason: "more than 90 % full"}
	}
	return api.RoomStatus{Room: "journal", Ready: true}
}

// journalRefuses tells whether the disk has less left than the journal needs to accept anything.
func (s *Server) journalRefuses(ctx context.Context) bool {
	stats, err := s.events.Stats(ctx)
	return err == nil && stats.FreeBytes < journal.DefaultConfig("").MinFreeBytes
}

func (s *Server) roomEvents(ctx context.Context) api.RoomStatus {
	stats, err := s.events.Stats(ctx)
	if err != nil {
		return api.RoomStatus{Room: "eventstore", Reason: err.Error()}
	}
	if stats.ReadOnly {
		return api.RoomStatus{Room: "eventstore", Ready: true, Reason: fmt.Sprintf("the disk has %d MiB left: nothing is stored below events.min_free, %d MiB; "+
			"records wait in the journal", stats.FreeBytes>>20, s.cfg.Events.MinFree>>20)}
	}
	return api.RoomStatus{Room: "eventstore", Ready: true}
}

func (s *Server) roomState(ctx context.Context) api.RoomStatus {
	if _, err := s.state.Progress(ctx, progressIndexed); err != nil {
		return api.RoomStatus{Room: "statestore", Reason: err.Error()}
	}
	return api.RoomStatus{Room: "statestore", Ready: true}
}

// listening tells where clients can send records.
func (s *Server) listening() api.Listening {
	return api.Listening{URL: s.cfg.HTTP.URL, SyslogUDP: s.syslog.UDPAddr(), SyslogTCP: s.syslog.TCPAddr()}
}
