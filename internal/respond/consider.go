package respond

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/netip"
	"slices"

	vedette "github.com/vedette-soc/vedette"
)

// Consider answers an alert. When its rule may act and the mode is auto, the attacker's address is blocked before
// Consider returns; otherwise such a rule, and any alert of high severity, makes one proposal per incident and address.
// Equal alerts find the lease that is there: it is extended when half of it is over, else left alone. The bool tells whether an action was
// made or changed.
func (r *Responder) Consider(ctx context.Context, alert vedette.Alert) (vedette.Action, bool) {
	if !alert.Auto && alert.Severity < vedette.High {
		return vedette.Action{}, false
	}
	target, ok := r.targetOf(&alert)
	mode := r.guard.Mode()
	if !ok || mode == ModeOff {
		return vedette.Action{}, false
	}
	automatic := alert.Auto && mode == ModeAuto
	r.mu.Lock()
	defer r.unlock()
	key := targetKey(alert.Tenant, target.String())
	if until, no := r.declined[key]; no && r.now().Before(until) {
		return vedette.Action{}, false
	}
	if l := r.live[r.targets[key]]; l != nil {
		return r.again(ctx, l, &alert, automatic)
	}
	return r.answer(ctx, &alert, target, automatic)
}

// targetOf picks the address to act against: the outside address that acts, or for data on its way out the one it goes to.
func (r *Responder) targetOf(alert *vedette.Alert) (netip.Addr, bool) {
	leaving := slices.Contains(alert.Tactics, "exfiltration") || slices.Contains(alert.Tactics, "command-and-control")
	var called netip.Addr
	for _, ref := range alert.Entities {
		if ref.Kind != vedette.EntityAddress {
			continue
		}
		addr, err := netip.ParseAddr(ref.Name)
		if err != nil || r.guard.networks.IsInternal(addr) {
			continue
		}
		if ref.Role == vedette.RoleActor {
			return addr, true
		}
		if leaving && ref.Role == vedette.RoleObject && !called.IsValid() {
			called = addr
		}
	}
	return called, called.IsValid()
}

// again handles an alert whose target has a live lease.
func (r *Responder) again(ctx context.Context, l *lease, alert *vedette.Alert, automatic bool) (vedette.Action, bool) {
	switch {
	case !automatic:
		return l.Action, false
	case l.State == vedette.ActionProposed:
		before := l.Action
		l.Automatic, l.AlertID = true, alert.ID
		if r.guard.Check(r.question(ctx, l)) != nil || r.free(l, false) != nil {
			l.Action = before
			return l.Action, false
		}
		_ = r.apply(ctx, l) // the row says how it went
		r.audit(ctx, l, "rule:"+alert.RuleID, "apply", outcome(l))
		return l.Action, true
	case l.State == vedette.ActionActive && l.Automatic && l.Expires.Sub(r.now()) < l.Expires.Sub(l.Applied)/2:
		if r.guard.Check(Question{Kind: l.Kind, Target: l.Target, Standing: true}) != nil {
			return l.Action, false
		}
		_ = r.apply(ctx, l)
		r.audit(ctx, l, "rule:"+alert.RuleID, "extend", outcome(l))
		return l.Action, true
	}
	return l.Action, false
}

// answer makes the first action for a target.
func (r *Responder) answer(ctx context.Context, alert *vedette.Alert, target netip.Addr, automatic bool) (vedette.Action, bool) {
	l := r.draft(Request{
		Tenant: alert.Tenant, Target: target.String(), Reason: alert.RuleTitle,
		By: "rule:" + alert.RuleID, IncidentID: alert.IncidentID,
	})
	l.AlertID, l.Automatic = alert.ID, automatic
	if r.free(l, true) != nil {
		return vedette.Action{}, false // a larger network holds it already
	}
	refusal := r.guard.Check(r.question(ctx, l))
	switch {
	case refusal != nil && (refusal.Gate == "rate" || refusal.Gate == "live"):
		l.Automatic, l.Refusal = false, clip(refusal.String(), 500) // too much at once: a person decides
		return r.recommend(ctx, l)
	case refusal != nil && automatic:
		r.decline(l.Tenant, l.Target)
		action, _ := r.refuse(ctx, l, refusal)
		return action, true
	case refusal != nil:
		r.decline(l.Tenant, l.Target)
		r.log.Debug("an address is not recommended for blocking", "target", l.Target, "refusal", refusal)
		return vedette.Action{}, false
	case !automatic:
		return r.recommend(ctx, l)
	}
	err := r.apply(ctx, l)
	if err != nil {
		r.log.Error("an automatic action failed", "action", l.ID, "target", l.Target, "error", err)
	}
	r.audit(ctx, l, l.Owner, "apply", outcome(l))
	return l.Action, true
}

// recommend proposes an action once per incident and target: its id is made from both, so that a proposal which people
// turned down does not come back, not even after a restart.
func (r *Responder) recommend(ctx context.Context, l *lease) (vedette.Action, bool) {
	sum := sha256.Sum256([]byte(l.Tenant + "\x00" + l.IncidentID + "\x00" + l.Kind + "\x00" + l.Target))
	l.ID = "act-" + hex.EncodeToString(sum[:8])
	err := r.propose(ctx, l)
	if err == nil {
		r.audit(ctx, l, l.Owner, "propose", l.Kind+" "+l.Target)
		return l.Action, true
	}
	r.decline(l.Tenant, l.Target)
	if vedette.CodeOf(err) != vedette.CodeConflict {
		r.log.Error("an action could not be proposed", "target", l.Target, "error", err)
	}
	return vedette.Action{}, false
}
