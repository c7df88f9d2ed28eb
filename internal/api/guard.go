package api

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/vedette-soc/vedette"
)

const (
	requestTime = 60 * time.Second // for everything but the stream and exports
	bodyTime    = 30 * time.Second
	loginRetry  = 30 * time.Second // what a client is told to wait when access, which keeps its delays to itself, says limited
)

// guard stands before every operation: who it is, whether they may, not too often; and behind it, for the audit log,
// also when the handler panics.
func (a *API) guard(r route) func(huma.Context, func(huma.Context)) {
	return func(hc huma.Context, next func(huma.Context)) {
		start := a.deps.Now()
		_, w := humago.Unwrap(hc)
		q := requestOf(hc.Context())
		seen := &answer{humaContext: hc}
		defer func() {
			if seen.status == 0 {
				seen.status, q.failure = http.StatusInternalServerError, "the program failed; trace id "+q.traceID
			}
			a.requests.Add(1, r.ID, strconv.Itoa(seen.status))
			a.seconds.Observe(a.deps.Now().Sub(start).Seconds(), r.ID)
			a.auditRequest(hc.Context(), r, q, seen)
		}()
		if err := a.admitLimited(hc.Context(), q, r.Needs); err != nil {
			seen.status = a.refuse(w, q, err)
			return
		}
		ctx := hc.Context()
		if r.ID != "openStream" && r.ID != "searchEvents" {
			var cancel context.CancelFunc
			ctx, cancel = context.WithTimeout(ctx, requestTime)
			defer cancel()
		}
		next(huma.WithContext(seen, ctx))
	}
}

func (a *API) admitLimited(ctx context.Context, q *request, need permission) error {
	err := a.admit(ctx, q, q.r, need)
	key := addressKey(q.from)
	if q.known {
		key = q.principal.Tenant + "/" + q.principal.Name
	}
	if wait := a.limits.take(key); wait > 0 {
		return limitedFor(wait, "too many requests")
	}
	return err
}

// humaContext gives huma's context another name, because it has a method of its own.
type humaContext = huma.Context

// answer remembers the status, and gives requests of the wrong form the one status that our code for them has.
type answer struct {
	humaContext
	status int
}

// SetStatus notes and passes on.
func (c *answer) SetStatus(status int) {
	if status == http.StatusUnprocessableEntity {
		status = http.StatusBadRequest
	}
	c.status = status
	c.humaContext.SetStatus(status)
}

// Unwrap lets humago find its own context.
func (c *answer) Unwrap() huma.Context { return c.humaContext }

// refuse answers with an error outside huma and returns the status.
func (a *API) refuse(w http.ResponseWriter, q *request, err error) int {
	p := a.problem(q, "", err)
	if e, ok := errors.AsType[*limitedError](err); ok {
		w.Header().Set("Retry-After", strconv.Itoa(e.seconds))
	}
	writeProblem(w, p)
	return p.Status
}

// fail makes of a handler's error what huma shall write.
func (a *API) fail(ctx context.Context, r route, err error) error {
	p := a.problem(requestOf(ctx), r.ID, err)
	if p.Code != vedette.CodeLimited {
		return p
	}
	seconds := int(loginRetry.Seconds())
	if e, ok := errors.AsType[*limitedError](err); ok {
		seconds = e.seconds
	}
	return huma.ErrorWithHeaders(p, http.Header{"Retry-After": {strconv.Itoa(seconds)}})
}

// problem makes a problem of an error and logs what the caller is not told.
func (a *API) problem(q *request, operation string, err error) *Problem {
	switch {
	case errors.Is(err, context.Canceled):
		err = vedette.Errorf(vedette.CodeUnavailable, "the client went away: %w", err)
	case errors.Is(err, context.DeadlineExceeded):
		err = vedette.Errorf(vedette.CodeUnavailable, "this took too long; ask for less")
	}
	p := problemOf(err, q.traceID)
	q.failure = p.Detail
	if p.Code == vedette.CodeInternal {
		a.deps.Log.Error("request failed", slog.String("operation", operation), slog.String("trace_id", q.traceID), slog.Any("error", err))
	}
	if e, ok := errors.AsType[*vedette.Error](err); ok && p.Code == vedette.CodeUnavailable && !errors.Is(err, context.Canceled) {
		a.deps.Log.Warn("request could not be served", slog.String("operation", operation), slog.String("reason", e.Message), slog.Any("cause", e.Err))
	}
	return p
}

// retell turns huma's errors into problems on their way out.
func (a *API) retell(hc huma.Context, _ string, v any) (any, error) {
	m, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	q := requestOf(hc.Context())
	p := problemFrom(m, q.traceID)
	q.failure = p.Detail
	return p, nil
}
