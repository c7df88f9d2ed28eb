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

// auditWithChange makes changes through views: each is audited exactly when it is made.
func auditWithChange(t *testing.T, b *bench) {
	ctx := t.Context()
	series(t, b, 1)
	working := vedette.StatusWorking
	by := func(what string) *statestore.Store {
		return b.Audited(vedette.AuditEntry{Tenant: "default", Who: "ana", What: what, Object: "inc-000"})
	}
	_, err := by("edit").EditIncident(ctx, "default", "inc-000", 1, statestore.IncidentEdit{Status: &working})
	must(t, err)
	_, err = by("late edit").EditIncident(ctx, "default", "inc-000", 1, statestore.IncidentEdit{Status: &working})
	code(t, err, vedette.CodeConflict)
	must(t, by("note").AddNote(ctx, "default", vedette.Note{IncidentID: "inc-000", Who: "ana", Text: "seen"}))
	must(t, by("setting").SetSetting(ctx, "default", "mode", "auto"))
	code(t, by("removal").DeleteRuleUpload(ctx, "default", "none"), vedette.CodeNotFound)
	must(t, b.SetSetting(ctx, "default", "mode", "off")) // not through a view
	got, _, _, err := b.AuditLog(ctx, statestore.AuditFilter{Tenant: "default"}, statestore.Page{})
	must(t, err)
	var whats []string
	for _, entry := range got {
		whats = append(whats, entry.What)
	}
	same(t, "audited", whats, []string{"setting", "note", "edit"})
}
