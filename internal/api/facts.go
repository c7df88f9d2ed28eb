package api

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/entity"
	"github.com/vedette-soc/vedette/internal/triage"
)

// Facts is the part of the process that knows what speaks against attacks.
type Facts interface {
	// Settle reads the facts anew; when it returns they hold, for open incidents too.
	Settle(ctx context.Context) error
	// Suppose tells what a fact would do to open incidents, and changes nothing.
	Suppose(ctx context.Context, fact vedette.Fact) ([]triage.FactEffect, error)
	// Explained lists by id of fact the open incidents in memory that it speaks against, the highest first.
	Explained(tenant string) map[string][]string
}

type factsInput struct {
	Kind vedette.FactKind `query:"kind" enum:"change_ticket,maintenance,known_scanner,not_vulnerable,mfa" doc:"Only those of this kind"`
	Over bool             `query:"over" doc:"Also those that are over or were taken back, of the last 90 days"`
	PageParams
}

type factInput struct {
	ID string `path:"id" maxLength:"64"`
}

// NewFact is a fact as somebody writes it down.
type NewFact struct {
	Kind     vedette.FactKind    `json:"kind" enum:"change_ticket,maintenance,known_scanner,not_vulnerable,mfa"`
	Entities []vedette.EntityRef `json:"entities" minItems:"1" maxItems:"32" doc:"Whom it concerns; an address may be a network"`
	Rules    []string            `json:"rules,omitempty" maxItems:"64" doc:"Ids of the rules whose alerts it explains; left out, all"`
	CVEs     []string            `json:"cves,omitempty" maxItems:"64" doc:"The weaknesses that are not there, for not_vulnerable"`
	From     time.Time           `json:"from,omitzero" doc:"Default: now"`
	Until    time.Time           `json:"until" doc:"At most 90 days after from; a year for a scanner and for what is not vulnerable"`
	Ref      string              `json:"ref,omitempty" maxLength:"128" doc:"Number of the ticket"`
	Text     string              `json:"text" minLength:"1" maxLength:"1024"`
	Source   string              `json:"source,omitempty" maxLength:"128" doc:"Where it is known from; left out, whoever asks"`
}

type newFactInput struct {
	Body NewFact
}

// FactPreview is what a fact would do.
type FactPreview struct {
	Incidents []FactedIncident `json:"incidents" doc:"Open incidents that it explains as a whole, the highest first; at most 20"`
	Total     int64            `json:"total"`
	Leaving   int64            `json:"leaving" doc:"How many of them would leave the queue, because another source says the same"`
}

// FactedIncident is an incident that a fact explains.
type FactedIncident struct {
	Incident vedette.Incident `json:"incident" doc:"Without its evidence"`
	Before   int              `json:"before" doc:"Its score as it is"`
	After    int              `json:"after" doc:"Its score with the fact"`
	Leaves   bool             `json:"leaves" doc:"It would leave the queue"`
}

// FactRow is a fact with what it does now.
type FactRow struct {
	vedette.Fact
	Incidents []string `json:"incidents" doc:"Ids of the open incidents that it speaks against, the highest first; at most 20, of those with alerts of the last days"`
	Touched   int64    `json:"touched" doc:"How many those are"`
}

const (
	shownFacted  = 20
	shownTouched = 20
)

func (a *API) registerFacts() {
	register(a, "listFacts", a.listFacts)
	register(a, "createFact", a.createFact)
	register(a, "importFacts", a.importFacts)
	register(a, "previewFact", a.previewFact)
	register(a, "endFact", a.endFact)
}

func (a *API) listFacts(ctx context.Context, in *factsInput) (*pageOutput[FactRow], error) {
	now := a.deps.Now()
	since := now
	if in.Over {
		since = now.Add(-vedette.MaxFactTime)
	}
	all, err := a.deps.Store.Facts(ctx, requestOf(ctx).principal.Tenant, since)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(f vedette.Fact) bool {
		return in.Kind != "" && f.Kind != in.Kind || !in.Over && !f.Ended.IsZero()
	})
	page, err := slicePage(all, in.PageParams)
	if err != nil {
		return nil, err
	}
	touched := a.deps.Facts.Explained(requestOf(ctx).principal.Tenant)
	out := Page[FactRow]{Items: []FactRow{}, Next: page.Next, Total: page.Total}
	for _, f := range page.Items {
		ids := touched[f.ID]
		out.Items = append(out.Items, FactRow{Fact: f, Incidents: append([]string{}, ids[:min(len(ids), shownTouched)]...), Touched: int64(len(ids))})
	}
	return &pageOutput[FactRow]{Body: out}, nil
}

// stated makes a fact of what somebody wrote down.
func (a *API) stated(ctx context.Context, in NewFact) (vedette.Fact, error) {
	q := requestOf(ctx)
	f := vedette.Fact{
		ID: "supposed", Tenant: q.principal.Tenant, Kind: in.Kind, Rules: in.Rules, CVEs: in.CVEs, From: firstTime(in.From, a.deps.Now()).UTC(), Until: in.Until.UTC(),
		Ref: in.Ref, Text: in.Text, Source: firstOf(in.Source, q.principal.Name), By: q.principal.Name,
	}
	for _, e := range in.Entities {
		f.Entities = append(f.Entities, vedette.EntityRef{Kind: e.Kind, Name: asEvents(e)})
	}
	return f, f.Check()
}

// asEvents writes the name of an entity as alerts do, whatever a ticket calls it: web-01.example.org is web-01.
func asEvents(e vedette.EntityRef) string {
	switch e.Kind {
	case vedette.EntityHost:
		return firstOf(entity.Host(e.Name), e.Name)
	case vedette.EntityUser:
		return firstOf(entity.User(e.Name), e.Name)
	}
	return strings.TrimSpace(e.Name)
}

func (a *API) createFact(ctx context.Context, in *newFactInput) (*bodyOutput[vedette.Fact], error) {
	f, err := a.stated(ctx, in.Body)
	if err != nil {
		return nil, err
	}
	detail := fmt.Sprintf("%s: %s, until %s: %s", f.Kind, entitiesText(f.Entities), f.Until.Format(time.RFC3339), f.Text)
	kept, err := a.audited(ctx, "fact.create", f.Source, detail).AddFact(ctx, f)
	if err != nil {
		return nil, err
	}
	return a.learned(ctx, kept)
}

type factsImportInput struct {
	Body struct {
		Facts []NewFact `json:"facts" minItems:"1" maxItems:"1000"`
	}
}

// FactsImported is what became of a list of facts.
type FactsImported struct {
	Added   int64         `json:"added"`
	Known   int64         `json:"known" doc:"How many were there already, word for word"`
	Refused []RefusedFact `json:"refused"`
}

// RefusedFact is one that was not kept.
type RefusedFact struct {
	Place  int          `json:"place" doc:"In the list, from 0"`
	Code   vedette.Code `json:"code"`
	Reason string       `json:"reason"`
}

func (a *API) importFacts(ctx context.Context, in *factsImportInput) (*bodyOutput[FactsImported], error) {
	var list []vedette.Fact
	for _, given := range in.Body.Facts {
		f, _ := a.stated(ctx, given) // the store says what is wrong with each
		list = append(list, f)
	}
	q := requestOf(ctx)
	kept, refused, err := a.audited(ctx, "fact.import", list[0].Source, fmt.Sprintf("%d facts given", len(list))).AddFacts(ctx, q.principal.Tenant, list)
	if err != nil {
		return nil, err
	}
	out := FactsImported{Refused: []RefusedFact{}}
	for i := range kept {
		switch code := vedette.CodeOf(refused[i]); {
		case refused[i] == nil:
			out.Added++
		case code == vedette.CodeConflict:
			out.Known++
		default:
			out.Refused = append(out.Refused, RefusedFact{Place: i, Code: code, Reason: refused[i].Error()})
		}
	}
	_, err = a.learned(ctx, vedette.Fact{})
	return &bodyOutput[FactsImported]{Body: out}, err
}

// learned makes triage use what was kept.
func (a *API) learned(ctx context.Context, kept vedette.Fact) (*bodyOutput[vedette.Fact], error) {
	requestOf(ctx).kept = true
	if err := a.deps.Facts.Settle(ctx); err != nil {
		return nil, fmt.Errorf("use the fact: %w", err)
	}
	return &bodyOutput[vedette.Fact]{Body: kept}, nil
}

func (a *API) previewFact(ctx context.Context, in *newFactInput) (*bodyOutput[FactPreview], error) {
	f, err := a.stated(ctx, in.Body)
	if err != nil {
		return nil, err
	}
	out := FactPreview{Incidents: []FactedIncident{}}
	effects, err := a.deps.Facts.Suppose(ctx, f)
	if err != nil {
		return nil, err
	}
	for _, effect := range effects {
		out.Total++
		if effect.Leaves {
			out.Leaving++
		}
		if len(out.Incidents) < shownFacted {
			out.Incidents = append(out.Incidents, FactedIncident{Incident: effect.Incident, Before: effect.Before, After: effect.After, Leaves: effect.Leaves})
		}
	}
	return &bodyOutput[FactPreview]{Body: out}, nil
}

func (a *API) endFact(ctx context.Context, in *factInput) (*bodyOutput[vedette.Fact], error) {
	q := requestOf(ctx)
	kept, err := a.audited(ctx, "fact.end", in.ID, "").EndFact(ctx, q.principal.Tenant, in.ID, q.principal.Name)
	if err != nil {
		return nil, err
	}
	return a.learned(ctx, kept)
}
