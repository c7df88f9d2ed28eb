package access

import (
	"context"
	"time"
)

// User is a person who may sign in.
type User struct {
	Name       string    `json:"name"`
	Tenant     string    `json:"tenant"`
	Role       Role      `json:"role" enum:"viewer,analyst,responder,admin"`
	MustChange bool      `json:"must_change_password"`
	Disabled   bool      `json:"disabled"`
	Created    time.Time `json:"created"`
	Updated    time.Time `json:"updated"`
	LastLogin  time.Time `json:"last_login,omitzero"`
}

// NewUser is a person to be added to the tenant of whoever adds.
type NewUser struct {
	Name     string
	Role     Role
	Password string // empty: one is made, to be changed at the first login
}

// UserEdit is what changes about a user; nil leaves as it is.
type UserEdit struct {
	Role     *Role
	Disabled *bool
}

// FirstAdmin creates the user admin with a random password, to be changed at the first login, when there are no users
// at all. The password is returned this once.
func (g *Gate) FirstAdmin(ctx context.Context) (password string, created bool, err error) {
	return "", false, unfinished()
}

// CreateUser adds a user and returns it with the password to hand over when one was made, else "".
func (g *Gate) CreateUser(ctx context.Context, by By, add NewUser) (User, string, error) {
	return User{}, "", unfinished()
}

// Users lists the users of a tenant by name.
func (g *Gate) Users(ctx context.Context, tenant string) ([]User, error) { return nil, unfinished() }

// UpdateUser changes a user of by's tenant. A changed role or disabling ends the user's sessions.
func (g *Gate) UpdateUser(ctx context.Context, by By, name string, edit UserEdit) (User, error) {
	return User{}, unfinished()
}

// ResetPassword gives a user of by's tenant a random password, to be changed at the next login, and ends the user's
// sessions. The password is returned this once.
func (g *Gate) ResetPassword(ctx context.Context, by By, name string) (string, error) {
	return "", unfinished()
}

// DeleteUser removes a user of by's tenant.
func (g *Gate) DeleteUser(ctx context.Context, by By, name string) error { return unfinished() }
