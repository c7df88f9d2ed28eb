package api

import (
	"context"
	"fmt"
	"strings"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/statestore"
	"github.com/vedette-soc/vedette/internal/triage/casework"
)

// Triage is what the door needs of triage to rearrange incidents.
type Triage interface {
	// Rework runs change while nothing is folded, with the function that seals a document: numbers, score, reasons and
	// words. The incidents whose ids it returns are then read anew, so that later alerts follow.
	Rework(ctx context.Context, tenant string, change func(sealed func(vedette.Incident) vedette.Incident) ([]string, error)) error
	// Resealed seals one document at any time.
	Resealed(in vedette.Incident) vedette.Incident
	// Reload reads incidents anew because people closed or opened them.
	Reload(ctx context.Context, tenant string, ids ...string) error
	// Keys names, for each piece of an incident's evidence, the kind of equal alerts that it stands for.
	Keys(in vedette.Incident) []string
}

// Part says which part of an incident is meant. Alerts that are equal to a chosen one go with it.
type Part struct {
	Evidence []int               `json:"evidence,omitempty" maxItems:"64" doc:"Numbers of evidence, as the version in If-Match has them"`
	Alerts   []string            `json:"alerts,omitempty" maxItems:"64" doc:"Ids of alerts that the evidence shows: unlike numbers they never change"`
	Rules    []string            `json:"rules,omitempty" maxItems:"64" doc:"All alerts of these rules"`
	Entities []vedette.EntityRef `json:"entities,omitempty" maxItems:"96" doc:"All alerts that name any of these; roles do not matter"`
}

func (p Part) choice() casework.Choice {
	return casework.Choice{Evidence: p.Evidence, Alerts: p.Alerts, Rules: p.Rules, Entities: p.Entities}
}

type mergeInput struct {
	ID      string `path:"id" maxLength:"64"`
	IfMatch string `header:"If-Match" maxLength:"64" doc:"ETag or version of the incident as you saw it"`
	Body    struct {
		With   []string `json:"with" minItems:"1" maxItems:"20" uniqueItems:"true" doc:"Ids of the incidents that it absorbs"`
		Reason string   `json:"reason,omitempty" maxLength:"2000"`
	}
}

type splitInput struct {
	ID      string `path:"id" maxLength:"64"`
	IfMatch string `header:"If-Match" maxLength:"64" doc:"ETag or version of the incident as you saw it; needed to choose by numbers safely"`
	Body    struct {
		Part
		Reason string `json:"reason,omitempty" maxLength:"2000"`
	}
}

type moveInput struct {
	ID      string `path:"id" maxLength:"64"`
	IfMatch string `header:"If-Match" maxLength:"64" doc:"ETag or version of the incident as you saw it; needed to choose by numbers safely"`
	Body    struct {
		Part
		To     string `json:"to" minLength:"1" maxLength:"64" doc:"Id of the incident where it goes"`
		Reason string `json:"reason,omitempty" maxLength:"2000"`
	}
}

type changeInput struct {
	ID     string `path:"id" maxLength:"64"`
	Change string `path:"change" maxLength:"64"`
}

// Rearranged is what became of the incidents concerned.
type Rearranged struct {
	Incident vedette.Incident       `json:"incident" doc:"The one that was asked about, as it is now"`
	New      *vedette.Incident      `json:"new,omitempty" doc:"The one that began with a split"`
	To       *vedette.Incident      `json:"to,omitempty" doc:"The one that took what was moved"`
	Others   []vedette.Incident     `json:"others" doc:"Further ones concerned, without their evidence"`
	Change   vedette.IncidentChange `json:"change"`
}

func (a *API) registerCasework() {
	register(a, "mergeIncidents", a.mergeIncidents)
	register(a, "previewMerge", a.previewMerge)
	register(a, "splitIncident", a.splitIncident)
	register(a, "previewSplit", a.previewSplit)
	register(a, "moveEvidence", a.moveEvidence)
	register(a, "previewMove", a.previewMove)
	register(a, "listIncidentChanges", a.listIncidentChanges)
	register(a, "undoIncidentChange", a.undoIncidentChange)
	register(a, "listEvidence", a.listEvidence)
	register(a, "listSimilar", a.listSimilar)
	register(a, "listTasks", a.listTasks)
	register(a, "addTask", a.addTask)
	register(a, "updateTask", a.updateTask)
	register(a, "deleteTask", a.deleteTask)
}

func (a *API) mergeIncidents(ctx context.Context, in *mergeInput) (*versionedOutput[Rearranged], error) {
	return a.rearrange(ctx, "incident.merge", in.ID, a.merging(ctx, in))
}

func (a *API) splitIncident(ctx context.Context, in *splitInput) (*versionedOutput[Rearranged], error) {
	return a.rearrange(ctx, "incident.split", in.ID, a.splitting(ctx, in))
}

func (a *API) moveEvidence(ctx context.Context, in *moveInput) (*versionedOutput[Rearranged], error) {
	return a.rearrange(ctx, "incident.move", in.ID, a.moving(ctx, in))
}

// planner makes a rearrangement out of the stored incidents. sealed completes documents.
type planner func(sealed func(vedette.Incident) vedette.Incident) (plan, error)

// plan is a rearrangement with what a preview shows of it.
type plan struct {
	statestore.Rearrangement
	taken vedette.Incident // what goes, sealed as if it stood alone
}

// rearrange carries out a plan, while nothing is folded.
func (a *API) rearrange(ctx context.Context, what, id string, planned planner) (*versionedOutput[Rearranged], error) {
	q := requestOf(ctx)
	var p plan
	err := a.deps.Triage.Rework(ctx, q.principal.Tenant, func(sealed func(vedette.Incident) vedette.Incident) ([]string, error) {
		var err error
		if p, err = planned(sealed); err != nil {
			return nil, err
		}
		if p.Change, err = a.audited(ctx, what, id, changeDetail(p.Change)).SaveChange(ctx, p.Rearrangement); err != nil {
			return nil, err
		}
		q.kept = true
		return idsOf(p.After), nil
	})
	if err != nil && !q.kept {
		return nil, err
	}
	if err != nil {
		a.deps.Log.Error("triage has not followed a change of incidents yet", "change", p.Change.ID, "error", err)
	}
	a.told(ctx, id, p.Rearrangement)
	return versioned(rearranged(p.Rearrangement), p.After[0].Version), nil
}

// told writes the log of the other incidents concerned, and tells who listens.
func (a *API) told(ctx context.Context, id string, r statestore.Rearrangement) {
	for _, in := range r.After {
		if in.ID != id {
			a.audit(ctx, vedette.AuditEntry{What: "incident.rearranged", Object: in.ID, Detail: changeDetail(r.Change)})
		}
		a.hub.Publish(KindIncident, in.ID, in)
	}
}

func idsOf(all []vedette.Incident) []string {
	ids := make([]string, len(all))
	for i := range all {
		ids[i] = all[i].ID
	}
	return ids
}

// rearranged is the answer about a rearrangement that is stored.
func rearranged(r statestore.Rearrangement) Rearranged {
	out := Rearranged{Incident: r.After[0], Change: r.Change}
	for i, in := range r.After[1:] {
		switch r.Change.Kind {
		case vedette.ChangeSplit:
			out.New = &r.After[i+1]
		case vedette.ChangeMove:
			out.To = &r.After[i+1]
		default:
			in.Evidence = nil
			out.Others = append(out.Others, in)
		}
	}
	return out
}

// changeDetail is a change in the words of the audit log.
func changeDetail(c vedette.IncidentChange) string {
	ids := make([]string, len(c.Sides))
	for i, s := range c.Sides {
		ids[i] = s.Incident
	}
	text := fmt.Sprintf("%s of %s, %d alerts", c.Kind, strings.Join(ids, ", "), c.Alerts)
	if c.Reason != "" {
		text += fmt.Sprintf(", because %q", c.Reason)
	}
	return text
}

// stored reads an incident that people want to rearrange. version 0 is any.
func (a *API) stored(ctx context.Context, id, ifMatch string) (casework.Sheet, error) {
	version, err := versionIn(ifMatch)
	if err != nil {
		return casework.Sheet{}, err
	}
	in, err := a.deps.Store.Incident(ctx, requestOf(ctx).principal.Tenant, id)
	switch {
	case err != nil:
		return casework.Sheet{}, err
	case version != 0 && version != in.Version:
		return casework.Sheet{}, vedette.Errorf(vedette.CodeConflict, "incident %q was changed meanwhile: it is at version %d, not %d", id, in.Version, version)
	case in.Merged != "":
		return casework.Sheet{}, vedette.Errorf(vedette.CodeConflict, "incident %q was merged into %q: work on that one, or undo the merge", id, in.Merged)
	}
	return a.sheet(in), nil
}

func (a *API) sheet(in vedette.Incident) casework.Sheet {
	return casework.Sheet{Incident: in, Keys: a.deps.Triage.Keys(in)}
}
