package statestore

import (
	"context"
	"time"

	"github.com/vedette-soc/vedette"
)

// administrator is the role that a tenant never loses its last bearer of.
const administrator = "admin"

// MaxUsers is how many users an installation can have.
const MaxUsers = 10_000

// User is a person who may sign in. Names are unique over all tenants.
type User struct {
	Name       string
	Tenant     string
	Role       string // viewer, analyst, responder or admin
	Hash       string // PHC string of the password
	MustChange bool   // the password has to be changed before anything else
	Disabled   bool
	Created    time.Time
	Updated    time.Time
	LastLogin  time.Time
	Version    int64 // grows by one with each change, logins aside
}

const userColumns = "name, tenant, role, hash, must_change, disabled, created, updated, last_login, version"

func scanUser(scan func(...any) error) (User, error) {
	var u User
	var mustChange, disabled, created, updated, lastLogin int64
	err := scan(&u.Name, &u.Tenant, &u.Role, &u.Hash, &mustChange, &disabled, &created, &updated, &lastLogin, &u.Version)
	u.MustChange, u.Disabled = mustChange != 0, disabled != 0
	u.Created, u.Updated, u.LastLogin = moment(created), moment(updated), moment(lastLogin)
	return u, err
}

// CreateUser keeps a new user at version 1. A name that exists is a conflict.
func (s *Store) CreateUser(ctx context.Context, user User) error {
	if err := named("a user", user.Name); err != nil {
		return err
	}
	return s.transaction(ctx, "create a user", func(q session) error {
		var count int64
		if _, err := q.one(ctx, []any{&count}, "SELECT count(*) FROM users"); err != nil {
			return err
		}
		if count >= MaxUsers {
			return vedette.Errorf(vedette.CodeLimited, "there are %d users; there is no room for more", count)
		}
		changed, err := q.exec(ctx, "INSERT INTO users ("+userColumns+") VALUES ("+marks(10)+") ON CONFLICT (name) DO NOTHING",
			user.Name, key(user.Tenant), user.Role, user.Hash, user.MustChange, user.Disabled, user.Created, user.Updated, user.LastLogin, 1)
		if err == nil && changed == 0 {
			return vedette.Errorf(vedette.CodeConflict, "there is a user %q already", user.Name)
		}
		return err
	})
}

// UserByName returns one user.
func (s *Store) UserByName(ctx context.Context, name string) (User, error) {
	user, err := oneUser(ctx, s.reading(), name)
	return user, s.engine.failure("read a user", err)
}

func oneUser(ctx context.Context, q session, name string) (User, error) {
	var user User
	found := false
	err := q.each(ctx, func(scan func(...any) error) (err error) {
		found = true
		user, err = scanUser(scan)
		return err
	}, "SELECT "+userColumns+" FROM users WHERE name = ?", key(name))
	if err == nil && !found {
		err = missing("user", name)
	}
	return user, err
}

// Users returns the users of a tenant by name; "" means of all tenants.
func (s *Store) Users(ctx context.Context, tenant string) ([]User, error) {
	query, args := "SELECT "+userColumns+" FROM users ORDER BY name", []any(nil)
	if tenant != "" {
		query, args = "SELECT "+userColumns+" FROM users WHERE tenant = ? ORDER BY name", []any{key(tenant)}
	}
	var users []User
	err := s.reading().each(ctx, func(scan func(...any) error) error {
		user, err := scanUser(scan)
		users = append(users, user)
		return err
	}, query, args...)
	return users, s.engine.failure("list users", err)
}

// UpdateUser replaces a user that is still at user.Version (0: at any) and raises that by one; LastLogin is left alone.
// A version that moved on is a conflict, and so is leaving a tenant without an enabled administrator.
func (s *Store) UpdateUser(ctx context.Context, user User) error {
	return s.transaction(ctx, "update a user", func(q session) error {
		stored, last, err := administered(ctx, q, user.Name)
		switch {
		case err != nil:
			return err
		case user.Version != 0 && user.Version != stored.Version:
			return moved("user", user.Name, user.Version, stored.Version)
		case last && (user.Role != administrator || user.Disabled || user.Tenant != stored.Tenant):
			return lastOne(user.Name)
		}
		_, err = q.exec(ctx, `UPDATE users SET tenant = ?, role = ?, hash = ?, must_change = ?, disabled = ?,
			created = ?, updated = ?, version = ? WHERE name = ?`, key(user.Tenant), user.Role, user.Hash,
			user.MustChange, user.Disabled, user.Created, user.Updated, stored.Version+1, stored.Name)
		return err
	})
}

// LoggedIn records when a user last signed in.
func (s *Store) LoggedIn(ctx context.Context, name string, at time.Time) error {
	_, err := s.change(ctx, "record a login", "UPDATE users SET last_login = ? WHERE name = ?", at, key(name))
	return err
}

// DeleteUser removes a user and the user's sessions. Removing a tenant's last enabled administrator is a conflict.
func (s *Store) DeleteUser(ctx context.Context, name string) error {
	return s.transaction(ctx, "remove a user", func(q session) error {
		stored, last, err := administered(ctx, q, name)
		if err != nil {
			return err
		}
		if last {
			return lastOne(name)
		}
		if _, err := q.exec(ctx, "DELETE FROM sessions WHERE user_name = ?", stored.Name); err != nil {
			return err
		}
		_, err = q.exec(ctx, "DELETE FROM users WHERE name = ?", stored.Name)
		return err
	})
}

func lastOne(name string) error {
	return vedette.Errorf(vedette.CodeConflict, "%q is the last administrator: make another one first", name)
}

// administered reads a user that is about to change and tells whether it is the last enabled administrator of its
// tenant. It locks all of them, so that two changes at once cannot each rely on the other's.
func administered(ctx context.Context, q session, name string) (User, bool, error) {
	user, err := oneUser(ctx, q, name)
	if err != nil {
		return user, false, err
	}
	among, others := false, 0
	err = q.each(ctx, func(scan func(...any) error) error {
		var other string
		err := scan(&other)
		if other == user.Name {
			among = true
		} else {
			others++
		}
		return err
	}, "SELECT name FROM users WHERE tenant = ? AND (name = ? OR role = ? AND disabled = 0) ORDER BY name"+q.engine.lock, user.Tenant, user.Name, administrator)
	if err != nil {
		return user, false, err
	}
	user, err = oneUser(ctx, q, name) // as it is now that nobody else can change it
	enabled := user.Role == administrator && !user.Disabled
	return user, among && enabled && others == 0, err
}
