package api

import (
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/vedette-soc/vedette"
)

// newDocument is the head of the OpenAPI document: what the surface is, and how to get in.
func newDocument(version string) *huma.OpenAPI {
	return &huma.OpenAPI{
		OpenAPI: "3.1.0",
		Info: &huma.Info{
			Title:       "Vedette",
			Version:     version,
			Description: documentText,
			License:     &huma.License{Name: "Apache-2.0", Identifier: "Apache-2.0"},
		},
		Components: &huma.Components{
			Schemas: huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer),
			SecuritySchemes: map[string]*huma.SecurityScheme{
				"session": {Type: "apiKey", In: "cookie", Name: cookieName, Description: "Set by login; for browsers. Requests from other origins are refused."},
				"token":   {Type: "http", Scheme: "bearer", Description: "An API token: Authorization: Bearer vdt_…. Elasticsearch clients may send it as ApiKey, or as the password of Basic."},
			},
		},
		Tags: []*huma.Tag{
			{Name: "session", Description: "Logging in and out"},
			{Name: "today", Description: "The first screen"},
			{Name: "stream", Description: "Changes as they happen"},
			{Name: "incidents", Description: "The case files"},
			{Name: "alerts", Description: "What detectors say about events"},
			{Name: "events", Description: "Records understood"},
			{Name: "actions", Description: "Changes to the world; each is a lease that ends and can be undone"},
			{Name: "rules", Description: "What makes alerts"},
			{Name: "exceptions", Description: "What people judged harmless, until a date"},
			{Name: "noise", Description: "What is kept out of sight, why, and what that costs"},
			{Name: "teams", Description: "Who looks after what, and so after which incidents"},
			{Name: "sources", Description: "Who sends records"},
			{Name: "entities", Description: "Hosts, users, addresses and other things"},
			{Name: "intel", Description: "What is known to be bad: indicators, the feeds that name them, and what never fires"},
			{Name: "ledger", Description: "What was looked at, minute by minute, and what was not"},
			{Name: "users", Description: "People who may log in"},
			{Name: "tokens", Description: "Keys for programs"},
			{Name: "audit", Description: "Who did what"},
		},
	}
}

const documentText = `Everything that the console shows and does, for programs.

Lists are {items, next, total}; pass next as cursor to go on. Times are RFC 3339 in UTC. Failures are
application/problem+json with a stable code. Unknown query parameters and unknown fields in a body are refused.
Every write leaves a line in the audit log.`

// operation is the route as the document tells it.
func (r route) operation(schemas huma.Registry) huma.Operation {
	op := huma.Operation{
		OperationID:     r.ID,
		Method:          r.Method,
		Path:            r.Path,
		DefaultStatus:   r.Status,
		Tags:            []string{r.Tag},
		Summary:         r.Summary,
		Description:     r.description(),
		MaxBodyBytes:    r.bodyLimit(),
		BodyReadTimeout: r.bodyWait(),
		Responses:       map[string]*huma.Response{},
	}
	if r.Needs != anyone {
		op.Security = []map[string][]string{{"session": {}}, {"token": {}}}
	}
	for _, code := range r.codes() {
		op.Responses[strconv.Itoa(code.Status())] = &huma.Response{
			Description: codeText[code] + " (code " + string(code) + ")",
			Content:     map[string]*huma.MediaType{problemType: {Schema: schemas.Schema(problemOfType, true, "Problem")}},
		}
	}
	return op
}

func (r route) description() string {
	text := r.Text
	if text != "" {
		text += "\n\n"
	}
	switch r.Needs {
	case anyone:
		text += "Needs no session."
	case someone:
		text += "Needs a session."
	default:
		text += "Needs the permission " + string(r.Needs) + "."
	}
	if r.Audit != "" {
		text += " Audited as " + r.Audit + "."
	}
	return text
}

func (r route) bodyLimit() int64 {
	if r.Body != 0 {
		return r.Body
	}
	return defaultBody
}

// bodyWait is how long a body may take to arrive; uploads over slow lines need it.
func (r route) bodyWait() time.Duration {
	if r.Body > defaultBody {
		return 4 * bodyTime
	}
	return bodyTime
}

// codes returns what the operation can fail with: what every one can, and its own.
func (r route) codes() []vedette.Code {
	codes := []vedette.Code{vedette.CodeUnauthenticated, vedette.CodeLimited, vedette.CodeUnavailable, vedette.CodeInternal}
	if r.Needs != anyone && r.Needs != someone || r.writes() {
		codes = append(codes, vedette.CodeDenied) // also what a write from another origin gets
	}
	if r.Method == http.MethodPost || r.Method == http.MethodPatch {
		codes = append(codes, vedette.CodeInvalid, vedette.CodeTooLarge)
	}
	return append(codes, r.Errors...)
}

func (r route) writes() bool { return r.Method != http.MethodGet }

// codeText says in a few words what each code means. Read-only.
var codeText = map[vedette.Code]string{
	vedette.CodeInvalid:         "The request is wrong; errors says where",
	vedette.CodeUnauthenticated: "Who is asking is not known: no session or token, or one that has ended",
	vedette.CodeDenied:          "Who is asking may not do this",
	vedette.CodeNotFound:        "There is no such thing in this tenant",
	vedette.CodeConflict:        "It has changed since, or its state does not allow this",
	vedette.CodeTooLarge:        "The request is over a stated limit",
	vedette.CodeLimited:         "Too many requests; Retry-After says in how many seconds to try again",
	vedette.CodeUnavailable:     "Something needed is not there now; try again",
	vedette.CodeInternal:        "A defect of the server; the log has it under trace_id",
}
