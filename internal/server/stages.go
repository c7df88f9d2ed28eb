package server

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/access"
	"github.com/vedette-soc/vedette/internal/collect"
	"github.com/vedette-soc/vedette/internal/collect/elastic"
	"github.com/vedette-soc/vedette/internal/collect/file"
	"github.com/vedette-soc/vedette/internal/collect/ndjson"
	"github.com/vedette-soc/vedette/internal/collect/syslog"
	"github.com/vedette-soc/vedette/internal/entity"
	"github.com/vedette-soc/vedette/internal/normalize"
	"github.com/vedette-soc/vedette/internal/normalize/all"
	"github.com/vedette-soc/vedette/internal/respond"
	"github.com/vedette-soc/vedette/internal/respond/dryrun"
	"github.com/vedette-soc/vedette/internal/respond/nftables"
)

// openReceivers binds the receivers that listen by themselves or follow files. This is the list of them.
func (s *Server) openReceivers() error {
	var err error
	if s.syslog, err = syslog.New(s.cfg.Syslog, s.log); err != nil {
		return err
	}
	files, err := file.New(s.cfg.Files, filepath.Join(s.cfg.Data.Dir, "files.json"), s.log)
	if err != nil {
		return err
	}
	s.receivers = []collect.Receiver{s.syslog, files}
	return nil
}

// httpRoutes are the receivers that are called over HTTP. This is the list of them.
func (s *Server) httpRoutes() []collect.Route {
	bodies := collect.NewBodies()
	var routes []collect.Route
	for _, r := range []collect.HTTPReceiver{ndjson.New(bodies, time.Now), elastic.New(s.cfg.Elasticsearch, bodies, time.Now)} {
		routes = append(routes, r.Routes(s.intake)...)
	}
	return routes
}

// openResponder chooses the actuator and puts the guard in front of it.
func (s *Server) openResponder(networks entity.Networks) error {
	cfg, err := s.cfg.respond()
	if err != nil {
		return err
	}
	guard, err := respond.NewGuard(cfg, networks, nil)
	if err != nil {
		return err
	}
	actuator, err := s.actuator()
	if err != nil {
		return err
	}
	s.responder, err = respond.New(cfg, s.state, actuator, guard, time.Now, s.log)
	return err
}

// actuator is nftables where that is permitted, and otherwise one that only says what it would do.
func (s *Server) actuator() (respond.Actuator, error) {
	s.dryReason = "respond.actuator is dry-run"
	if s.cfg.Respond.Actuator != "dry-run" {
		fire, err := nftables.New(nftables.Config{}, s.log)
		if err == nil {
			s.closeActuator = fire.Close
			return fire, nil
		}
		if s.cfg.Respond.Actuator == "nftables" {
			return nil, err
		}
		s.dryReason = err.Error()
	}
	s.log.Info("actions are recommended and recorded, but change nothing", "reason", s.dryReason)
	return dryrun.New(s.dryReason, s.log), nil
}

func newNormalizers(n int, log *slog.Logger) ([]*normalize.Normalizer, error) {
	list := make([]*normalize.Normalizer, n)
	for i := range list {
		var err error
		if list[i], err = normalize.New(normalize.Config{}, all.Parsers(), log); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// newUnderstanding gives the API a way to read a record as the corridor would, without keeping anything.
func newUnderstanding(log *slog.Logger) (func(*vedette.Record) []*vedette.Event, error) {
	normalizers, err := newNormalizers(1, log)
	if err != nil {
		return nil, err
	}
	var mu sync.Mutex
	return func(rec *vedette.Record) (events []*vedette.Event) {
		mu.Lock()
		defer mu.Unlock()
		normalizers[0].Normalize(rec, func(ev *vedette.Event) { events = append(events, ev) })
		return events
	}, nil
}

// localToken is the name of the token that commands of this user on this machine use.
const localToken = "local"

// leaveRunFile makes a token for this machine's commands, in place of the last run's, and leaves it in the data
// directory.
func (s *Server) leaveRunFile(ctx context.Context) error {
	by := access.By{Principal: access.System(vedette.DefaultTenant), From: "local"}
	tokens, err := s.gate.Tokens(ctx, vedette.DefaultTenant)
	if err != nil {
		return err
	}
	for _, t := range tokens {
		if t.Name == localToken {
			if err := s.gate.DeleteToken(ctx, by, t.ID); err != nil {
				return err
			}
		}
	}
	_, secret, err := s.gate.CreateToken(ctx, by, access.NewToken{Name: localToken, Scopes: []string{"ingest", "read", "write", "respond", "admin"}})
	if err != nil {
		return err
	}
	s.removeRunFile, err = RunFile{PID: os.Getpid(), URL: s.door.url(), Token: secret, Syslog: s.syslog.TCPAddr(), Version: s.version}.write(s.cfg.Data.Dir)
	return err
}
