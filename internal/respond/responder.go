package respond

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/netip"
	"sync"
	"time"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/entity"
)

// Responder holds the leases. Its methods may be called by many goroutines; changes are made one after the other.
type Responder struct {
	// OnChange, when set before the first call, is told of every change of an action, after it is stored.
	OnChange func(vedette.Action)

	cfg      Config
	store    Store
	actuator Actuator
	guard    *Guard
	now      func() time.Time
	log      *slog.Logger
	wake     chan struct{}

	mu       sync.Mutex
	live     map[string]*lease    // by action id: proposed, applying and active
	targets  map[string]string    // tenant and target of a live lease → its id
	declined map[string]time.Time // tenant and target that were refused or turned down → until when
	applied  []time.Time          // within the last minute
	changed  []vedette.Action     // to be announced when the lock is released
}

// lease is a live action and what is known beside its row.
type lease struct {
	vedette.Action
	prefix  netip.Prefix
	unsaved bool      // the world changed and the store could not be told yet
	stored  time.Time // when Verified was last stored
}

// Request is a person's wish for an action.
type Request struct {
	Tenant     string
	Kind       string // BlockAddress; empty means that
	Target     string // an address, or a network in CIDR form
	TTL        time.Duration
	Reason     string
	By         string
	IncidentID string
}

// New makes a responder and loads the live actions from the store. The world is looked at when [Responder.Run] starts.
func New(cfg Config, store Store, actuator Actuator, guard *Guard, now func() time.Time, log *slog.Logger) (*Responder, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	r := &Responder{
		cfg: cfg, store: store, actuator: actuator, guard: guard, now: now, log: log, wake: make(chan struct{}, 1),
		live: make(map[string]*lease), targets: make(map[string]string), declined: make(map[string]time.Time),
	}
	actions, err := store.LiveActions(context.Background())
	if err != nil {
		return nil, fmt.Errorf("load the live actions: %w", err)
	}
	for _, action := range actions {
		prefix, err := entity.ParseTarget(action.Target)
		if err != nil {
			log.Error("a stored action has an unreadable target", "action", action.ID, "target", action.Target)
			continue
		}
		r.hold(&lease{Action: action, prefix: prefix})
	}
	return r, nil
}

// Actuator names what carries actions out, and tells whether it only says what it would do.
func (r *Responder) Actuator() (name string, dryRun bool) {
	dry, ok := r.actuator.(DryRunner)
	return r.actuator.Name(), ok && dry.DryRun()
}

// Guard returns the guard, to change its mode and protected networks.
func (r *Responder) Guard() *Guard { return r.guard }

// draft makes an action that is not stored yet.
func (r *Responder) draft(req Request) *lease {
	if req.Kind == "" {
		req.Kind = BlockAddress
	}
	if req.TTL == 0 {
		req.TTL = r.cfg.DefaultTTL
	}
	name, dry := r.Actuator()
	l := &lease{Action: vedette.Action{
		ID: newID(), Tenant: req.Tenant, Kind: req.Kind, Target: clip(req.Target, 64), Actuator: name, DryRun: dry,
		TTL: int64(req.TTL / time.Second), Reason: clip(req.Reason, 500), Owner: clip(req.By, 200),
		IncidentID: req.IncidentID, State: vedette.ActionProposed, Created: r.now().UTC(),
	}}
	if prefix, err := entity.ParseTarget(req.Target); err == nil {
		l.prefix = prefix
		l.Target = prefix.String()
		if prefix.IsSingleIP() {
			l.Target = prefix.Addr().String()
		}
	}
	l.Undo = "it ends by itself; undo ends it now"
	if u, ok := r.actuator.(Undoer); ok && l.prefix.IsValid() {
		l.Undo = u.Undo(&l.Action)
	}
	return l
}

// question is what the guard is asked about a lease.
func (r *Responder) question(ctx context.Context, l *lease) Question {
	q := Question{Kind: l.Kind, Target: l.Target, TTL: time.Duration(l.TTL) * time.Second, Automatic: l.Automatic, Recent: r.recent()}
	if client, ok := clientOf(ctx); ok {
		q.Client = []netip.Addr{client}
	}
	for _, other := range r.live {
		if other.State != vedette.ActionProposed {
			q.Live++
		}
	}
	return q
}

// recent counts the actions applied within the last minute.
func (r *Responder) recent() int {
	since := r.now().Add(-time.Minute)
	for len(r.applied) > 0 && !r.applied[0].After(since) {
		r.applied = r.applied[1:]
	}
	return len(r.applied)
}

// hold indexes a live lease.
func (r *Responder) hold(l *lease) {
	r.live[l.ID] = l
	r.targets[targetKey(l.Tenant, l.Target)] = l.ID
}

// release forgets a lease that has ended.
func (r *Responder) release(l *lease) {
	delete(r.live, l.ID)
	key := targetKey(l.Tenant, l.Target)
	if r.targets[key] == l.ID {
		delete(r.targets, key)
	}
}

// find returns a live lease, or says whether the action is over or was never there.
func (r *Responder) find(ctx context.Context, tenant, id string) (*lease, error) {
	if l := r.live[id]; l != nil && l.Tenant == tenant {
		return l, nil
	}
	action, err := r.store.Action(ctx, tenant, id)
	if err != nil {
		return nil, fmt.Errorf("find the action: %w", err)
	}
	return nil, vedette.Errorf(vedette.CodeConflict, "the action is over: it was %s", action.State)
}

// unlock releases the lock and then announces what changed, so that a listener may call back.
func (r *Responder) unlock() {
	changed := r.changed
	r.changed = nil
	r.mu.Unlock()
	if r.OnChange == nil {
		return
	}
	for _, action := range changed {
		r.OnChange(action)
	}
}

// poke makes Run look at its timers again.
func (r *Responder) poke() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// audit notes a step. The log must never stop an action from being taken back, so a failure is only reported.
func (r *Responder) audit(ctx context.Context, l *lease, who, what, detail string) {
	entry := vedette.AuditEntry{
		Tenant: l.Tenant, Time: r.now().UTC(), Who: who, What: "action." + what, Object: l.ID, Detail: clip(detail, 500),
		Failed: l.State == vedette.ActionFailed || l.State == vedette.ActionRefused,
	}
	if client, ok := clientOf(ctx); ok {
		entry.From = client.String()
	}
	if err := r.store.Audit(context.WithoutCancel(ctx), entry); err != nil {
		r.log.Error("a step of an action is missing from the audit log", "action", l.ID, "what", what, "error", err)
	}
}

func targetKey(tenant, target string) string { return tenant + "\x00" + target }

func newID() string {
	var b [8]byte
	rand.Read(b[:]) // never fails
	return "act-" + hex.EncodeToString(b[:])
}
