package feed_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/config"
	"github.com/vedette-soc/vedette/internal/intel"
	"github.com/vedette-soc/vedette/internal/intel/feed"
	"github.com/vedette-soc/vedette/internal/statestore"
)

// world is a poller with its library, and what it logged.
type world struct {
	*feed.Poller
	library *intel.Library
	store   *statestore.Store
	log     *logged
}

type logged struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// run starts a poller with feeds of the configuration, until the test ends.
func run(t *testing.T, cfgs ...feed.Config) *world {
	t.Helper()
	store, err := statestore.Open(t.Context(), statestore.Config{URL: "sqlite://" + filepath.Join(t.TempDir(), "state.db")})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{store: store, log: &logged{}}
	log := slog.New(slog.NewTextHandler(w.log, nil))
	if w.library, err = intel.Open(t.Context(), intel.DefaultConfig(), intel.Deps{Store: store, Log: log}); err != nil {
		t.Fatal(err)
	}
	if w.Poller, err = feed.New(t.Context(), cfgs, feed.Deps{Store: store, Library: w.library, Log: log}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); _ = w.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-done; _ = store.Close() })
	return w
}

// polled waits until a feed was polled so often.
func (w *world) polled(t *testing.T, name string, times int64) feed.Feed {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); <-tick.C {
		if f, err := w.Get(name); err == nil && f.Polls >= times && f.State != "polling" {
			return f
		}
	}
	t.Fatalf("feed %s was not polled %d times", name, times)
	return feed.Feed{}
}

func (w *world) values(t *testing.T, name string) []string {
	t.Helper()
	list, _, _, err := w.store.Indicators(t.Context(), statestore.IndicatorFilter{Feed: name}, statestore.Page{Limit: 500})
	if err != nil {
		t.Fatal(err)
	}
	var values []string
	for _, in := range list {
		values = append(values, in.Value)
	}
	slices.Sort(values)
	return values
}

// server is a TAXII 2.1 server as the specification describes it: discovery, an API root, collections, and objects that
// are filtered by added_after and type and come in pages.
type server struct {
	mu       sync.Mutex
	objects  map[string][]object // by collection
	page     int
	busy     int // requests that are answered with 503 first
	requests []*http.Request
	byTime   bool // pages by added_after alone, without next
}

type object struct {
	added time.Time
	kind  string
	body  string
}

const media = "application/taxii+json;version=2.1"

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, r)
	user, password, _ := r.BasicAuth()
	switch {
	case user != "ann" || password != "p4ssw0rd":
		w.WriteHeader(http.StatusUnauthorized)
		return
	case r.Header.Get("Accept") != media:
		w.WriteHeader(http.StatusNotAcceptable)
		return
	case s.busy > 0:
		s.busy--
		w.Header().Set("Retry-After", "1")
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", media)
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	switch {
	case r.URL.Path == "/taxii2/":
		fmt.Fprint(w, `{"title":"test","default":"/api/","api_roots":["/api/"]}`)
	case r.URL.Path == "/api/":
		fmt.Fprint(w, `{"title":"root","versions":["application/taxii+json;version=2.1"],"max_content_length":1000000}`)
	case r.URL.Path == "/api/collections/":
		fmt.Fprint(w, `{"collections":[{"id":"c-1","title":"High","can_read":true,"can_write":false},{"id":"c-2","title":"Low","can_read":true,"can_write":false},{"id":"c-3","title":"Closed","can_read":false,"can_write":true}]}`)
	case len(parts) == 3 && parts[1] == "collections":
		fmt.Fprintf(w, `{"id":%q,"title":"one","can_read":true,"can_write":false}`, parts[2])
	case len(parts) == 4 && parts[3] == "objects":
		s.list(w, r, parts[2])
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

func (s *server) list(w http.ResponseWriter, r *http.Request, collection string) {
	q := r.URL.Query()
	after, _ := time.Parse(time.RFC3339Nano, q.Get("added_after"))
	var fit []object
	for _, o := range s.objects[collection] {
		if o.added.After(after) && (q.Get("match[type]") == "" || slices.Contains(strings.Split(q.Get("match[type]"), ","), o.kind)) {
			fit = append(fit, o)
		}
	}
	from, _ := strconv.Atoi(q.Get("next"))
	to := min(from+s.page, len(fit))
	envelope := map[string]any{"more": to < len(fit)}
	if to < len(fit) && !s.byTime {
		envelope["next"] = strconv.Itoa(to)
	}
	var bodies []json.RawMessage
	for _, o := range fit[min(from, len(fit)):to] {
		bodies = append(bodies, json.RawMessage(o.body))
	}
	if to > from {
		w.Header().Set("X-TAXII-Date-Added-First", fit[from].added.Format(time.RFC3339Nano))
		w.Header().Set("X-TAXII-Date-Added-Last", fit[to-1].added.Format(time.RFC3339Nano))
		envelope["objects"] = bodies
	}
	_ = json.NewEncoder(w).Encode(envelope)
}

func (s *server) add(collection string, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.objects == nil {
		s.objects = map[string][]object{}
	}
	at := time.Date(2026, 3, 1, 0, 0, n, 1000*n, time.UTC)
	body := fmt.Sprintf(`{"type":"indicator","spec_version":"2.1","id":"indicator--%d","pattern_type":"stix","pattern":"[ipv4-addr:value = '203.0.113.%d']","valid_from":"2026-03-01T00:00:00Z","created":"2026-03-01T00:00:00Z","valid_until":"2099-01-01T00:00:00Z","modified":%q}`, n, n, time.Now().UTC().Format(time.RFC3339))
	s.objects[collection] = append(s.objects[collection], object{at, "indicator", body}, object{at, "malware", `{"type":"malware","id":"malware--1","name":"x"}`})
}

func (s *server) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.requests)
}

func TestTAXII(t *testing.T) {
	for name, c := range map[string]struct {
		path   string
		byTime bool
	}{"by discovery": {path: "/taxii2/"}, "by API root": {path: "/api"}, "by collections": {path: "/api/collections/"}, "by one collection": {path: "/api/collections/c-1/"}, "paged by time": {path: "/taxii2/", byTime: true}} {
		t.Run(name, func(t *testing.T) {
			s := &server{page: 2, byTime: c.byTime}
			web := httptest.NewServer(s)
			t.Cleanup(web.Close)
			for n := 1; n <= 5; n++ {
				s.add("c-1", n)
			}
			s.add("c-2", 100)
			w := run(t, feed.Config{Name: "t", Kind: feed.KindTAXII, URL: web.URL + c.path, Collections: []string{"c-1"}, Username: "ann", Password: "p4ssw0rd", TLP: "amber"})
			f := w.polled(t, "t", 1)
			if f.Error != "" || f.Last.Added != 5 || f.State != "well" {
				t.Fatalf("%+v\n%s", f, w.log)
			}
			if got := w.values(t, "t"); len(got) != 5 || got[0] != "203.0.113.1" {
				t.Errorf("%v", got)
			}
			s.add("c-1", 6)
			before := s.count()
			if _, err := w.Poll("t"); err != nil {
				t.Fatal(err)
			}
			if f = w.polled(t, "t", 2); f.Last.Added != 1 || f.Last.Read != 1 {
				t.Errorf("the second poll read what was known: %+v", f.Last)
			}
			if s.count()-before > 4 {
				t.Errorf("the second poll made %d requests", s.count()-before)
			}
			if strings.Contains(w.log.String(), "p4ssw0rd") {
				t.Error("the log shows the password")
			}
		})
	}
}

func TestAServerIsAskedAgainWhenItSaysSo(t *testing.T) {
	s := &server{page: 10, busy: 1}
	web := httptest.NewServer(s)
	t.Cleanup(web.Close)
	s.add("c-1", 1)
	w := run(t, feed.Config{Name: "t", Kind: feed.KindTAXII, URL: web.URL + "/api/", Username: "ann", Password: "p4ssw0rd"})
	f := w.polled(t, "t", 1)
	if f.State != "failing" || !strings.Contains(f.Error, "come back in 1s") || f.NextPoll.Sub(f.LastPoll) != time.Second {
		t.Errorf("%+v", f)
	}
	if f = w.polled(t, "t", 2); f.Error != "" || f.Failures != 0 || f.Last.Added != 1 {
		t.Errorf("%+v", f)
	}
}

func TestWhatServersMustNotDo(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t.Errorf("%s was asked, with %q", r.URL, r.Header.Get("Authorization"))
	}))
	t.Cleanup(elsewhere.Close)
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		kind   string
		want   string
	}{
		"lead to another server": {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, elsewhere.URL, http.StatusFound) }, feed.KindList, "leads to another one"},
		"lead to the machine's cloud": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://169.254.169.254/", http.StatusFound)
		}, feed.KindList, "leads to another one"},
		"name roots elsewhere": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", media)
			fmt.Fprintf(w, `{"api_roots":[%q]}`, elsewhere.URL+"/api/")
		}, feed.KindTAXII, "leads to another one"},
		"answer with a page": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprint(w, "<html>Please log in")
		}, feed.KindTAXII, "not with application/taxii+json"},
		"page for ever": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", media)
			if strings.HasSuffix(r.URL.Path, "objects/") {
				fmt.Fprint(w, `{"more":true,"next":"same","objects":[]}`)
				return
			}
			fmt.Fprint(w, `{"id":"c","can_read":true}`)
		}, feed.KindTAXII, "does not say where"},
		"refuse":           {func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusForbidden) }, feed.KindSTIX, "look at username"},
		"send broken JSON": {func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, `{"objects":[{`) }, feed.KindSTIX, "the JSON is broken"},
		"break off": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "100")
			fmt.Fprint(w, "[")
		}, feed.KindSTIX, "the JSON is broken"},
		"send a bad manifest": {func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, `[]`) }, feed.KindMISP, "manifest"},
	} {
		t.Run(name, func(t *testing.T) {
			web := httptest.NewServer(c.answer)
			t.Cleanup(web.Close)
			w := run(t, feed.Config{Name: "t", Kind: c.kind, URL: web.URL + "/x?key=geheim", Token: "s3cr3t"})
			f := w.polled(t, "t", 1)
			if !strings.Contains(f.Error, c.want) || f.State != "failing" {
				t.Errorf("error %q, want %q", f.Error, c.want)
			}
			if strings.Contains(w.log.String()+f.Error, "s3cr3t") || strings.Contains(w.log.String(), "geheim") {
				t.Errorf("a secret was told: %s", w.log)
			}
		})
	}
}

func TestLinkLocalAddressesAreNeverAsked(t *testing.T) {
	for _, host := range []string{"169.254.169.254", "[::ffff:169.254.169.254]", "[fe80::1]", "[fd00:ec2::254]", "100.100.100.200", "0.0.0.0"} {
		w := run(t, feed.Config{Name: "t", Kind: feed.KindList, URL: "http://" + host + "/latest"})
		if f := w.polled(t, "t", 1); !strings.Contains(f.Error, "never asked") {
			t.Errorf("%s: %q", host, f.Error)
		}
	}
}

func TestMISPFeed(t *testing.T) {
	var mu sync.Mutex
	manifest := map[string]string{"11111111-1111-4111-8111-111111111111": "1772323200"}
	asked := map[string]int{}
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		asked[r.URL.Path]++
		if r.Header.Get("Authorization") != "misp-key" {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		id := strings.TrimSuffix(strings.TrimPrefix(r.URL.Path, "/feed/"), ".json")
		switch {
		case id == "manifest":
			all := map[string]any{}
			for uuid, at := range manifest {
				all[uuid] = map[string]any{"info": "x", "timestamp": at}
			}
			_ = json.NewEncoder(w).Encode(all)
		case manifest[id] == "" || id[0] == '3':
			w.WriteHeader(http.StatusNotFound)
		default:
			fmt.Fprintf(w, `{"Event":{"uuid":%q,"timestamp":"%d","Tag":[{"name":"tlp:green"}],"Attribute":[{"type":"domain","value":"e%c.example","to_ids":true}]}}`, id, time.Now().Unix(), id[0])
		}
	}))
	t.Cleanup(web.Close)
	w := run(t, feed.Config{Name: "m", Kind: feed.KindMISP, URL: web.URL + "/feed", Token: "misp-key"})
	if f := w.polled(t, "m", 1); f.Error != "" || f.Last.Added != 1 {
		t.Fatalf("%+v", f)
	}
	mu.Lock()
	manifest["22222222-2222-4222-8222-222222222222"] = "1772323300"
	manifest["33333333-3333-4333-8333-333333333333"] = "1772323400" // listed, and not there
	mu.Unlock()
	if _, err := w.Poll("m"); err != nil {
		t.Fatal(err)
	}
	if f := w.polled(t, "m", 2); f.Error != "" || f.Last.Added != 1 || f.Last.Left() != 1 {
		t.Fatalf("%+v", f)
	}
	mu.Lock()
	defer mu.Unlock()
	if asked["/feed/11111111-1111-4111-8111-111111111111.json"] != 1 {
		t.Errorf("an event that did not change was asked for again: %v", asked)
	}
	list, _, _, err := w.store.Indicators(t.Context(), statestore.IndicatorFilter{MaxTLP: vedette.TLPGreen}, statestore.Page{})
	if err != nil || len(list) != 2 {
		t.Errorf("%d indicators keep their marking, %v", len(list), err)
	}
}

func TestFilesAndExports(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "own list.csv")
	if err := os.WriteFile(file, []byte("when,what\n2026-03-01,evil.example\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, `{"response":{"Attribute":[{"type":"md5","value":"00112233445566778899aabbccddeeff","to_ids":true}]}}`)
	}))
	t.Cleanup(web.Close)
	w := run(t, feed.Config{Name: "file", Kind: feed.KindList, URL: file, Columns: map[string]string{"value": "what"}, Confidence: 90, Labels: []string{"own"}},
		feed.Config{Name: "export", Kind: feed.KindExport, URL: web.URL}, feed.Config{Name: "off", Kind: feed.KindSTIX, URL: web.URL, Off: true})
	if f := w.polled(t, "file", 1); f.Last.Added != 1 || f.Error != "" {
		t.Errorf("%+v", f)
	}
	if f := w.polled(t, "export", 1); f.Last.Added != 1 || f.Error != "" {
		t.Errorf("%+v", f)
	}
	if f, err := w.Get("off"); err != nil || f.State != "off" || f.Polls != 0 {
		t.Errorf("%+v, %v", f, err)
	}
}

func TestAFeedThatGoesTakesItsIndicatorsAlong(t *testing.T) {
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "evil.example\nworse.example\n")
	}))
	t.Cleanup(web.Close)
	w := run(t)
	if _, err := w.Add(t.Context(), w.store, feed.Config{Name: "f", Kind: feed.KindList, URL: web.URL, Token: "s3cr3t"}); err != nil {
		t.Fatal(err)
	}
	if f := w.polled(t, "f", 1); f.Last.Added != 2 {
		t.Fatalf("%+v", f)
	}
	// After a start it is there again, with its secret.
	again, err := feed.New(t.Context(), nil, feed.Deps{Store: w.store, Library: w.library, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	if list := again.List(); len(list) != 1 || !list[0].HasSecret || list[0].Polls != 1 {
		t.Errorf("%+v", list)
	}
	if err := w.Remove(t.Context(), w.store, "f"); err != nil {
		t.Fatal(err)
	}
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(10 * time.Second); w.library.Stats().Indicators > 0; <-tick.C {
		if time.Now().After(deadline) {
			t.Fatal("the indicators stay")
		}
	}
}

func TestWrongFeeds(t *testing.T) {
	for name, cfg := range map[string]feed.Config{
		"no name": {Kind: "list", URL: "https://x.example"}, "no kind": {Name: "x", URL: "https://x.example"}, "no URL": {Name: "x", Kind: "list"},
		"secret in the open": {Name: "x", Kind: "taxii", URL: "http://x.example", Password: config.Secret("x")}, "TAXII from a file": {Name: "x", Kind: "taxii", URL: "/tmp/x"},
		"too often": {Name: "x", Kind: "list", URL: "https://x.example", Interval: time.Second}, "a wrong marking": {Name: "x", Kind: "list", URL: "https://x.example", TLP: "mauve"},
		"a scheme": {Name: "x", Kind: "list", URL: "gopher://x.example"},
	} {
		if err := cfg.Validate(); vedette.CodeOf(err) != vedette.CodeInvalid || err == nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestFormatsAreToldByTheirBeginning(t *testing.T) {
	for text, want := range map[string]string{
		`{"type":"bundle","objects":[{"type":"indicator","pattern":"[domain-name:value = 'evil.example']"}]}`:           "evil.example",
		"\xef\xbb\xbf [{\"Event\":{\"Attribute\":[{\"type\":\"domain\",\"value\":\"evil.example\",\"to_ids\":true}]}}]": "evil.example",
		"evil.example\n": "evil.example", "[2001:db8::1]\n": "[2001:db8::1]", "": "",
	} {
		got := ""
		if _, err := feed.Read(strings.NewReader(strings.TrimPrefix(text, "\xef\xbb\xbf")), "", nil, func(item intel.Item) error { got += item.Value; return nil }); err != nil || got != want {
			t.Errorf("%.30q: %q, %v", text, got, err)
		}
	}
}
