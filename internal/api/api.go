package api

import (
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/vedette-soc/vedette/internal/telemetry"
)

// API is the front door. Its methods may be called from any goroutine.
type API struct {
	cfg      Config
	deps     Deps
	mux      *http.ServeMux
	huma     huma.API
	open     map[string]route // while it is built: routes that have no handler yet
	patterns []string         // routes of the mux that are not in the document
	hub      *Hub
	origins  *http.CrossOriginProtection
	limits   *limiter
	failures *limiter
	exports  chan struct{} // one token a running export
	uploads  chan struct{} // one token an upload
	compiles chan struct{} // one token a text of rules that is being tried out

	yaml       []byte
	docsPage   []byte
	docsPolicy string

	requests  *telemetry.Counter
	seconds   *telemetry.Histogram
	unaudited *telemetry.Counter
	streams   *telemetry.Gauge
	skipped   *telemetry.Gauge
}

// Bounds of what is remembered about callers.
const (
	maxCallers      = 8192
	maxExports      = 4
	failuresPerSec  = 0.1
	latencyBucketLo = 0.001
)

// New builds the door.
func New(cfg Config, deps Deps) (*API, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	if err := deps.validate(); err != nil {
		return nil, err
	}
	a := &API{
		cfg: cfg, deps: deps, origins: http.NewCrossOriginProtection(),
		limits:   newLimiter(cfg.Rate, cfg.Burst, maxCallers, deps.Now),
		failures: newLimiter(failuresPerSec, cfg.Failures, maxCallers, deps.Now),
		exports:  make(chan struct{}, maxExports),
		uploads:  make(chan struct{}, 1),
		compiles: make(chan struct{}, 2),
		hub:      newHub(cfg.Ring, cfg.Queue, deps.Now(), deps.Log),
	}
	m := deps.Metrics
	a.requests = m.Counter("vedette_api_requests_total", "Requests by operation and status.", "operation", "status")
	a.seconds = m.Histogram("vedette_api_request_seconds", "How long requests took.", latencyBuckets(), "operation")
	a.unaudited = m.Counter("vedette_api_unaudited_total", "Writes that the audit log could not record.")
	a.streams = m.Gauge("vedette_api_stream_clients", "Clients that listen to the stream.")
	a.skipped = m.Gauge("vedette_api_stream_skipped_alerts", "Alerts left out of the stream because there were too many.")
	if err := a.build(); err != nil {
		return nil, err
	}
	return a, nil
}

func latencyBuckets() []float64 {
	buckets := make([]float64, 0, 14)
	for b := latencyBucketLo; len(buckets) < cap(buckets); b *= 2 {
		buckets = append(buckets, b)
	}
	return buckets
}

// Document returns the OpenAPI document in YAML, as a server of that version serves it.
func Document(version string) ([]byte, error) {
	a := &API{cfg: Config{Version: version}}
	if err := a.build(); err != nil {
		return nil, err
	}
	return a.yaml, nil
}

// OpenAPI returns the document that this server serves, in YAML.
func (a *API) OpenAPI() ([]byte, error) { return a.yaml, nil }

// Handler serves /api, /healthz, /readyz and /metrics.
func (a *API) Handler() http.Handler { return a.outer(http.HandlerFunc(a.route)) }

// Hub is where the rest of the house tells of changes.
func (a *API) Hub() *Hub { return a.hub }

// Close ends every stream, so that a server that stops need not wait for them.
func (a *API) Close() { a.hub.close() }

// build makes mux and document from the routes table.
func (a *API) build() error {
	a.mux, a.open = http.NewServeMux(), map[string]route{}
	for _, r := range routes() {
		a.open[r.ID] = r
	}
	a.huma = humago.New(a.mux, huma.Config{
		OpenAPI:                      newDocument(a.cfg.Version),
		Formats:                      map[string]huma.Format{"application/json": huma.DefaultJSONFormat, "json": huma.DefaultJSONFormat},
		DefaultFormat:                "application/json",
		RejectUnknownQueryParameters: true,
		Transformers:                 []huma.Transformer{a.retell},
	})
	a.registerAll()
	if len(a.open) > 0 {
		return fmt.Errorf("operations without a handler: %v", a.open)
	}
	doc := a.huma.OpenAPI()
	tidy(doc)
	var err error
	if a.yaml, err = doc.YAML(); err != nil {
		return fmt.Errorf("write the OpenAPI document: %w", err)
	}
	if a.docsPage, a.docsPolicy, err = renderDocs(doc); err != nil {
		return err
	}
	a.plain("GET /healthz", a.healthz)
	a.plain("GET /readyz", a.readyz)
	a.plain("GET /metrics", a.metrics)
	a.plain("GET /api", a.docs)
	a.plain("GET /api/{$}", a.docs)
	a.plain("GET /api/openapi.yaml", a.openapi)
	return nil
}

// plain adds a route that is not part of the document.
func (a *API) plain(pattern string, handle http.HandlerFunc) {
	a.patterns = append(a.patterns, pattern)
	a.mux.HandleFunc(pattern, handle)
}

func (a *API) registerAll() {
	a.registerSession()
	a.registerCases()
	a.registerCasework()
	a.registerEvents()
	a.registerActions()
	a.registerRules()
	a.registerCoverage()
	a.registerExceptions()
	a.registerHunts()
	a.registerPlaces()
	a.registerIntel()
	a.registerNoise()
	a.registerFacts()
	a.registerTeams()
	a.registerLedger()
	a.registerPeople()
}
