package access

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/statestore"
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
	Name     string // 1 to 64 letters, digits and . _ - @; kept in lower case
	Role     Role
	Password string // empty: one is made, to be changed at the first login
}

// UserEdit is what changes about a user; nil leaves as it is.
type UserEdit struct {
	Role     *Role
	Disabled *bool
}

func userOf(u statestore.User) User {
	return User{Name: u.Name, Tenant: u.Tenant, Role: Role(u.Role), MustChange: u.MustChange, Disabled: u.Disabled, Created: u.Created, Updated: u.Updated, LastLogin: u.LastLogin}
}

// canonicalName is a user name as it is kept. Case does not tell people apart.
func canonicalName(name string) string { return strings.ToLower(strings.TrimSpace(name)) }

func checkName(name string) error {
	fits := func(r rune) bool {
		return unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("._-@", r)
	}
	if name == "" || len(name) > 64 || strings.IndexFunc(name, func(r rune) bool { return !fits(r) }) >= 0 || name == "system" || name == "unknown" {
		return vedette.Errorf(vedette.CodeInvalid, "a user name has 1 to 64 letters, digits and . _ - @, and is neither system nor unknown")
	}
	return nil
}

func checkRole(role Role) error {
	if !slices.Contains([]Role{RoleViewer, RoleAnalyst, RoleResponder, RoleAdmin}, role) {
		return vedette.Errorf(vedette.CodeInvalid, "role %q is not one of viewer, analyst, responder, admin", role)
	}
	return nil
}

// FirstAdmin creates the user admin with a random password, to be changed at the first login, when there are no users
// at all. The password is returned this once.
func (g *Gate) FirstAdmin(ctx context.Context) (password string, created bool, err error) {
	users, err := g.store.Users(ctx, "")
	if err != nil || len(users) > 0 {
		return "", false, err
	}
	_, password, err = g.CreateUser(ctx, By{Principal: System(vedette.DefaultTenant)}, NewUser{Name: "admin", Role: RoleAdmin})
	if err != nil && vedette.CodeOf(err) == vedette.CodeConflict {
		return "", false, nil // another node was faster
	}
	return password, err == nil, err
}

// CreateUser adds a user and returns it with the password to hand over when one was made, else "".
func (g *Gate) CreateUser(ctx context.Context, by By, add NewUser) (User, string, error) {
	made := ""
	user := statestore.User{Name: canonicalName(add.Name), Tenant: by.Principal.Tenant, Role: string(add.Role), Created: g.now(), Updated: g.now()}
	if add.Password == "" {
		made = oneTimePassword()
		add.Password, user.MustChange = made, true
	}
	for _, check := range []error{allowed(by), checkName(user.Name), checkRole(add.Role), acceptable(user.Name, add.Password)} {
		if check != nil {
			return User{}, "", check
		}
	}
	var err error
	if user.Hash, err = g.hasher.hash(ctx, add.Password); err != nil {
		return User{}, "", err
	}
	if err := g.store.Audited(by.entry("user.create", user.Name, "role "+user.Role)).CreateUser(ctx, user); err != nil {
		return User{}, "", err
	}
	g.forgetUser(user.Name)
	return userOf(user), made, nil
}

// Users lists the users of a tenant by name.
func (g *Gate) Users(ctx context.Context, tenant string) ([]User, error) {
	stored, err := g.store.Users(ctx, tenant)
	users := make([]User, 0, len(stored))
	for _, user := range stored {
		users = append(users, userOf(user))
	}
	return users, err
}

// userFor reads a user whom by may change; one of another tenant does not exist.
func (g *Gate) userFor(ctx context.Context, by By, name string) (statestore.User, error) {
	if err := allowed(by); err != nil {
		return statestore.User{}, err
	}
	user, err := g.store.UserByName(ctx, canonicalName(name))
	if err == nil && user.Tenant != by.Principal.Tenant {
		return statestore.User{}, vedette.Errorf(vedette.CodeNotFound, "there is no user %q", name)
	}
	return user, err
}

// UpdateUser changes a user of by's tenant. The user's sessions end.
func (g *Gate) UpdateUser(ctx context.Context, by By, name string, edit UserEdit) (User, error) {
	user, err := g.userFor(ctx, by, name)
	if err != nil {
		return User{}, err
	}
	var changes []string
	if edit.Role != nil && string(*edit.Role) != user.Role {
		if err := checkRole(*edit.Role); err != nil {
			return User{}, err
		}
		changes = append(changes, fmt.Sprintf("role %s → %s", user.Role, *edit.Role))
		user.Role = string(*edit.Role)
	}
	if edit.Disabled != nil && *edit.Disabled != user.Disabled {
		changes = append(changes, map[bool]string{true: "disabled", false: "enabled"}[*edit.Disabled])
		user.Disabled = *edit.Disabled
	}
	if len(changes) == 0 {
		return userOf(user), nil
	}
	user.Updated = g.now()
	if err := g.store.Audited(by.entry("user.update", user.Name, strings.Join(changes, ", "))).UpdateUser(ctx, user); err != nil {
		return User{}, err
	}
	g.forgetUser(user.Name)
	return userOf(user), g.store.DeleteSessionsOf(ctx, user.Name)
}

// ResetPassword gives a user of by's tenant a random password, to be changed at the next login, and ends the user's
// sessions. The password is returned this once.
func (g *Gate) ResetPassword(ctx context.Context, by By, name string) (string, error) {
	user, err := g.userFor(ctx, by, name)
	if err != nil {
		return "", err
	}
	password := oneTimePassword()
	user.MustChange = true
	if _, err := g.setPassword(ctx, user, password, by.entry("user.password", user.Name, "a password to be changed at the next login")); err != nil {
		return "", err
	}
	return password, nil
}

// DeleteUser removes a user of by's tenant.
func (g *Gate) DeleteUser(ctx context.Context, by By, name string) error {
	user, err := g.userFor(ctx, by, name)
	if err != nil {
		return err
	}
	err = g.store.Audited(by.entry("user.delete", user.Name, "")).DeleteUser(ctx, user.Name)
	g.forgetUser(user.Name)
	return err
}
