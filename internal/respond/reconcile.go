package respond

import (
	"context"
	"fmt"
	"time"

	vedette "github.com/vedette-soc/vedette"
)

// storeEvery is how many quiet verifications pass before one is stored.
const storeEvery = 10

// Run keeps the world and the leases the same until ctx ends: at once it looks at every live action and puts back what
// is missing, then it ends what is due and verifies the rest from time to time. When it returns, leases that are applied
// stay applied and end by the actuator's own timeout.
func (r *Responder) Run(ctx context.Context) error {
	r.each(ctx, r.resume)
	verify := r.now().Add(r.cfg.VerifyEvery)
	for {
		timer := time.NewTimer(max(r.next(verify).Sub(r.now()), time.Millisecond))
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil
		case <-r.wake:
			timer.Stop()
		case <-timer.C:
		}
		r.each(ctx, r.settle)
		if !r.now().Before(verify) {
			r.each(ctx, r.verify)
			verify = r.now().Add(r.cfg.VerifyEvery)
		}
	}
}

// each calls fn for every live lease, one lock at a time, so that approvals get in between.
func (r *Responder) each(ctx context.Context, fn func(context.Context, *lease)) {
	r.mu.Lock()
	ids := make([]string, 0, len(r.live))
	for id := range r.live {
		ids = append(ids, id)
	}
	r.mu.Unlock()
	for _, id := range ids {
		if ctx.Err() != nil {
			return
		}
		r.mu.Lock()
		if l := r.live[id]; l != nil {
			fn(ctx, l)
		}
		r.unlock()
	}
}

// next returns when a lease is due, at the latest verify.
func (r *Responder) next(verify time.Time) time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	next := verify
	for _, l := range r.live {
		if due := r.due(l); due.Before(next) && due.After(r.now()) {
			next = due
		}
	}
	return next
}

// due is when a lease ends by itself.
func (r *Responder) due(l *lease) time.Time {
	if l.State == vedette.ActionProposed {
		return l.Created.Add(r.cfg.ProposalTTL)
	}
	return l.Expires
}

// resume looks at a lease after a start. One that was being applied when Vedette stopped is finished; what has gone
// missing is put back; what may no longer hold is taken back.
func (r *Responder) resume(ctx context.Context, l *lease) {
	if l.State == vedette.ActionProposed || !r.now().Before(l.Expires) {
		r.settle(ctx, l)
		return
	}
	if l.State == vedette.ActionApplying && l.Actuator == r.actuator.Name() {
		if problem := r.assert(ctx, l); problem != "" {
			r.fail(ctx, l, problem)
		} else {
			l.State, l.Applied = vedette.ActionActive, r.now().UTC()
		}
		r.keep(ctx, l)
		r.audit(ctx, l, "system", "resume", outcome(l))
		return
	}
	r.verify(ctx, l)
}

// settle ends a lease that is due and stores one that could not be stored before.
func (r *Responder) settle(ctx context.Context, l *lease) {
	if l.unsaved {
		r.keep(ctx, l)
	}
	switch {
	case l.unsaved || r.live[l.ID] != l || r.now().Before(r.due(l)):
	case l.State == vedette.ActionProposed:
		l.State, l.Ended, l.Refusal = vedette.ActionExpired, r.now().UTC(), "nobody approved it in time"
		r.keep(ctx, l)
		r.audit(ctx, l, "system", "expire", l.Refusal)
	default:
		if err := r.end(ctx, l, vedette.ActionExpired); err != nil {
			r.log.Error("an expired action is still there; it is tried again at the next check", "action", l.ID, "target", l.Target, "error", err)
			return
		}
		r.audit(ctx, l, "system", "expire", l.Target)
	}
}

// verify looks whether an active lease still may hold and does hold, and puts back what is missing.
func (r *Responder) verify(ctx context.Context, l *lease) {
	if l.State != vedette.ActionActive {
		return
	}
	before := l.Verified
	switch {
	case !r.now().Before(l.Expires):
		r.settle(ctx, l)
		return
	case l.Actuator != r.actuator.Name():
		l.Verified = vedette.Verification{Time: r.now().UTC(), Detail: fmt.Sprintf("applied by %s, which is not available now", l.Actuator)}
	case l.DryRun:
		return
	default:
		if refusal := r.guard.Check(Question{Kind: l.Kind, Target: l.Target, Standing: true}); refusal != nil {
			r.withdraw(ctx, l, refusal)
			return
		}
		r.look(ctx, l)
	}
	if l.unsaved || l.Verified.Holds != before.Holds || r.now().Sub(l.stored) >= storeEvery*r.cfg.VerifyEvery {
		r.keep(ctx, l)
	}
}

// look compares the world with the lease, and repairs it unless the kill switch is on.
func (r *Responder) look(ctx context.Context, l *lease) {
	limited, cancel := context.WithTimeout(ctx, r.cfg.Timeout)
	defer cancel()
	holds, detail, err := r.actuator.Holds(limited, &l.Action)
	if err != nil {
		holds, detail = false, "could not be checked: "+err.Error()
	}
	l.Verified = vedette.Verification{Time: r.now().UTC(), Holds: holds, Detail: clip(detail, 300)}
	if holds || r.guard.Mode() == ModeOff {
		return
	}
	problem := r.assert(ctx, l)
	if problem == "" {
		l.Verified.Detail = clip("had gone and was put back; "+l.Verified.Detail, 300)
		problem = "put back"
	}
	r.log.Warn("an action had gone", "action", l.ID, "target", l.Target, "seen", detail, "now", problem)
	r.audit(ctx, l, "system", "drift", detail+"; "+problem)
}

// withdraw takes back a lease that a gate refuses now, because what is protected has changed.
func (r *Responder) withdraw(ctx context.Context, l *lease, refusal *Refusal) {
	l.Refusal = clip(refusal.String(), 500)
	if err := r.end(ctx, l, vedette.ActionUndone); err != nil {
		r.log.Error("an action that may no longer hold is still there", "action", l.ID, "target", l.Target, "error", err)
		return
	}
	r.audit(ctx, l, "system", "undo", l.Refusal)
}

// keep stores a lease; a failure is logged and tried again by settle. The world is what this lease says, so a row that
// moved on is overwritten the next time.
func (r *Responder) keep(ctx context.Context, l *lease) {
	err := r.save(ctx, l)
	if err == nil {
		return
	}
	r.log.Error("an action's state could not be stored", "action", l.ID, "error", err)
	if vedette.CodeOf(err) != vedette.CodeConflict {
		return
	}
	if stored, err := r.store.Action(context.WithoutCancel(ctx), l.Tenant, l.ID); err == nil {
		l.Version = stored.Version
	}
}
