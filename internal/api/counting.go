package api

import (
	"context"
	"time"

	"github.com/vedette-soc/vedette/internal/eventstore"
)

type histogramInput struct {
	EventRange
	Buckets int `query:"buckets" minimum:"1" maximum:"500" default:"60"`
}

// Histogram counts events over time.
type Histogram struct {
	Items  []Bucket `json:"items" doc:"Oldest first, without gaps"`
	Total  int64    `json:"total" doc:"Events in all buckets"`
	TookMS int64    `json:"took_ms"`
}

// Bucket counts the events from its time until the next bucket's.
type Bucket struct {
	Time time.Time `json:"time"`
	Rows int64     `json:"rows"`
}

type eventFieldsInput struct {
	EventRange
	Limit int `query:"limit" minimum:"1" maximum:"1000" default:"200"`
}

// FieldShare says in how many of the events found a field stands.
type FieldShare struct {
	Name  string  `json:"name" example:"source.ip"`
	Rows  int64   `json:"rows"`
	Share float64 `json:"share" doc:"Part of the events found, 0 to 1"`
}

// FieldShares lists fields, most frequent first.
type FieldShares struct {
	Items  []FieldShare `json:"items"`
	TookMS int64        `json:"took_ms"`
}

type eventValuesInput struct {
	EventRange
	Field string `query:"field" required:"true" minLength:"1" maxLength:"256" example:"source.ip"`
	Limit int    `query:"limit" minimum:"1" maximum:"1000" default:"10"`
}

// ValueRows says in how many of the events found a field has this value.
type ValueRows struct {
	Value string `json:"value"`
	Rows  int64  `json:"rows"`
}

// ValueCounts lists values, most frequent first.
type ValueCounts struct {
	Items  []ValueRows `json:"items"`
	TookMS int64       `json:"took_ms"`
}

func (a *API) histogramEvents(ctx context.Context, in *histogramInput) (*bodyOutput[Histogram], error) {
	q, err := a.query(ctx, in.EventRange)
	if err != nil {
		return nil, err
	}
	start := a.deps.Now()
	q.Until = firstTime(q.Until, start)
	buckets, err := a.deps.Searcher.Histogram(ctx, q, in.Buckets)
	if err != nil {
		return nil, err
	}
	h := Histogram{TookMS: a.deps.Now().Sub(start).Milliseconds()}
	for _, b := range buckets {
		h.Items = append(h.Items, Bucket{Time: b.Time.UTC(), Rows: b.Rows})
		h.Total += b.Rows
	}
	return &bodyOutput[Histogram]{Body: h}, nil
}

func (a *API) listEventFields(ctx context.Context, in *eventFieldsInput) (*bodyOutput[FieldShares], error) {
	q, err := a.query(ctx, in.EventRange)
	if err != nil {
		return nil, err
	}
	start := a.deps.Now()
	fields, err := a.deps.Searcher.Fields(ctx, q, in.Limit)
	if err != nil {
		return nil, err
	}
	// Every row has a time, so the most frequent field stands in all of them.
	var most int64
	for _, f := range fields {
		most = max(most, f.Rows)
	}
	answer := FieldShares{TookMS: a.deps.Now().Sub(start).Milliseconds()}
	for _, f := range fields {
		if !housekeeping(f.Name) {
			answer.Items = append(answer.Items, FieldShare{Name: f.Name, Rows: f.Rows, Share: float64(f.Rows) / float64(max(most, 1))})
		}
	}
	return &bodyOutput[FieldShares]{Body: answer}, nil
}

func (a *API) listEventValues(ctx context.Context, in *eventValuesInput) (*bodyOutput[ValueCounts], error) {
	q, err := a.query(ctx, in.EventRange)
	if err != nil {
		return nil, err
	}
	start := a.deps.Now()
	values, err := a.deps.Searcher.Values(ctx, q, in.Field, in.Limit)
	if err != nil {
		return nil, err
	}
	answer := ValueCounts{TookMS: a.deps.Now().Sub(start).Milliseconds()}
	for _, v := range values {
		answer.Items = append(answer.Items, ValueRows{Value: v.Value, Rows: v.Rows})
	}
	return &bodyOutput[ValueCounts]{Body: answer}, nil
}

// countEvents fills in how many events there are since. A process that began later knows how many records it accepted;
// an older one would count too many, and then every event stands for its record.
func (a *API) countEvents(ctx context.Context, tenant string, since, now time.Time, live LiveStats, today *Today) error {
	q := eventstore.Query{Tenant: tenant, Kind: eventstore.KindEvent, Since: since, Until: now}
	buckets, err := a.deps.Searcher.Histogram(ctx, q, 1)
	if err != nil {
		return err
	}
	for _, b := range buckets {
		today.Events += b.Rows
	}
	today.Records = today.Events
	if !live.Since.Before(since) {
		today.Records = live.Records
	}
	return nil
}
