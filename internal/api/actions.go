package api

import (
	"context"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/respond"
	"github.com/vedette-soc/vedette/internal/statestore"
)

type actionsInput struct {
	State    []string `query:"state" enum:"proposed,refused,rejected,applying,active,expired,undone,failed" maxItems:"8" doc:"Any of these, separated by commas"`
	Incident string   `query:"incident" maxLength:"64"`
	Target   string   `query:"target" maxLength:"256" doc:"Address or network"`
	PageParams
}

type actionInput struct {
	ID string `path:"id" maxLength:"64"`
}

type proposeInput struct {
	Body struct {
		Kind       string `json:"kind" enum:"block_address"`
		Target     string `json:"target" minLength:"1" maxLength:"256" doc:"An address or a network" example:"203.0.113.9"`
		TTL        int64  `json:"ttl_seconds" minimum:"1" maximum:"31536000" doc:"How long it is to hold once applied" example:"3600"`
		Reason     string `json:"reason" minLength:"1" maxLength:"2000"`
		IncidentID string `json:"incident_id,omitempty" maxLength:"64"`
	}
}

type decideInput struct {
	ID   string `path:"id" maxLength:"64"`
	Body *Approval
}

// Approval may say why; it then stands as a note on the action's incident.
type Approval struct {
	Reason string `json:"reason,omitempty" maxLength:"2000"`
}

type reasonInput struct {
	ID   string `path:"id" maxLength:"64"`
	Body struct {
		Reason string `json:"reason" minLength:"1" maxLength:"2000"`
	}
}

func (a *API) registerActions() {
	register(a, "listActions", a.listActions)
	register(a, "proposeAction", a.proposeAction)
	register(a, "getAction", a.getAction)
	register(a, "approveAction", a.approveAction)
	register(a, "rejectAction", a.rejectAction)
	register(a, "undoAction", a.undoAction)
}

func (a *API) listActions(ctx context.Context, in *actionsInput) (*pageOutput[vedette.Action], error) {
	filter := statestore.ActionFilter{Tenant: requestOf(ctx).principal.Tenant, IncidentID: in.Incident, Target: in.Target}
	for _, s := range in.State {
		filter.States = append(filter.States, vedette.ActionState(s))
	}
	items, next, total, err := a.deps.Store.Actions(ctx, filter, in.page())
	if err != nil {
		return nil, err
	}
	return &pageOutput[vedette.Action]{Body: Page[vedette.Action]{Items: items, Next: next, Total: total}}, nil
}

func (a *API) getAction(ctx context.Context, in *actionInput) (*bodyOutput[vedette.Action], error) {
	return actionBody(a.deps.Store.Action(ctx, requestOf(ctx).principal.Tenant, in.ID))
}

func (a *API) proposeAction(ctx context.Context, in *proposeInput) (*bodyOutput[vedette.Action], error) {
	q := requestOf(ctx)
	q.note(in.Body.Target, in.Body.Reason)
	if in.Body.IncidentID != "" {
		if _, err := a.deps.Store.Incident(ctx, q.principal.Tenant, in.Body.IncidentID); err != nil {
			return nil, err
		}
	}
	return actionBody(a.deps.Responder.Propose(respond.WithClient(ctx, q.from), respond.Request{
		Tenant: q.principal.Tenant, Kind: in.Body.Kind, Target: in.Body.Target, TTL: time.Duration(in.Body.TTL) * time.Second,
		Reason: in.Body.Reason, By: q.principal.Name, IncidentID: in.Body.IncidentID,
	}))
}

func (a *API) approveAction(ctx context.Context, in *decideInput) (*bodyOutput[vedette.Action], error) {
	q := requestOf(ctx)
	action, err := a.deps.Responder.Approve(respond.WithClient(ctx, q.from), q.principal.Tenant, in.ID, q.principal.Name)
	if err == nil && in.Body != nil && in.Body.Reason != "" && action.IncidentID != "" {
		if _, err := a.write(ctx, a.deps.Store, action.IncidentID, "Approved "+action.Kind+" "+action.Target+": "+in.Body.Reason, ""); err != nil {
			a.deps.Log.Error("the reason of an approval is missing from the notes", "action", action.ID, "error", err)
		}
	}
	return actionBody(action, err)
}

func (a *API) rejectAction(ctx context.Context, in *reasonInput) (*bodyOutput[vedette.Action], error) {
	q := requestOf(ctx)
	return actionBody(a.deps.Responder.Reject(respond.WithClient(ctx, q.from), q.principal.Tenant, in.ID, q.principal.Name, in.Body.Reason))
}

func (a *API) undoAction(ctx context.Context, in *reasonInput) (*bodyOutput[vedette.Action], error) {
	q := requestOf(ctx)
	return actionBody(a.deps.Responder.Undo(respond.WithClient(ctx, q.from), q.principal.Tenant, in.ID, q.principal.Name, in.Body.Reason))
}

func actionBody(action vedette.Action, err error) (*bodyOutput[vedette.Action], error) {
	if err != nil {
		return nil, err
	}
	return &bodyOutput[vedette.Action]{Body: action}, nil
}
