package api

import (
	"context"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/entity"
	"github.com/vedette-soc/vedette/internal/statestore"
)

type entitiesInput struct {
	Kind        string `query:"kind" enum:"host,user,address,file,process,domain,cloud_account"`
	Q           string `query:"q" maxLength:"256" doc:"Part of the name"`
	Sort        string `query:"sort" enum:"last,risk" doc:"Last seen first, which is the default, or highest risk first"`
	Owner       string `query:"owner" maxLength:"256"`
	Department  string `query:"department" maxLength:"256"`
	Tag         string `query:"tag" maxLength:"64"`
	Criticality int    `query:"criticality" minimum:"0" maximum:"4" doc:"At least; 0 lists all"`
	PageParams
}

type entityInput struct {
	Kind string `path:"kind" enum:"host,user,address,file,process,domain,cloud_account"`
	Name string `path:"name" maxLength:"1024" doc:"URL-encoded"`
}

// EntityPage is all that is known of one entity.
type EntityPage struct {
	Entity      vedette.Entity          `json:"entity"`
	Risk        vedette.EntityRisk      `json:"risk"`
	Criticality *int                    `json:"criticality,omitempty" minimum:"0" maximum:"4" doc:"0 nobody would notice, 1 low, 2 normal, 3 high, 4 the house stops; absent when nobody has said"`
	Owner       string                  `json:"owner,omitempty" doc:"Who answers for it"`
	Department  string                  `json:"department,omitempty"`
	Tags        []string                `json:"tags"`
	SaidBy      string                  `json:"said_by,omitempty" doc:"Who last said so"`
	SaidAt      time.Time               `json:"said_at,omitzero"`
	Imported    bool                    `json:"imported,omitempty" doc:"It came with a file"`
	First       time.Time               `json:"first" doc:"When it was first seen, in alerts or otherwise"`
	Last        time.Time               `json:"last"`
	Incidents   int64                   `json:"incidents"`
	Aliases     []vedette.Alias         `json:"aliases" doc:"Its other names, last seen first"`
	Peers       []vedette.Peer          `json:"peers" doc:"Entities that use the same things, likest first"`
	Sessions    []vedette.LogonSession  `json:"sessions" doc:"Last ended first"`
	Exposures   []vedette.Exposure      `json:"exposures" doc:"Known weaknesses, worst first"`
	Baselines   *[]vedette.UsualFeature `json:"baselines,omitempty" doc:"What is usual of it; absent when nothing learns that"`
}

func (a *API) listEntities(ctx context.Context, in *entitiesInput) (*pageOutput[vedette.Entity], error) {
	filter := statestore.EntityFilter{
		Tenant: requestOf(ctx).principal.Tenant, Kind: vedette.EntityKind(in.Kind), Search: in.Q, Sort: in.Sort,
		Owner: in.Owner, Department: in.Department, Tag: in.Tag, Criticality: in.Criticality,
	}
	rows, next, total, err := a.deps.Store.Entities(ctx, filter, in.page())
	if err != nil {
		return nil, err
	}
	items, now := make([]vedette.Entity, len(rows)), a.deps.Now()
	for i := range rows {
		items[i] = rows[i].Entity
		items[i].Risk = entity.RiskOf(rows[i].Standing, now)
	}
	return &pageOutput[vedette.Entity]{Body: Page[vedette.Entity]{Items: items, Next: next, Total: total}}, nil
}

func (a *API) getEntity(ctx context.Context, in *entityInput) (*bodyOutput[EntityPage], error) {
	tenant, kind := requestOf(ctx).principal.Tenant, vedette.EntityKind(in.Kind)
	row, err := a.deps.Store.Entity(ctx, tenant, kind, in.Name)
	if err != nil {
		return nil, err
	}
	page := EntityPage{
		Entity: row.Entity, Criticality: row.Criticality, Owner: row.Owner, Department: row.Department, Tags: row.Tags,
		First: row.First, Last: row.Last, Incidents: row.Incidents,
	}
	of := statestore.EntityOf{Tenant: tenant, EntityRef: vedette.EntityRef{Kind: kind, Name: in.Name}}
	for _, part := range []func(context.Context, statestore.EntityOf, *EntityPage) error{a.pageRisk, a.pageNames, a.pagePeers, a.pageRest} {
		if err := part(ctx, of, &page); err != nil {
			return nil, err
		}
	}
	return &bodyOutput[EntityPage]{Body: page}, nil
}

// pageRisk weighs what incidents say against the entity.
func (a *API) pageRisk(ctx context.Context, of statestore.EntityOf, page *EntityPage) error {
	now := a.deps.Now()
	// The series looks 30 days back, and the risk of its first day further back still.
	stakes, err := a.deps.Store.StakesOf(ctx, of, now.Add(-2*entity.RiskSpan))
	if err != nil {
		return err
	}
	page.Risk = entity.Assess(stakes, now, page.Criticality)
	page.Entity.Risk = page.Risk.Now
	known := map[string]bool{}
	var ids []string
	add := func(id string) {
		if !known[id] && len(ids) < statestore.MaxPage {
			known[id], ids = true, append(ids, id)
		}
	}
	for i := range page.Risk.Contributions {
		add(page.Risk.Contributions[i].Incident)
	}
	titles, err := a.deps.Store.IncidentTitles(ctx, of.Tenant, ids)
	for i := range page.Risk.Contributions {
		page.Risk.Contributions[i].Title = titles[page.Risk.Contributions[i].Incident]
	}
	return err
}

// pageNames resolves the entity's other names.
func (a *API) pageNames(ctx context.Context, of statestore.EntityOf, page *EntityPage) error {
	own, rivals, err := a.deps.Store.Aliases(ctx, of.Tenant, of.Kind, of.Name)
	if err != nil {
		return err
	}
	page.Aliases = entity.Resolve(of.EntityRef, own, rivals)
	for i := range page.Aliases {
		if alias := &page.Aliases[i]; alias.First.Before(page.First) {
			page.First = alias.First
		}
	}
	return nil
}

// pagePeers finds who uses the same things.
func (a *API) pagePeers(ctx context.Context, of statestore.EntityOf, page *EntityPage) error {
	own, others, err := a.deps.Store.Uses(ctx, of.Tenant, of.Kind, of.Name)
	if err != nil || len(others) == 0 {
		return err
	}
	mine := map[vedette.EntityRef]bool{}
	var uses, shared []entity.Use
	for _, u := range own {
		mine[u.Thing] = true
		uses = append(uses, entity.Use(u))
	}
	totals := map[string]float64{}
	for _, u := range others {
		totals[u.Name] += entity.Rarity(u.Users)
		if mine[u.Thing] {
			shared = append(shared, entity.Use(u))
		}
	}
	page.Peers = entity.Peers(of.Kind, uses, shared, totals)
	for i := range page.Peers {
		row, err := a.deps.Store.Entity(ctx, of.Tenant, of.Kind, page.Peers[i].Name)
		if err != nil && vedette.CodeOf(err) != vedette.CodeNotFound {
			return err
		}
		page.Peers[i].Risk = entity.RiskOf(row.Standing, a.deps.Now())
	}
	return nil
}

// pageRest adds sessions, weaknesses, what is usual, and who said what people say.
func (a *API) pageRest(ctx context.Context, of statestore.EntityOf, page *EntityPage) (err error) {
	if page.Sessions, err = a.deps.Store.LogonsOf(ctx, of.Tenant, of.Kind, of.Name); err != nil {
		return err
	}
	for i := range page.Sessions {
		if from := page.Sessions[i].From; from.Before(page.First) {
			page.First = from
		}
		if to := page.Sessions[i].To; to.After(page.Last) {
			page.Last = to
		}
	}
	if page.Exposures, err = a.deps.Store.Exposures(ctx, of.Tenant, of.Kind, of.Name); err != nil {
		return err
	}
	if a.deps.Usual != nil {
		usual := append([]vedette.UsualFeature{}, a.deps.Usual(of.Tenant, of.EntityRef)...)
		page.Baselines = &usual
	}
	said, err := a.deps.Store.Profile(ctx, of.Tenant, of.Kind, of.Name)
	page.SaidBy, page.SaidAt, page.Imported = said.Author, said.Updated, said.Imported
	return err
}
