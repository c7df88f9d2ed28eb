package api

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/entity"
	"github.com/vedette-soc/vedette/internal/statestore"
)

// EntityEdit changes what people say of an entity. What is absent stays as it is.
type EntityEdit struct {
	Criticality *int      `json:"criticality,omitempty" minimum:"-1" maximum:"4" doc:"0 nobody would notice, 1 low, 2 normal, 3 high, 4 the house stops; -1 takes back what was said"`
	Owner       *string   `json:"owner,omitempty" maxLength:"256"`
	Department  *string   `json:"department,omitempty" maxLength:"256"`
	Tags        *[]string `json:"tags,omitempty" maxItems:"32"`
}

type entityEditInput struct {
	Kind string `path:"kind" enum:"host,user,address,file,process,domain,cloud_account"`
	Name string `path:"name" maxLength:"1024" doc:"URL-encoded"`
	Body EntityEdit
}

type assetsInput struct {
	RawBody []byte `contentType:"text/csv"`
}

// AssetsReport says what became of a list of assets.
type AssetsReport struct {
	Entities int                 `json:"entities" doc:"How many entities the list spoke of and were changed"`
	Problems []entity.RowProblem `json:"problems" doc:"Lines that could not be used, at most 50; all others were"`
}

func (a *API) registerEntities() {
	register(a, "listEntities", a.listEntities)
	register(a, "importEntities", a.importEntities)
	register(a, "getEntity", a.getEntity)
	register(a, "updateEntity", a.updateEntity)
}

func (a *API) updateEntity(ctx context.Context, in *entityEditInput) (*bodyOutput[EntityPage], error) {
	q, kind := requestOf(ctx), vedette.EntityKind(in.Kind)
	object := in.Kind + " " + in.Name
	q.note(object, "")
	if in.Body == (EntityEdit{}) {
		return nil, vedette.Errorf(vedette.CodeInvalid, "nothing to change: give criticality, owner, department or tags")
	}
	if _, err := a.deps.Store.Entity(ctx, q.principal.Tenant, kind, in.Name); err != nil {
		return nil, err
	}
	by := vedette.EntityProfile{Tenant: q.principal.Tenant, Author: q.principal.Name}
	edit := statestore.ProfileOf{Kind: kind, Name: in.Name, Edit: statestore.ProfileEdit(in.Body)}
	profiles, err := a.audited(ctx, "entity.update", object, in.Body.words()).EditProfiles(ctx, by, []statestore.ProfileOf{edit})
	if err != nil {
		return nil, err
	}
	q.kept = true
	if err := a.deps.Rated(ctx, profiles); err != nil {
		return nil, fmt.Errorf("use what was said of the entity: %w", err)
	}
	return a.getEntity(ctx, &entityInput{Kind: in.Kind, Name: in.Name})
}

// words are the edit as the audit log has it.
func (e EntityEdit) words() string {
	var parts []string
	if e.Criticality != nil {
		parts = append(parts, "criticality "+strconv.Itoa(*e.Criticality))
	}
	for name, text := range map[string]*string{"owner ": e.Owner, "department ": e.Department} {
		if text != nil {
			parts = append(parts, name+strconv.Quote(*text))
		}
	}
	if e.Tags != nil {
		parts = append(parts, "tags "+strings.Join(*e.Tags, " "))
	}
	return strings.Join(parts, ", ")
}

// importEntities takes one file at a time, as uploadRules does.
func (a *API) importEntities(ctx context.Context, in *assetsInput) (*bodyOutput[AssetsReport], error) {
	select {
	case a.uploads <- struct{}{}:
		defer func() { <-a.uploads }()
	default:
		return nil, limitedFor(bodyTime, "another upload is being read")
	}
	rows, problems, err := entity.ReadAssets(in.RawBody)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 && len(problems) == 0 {
		return nil, vedette.Errorf(vedette.CodeInvalid, "the list has a header and no lines")
	}
	q := requestOf(ctx)
	edits := make([]statestore.ProfileOf, len(rows))
	for i, r := range rows {
		edits[i] = statestore.ProfileOf{Kind: r.Kind, Name: r.Name, Edit: statestore.ProfileEdit{Criticality: r.Criticality, Owner: r.Owner, Department: r.Department, Tags: r.Tags}}
	}
	by := vedette.EntityProfile{Tenant: q.principal.Tenant, Author: q.principal.Name, Imported: true}
	detail := fmt.Sprintf("%d entities, %d lines that could not be used", len(rows), len(problems))
	profiles, err := a.audited(ctx, "entity.import", "", detail).EditProfiles(ctx, by, edits)
	if err != nil {
		return nil, err
	}
	q.kept = true
	if err := a.deps.Rated(ctx, profiles); err != nil {
		return nil, fmt.Errorf("use what was said of entities: %w", err)
	}
	return &bodyOutput[AssetsReport]{Body: AssetsReport{Entities: len(rows), Problems: problems}}, nil
}
