package access

import (
	"context"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/statestore"
)

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

const wrongPassword = "the name or the password is wrong"

// Login checks a name and password given from a network address and returns a new session with its secret.
// Wrong ones are unauthenticated; too many attempts are limited.
func (g *Gate) Login(ctx context.Context, name, password, from string) (Session, string, error) {
	name = canonicalName(name)
	back, err := g.guesses.take(name, from, g.now())
	if err != nil {
		return Session{}, "", err
	}
	user, known, err := g.checkPassword(ctx, name, password)
	if err != nil {
		return Session{}, "", err
	}
	if !known {
		return Session{}, "", g.failed(ctx, user, "login", from)
	}
	back()
	if user, err = g.renewHash(ctx, user, password); err != nil {
		return Session{}, "", err
	}
	by := By{principalOf(user), from}
	session, secret, err := g.begin(ctx, user, by.entry("session.login", user.Name, ""), from)
	if err != nil {
		return Session{}, "", err
	}
	return session, secret, g.store.LoggedIn(ctx, user.Name, session.Created)
}

// checkPassword tells whether the name and password belong to a user who may sign in. It takes as long when they do not.
// The user is empty when there is none of that name.
func (g *Gate) checkPassword(ctx context.Context, name, password string) (statestore.User, bool, error) {
	user, err := g.store.UserByName(ctx, name)
	hash := user.Hash
	if notFound(err) {
		user, hash = statestore.User{}, nobody()
	} else if err != nil {
		return user, false, err
	}
	matches, err := g.hasher.matches(ctx, hash, password[:min(len(password), MaxPassword)])
	return user, matches && len(password) <= MaxPassword && user.Name != "" && !user.Disabled, err
}

// failed writes a failed attempt to the audit log. A name that nobody has is left out: people type passwords there.
func (g *Gate) failed(ctx context.Context, user statestore.User, what, from string) error {
	entry := vedette.AuditEntry{Tenant: user.Tenant, Who: user.Name, From: from, What: "session." + what, Object: user.Name, Failed: true, Detail: "wrong password"}
	switch {
	case user.Name == "":
		entry.Tenant, entry.Who, entry.Detail = vedette.DefaultTenant, "unknown", "unknown name"
	case user.Disabled:
		entry.Detail = "the user is disabled, or the password is wrong"
	}
	return refused(unauthenticated(wrongPassword), g.store.Audit(ctx, entry))
}

// renewHash keeps the password with the parameters of today when it was kept with others.
func (g *Gate) renewHash(ctx context.Context, user statestore.User, password string) (statestore.User, error) {
	if p, err := parsePHC(user.Hash); err != nil || p.current() {
		return user, err
	}
	hash, err := g.hasher.hash(ctx, password)
	if err != nil {
		return user, err
	}
	user.Hash, user.Updated = hash, g.now()
	if err := g.store.UpdateUser(ctx, user); err != nil {
		return user, err
	}
	g.forgetUser(user.Name)
	user.Version++
	return user, nil
}

// begin makes a session for a user.
func (g *Gate) begin(ctx context.Context, user statestore.User, entry vedette.AuditEntry, from string) (Session, string, error) {
	secret, now := newSecret(), g.now()
	stored := statestore.Session{Hash: hashOf(secret), User: user.Name, From: from, Created: now, Seen: now, Expires: now.Add(SessionLife), Version: user.Version}
	if err := g.store.Audited(entry).CreateSession(ctx, stored); err != nil {
		return Session{}, "", err
	}
	p := principalOf(user)
	return Session{Tenant: p.Tenant, Name: p.Name, Role: p.Role, MustChange: p.MustChange, Created: now, Expires: stored.Expires}, secret, nil
}

func principalOf(user statestore.User) Principal {
	return Principal{Tenant: user.Tenant, Name: user.Name, Role: Role(user.Role), MustChange: user.MustChange}
}

// Session returns whom a session's secret speaks for. An unknown or expired one is unauthenticated.
func (g *Gate) Session(ctx context.Context, secret string) (Principal, error) {
	session, user, err := g.session(ctx, secret)
	if err != nil {
		return Principal{}, err
	}
	if now := g.now(); now.Sub(session.Seen) >= seenEvery {
		g.sessions.replace(session.Hash, func(one statestore.Session) statestore.Session {
			one.Seen = now
			return one
		})
		_ = g.store.SeenSession(ctx, session.Hash, now) // best effort: when the disk is full, the session only ends earlier
	}
	return principalOf(user), nil
}

// session finds a session that is in force and its user.
func (g *Gate) session(ctx context.Context, secret string) (statestore.Session, statestore.User, error) {
	over := unauthenticated("the session is over: sign in again")
	if secret == "" || len(secret) > maxSecret {
		return statestore.Session{}, statestore.User{}, over
	}
	hash, now := hashOf(secret), g.now()
	session, err := g.sessions.lookUp(ctx, hash, now, g.store.SessionByHash)
	if err == nil && (!now.Before(session.Expires) || now.Sub(session.Seen) >= SessionIdle) {
		err = over
	}
	if err != nil {
		return session, statestore.User{}, asUnauthenticated(err, over)
	}
	user, err := g.users.lookUp(ctx, hashOf(session.User), now, func(ctx context.Context, _ [32]byte) (statestore.User, error) {
		return g.store.UserByName(ctx, session.User)
	})
	if err == nil && (user.Disabled || user.Version != session.Version) {
		err = over
	}
	return session, user, asUnauthenticated(err, over)
}

func asUnauthenticated(err, over error) error {
	if notFound(err) {
		return over
	}
	return err
}

// Logout ends a session. Ending one that does not exist is no error.
func (g *Gate) Logout(ctx context.Context, secret, from string) error {
	session, user, err := g.session(ctx, secret)
	if err != nil {
		if vedette.CodeOf(err) == vedette.CodeUnauthenticated {
			return nil
		}
		return err
	}
	by := By{principalOf(user), from}
	err = g.store.Audited(by.entry("session.logout", user.Name, "")).DeleteSession(ctx, session.Hash)
	g.sessions.forget(func(one statestore.Session) bool { return one.Hash == session.Hash })
	return err
}

// forgetUser makes changes to a user work at once.
func (g *Gate) forgetUser(name string) {
	g.users.forget(func(one statestore.User) bool { return one.Name == name })
	g.sessions.forget(func(one statestore.Session) bool { return one.User == name })
}
