package api

import (
	"context"
	"log/slog"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/access"
	"github.com/vedette-soc/vedette/internal/detect"
	"github.com/vedette-soc/vedette/internal/detect/hunt"
	"github.com/vedette-soc/vedette/internal/detect/ledger"
	"github.com/vedette-soc/vedette/internal/eventstore"
	"github.com/vedette-soc/vedette/internal/intel"
	"github.com/vedette-soc/vedette/internal/intel/feed"
	"github.com/vedette-soc/vedette/internal/respond"
	"github.com/vedette-soc/vedette/internal/statestore"
	"github.com/vedette-soc/vedette/internal/telemetry"
)

// Deps is what the door opens onto. Every field is needed but Metrics and Usual.
type Deps struct {
	Store     *statestore.Store
	Gate      *access.Gate
	Responder *respond.Responder
	Rules     *detect.Engine
	Searcher  eventstore.Searcher
	Reader    eventstore.Reader
	Ledger    *ledger.Ledger
	Hunter    *hunt.Hunter
	Intel     *intel.Library
	Feeds     *feed.Poller
	Triage    Triage
	Noise     Noise
	Facts     Facts
	Metrics   *telemetry.Metrics
	Log       *slog.Logger
	Now       func() time.Time

	// Understand reads a record as the corridor would, and keeps nothing of it. The events are the caller's.
	Understand func(rec *vedette.Record) []*vedette.Event
	// Reload compiles all rules again, uploaded ones with origin [OriginUpload] and their upload's name as path, and puts
	// them into the engine with the settings that are kept. When it returns nil the engine runs them.
	Reload func(ctx context.Context) error
	// Settle puts the settings of rules that are kept into the engine. It does not compile, so it is quick.
	Settle func(ctx context.Context) error
	// Rated is told what people now say of entities, so that triage and the order by risk follow.
	Rated func(ctx context.Context, said []vedette.EntityProfile) error
	// Usual tells what is usual of an entity. It may be nil: then pages leave that out.
	Usual func(tenant string, ref vedette.EntityRef) []vedette.UsualFeature
	// Sources lists the senders of records of a tenant.
	Sources func(tenant string) []vedette.SourceStatus
	// Live tells the numbers that only the running process knows.
	Live func() LiveStats
	// Ready tells of each room whether it can do its work; it is asked by every /readyz and must be quick.
	Ready func(ctx context.Context) []RoomStatus
	// Listening tells where clients can send records.
	Listening func() Listening
}

// LiveStats is how records are coming in now, and how many came so far.
type LiveStats struct {
	Ingest
	Records       int64     // accepted since Since
	Since         time.Time // start of the process, or of what it restored
	DetectSeconds float64   // median from arrival of a record to its alert; 0 when no rule has fired yet
}

// Listening is where the receivers of this server listen; an empty field means that it does not.
type Listening struct {
	URL       string // how clients reach HTTP, such as https://soc.example.org:8443; empty: as the one who asks did
	SyslogUDP string // host:port; a host that means any address is replaced by the one of the URL
	SyslogTCP string
}

func (d Deps) validate() error {
	switch {
	case d.Store == nil, d.Gate == nil, d.Responder == nil:
		return vedette.Errorf(vedette.CodeInternal, "the API needs a store, a gate and a responder")
	case d.Searcher == nil, d.Reader == nil:
		return vedette.Errorf(vedette.CodeInternal, "the API needs an eventstore to search and to read")
	case d.Ledger == nil, d.Hunter == nil:
		return vedette.Errorf(vedette.CodeInternal, "the API needs a ledger and a hunter")
	case d.Noise == nil:
		return vedette.Errorf(vedette.CodeInternal, "the API needs the part that keeps noise out")
	case d.Triage == nil:
		return vedette.Errorf(vedette.CodeInternal, "the API needs triage")
	case d.Facts == nil:
		return vedette.Errorf(vedette.CodeInternal, "the API needs somebody who knows what speaks against attacks")
	case d.Intel == nil, d.Feeds == nil:
		return vedette.Errorf(vedette.CodeInternal, "the API needs the indicators and their feeds")
	case d.Log == nil, d.Now == nil:
		return vedette.Errorf(vedette.CodeInternal, "the API needs a log and a clock")
	case d.Rules == nil, d.Understand == nil, d.Reload == nil, d.Settle == nil:
		return vedette.Errorf(vedette.CodeInternal, "the API needs the rules, a way to understand records and a way to load rules again")
	case d.Rated == nil:
		return vedette.Errorf(vedette.CodeInternal, "the API needs somebody to tell what is said of entities")
	case d.Sources == nil, d.Live == nil, d.Ready == nil, d.Listening == nil:
		return vedette.Errorf(vedette.CodeInternal, "the API needs the functions for sources, numbers, readiness and addresses")
	}
	return nil
}
