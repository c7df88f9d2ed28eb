package feed

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/intel"
	"github.com/vedette-soc/vedette/internal/statestore"
	"github.com/vedette-soc/vedette/internal/telemetry"
)

const (
	lookEvery = 5 * time.Second // for feeds that are due
	maxAtOnce = 3               // feeds that are polled at the same time
	firstWait = time.Minute     // after a first failure; doubled by each further one
	maxWait   = 6 * time.Hour
)

// Deps is what the poller stands on.
type Deps struct {
	Store   *statestore.Store
	Library *intel.Library
	Log     *slog.Logger
	Metrics *telemetry.Metrics // may be nil
	Now     func() time.Time   // time.Now when nil
}

// Poller asks the feeds when they are due. Its methods may be called from any goroutine.
type Poller struct {
	deps  Deps
	polls *telemetry.Counter
	wake  chan struct{}

	mu     sync.Mutex
	feeds  map[string]*feed
	forget map[string]bool // feeds that are gone, and whose indicators still have to go
	busy   int
}

type feed struct {
	cfg      Config
	managed  bool
	busy     bool
	changed  bool // while it was polled
	progress progress
}

// New joins the feeds of the configuration with those that people added, and what is known of both.
func New(ctx context.Context, configured []Config, deps Deps) (*Poller, error) {
	if deps.Now == nil {
		deps.Now = time.Now
	}
	p := &Poller{deps: deps, feeds: map[string]*feed{}, forget: map[string]bool{}, wake: make(chan struct{}, 1)}
	if deps.Metrics != nil {
		p.polls = deps.Metrics.Counter("vedette_intel_polls_total", "Polls of feeds of indicators, by how they went.", "result")
	}
	stored, err := deps.Store.Feeds(ctx)
	if err != nil {
		return nil, err
	}
	known := map[string]statestore.Feed{}
	for _, s := range stored {
		known[s.Name] = s
	}
	for _, cfg := range configured {
		if err := cfg.check(false); err != nil {
			return nil, err
		}
		if p.feeds[cfg.Name] != nil {
			return nil, vedette.Errorf(vedette.CodeInvalid, "two feeds have the name %q", cfg.Name)
		}
		f := &feed{cfg: cfg, progress: readProgress(known[cfg.Name].State)}
		if err := p.keep(ctx, deps.Store, f); err != nil {
			return nil, err
		}
		p.feeds[cfg.Name] = f
	}
	for _, s := range stored {
		if p.feeds[s.Name] != nil {
			continue
		}
		if !s.Managed { // it stood in the configuration once
			if err := deps.Store.DeleteFeed(ctx, s.Name); err != nil {
				return nil, err
			}
			p.forget[s.Name] = false
			continue
		}
		cfg, err := restore(s.Name, s.Settings, s.Secret)
		if err != nil {
			deps.Log.Error("leave a feed out", "feed", s.Name, "error", err)
			continue
		}
		p.feeds[s.Name] = &feed{cfg: cfg, managed: true, progress: readProgress(s.State)}
	}
	return p, nil
}

func readProgress(text string) (p progress) {
	if text != "" {
		_ = json.Unmarshal([]byte(text), &p) // an older shape begins anew
	}
	return p
}

// keep writes a feed down; secrets of the configuration stay there.
func (p *Poller) keep(ctx context.Context, store *statestore.Store, f *feed) error {
	open, secret, err := f.cfg.stored()
	if err != nil {
		return err
	}
	if !f.managed {
		secret = "{}"
	}
	return store.SaveFeed(ctx, statestore.Feed{Name: f.cfg.Name, Managed: f.managed, Settings: open, Secret: secret})
}

// Run polls until the context ends, and returns when every poll has ended.
func (p *Poller) Run(ctx context.Context) error {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	var polls sync.WaitGroup
	defer polls.Wait()
	for {
		p.begin(ctx, &polls)
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		case <-p.wake:
		}
	}
}

// begin starts what is due, as far as there is room.
func (p *Poller) begin(ctx context.Context, polls *sync.WaitGroup) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.deps.Now()
	for _, name := range slices.Sorted(maps.Keys(p.forget)) {
		if p.busy < maxAtOnce && !p.forget[name] && (p.feeds[name] == nil || !p.feeds[name].busy) {
			p.forget[name], p.busy = true, p.busy+1
			polls.Go(func() { p.forgetOne(ctx, name) })
		}
	}
	for _, f := range p.feeds {
		if p.busy < maxAtOnce && !f.busy && !f.cfg.Off && !f.progress.NextPoll.After(now) {
			f.busy, f.changed, p.busy = true, false, p.busy+1
			cfg, cursors := f.cfg, maps.Clone(f.progress.Cursors)
			polls.Go(func() { p.pollOne(ctx, f, cfg, cursors) })
		}
	}
}

func (p *Poller) forgetOne(ctx context.Context, name string) {
	err := p.deps.Library.Forget(ctx, name)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.busy--
	if err == nil {
		delete(p.forget, name)
		return
	}
	p.forget[name] = false
	p.deps.Log.Error("remove the indicators of a feed that is gone", "feed", name, "error", err)
}

// pollOne polls a feed and notes how it went.
func (p *Poller) pollOne(ctx context.Context, f *feed, cfg Config, cursors map[string]string) {
	if cursors == nil {
		cursors = map[string]string{}
	}
	began := p.deps.Now()
	report, err := p.deps.Library.Import(ctx, cfg.Name, cfg.defaults(), func(yield func(intel.Item) error) (intel.Report, error) {
		return fetch(ctx, &cfg, cursors, yield)
	})
	p.mu.Lock()
	defer p.mu.Unlock()
	f.busy, p.busy = false, p.busy-1
	if ctx.Err() != nil || p.feeds[cfg.Name] != f {
		return
	}
	f.note(began, report, err)
	if !f.changed { // after a change the feed begins anew
		f.progress.Cursors = cursors
	}
	if err != nil {
		p.deps.Log.Warn("a feed of indicators could not be read", "feed", cfg.Name, "error", errorText(err), "next", f.progress.NextPoll)
	} else {
		p.deps.Log.Info("a feed of indicators was read", "feed", cfg.Name, "report", report.String())
	}
	if p.polls != nil {
		p.polls.Add(1, map[bool]string{true: "well", false: "failed"}[err == nil])
	}
	p.save(ctx, f)
}

func (p *Poller) save(ctx context.Context, f *feed) {
	text, err := json.Marshal(f.progress)
	if err == nil {
		err = p.deps.Store.SaveFeedState(ctx, f.cfg.Name, string(text))
	}
	if err != nil {
		p.deps.Log.Error("keep the state of a feed", "feed", f.cfg.Name, "error", err)
	}
}

// note takes down how a poll went and when the next one is due.
func (f *feed) note(at time.Time, report intel.Report, err error) {
	g := &f.progress
	g.LastPoll, g.Last, g.Polls, g.Error = at, report, g.Polls+1, ""
	if err == nil {
		g.LastGood, g.Failures, g.NextPoll = at, 0, at.Add(f.cfg.Interval)
		return
	}
	g.Error = errorText(err)
	g.Failures++
	wait := min(firstWait<<min(g.Failures-1, 10), maxWait, max(f.cfg.Interval, firstWait))
	if later, ok := errors.AsType[*laterError](err); ok {
		wait = later.after
	}
	g.NextPoll = at.Add(wait)
}

func errorText(err error) string {
	return vedette.Shorten(strings.ToValidUTF8(err.Error(), ""), 500)
}

// List returns the feeds by name.
func (p *Poller) List() []Feed {
	p.mu.Lock()
	defer p.mu.Unlock()
	list := make([]Feed, 0, len(p.feeds))
	for _, name := range slices.Sorted(maps.Keys(p.feeds)) {
		list = append(list, p.feeds[name].status())
	}
	return list
}

// Get returns one feed.
func (p *Poller) Get(name string) (Feed, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f := p.feeds[name]
	if f == nil {
		return Feed{}, noFeed(name)
	}
	return f.status(), nil
}

func noFeed(name string) error {
	return vedette.Errorf(vedette.CodeNotFound, "there is no feed %q", vedette.Shorten(name, 64))
}

// Add adds a feed in the store given, which may write an audit line with it. It is polled at once.
func (p *Poller) Add(ctx context.Context, store *statestore.Store, cfg Config) (Feed, error) {
	if err := cfg.check(true); err != nil {
		return Feed{}, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.feeds[cfg.Name] != nil {
		return Feed{}, vedette.Errorf(vedette.CodeConflict, "there is a feed %q already", cfg.Name)
	}
	if p.forget[cfg.Name] {
		return Feed{}, vedette.Errorf(vedette.CodeConflict, "the indicators of the former feed %q are still being removed; try again in a minute", cfg.Name)
	}
	f := &feed{cfg: cfg, managed: true}
	if err := p.keep(ctx, store, f); err != nil {
		return Feed{}, err
	}
	delete(p.forget, cfg.Name)
	p.feeds[cfg.Name] = f
	p.nudge()
	return f.status(), nil
}

// Change changes a feed that people added. edit gets its configuration, secrets included, and must not keep them.
func (p *Poller) Change(ctx context.Context, store *statestore.Store, name string, edit func(*Config)) (Feed, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f := p.feeds[name]
	if f == nil {
		return Feed{}, noFeed(name)
	}
	if !f.managed {
		return Feed{}, fixed(name)
	}
	cfg := f.cfg
	edit(&cfg)
	cfg.Name = name
	if err := cfg.check(true); err != nil {
		return Feed{}, err
	}
	if cfg.URL != f.cfg.URL && keepsSecret(&cfg, edit) {
		return Feed{}, vedette.Errorf(vedette.CodeInvalid, "give the secret again: it is not sent to another address than the one it was given for")
	}
	if err := p.keep(ctx, store, &feed{cfg: cfg, managed: true}); err != nil {
		return Feed{}, err
	}
	f.cfg, f.changed = cfg, true
	f.progress.Cursors, f.progress.NextPoll, f.progress.Failures = nil, time.Time{}, 0
	p.nudge()
	return f.status(), nil
}

// keepsSecret tells whether an edit leaves a secret as it was, rather than giving it again or taking it away.
func keepsSecret(cfg *Config, edit func(*Config)) bool {
	const unsaid = "\x00"
	probe := *cfg
	probe.Password, probe.Token = unsaid, unsaid
	edit(&probe)
	return cfg.Password != "" && probe.Password == unsaid || cfg.Token != "" && probe.Token == unsaid
}

func fixed(name string) error {
	return vedette.Errorf(vedette.CodeConflict, "feed %q stands in the configuration and can only be changed there", name)
}

// Remove removes a feed that people added; its indicators are removed soon after.
func (p *Poller) Remove(ctx context.Context, store *statestore.Store, name string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	f := p.feeds[name]
	if f == nil {
		return noFeed(name)
	}
	if !f.managed {
		return fixed(name)
	}
	if err := store.DeleteFeed(ctx, name); err != nil {
		return fmt.Errorf("remove feed %s: %w", name, err)
	}
	delete(p.feeds, name)
	p.forget[name] = false
	p.nudge()
	return nil
}

// Poll makes a feed due now.
func (p *Poller) Poll(name string) (Feed, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f := p.feeds[name]
	switch {
	case f == nil:
		return Feed{}, noFeed(name)
	case f.cfg.Off:
		return Feed{}, vedette.Errorf(vedette.CodeConflict, "feed %q is switched off", name)
	}
	f.progress.NextPoll = time.Time{}
	p.nudge()
	return f.status(), nil
}

// nudge lets Run look for what is due.
func (p *Poller) nudge() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}
