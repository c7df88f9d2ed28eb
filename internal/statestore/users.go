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
}

const userColumns = "name, tenant, role, hash, must_change, disabled, created, updated, last_login"

func scanUser(scan func(...any) error) (User, error) {
	var u User
	var mustChange, disabled, created, updated, lastLogin int64
	err := scan(&u.Name, &u.Tenant, &u.Role, &u.Hash, &mustChange, &disabled, &created, &updated, &lastLogin)
	u.MustChange, u.Disabled = mustChange != 0, disabled != 0
	u.Created, u.Updated, u.LastLogin = moment(created), moment(updated), moment(lastLogin)
	return u, err
}

// CreateUser keeps a new user. A name that exists is a conflict.
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
		changed, err := q.exec(ctx, "INSERT INTO users ("+userColumns+") VALUES ("+marks(9)+") ON CONFLICT (name) DO NOTHING",
			user.Name, key(user.Tenant), user.Role, user.Hash, user.MustChange, user.Disabled, user.Created, user.Updated, user.LastLogin)
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

// UpdateUser replaces a user. Leaving a tenant without an enabled administrator is a conflict.
func (s *Store) UpdateUser(ctx context.Context, user User) error {
	return s.transaction(ctx, "update a user", func(q session) error {
		if user.Role != administrator || user.Disabled {
			if err := keepAdministrator(ctx, q, user.Name); err != nil {
				return err
			}
		}
		changed, err := q.exec(ctx, `UPDATE users SET tenant = ?, role = ?, hash = ?, must_change = ?, disabled = ?,
			created = ?, updated = ?, last_login = ? WHERE name = ?`, key(user.Tenant), user.Role, user.Hash,
			user.MustChange, user.Disabled, user.Created, user.Updated, user.LastLogin, key(user.Name))
		if err == nil && changed == 0 {
			return missing("user", user.Name)
		}
		return err
	})
}

// DeleteUser removes a user and the user's sessions. Removing a tenant's last enabled administrator is a conflict.
func (s *Store) DeleteUser(ctx context.Context, name string) error {
	return s.transaction(ctx, "remove a user", func(q session) error {
		if err := keepAdministrator(ctx, q, name); err != nil {
			return err
		}
		if _, err := q.exec(ctx, "DELETE FROM sessions WHERE user_name = ?", key(name)); err != nil {
			return err
		}
		changed, err := q.exec(ctx, "DELETE FROM users WHERE name = ?", key(name))
		if err == nil && changed == 0 {
			return missing("user", name)
		}
		return err
	})
}

// keepAdministrator refuses when the user is the last enabled administrator of the tenant. It locks all of them, so
// that two changes at once cannot each rely on the other's.
func keepAdministrator(ctx context.Context, q session, name string) error {
	user, err := oneUser(ctx, q, name)
	if err != nil {
		return err
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
	}, "SELECT name FROM users WHERE tenant = ? AND role = ? AND disabled = 0 ORDER BY name"+q.engine.lock, user.Tenant, administrator)
	if err == nil && among && others == 0 {
		return vedette.Errorf(vedette.CodeConflict, "%q is the last administrator: make another one first", name)
	}
	return err
}
