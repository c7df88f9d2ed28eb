package api

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"

	"github.com/vedette-soc/vedette"
)

// outer is what every request passes first: common headers, a trace id, no writes from pages of other origins, and a
// floor under panics.
func (a *API) outer(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q, r := a.begin(w, r)
		secure(w.Header())
		w.Header().Set("X-Request-Id", q.traceID)
		defer a.caught(w, q)
		if err := a.origins.Check(r); err != nil {
			a.refuse(w, q, vedette.Errorf(vedette.CodeDenied, "a page of another origin may not do this"))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// secure sets the headers that every answer has; pages loosen the policy for themselves. There is no
// Strict-Transport-Security: it would speak for every port of the host, and other programs may live there.
func secure(h http.Header) {
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
}

// caught turns a panic into a problem. The one that means "break the connection" goes on its way.
func (a *API) caught(w http.ResponseWriter, q *request) {
	v := recover()
	if v == nil {
		return
	}
	if err, ok := v.(error); ok && (errors.Is(err, http.ErrAbortHandler) || q.r.Context().Err() != nil) {
		panic(http.ErrAbortHandler)
	}
	a.deps.Log.Error("a request made the program panic", slog.String("trace_id", q.traceID), slog.String("path", q.r.URL.Path),
		slog.String("panic", fmt.Sprint(v)), slog.String("stack", string(debug.Stack())))
	// When the answer has begun, this write does nothing but a note in the server's log, and the client sees it cut off.
	writeProblem(w, problemOf(fmt.Errorf("panic: %v", v), q.traceID))
}

// route finds the handler, and tells as a problem when there is none.
func (a *API) route(w http.ResponseWriter, r *http.Request) {
	h, pattern := a.mux.Handler(r)
	if pattern != "" {
		a.mux.ServeHTTP(w, r)
		return
	}
	var probe probe
	h.ServeHTTP(&probe, r)
	if probe.status == http.StatusMethodNotAllowed {
		allow := probe.Header().Get("Allow")
		w.Header().Set("Allow", allow)
		p := newProblem(vedette.CodeInvalid, http.StatusMethodNotAllowed, fmt.Sprintf("%s is not for this path; it takes %s", r.Method, allow))
		writeProblem(w, p)
		return
	}
	writeProblem(w, newProblem(vedette.CodeNotFound, http.StatusNotFound, fmt.Sprintf("there is nothing at %s", vedette.Shorten(strings.ToValidUTF8(r.URL.Path, "?"), 200))))
}

// probe takes an answer without sending it.
type probe struct {
	header http.Header
	status int
}

// Header returns where the answer's headers go.
func (p *probe) Header() http.Header {
	if p.header == nil {
		p.header = http.Header{}
	}
	return p.header
}

// Write forgets the body.
func (p *probe) Write(b []byte) (int, error) { return len(b), nil }

// WriteHeader notes the status.
func (p *probe) WriteHeader(status int) { p.status = status }
