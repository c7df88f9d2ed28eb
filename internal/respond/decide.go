package respond

import (
	"context"
	"fmt"
	"time"

	vedette "github.com/vedette-soc/vedette"
)

// Propose stores a wish, which waits for [Responder.Approve]. A gate's refusal is stored too and returned as a denied
// error; a target that a live action already covers is a conflict.
func (r *Responder) Propose(ctx context.Context, req Request) (vedette.Action, error) {
	r.mu.Lock()
	defer r.unlock()
	l := r.draft(req)
	if refusal := r.guard.Check(r.question(ctx, l)); refusal != nil {
		return r.refuse(ctx, l, refusal)
	}
	if err := r.free(l, true); err != nil {
		return vedette.Action{}, err
	}
	if err := r.propose(ctx, l); err != nil {
		return vedette.Action{}, err
	}
	r.audit(ctx, l, l.Owner, "propose", fmt.Sprintf("%s %s for %s: %s", l.Kind, l.Target, time.Duration(l.TTL)*time.Second, l.Reason))
	return l.Action, nil
}

// Approve applies a proposed action and returns it active, or failed with an error. The guard is asked again; while it
// refuses, the action stays proposed and the error is denied.
func (r *Responder) Approve(ctx context.Context, tenant, id, by string) (vedette.Action, error) {
	r.mu.Lock()
	defer r.unlock()
	l, err := r.find(ctx, tenant, id)
	if err != nil {
		return vedette.Action{}, err
	}
	if l.State != vedette.ActionProposed {
		return l.Action, vedette.Errorf(vedette.CodeConflict, "only a proposed action can be approved, and this one is %s", l.State)
	}
	if err := r.free(l, false); err != nil {
		return l.Action, err
	}
	if refusal := r.guard.Check(r.question(ctx, l)); refusal != nil {
		r.audit(ctx, l, by, "refuse", refusal.String())
		return l.Action, vedette.Errorf(vedette.CodeDenied, "%s", refusal)
	}
	l.ApprovedBy = clip(by, 200)
	err = r.apply(ctx, l)
	r.audit(ctx, l, by, "approve", outcome(l))
	return l.Action, err
}

// Reject turns a proposal down. The same target is not proposed again within the same incident.
func (r *Responder) Reject(ctx context.Context, tenant, id, by, reason string) (vedette.Action, error) {
	r.mu.Lock()
	defer r.unlock()
	l, err := r.find(ctx, tenant, id)
	if err != nil {
		return vedette.Action{}, err
	}
	if l.State != vedette.ActionProposed {
		return l.Action, vedette.Errorf(vedette.CodeConflict, "only a proposed action can be rejected, and this one is %s", l.State)
	}
	before := l.Action
	l.State, l.Ended, l.Refusal = vedette.ActionRejected, r.now().UTC(), clip(reason, 500)
	if err := r.save(ctx, l); err != nil {
		l.Action = before
		return before, err
	}
	r.decline(l.Tenant, l.Target)
	r.audit(ctx, l, by, "reject", reason)
	return l.Action, nil
}

// Undo takes an applied action back, looks whether it is really gone, and returns it undone. It works in every mode.
// When it cannot be taken back the action stays active and the error says why.
func (r *Responder) Undo(ctx context.Context, tenant, id, by, reason string) (vedette.Action, error) {
	r.mu.Lock()
	defer r.unlock()
	l, err := r.find(ctx, tenant, id)
	if err != nil {
		return vedette.Action{}, err
	}
	if l.State == vedette.ActionProposed {
		return l.Action, vedette.Errorf(vedette.CodeConflict, "the action was never applied: reject it instead")
	}
	err = r.end(ctx, l, vedette.ActionUndone)
	r.audit(ctx, l, by, "undo", reason)
	if err == nil {
		r.decline(l.Tenant, l.Target) // a person wants it open: rules do not close it again at once
	}
	return l.Action, err
}

// refuse stores an action that a gate refused.
func (r *Responder) refuse(ctx context.Context, l *lease, refusal *Refusal) (vedette.Action, error) {
	l.State, l.Refusal, l.Ended = vedette.ActionRefused, clip(refusal.String(), 500), r.now().UTC()
	denied := vedette.Errorf(vedette.CodeDenied, "%s", refusal)
	if err := r.save(ctx, l); err != nil {
		return l.Action, err
	}
	r.audit(ctx, l, l.Owner, "refuse", l.Refusal)
	return l.Action, denied
}

// propose stores a lease as a proposal, bounded in number.
func (r *Responder) propose(ctx context.Context, l *lease) error {
	waiting := 0
	for _, other := range r.live {
		if other.State == vedette.ActionProposed {
			waiting++
		}
	}
	if waiting >= r.cfg.MaxProposed {
		return vedette.Errorf(vedette.CodeLimited, "%d proposals wait for approval, as many as may: approve or reject some", waiting)
	}
	if err := r.save(ctx, l); err != nil {
		return err
	}
	r.poke()
	return nil
}

// free tells whether no other live lease covers part of the target. The same target may be held for several tenants, or
// for one that was proposed and one that is asked anew when alone is false.
func (r *Responder) free(l *lease, alone bool) error {
	for _, other := range r.live {
		if other.ID == l.ID || !other.prefix.Overlaps(l.prefix) {
			continue
		}
		same := other.prefix == l.prefix
		if same && other.Tenant != l.Tenant || other.State == vedette.ActionProposed && (!alone || !same) {
			continue
		}
		if other.Tenant != l.Tenant {
			return vedette.Errorf(vedette.CodeConflict, "%s overlaps a network that is acted against already", l.Target)
		}
		return vedette.Errorf(vedette.CodeConflict, "%s overlaps %s, which action %s holds as %s: undo or reject that first", l.Target, other.Target, other.ID, other.State)
	}
	return nil
}

// decline remembers for a while that people or gates do not want a target acted against.
func (r *Responder) decline(tenant, target string) {
	now := r.now()
	if len(r.declined) >= maxDeclined {
		for key, until := range r.declined {
			if now.After(until) || len(r.declined) >= maxDeclined {
				delete(r.declined, key)
			}
		}
	}
	r.declined[targetKey(tenant, target)] = now.Add(declineFor)
}

const (
	maxDeclined = 4096
	declineFor  = time.Hour
)

func outcome(l *lease) string {
	if l.Refusal != "" {
		return string(l.State) + ": " + l.Refusal
	}
	return fmt.Sprintf("%s until %s", l.State, l.Expires.Format(time.RFC3339))
}
