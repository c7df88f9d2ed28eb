package api

import (
	"context"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/access"
	"github.com/vedette-soc/vedette/internal/statestore"
)

// Token is a key for a program. Its secret is shown once, when it is made.
type Token struct {
	ID       string    `json:"id"`
	Name     string    `json:"name"`
	Scopes   []string  `json:"scopes" enum:"ingest,read,write,respond,admin"`
	By       string    `json:"by" doc:"Who made it"`
	Created  time.Time `json:"created"`
	Expires  time.Time `json:"expires,omitzero"`
	LastUsed time.Time `json:"last_used,omitzero"`
}

// NewToken is a token just made, with its secret.
type NewToken struct {
	Token
	Secret string `json:"secret" doc:"Shown this once"`
}

type createTokenInput struct {
	Body struct {
		Name    string    `json:"name" minLength:"1" maxLength:"64" example:"rsyslog on web-01"`
		Scopes  []string  `json:"scopes" minItems:"1" maxItems:"5" uniqueItems:"true" enum:"ingest,read,write,respond,admin"`
		Expires time.Time `json:"expires,omitzero" doc:"Left out: never"`
	}
}

type tokenInput struct {
	ID string `path:"id" maxLength:"64"`
}

type auditInput struct {
	Object string `query:"object" maxLength:"256" doc:"Id of what it was done to"`
	Who    string `query:"who" maxLength:"128"`
	PageParams
}

func (a *API) listTokens(ctx context.Context, _ *nothing) (*pageOutput[Token], error) {
	tokens, err := a.deps.Gate.Tokens(ctx, requestOf(ctx).principal.Tenant)
	if err != nil {
		return nil, err
	}
	page := Page[Token]{Total: int64(len(tokens))}
	for _, t := range tokens {
		page.Items = append(page.Items, tokenOf(t))
	}
	return &pageOutput[Token]{Body: page}, nil
}

func (a *API) createToken(ctx context.Context, in *createTokenInput) (*bodyOutput[NewToken], error) {
	if e := in.Body.Expires; !e.IsZero() && !e.After(a.deps.Now()) {
		return nil, vedette.Errorf(vedette.CodeInvalid, "expires lies in the past")
	}
	token, secret, err := a.deps.Gate.CreateToken(ctx, requestOf(ctx).by(), access.NewToken{Name: in.Body.Name, Scopes: in.Body.Scopes, Expires: in.Body.Expires})
	if err != nil {
		return nil, err
	}
	return &bodyOutput[NewToken]{Body: NewToken{Token: tokenOf(token), Secret: secret}}, nil
}

func (a *API) deleteToken(ctx context.Context, in *tokenInput) (*nothing, error) {
	return nil, a.deps.Gate.DeleteToken(ctx, requestOf(ctx).by(), in.ID)
}

func (a *API) listAudit(ctx context.Context, in *auditInput) (*pageOutput[vedette.AuditEntry], error) {
	filter := statestore.AuditFilter{Tenant: requestOf(ctx).principal.Tenant, Object: in.Object, Who: in.Who}
	return a.auditPage(ctx, filter, in.page())
}

func tokenOf(t access.Token) Token {
	return Token{ID: t.ID, Name: t.Name, Scopes: t.Scopes, By: t.By, Created: t.Created, Expires: t.Expires, LastUsed: t.LastUsed}
}
