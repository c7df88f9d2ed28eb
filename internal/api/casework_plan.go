package api

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"slices"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/triage/casework"
)

// merging plans how one incident absorbs others.
func (a *API) merging(ctx context.Context, in *mergeInput) planner {
	return func(sealed func(vedette.Incident) vedette.Incident) (plan, error) {
		into, err := a.stored(ctx, in.ID, in.IfMatch)
		if err != nil {
			return plan{}, err
		}
		if into.Status == vedette.StatusClosed {
			return plan{}, vedette.Errorf(vedette.CodeConflict, "incident %q is closed: open it again before it absorbs others", in.ID)
		}
		var p plan
		p.Change.Kind = vedette.ChangeMerge
		p.Before, p.After = []vedette.Incident{into.Incident}, []vedette.Incident{{}}
		sum, taken := into, casework.Sheet{}
		for _, id := range in.Body.With {
			if id == in.ID {
				return plan{}, vedette.Errorf(vedette.CodeInvalid, "an incident cannot be merged into itself")
			}
			other, err := a.stored(ctx, id, "")
			if err != nil {
				return plan{}, err
			}
			p.Links = append(p.Links, casework.Together(into.Incident, other.Incident)...)
			p.Before = append(p.Before, other.Incident)
			p.After = append(p.After, a.absorbed(other.Incident, in.ID))
			sum = casework.Join(sum, other)
			if taken.ID == "" {
				taken = other
				continue
			}
			taken = casework.Join(taken, other)
		}
		p.After[0], p.taken = sealed(sum.Incident), sealed(taken.Incident)
		a.complete(ctx, &p, in.Body.Reason)
		return p, nil
	}
}

// absorbed is an incident that was merged into another. What it shows stays as it was.
func (a *API) absorbed(in vedette.Incident, into string) vedette.Incident {
	in.Status, in.Verdict, in.Why, in.WhyText = vedette.StatusClosed, vedette.VerdictDuplicate, vedette.ReasonDuplicateOf, ""
	in.Same, in.Merged, in.Closed = into, into, a.deps.Now().UTC()
	return in
}

// splitting plans how a part of an incident becomes one of its own.
func (a *API) splitting(ctx context.Context, in *splitInput) planner {
	return func(sealed func(vedette.Incident) vedette.Incident) (plan, error) {
		source, stays, goes, err := a.parted(ctx, in.ID, in.IfMatch, in.Body.Part)
		if err != nil {
			return plan{}, err
		}
		var id [8]byte
		_, _ = rand.Read(id[:]) // never fails
		goes.ID, goes.Created, goes.Owner = "inc-"+hex.EncodeToString(id[:]), a.deps.Now().UTC(), source.Owner
		if goes.Detected.IsZero() {
			goes.Detected = source.Detected
		}
		var p plan
		p.Change.Kind = vedette.ChangeSplit
		p.Before = []vedette.Incident{source.Incident, {}}
		p.After = []vedette.Incident{sealed(stays.Incident), sealed(goes.Incident)}
		p.taken = p.After[1]
		p.Links = casework.Apart(p.After[0], p.After[1])
		a.complete(ctx, &p, in.Body.Reason)
		return p, nil
	}
}

// moving plans how a part of an incident goes to another.
func (a *API) moving(ctx context.Context, in *moveInput) planner {
	return func(sealed func(vedette.Incident) vedette.Incident) (plan, error) {
		if in.Body.To == in.ID {
			return plan{}, vedette.Errorf(vedette.CodeInvalid, "it is in that incident already")
		}
		source, stays, goes, err := a.parted(ctx, in.ID, in.IfMatch, in.Body.Part)
		if err != nil {
			return plan{}, err
		}
		to, err := a.stored(ctx, in.Body.To, "")
		if err != nil {
			return plan{}, err
		}
		if to.Status == vedette.StatusClosed {
			return plan{}, vedette.Errorf(vedette.CodeConflict, "incident %q is closed: open it again before it takes more", in.Body.To)
		}
		var p plan
		p.Change.Kind = vedette.ChangeMove
		p.Before = []vedette.Incident{source.Incident, to.Incident}
		p.After = []vedette.Incident{sealed(stays.Incident), sealed(casework.Join(to, goes).Incident)}
		goes.ID = source.ID
		p.taken = sealed(goes.Incident)
		p.Links = slices.Concat(casework.Apart(p.After[0], p.taken), casework.Together(to.Incident, p.taken))
		a.complete(ctx, &p, in.Body.Reason)
		return p, nil
	}
}

// parted reads an incident and divides it.
func (a *API) parted(ctx context.Context, id, ifMatch string, chosen Part) (source, stays, goes casework.Sheet, err error) {
	choice := chosen.choice()
	if choice.Empty() {
		return source, stays, goes, vedette.Errorf(vedette.CodeInvalid, "nothing is chosen: give evidence, alerts, rules or entities")
	}
	if source, err = a.stored(ctx, id, ifMatch); err != nil {
		return source, stays, goes, err
	}
	stays, goes, err = casework.Part(source, choice)
	return source, stays, goes, err
}

// complete adds to a plan what people are told of it, and the lines for the ledgers.
func (a *API) complete(ctx context.Context, p *plan, reason string) {
	p.Change.Alerts, p.Change.Rules = p.taken.Alerts, casework.Titles(p.taken.Rules)
	for i := range p.After {
		p.Change.Sides = append(p.Change.Sides, casework.Side(p.Before[i], p.After[i]))
	}
	who := requestOf(ctx).principal
	p.Change.Tenant, p.Change.By, p.Change.Reason = who.Tenant, who.Name, reason
	p.Evidence = changeLines(*p, a.deps.Now())
}
