package api

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/statestore"
)

const (
	auditTime   = 5 * time.Second
	auditDetail = 2000 // bytes
)

// auditRequest leaves a line for a request that wrote, tried to, or was refused. Refusals of callers that nobody knows,
// and of callers that come too often, are counted by metrics only: else anyone could fill the log.
func (a *API) auditRequest(ctx context.Context, r route, q *request, seen *answer) {
	if r.Audit == "" || !q.known && r.Needs != anyone || seen.status == http.StatusTooManyRequests {
		return
	}
	if r.Own == byAccess && (q.reached || !q.known) || r.Own == byRespond && q.reached && decided(seen.status) {
		return // that room has written it, with what only it knows
	}
	entry := vedette.AuditEntry{What: r.Audit, Object: q.object, Detail: q.detail, Failed: seen.status >= http.StatusBadRequest}
	if q.kept && !entry.Failed {
		return // it was stored together with the change
	}
	if entry.Object == "" {
		entry.Object = firstOf(seen.Param("id"), seen.Param("name"))
	}
	if entry.Failed {
		entry.Detail = q.failure
	}
	a.audit(ctx, entry)
}

// decided tells whether a status says that respond got as far as a decision.
func decided(status int) bool {
	switch status {
	case http.StatusBadRequest, http.StatusNotFound, http.StatusConflict, http.StatusTooManyRequests:
		return false
	}
	return true
}

// audit writes one line in the name of whoever asks. It is written even when the client has gone away. A log that cannot
// be written does not undo what was done; it is told loudly instead.
func (a *API) audit(ctx context.Context, entry vedette.AuditEntry) {
	entry = a.signed(ctx, entry)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), auditTime)
	defer cancel()
	if err := a.deps.Store.Audit(ctx, entry); err != nil {
		a.unaudited.Add(1)
		a.deps.Log.Error("the audit log could not be written", slog.Any("error", err), slog.String("what", entry.What),
			slog.String("who", entry.Who), slog.String("object", entry.Object), slog.Bool("failed", entry.Failed))
	}
}

// audited is the store for one change that is kept together with its line in the audit log, or not at all.
func (a *API) audited(ctx context.Context, what, object, detail string) *statestore.Store {
	return a.deps.Store.Audited(a.signed(ctx, vedette.AuditEntry{What: what, Object: object, Detail: detail}))
}

// signed fills in who it was, from where and when.
func (a *API) signed(ctx context.Context, entry vedette.AuditEntry) vedette.AuditEntry {
	q := requestOf(ctx)
	entry.Tenant, entry.Who, entry.From, entry.Time = q.principal.Tenant, q.principal.Name, q.from, a.deps.Now().UTC()
	entry.Object, entry.Detail = vedette.Shorten(entry.Object, auditDetail), vedette.Shorten(entry.Detail, auditDetail)
	return entry
}

func firstOf(words ...string) string {
	for _, w := range words {
		if w != "" {
			return w
		}
	}
	return ""
}
