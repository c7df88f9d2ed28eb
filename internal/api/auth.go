package api

import (
	"context"
	"encoding/base64"
	"net/http"
	"strings"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/access"
	"github.com/vedette-soc/vedette/internal/collect"
)

const (
	cookieName = "vedette_session"
	maxSecret  = 512 // bytes of a session's or a token's secret
)

// Authenticate says who sends a request. A token may come as Bearer, as ApiKey or as the password of Basic; a session
// as the cookie. The error is unauthenticated, limited after too many failures from one address, or unavailable.
func (a *API) Authenticate(r *http.Request) (access.Principal, error) {
	q, r := a.begin(nil, r)
	if err := a.identify(r.Context(), q, r); err != nil {
		return access.Principal{}, err
	}
	return q.principal, nil
}

// identify fills in who is asking.
func (a *API) identify(ctx context.Context, q *request, r *http.Request) error {
	if q.known {
		return nil
	}
	p, secret, err := a.credentials(ctx, r)
	if err != nil {
		// Guessing is slowed. Whoever has a good secret passes all the same: behind one address there may be many.
		tried := r.Header.Get("Authorization") != "" || secret != ""
		if vedette.CodeOf(err) == vedette.CodeUnauthenticated && tried {
			if wait := a.failures.take(addressKey(q.from)); wait > 0 {
				return limitedFor(wait, "too many failed attempts from this address")
			}
		}
		return err
	}
	q.principal, q.secret, q.known = p, secret, true
	return nil
}

// credentials looks up what the request carries. The second value is the secret of its session.
func (a *API) credentials(ctx context.Context, r *http.Request) (access.Principal, string, error) {
	if header := r.Header.Get("Authorization"); header != "" {
		secret, ok := tokenIn(header)
		if !ok || len(secret) > maxSecret {
			return access.Principal{}, "", vedette.Errorf(vedette.CodeUnauthenticated, "the Authorization header holds no API token")
		}
		p, err := a.deps.Gate.Token(ctx, secret)
		return p, "", err
	}
	cookie, err := r.Cookie(cookieName)
	if err != nil || cookie.Value == "" || len(cookie.Value) > maxSecret {
		return access.Principal{}, "", vedette.Errorf(vedette.CodeUnauthenticated, "log in, or send an API token")
	}
	p, err := a.deps.Gate.Session(ctx, cookie.Value)
	return p, cookie.Value, err
}

// tokenIn takes the token out of an Authorization header. Elasticsearch clients send an API key as the base64 of
// id:key, or as the word they were given.
func tokenIn(header string) (string, bool) {
	scheme, value, ok := strings.Cut(header, " ")
	value = strings.TrimSpace(value)
	if !ok || value == "" {
		return "", false
	}
	switch strings.ToLower(scheme) {
	case "bearer":
		return value, true
	case "basic":
		return afterColon(value)
	case "apikey":
		if secret, ok := afterColon(value); ok {
			return secret, true
		}
		return value, true
	}
	return "", false
}

func afterColon(encoded string) (string, bool) {
	plain, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return "", false
	}
	_, secret, ok := strings.Cut(string(plain), ":")
	return secret, ok && secret != ""
}

// Require lets only those through to a handler outside this room who have the permission. The handler finds them with
// PrincipalOf. Requests from pages of other origins are refused.
func (a *API) Require(need access.Permission, next http.Handler) http.Handler {
	return a.outer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := requestOf(r.Context())
		if err := a.admit(r.Context(), q, r, permission(need)); err != nil {
			a.refuse(w, q, err)
			return
		}
		next.ServeHTTP(w, r)
	}))
}

// Ingest lets only those through who may hand in records, and tells the receiver who sends.
func (a *API) Ingest(next http.Handler) http.Handler {
	return a.Require(access.Ingest, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p := PrincipalOf(r.Context())
		next.ServeHTTP(w, r.WithContext(collect.WithSender(r.Context(), collect.Sender{Tenant: p.Tenant, Name: strings.TrimPrefix(p.Name, "token:")})))
	}))
}

// admit is the check before every operation: who it is, and whether they may.
func (a *API) admit(ctx context.Context, q *request, r *http.Request, need permission) error {
	if need == anyone {
		return nil
	}
	if err := a.identify(ctx, q, r); err != nil {
		return err
	}
	if need == someone {
		return nil
	}
	return may(q.principal, access.Permission(need))
}

func may(p access.Principal, need access.Permission) error {
	if p.May(need) {
		return nil
	}
	if p.MustChange {
		return vedette.Errorf(vedette.CodeDenied, "change your password first")
	}
	return vedette.Errorf(vedette.CodeDenied, "this needs the permission %s, which %s does not have; an administrator can grant it", need, p.Name)
}
