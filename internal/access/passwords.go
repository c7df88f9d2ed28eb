package access

import (
	"context"
	"crypto/rand"
	"strings"
	"unicode/utf8"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/statestore"
)

// The password policy.
const (
	MinPassword = 12   // characters
	MaxPassword = 1024 // bytes
)

// ChangePassword replaces the password of the person whose session secret this is. Every session of that person ends,
// and a new one with its secret is returned. A wrong old password is unauthenticated, a fresh one against the policy
// invalid.
func (g *Gate) ChangePassword(ctx context.Context, secret, old, fresh, from string) (Session, string, error) {
	_, user, err := g.session(ctx, secret)
	if err != nil {
		return Session{}, "", err
	}
	back, err := g.guesses.take(user.Name, from, g.now())
	if err != nil {
		return Session{}, "", err
	}
	user, right, err := g.checkPassword(ctx, user.Name, old)
	if err != nil {
		return Session{}, "", err
	}
	if !right {
		return Session{}, "", g.failed(ctx, user, "password", from)
	}
	back()
	if err := acceptable(user.Name, fresh); err != nil {
		return Session{}, "", err
	}
	if fresh == old {
		return Session{}, "", vedette.Errorf(vedette.CodeInvalid, "the new password is the old one")
	}
	user.MustChange = false
	by := By{principalOf(user), from}
	if user, err = g.setPassword(ctx, user, fresh, by.entry("session.password", user.Name, "")); err != nil {
		return Session{}, "", err
	}
	return g.begin(ctx, user, by.entry("session.login", user.Name, "after a new password"), from)
}

// setPassword keeps a new password, and MustChange. The user's sessions are over from here on: they name an older version of the user.
func (g *Gate) setPassword(ctx context.Context, user statestore.User, password string, entry vedette.AuditEntry) (statestore.User, error) {
	hash, err := g.hasher.hash(ctx, password)
	if err != nil {
		return user, err
	}
	user.Hash, user.Updated = hash, g.now()
	if err := g.store.Audited(entry).UpdateUser(ctx, user); err != nil {
		return user, err
	}
	g.forgetUser(user.Name)
	user.Version++
	return user, g.store.DeleteSessionsOf(ctx, user.Name)
}

// acceptable tells whether a person may choose this password.
func acceptable(name, password string) error {
	switch {
	case utf8.RuneCountInString(password) < MinPassword:
		return vedette.Errorf(vedette.CodeInvalid, "a password has at least %d characters", MinPassword)
	case len(password) > MaxPassword:
		return vedette.Errorf(vedette.CodeInvalid, "a password has at most %d bytes", MaxPassword)
	}
	different := map[rune]bool{}
	for _, r := range password {
		different[r] = true
	}
	rest := strings.ReplaceAll(strings.ToLower(password), strings.ToLower(name), "")
	if len(different) < 5 || utf8.RuneCountInString(rest) < MinPassword/2 {
		return vedette.Errorf(vedette.CodeInvalid, "the password is too easy to guess: choose one that is neither the name nor a few characters repeated")
	}
	return nil
}

// oneTimePassword makes a password for a person to type once: 20 letters and digits without those that look alike, 98 bits.
func oneTimePassword() string {
	const letters = "abcdefghjkmnpqrstuvwxyz23456789"
	var b strings.Builder
	for b.Len() < 23 {
		if b.Len()%6 == 5 {
			b.WriteByte('-')
			continue
		}
		var one [1]byte
		rand.Read(one[:]) // never fails
		if int(one[0]) < 256/len(letters)*len(letters) {
			b.WriteByte(letters[int(one[0])%len(letters)])
		}
	}
	return b.String()
}
