//go:build linux

package nftables_test

import (
	"context"
	"log/slog"
	"net/netip"
	"path/filepath"
	"slices"
	"testing"
	"time"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/entity"
	"github.com/vedette-soc/vedette/internal/respond"
	"github.com/vedette-soc/vedette/internal/respond/nftables"
	"github.com/vedette-soc/vedette/internal/statestore"
)

// office is a responder with a real store and a real firewall, in automatic mode.
func office(t *testing.T, a *nftables.Actuator) (*respond.Responder, *statestore.Store) {
	t.Helper()
	store, err := statestore.Open(t.Context(), statestore.Config{URL: "sqlite://" + filepath.Join(t.TempDir(), "state.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	return hire(t, a, store), store
}

func hire(t *testing.T, a *nftables.Actuator, store *statestore.Store) *respond.Responder {
	t.Helper()
	cfg := respond.DefaultConfig()
	cfg.Mode = respond.ModeAuto
	networks := entity.Networks{Protected: []netip.Prefix{netip.MustParsePrefix("203.0.113.10/32")}}
	own := func() ([]netip.Prefix, error) { return []netip.Prefix{netip.MustParsePrefix("203.0.113.1/32")}, nil }
	guard, err := respond.NewGuard(cfg, networks, own)
	if err != nil {
		t.Fatal(err)
	}
	r, err := respond.New(cfg, store, a, guard, time.Now, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func attack(address string) vedette.Alert {
	return vedette.Alert{
		ID: "alert-" + address, Tenant: vedette.DefaultTenant, RuleID: "guess", RuleTitle: "Password guessing", Severity: vedette.High, Auto: true,
		IncidentID: "inc-1", Entities: []vedette.EntityRef{{Kind: vedette.EntityAddress, Name: address, Role: vedette.RoleActor}},
	}
}

// From an alert to packets that no longer arrive, and back, with every part real.
func TestFromAlertToBlockAndBack(t *testing.T) {
	server, client := newNamespace(t), newNamespace(t)
	wire(server, "inside", client, "outside")
	server.up("inside", "203.0.113.1/24")
	client.up("outside", "203.0.113.9/24")
	ended := server.echo("203.0.113.1:7000")
	a := open(t, server)
	r, store := office(t, a)
	client.await("203.0.113.1:7000")
	session, err := client.dial("203.0.113.1:7000")
	if err != nil || !alive(session) {
		t.Fatal(err)
	}
	defer session.Close()

	begin := time.Now()
	act, acted := r.Consider(t.Context(), attack("203.0.113.9"))
	t.Logf("from alert to verified block: %s", time.Since(begin))
	if !acted || act.State != vedette.ActionActive || !act.Verified.Holds || !act.Automatic {
		t.Fatalf("the alert was answered with %+v", act)
	}
	select {
	case <-ended:
	case <-time.After(2 * time.Second):
		t.Error("the established session was not cut")
	}
	if alive(session) || client.reachable("203.0.113.1:7000") {
		t.Error("the attacker still gets through")
	}
	for _, target := range []string{"203.0.113.10", "203.0.113.1", "203.0.113.0/24", "127.0.0.1"} {
		if _, err := r.Propose(t.Context(), respond.Request{Tenant: vedette.DefaultTenant, Target: target, By: "ana", Reason: "test"}); vedette.CodeOf(err) != vedette.CodeDenied {
			t.Errorf("%s: %v, want a refusal", target, err)
		}
	}
	again := hire(t, a, store) // a restart: the lease is found and can be taken back
	if act, err = again.Undo(t.Context(), act.Tenant, act.ID, "ana", "a customer"); err != nil || act.State != vedette.ActionUndone {
		t.Fatalf("undo: %+v %v", act, err)
	}
	if !client.reachable("203.0.113.1:7000") {
		t.Error("after the undo the server cannot be reached")
	}
}

// The kernel lost the block while Vedette was away; at its start it is put back.
func TestStartPutsBack(t *testing.T) {
	n := newNamespace(t)
	a := open(t, n)
	r, store := office(t, a)
	act, _ := r.Consider(t.Context(), attack("203.0.113.9"))
	if err := a.Clear(); err != nil {
		t.Fatal(err)
	}
	again := hire(t, a, store)
	done := make(chan vedette.AuditEntry, 1)
	ctx, cancel := context.WithCancel(t.Context())
	stopped := make(chan error)
	go func() { stopped <- again.Run(ctx) }()
	defer func() { cancel(); <-stopped }()
	go func() {
		for ctx.Err() == nil {
			log, _, _, err := store.AuditLog(ctx, statestore.AuditFilter{Tenant: vedette.DefaultTenant, Object: act.ID}, statestore.Page{})
			at := slices.IndexFunc(log, func(e vedette.AuditEntry) bool { return e.What == "action.drift" })
			if err == nil && at >= 0 {
				done <- log[at]
				return
			}
			select {
			case <-ctx.Done():
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		t.Fatal("the block was not put back")
	}
	if holds, detail, err := a.Holds(t.Context(), &act); !holds || err != nil {
		t.Errorf("after the start: %v %s %v", holds, detail, err)
	}
}

func TestAlertToBlockLatency(t *testing.T) {
	r, _ := office(t, open(t, newNamespace(t)))
	var times []time.Duration
	for i := range 50 {
		begin := time.Now()
		if act, _ := r.Consider(t.Context(), attack(netip.AddrFrom4([4]byte{198, 18, 0, byte(i)}).String())); act.State != vedette.ActionActive {
			t.Fatalf("%+v", act)
		}
		times = append(times, time.Since(begin))
	}
	slices.Sort(times)
	t.Logf("alert to verified and stored block: p50 %s, p90 %s, worst %s", times[25], times[45], times[49])
	if times[25] > time.Second {
		t.Errorf("the median is %s", times[25])
	}
}
