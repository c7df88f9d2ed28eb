package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/access"
	"github.com/vedette-soc/vedette/internal/api"
	"github.com/vedette-soc/vedette/internal/catalog"
	"github.com/vedette-soc/vedette/internal/detect"
	"github.com/vedette-soc/vedette/internal/detect/hunt"
	"github.com/vedette-soc/vedette/internal/detect/ledger"
	"github.com/vedette-soc/vedette/internal/entity"
	"github.com/vedette-soc/vedette/internal/eventstore/victorialogs"
	"github.com/vedette-soc/vedette/internal/intel"
	"github.com/vedette-soc/vedette/internal/intel/feed"
	"github.com/vedette-soc/vedette/internal/normalize"
	"github.com/vedette-soc/vedette/internal/normalize/all"
	"github.com/vedette-soc/vedette/internal/respond"
	"github.com/vedette-soc/vedette/internal/respond/dryrun"
	"github.com/vedette-soc/vedette/internal/statestore"
	"github.com/vedette-soc/vedette/internal/telemetry"
	"github.com/vedette-soc/vedette/internal/triage"
)

const starterRule = `title: Failed SSH login
id: 11111111-1111-4111-8111-111111111111
status: stable
level: medium
tags: [attack.credential-access, attack.t1110]
logsource:
  product: linux
  service: sshd
detection:
  failed:
    event.outcome: failure
  from:
    source.ip|startswith: '203.0.113.'
  condition: failed and from
falsepositives: [none]
`

// house is the door with real rooms behind it.
type house struct {
	silent []vedette.SourceStatus // listed beside the one that speaks
	t      *testing.T
	api    *api.API
	server *httptest.Server
	store  *statestore.Store
	gate   *access.Gate
	events *victorialogs.Store
	noise  *quietRoom
	engine *detect.Engine
	triage *triage.Triage
	ledger *ledger.Ledger
	people map[string]*client // one of each role
	anon   *client
	broken error  // what a reload says
	panics bool   // whether a reload panics
	ready  func() // called by every /readyz
	folds  uint64
	facts  atomic.Pointer[triage.Facts]
}

// open builds a house; edit may change its configuration.
func open(t *testing.T, edit ...func(*api.Config)) *house {
	t.Helper()
	ctx := t.Context()
	log := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	dir := t.TempDir()
	store, err := statestore.Open(ctx, statestore.Config{URL: "sqlite://" + filepath.Join(dir, "state.db")})
	must(t, err)
	t.Cleanup(func() { must(t, store.Close()) })
	cfg := victorialogs.DefaultConfig(filepath.Join(dir, "events"))
	cfg.Visible, cfg.MinFreeBytes = 10*time.Millisecond, 0
	events, err := victorialogs.Open(cfg, log)
	must(t, err)
	t.Cleanup(func() { must(t, events.Close()) })
	h := &house{t: t, store: store, gate: access.New(store, time.Now), events: events, people: map[string]*client{}}
	h.engine = detect.New(detect.Config{}, detect.Compile(nil))
	must(t, h.reload(ctx))
	h.build(log, edit)
	h.anon = &client{h: h}
	h.hire()
	return h
}

func (h *house) build(log *slog.Logger, edit []func(*api.Config)) {
	t := h.t
	guard, err := respond.NewGuard(respond.DefaultConfig(), entity.Networks{Protected: []netip.Prefix{netip.MustParsePrefix("198.51.100.0/24")}}, nil)
	must(t, err)
	responder, err := respond.New(respond.DefaultConfig(), h.store, dryrun.New("test", log), guard, time.Now, log)
	must(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = responder.Run(ctx) })
	t.Cleanup(func() { cancel(); running.Wait() })
	normalizer, err := normalize.New(normalize.Config{}, all.Parsers(), log)
	must(t, err)
	var reading sync.Mutex
	sources := telemetry.NewSources(100, time.Now)
	sources.Accepted(&vedette.Record{Tenant: vedette.DefaultTenant, Source: "syslog/web-01", Receiver: "syslog", Received: time.Now(), Data: []byte("x")})
	account, err := ledger.New(ctx, ledger.DefaultConfig(), ledger.Deps{Store: h.store, Rules: h.engine.Ruleset, Sources: sources.Health,
		Behind: func() bool { return false }, Tell: func(vedette.LedgerGap) {}, Now: time.Now})
	must(t, err)
	h.ledger = account
	indicators, err := intel.Open(t.Context(), intel.DefaultConfig(), intel.Deps{Store: h.store, Log: log})
	must(t, err)
	feeds, err := feed.New(t.Context(), nil, feed.Deps{Store: h.store, Library: indicators, Log: log})
	must(t, err)
	hunter, err := hunt.New(hunt.DefaultConfig(), h.events)
	must(t, err)
	acfg := api.DefaultConfig()
	acfg.Rate, acfg.Burst = 1000, 1000
	for _, fn := range edit {
		fn(&acfg)
	}
	h.triage, err = triage.New(triage.DefaultConfig(), h.store, entity.Networks{}, triage.Knowledge{Facts: h.explained}, time.Now, log)
	must(t, err)
	h.noise = &quietRoom{store: h.store}
	h.api, err = api.New(acfg, api.Deps{
		Store: h.store, Gate: h.gate, Responder: responder, Rules: h.engine, Searcher: h.events, Reader: h.events, Ledger: account, Hunter: hunter,
		Intel: indicators, Feeds: feeds, Triage: h.triage, Noise: h.noise, Facts: &factRoom{h}, Metrics: telemetry.NewMetrics(), Log: log, Now: time.Now,
		Understand: func(rec *vedette.Record) []*vedette.Event {
			reading.Lock()
			defer reading.Unlock()
			var out []*vedette.Event
			normalizer.Normalize(rec, func(ev *vedette.Event) { out = append(out, ev) })
			return out
		},
		Reload:  h.reload,
		Settle:  h.reload,
		Rated:   func(context.Context, []vedette.EntityProfile) error { return nil },
		Sources: func(tenant string) []vedette.SourceStatus { return append(sources.List(tenant), h.silent...) },
		Live:    func() api.LiveStats { return api.LiveStats{Records: 7, Since: time.Now()} },
		Ready: func(context.Context) []api.RoomStatus {
			if h.ready != nil {
				h.ready()
			}
			return []api.RoomStatus{{Room: "journal", Ready: true}, {Room: "eventstore", Ready: h.broken == nil, Reason: "the disk is full"}}
		},
		Listening: func() api.Listening { return api.Listening{SyslogTCP: "0.0.0.0:1514"} },
	})
	must(t, err)
	responder.OnChange = func(a vedette.Action) { h.api.Hub().Publish(api.KindAction, a.ID, a) }
	mux := http.NewServeMux()
	mux.Handle("/", h.api.Handler())
	mux.Handle("POST /ingest/v1/events", h.api.Ingest(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, api.PrincipalOf(r.Context()).Name)
	})))
	h.server = httptest.NewServer(mux)
	t.Cleanup(func() { h.api.Close(); h.server.Close() })
}

// reload loads the starter rule and what was uploaded, as the server does.
func (h *house) reload(ctx context.Context) error {
	if h.panics {
		panic("secret")
	}
	if h.broken != nil {
		return h.broken
	}
	files := []catalog.File{{Path: "starter.yml", Origin: "starter", Data: []byte(starterRule)}}
	uploads, err := h.store.RuleUploads(ctx, vedette.DefaultTenant)
	if err != nil {
		return err
	}
	for _, u := range uploads {
		files = append(files, catalog.File{Path: u.Name, Origin: api.OriginUpload, Data: []byte(u.YAML)})
	}
	settings, err := h.store.RuleSettings(ctx, vedette.DefaultTenant)
	if err != nil {
		return err
	}
	with := map[string]detect.Setting{}
	for id, s := range settings {
		with[id] = detect.Setting(s)
	}
	exceptions, err := h.store.Exceptions(ctx, "")
	if err != nil {
		return err
	}
	h.engine.Swap(detect.Compile(files).With(detect.Settings{Tenants: map[string]map[string]detect.Setting{vedette.DefaultTenant: with}, Exceptions: exceptions}))
	return nil
}

const password = "a long and quiet river 42"

// hire adds one person of each role and a client for each, by token so that not every test pays for passwords.
func (h *house) hire() {
	by := access.By{Principal: access.System(vedette.DefaultTenant), From: "127.0.0.1"}
	for role, scopes := range map[string][]string{
		"viewer": {"read"}, "analyst": {"read", "write"}, "responder": {"read", "write", "respond"}, "admin": {"admin"}, "ingester": {"ingest"},
	} {
		_, secret, err := h.gate.CreateToken(h.t.Context(), by, access.NewToken{Name: role, Scopes: scopes})
		must(h.t, err)
		h.people[role] = &client{h: h, header: "Bearer " + secret, secret: secret}
	}
}

// fold puts incidents into the store.
func (h *house) fold(incidents ...vedette.Incident) {
	h.t.Helper()
	h.folds++
	must(h.t, h.store.SaveFold(h.t.Context(), statestore.Fold{Seq: h.folds, Incidents: incidents}))
}

func incident(id string, score int) vedette.Incident {
	now := time.Now().UTC().Truncate(time.Second)
	return vedette.Incident{
		ID: id, Tenant: vedette.DefaultTenant, Title: vedette.Text{En: "Password guessing on " + id, Zh: "口令猜测"}, Status: vedette.StatusOpen,
		Severity: vedette.High, Score: score, Alerts: 100, First: now.Add(-time.Hour), Last: now, Created: now, Updated: now, Detected: now,
		Entities: []vedette.EntityRef{{Kind: vedette.EntityHost, Name: "db-02", Role: vedette.RoleTarget}},
		Evidence: []vedette.Evidence{{Number: 1, Count: 100, Alert: vedette.Alert{ID: "a-1", Tenant: vedette.DefaultTenant, Severity: vedette.High}}},
	}
}

// client sends requests as one principal.
type client struct {
	h      *house
	header string // Authorization
	secret string
	cookie *http.Cookie
}

// answer is a response, read to its end.
type answer struct {
	*http.Response
	body []byte
}

func (c *client) do(method, path string, body any, headers ...string) answer {
	c.h.t.Helper()
	var r io.Reader
	kind := ""
	switch b := body.(type) {
	case nil:
	case string:
		r, kind = strings.NewReader(b), "application/json"
	case []byte:
		r, kind = bytes.NewReader(b), "application/octet-stream"
	default:
		data, err := json.Marshal(b)
		must(c.h.t, err)
		r, kind = bytes.NewReader(data), "application/json"
	}
	req, err := http.NewRequestWithContext(c.h.t.Context(), method, c.h.server.URL+path, r)
	must(c.h.t, err)
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	if c.header != "" {
		req.Header.Set("Authorization", c.header)
	}
	if c.cookie != nil {
		req.AddCookie(c.cookie)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := c.h.server.Client().Do(req)
	must(c.h.t, err)
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	must(c.h.t, err)
	return answer{res, data}
}

// want checks the status and, of a failure, that it is a problem with the code that goes with it.
func (a answer) want(t *testing.T, status int) answer {
	t.Helper()
	if a.StatusCode != status {
		t.Fatalf("%s %s: %d, want %d: %s", a.Request.Method, a.Request.URL.Path, a.StatusCode, status, a.body)
	}
	if status >= 400 {
		if kind := a.Header.Get("Content-Type"); kind != "application/problem+json" {
			t.Errorf("%s %s: a failure of type %q: %s", a.Request.Method, a.Request.URL.Path, kind, a.body)
		}
		p := into[api.Problem](t, a)
		if p.Status != status || p.Code == "" || p.Detail == "" || p.Title == "" || p.Type != "/api#"+string(p.Code) {
			t.Errorf("%s %s: not a whole problem: %s", a.Request.Method, a.Request.URL.Path, a.body)
		}
	}
	return a
}

func into[T any](t *testing.T, a answer) T {
	t.Helper()
	var v T
	if err := json.Unmarshal(a.body, &v); err != nil {
		t.Fatalf("%s: %v: %s", a.Request.URL.Path, err, a.body)
	}
	return v
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// audited returns the words of the audit log, newest first.
func (h *house) audited(t *testing.T) []vedette.AuditEntry {
	t.Helper()
	entries, _, _, err := h.store.AuditLog(t.Context(), statestore.AuditFilter{Tenant: vedette.DefaultTenant}, statestore.Page{Limit: 500})
	must(t, err)
	return entries
}

func find(entries []vedette.AuditEntry, what string) (vedette.AuditEntry, bool) {
	i := slices.IndexFunc(entries, func(e vedette.AuditEntry) bool { return e.What == what })
	if i < 0 {
		return vedette.AuditEntry{}, false
	}
	return entries[i], true
}
