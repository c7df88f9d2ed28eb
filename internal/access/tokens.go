package access

import (
	"context"
	"time"
)

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
	Name    string
	Scopes  []string
	Expires time.Time // zero: never
}

// Token returns whom an API token speaks for: a principal with scopes, named token:<name>. An unknown or expired one is
// unauthenticated.
func (g *Gate) Token(ctx context.Context, secret string) (Principal, error) {
	return Principal{}, unfinished()
}

// CreateToken makes a token and returns it with its secret, "vdt_<id>_<secret>", this once.
func (g *Gate) CreateToken(ctx context.Context, by By, add NewToken) (Token, string, error) {
	return Token{}, "", unfinished()
}

// Tokens lists the tokens of a tenant, newest first.
func (g *Gate) Tokens(ctx context.Context, tenant string) ([]Token, error) { return nil, unfinished() }

// DeleteToken removes a token of by's tenant.
func (g *Gate) DeleteToken(ctx context.Context, by By, id string) error { return unfinished() }
