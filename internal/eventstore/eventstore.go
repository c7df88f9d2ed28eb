package eventstore

import (
	"context"
	"time"

	vedette "github.com/vedette-soc/vedette"
)

// Writer takes events and alerts in.
type Writer interface {
	// Append stores events and alerts. It copies what it keeps. When it returns they are on their way: searchable
	// within 250 ms, safe when [Recoverer].DurableThrough has passed their sequence. Errors: vedette.CodeUnavailable
	// when the disk is full or the store is closed; nothing was stored then.
	Append(ctx context.Context, events []*vedette.Event, alerts []vedette.Alert) error
}

// Searcher answers queries. A query that is not understood fails with vedette.CodeInvalid and a message that says where;
// one that takes too much time or memory with vedette.CodeLimited.
type Searcher interface {
	// Search calls fn for each row: newest first, or as the query's own pipes say. It returns fn's error.
	Search(ctx context.Context, q Query, fn func(Row) error) error
	// Histogram counts rows over time. The buckets are of equal, round width, without gaps, oldest first; there are at
	// most as many as asked for, plus one.
	Histogram(ctx context.Context, q Query, buckets int) ([]Bucket, error)
	// Fields names the fields of the rows and how many rows have them, most frequent first.
	Fields(ctx context.Context, q Query, limit int) ([]FieldCount, error)
	// Values names the values of a field, most frequent first.
	Values(ctx context.Context, q Query, field string, limit int) ([]ValueCount, error)
}

// Reader fetches what is known by name. All fail with vedette.CodeNotFound when there is none.
type Reader interface {
	// Event returns the row of an event.
	Event(ctx context.Context, tenant, id string) (Row, error)
	// Alert returns an alert.
	Alert(ctx context.Context, tenant, id string) (vedette.Alert, error)
	// Alerts lists alerts, newest first. next continues the list in another call, and is empty at its end.
	Alerts(ctx context.Context, f AlertFilter) (alerts []vedette.Alert, next string, err error)
}

// Recoverer tells what survived.
type Recoverer interface {
	// Present tells which events and alerts with a sequence from from up to and including through are stored, whatever
	// their tenant. Ask before appending: what was just appended may not be seen yet.
	Present(ctx context.Context, from, through uint64) (*Presence, error)
	// DurableThrough is the highest sequence such that everything appended with it or a lower one is on stable storage;
	// 0 while nothing is known. It speaks of what was appended: whoever skips sequences, or appends out of order, knows
	// better what is missing. After Close it is the highest sequence appended.
	DurableThrough() uint64
}

// Query says which rows are wanted. The time range, tenant and kind always hold, whatever the text says.
type Query struct {
	Tenant string
	Text   string    // LogsQL, pipes allowed; empty means everything
	Kind   string    // KindEvent, KindAlert, or "" for both
	Since  time.Time // included; zero means from the beginning
	Until  time.Time // excluded; zero means up to the newest
	Limit  int       // of rows; 0 means 100; more than the store allows is cut to that
	Offset int       // rows left out at the start
	After  string    // Row.Cursor of the row after which to go on; only for queries whose pipes keep rows as they are
	Fields []string  // fields wanted in rows; empty means all
}

// Kinds of row.
const (
	KindEvent = "event"
	KindAlert = "alert"
)

// Names of the fields that the store adds to those of the event.
const (
	FieldTime         = "_time"
	FieldMessage      = "_msg" // the record as it was received
	FieldID           = "vedette.id"
	FieldSeq          = "vedette.seq"
	FieldPlace        = "vedette.place"
	FieldSource       = "vedette.source"
	FieldDataset      = "vedette.dataset"
	FieldKind         = "vedette.kind"
	FieldReceived     = "vedette.received"
	FieldAlert        = "vedette.alert"       // an alert row: the whole alert as JSON
	FieldTruncated    = "vedette.truncated"   // what was cut, and why
	FieldUnindexed    = "vedette.unindexed"   // fields that were too many to be fields, as one JSON object
	FieldOriginalTime = "event.original_time" // the time by the source's own clock, when it was not believed
)

// Bucket is one bar of a histogram.
type Bucket struct {
	Time time.Time `json:"time" doc:"When the bucket begins"`
	Rows int64     `json:"rows"`
}

// FieldCount is a field and how many rows have it.
type FieldCount struct {
	Name string `json:"name"`
	Rows int64  `json:"rows"`
}

// ValueCount is a value of a field and how many rows have it.
type ValueCount struct {
	Value string `json:"value"`
	Rows  int64  `json:"rows"`
}

// AlertFilter says which alerts are wanted; what is zero does not matter.
type AlertFilter struct {
	Tenant      string
	IncidentID  string
	Incidents   []string // folded into any of these
	RuleID      string
	Entity      string // name of an entity, or kind and name: "203.0.113.9", "address:203.0.113.9"
	MinSeverity vedette.Severity
	Since       time.Time // of the event; included
	Until       time.Time // excluded
	Shadow      bool      // also those of rules that are only being tried out
	Limit       int       // 0 means 100; at most 1000
	Cursor      string    // next of an earlier call
}

// Stats tells how the store is doing.
type Stats struct {
	Rows      int64            // stored
	Bytes     int64            // on disk
	Parts     int              // files' worth of rows on disk and in memory; many means that merging lags behind
	InMemory  int64            // rows not yet on stable storage
	ReadOnly  bool             // the disk is too full to write
	Cut       int64            // rows that were cut since the start, see FieldTruncated
	Skewed    int64            // rows whose clock was not believed since the start
	Dropped   map[string]int64 // rows not stored since the start, by reason: always a defect
	Durable   uint64           // DurableThrough
	Oldest    time.Time        // of the rows stored; zero when there are none
	Datasets  int              // distinct datasets since the start
	FreeBytes int64            // of the disk
}
