package respond_test

import (
	"context"
	"errors"
	"log/slog"
	"net/netip"
	"slices"
	"sync"
	"testing"
	"time"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/entity"
	"github.com/vedette-soc/vedette/internal/respond"
)

// world is a firewall in memory that can fail, lie and forget, and whose elements end by themselves.
type world struct {
	mu      sync.Mutex
	blocked map[string]time.Time
	applied int
	removed int

	failApply, failRemove, failHolds error
	lieApply, lieRemove              bool
	hang                             bool
}

func newWorld() *world { return &world{blocked: make(map[string]time.Time)} }

func (w *world) Name() string { return "memory" }

func (w *world) Apply(ctx context.Context, a *vedette.Action) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.applied++
	if w.hang {
		<-ctx.Done()
		return ctx.Err()
	}
	if w.failApply == nil && !w.lieApply {
		w.blocked[a.Target] = a.Expires
	}
	return w.failApply
}

func (w *world) Remove(_ context.Context, a *vedette.Action) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.removed++
	if w.failRemove == nil && !w.lieRemove {
		delete(w.blocked, a.Target)
	}
	return w.failRemove
}

func (w *world) Holds(_ context.Context, a *vedette.Action) (bool, string, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	until, ok := w.blocked[a.Target]
	return ok && time.Now().Before(until), "looked", w.failHolds
}

func (w *world) holds(target string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	until, ok := w.blocked[target]
	return ok && time.Now().Before(until)
}

// set changes how the world behaves.
func (w *world) set(fn func(*world)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	fn(w)
}

// shelf is a store in memory with the statestore's promises about versions, and it can fail.
type shelf struct {
	mu      sync.Mutex
	actions map[string]vedette.Action
	log     []vedette.AuditEntry
	fail    error
}

func newShelf() *shelf { return &shelf{actions: make(map[string]vedette.Action)} }

func (s *shelf) CreateAction(_ context.Context, a *vedette.Action) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fail != nil {
		return s.fail
	}
	if _, there := s.actions[a.ID]; there {
		return vedette.Errorf(vedette.CodeConflict, "action %s exists", a.ID)
	}
	a.Version = 1
	s.actions[a.ID] = *a
	return nil
}

func (s *shelf) UpdateAction(_ context.Context, a *vedette.Action) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fail != nil {
		return s.fail
	}
	if s.actions[a.ID].Version != a.Version {
		return vedette.Errorf(vedette.CodeConflict, "action %s has moved on", a.ID)
	}
	a.Version++
	s.actions[a.ID] = *a
	return nil
}

func (s *shelf) Action(_ context.Context, tenant, id string) (vedette.Action, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, ok := s.actions[id]
	if !ok || a.Tenant != tenant {
		return vedette.Action{}, vedette.Errorf(vedette.CodeNotFound, "no action %s", id)
	}
	return a, nil
}

func (s *shelf) LiveActions(context.Context) ([]vedette.Action, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var live []vedette.Action
	for _, a := range s.actions {
		switch a.State {
		case vedette.ActionProposed, vedette.ActionApplying, vedette.ActionActive:
			live = append(live, a)
		}
	}
	slices.SortFunc(live, func(a, b vedette.Action) int { return a.Created.Compare(b.Created) })
	return live, s.fail
}

func (s *shelf) Audit(_ context.Context, e vedette.AuditEntry) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log = append(s.log, e)
	return nil
}

func (s *shelf) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.actions)
}

func (s *shelf) setFail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fail = err
}

func (s *shelf) steps() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var what []string
	for _, e := range s.log {
		what = append(what, e.What)
	}
	return what
}

var errBroken = errors.New("broken on purpose")

var protected = entity.Networks{Protected: []netip.Prefix{netip.MustParsePrefix("203.0.113.53/32")}}

func ownAddresses() ([]netip.Prefix, error) {
	return []netip.Prefix{netip.MustParsePrefix("198.51.100.1/32"), netip.MustParsePrefix("2001:db8::1/128")}, nil
}

func auto(cfg *respond.Config) { cfg.Mode = respond.ModeAuto }

func responder(t testing.TB, w *world, s *shelf, change ...func(*respond.Config)) *respond.Responder {
	t.Helper()
	cfg := respond.DefaultConfig()
	for _, fn := range change {
		fn(&cfg)
	}
	guard, err := respond.NewGuard(cfg, protected, ownAddresses)
	if err != nil {
		t.Fatal(err)
	}
	r, err := respond.New(cfg, s, w, guard, time.Now, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func request(target string) respond.Request {
	return respond.Request{Tenant: vedette.DefaultTenant, Target: target, TTL: time.Hour, Reason: "guesses passwords", By: "ana", IncidentID: "inc-1"}
}

func alert(address string, automatic bool) vedette.Alert {
	return vedette.Alert{
		ID: "alert-1", Tenant: vedette.DefaultTenant, RuleID: "guess", RuleTitle: "Password guessing", Severity: vedette.High,
		IncidentID: "inc-1", Auto: automatic,
		Entities: []vedette.EntityRef{
			{Kind: vedette.EntityHost, Name: "web-01", Role: vedette.RoleTarget},
			{Kind: vedette.EntityAddress, Name: address, Role: vedette.RoleActor},
		},
	}
}
