package statestore_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/statestore"
)

// sample makes an incident of the size and variety that triage writes: some 20 KB with evidence.
func sample(r *rand.Rand, n int) vedette.Incident {
	at := time.Date(2026, 1, 1, 0, 0, n*13, 0, time.UTC)
	in := vedette.Incident{ID: fmt.Sprintf("inc-%06d", n), Tenant: "default", Status: vedette.StatusClosed, Closed: at,
		Title:    vedette.Text{En: fmt.Sprintf("SSH password guessing against host-%d", n%300), Zh: "针对主机的口令猜测"},
		Story:    vedette.Text{En: strings.Repeat("It was so. ", 40), Zh: strings.Repeat("确实如此。", 40)},
		Severity: vedette.Severity(r.IntN(5)), Score: r.IntN(101), Alerts: int64(r.IntN(1000)),
		First: at, Last: at.Add(time.Minute), Created: at, Updated: at, Detected: at.Add(time.Second)}
	if n%50 == 0 {
		in.Status, in.Closed = vedette.StatusOpen, time.Time{}
	}
	in.Entities = []vedette.EntityRef{{Kind: vedette.EntityHost, Name: fmt.Sprintf("host-%d", n%300)}, {Kind: vedette.EntityAddress, Name: "10.0.0.1"}}
	for i := range 5 {
		in.Entities = append(in.Entities, vedette.EntityRef{Kind: vedette.EntityUser, Name: fmt.Sprintf("user-%d", r.IntN(5000))})
		in.Rules = append(in.Rules, vedette.RuleCount{RuleID: fmt.Sprintf("rule-%d", (n+i)%200), Title: "SSH brute force", Count: 5, First: at, Last: at})
		in.Reasons = append(in.Reasons, vedette.Reason{Code: "stages", Points: 20, Text: vedette.Text{En: "It went through three stages", Zh: "经历三个阶段"}})
	}
	for i := range 12 {
		in.Evidence = append(in.Evidence, vedette.Evidence{Number: i, Alert: vedette.Alert{ID: "x", RuleTitle: strings.Repeat("y", 600), Matched: map[string]string{"process.command_line": strings.Repeat("z", 400)}}})
	}
	return in
}

func filled(b *testing.B, address string, count int) *statestore.Store {
	store := opened(b, statestore.Config{URL: address, Now: func() time.Time { return time.Date(2026, 1, 1, 0, 0, 100_000*13, 0, time.UTC) }})
	r := rand.New(rand.NewPCG(1, 2))
	for from := 0; from < count; from += 500 {
		fold := statestore.Fold{Seq: uint64(from + 1)}
		for n := from; n < from+500; n++ {
			fold.Incidents = append(fold.Incidents, sample(r, n))
		}
		if err := store.SaveFold(b.Context(), fold); err != nil {
			b.Fatal(err)
		}
	}
	return store
}

// BenchmarkIncidents lists pages of a hundred thousand incidents, with the total.
func BenchmarkIncidents(b *testing.B) {
	open := []vedette.IncidentStatus{vedette.StatusOpen, vedette.StatusWorking}
	for engine, address := range map[string]func(testing.TB) string{"sqlite": sqliteURL, "postgres": postgresURL} {
		b.Run(engine, func(b *testing.B) {
			store := filled(b, address(b), 100_000)
			for _, c := range []struct {
				name   string
				filter statestore.IncidentFilter
			}{
				{"all by score", statestore.IncidentFilter{}},
				{"all by last", statestore.IncidentFilter{Sort: "last"}},
				{"open by score", statestore.IncidentFilter{Status: open}},
				{"severity and owner", statestore.IncidentFilter{MinSeverity: vedette.High, Owner: "nobody"}},
				{"since", statestore.IncidentFilter{Since: time.Date(2026, 1, 3, 0, 0, 0, 0, time.UTC), Sort: "created"}},
				{"rare word", statestore.IncidentFilter{Search: "inc-000777"}},
				{"common word", statestore.IncidentFilter{Search: "password"}},
				{"common word, open", statestore.IncidentFilter{Search: "password", Status: open}},
				{"rare entity", statestore.IncidentFilter{EntityKind: "user", EntityName: "user-77"}},
				{"common entity", statestore.IncidentFilter{EntityKind: "address", EntityName: "10.0.0.1"}},
				{"common rule, open", statestore.IncidentFilter{RuleID: "rule-7", Status: open}},
			} {
				c.filter.Tenant = "default"
				b.Run(c.name, func(b *testing.B) {
					for b.Loop() {
						if _, _, _, err := store.Incidents(b.Context(), c.filter, statestore.Page{}); err != nil {
							b.Fatal(err)
						}
					}
				})
			}
			b.Run("deep page", func(b *testing.B) {
				page := statestore.Page{Limit: 500}
				for range 150 {
					_, next, _, err := store.Incidents(b.Context(), statestore.IncidentFilter{Tenant: "default"}, page)
					if err != nil {
						b.Fatal(err)
					}
					page.Cursor = next
				}
				page.Limit = 50
				for b.Loop() {
					if _, _, _, err := store.Incidents(b.Context(), statestore.IncidentFilter{Tenant: "default"}, page); err != nil {
						b.Fatal(err)
					}
				}
			})
			b.Run("today", func(b *testing.B) {
				for b.Loop() {
					if _, err := store.Today(b.Context(), "default", time.Date(2026, 1, 8, 0, 0, 0, 0, time.UTC)); err != nil {
						b.Fatal(err)
					}
				}
			})
			b.Run("fold of 10", func(b *testing.B) {
				r := rand.New(rand.NewPCG(3, 4))
				fold := statestore.Fold{Seq: 1 << 40}
				for n := range 10 {
					in, err := store.Incident(b.Context(), "default", fmt.Sprintf("inc-%06d", r.IntN(100_000)))
					if err != nil {
						b.Fatal(err)
					}
					fold.Incidents = append(fold.Incidents, in)
					fold.Entities = append(fold.Entities, vedette.Entity{Tenant: "default", Kind: vedette.EntityHost, Name: fmt.Sprint("h", n)})
					fold.Fired = append(fold.Fired, statestore.RuleFired{Tenant: "default", RuleID: fmt.Sprint("r", n), Count: 1})
				}
				for b.Loop() {
					fold.Seq++
					for i := range fold.Incidents {
						fold.Incidents[i].Alerts++
						fold.Incidents[i].Score = (fold.Incidents[i].Score + 1) % 101
					}
					if err := store.SaveFold(b.Context(), fold); err != nil {
						b.Fatal(err)
					}
				}
			})
		})
	}
}
