package api

import (
	"context"
	"net/http"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/access"
)

// Session is who is asking, and what they may do.
type Session struct {
	Name               string   `json:"name" example:"lin.wei"`
	Role               string   `json:"role,omitempty" enum:"viewer,analyst,responder,admin" doc:"Absent for a token"`
	Tenant             string   `json:"tenant" example:"default"`
	MustChangePassword bool     `json:"must_change_password" doc:"The password was given by someone else; until it is changed, only that is allowed"`
	Permissions        []string `json:"permissions" enum:"read,write,respond,admin,ingest" doc:"What this session may do"`
}

type loginInput struct {
	Body struct {
		Name     string `json:"name" minLength:"1" maxLength:"128" example:"admin"`
		Password string `json:"password" minLength:"1" maxLength:"1024" writeOnly:"true"`
	}
}

type sessionOutput struct {
	SetCookie string `header:"Set-Cookie" doc:"The session: HttpOnly, SameSite=Strict, Secure over HTTPS"`
	Body      Session
}

type logoutOutput struct {
	SetCookie string `header:"Set-Cookie" doc:"Takes the session away"`
}

type passwordInput struct {
	Body struct {
		Current string `json:"current" minLength:"1" maxLength:"1024" writeOnly:"true"`
		New     string `json:"new" minLength:"1" maxLength:"1024" writeOnly:"true" doc:"Must be hard to guess; the answer says what is missing"`
	}
}

func (a *API) registerSession() {
	register(a, "login", a.login)
	register(a, "currentSession", a.currentSession)
	register(a, "logout", a.logout)
	register(a, "changePassword", a.changePassword)
	register(a, "getToday", a.getToday)
	register(a, "openStream", a.openStream)
}

func (a *API) login(ctx context.Context, in *loginInput) (*sessionOutput, error) {
	q := requestOf(ctx)
	s, secret, err := a.deps.Gate.Login(ctx, in.Body.Name, in.Body.Password, q.from)
	if err != nil {
		return nil, err
	}
	return &sessionOutput{SetCookie: sessionCookie(secret, s.Expires, q.https), Body: sessionOf(s.Principal())}, nil
}

func (a *API) currentSession(ctx context.Context, _ *nothing) (*bodyOutput[Session], error) {
	return &bodyOutput[Session]{Body: sessionOf(requestOf(ctx).principal)}, nil
}

func (a *API) logout(ctx context.Context, _ *nothing) (*logoutOutput, error) {
	q := requestOf(ctx)
	if q.secret == "" {
		return nil, vedette.Errorf(vedette.CodeInvalid, "a token has no session to end; delete the token instead")
	}
	if err := a.deps.Gate.Logout(ctx, q.secret, q.from); err != nil {
		return nil, err
	}
	return &logoutOutput{SetCookie: sessionCookie("", time.Unix(0, 0), q.https)}, nil
}

func (a *API) changePassword(ctx context.Context, in *passwordInput) (*sessionOutput, error) {
	q := requestOf(ctx)
	if q.secret == "" {
		return nil, vedette.Errorf(vedette.CodeDenied, "a token cannot change a password")
	}
	s, secret, err := a.deps.Gate.ChangePassword(ctx, q.secret, in.Body.Current, in.Body.New, q.from)
	if err != nil {
		return nil, err
	}
	return &sessionOutput{SetCookie: sessionCookie(secret, s.Expires, q.https), Body: sessionOf(s.Principal())}, nil
}

func sessionOf(p access.Principal) Session {
	s := Session{Name: p.Name, Role: string(p.Role), Tenant: p.Tenant, MustChangePassword: p.MustChange}
	for _, op := range p.Permissions() {
		s.Permissions = append(s.Permissions, string(op))
	}
	return s
}

func sessionCookie(secret string, expires time.Time, https bool) string {
	c := http.Cookie{
		Name: cookieName, Value: secret, Path: "/", Expires: expires, HttpOnly: true, Secure: https, SameSite: http.SameSiteStrictMode,
	}
	if secret == "" {
		c.MaxAge = -1
	}
	return c.String()
}
