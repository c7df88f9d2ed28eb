package respond_test

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/respond"
)

const attacker = "203.0.113.9"

func TestLifeOfAnAction(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, s := newWorld(), newShelf()
		r := responder(t, w, s)
		var seen []vedette.ActionState
		r.OnChange = func(a vedette.Action) { seen = append(seen, a.State) }
		ctx := respond.WithClient(t.Context(), "198.51.100.77:5000")

		a, err := r.Propose(ctx, request(attacker))
		if err != nil || a.State != vedette.ActionProposed || w.applied != 0 {
			t.Fatalf("propose: %+v %v", a, err)
		}
		if a, err = r.Approve(ctx, a.Tenant, a.ID, "ben"); err != nil || a.State != vedette.ActionActive || !a.Verified.Holds || !w.holds(attacker) {
			t.Fatalf("approve: %+v %v", a, err)
		}
		if a.ApprovedBy != "ben" || a.Owner != "ana" || !a.Expires.Equal(time.Now().Add(time.Hour)) {
			t.Errorf("the lease says %+v", a)
		}
		if _, err := r.Approve(ctx, a.Tenant, a.ID, "ben"); vedette.CodeOf(err) != vedette.CodeConflict {
			t.Errorf("a second approval: %v, want a conflict", err)
		}
		if a, err = r.Undo(ctx, a.Tenant, a.ID, "cho", "a customer"); err != nil || a.State != vedette.ActionUndone || a.Verified.Holds || w.holds(attacker) {
			t.Fatalf("undo: %+v %v", a, err)
		}
		if _, err := r.Undo(ctx, a.Tenant, a.ID, "cho", ""); vedette.CodeOf(err) != vedette.CodeConflict {
			t.Errorf("a second undo: %v, want a conflict", err)
		}
		if _, err := r.Undo(ctx, "stranger", a.ID, "cho", ""); vedette.CodeOf(err) != vedette.CodeNotFound {
			t.Errorf("another tenant: %v, want not found", err)
		}
		want := []vedette.ActionState{vedette.ActionProposed, vedette.ActionApplying, vedette.ActionActive, vedette.ActionUndone}
		if !slices.Equal(seen, want) {
			t.Errorf("announced %v, want %v", seen, want)
		}
		if got := s.steps(); !slices.Equal(got, []string{"action.propose", "action.approve", "action.undo"}) || s.log[0].From != "198.51.100.77" {
			t.Errorf("audit log %v", s.log)
		}
	})
}

func TestRejectAndRefuse(t *testing.T) {
	w, s := newWorld(), newShelf()
	r := responder(t, w, s)
	a, err := r.Propose(t.Context(), request(attacker))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Propose(t.Context(), request("203.0.113.9/32")); vedette.CodeOf(err) != vedette.CodeConflict {
		t.Errorf("the same target again: %v, want a conflict", err)
	}
	if a, err = r.Reject(t.Context(), a.Tenant, a.ID, "ben", "it is our scanner"); err != nil || a.State != vedette.ActionRejected || w.applied != 0 {
		t.Errorf("reject: %+v %v", a, err)
	}
	a, err = r.Propose(t.Context(), request("203.0.0.0/16"))
	if vedette.CodeOf(err) != vedette.CodeDenied || a.State != vedette.ActionRefused || !strings.HasPrefix(a.Refusal, "protected: ") {
		t.Errorf("a network around a protected address: %+v %v", a, err)
	}
	if _, err := r.Approve(t.Context(), a.Tenant, a.ID, "ben"); vedette.CodeOf(err) != vedette.CodeConflict || w.applied != 0 {
		t.Errorf("approving what was refused: %v", err)
	}
}

func TestKillSwitch(t *testing.T) {
	w, s := newWorld(), newShelf()
	r := responder(t, w, s, auto)
	a, _ := r.Propose(t.Context(), request(attacker))
	b, _ := r.Propose(t.Context(), request("203.0.113.10"))
	if _, err := r.Approve(t.Context(), a.Tenant, a.ID, "ben"); err != nil {
		t.Fatal(err)
	}
	if err := r.Guard().SetMode(respond.ModeOff); err != nil {
		t.Fatal(err)
	}
	if got, err := r.Approve(t.Context(), b.Tenant, b.ID, "ben"); vedette.CodeOf(err) != vedette.CodeDenied || got.State != vedette.ActionProposed {
		t.Errorf("approving while off: %+v %v", got, err)
	}
	if _, acted := r.Consider(t.Context(), alert("203.0.113.11", true)); acted {
		t.Error("an automatic action while off")
	}
	if _, err := r.Undo(t.Context(), a.Tenant, a.ID, "ben", ""); err != nil || w.holds(attacker) {
		t.Errorf("undo must work while off: %v", err)
	}
}

func TestActuatorFailsOrLies(t *testing.T) {
	tests := []struct {
		name   string
		breaks func(*world)
	}{
		{"fails", func(w *world) { w.failApply = errBroken }},
		{"lies", func(w *world) { w.lieApply = true }},
		{"cannot look", func(w *world) { w.failHolds = errBroken }},
		{"hangs", func(w *world) { w.hang = true }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w, s := newWorld(), newShelf()
				test.breaks(w)
				r := responder(t, w, s)
				a, _ := r.Propose(t.Context(), request(attacker))
				a, err := r.Approve(t.Context(), a.Tenant, a.ID, "ben")
				if err == nil || a.State != vedette.ActionFailed || a.Refusal == "" || a.Verified.Holds {
					t.Errorf("got %+v %v", a, err)
				}
				if stored, _ := s.Action(t.Context(), a.Tenant, a.ID); stored.State != vedette.ActionFailed {
					t.Errorf("stored as %s", stored.State)
				}
				if w.holds(attacker) {
					t.Error("something of a failed action is left in the world")
				}
			})
		})
	}
}

func TestUndoThatDoesNotWork(t *testing.T) {
	for name, breaks := range map[string]func(*world){
		"fails": func(w *world) { w.failRemove = errBroken },
		"lies":  func(w *world) { w.lieRemove = true },
	} {
		t.Run(name, func(t *testing.T) {
			w, s := newWorld(), newShelf()
			r := responder(t, w, s)
			a, _ := r.Propose(t.Context(), request(attacker))
			if _, err := r.Approve(t.Context(), a.Tenant, a.ID, "ben"); err != nil {
				t.Fatal(err)
			}
			breaks(w)
			a, err := r.Undo(t.Context(), a.Tenant, a.ID, "ben", "")
			if err == nil || a.State != vedette.ActionActive {
				t.Errorf("got %s %v, want an error and an action that is still active", a.State, err)
			}
			w.set(func(w *world) { w.failRemove, w.lieRemove = nil, false })
			if a, err = r.Undo(t.Context(), a.Tenant, a.ID, "ben", ""); err != nil || a.State != vedette.ActionUndone {
				t.Errorf("the next try: %s %v", a.State, err)
			}
		})
	}
}

// A storm of equal alerts makes one action, in either mode.
func TestConsiderStorm(t *testing.T) {
	for _, automatic := range []bool{true, false} {
		t.Run(fmt.Sprintf("automatic=%v", automatic), func(t *testing.T) {
			w, s := newWorld(), newShelf()
			r := responder(t, w, s, auto)
			first, acted := r.Consider(t.Context(), alert(attacker, automatic))
			if !acted || first.Automatic != automatic || w.holds(attacker) != automatic {
				t.Fatalf("the first alert: %+v", first)
			}
			for range 10_000 {
				if _, acted := r.Consider(t.Context(), alert(attacker, automatic)); acted {
					t.Fatal("an equal alert acted again")
				}
			}
			if s.count() != 1 {
				t.Errorf("%d actions, want 1", s.count())
			}
		})
	}
}

func TestConsider(t *testing.T) {
	tests := []struct {
		name   string
		change func(*vedette.Alert)
		mode   respond.Mode
		state  vedette.ActionState // "" for no action
		target string
	}{
		{"auto", func(a *vedette.Alert) { a.Auto = true }, respond.ModeAuto, vedette.ActionActive, attacker},
		{"auto rule of low severity", func(a *vedette.Alert) { a.Auto, a.Severity = true, vedette.Low }, respond.ModeAuto, vedette.ActionActive, attacker},
		{"auto rule in recommend", func(a *vedette.Alert) { a.Auto = true }, respond.ModeRecommend, vedette.ActionProposed, attacker},
		{"high", func(*vedette.Alert) {}, respond.ModeAuto, vedette.ActionProposed, attacker},
		{"medium", func(a *vedette.Alert) { a.Severity = vedette.Medium }, respond.ModeAuto, "", ""},
		{"off", func(a *vedette.Alert) { a.Auto = true }, respond.ModeOff, "", ""},
		{"inside address", func(a *vedette.Alert) { a.Entities[1].Name = "10.0.0.7" }, respond.ModeAuto, "", ""},
		{"no address", func(a *vedette.Alert) { a.Entities = a.Entities[:1] }, respond.ModeAuto, "", ""},
		{"protected, recommended", func(a *vedette.Alert) { a.Entities[1].Name = "203.0.113.53" }, respond.ModeAuto, "", ""},
		{"protected, auto", func(a *vedette.Alert) { a.Auto, a.Entities[1].Name = true, "203.0.113.53" }, respond.ModeAuto, vedette.ActionRefused, "203.0.113.53"},
		{"data leaving", func(a *vedette.Alert) {
			a.Tactics, a.Entities[1].Role, a.Entities[1].Name = []string{"exfiltration"}, vedette.RoleObject, "198.51.100.7"
		}, respond.ModeRecommend, vedette.ActionProposed, "198.51.100.7"},
		{"a call that is not data leaving", func(a *vedette.Alert) { a.Entities[1].Role = vedette.RoleObject }, respond.ModeRecommend, "", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w, s := newWorld(), newShelf()
			r := responder(t, w, s, func(c *respond.Config) { c.Mode = test.mode })
			al := alert(attacker, false)
			test.change(&al)
			a, acted := r.Consider(t.Context(), al)
			if acted != (test.state != "") || a.State != test.state || a.Target != test.target {
				t.Errorf("acted %v: %+v", acted, a)
			}
			if want := test.state == vedette.ActionActive; len(w.blocked) > 0 != want {
				t.Errorf("the world holds %v", w.blocked)
			}
		})
	}
}

// What people turned down or took back is not proposed again by the next alert, not even after a restart.
func TestConsiderRespectsPeople(t *testing.T) {
	w, s := newWorld(), newShelf()
	r := responder(t, w, s)
	a, _ := r.Consider(t.Context(), alert(attacker, false))
	if _, err := r.Reject(t.Context(), a.Tenant, a.ID, "ben", "ours"); err != nil {
		t.Fatal(err)
	}
	for _, again := range []*respond.Responder{r, responder(t, w, s)} {
		if _, acted := again.Consider(t.Context(), alert(attacker, false)); acted {
			t.Error("a rejected proposal came back")
		}
	}
	other := alert(attacker, false)
	other.IncidentID = "inc-2"
	if _, acted := responder(t, w, s).Consider(t.Context(), other); !acted {
		t.Error("another incident may propose it")
	}
}

func TestAutomaticRateFallsBackToPeople(t *testing.T) {
	w, s := newWorld(), newShelf()
	r := responder(t, w, s, auto, func(c *respond.Config) { c.MaxPerMinute = 2 })
	var states []vedette.ActionState
	for i := range 3 {
		a, _ := r.Consider(t.Context(), alert(fmt.Sprintf("203.0.113.%d", 100+i), true))
		states = append(states, a.State)
	}
	if want := []vedette.ActionState{vedette.ActionActive, vedette.ActionActive, vedette.ActionProposed}; !slices.Equal(states, want) {
		t.Errorf("states %v, want %v", states, want)
	}
}

func TestAutomaticLeaseIsExtended(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, s := newWorld(), newShelf()
		r := responder(t, w, s, auto)
		a, _ := r.Consider(t.Context(), alert(attacker, true))
		pass(40 * time.Minute)
		b, acted := r.Consider(t.Context(), alert(attacker, true))
		if !acted || b.ID != a.ID || !b.Expires.Equal(time.Now().Add(time.Hour)) || !w.blocked[attacker].Equal(b.Expires) {
			t.Errorf("acted %v, expires %s in the world %s", acted, b.Expires, w.blocked[attacker])
		}
	})
}

// run starts Run and stops it at the end of the bubble.
func run(t *testing.T, r *respond.Responder) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- r.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("run: %v", err)
		}
	})
	synctest.Wait()
}

// pass lets the bubble's clock run on.
func pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

func TestLeaseExpires(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, s := newWorld(), newShelf()
		r := responder(t, w, s)
		run(t, r)
		a, _ := r.Propose(t.Context(), request(attacker))
		if _, err := r.Approve(t.Context(), a.Tenant, a.ID, "ben"); err != nil {
			t.Fatal(err)
		}
		waiting, _ := r.Propose(t.Context(), request("203.0.113.10"))
		pass(time.Hour + time.Second)
		if a, _ = s.Action(t.Context(), a.Tenant, a.ID); a.State != vedette.ActionExpired || a.Verified.Holds || w.removed == 0 {
			t.Errorf("after its hour: %+v", a)
		}
		if late := a.Ended.Sub(a.Expires); late > time.Second {
			t.Errorf("it ended %s late", late)
		}
		pass(24 * time.Hour)
		if waiting, _ = s.Action(t.Context(), a.Tenant, waiting.ID); waiting.State != vedette.ActionExpired {
			t.Errorf("a proposal nobody answered is %s", waiting.State)
		}
	})
}

func TestExpiryIsRetried(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, s := newWorld(), newShelf()
		r := responder(t, w, s)
		run(t, r)
		a, _ := r.Propose(t.Context(), request(attacker))
		if _, err := r.Approve(t.Context(), a.Tenant, a.ID, "ben"); err != nil {
			t.Fatal(err)
		}
		w.set(func(w *world) { w.failRemove = errBroken })
		pass(time.Hour + 5*time.Minute)
		if a, _ = s.Action(t.Context(), a.Tenant, a.ID); a.State != vedette.ActionActive {
			t.Errorf("it cannot be removed and yet is %s", a.State)
		}
		w.set(func(w *world) { w.failRemove = nil })
		pass(2 * time.Minute)
		if a, _ = s.Action(t.Context(), a.Tenant, a.ID); a.State != vedette.ActionExpired {
			t.Errorf("when it can be removed it is %s", a.State)
		}
	})
}

func TestDriftIsRepaired(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, s := newWorld(), newShelf()
		r := responder(t, w, s)
		run(t, r)
		a, _ := r.Propose(t.Context(), request(attacker))
		if _, err := r.Approve(t.Context(), a.Tenant, a.ID, "ben"); err != nil {
			t.Fatal(err)
		}
		w.set(func(w *world) { clear(w.blocked) })
		pass(2 * time.Minute)
		if !w.holds(attacker) || !slices.Contains(s.steps(), "action.drift") {
			t.Errorf("what somebody removed was not put back: %v", s.steps())
		}
		w.set(func(w *world) { clear(w.blocked); w.failApply = errBroken })
		pass(2 * time.Minute)
		if a, _ = s.Action(t.Context(), a.Tenant, a.ID); a.Verified.Holds {
			t.Errorf("the row says that it holds: %+v", a.Verified)
		}
	})
}

// A crash at any point between intent and result is found at the next start by looking at the world.
func TestCrash(t *testing.T) {
	tests := []struct {
		name    string
		state   vedette.ActionState
		blocked bool
		left    time.Duration
		want    vedette.ActionState
		holds   bool
	}{
		{"before apply", vedette.ActionApplying, false, time.Hour, vedette.ActionActive, true},
		{"between apply and save", vedette.ActionApplying, true, time.Hour, vedette.ActionActive, true},
		{"while active", vedette.ActionActive, true, time.Hour, vedette.ActionActive, true},
		{"the machine was restarted too", vedette.ActionActive, false, time.Hour, vedette.ActionActive, true},
		{"until after its end", vedette.ActionActive, true, -time.Minute, vedette.ActionExpired, false},
		{"between apply and save, until after its end", vedette.ActionApplying, true, -time.Minute, vedette.ActionExpired, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w, s := newWorld(), newShelf()
				a := vedette.Action{
					ID: "act-1", Tenant: vedette.DefaultTenant, Kind: respond.BlockAddress, Target: attacker, Actuator: "memory",
					State: test.state, TTL: 3600, Created: time.Now(), Expires: time.Now().Add(test.left),
				}
				if err := s.CreateAction(t.Context(), &a); err != nil {
					t.Fatal(err)
				}
				if test.blocked {
					w.blocked[attacker] = time.Now().Add(time.Hour)
				}
				run(t, responder(t, w, s))
				if a, _ = s.Action(t.Context(), a.Tenant, a.ID); a.State != test.want || w.holds(attacker) != test.holds {
					t.Errorf("it is %s, in the world %v", a.State, w.holds(attacker))
				}
			})
		})
	}
}

// The store fails after the world was changed: the row catches up later, and nothing is applied twice in between.
func TestStoreFailsAfterApply(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, s := newWorld(), newShelf()
		r := responder(t, w, s)
		run(t, r)
		a, _ := r.Propose(t.Context(), request(attacker))
		r.OnChange = nil
		s.setFail(errBroken)
		if got, err := r.Approve(t.Context(), a.Tenant, a.ID, "ben"); err == nil || got.State != vedette.ActionProposed || w.applied != 0 {
			t.Fatalf("without an intent nothing may be applied: %+v %v", got, err)
		}
		s.setFail(nil)
		if _, err := r.Approve(t.Context(), a.Tenant, a.ID, "ben"); err != nil {
			t.Fatal(err)
		}
		s.setFail(errBroken)
		if _, err := r.Undo(t.Context(), a.Tenant, a.ID, "ben", ""); err == nil || w.holds(attacker) {
			t.Fatalf("undo while the store fails: %v", err)
		}
		s.setFail(nil)
		pass(2 * time.Minute)
		if a, _ = s.Action(t.Context(), a.Tenant, a.ID); a.State != vedette.ActionUndone || w.holds(attacker) {
			t.Errorf("the row says %s, the world %v", a.State, w.holds(attacker))
		}
	})
}

// Something becomes protected while it is blocked: the block goes.
func TestNewlyProtectedIsReleased(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, s := newWorld(), newShelf()
		r := responder(t, w, s)
		run(t, r)
		a, _ := r.Propose(t.Context(), request(attacker))
		if _, err := r.Approve(t.Context(), a.Tenant, a.ID, "ben"); err != nil {
			t.Fatal(err)
		}
		r.Guard().SetProtected([]netip.Prefix{netip.MustParsePrefix("203.0.113.0/28")})
		pass(2 * time.Minute)
		if a, _ = s.Action(t.Context(), a.Tenant, a.ID); w.holds(attacker) || a.State != vedette.ActionUndone || !strings.HasPrefix(a.Refusal, "protected: ") {
			t.Errorf("got %+v", a)
		}
	})
}

// Two tenants block one address; one takes it back and the other's lease still holds.
func TestTenantsShareATarget(t *testing.T) {
	w, s := newWorld(), newShelf()
	r := responder(t, w, s)
	var all []vedette.Action
	for _, tenant := range []string{"north", "south"} {
		req := request(attacker)
		req.Tenant = tenant
		a, err := r.Propose(t.Context(), req)
		if err != nil {
			t.Fatal(err)
		}
		if a, err = r.Approve(t.Context(), tenant, a.ID, "ben"); err != nil {
			t.Fatal(err)
		}
		all = append(all, a)
	}
	if _, err := r.Undo(t.Context(), "north", all[0].ID, "ben", ""); err != nil || !w.holds(attacker) {
		t.Errorf("the other tenant's lease is gone: %v", err)
	}
	if _, err := r.Undo(t.Context(), "south", all[1].ID, "ben", ""); err != nil || w.holds(attacker) {
		t.Errorf("nobody holds it and it is still blocked: %v", err)
	}
}

func TestOverlapIsAConflict(t *testing.T) {
	w, s := newWorld(), newShelf()
	r := responder(t, w, s)
	a, err := r.Propose(t.Context(), request("203.0.112.0/24"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Approve(t.Context(), a.Tenant, a.ID, "ben"); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Propose(t.Context(), request("203.0.112.7")); vedette.CodeOf(err) != vedette.CodeConflict {
		t.Errorf("an address inside: %v, want a conflict", err)
	}
	if _, acted := r.Consider(t.Context(), alert("203.0.112.7", false)); acted {
		t.Error("an alert about an address that is blocked already made a proposal")
	}
}

func TestTextFromOutsideIsCleaned(t *testing.T) {
	r := responder(t, newWorld(), newShelf())
	req := request(attacker)
	req.Reason = "line\nbreak \x1b[31mred \u202etfel " + strings.Repeat("long ", 200)
	a, err := r.Propose(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	if strings.ContainsAny(a.Reason, "\n\x1b\u202e") || len(a.Reason) > 500 {
		t.Errorf("reason %q", a.Reason)
	}
}

func BenchmarkConsiderDuplicate(b *testing.B) {
	r := responder(b, newWorld(), newShelf(), auto)
	al := alert(attacker, true)
	r.Consider(b.Context(), al)
	b.ReportAllocs()
	for b.Loop() {
		r.Consider(b.Context(), al)
	}
}
