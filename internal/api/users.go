package api

import (
	"context"
	"time"

	"github.com/vedette-soc/vedette/internal/access"
)

// User is a person who may log in.
type User struct {
	Name               string    `json:"name"`
	Role               string    `json:"role" enum:"viewer,analyst,responder,admin"`
	Disabled           bool      `json:"disabled"`
	MustChangePassword bool      `json:"must_change_password"`
	Created            time.Time `json:"created"`
	Updated            time.Time `json:"updated"`
	LastLogin          time.Time `json:"last_login,omitzero"`
}

// NewUser is a user just added, with the password to hand over when one was made.
type NewUser struct {
	User
	Password string `json:"password,omitempty" doc:"One-time password, shown this once; absent when the request gave one"`
}

// OneTimePassword is a password to hand over; it must be changed at the next login.
type OneTimePassword struct {
	Password string `json:"password" doc:"Shown this once"`
}

type createUserInput struct {
	Body struct {
		Name     string `json:"name" minLength:"1" maxLength:"64" pattern:"^[A-Za-z0-9][A-Za-z0-9._@-]*$" patternDescription:"letters, digits and . _ @ -" example:"lin.wei"`
		Role     string `json:"role" enum:"viewer,analyst,responder,admin"`
		Password string `json:"password,omitempty" maxLength:"1024" writeOnly:"true" doc:"Left out: a one-time password is made and returned"`
	}
}

type userInput struct {
	Name string `path:"name" maxLength:"64"`
}

type updateUserInput struct {
	Name string `path:"name" maxLength:"64"`
	Body struct {
		Role     *string `json:"role,omitempty" enum:"viewer,analyst,responder,admin"`
		Disabled *bool   `json:"disabled,omitempty" doc:"A disabled user is logged out at once"`
	}
}

func (a *API) registerPeople() {
	register(a, "listUsers", a.listUsers)
	register(a, "createUser", a.createUser)
	register(a, "updateUser", a.updateUser)
	register(a, "resetPassword", a.resetPassword)
	register(a, "deleteUser", a.deleteUser)
	register(a, "listTokens", a.listTokens)
	register(a, "createToken", a.createToken)
	register(a, "deleteToken", a.deleteToken)
	register(a, "listAudit", a.listAudit)
}

func (a *API) listUsers(ctx context.Context, _ *nothing) (*pageOutput[User], error) {
	users, err := a.deps.Gate.Users(ctx, requestOf(ctx).principal.Tenant)
	if err != nil {
		return nil, err
	}
	page := Page[User]{Total: int64(len(users))}
	for _, u := range users {
		page.Items = append(page.Items, userOf(u))
	}
	return &pageOutput[User]{Body: page}, nil
}

func (a *API) createUser(ctx context.Context, in *createUserInput) (*bodyOutput[NewUser], error) {
	user, password, err := a.deps.Gate.CreateUser(ctx, requestOf(ctx).by(), access.NewUser{Name: in.Body.Name, Role: access.Role(in.Body.Role), Password: in.Body.Password})
	if err != nil {
		return nil, err
	}
	return &bodyOutput[NewUser]{Body: NewUser{User: userOf(user), Password: password}}, nil
}

func (a *API) updateUser(ctx context.Context, in *updateUserInput) (*bodyOutput[User], error) {
	edit := access.UserEdit{Disabled: in.Body.Disabled}
	if in.Body.Role != nil {
		edit.Role = new(access.Role(*in.Body.Role))
	}
	user, err := a.deps.Gate.UpdateUser(ctx, requestOf(ctx).by(), in.Name, edit)
	if err != nil {
		return nil, err
	}
	return &bodyOutput[User]{Body: userOf(user)}, nil
}

func (a *API) resetPassword(ctx context.Context, in *userInput) (*bodyOutput[OneTimePassword], error) {
	password, err := a.deps.Gate.ResetPassword(ctx, requestOf(ctx).by(), in.Name)
	if err != nil {
		return nil, err
	}
	return &bodyOutput[OneTimePassword]{Body: OneTimePassword{Password: password}}, nil
}

func (a *API) deleteUser(ctx context.Context, in *userInput) (*nothing, error) {
	return nil, a.deps.Gate.DeleteUser(ctx, requestOf(ctx).by(), in.Name)
}

func userOf(u access.User) User {
	return User{
		Name: u.Name, Role: string(u.Role), Disabled: u.Disabled, MustChangePassword: u.MustChange,
		Created: u.Created, Updated: u.Updated, LastLogin: u.LastLogin,
	}
}
