package api_test

import (
	"context"
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/access"
	"github.com/vedette-soc/vedette/internal/api"
)

// operation is what the document says of an operation.
type operation struct {
	Method, Path string
	ID           string `yaml:"operationId"`
	Description  string `yaml:"description"`
}

func (o operation) between(from, to string) string {
	_, rest, _ := strings.Cut(o.Description, from)
	word, _, _ := strings.Cut(rest, to)
	return word
}

// documented reads the operations out of the document that a client would read.
func documented(t *testing.T) []operation {
	t.Helper()
	data, err := api.Document("1")
	must(t, err)
	var doc struct {
		Paths map[string]map[string]operation `yaml:"paths"`
	}
	must(t, yaml.Unmarshal(data, &doc))
	var all []operation
	for path, item := range doc.Paths {
		for method, op := range item {
			op.Method, op.Path = strings.ToUpper(method), path
			all = append(all, op)
		}
	}
	slices.SortFunc(all, func(a, b operation) int { return strings.Compare(a.ID, b.ID) })
	return all
}

func TestRolesMayWhatTheDocumentSays(t *testing.T) {
	h := open(t)
	may := map[string][]string{
		"viewer": {"read"}, "analyst": {"read", "write"}, "responder": {"read", "write", "respond"},
		"admin": {"read", "write", "respond", "admin"}, "ingester": {},
	}
	fill := strings.NewReplacer("{id}", "none", "{name}", "none", "{kind}", "host")
	for _, op := range documented(t) {
		need := op.between("Needs the permission ", ".")
		if need == "" || op.ID == "openStream" {
			continue
		}
		var body any
		if op.Method == http.MethodPost || op.Method == http.MethodPatch {
			body = "{}"
		}
		h.anon.do(op.Method, fill.Replace(op.Path), body).want(t, http.StatusUnauthorized)
		for role, has := range may {
			got := h.people[role].do(op.Method, fill.Replace(op.Path), body).StatusCode
			if slices.Contains(has, need) == (got == http.StatusForbidden) || got == http.StatusUnauthorized || got >= 500 {
				t.Errorf("%s by %s gives %d; it needs %s", op.ID, role, got, need)
			}
		}
	}
}

func TestLoginAndLogout(t *testing.T) {
	h := open(t)
	by := access.By{Principal: access.System(vedette.DefaultTenant)}
	_, _, err := h.gate.CreateUser(t.Context(), by, access.NewUser{Name: "lin.wei", Role: access.RoleAnalyst, Password: password})
	must(t, err)
	wrong := into[api.Problem](t, h.anon.do("POST", "/api/v1/session", map[string]any{"name": "lin.wei", "password": "wrong"}).want(t, 401))
	nobody := into[api.Problem](t, h.anon.do("POST", "/api/v1/session", map[string]any{"name": "nobody", "password": "wrong"}).want(t, 401))
	if wrong.Detail != nobody.Detail {
		t.Errorf("an unknown name is told from a wrong password: %q, %q", wrong.Detail, nobody.Detail)
	}
	in := h.anon.do("POST", "/api/v1/session", map[string]any{"name": "lin.wei", "password": password}).want(t, 200)
	cookie := in.Cookies()[0]
	if !cookie.HttpOnly || cookie.SameSite != http.SameSiteStrictMode || cookie.Secure || cookie.Path != "/" {
		t.Errorf("the cookie is %v", cookie)
	}
	if strings.Contains(string(in.body), cookie.Value) {
		t.Error("the secret is in the body")
	}
	c := &client{h: h, cookie: cookie}
	me := into[api.Session](t, c.do("GET", "/api/v1/session", nil).want(t, 200))
	if me.Name != "lin.wei" || me.Role != "analyst" || !slices.Contains(me.Permissions, "write") || slices.Contains(me.Permissions, "admin") {
		t.Errorf("%+v", me)
	}
	// A write from a page of another origin is refused, whatever cookie it carries.
	c.do("DELETE", "/api/v1/session", nil, "Sec-Fetch-Site", "cross-site").want(t, 403)
	c.do("DELETE", "/api/v1/session", nil, "Origin", "https://evil.example").want(t, 403)
	out := c.do("DELETE", "/api/v1/session", nil).want(t, 204)
	if got := out.Cookies()[0]; got.Value != "" || got.MaxAge >= 0 {
		t.Errorf("the cookie is not taken away: %v", got)
	}
	c.do("GET", "/api/v1/session", nil).want(t, 401)
	entries := h.audited(t)
	for _, what := range []string{"session.login", "session.logout"} {
		if _, ok := find(entries, what); !ok {
			t.Errorf("%s is not in the audit log", what)
		}
	}
}

func TestOneTimePasswordOpensOnlyTheDoorToItsChange(t *testing.T) {
	h := open(t)
	made := into[api.NewUser](t, h.people["admin"].do("POST", "/api/v1/users", map[string]any{"name": "new", "role": "viewer"}).want(t, 201))
	if made.Password == "" {
		t.Fatal("no one-time password")
	}
	in := h.anon.do("POST", "/api/v1/session", map[string]any{"name": "new", "password": made.Password}).want(t, 200)
	if s := into[api.Session](t, in); !s.MustChangePassword || len(s.Permissions) != 0 {
		t.Errorf("%+v", s)
	}
	c := &client{h: h, cookie: in.Cookies()[0]}
	p := into[api.Problem](t, c.do("GET", "/api/v1/incidents", nil).want(t, 403))
	if !strings.Contains(p.Detail, "password") {
		t.Errorf("the problem does not say what to do: %s", p.Detail)
	}
	changed := c.do("POST", "/api/v1/session/password", map[string]any{"current": made.Password, "new": password}).want(t, 200)
	c.do("GET", "/api/v1/session", nil).want(t, 401) // the old session has ended
	c.cookie = changed.Cookies()[0]
	c.do("GET", "/api/v1/incidents", nil).want(t, 200)
	h.people["admin"].do("PATCH", "/api/v1/users/new", map[string]any{"disabled": true}).want(t, 200)
	c.do("GET", "/api/v1/incidents", nil).want(t, 401)
}

func TestTokensOfElasticsearchClients(t *testing.T) {
	h := open(t)
	secret := h.people["ingester"].secret
	pair := base64.StdEncoding.EncodeToString([]byte("vedette:" + secret))
	for _, header := range []string{"Bearer " + secret, "ApiKey " + secret, "ApiKey " + pair, "Basic " + pair} {
		c := &client{h: h, header: header}
		got := c.do("POST", "/ingest/v1/events", "{}").want(t, 200)
		if string(got.body) != "token:ingester" {
			t.Errorf("%s: the receiver saw %q", header[:8], got.body)
		}
		c.do("GET", "/api/v1/incidents", nil).want(t, 403)
	}
	h.people["viewer"].do("POST", "/ingest/v1/events", "{}").want(t, 403)
	a := h.anon.do("POST", "/ingest/v1/events", "{}").want(t, 401)
	if a.Header.Get("WWW-Authenticate") == "" {
		t.Error("401 does not say how to get in")
	}
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, "/", nil)
	must(t, err)
	req.Header.Set("Authorization", "Bearer "+secret)
	req.RemoteAddr = "192.0.2.1:1"
	if p, err := h.api.Authenticate(req); err != nil || p.Name != "token:ingester" {
		t.Errorf("Authenticate gives %+v, %v", p, err)
	}
}

func TestTooManyRequests(t *testing.T) {
	h := open(t, func(c *api.Config) { c.Rate, c.Burst, c.Failures = 0.01, 5, 2 })
	c := h.people["viewer"]
	for range 5 {
		c.do("GET", "/api/v1/session", nil).want(t, 200)
	}
	a := c.do("GET", "/api/v1/session", nil).want(t, 429)
	if a.Header.Get("Retry-After") == "" || into[api.Problem](t, a).Code != vedette.CodeLimited {
		t.Errorf("%v %s", a.Header, a.body)
	}
	h.people["analyst"].do("GET", "/api/v1/session", nil).want(t, 200) // others are not disturbed
	bad := &client{h: h, header: "Bearer vdt_wrong"}
	bad.do("GET", "/api/v1/session", nil).want(t, 401)
	bad.do("GET", "/api/v1/session", nil).want(t, 401)
	bad.do("GET", "/api/v1/session", nil).want(t, 429)
	h.people["admin"].do("GET", "/api/v1/session", nil).want(t, 200) // same address, good secret
}

func TestGuessingPasswordsIsSlowed(t *testing.T) {
	h := open(t)
	limited := false
	for range 40 {
		a := h.anon.do("POST", "/api/v1/session", map[string]any{"name": "admin", "password": "guess"})
		if limited = a.StatusCode == http.StatusTooManyRequests; limited {
			a.want(t, 429)
			break
		}
	}
	if !limited {
		t.Error("forty guesses were answered")
	}
}

func TestUsersAndTokens(t *testing.T) {
	h := open(t)
	c := h.people["admin"]
	c.do("POST", "/api/v1/users", map[string]any{"name": "ada", "role": "responder", "password": password}).want(t, 201)
	c.do("POST", "/api/v1/users", map[string]any{"name": "ada", "role": "viewer", "password": password}).want(t, 409)
	c.do("POST", "/api/v1/users", map[string]any{"name": "a b", "role": "viewer"}).want(t, 400)
	c.do("POST", "/api/v1/users", map[string]any{"name": "ada2", "role": "boss"}).want(t, 400)
	c.do("PATCH", "/api/v1/users/ada", map[string]any{"role": "viewer"}).want(t, 200)
	if reset := into[api.OneTimePassword](t, c.do("POST", "/api/v1/users/ada/password", nil).want(t, 200)); reset.Password == "" {
		t.Error("no password")
	}
	users := into[api.Page[api.User]](t, c.do("GET", "/api/v1/users", nil).want(t, 200))
	if users.Total != 1 || users.Items[0].Role != "viewer" || !users.Items[0].MustChangePassword {
		t.Errorf("%+v", users)
	}
	c.do("DELETE", "/api/v1/users/ada", nil).want(t, 204)
	c.do("DELETE", "/api/v1/users/ada", nil).want(t, 404)
	c.do("POST", "/api/v1/tokens", map[string]any{"name": "x", "scopes": []string{"everything"}}).want(t, 400)
	c.do("POST", "/api/v1/tokens", map[string]any{"name": "x", "scopes": []string{"read"}, "expires": time.Now().Add(-time.Hour)}).want(t, 400)
	made := into[api.NewToken](t, c.do("POST", "/api/v1/tokens", map[string]any{"name": "x", "scopes": []string{"read"}}).want(t, 201))
	fresh := &client{h: h, header: "Bearer " + made.Secret}
	fresh.do("GET", "/api/v1/incidents", nil).want(t, 200)
	listed := c.do("GET", "/api/v1/tokens", nil).want(t, 200)
	if strings.Contains(string(listed.body), made.Secret) {
		t.Error("the list tells secrets")
	}
	c.do("DELETE", "/api/v1/tokens/"+made.ID, nil).want(t, 204)
	fresh.do("GET", "/api/v1/incidents", nil).want(t, 401)
}
