package statestore_test

import (
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/statestore"
)

// TestEvidenceTampering changes a ledger behind the store's back on both engines; each change must be refused by the
// database and found by VerifyEvidence.
func TestEvidenceTampering(t *testing.T) {
	free := map[string][]string{
		"sqlite": {"DROP TRIGGER evidence_no_update", "DROP TRIGGER evidence_no_delete"},
		"pgx":    {"DROP TRIGGER evidence_no_update ON evidence", "DROP TRIGGER evidence_no_delete ON evidence"},
	}
	for name, c := range map[string]struct {
		statements []string
		broken     int64
	}{
		"changed line":  {[]string{"UPDATE evidence SET body = replace(body, 'burst', 'quiet') WHERE number = 3 AND incident = 'a'"}, 3},
		"removed line":  {[]string{"DELETE FROM evidence WHERE number = 4 AND incident = 'a'"}, 4},
		"removed first": {[]string{"DELETE FROM evidence WHERE number = 1 AND incident = 'a'"}, 1},
		"cut":           {[]string{"DELETE FROM evidence WHERE number >= 5 AND incident = 'a'"}, 5},
		"cut with head": {[]string{"DELETE FROM evidence WHERE number = 6 AND incident = 'a'", "UPDATE evidence_heads SET number = 5 WHERE incident = 'a'"}, 5},
		"cut with head and hash": {[]string{"DELETE FROM evidence WHERE number >= 5 AND incident = 'a'",
			"UPDATE evidence_heads SET number = 4, hash = (SELECT hash FROM evidence WHERE number = 4 AND incident = 'a') WHERE incident = 'a'"}, 5},
		"removed as a whole": {[]string{"DELETE FROM evidence WHERE incident = 'a'", "DELETE FROM evidence_heads WHERE incident = 'a'"}, 1},
		"swapped lines": {[]string{"UPDATE evidence SET number = 99 WHERE number = 2 AND incident = 'a'", "UPDATE evidence SET number = 2 WHERE number = 3 AND incident = 'a'",
			"UPDATE evidence SET number = 3 WHERE number = 99 AND incident = 'a'"}, 2},
		"line added behind the end": {[]string{"UPDATE evidence SET hash = hash WHERE incident = 'a'",
			"INSERT INTO evidence (tenant, incident, number, body, hash) SELECT tenant, incident, 7, body, hash FROM evidence WHERE number = 6 AND incident = 'a'"}, 7},
		"last line written anew": {[]string{"UPDATE evidence SET hash = hash WHERE incident = 'a'", "UPDATE incidents SET ledger_end = '6 00' WHERE id = 'a'"}, 6},
		"removed all":            {[]string{"DELETE FROM evidence WHERE incident = 'a'"}, 1},
		"swapped hashes":         {[]string{"UPDATE evidence SET hash = (SELECT hash FROM evidence WHERE number = 1 AND incident = 'a') WHERE number = 2 AND incident = 'a'"}, 2},
		"of another":             {[]string{"UPDATE evidence SET body = (SELECT body FROM evidence WHERE number = 1 AND incident = 'b'), hash = (SELECT hash FROM evidence WHERE number = 1 AND incident = 'b') WHERE number = 1 AND incident = 'a'"}, 1},
	} {
		for _, driver := range []string{"sqlite", "pgx"} {
			t.Run(name+"/"+driver, func(t *testing.T) {
				source := filepath.Join(t.TempDir(), "state.db")
				address := "sqlite://" + source
				if driver == "pgx" {
					source = postgresURL(t)
					address = source
				}
				store := ledgers(t, address)
				refused(t, driver, source, c.statements[0])
				raw(t, driver, source, append(slices.Clone(free[driver]), c.statements...)...)
				proof, err := store.VerifyEvidence(t.Context(), "default", "a")
				if err != nil {
					t.Fatal(err)
				}
				if proof.Intact() || proof.Broken != c.broken || proof.Incident != "a" {
					t.Fatalf("proof %+v, want the break at %d", proof, c.broken)
				}
				// What is written behind a break does not heal it.
				if err := store.SaveFold(t.Context(), statestore.Fold{Evidence: []vedette.EvidenceEntry{{Tenant: "default", IncidentID: "a", Count: 1}}}); err != nil {
					t.Fatal(err)
				}
				if proof, err = store.VerifyEvidence(t.Context(), "default", "a"); err != nil || proof.Intact() || proof.Entries < 7 {
					t.Fatalf("after another line: %+v, %v", proof, err)
				}
				if proof, err = store.VerifyEvidence(t.Context(), "default", "b"); err != nil || !proof.Intact() || proof.Entries != 6 {
					t.Fatalf("the other ledger: %+v, %v", proof, err)
				}
				raw(t, driver, source, "DELETE FROM incidents WHERE id = 'b'", "DELETE FROM evidence WHERE incident = 'b'") // it goes with its incident
			})
		}
	}
}

// ledgers opens a store with two incidents and six lines of evidence for each.
func ledgers(t *testing.T, address string) *statestore.Store {
	t.Helper()
	store := opened(t, statestore.Config{URL: address})
	at := time.Date(2026, 3, 9, 10, 0, 0, 0, time.UTC)
	fold := statestore.Fold{}
	for _, id := range []string{"a", "b"} {
		fold.Incidents = append(fold.Incidents, vedette.Incident{ID: id, Tenant: "default", Status: vedette.StatusOpen, First: at, Last: at})
		for range 6 {
			fold.Evidence = append(fold.Evidence, vedette.EvidenceEntry{Tenant: "default", IncidentID: id, Time: at, Kind: vedette.EvidenceAnomaly, Detector: "burst", Count: 1})
		}
	}
	if err := store.SaveFold(t.Context(), fold); err != nil {
		t.Fatal(err)
	}
	return store
}
