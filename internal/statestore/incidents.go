package statestore

import (
	"context"
	"time"

	"github.com/vedette-soc/vedette"
)

// IncidentFilter chooses incidents of one tenant. Empty fields do not choose.
type IncidentFilter struct {
	Tenant      string
	Status      []vedette.IncidentStatus
	MinSeverity vedette.Severity
	Owner       string
	Search      string // words that must all occur in the title, id, entities or rules, in any case
	EntityKind  string // with EntityName
	EntityName  string
	RuleID      string
	Since       time.Time // its last alert is not before
	Until       time.Time // its first alert is before
	Sort        string    // "score" (the default), "last" or "created"; highest and newest first
}

// IncidentEdit is what a person changes on an incident; nil leaves as it is.
type IncidentEdit struct {
	Status  *vedette.IncidentStatus
	Owner   *string
	Verdict *vedette.Verdict
}

// Incident returns the whole case file.
func (s *Store) Incident(ctx context.Context, tenant, id string) (vedette.Incident, error) {
	return vedette.Incident{}, unfinished()
}

// Incidents lists incidents without their evidence, the cursor of the next page ("" on the last) and how many there are.
func (s *Store) Incidents(ctx context.Context, filter IncidentFilter, page Page) ([]vedette.Incident, string, int64, error) {
	return nil, "", 0, unfinished()
}

// OpenIncidents returns whole incidents of all tenants that are not closed and whose last alert is not before since,
// newest first.
func (s *Store) OpenIncidents(ctx context.Context, since time.Time, limit int) ([]vedette.Incident, error) {
	return nil, unfinished()
}

// EditIncident changes an incident that is still at version (0: at any) and returns it as it is now.
// Closing sets its time of closing, leaving closed clears it. A version that moved on is a conflict.
func (s *Store) EditIncident(ctx context.Context, tenant, id string, version int64, edit IncidentEdit) (vedette.Incident, error) {
	return vedette.Incident{}, unfinished()
}
