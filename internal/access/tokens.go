package access

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/statestore"
)

// tokenPrefix begins every token, so that a leaked one is recognised.
const tokenPrefix = "vdt_"

// Token is a program's key, without its secret.
type Token struct {
	ID       string    `json:"id"`
	Tenant   string    `json:"tenant"`
	Name     string    `json:"name"`
	Scopes   []string  `json:"scopes" enum:"ingest,read,write,respond,admin"`
	By       string    `json:"by" doc:"Who made it"`
	Created  time.Time `json:"created"`
	Expires  time.Time `json:"expires,omitzero" doc:"Absent: never"`
	LastUsed time.Time `json:"last_used,omitzero" doc:"To the minute"`
}

// NewToken is a token to be made for the tenant of whoever makes it.
type NewToken struct {
	Name    string    // what it is for, 1 to 64 characters
	Scopes  []string  // at least one
	Expires time.Time // zero: never
}

func tokenOf(t statestore.Token) Token {
	return Token{ID: t.ID, Tenant: t.Tenant, Name: t.Name, Scopes: t.Scopes, By: t.By, Created: t.Created, Expires: t.Expires, LastUsed: t.LastUsed}
}

// Token returns whom an API token speaks for: a principal with scopes, named token:<name>. An unknown or expired one is
// unauthenticated.
func (g *Gate) Token(ctx context.Context, secret string) (Principal, error) {
	unknown := unauthenticated("the token is not known or has expired")
	if !strings.HasPrefix(secret, tokenPrefix) || len(secret) > maxSecret {
		return Principal{}, unknown
	}
	now := g.now()
	token, err := g.tokens.lookUp(ctx, hashOf(secret), now, g.store.TokenByHash)
	if err == nil && !token.Expires.IsZero() && !now.Before(token.Expires) {
		err = unknown
	}
	if err != nil {
		return Principal{}, asUnauthenticated(err, unknown)
	}
	if now.Sub(token.LastUsed) >= seenEvery {
		g.used(ctx, token, now)
	}
	return Principal{Tenant: token.Tenant, Name: "token:" + token.Name, Scopes: token.Scopes}, nil
}

// used keeps when a token was last used, as best it can: a full disk must not turn away a program that only reads or
// that hands in records. Whether it worked or not, the next try is when the token is looked up again.
func (g *Gate) used(ctx context.Context, token statestore.Token, now time.Time) {
	g.tokens.replace(token.Hash, func(one statestore.Token) statestore.Token {
		one.LastUsed = now
		return one
	})
	_ = g.store.UsedToken(ctx, token.ID, now)
}

// CreateToken makes a token and returns it with its secret, "vdt_<id>_<secret>", this once.
func (g *Gate) CreateToken(ctx context.Context, by By, add NewToken) (Token, string, error) {
	for _, check := range []error{allowed(by), add.check(g.now())} {
		if check != nil {
			return Token{}, "", check
		}
	}
	id := make([]byte, 6)
	rand.Read(id) // never fails
	scopes := slices.Compact(slices.Sorted(slices.Values(add.Scopes)))
	token := statestore.Token{ID: hex.EncodeToString(id), Tenant: by.Principal.Tenant, Name: add.Name, Scopes: scopes,
		By: by.Principal.Name, Created: g.now(), Expires: add.Expires}
	secret := tokenPrefix + token.ID + "_" + newSecret()
	token.Hash = hashOf(secret)
	entry := by.entry("token.create", token.ID, token.Name+": "+strings.Join(scopes, ", "))
	if err := g.store.Audited(entry).CreateToken(ctx, token); err != nil {
		return Token{}, "", err
	}
	return tokenOf(token), secret, nil
}

func (t NewToken) check(now time.Time) error {
	if t.Name == "" || utf8.RuneCountInString(t.Name) > 64 || strings.ContainsFunc(t.Name, func(r rune) bool { return r < ' ' }) {
		return vedette.Errorf(vedette.CodeInvalid, "a token needs a name of 1 to 64 characters")
	}
	if len(t.Scopes) == 0 {
		return vedette.Errorf(vedette.CodeInvalid, "a token needs at least one scope of ingest, read, write, respond, admin")
	}
	for _, scope := range t.Scopes {
		if !slices.Contains(Permissions(), Permission(scope)) {
			return vedette.Errorf(vedette.CodeInvalid, "scope %q is not one of ingest, read, write, respond, admin", scope)
		}
	}
	if !t.Expires.IsZero() && !t.Expires.After(now) {
		return vedette.Errorf(vedette.CodeInvalid, "the token would have expired already")
	}
	return nil
}

// Tokens lists the tokens of a tenant, newest first.
func (g *Gate) Tokens(ctx context.Context, tenant string) ([]Token, error) {
	stored, err := g.store.Tokens(ctx, tenant)
	tokens := make([]Token, 0, len(stored))
	for _, token := range stored {
		tokens = append(tokens, tokenOf(token))
	}
	return tokens, err
}

// DeleteToken removes a token of by's tenant.
func (g *Gate) DeleteToken(ctx context.Context, by By, id string) error {
	if err := allowed(by); err != nil {
		return err
	}
	err := g.store.Audited(by.entry("token.delete", id, "")).DeleteToken(ctx, by.Principal.Tenant, id)
	g.tokens.forget(func(one statestore.Token) bool { return one.ID == id })
	return err
}
