package api

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/vedette-soc/vedette"
)

// Problem is how every failure is told: RFC 9457, with a code to branch on.
type Problem struct {
	Type    string         `json:"type" doc:"Where the code is explained, relative to this server" example:"/api#conflict"`
	Title   string         `json:"title" example:"Conflict"`
	Status  int            `json:"status" example:"409"`
	Detail  string         `json:"detail" doc:"What went wrong, for a person"`
	Code    vedette.Code   `json:"code" enum:"invalid,unauthenticated,denied,not_found,conflict,too_large,limited,unavailable,internal"`
	Errors  []FieldProblem `json:"errors,omitempty" doc:"Each part of the request that is wrong"`
	TraceID string         `json:"trace_id,omitempty" doc:"Find the cause in the server's log by this"`
}

// FieldProblem is one part of a request that is wrong.
type FieldProblem struct {
	Location string `json:"location" example:"body.ttl_seconds"`
	Message  string `json:"message" example:"expected number >= 1"`
}

// Error returns the sentence for a person.
func (p *Problem) Error() string { return p.Detail }

// GetStatus returns the HTTP status; huma asks for it.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType replaces JSON's media type by the one of problems; huma asks for it.
func (p *Problem) ContentType(string) string { return problemType }

const problemType = "application/problem+json"

func newProblem(code vedette.Code, status int, detail string) *Problem {
	return &Problem{Type: "/api#" + string(code), Title: http.StatusText(status), Status: status, Detail: detail, Code: code}
}

// problemOf tells an error in a form that leaks nothing: the message of a vedette.Error was written for people, any
// other error is a defect of ours whose text stays in the log.
func problemOf(err error, traceID string) *Problem {
	if p, ok := errors.AsType[*Problem](err); ok {
		return p
	}
	if e, ok := errors.AsType[*vedette.Error](err); ok && e.Code != vedette.CodeInternal {
		return newProblem(e.Code, e.Code.Status(), e.Message)
	}
	p := newProblem(vedette.CodeInternal, http.StatusInternalServerError, "something went wrong here; the log has it under this trace id")
	p.TraceID = traceID
	return p
}

// problemFrom turns huma's own errors, which are about the form of a request, into ours.
func problemFrom(m *huma.ErrorModel, traceID string) *Problem {
	code := codeOf(m.Status)
	if code == vedette.CodeInternal {
		return problemOf(m, traceID)
	}
	status := m.Status
	if status == http.StatusUnprocessableEntity {
		status = http.StatusBadRequest
	}
	p := newProblem(code, status, m.Detail)
	for _, e := range m.Errors {
		if e == nil {
			continue
		}
		p.Errors = append(p.Errors, FieldProblem{Location: e.Location, Message: e.Message})
	}
	if len(p.Errors) > 0 {
		p.Detail += ": " + strings.TrimPrefix(p.Errors[0].Location+": ", ": ") + p.Errors[0].Message
	}
	return p
}

// codeOf is the way back from a code's Status, for answers that did not start as one of our errors.
func codeOf(status int) vedette.Code {
	switch status {
	case http.StatusUnauthorized:
		return vedette.CodeUnauthenticated
	case http.StatusForbidden:
		return vedette.CodeDenied
	case http.StatusNotFound:
		return vedette.CodeNotFound
	case http.StatusConflict, http.StatusPreconditionFailed:
		return vedette.CodeConflict
	case http.StatusRequestEntityTooLarge:
		return vedette.CodeTooLarge
	case http.StatusTooManyRequests:
		return vedette.CodeLimited
	case http.StatusServiceUnavailable:
		return vedette.CodeUnavailable
	}
	if status < http.StatusInternalServerError {
		return vedette.CodeInvalid
	}
	return vedette.CodeInternal
}

// writeProblem answers outside huma.
func writeProblem(w http.ResponseWriter, p *Problem) {
	h := w.Header()
	h.Set("Content-Type", problemType)
	h.Del("Content-Length")
	h.Set("Cache-Control", "no-store")
	switch p.Code {
	case vedette.CodeUnauthenticated:
		h.Set("WWW-Authenticate", `Bearer realm="vedette"`)
	case vedette.CodeLimited:
		if h.Get("Retry-After") == "" {
			h.Set("Retry-After", "1")
		}
	}
	w.WriteHeader(p.Status)
	// A client that has gone away needs no answer.
	_ = json.NewEncoder(w).Encode(p)
}
