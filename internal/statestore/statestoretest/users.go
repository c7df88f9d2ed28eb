package statestoretest

import (
	"crypto/sha256"
	"sync"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/statestore"
)

func user(name, role string) statestore.User {
	return statestore.User{Name: name, Tenant: "default", Role: role, Hash: "$argon2id$x", Created: kept(start), Updated: kept(start)}
}

func users(t *testing.T, b *bench) {
	ctx := t.Context()
	ana := user("ana", "admin")
	ana.MustChange = true
	must(t, b.CreateUser(ctx, ana))
	must(t, b.CreateUser(ctx, user("安娜", "viewer")))
	code(t, b.CreateUser(ctx, user("ana", "viewer")), vedette.CodeConflict)
	code(t, b.CreateUser(ctx, user("", "viewer")), vedette.CodeInvalid)
	got, err := b.UserByName(ctx, "ana")
	must(t, err)
	ana.Version = 1
	same(t, "user", got, ana)
	_, err = b.UserByName(ctx, "Ana")
	code(t, err, vedette.CodeNotFound)
	got.MustChange, got.Hash = false, "$argon2id$y"
	must(t, b.UpdateUser(ctx, got))
	code(t, b.UpdateUser(ctx, got), vedette.CodeConflict) // it is at version 2 now
	got.Version, got.LastLogin = 2, kept(start.Add(time.Hour))
	must(t, b.LoggedIn(ctx, "ana", start.Add(time.Hour)))
	all, err := b.Users(ctx, "default")
	must(t, err)
	same(t, "users", len(all), 2)
	same(t, "changed", all[0], got)
	code(t, b.UpdateUser(ctx, user("bo", "viewer")), vedette.CodeNotFound)
	code(t, b.DeleteUser(ctx, "bo"), vedette.CodeNotFound)
	must(t, b.DeleteUser(ctx, "安娜"))
	none, err := b.Users(ctx, "other")
	must(t, err)
	same(t, "users of another tenant", len(none), 0)
}

func lastAdministrator(t *testing.T, b *bench) {
	ctx := t.Context()
	must(t, b.CreateUser(ctx, user("one", "admin")))
	code(t, b.DeleteUser(ctx, "one"), vedette.CodeConflict)
	code(t, b.UpdateUser(ctx, user("one", "viewer")), vedette.CodeConflict)
	disabled := user("one", "admin")
	disabled.Disabled = true
	code(t, b.UpdateUser(ctx, disabled), vedette.CodeConflict)
	sleeping := user("two", "admin")
	sleeping.Disabled = true
	must(t, b.CreateUser(ctx, sleeping))
	code(t, b.DeleteUser(ctx, "one"), vedette.CodeConflict)
	must(t, b.UpdateUser(ctx, user("two", "admin")))

	var group sync.WaitGroup // two leave at once: one must stay
	errs := [2]error{}
	for i, name := range []string{"one", "two"} {
		group.Go(func() { errs[i] = b.UpdateUser(t.Context(), user(name, "viewer")) })
	}
	group.Wait()
	if (errs[0] == nil) == (errs[1] == nil) {
		t.Fatalf("of two administrators leaving at once, not exactly one stayed: %v, %v", errs[0], errs[1])
	}
}

func sessions(t *testing.T, b *bench) {
	ctx := t.Context()
	session := func(n byte) statestore.Session {
		return statestore.Session{Hash: sha256.Sum256([]byte{n}), User: "ana", From: "192.0.2.1", Created: kept(start.Add(time.Duration(n) * time.Second)),
			Seen: kept(start), Expires: kept(start.Add(time.Hour)), Version: 3}
	}
	must(t, b.CreateUser(ctx, user("ana", "viewer")))
	must(t, b.CreateSession(ctx, session(1)))
	got, err := b.SessionByHash(ctx, session(1).Hash)
	must(t, err)
	same(t, "session", got, session(1))
	must(t, b.SeenSession(ctx, got.Hash, start.Add(time.Minute)))
	got, err = b.SessionByHash(ctx, got.Hash)
	must(t, err)
	same(t, "seen", got.Seen, kept(start.Add(time.Minute)))
	code(t, b.CreateSession(ctx, session(1)), vedette.CodeConflict)
	for n := byte(2); n < 40; n++ {
		must(t, b.CreateSession(ctx, session(n)))
	}
	_, err = b.SessionByHash(ctx, session(1).Hash)
	code(t, err, vedette.CodeNotFound) // the oldest made room
	must(t, b.DeleteSession(ctx, session(39).Hash))
	must(t, b.DeleteSession(ctx, session(39).Hash))
	_, err = b.SessionByHash(ctx, session(39).Hash)
	code(t, err, vedette.CodeNotFound)
	must(t, b.DeleteSessionsOf(ctx, "ana"))
	_, err = b.SessionByHash(ctx, session(38).Hash)
	code(t, err, vedette.CodeNotFound)
	must(t, b.CreateSession(ctx, session(1)))
	must(t, b.DeleteUser(ctx, "ana"))
	_, err = b.SessionByHash(ctx, session(1).Hash)
	code(t, err, vedette.CodeNotFound)
}

func tokens(t *testing.T, b *bench) {
	ctx := t.Context()
	token := statestore.Token{ID: "t1", Tenant: "default", Name: "rsyslog", Hash: sha256.Sum256([]byte("a")), Scopes: []string{"ingest", "read"}, By: "ana",
		Created: kept(start), Expires: kept(start.Add(time.Hour))}
	must(t, b.CreateToken(ctx, token))
	got, err := b.TokenByHash(ctx, token.Hash)
	must(t, err)
	same(t, "token", got, token)
	code(t, b.CreateToken(ctx, token), vedette.CodeConflict)
	later := token
	later.ID, later.Hash, later.Created, later.Expires = "t2", sha256.Sum256([]byte("b")), kept(start.Add(time.Minute)), time.Time{}
	must(t, b.CreateToken(ctx, later))
	must(t, b.UsedToken(ctx, "t2", start.Add(time.Hour)))
	all, err := b.Tokens(ctx, "default")
	must(t, err)
	same(t, "newest first", [2]string{all[0].ID, all[1].ID}, [2]string{"t2", "t1"})
	same(t, "used", all[0].LastUsed, kept(start.Add(time.Hour)))
	same(t, "never expires", all[0].Expires, time.Time{})
	code(t, b.DeleteToken(ctx, "other", "t1"), vedette.CodeNotFound)
	must(t, b.DeleteToken(ctx, "default", "t1"))
	_, err = b.TokenByHash(ctx, token.Hash)
	code(t, err, vedette.CodeNotFound)
}
