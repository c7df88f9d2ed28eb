package api

import (
	"context"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/statestore"
)

type entitiesInput struct {
	Kind string `query:"kind" enum:"host,user,address,file,process,domain,cloud_account"`
	Q    string `query:"q" maxLength:"256" doc:"Part of the name"`
	PageParams
}

type entityInput struct {
	Kind string `path:"kind" enum:"host,user,address,file,process,domain,cloud_account"`
	Name string `path:"name" maxLength:"1024" doc:"URL-encoded"`
}

func (a *API) listEntities(ctx context.Context, in *entitiesInput) (*pageOutput[vedette.Entity], error) {
	filter := statestore.EntityFilter{Tenant: requestOf(ctx).principal.Tenant, Kind: vedette.EntityKind(in.Kind), Search: in.Q}
	items, next, total, err := a.deps.Store.Entities(ctx, filter, in.page())
	if err != nil {
		return nil, err
	}
	return &pageOutput[vedette.Entity]{Body: Page[vedette.Entity]{Items: items, Next: next, Total: total}}, nil
}

func (a *API) getEntity(ctx context.Context, in *entityInput) (*bodyOutput[vedette.Entity], error) {
	entity, err := a.deps.Store.Entity(ctx, requestOf(ctx).principal.Tenant, vedette.EntityKind(in.Kind), in.Name)
	if err != nil {
		return nil, err
	}
	return &bodyOutput[vedette.Entity]{Body: entity}, nil
}
