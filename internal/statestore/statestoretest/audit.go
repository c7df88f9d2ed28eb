package statestoretest

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/statestore"
)

func audit(t *testing.T, b *bench) {
	ctx := t.Context()
	proof, err := b.VerifyAudit(ctx)
	must(t, err)
	same(t, "proof of an empty log", proof, statestore.AuditProof{})
	for n := range 25 {
		must(t, b.Audit(ctx, vedette.AuditEntry{Tenant: "default", Who: fmt.Sprintf("user-%d", n%2), From: "192.0.2.1", What: "incident.update",
			Object: fmt.Sprintf("inc-%d", n%5), Detail: "状态 → closed", Failed: n%3 == 0}))
	}
	must(t, b.Audit(ctx, vedette.AuditEntry{Tenant: "other", Who: "x", What: "y", Object: strings.Repeat("长", 1000), Detail: strings.Repeat("长", 10_000)}))
	got, next, total, err := b.AuditLog(ctx, statestore.AuditFilter{Tenant: "default"}, statestore.Page{Limit: 10})
	must(t, err)
	same(t, "total", total, 25)
	same(t, "newest", got[0], vedette.AuditEntry{ID: "25", Tenant: "default", Time: kept(start), Who: "user-0", From: "192.0.2.1", What: "incident.update",
		Object: "inc-4", Detail: "状态 → closed", Failed: true})
	got, _, _, err = b.AuditLog(ctx, statestore.AuditFilter{Tenant: "default"}, statestore.Page{Limit: 10, Cursor: next})
	must(t, err)
	same(t, "second page", got[0].ID, "15")
	_, _, total, err = b.AuditLog(ctx, statestore.AuditFilter{Tenant: "default", Object: "inc-2", Who: "user-0"}, statestore.Page{})
	must(t, err)
	same(t, "of one object by one", total, 3)
	proof, err = b.VerifyAudit(ctx)
	must(t, err)
	same(t, "proof", [3]any{proof.Entries, proof.Broken, len(proof.Head)}, [3]any{int64(26), int64(0), 64})
}

// auditAtOnce appends from many goroutines: the chain must not fork.
func auditAtOnce(t *testing.T, b *bench) {
	var group sync.WaitGroup
	errs := make([]error, 8)
	for i := range errs {
		group.Go(func() {
			for range 15 {
				if errs[i] = b.Audit(t.Context(), vedette.AuditEntry{Tenant: "default", Who: "w", What: "x"}); errs[i] != nil {
					return
				}
			}
		})
	}
	group.Wait()
	for _, err := range errs {
		must(t, err)
	}
	proof, err := b.VerifyAudit(t.Context())
	must(t, err)
	same(t, "proof", [2]int64{proof.Entries, proof.Broken}, [2]int64{120, 0})
}
