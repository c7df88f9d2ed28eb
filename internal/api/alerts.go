package api

import (
	"context"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/eventstore"
)

type alertsInput struct {
	Incident string    `query:"incident" maxLength:"64" doc:"Id of the incident that it is in, as people merged, split and moved"`
	Rule     string    `query:"rule" maxLength:"128"`
	Entity   string    `query:"entity" maxLength:"1024" doc:"kind:name" example:"address:203.0.113.9"`
	Severity string    `query:"severity" enum:"info,low,medium,high,critical" doc:"At least this severe"`
	Since    time.Time `query:"since" doc:"Default: 30 days ago"`
	Until    time.Time `query:"until" doc:"Default: up to the newest"`
	Shadow   bool      `query:"shadow" doc:"Also those of rules that are only being tried out"`
	PageParams
}

// AlertsPage is one piece of the list of alerts. Counting them all costs a scan, so there is no total.
type AlertsPage struct {
	Items []vedette.Alert `json:"items"`
	Next  string          `json:"next,omitempty" doc:"Cursor of the next page; absent on the last one"`
}

type alertInput struct {
	ID string `path:"id" maxLength:"128"`
}

// AlertDetail is an alert with the event that it speaks about.
type AlertDetail struct {
	Alert   vedette.Alert `json:"alert"`
	Event   *Event        `json:"event,omitempty" doc:"Absent when the event is no longer kept"`
	Missing string        `json:"missing,omitempty" doc:"Why the event is absent"`
}

const alertDays = 30 * 24 * time.Hour

func (a *API) listAlerts(ctx context.Context, in *alertsInput) (*bodyOutput[AlertsPage], error) {
	filter := eventstore.AlertFilter{
		Tenant: requestOf(ctx).principal.Tenant, IncidentID: in.Incident, RuleID: in.Rule, Entity: in.Entity,
		Since: firstTime(in.Since, a.deps.Now().Add(-alertDays)), Until: in.Until, Shadow: in.Shadow, Limit: in.Limit, Cursor: in.Cursor,
	}
	var err error
	if filter.MinSeverity, err = atLeast(in.Severity); err != nil {
		return nil, err
	}
	read := a.deps.Reader.Alerts
	if filter.IncidentID != "" {
		read = a.alertsOf
	}
	alerts, next, err := read(ctx, filter)
	if err != nil {
		return nil, err
	}
	return &bodyOutput[AlertsPage]{Body: AlertsPage{Items: alerts, Next: next}}, nil
}

func (a *API) getAlert(ctx context.Context, in *alertInput) (*bodyOutput[AlertDetail], error) {
	tenant := requestOf(ctx).principal.Tenant
	alert, err := a.deps.Reader.Alert(ctx, tenant, in.ID)
	if err != nil {
		return nil, err
	}
	detail := AlertDetail{Alert: alert}
	row, err := a.deps.Reader.Event(ctx, tenant, alert.EventID)
	switch {
	case err == nil:
		ev := eventOf(row)
		detail.Event = &ev
	case vedette.CodeOf(err) == vedette.CodeNotFound:
		detail.Missing = "the event is no longer kept, or not searchable yet"
	default:
		return nil, err
	}
	return &bodyOutput[AlertDetail]{Body: detail}, nil
}
