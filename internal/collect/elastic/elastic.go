package elastic

import (
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/collect"
)

// Config says how the protocol is spoken.
type Config struct {
	Version string `yaml:"version"` // the version of Elasticsearch that clients are told; some refuse an older one than theirs
}

// Defaults tells a version that the current clients accept.
func Defaults() Config { return Config{Version: "8.15.0"} }

// Receiver answers clients of Elasticsearch at the server's root and under /elastic.
type Receiver struct {
	cfg    Config
	bodies *collect.Bodies
	now    func() time.Time
}

var _ collect.HTTPReceiver = (*Receiver)(nil)

// New makes the receiver.
func New(cfg Config, bodies *collect.Bodies, now func() time.Time) *Receiver {
	return &Receiver{cfg, bodies, now}
}

// Name is "elasticsearch".
func (*Receiver) Name() string { return "elasticsearch" }

// Routes are the bulk protocol at the root and, with the questions that clients ask first, everything under /elastic.
func (rc *Receiver) Routes(sink collect.Sink) []collect.Route {
	bulk := rc.product(func(w http.ResponseWriter, r *http.Request) { rc.bulk(w, r, sink) })
	under := rc.product(func(w http.ResponseWriter, r *http.Request) {
		path := strings.TrimPrefix(r.URL.Path, "/elastic/")
		index, isBulk := strings.CutSuffix("/"+path, "/_bulk")
		switch {
		case isBulk && (r.Method == http.MethodPost || r.Method == http.MethodPut):
			r.SetPathValue("index", strings.Trim(index, "/"))
			rc.bulk(w, r, sink)
		case path == "":
			rc.info(w, r)
		case path == "_license":
			reply(w, []byte(`{"license":{"status":"active","uid":"vedette","type":"basic"}}`))
		default:
			reply(w, []byte("{}"))
		}
	})
	return []collect.Route{
		{Pattern: "POST /_bulk", Handler: bulk},
		{Pattern: "PUT /_bulk", Handler: bulk},
		{Pattern: "/elastic/", Handler: under},
	}
}

// product marks every answer as Elasticsearch's, which the official clients insist on.
func (rc *Receiver) product(next http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Elastic-Product", "Elasticsearch")
		next(w, r)
	})
}

func (rc *Receiver) info(w http.ResponseWriter, _ *http.Request) {
	reply(w, fmt.Appendf(nil, `{"name":"vedette","cluster_name":"vedette","cluster_uuid":"vedette",`+
		`"version":{"number":%q,"build_flavor":"default","minimum_wire_compatibility_version":"7.17.0",`+
		`"minimum_index_compatibility_version":"7.0.0"},"tagline":"You Know, for Search"}`, rc.cfg.Version))
}

func (rc *Receiver) bulk(w http.ResponseWriter, r *http.Request, sink collect.Sink) {
	begin := rc.now()
	from := sender(r)
	refuse := func(err error) {
		from.Source = named(from.Source, r.PathValue("index"))
		collect.Refuse(w, r, sink, from, err)
	}
	body, release, err := rc.bodies.Read(w, r)
	if err != nil {
		refuse(err)
		return
	}
	defer release()
	actions, err := parseBulk(body, r.PathValue("index"))
	if err == nil {
		if records := rc.records(from, actions, begin); len(records) > 0 {
			err = sink.Accept(r.Context(), records)
		}
	}
	if err != nil {
		refuse(err)
		return
	}
	countRefused(sink, from, actions)
	reply(w, answer(actions, rc.now().Sub(begin).Milliseconds()))
}

// sender is a record without data: who sends it. The index is missing in its source.
func sender(r *http.Request) vedette.Record {
	who := collect.SenderOf(r.Context())
	peer, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		peer = r.RemoteAddr
	}
	name := who.Name
	if name == "" {
		name = peer
	}
	return vedette.Record{Tenant: who.Tenant, Source: "elasticsearch/" + name, Receiver: "elasticsearch", Peer: peer, Format: vedette.FormatJSON}
}

// named puts the index behind a sender's name.
func named(source, index string) string {
	if index == "" {
		return source
	}
	return source + "/" + index[:min(len(index), 96)]
}

func (rc *Receiver) records(from vedette.Record, actions []action, now time.Time) []vedette.Record {
	var records []vedette.Record
	for _, a := range actions {
		if a.problem != "" {
			continue
		}
		rec := from
		rec.Source, rec.Received, rec.Data = named(from.Source, a.index), now, a.doc
		records = append(records, rec)
	}
	return records
}

// countRefused counts the documents that were refused while others were taken. A delete brings no record.
func countRefused(sink collect.Sink, from vedette.Record, actions []action) {
	for _, a := range actions {
		if a.problem != "" && a.doc != nil {
			rec := from
			rec.Source = named(from.Source, a.index)
			collect.Drop(sink, &rec, "too_large", 1)
		}
	}
}

func reply(w http.ResponseWriter, body []byte) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(body)
}
