// Package actuatortest is the suite that every actuator must pass.
package actuatortest

import (
	"fmt"
	"testing"
	"time"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/respond"
)

// Run checks an actuator against the promises of [respond.Actuator]. open returns one that holds nothing, for the
// test's own corner of the world. An actuator that only says what it would do must never claim that anything holds.
func Run(t *testing.T, open func(*testing.T) respond.Actuator) {
	s := suite{open: open}
	t.Run("ApplyHoldsRemove", s.applyHoldsRemove)
	t.Run("AgainIsHarmless", s.againIsHarmless)
	t.Run("TargetsAreIndependent", s.targetsAreIndependent)
	t.Run("EndIsMoved", s.endIsMoved)
	t.Run("EndsByItself", s.endsByItself)
	t.Run("ManyTargets", s.manyTargets)
	t.Run("UnreadableTarget", s.unreadableTarget)
}

type suite struct {
	open func(*testing.T) respond.Actuator
}

// Targets that every actuator must handle: addresses and networks of both families, and the last network before the
// end of the address space of unicast IPv4.
var targets = []string{"203.0.113.9", "198.51.100.0/24", "2001:db8::9", "2001:db8:1::/64", "223.255.255.255"}

func action(target string, ttl time.Duration) *vedette.Action {
	return &vedette.Action{
		ID: "act-" + target, Tenant: vedette.DefaultTenant, Kind: respond.BlockAddress, Target: target,
		TTL: int64(ttl / time.Second), Expires: time.Now().Add(ttl),
	}
}

func (s suite) applyHoldsRemove(t *testing.T) {
	for _, target := range targets {
		t.Run(target, func(t *testing.T) {
			a := s.open(t)
			act := action(target, time.Minute)
			expect(t, a, act, false)
			must(t, "apply", a.Apply(t.Context(), act))
			expect(t, a, act, true)
			must(t, "remove", a.Remove(t.Context(), act))
			expect(t, a, act, false)
		})
	}
}

func (s suite) againIsHarmless(t *testing.T) {
	a := s.open(t)
	act := action(targets[1], time.Minute)
	must(t, "remove what is not there", a.Remove(t.Context(), act))
	for range 3 {
		must(t, "apply", a.Apply(t.Context(), act))
	}
	expect(t, a, act, true)
	for range 3 {
		must(t, "remove", a.Remove(t.Context(), act))
	}
	expect(t, a, act, false)
}

func (s suite) targetsAreIndependent(t *testing.T) {
	a := s.open(t)
	first, next := action("203.0.113.9", time.Minute), action("203.0.113.10", time.Minute)
	must(t, "apply", a.Apply(t.Context(), first))
	must(t, "apply its neighbour", a.Apply(t.Context(), next))
	expect(t, a, action("203.0.113.11", time.Minute), false)
	must(t, "remove", a.Remove(t.Context(), first))
	expect(t, a, first, false)
	expect(t, a, next, true)
	must(t, "remove", a.Remove(t.Context(), next))
}

func (s suite) endIsMoved(t *testing.T) {
	a := s.open(t)
	if dry(a) {
		t.Skip("a dry run holds nothing that could end")
	}
	short, long := action("203.0.113.9", 2*time.Second), action("203.0.113.9", time.Minute)
	must(t, "apply for two seconds", a.Apply(t.Context(), short))
	must(t, "apply for a minute", a.Apply(t.Context(), long))
	<-time.After(3 * time.Second)
	expect(t, a, long, true)
	must(t, "remove", a.Remove(t.Context(), long))
}

func (s suite) endsByItself(t *testing.T) {
	a := s.open(t)
	if dry(a) {
		t.Skip("a dry run holds nothing that could end")
	}
	act := action("203.0.113.9", time.Second)
	must(t, "apply", a.Apply(t.Context(), act))
	expect(t, a, act, true)
	deadline := time.After(10 * time.Second)
	for {
		holds, _, err := a.Holds(t.Context(), act)
		must(t, "look", err)
		if !holds {
			break
		}
		select {
		case <-deadline:
			t.Fatal("it still holds ten seconds after a lease of one second")
		case <-time.After(50 * time.Millisecond):
		}
	}
	must(t, "remove what ended by itself", a.Remove(t.Context(), act))
}

func (s suite) manyTargets(t *testing.T) {
	a := s.open(t)
	var all []*vedette.Action
	for i := range 300 {
		all = append(all, action(fmt.Sprintf("198.51.%d.%d", 100+i/200, i%200), time.Minute))
	}
	for _, act := range all {
		must(t, "apply", a.Apply(t.Context(), act))
	}
	for _, act := range all {
		expect(t, a, act, true)
		must(t, "remove", a.Remove(t.Context(), act))
	}
	for _, act := range all {
		expect(t, a, act, false)
	}
}

func (s suite) unreadableTarget(t *testing.T) {
	a := s.open(t)
	if dry(a) {
		t.Skip("a dry run applies nothing, so it refuses nothing")
	}
	for _, target := range []string{"", "example.org", "203.0.113.0/99"} {
		if err := a.Apply(t.Context(), action(target, time.Minute)); vedette.CodeOf(err) != vedette.CodeInvalid {
			t.Errorf("apply to %q: %v, want an invalid error", target, err)
		}
	}
}

// expect looks at the world; a dry run must never claim that something holds.
func expect(t *testing.T, a respond.Actuator, act *vedette.Action, want bool) {
	t.Helper()
	holds, detail, err := a.Holds(t.Context(), act)
	must(t, "look", err)
	if want = want && !dry(a); holds != want {
		t.Errorf("%s holds: %v (%s), want %v", act.Target, holds, detail, want)
	}
	if detail == "" {
		t.Errorf("%s: a look must say what was seen", act.Target)
	}
}

func dry(a respond.Actuator) bool {
	d, ok := a.(respond.DryRunner)
	return ok && d.DryRun()
}

func must(t *testing.T, what string, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}
