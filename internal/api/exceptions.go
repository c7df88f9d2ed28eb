package api

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/detect"
	"github.com/vedette-soc/vedette/internal/statestore"
)

type exceptionsInput struct {
	Rule  string `query:"rule" maxLength:"256" doc:"Only those that name this rule"`
	State string `query:"state" enum:"live,expired" doc:"Only those that are in force, or whose time is over"`
	PageParams
}

type exceptionInput struct {
	ID string `path:"id" maxLength:"64"`
}

type newExceptionInput struct {
	Body struct {
		RuleID    string    `json:"rule_id" maxLength:"256" doc:"The rule it concerns; empty for all rules"`
		Selection string    `json:"selection" minLength:"1" maxLength:"8192" doc:"YAML: a map of fields, or a list of maps of which one must hold, as in a Sigma selection" example:"user.name: backup"`
		Tenant    string    `json:"tenant,omitempty" maxLength:"64" doc:"Whose events it concerns; left out, the tenant of whoever asks, and it can be no other"`
		Reason    string    `json:"reason" minLength:"1" maxLength:"4096" doc:"Why what it hides is harmless"`
		Owner     string    `json:"owner,omitempty" maxLength:"128" doc:"Who answers for it; left out, whoever asks"`
		Expires   time.Time `json:"expires" doc:"From then on it hides nothing; a year ahead at most"`
	}
}

type exceptionEditInput struct {
	ID   string `path:"id" maxLength:"64"`
	Body struct {
		RuleID    *string    `json:"rule_id,omitempty" maxLength:"256" doc:"The rule it concerns, which cannot be changed: another one is a conflict"`
		Selection *string    `json:"selection,omitempty" minLength:"1" maxLength:"8192"`
		Reason    *string    `json:"reason,omitempty" minLength:"1" maxLength:"4096"`
		Owner     *string    `json:"owner,omitempty" minLength:"1" maxLength:"128"`
		Expires   *time.Time `json:"expires,omitempty"`
		Version   int64      `json:"version,omitempty" minimum:"0" doc:"The one that was seen: a newer one is a conflict"`
	}
}

func (a *API) registerExceptions() {
	register(a, "listExceptions", a.listExceptions)
	register(a, "createException", a.createException)
	register(a, "updateException", a.updateException)
	register(a, "deleteException", a.deleteException)
}

func (a *API) listExceptions(ctx context.Context, in *exceptionsInput) (*pageOutput[vedette.Exception], error) {
	all, err := a.deps.Store.Exceptions(ctx, requestOf(ctx).principal.Tenant)
	if err != nil {
		return nil, err
	}
	now := a.deps.Now()
	all = slices.DeleteFunc(all, func(x vedette.Exception) bool {
		return in.Rule != "" && x.RuleID != in.Rule || in.State != "" && (in.State == "live") != x.Expires.After(now)
	})
	page, err := slicePage(all, in.PageParams)
	if err != nil {
		return nil, err
	}
	return &pageOutput[vedette.Exception]{Body: page}, nil
}

func (a *API) createException(ctx context.Context, in *newExceptionInput) (*bodyOutput[vedette.Exception], error) {
	q := requestOf(ctx)
	if in.Body.Tenant != "" && in.Body.Tenant != q.principal.Tenant {
		return nil, vedette.Errorf(vedette.CodeDenied, "an exception can concern only the tenant of whoever makes it")
	}
	given := vedette.Exception{
		Tenant: q.principal.Tenant, RuleID: in.Body.RuleID, Selection: in.Body.Selection, Reason: in.Body.Reason,
		Owner: firstOf(in.Body.Owner, q.principal.Name), Created: a.deps.Now().UTC(), Expires: in.Body.Expires,
	}
	if err := a.exceptionFits(ctx, given); err != nil {
		return nil, err
	}
	detail := fmt.Sprintf("until %s: %s; %s", given.Expires.UTC().Format(time.RFC3339), given.Reason, given.Selection)
	kept, err := a.audited(ctx, "exception.create", given.RuleID, detail).AddException(ctx, given)
	if err != nil {
		return nil, err
	}
	return a.settled(ctx, kept)
}

// exceptionFits tells whether the engine could use an exception.
func (a *API) exceptionFits(ctx context.Context, given vedette.Exception) error {
	if err := a.deps.Rules.Ruleset().CheckException(given); err != nil {
		return err
	}
	all, err := a.deps.Store.Exceptions(ctx, "")
	if err != nil {
		return err
	}
	live := slices.DeleteFunc(all, func(x vedette.Exception) bool { return !x.Expires.After(a.deps.Now()) || x.ID == given.ID })
	return detect.RoomForException(live, given)
}

func (a *API) updateException(ctx context.Context, in *exceptionEditInput) (*bodyOutput[vedette.Exception], error) {
	tenant := requestOf(ctx).principal.Tenant
	had, err := a.deps.Store.Exception(ctx, tenant, in.ID)
	if err != nil {
		return nil, err
	}
	b := &in.Body
	switch {
	case b.Selection == nil && b.Reason == nil && b.Owner == nil && b.Expires == nil:
		return nil, vedette.Errorf(vedette.CodeInvalid, "nothing to change: give selection, reason, owner or expires")
	case b.RuleID != nil && *b.RuleID != had.RuleID:
		return nil, vedette.Errorf(vedette.CodeConflict, "an exception stays with its rule; make another one for %q", vedette.Shorten(*b.RuleID, 100))
	}
	if b.Selection != nil {
		had.Selection = *b.Selection
	}
	if err := a.exceptionFits(ctx, had); err != nil {
		return nil, err
	}
	edit := statestore.ExceptionEdit{Selection: b.Selection, Reason: b.Reason, Owner: b.Owner, Expires: b.Expires}
	detail := fmt.Sprintf("rule %s", firstOf(had.RuleID, "any"))
	if b.Expires != nil {
		detail += ", until " + b.Expires.UTC().Format(time.RFC3339)
	}
	if b.Selection != nil {
		detail += ": " + *b.Selection
	}
	kept, err := a.audited(ctx, "exception.update", in.ID, detail).EditException(ctx, tenant, in.ID, b.Version, edit)
	if err != nil {
		return nil, err
	}
	return a.settled(ctx, kept)
}

// settled puts what was kept into the engine.
func (a *API) settled(ctx context.Context, kept vedette.Exception) (*bodyOutput[vedette.Exception], error) {
	requestOf(ctx).kept = true
	if err := a.deps.Settle(ctx); err != nil {
		return nil, fmt.Errorf("use the exception: %w", err)
	}
	return &bodyOutput[vedette.Exception]{Body: kept}, nil
}

func (a *API) deleteException(ctx context.Context, in *exceptionInput) (*nothing, error) {
	q := requestOf(ctx)
	had, err := a.deps.Store.Exception(ctx, q.principal.Tenant, in.ID)
	if err != nil {
		return nil, err
	}
	detail := fmt.Sprintf("rule %s, hid %d: %s", firstOf(had.RuleID, "any"), had.Hidden, had.Selection)
	if err := a.audited(ctx, "exception.delete", in.ID, detail).DeleteException(ctx, q.principal.Tenant, in.ID); err != nil {
		return nil, err
	}
	if _, err := a.settled(ctx, had); err != nil {
		return nil, err
	}
	return nil, nil
}
