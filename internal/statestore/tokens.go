package statestore

import (
	"context"
	"strings"
	"time"

	"github.com/vedette-soc/vedette"
)

// MaxTokens is how many tokens a tenant can have.
const MaxTokens = 10_000

// Token is a program's key. Only the hash of its secret is kept.
type Token struct {
	ID       string
	Tenant   string
	Name     string
	Hash     [32]byte // SHA-256 of the whole secret
	Scopes   []string // words without spaces
	By       string
	Created  time.Time
	Expires  time.Time // zero: never
	LastUsed time.Time
}

const tokenColumns = "id, tenant, name, hash, scopes, author, created, expires, last_used"

func scanToken(scan func(...any) error) (Token, error) {
	var t Token
	var hash []byte
	var scopes string
	var created, expires, lastUsed int64
	err := scan(&t.ID, &t.Tenant, &t.Name, &hash, &scopes, &t.By, &created, &expires, &lastUsed)
	copy(t.Hash[:], hash)
	t.Scopes = strings.Fields(scopes)
	t.Created, t.Expires, t.LastUsed = moment(created), moment(expires), moment(lastUsed)
	return t, err
}

// CreateToken keeps a token. An ID that exists is a conflict.
func (s *Store) CreateToken(ctx context.Context, token Token) error {
	if err := named("a token", token.ID); err != nil {
		return err
	}
	return s.transaction(ctx, "create a token", func(q session) error {
		var count int64
		if _, err := q.one(ctx, []any{&count}, "SELECT count(*) FROM tokens WHERE tenant = ?", key(token.Tenant)); err != nil {
			return err
		}
		if count >= MaxTokens {
			return vedette.Errorf(vedette.CodeLimited, "there are %d tokens; there is no room for more", count)
		}
		_, err := q.exec(ctx, "INSERT INTO tokens ("+tokenColumns+") VALUES ("+marks(9)+")", token.ID, key(token.Tenant), key(token.Name),
			token.Hash[:], strings.Join(token.Scopes, " "), key(token.By), token.Created, token.Expires, token.LastUsed)
		return err
	})
}

// TokenByHash returns one token, expired or not.
func (s *Store) TokenByHash(ctx context.Context, hash [32]byte) (Token, error) {
	tokens, err := s.tokens(ctx, "hash = ?", hash[:])
	if err != nil {
		return Token{}, err
	}
	if len(tokens) == 0 {
		return Token{}, vedette.Errorf(vedette.CodeNotFound, "there is no such token")
	}
	return tokens[0], nil
}

// Tokens returns the tokens of a tenant, newest first.
func (s *Store) Tokens(ctx context.Context, tenant string) ([]Token, error) {
	return s.tokens(ctx, "tenant = ?", key(tenant))
}

func (s *Store) tokens(ctx context.Context, where string, arg any) ([]Token, error) {
	var tokens []Token
	err := s.reading().each(ctx, func(scan func(...any) error) error {
		token, err := scanToken(scan)
		tokens = append(tokens, token)
		return err
	}, "SELECT "+tokenColumns+" FROM tokens WHERE "+where+" ORDER BY created DESC, id", arg)
	return tokens, s.engine.failure("read tokens", err)
}

// UsedToken records that a token was used.
func (s *Store) UsedToken(ctx context.Context, id string, used time.Time) error {
	_, err := s.change(ctx, "record the use of a token", "UPDATE tokens SET last_used = ? WHERE id = ?", used, key(id))
	return err
}

// DeleteToken removes a token.
func (s *Store) DeleteToken(ctx context.Context, tenant, id string) error {
	return s.remove(ctx, "token", id, "DELETE FROM tokens WHERE tenant = ? AND id = ?", key(tenant), key(id))
}
