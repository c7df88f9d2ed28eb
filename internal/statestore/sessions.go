package statestore

import (
	"context"
	"time"
)

// Session is a signed-in browser. Only the hash of its secret is kept.
type Session struct {
	Hash    [32]byte // SHA-256 of the secret
	User    string
	From    string // address that signed in
	Created time.Time
	Seen    time.Time
	Expires time.Time
}

// Token is a program's key. Only the hash of its secret is kept.
type Token struct {
	ID       string
	Tenant   string
	Name     string
	Hash     [32]byte // SHA-256 of the whole secret
	Scopes   []string
	By       string
	Created  time.Time
	Expires  time.Time // zero: never
	LastUsed time.Time
}

// CreateSession keeps a session.
func (s *Store) CreateSession(ctx context.Context, session Session) error { return unfinished() }

// SessionByHash returns one session, expired or not.
func (s *Store) SessionByHash(ctx context.Context, hash [32]byte) (Session, error) {
	return Session{}, unfinished()
}

// SeenSession records that a session was used.
func (s *Store) SeenSession(ctx context.Context, hash [32]byte, seen time.Time) error {
	return unfinished()
}

// DeleteSession removes a session; one that does not exist is no error.
func (s *Store) DeleteSession(ctx context.Context, hash [32]byte) error { return unfinished() }

// DeleteSessionsOf removes every session of a user.
func (s *Store) DeleteSessionsOf(ctx context.Context, user string) error { return unfinished() }

// CreateToken keeps a token. An ID that exists is a conflict.
func (s *Store) CreateToken(ctx context.Context, token Token) error { return unfinished() }

// TokenByHash returns one token, expired or not.
func (s *Store) TokenByHash(ctx context.Context, hash [32]byte) (Token, error) {
	return Token{}, unfinished()
}

// Tokens returns the tokens of a tenant, newest first.
func (s *Store) Tokens(ctx context.Context, tenant string) ([]Token, error) { return nil, unfinished() }

// UsedToken records that a token was used.
func (s *Store) UsedToken(ctx context.Context, id string, used time.Time) error { return unfinished() }

// DeleteToken removes a token.
func (s *Store) DeleteToken(ctx context.Context, tenant, id string) error { return unfinished() }
