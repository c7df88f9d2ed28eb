package api

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/eventstore"
)

// Event is an event as a search gives it.
type Event struct {
	ID       string            `json:"id" example:"1042-7"`
	Time     time.Time         `json:"time" doc:"When it happened, by the source's own clock"`
	Received time.Time         `json:"received,omitzero" doc:"When Vedette had it"`
	Source   string            `json:"source"`
	Dataset  string            `json:"dataset" example:"linux.sshd"`
	Message  string            `json:"message" doc:"The record as it came"`
	Fields   map[string]string `json:"fields" doc:"Every field by its canonical name; several values of one field are a JSON array of strings"`
}

// EventsPage is one piece of a search's answer.
type EventsPage struct {
	Items  []Event `json:"items"`
	Next   string  `json:"next,omitempty" doc:"Cursor of the next page; absent on the last one"`
	TookMS int64   `json:"took_ms" doc:"How long the store worked"`
}

// EventRange are the query parameters of every search.
type EventRange struct {
	Query string    `query:"query" maxLength:"8192" doc:"LogsQL; empty finds everything" example:"event.outcome:failure source.ip:203.0.113.9"`
	Since time.Time `query:"since" doc:"Default: 24 hours ago, or before until"`
	Until time.Time `query:"until" doc:"Default: up to the newest"`
}

type eventsInput struct {
	EventRange
	Accept string `header:"Accept" hidden:"true" doc:"text/csv or application/x-ndjson exports instead of paging"`
	Cursor string `query:"cursor" maxLength:"1024" doc:"Cursor from the next of the page before"`
	Limit  int    `query:"limit" minimum:"1" maximum:"1000000" doc:"How many events at most: 1 to 1000 in JSON, default 100; up to 1,000,000 in an export, default 100,000"`
	Fields string `query:"fields" maxLength:"4096" doc:"Only these fields, separated by commas; an export in CSV has them as columns"`
}

type eventInput struct {
	ID string `path:"id" maxLength:"64" example:"1042-7"`
}

// exportOutput writes its own body: a page in JSON, or an export as a stream.
type exportOutput struct {
	Body func(huma.Context)
}

const (
	pageEvents    = 100  // in a page, when the client does not say
	maxPageEvents = 1000 // in a page, and in one step of an export
)

func (a *API) registerEvents() {
	register(a, "searchEvents", a.searchEvents)
	register(a, "histogramEvents", a.histogramEvents)
	register(a, "listEventFields", a.listEventFields)
	register(a, "listEventValues", a.listEventValues)
	register(a, "getEvent", a.getEvent)
}

// query is the range as the store asks for it.
func (a *API) query(ctx context.Context, in EventRange) (eventstore.Query, error) {
	q := eventstore.Query{
		Tenant: requestOf(ctx).principal.Tenant, Text: in.Query, Kind: eventstore.KindEvent, Since: in.Since, Until: in.Until,
	}
	if q.Since.IsZero() {
		q.Since = firstTime(q.Until, a.deps.Now()).Add(-24 * time.Hour)
	}
	if !q.Until.IsZero() && !q.Until.After(q.Since) {
		return q, vedette.Errorf(vedette.CodeInvalid, "until is not after since")
	}
	return q, nil
}

func firstTime(t, otherwise time.Time) time.Time {
	if t.IsZero() {
		return otherwise
	}
	return t
}

func (a *API) searchEvents(ctx context.Context, in *eventsInput) (*exportOutput, error) {
	q, err := a.query(ctx, in.EventRange)
	if err != nil {
		return nil, err
	}
	q.After = in.Cursor
	for name := range strings.SplitSeq(in.Fields, ",") {
		if name = strings.TrimSpace(name); name != "" {
			q.Fields = append(q.Fields, name)
		}
	}
	if format := formatOf(in.Accept); format != "" {
		return a.export(ctx, q, in.Limit, format)
	}
	switch {
	case in.Limit == 0:
		q.Limit = pageEvents
	case in.Limit > maxPageEvents:
		return nil, vedette.Errorf(vedette.CodeInvalid, "a page has at most %d events; ask for text/csv or application/x-ndjson to export more", maxPageEvents)
	default:
		q.Limit = in.Limit
	}
	ctx, cancel := context.WithTimeout(ctx, requestTime)
	defer cancel()
	start := a.deps.Now()
	rows, err := a.rows(ctx, q)
	if err != nil {
		return nil, err
	}
	page := EventsPage{Items: make([]Event, 0, len(rows)), TookMS: a.deps.Now().Sub(start).Milliseconds()}
	for _, row := range rows {
		page.Items = append(page.Items, eventOf(row))
	}
	if n := len(rows); n == q.Limit && page.Items[n-1].ID != "" {
		page.Next = rows[n-1].Cursor()
	}
	return &exportOutput{Body: func(hc huma.Context) {
		hc.SetHeader("Content-Type", "application/json")
		hc.SetStatus(http.StatusOK)
		// A client that has gone away needs no page.
		_ = huma.DefaultJSONFormat.Marshal(hc.BodyWriter(), page)
	}}, nil
}

// rows fetches one step of a search. What tells a row's place is fetched even when the client wants other fields.
func (a *API) rows(ctx context.Context, q eventstore.Query) ([]eventstore.Row, error) {
	if len(q.Fields) > 0 {
		q.Fields = append([]string{
			eventstore.FieldTime, eventstore.FieldMessage, eventstore.FieldID, eventstore.FieldSeq, eventstore.FieldPlace,
			eventstore.FieldSource, eventstore.FieldDataset, eventstore.FieldReceived,
		}, q.Fields...)
	}
	rows := make([]eventstore.Row, 0, min(q.Limit, maxPageEvents))
	err := a.deps.Searcher.Search(ctx, q, func(row eventstore.Row) error {
		rows = append(rows, row)
		return nil
	})
	return rows, err
}

func (a *API) getEvent(ctx context.Context, in *eventInput) (*bodyOutput[Event], error) {
	if _, _, err := vedette.ParseEventID(in.ID); err != nil {
		return nil, err
	}
	row, err := a.deps.Reader.Event(ctx, requestOf(ctx).principal.Tenant, in.ID)
	if err != nil {
		return nil, err
	}
	return &bodyOutput[Event]{Body: eventOf(row)}, nil
}

// eventOf gives a row the shape of an event. A row that a query counted has only fields.
func eventOf(row eventstore.Row) Event {
	ev := Event{Time: row.Time.UTC(), Fields: make(map[string]string, len(row.Fields))}
	for _, f := range row.Fields {
		switch f.Name {
		case eventstore.FieldID:
			ev.ID = f.Value
		case eventstore.FieldMessage:
			ev.Message = f.Value
		case eventstore.FieldSource:
			ev.Source = f.Value
		case eventstore.FieldDataset:
			ev.Dataset = f.Value
		case eventstore.FieldReceived:
			ev.Received, _ = time.Parse(time.RFC3339Nano, f.Value) // the store wrote it; a row that lacks it has none
		case eventstore.FieldTime, eventstore.FieldSeq, eventstore.FieldPlace, eventstore.FieldKind, eventstore.FieldAlert,
			eventstore.FieldLogsource, eventstore.FieldShape:
		default:
			ev.Fields[f.Name] = f.Value
		}
	}
	return ev
}
