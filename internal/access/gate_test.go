package access_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/access"
	"github.com/vedette-soc/vedette/internal/statestore"
)

const (
	good = "correct horse battery"
	here = "192.0.2.1:4711"
)

// house is a gate over an empty store with an administrator.
type house struct {
	*access.Gate
	store *statestore.Store
	root  access.By
}

// inHouse runs a test with a fake clock.
func inHouse(t *testing.T, test func(t *testing.T, h house)) {
	synctest.Test(t, func(t *testing.T) {
		store, err := statestore.Open(t.Context(), statestore.Config{URL: "sqlite://" + t.TempDir() + "/state.db"})
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := store.Close(); err != nil {
				t.Error(err)
			}
		}()
		h := house{access.New(store, time.Now), store, access.By{Principal: access.System("default"), From: "local"}}
		h.add(t, "root", access.RoleAdmin)
		test(t, h)
		proof, err := store.VerifyAudit(context.Background())
		if err != nil || proof.Broken != 0 {
			t.Errorf("audit log %+v, %v", proof, err)
		}
	})
}

func (h house) add(t *testing.T, name string, role access.Role) {
	t.Helper()
	if _, _, err := h.CreateUser(t.Context(), h.root, access.NewUser{Name: name, Role: role, Password: good}); err != nil {
		t.Fatal(err)
	}
}

func (h house) login(t *testing.T, name, password string) string {
	t.Helper()
	_, secret, err := h.Login(t.Context(), name, password, here)
	if err != nil {
		t.Fatal(err)
	}
	return secret
}

// code checks the code of an error; "" wants none.
func code(t *testing.T, err error, want vedette.Code) {
	t.Helper()
	switch {
	case want == "" && err == nil:
	case err == nil || vedette.CodeOf(err) != want:
		t.Fatalf("error %v (cause %v), want %q", err, errors.Unwrap(err), want)
	}
}

func TestLogin(t *testing.T) {
	inHouse(t, func(t *testing.T, h house) {
		ctx := t.Context()
		h.add(t, "Ana", access.RoleAnalyst)
		session, secret, err := h.Login(ctx, " ana", good, here)
		code(t, err, "")
		if session.Name != "ana" || session.Role != access.RoleAnalyst || !session.Expires.Equal(time.Now().Add(access.SessionLife)) {
			t.Fatalf("session %+v", session)
		}
		p, err := h.Session(ctx, secret)
		code(t, err, "")
		if p.Name != "ana" || p.Tenant != "default" || !p.May(access.Write) || p.May(access.Respond) {
			t.Fatalf("principal %+v", p)
		}
		var texts []string
		for _, wrong := range [][2]string{{"ana", "wrong horse battery"}, {"nobody", good}, {"", ""}, {strings.Repeat("x", 1<<20), good}, {"ana", strings.Repeat("x", 1<<20)}, {"ana", ""}} {
			_, _, err := h.Login(ctx, wrong[0], wrong[1], "192.0.2.9")
			code(t, err, vedette.CodeUnauthenticated)
			texts = append(texts, err.Error())
		}
		for _, text := range texts {
			if text != texts[0] {
				t.Fatalf("a wrong name says %q, a wrong password %q", text, texts[0])
			}
		}
		for _, none := range []string{"", "x", secret + "x", strings.Repeat("x", 1<<20)} {
			_, err := h.Session(ctx, none)
			code(t, err, vedette.CodeUnauthenticated)
		}
		entries, _, _, err := h.store.AuditLog(ctx, statestore.AuditFilter{Tenant: "default"}, statestore.Page{})
		code(t, err, "")
		got := map[string]int{}
		for _, e := range entries {
			got[fmt.Sprint(e.What, " ", e.Who, " ", e.Failed)]++
		}
		want := map[string]int{"user.create system false": 2, "session.login ana false": 1, "session.login ana true": 3, "session.login unknown true": 3}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("audit log %v, want %v", got, want)
		}
	})
}

func TestSessionExpiry(t *testing.T) {
	inHouse(t, func(t *testing.T, h house) {
		ctx := t.Context()
		idle, busy := h.login(t, "root", good), h.login(t, "root", good)
		for range 20 { // used every eight hours: it outlives the idle one, until its life is over
			<-time.After(8 * time.Hour)
			_, err := h.Session(ctx, busy)
			code(t, err, "")
		}
		_, err := h.Session(ctx, idle)
		code(t, err, vedette.CodeUnauthenticated)
		<-time.After(8*time.Hour - time.Second)
		_, err = h.Session(ctx, busy)
		code(t, err, "")
		<-time.After(time.Second)
		_, err = h.Session(ctx, busy)
		code(t, err, vedette.CodeUnauthenticated)
		code(t, h.Logout(ctx, busy, here), "")
	})
}

// TestSessionOfAnOlderUser checks a session that began just before the password changed and was kept just after.
func TestSessionOfAnOlderUser(t *testing.T) {
	inHouse(t, func(t *testing.T, h house) {
		for version, want := range map[int64]vedette.Code{0: vedette.CodeUnauthenticated, 1: "", 2: vedette.CodeUnauthenticated} {
			secret := fmt.Sprint("secret", version)
			code(t, h.store.CreateSession(t.Context(), statestore.Session{Hash: sha256.Sum256([]byte(secret)), User: "root",
				Created: time.Now(), Seen: time.Now(), Expires: time.Now().Add(time.Hour), Version: version}), "")
			_, err := h.Session(t.Context(), secret)
			code(t, err, want)
		}
	})
}

func TestLogout(t *testing.T) {
	inHouse(t, func(t *testing.T, h house) {
		ctx := t.Context()
		one, two := h.login(t, "root", good), h.login(t, "root", good)
		for _, secret := range []string{one, two} {
			_, err := h.Session(ctx, secret)
			code(t, err, "")
		}
		code(t, h.Logout(ctx, one, here), "")
		code(t, h.Logout(ctx, one, here), "")
		_, err := h.Session(ctx, one)
		code(t, err, vedette.CodeUnauthenticated)
		_, err = h.Session(ctx, two)
		code(t, err, "")
	})
}

func TestFirstAdmin(t *testing.T) {
	store, err := statestore.Open(t.Context(), statestore.Config{URL: "sqlite://" + t.TempDir() + "/state.db"})
	code(t, err, "")
	t.Cleanup(func() { code(t, store.Close(), "") })
	gate := access.New(store, time.Now)
	password, created, err := gate.FirstAdmin(t.Context())
	code(t, err, "")
	if !created || len(password) < 20 {
		t.Fatalf("created %v with %q", created, password)
	}
	session, secret, err := gate.Login(t.Context(), "admin", password, here)
	code(t, err, "")
	if !session.MustChange || session.Role != access.RoleAdmin {
		t.Fatalf("session %+v", session)
	}
	p, err := gate.Session(t.Context(), secret)
	code(t, err, "")
	if len(p.Permissions()) != 0 {
		t.Fatalf("before the password is changed it may %v", p.Permissions())
	}
	_, _, err = gate.CreateUser(t.Context(), access.By{Principal: p}, access.NewUser{Name: "x", Role: access.RoleViewer})
	code(t, err, vedette.CodeDenied)
	_, secret, err = gate.ChangePassword(t.Context(), secret, password, good, here)
	code(t, err, "")
	p, err = gate.Session(t.Context(), secret)
	code(t, err, "")
	if len(p.Permissions()) != 5 {
		t.Fatalf("after that it may %v", p.Permissions())
	}
	if password, created, err = gate.FirstAdmin(t.Context()); err != nil || created || password != "" {
		t.Fatalf("second time: %q, %v, %v", password, created, err)
	}
}

func TestChangePassword(t *testing.T) {
	inHouse(t, func(t *testing.T, h house) {
		ctx := t.Context()
		h.add(t, "ana", access.RoleViewer)
		one, two := h.login(t, "ana", good), h.login(t, "ana", good)
		for _, c := range []struct {
			old, fresh string
			want       vedette.Code
		}{
			{"wrong horse battery", "another horse battery", vedette.CodeUnauthenticated},
			{good, "short", vedette.CodeInvalid}, {good, "anaanaanaanaana", vedette.CodeInvalid}, {good, "aaaaaaaaaaaaaaa", vedette.CodeInvalid},
			{good, good, vedette.CodeInvalid}, {good, strings.Repeat("horse", 1000), vedette.CodeInvalid},
		} {
			_, _, err := h.ChangePassword(ctx, one, c.old, c.fresh, here)
			code(t, err, c.want)
		}
		_, _, err := h.ChangePassword(ctx, "nothing", good, "another horse battery", here)
		code(t, err, vedette.CodeUnauthenticated)
		_, three, err := h.ChangePassword(ctx, one, good, "正确的马 电池 订书钉 山羊", here)
		code(t, err, "")
		for secret, want := range map[string]vedette.Code{one: vedette.CodeUnauthenticated, two: vedette.CodeUnauthenticated, three: ""} {
			_, err := h.Session(ctx, secret)
			code(t, err, want)
		}
		_, _, err = h.Login(ctx, "ana", good, here)
		code(t, err, vedette.CodeUnauthenticated)
		h.login(t, "ana", "正确的马 电池 订书钉 山羊")
	})
}

func TestGuessing(t *testing.T) {
	inHouse(t, func(t *testing.T, h house) {
		h.add(t, "ana", access.RoleViewer)
		guess := func(name, from string) vedette.Code {
			_, _, err := h.Login(t.Context(), name, "wrong horse battery", from)
			return vedette.CodeOf(err)
		}
		until := func(most int, try func(i int) vedette.Code) int {
			for i := range most {
				if try(i) == vedette.CodeLimited {
					return i
				}
			}
			return most
		}
		if n := until(20, func(int) vedette.Code { return guess("ana", "192.0.2.7:1") }); n != 5 {
			t.Fatalf("one name from one address: %d guesses", n)
		}
		_, _, err := h.Login(t.Context(), "ana", good, "192.0.2.7:2")
		code(t, err, vedette.CodeLimited)
		_, _, err = h.Login(t.Context(), "ana", good, here) // from elsewhere she still comes in
		code(t, err, "")
		if n := until(60, func(i int) vedette.Code { return guess(fmt.Sprint("name", i), "192.0.2.8") }); n != 20 {
			t.Fatalf("many names from one address: %d guesses", n)
		}
		if n := until(60, func(i int) vedette.Code { return guess(fmt.Sprint("six", i), fmt.Sprintf("2001:db8::%x", i)) }); n != 20 {
			t.Fatalf("many names from one network: %d guesses", n)
		}
		if n := until(100, func(i int) vedette.Code { return guess("root", fmt.Sprintf("198.51.100.%d", i)) }); n != 50 {
			t.Fatalf("one name from many addresses: %d guesses", n)
		}
		<-time.After(30 * time.Second)
		_, _, err = h.Login(t.Context(), "ana", good, "192.0.2.7:3")
		code(t, err, "")
		for range 30 { // right passwords use nothing up
			_, _, err = h.Login(t.Context(), "ana", good, here)
			code(t, err, "")
		}
	})
}

func TestMay(t *testing.T) {
	all := []access.Permission{access.Ingest, access.Read, access.Write, access.Respond, access.Admin}
	for _, c := range []struct {
		p    access.Principal
		want string
	}{
		{access.Principal{}, "[]"},
		{access.Principal{Role: "odd"}, "[]"},
		{access.Principal{Role: access.RoleViewer}, "[read]"},
		{access.Principal{Role: access.RoleAnalyst}, "[read write]"},
		{access.Principal{Role: access.RoleResponder}, "[read write respond]"},
		{access.Principal{Role: access.RoleAdmin}, "[ingest read write respond admin]"},
		{access.Principal{Role: access.RoleAdmin, MustChange: true}, "[]"},
		{access.Principal{Scopes: []string{"ingest"}}, "[ingest]"},
		{access.Principal{Scopes: []string{"read"}}, "[read]"},
		{access.Principal{Scopes: []string{"write"}}, "[read write]"},
		{access.Principal{Scopes: []string{"respond", "ingest"}}, "[ingest read respond]"},
		{access.Principal{Scopes: []string{"admin"}}, "[ingest read write respond admin]"},
	} {
		var may []access.Permission
		for _, op := range all {
			if c.p.May(op) {
				may = append(may, op)
			}
		}
		if got := fmt.Sprint(may); got != c.want || fmt.Sprint(c.p.Permissions()) != c.want {
			t.Errorf("%+v may %s, want %s", c.p, got, c.want)
		}
	}
}
