package api

import (
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"github.com/vedette-soc/vedette"
)

// describe adds to the document what huma cannot see: bodies that handlers read or write by themselves.
func describe(schemas huma.Registry, op *huma.Operation) {
	switch op.OperationID {
	case "searchEvents":
		op.Responses["200"] = &huma.Response{Description: "A page, or an export", Content: map[string]*huma.MediaType{
			"application/json":     {Schema: schemas.Schema(reflect.TypeFor[EventsPage](), true, "")},
			"text/csv":             {Schema: &huma.Schema{Type: huma.TypeString}},
			"application/x-ndjson": {Schema: &huma.Schema{Type: huma.TypeString, Description: "One Event as a JSON object per line"}},
		}}
	case "openStream":
		op.Responses["200"] = &huma.Response{Description: "Events until either side ends", Content: map[string]*huma.MediaType{
			"text/event-stream": {Schema: &huma.Schema{OneOf: []*huma.Schema{
				frame(schemas, "incident", reflect.TypeFor[vedette.Incident](), "An incident was made or changed; without its evidence"),
				frame(schemas, "action", reflect.TypeFor[vedette.Action](), "An action was made or changed"),
				frame(schemas, "alert", reflect.TypeFor[vedette.Alert](), "A rule fired"),
				frame(schemas, "source", reflect.TypeFor[vedette.SourceStatus](), "A source appeared or changed its state"),
				frame(schemas, "stats", reflect.TypeFor[Ingest](), "How records are coming in, every few seconds"),
				frame(schemas, "hello", reflect.TypeFor[StreamHello](), "The stream is open"),
				frame(schemas, "reset", reflect.TypeFor[StreamReset](), "Changes were missed: fetch again what is shown"),
			}}},
		}}
	}
}

// frame is the schema of one kind of server-sent event.
func frame(schemas huma.Registry, name string, data reflect.Type, text string) *huma.Schema {
	return &huma.Schema{
		Type: huma.TypeObject, Title: name, Description: text, Required: []string{"event", "data"},
		Properties: map[string]*huma.Schema{
			"event": {Type: huma.TypeString, Enum: []any{name}},
			"id":    {Type: huma.TypeString, Description: "Send the last one back as Last-Event-ID"},
			"data":  schemas.Schema(data, true, ""),
		},
	}
}

// describeUpload lists the forms that an upload of rules may have. It is called after registration, because huma would
// read a form by itself, and without our limits.
func describeUpload(op *huma.Operation) {
	file := &huma.Schema{Type: huma.TypeString, Format: "binary"}
	op.RequestBody.Content["application/yaml"] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Description: "Sigma rules, separated by ---"}}
	op.RequestBody.Content["application/gzip"] = &huma.MediaType{Schema: file}
	op.RequestBody.Content["application/zip"] = &huma.MediaType{Schema: file}
	op.RequestBody.Content["multipart/form-data"] = &huma.MediaType{Schema: &huma.Schema{
		Type:       huma.TypeObject,
		Properties: map[string]*huma.Schema{"file": {Type: huma.TypeArray, Items: file, Description: "Any number of files, each as above"}},
	}}
}
