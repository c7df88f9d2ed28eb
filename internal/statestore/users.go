package statestore

import (
	"context"
	"time"
)

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

// CreateUser keeps a new user. A name that exists is a conflict.
func (s *Store) CreateUser(ctx context.Context, user User) error { return unfinished() }

// UserByName returns one user.
func (s *Store) UserByName(ctx context.Context, name string) (User, error) {
	return User{}, unfinished()
}

// Users returns the users of a tenant by name; "" means of all tenants.
func (s *Store) Users(ctx context.Context, tenant string) ([]User, error) { return nil, unfinished() }

// UpdateUser replaces a user. Leaving a tenant without an enabled administrator is a conflict.
func (s *Store) UpdateUser(ctx context.Context, user User) error { return unfinished() }

// DeleteUser removes a user and the user's sessions. Removing a tenant's last enabled administrator is a conflict.
func (s *Store) DeleteUser(ctx context.Context, name string) error { return unfinished() }
