package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/console"
	"github.com/vedette-soc/vedette/content"
	"github.com/vedette-soc/vedette/internal/access"
	"github.com/vedette-soc/vedette/internal/api"
	"github.com/vedette-soc/vedette/internal/collect"
	"github.com/vedette-soc/vedette/internal/collect/syslog"
	"github.com/vedette-soc/vedette/internal/detect"
	"github.com/vedette-soc/vedette/internal/detect/ledger"
	"github.com/vedette-soc/vedette/internal/entity"
	"github.com/vedette-soc/vedette/internal/eventstore/victorialogs"
	"github.com/vedette-soc/vedette/internal/intel"
	"github.com/vedette-soc/vedette/internal/intel/feed"
	"github.com/vedette-soc/vedette/internal/journal"
	"github.com/vedette-soc/vedette/internal/journal/jetstream"
	"github.com/vedette-soc/vedette/internal/respond"
	"github.com/vedette-soc/vedette/internal/statestore"
	"github.com/vedette-soc/vedette/internal/telemetry"
	"github.com/vedette-soc/vedette/internal/triage"
)

// maxSources is how many senders are told apart.
const maxSources = 10_000

// Server is one Vedette, built and ready to run. It listens from New on and serves in Run.
type Server struct {
	cfg     Config
	version string
	log     *slog.Logger
	started time.Time

	metrics *telemetry.Metrics
	gauges  gauges
	sources *telemetry.Sources
	health  map[string]vedette.SourceState

	journal *jetstream.Journal
	events  *victorialogs.Store
	state   *statestore.Store

	gate      *access.Gate
	engine    *detect.Engine
	rules     *rulebook
	triage    *triage.Triage
	noise     *noise
	facts     *facts
	responder *respond.Responder
	process   *process
	ledger    *ledger.Ledger
	intel     *intel.Library
	feeds     *feed.Poller
	house     *house
	assets    *entity.Register // how critical things are, as people and imports say
	entities  *entities
	flushed   time.Time       // when the ledger was last written down
	skewed    map[string]skew // sources whose clocks are ahead
	api       *api.API
	intake    *collect.Intake
	syslog    *syslog.Receiver
	receivers []collect.Receiver
	door      *door

	dryReason     string
	closeActuator func() error
	removeRunFile func()
	password      string
}

// New builds the house from the ground up. What it opened is closed again when it fails.
func New(ctx context.Context, cfg Config, version string, log *slog.Logger) (_ *Server, err error) {
	s := &Server{
		cfg: cfg, version: version, log: log, started: time.Now(), metrics: telemetry.NewMetrics(),
		sources: telemetry.NewSources(maxSources, time.Now), health: map[string]vedette.SourceState{}, removeRunFile: func() {},
	}
	s.gauges = newGauges(s.metrics)
	defer func() {
		if err != nil {
			s.abandon()
		}
	}()
	for _, floor := range []func(context.Context) error{s.openEngines, s.openLibrary, s.openCorridor, s.openDoors} {
		if err := floor(ctx); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// openEngines opens the three engines.
func (s *Server) openEngines(ctx context.Context) error {
	dir := s.cfg.Data.Dir
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make the data directory: %w", err)
	}
	url := string(s.cfg.State.URL)
	if url == "" {
		url = "sqlite://" + filepath.ToSlash(filepath.Join(dir, "state.db"))
	}
	var err error
	if s.state, err = statestore.Open(ctx, statestore.Config{URL: url}); err != nil {
		return err
	}
	jc := journal.DefaultConfig(filepath.Join(dir, "journal"))
	jc.MaxBytes = s.cfg.Journal.MaxBytes
	if jc.After, err = processed(ctx, s.state); err != nil {
		return err
	}
	if s.journal, err = jetstream.Open(jc, s.log); err != nil {
		return err
	}
	ec := victorialogs.DefaultConfig(filepath.Join(dir, "events"))
	ec.Retention, ec.MemoryBytes, ec.MinFreeBytes = s.cfg.Events.Retention, s.cfg.Events.Memory, s.cfg.Events.MinFree
	s.events, err = victorialogs.Open(ec, s.log)
	return err
}

// openLibrary opens who may come in, which rules there are, and what was known of sources.
func (s *Server) openLibrary(ctx context.Context) error {
	s.gate = access.New(s.state, time.Now)
	password, created, err := s.gate.FirstAdmin(ctx)
	if err != nil {
		return err
	}
	if created {
		s.password = password
	}
	if snapshot, err := s.state.Snapshot(ctx, sourcesSnapshot); err == nil && len(snapshot) > 0 {
		if err := s.sources.Restore(snapshot); err != nil {
			s.log.Warn("start with an empty register of sources", "error", err)
		}
	}
	s.rules = &rulebook{cfg: s.cfg.Rules, networks: s.cfg.Networks, starter: content.Rules(), state: s.state, log: s.log}
	ruleset, err := s.rules.load(ctx)
	if err != nil {
		return err
	}
	s.engine = detect.New(detect.Config{Budget: s.cfg.Rules.Budget, OnFault: func(f detect.Fault) {
		s.log.Error("a rule was taken out of service", "rule", f.RuleID, "title", f.RuleTitle, "event", f.EventID, "reason", f.Reason)
	}}, ruleset)
	s.rules.engine = s.engine
	s.rules.recallSeen(ctx)
	for _, id := range s.rules.unknownAuto() {
		s.log.Warn("rules.auto names a rule that is not loaded", "id", id)
	}
	return nil
}

// openCorridor builds the stages from left to right.
func (s *Server) openCorridor(ctx context.Context) error {
	internal, _ := prefixes(s.cfg.Networks.Internal)
	protected, _ := prefixes(s.cfg.Networks.Protected)
	networks := entity.Networks{Internal: internal, Protected: protected}
	var err error
	if s.intake, err = collect.NewIntake(s.journal, s.cfg.Sources, s.sources, s.metrics); err != nil {
		return err
	}
	if err := s.openReceivers(); err != nil {
		return err
	}
	s.assets = entity.NewRegister(nil)
	tc := triage.DefaultConfig()
	tc.Window, tc.Learning = s.cfg.Triage.Window, s.cfg.Triage.Learning
	if s.noise, err = newNoise(ctx, s.state, s.engine, s.assets, s.log); err != nil {
		return err
	}
	s.noise.triage, s.noise.networks = tc, networks
	know := s.noise.knowledge()
	know.Assets = s.assets
	if s.facts, err = newFacts(ctx, s.state, s.log); err != nil {
		return err
	}
	know.Facts = s.facts.of
	if s.triage, err = triage.New(tc, s.state, networks, know, time.Now, s.log); err != nil {
		return err
	}
	s.assets.Follow(s.triage.Names())
	s.noise.teams.Follow(s.triage.Names())
	s.noise.folds, s.facts.folds = s.triage, s.triage
	if err := s.openResponder(networks); err != nil {
		return err
	}
	normalizers, err := newNormalizers(runtime.GOMAXPROCS(0), s.log)
	if err != nil {
		return err
	}
	if err := s.openIntel(ctx); err != nil {
		return err
	}
	s.process = &process{
		journal: s.journal, events: s.events, state: s.state, engine: s.engine, triage: s.triage, responder: s.responder,
		sources: s.sources, normalizers: normalizers, log: s.log, counts: newProcessCounts(s.metrics), again: tryAgain, intel: s.intel, noise: s.noise,
	}
	if err := s.openEntities(ctx, networks); err != nil {
		return err
	}
	s.process.watch = s.entities.watch
	s.openCorrelations()
	if err := s.openBaselines(networks); err != nil {
		return err
	}
	if err := s.openLedger(ctx); err != nil {
		return err
	}
	s.process.ledger = s.ledger
	return nil
}

// openDoors builds the API, puts the console beside it, and listens.
func (s *Server) openDoors(ctx context.Context) error {
	ac := api.DefaultConfig()
	ac.Version = s.version
	ac.Proxies, _ = prefixes(s.cfg.HTTP.Proxies)
	understand, err := newUnderstanding(s.log)
	if err != nil {
		return err
	}
	hunter, err := s.newHunter(understand)
	if err != nil {
		return err
	}
	s.api, err = api.New(ac, api.Deps{
		Store: s.state, Gate: s.gate, Responder: s.responder, Rules: s.engine, Searcher: s.events, Reader: s.events, Hunter: hunter, Ledger: s.ledger, Intel: s.intel, Feeds: s.feeds, Triage: s.triage, Noise: s.noise, Facts: s.facts,
		Metrics: s.metrics, Log: s.log, Now: time.Now, Understand: understand, Reload: s.rules.Reload, Settle: s.rules.Settle,
		Rated: s.entities.rated, Sources: s.sources.List, Live: s.live, Ready: s.ready, Listening: s.listening, Usual: s.process.baselines.usual(),
	})
	if err != nil {
		return err
	}
	hub := s.api.Hub()
	s.process.publish = hub.Publish
	s.triage.OnChange = func(in vedette.Incident) { hub.Publish("incident", in.ID, in) }
	s.responder.OnChange = func(a vedette.Action) { hub.Publish("action", a.ID, a) }
	cert, err := certificate(s.cfg.HTTP, s.cfg.Data.Dir, time.Now())
	if err != nil {
		return err
	}
	handler := router(s.api.Handler(), console.Handler(), s.httpRoutes(), s.api.Ingest)
	if s.door, err = openDoor(s.cfg.HTTP, cert, handler, s.log); err != nil {
		return err
	}
	return s.leaveRunFile(ctx)
}

// abandon closes what a failed New had opened.
func (s *Server) abandon() {
	if s.door != nil {
		s.door.close()
	}
	if s.syslog != nil {
		s.syslog.Close()
	}
	var errs []error
	if s.events != nil {
		errs = append(errs, s.events.Close())
	}
	if s.journal != nil {
		errs = append(errs, s.journal.Close())
	}
	if s.state != nil {
		errs = append(errs, s.state.Close())
	}
	if err := errors.Join(errs...); err != nil {
		s.log.Error("close after a failed start", "error", err)
	}
}

// URL is where a person on this machine reaches the console.
func (s *Server) URL() string { return s.door.url() }

// SyslogTCP is where syslog messages are taken over TCP; empty when they are not.
func (s *Server) SyslogTCP() string { return s.syslog.TCPAddr() }

// FirstPassword is the one-time password of the administrator, when this start created one.
func (s *Server) FirstPassword() (password string, created bool) { return s.password, s.password != "" }

// ReloadRules loads the rules again from where they are kept; no event is missed meanwhile.
func (s *Server) ReloadRules(ctx context.Context) error { return s.rules.Reload(ctx) }
