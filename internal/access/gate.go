package access

import (
	"context"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/statestore"
)

// Gate lets people and programs in. Its methods may be called from any goroutine.
type Gate struct {
	store *statestore.Store
	now   func() time.Time
}

// New makes a gate over the users, sessions and tokens of the store.
func New(store *statestore.Store, now func() time.Time) *Gate { return &Gate{store: store, now: now} }

// Session is a signed-in person.
type Session struct {
	Tenant     string
	Name       string
	Role       Role
	MustChange bool // the password has to be changed before anything else
	Created    time.Time
	Expires    time.Time // whatever happens; without use it ends earlier
}

// Principal returns who the session speaks for.
func (s Session) Principal() Principal {
	return Principal{Tenant: s.Tenant, Name: s.Name, Role: s.Role, MustChange: s.MustChange}
}

// Login checks a name and password given from a network address and returns a new session with its secret.
// Wrong ones are unauthenticated; too many attempts are limited.
func (g *Gate) Login(ctx context.Context, name, password, from string) (Session, string, error) {
	return Session{}, "", unfinished()
}

// Session returns whom a session's secret speaks for. An unknown or expired one is unauthenticated.
func (g *Gate) Session(ctx context.Context, secret string) (Principal, error) {
	return Principal{}, unfinished()
}

// Logout ends a session. Ending one that does not exist is no error.
func (g *Gate) Logout(ctx context.Context, secret, from string) error { return unfinished() }

// ChangePassword replaces the password of the person whose session secret this is. Every session of that person ends,
// and a new one with its secret is returned.
func (g *Gate) ChangePassword(ctx context.Context, secret, old, fresh, from string) (Session, string, error) {
	return Session{}, "", unfinished()
}

func unfinished() error {
	return vedette.Errorf(vedette.CodeUnavailable, "the gate is not ready")
}
