package respond

import (
	"context"
	"fmt"
	"time"

	vedette "github.com/vedette-soc/vedette"
)

// apply stores the intent, changes the world, looks at it, and stores the result. On an error from the actuator the
// action is failed and whatever may be left of it is removed.
func (r *Responder) apply(ctx context.Context, l *lease) error {
	before := l.Action
	now := r.now().UTC()
	l.State, l.Refusal = vedette.ActionApplying, ""
	l.Expires = now.Add(time.Duration(l.TTL) * time.Second)
	if err := r.save(ctx, l); err != nil {
		version := l.Version
		l.Action = before
		l.Version = version
		return err
	}
	r.applied = append(r.applied, now)
	problem := r.assert(ctx, l)
	if problem != "" {
		r.fail(ctx, l, problem)
	} else {
		l.State, l.Applied = vedette.ActionActive, r.now().UTC()
	}
	saved := r.save(ctx, l)
	r.poke()
	if problem != "" {
		return vedette.Errorf(vedette.CodeUnavailable, "the action could not be applied: %s", problem)
	}
	return saved
}

// assert makes the world hold the lease and looks whether it does; it returns what went wrong, or "".
func (r *Responder) assert(ctx context.Context, l *lease) string {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), r.cfg.Timeout)
	defer cancel()
	if err := r.actuator.Apply(ctx, &l.Action); err != nil {
		l.Verified = vedette.Verification{Time: r.now().UTC(), Detail: clip(err.Error(), 300)}
		return err.Error()
	}
	holds, detail, err := r.actuator.Holds(ctx, &l.Action)
	if err != nil {
		holds, detail = false, "could not be checked: "+err.Error()
	}
	l.Verified = vedette.Verification{Time: r.now().UTC(), Holds: holds, Detail: clip(detail, 300)}
	if !holds && !l.DryRun {
		return fmt.Sprintf("%s reported success, but a look showed: %s", r.actuator.Name(), detail)
	}
	return ""
}

// fail ends a lease that could not be applied. What may be left of it is removed, best effort: the actuator's own
// timeout ends it in any case.
func (r *Responder) fail(ctx context.Context, l *lease, problem string) {
	l.State, l.Refusal, l.Ended = vedette.ActionFailed, clip(problem, 500), r.now().UTC()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), r.cfg.Timeout)
	defer cancel()
	if r.sharing(l) != nil {
		return
	}
	if err := r.actuator.Remove(ctx, &l.Action); err != nil {
		r.log.Warn("a failed action could not be cleaned up", "action", l.ID, "target", l.Target, "error", err)
	}
}

// end takes a lease out of the world, looks whether it is gone, and stores state. When it cannot be removed it stays
// active. A target that another tenant's lease still holds is left to that lease.
func (r *Responder) end(ctx context.Context, l *lease, state vedette.ActionState) error {
	if l.Actuator != r.actuator.Name() {
		if state != vedette.ActionExpired {
			return vedette.Errorf(vedette.CodeUnavailable, "the action was applied by %s, which is not available now; it ends by itself at %s", l.Actuator, l.Expires.Format(time.RFC3339))
		}
	} else if err := r.remove(ctx, l); err != nil {
		if saveErr := r.save(ctx, l); saveErr != nil {
			r.log.Error("an action's state could not be stored", "action", l.ID, "error", saveErr)
		}
		return err
	}
	l.State, l.Ended = state, r.now().UTC()
	return r.save(ctx, l)
}

// remove takes a lease out of the world and looks whether it is gone.
func (r *Responder) remove(ctx context.Context, l *lease) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), r.cfg.Timeout)
	defer cancel()
	if other := r.sharing(l); other != nil {
		if err := r.actuator.Apply(ctx, &other.Action); err != nil {
			return vedette.Errorf(vedette.CodeUnavailable, "%s could not hand the target to another lease: %w", l.Actuator, err)
		}
		l.Verified = vedette.Verification{Time: r.now().UTC(), Detail: "another lease holds the same target"}
		return nil
	}
	if err := r.actuator.Remove(ctx, &l.Action); err != nil {
		return vedette.Errorf(vedette.CodeUnavailable, "%s could not take the action back: %w", l.Actuator, err)
	}
	holds, detail, err := r.actuator.Holds(ctx, &l.Action)
	if err != nil {
		return vedette.Errorf(vedette.CodeUnavailable, "it could not be checked whether the action is gone: %w", err)
	}
	l.Verified = vedette.Verification{Time: r.now().UTC(), Holds: holds, Detail: clip(detail, 300)}
	if holds {
		return vedette.Errorf(vedette.CodeUnavailable, "%s reported success, but a look showed that it still holds: %s", l.Actuator, detail)
	}
	return nil
}

// sharing returns another applied lease on the same target, which tenants who do not know of each other may have.
func (r *Responder) sharing(l *lease) *lease {
	for _, other := range r.live {
		if other.ID != l.ID && other.prefix == l.prefix && other.State != vedette.ActionProposed && other.Actuator == r.actuator.Name() {
			return other
		}
	}
	return nil
}

// save stores a lease, keeps the index of live ones in step and notes the change for OnChange. After a failure the lease
// is marked, and Run stores it again.
func (r *Responder) save(ctx context.Context, l *lease) error {
	ctx = context.WithoutCancel(ctx)
	var err error
	if l.Version == 0 {
		err = r.store.CreateAction(ctx, &l.Action)
	} else {
		err = r.store.UpdateAction(ctx, &l.Action)
	}
	if err != nil {
		l.unsaved = l.Version != 0
		return fmt.Errorf("store the action: %w", err)
	}
	l.unsaved, l.stored = false, r.now()
	switch l.State {
	case vedette.ActionProposed, vedette.ActionApplying, vedette.ActionActive:
		r.hold(l)
	default:
		r.release(l)
	}
	r.changed = append(r.changed, l.Action)
	return nil
}
