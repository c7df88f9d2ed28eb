package access_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/access"
	"github.com/vedette-soc/vedette/internal/statestore"
)

func TestUsers(t *testing.T) {
	inHouse(t, func(t *testing.T, h house) {
		ctx := t.Context()
		user, password, err := h.CreateUser(ctx, h.root, access.NewUser{Name: "李雷", Role: access.RoleViewer})
		code(t, err, "")
		if !user.MustChange || password == "" {
			t.Fatalf("user %+v with password %q", user, password)
		}
		for name, want := range map[string]vedette.Code{"": vedette.CodeInvalid, "system": vedette.CodeInvalid, "a b": vedette.CodeInvalid, "rule:x": vedette.CodeInvalid,
			"a\x00b": vedette.CodeInvalid, strings.Repeat("a", 65): vedette.CodeInvalid, "李雷": vedette.CodeConflict, "ROOT": vedette.CodeConflict} {
			_, _, err := h.CreateUser(ctx, h.root, access.NewUser{Name: name, Role: access.RoleViewer})
			code(t, err, want)
		}
		_, _, err = h.CreateUser(ctx, h.root, access.NewUser{Name: "x", Role: "king"})
		code(t, err, vedette.CodeInvalid)
		_, _, err = h.CreateUser(ctx, h.root, access.NewUser{Name: "x", Role: access.RoleViewer, Password: "short"})
		code(t, err, vedette.CodeInvalid)
		users, err := h.Users(ctx, "default")
		code(t, err, "")
		if len(users) != 2 || users[0].Name != "root" || users[1].Name != "李雷" {
			t.Fatalf("users %+v", users)
		}

		elsewhere := access.By{Principal: access.System("other")}
		role := access.RoleAnalyst
		_, err = h.UpdateUser(ctx, elsewhere, "李雷", access.UserEdit{Role: &role})
		code(t, err, vedette.CodeNotFound)
		code(t, h.DeleteUser(ctx, elsewhere, "李雷"), vedette.CodeNotFound)
		analyst := access.By{Principal: access.Principal{Tenant: "default", Name: "eve", Role: access.RoleResponder}}
		_, err = h.UpdateUser(ctx, analyst, "李雷", access.UserEdit{Role: &role})
		code(t, err, vedette.CodeDenied)
		_, err = h.ResetPassword(ctx, analyst, "root")
		code(t, err, vedette.CodeDenied)
		code(t, h.DeleteUser(ctx, analyst, "root"), vedette.CodeDenied)
		_, _, err = h.CreateToken(ctx, analyst, access.NewToken{Name: "x", Scopes: []string{"admin"}})
		code(t, err, vedette.CodeDenied)
		code(t, h.DeleteToken(ctx, analyst, "x"), vedette.CodeDenied)

		user, err = h.UpdateUser(ctx, h.root, "李雷", access.UserEdit{Role: &role})
		code(t, err, "")
		if user.Role != role {
			t.Fatalf("user %+v", user)
		}
		code(t, h.DeleteUser(ctx, h.root, "李雷"), "")
		code(t, h.DeleteUser(ctx, h.root, "李雷"), vedette.CodeNotFound)
	})
}

func TestLastAdministrator(t *testing.T) {
	inHouse(t, func(t *testing.T, h house) {
		ctx := t.Context()
		viewer, yes := access.RoleViewer, true
		_, err := h.UpdateUser(ctx, h.root, "root", access.UserEdit{Role: &viewer})
		code(t, err, vedette.CodeConflict)
		_, err = h.UpdateUser(ctx, h.root, "root", access.UserEdit{Disabled: &yes})
		code(t, err, vedette.CodeConflict)
		code(t, h.DeleteUser(ctx, h.root, "root"), vedette.CodeConflict)
		h.add(t, "second", access.RoleAdmin)
		code(t, h.DeleteUser(ctx, h.root, "root"), "")
		code(t, h.DeleteUser(ctx, h.root, "second"), vedette.CodeConflict)
	})
}

// TestRevocationIsImmediate takes rights away from sessions and tokens that were used a moment ago, and so are
// remembered.
func TestRevocationIsImmediate(t *testing.T) {
	viewer, yes, no := access.RoleViewer, true, false
	for name, take := range map[string]func(*testing.T, house){
		"demoted": func(t *testing.T, h house) {
			_, err := h.UpdateUser(t.Context(), h.root, "ana", access.UserEdit{Role: &viewer})
			code(t, err, "")
		},
		"disabled": func(t *testing.T, h house) {
			_, err := h.UpdateUser(t.Context(), h.root, "ana", access.UserEdit{Disabled: &yes})
			code(t, err, "")
			_, _, err = h.Login(t.Context(), "ana", good, here)
			code(t, err, vedette.CodeUnauthenticated)
			_, err = h.UpdateUser(t.Context(), h.root, "ana", access.UserEdit{Disabled: &no})
			code(t, err, "") // enabling brings no session back
		},
		"new password": func(t *testing.T, h house) {
			password, err := h.ResetPassword(t.Context(), h.root, "ana")
			code(t, err, "")
			_, _, err = h.Login(t.Context(), "ana", good, here)
			code(t, err, vedette.CodeUnauthenticated)
			session, _, err := h.Login(t.Context(), "ana", password, here)
			code(t, err, "")
			if !session.MustChange {
				t.Fatal("the new password need not be changed")
			}
		},
		"deleted": func(t *testing.T, h house) { code(t, h.DeleteUser(t.Context(), h.root, "ana"), "") },
		"deleted and added": func(t *testing.T, h house) {
			code(t, h.DeleteUser(t.Context(), h.root, "ana"), "")
			h.add(t, "ana", access.RoleAdmin)
		},
	} {
		t.Run(name, func(t *testing.T) {
			inHouse(t, func(t *testing.T, h house) {
				h.add(t, "ana", access.RoleAdmin)
				secret := h.login(t, "ana", good)
				_, err := h.Session(t.Context(), secret)
				code(t, err, "")
				take(t, h)
				_, err = h.Session(t.Context(), secret)
				code(t, err, vedette.CodeUnauthenticated)
			})
		})
	}
}

func TestTokens(t *testing.T) {
	inHouse(t, func(t *testing.T, h house) {
		ctx := t.Context()
		expires := time.Now().Add(time.Hour)
		token, secret, err := h.CreateToken(ctx, h.root, access.NewToken{Name: "rsyslog", Scopes: []string{"ingest", "ingest"}, Expires: expires})
		code(t, err, "")
		if !strings.HasPrefix(secret, "vdt_"+token.ID+"_") || len(token.Scopes) != 1 {
			t.Fatalf("token %+v with secret %q", token, secret)
		}
		p, err := h.Token(ctx, secret)
		code(t, err, "")
		if p.Name != "token:rsyslog" || p.Tenant != "default" || !p.May(access.Ingest) || p.May(access.Read) {
			t.Fatalf("principal %+v", p)
		}
		for _, none := range []string{"", "vdt_", secret[:len(secret)-1], secret + "x", secret[4:], "vdt_" + strings.Repeat("x", 1<<20)} {
			_, err := h.Token(ctx, none)
			code(t, err, vedette.CodeUnauthenticated)
		}
		for _, wrong := range []access.NewToken{{Scopes: []string{"read"}}, {Name: "x"}, {Name: "x", Scopes: []string{"everything"}}, {Name: "x\n", Scopes: []string{"read"}},
			{Name: "x", Scopes: []string{"read"}, Expires: time.Now()}} {
			_, _, err := h.CreateToken(ctx, h.root, wrong)
			code(t, err, vedette.CodeInvalid)
		}
		used := time.Now()
		<-time.After(59 * time.Minute)
		_, err = h.Token(ctx, secret)
		code(t, err, "")
		tokens, err := h.Tokens(ctx, "default")
		code(t, err, "")
		if len(tokens) != 1 || !tokens[0].LastUsed.Equal(used.Add(59*time.Minute)) {
			t.Fatalf("tokens %+v", tokens)
		}
		<-time.After(time.Minute) // remembered or not, it has expired
		_, err = h.Token(ctx, secret)
		code(t, err, vedette.CodeUnauthenticated)

		token, secret, err = h.CreateToken(ctx, h.root, access.NewToken{Name: "other", Scopes: []string{"read"}})
		code(t, err, "")
		_, err = h.Token(ctx, secret)
		code(t, err, "")
		code(t, h.DeleteToken(ctx, access.By{Principal: access.System("other")}, token.ID), vedette.CodeNotFound)
		code(t, h.DeleteToken(ctx, h.root, token.ID), "")
		_, err = h.Token(ctx, secret)
		code(t, err, vedette.CodeUnauthenticated)
	})
}

// TestOtherProcess takes a token away behind the gate's back, as another node would: it works within five seconds.
func TestOtherProcess(t *testing.T) {
	inHouse(t, func(t *testing.T, h house) {
		ctx := t.Context()
		token, secret, err := h.CreateToken(ctx, h.root, access.NewToken{Name: "x", Scopes: []string{"read"}})
		code(t, err, "")
		_, err = h.Token(ctx, secret)
		code(t, err, "")
		code(t, h.store.DeleteToken(ctx, "default", token.ID), "")
		<-time.After(5 * time.Second)
		_, err = h.Token(ctx, secret)
		code(t, err, vedette.CodeUnauthenticated)
	})
}

// TestOldHash signs in a user whose hash has the parameters of another time: it is renewed, and the session holds.
func TestOldHash(t *testing.T) {
	inHouse(t, func(t *testing.T, h house) {
		ctx := t.Context()
		// argon2id of "correct horse battery" with m=64, t=1, p=1
		old := "$argon2id$v=19$m=64,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$" + oldKey
		code(t, h.store.CreateUser(ctx, statestore.User{Name: "ana", Tenant: "default", Role: "viewer", Hash: old}), "")
		secret := h.login(t, "ana", good)
		_, err := h.Session(ctx, secret)
		code(t, err, "")
		user, err := h.store.UserByName(ctx, "ana")
		code(t, err, "")
		if !strings.HasPrefix(user.Hash, "$argon2id$v=19$m=19456,t=2,p=1$") {
			t.Fatalf("hash %s", user.Hash)
		}
		h.login(t, "ana", good)
		for _, damaged := range []string{"", "plain", "$argon2id$v=19$m=99999999,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$" + oldKey, "$argon2id$v=19$m=64,t=0,p=1$AAAA$" + oldKey} {
			user, err = h.store.UserByName(ctx, "ana")
			code(t, err, "")
			user.Hash = damaged
			code(t, h.store.UpdateUser(ctx, user), "")
			_, _, err = h.Login(ctx, "ana", good, here)
			code(t, err, vedette.CodeInternal)
		}
	})
}

// TestManyAtOnce asks from many goroutines while rights come and go; the race detector watches.
func TestManyAtOnce(t *testing.T) {
	inHouse(t, func(t *testing.T, h house) {
		_, secret, err := h.CreateToken(t.Context(), h.root, access.NewToken{Name: "keep", Scopes: []string{"ingest"}})
		code(t, err, "")
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() {
				for range 200 {
					if _, err := h.Token(t.Context(), secret); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		for range 20 {
			token, gone, err := h.CreateToken(t.Context(), h.root, access.NewToken{Name: "go", Scopes: []string{"read"}})
			code(t, err, "")
			_, err = h.Token(t.Context(), gone)
			code(t, err, "")
			code(t, h.DeleteToken(t.Context(), h.root, token.ID), "")
			_, err = h.Token(t.Context(), gone)
			code(t, err, vedette.CodeUnauthenticated)
		}
		group.Wait()
	})
}

func BenchmarkToken(b *testing.B) {
	store, err := statestore.Open(b.Context(), statestore.Config{URL: "sqlite://" + b.TempDir() + "/state.db"})
	if err != nil {
		b.Fatal(err)
	}
	defer store.Close()
	gate := access.New(store, time.Now)
	_, secret, err := gate.CreateToken(b.Context(), access.By{Principal: access.System("default")}, access.NewToken{Name: "x", Scopes: []string{"ingest"}})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := gate.Token(b.Context(), secret); err != nil {
			b.Fatal(err)
		}
	}
}

// oldKey is the argon2id key of the good password with 16 zero bytes of salt, m=64, t=1, p=1.
const oldKey = "zXWWUNxFCSQ7dVrBawnnax5e3t0/8LduYi2KAH2VCy8"
