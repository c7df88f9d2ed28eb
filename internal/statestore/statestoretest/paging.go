package statestoretest

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/statestore"
)

func ids(incidents []vedette.Incident) []string {
	var all []string
	for _, in := range incidents {
		all = append(all, in.ID)
	}
	return all
}

// walk reads a list to its end, page by page.
func walk(t *testing.T, b *bench, filter statestore.IncidentFilter, limit int, between func()) []vedette.Incident {
	t.Helper()
	var all []vedette.Incident
	page := statestore.Page{Limit: limit}
	for {
		got, next, _, err := b.Incidents(t.Context(), filter, page)
		must(t, err)
		if all = append(all, got...); len(all) > 10_000 {
			t.Fatal("the list does not end")
		}
		if next == "" {
			return all
		}
		same(t, "length of a page that is not the last", len(got), limit)
		page.Cursor = next
		between()
	}
}

func incidentPaging(t *testing.T, b *bench) {
	series(t, b, 55)
	for i := range 20 { // equal in score and times: only the row tells them apart
		twin := incident(7)
		twin.ID = "twin-" + string(rune('a'+i))
		must(t, b.SaveFold(t.Context(), statestore.Fold{Incidents: []vedette.Incident{twin}}))
	}
	value := map[string]func(vedette.Incident) int64{
		"score":   func(in vedette.Incident) int64 { return int64(in.Score) },
		"last":    func(in vedette.Incident) int64 { return in.Last.UnixMicro() },
		"created": func(in vedette.Incident) int64 { return in.Created.UnixMicro() },
	}
	for sort, of := range value {
		for _, search := range []string{"", "guessing"} {
			for _, limit := range []int{1, 7, 25, 75, 500} {
				all := walk(t, b, statestore.IncidentFilter{Tenant: "default", Sort: sort, Search: search}, limit, func() {})
				same(t, "rows by "+sort, len(all), 75)
				same(t, "distinct rows", len(slices.Compact(slices.Sorted(slices.Values(ids(all))))), 75)
				if !slices.IsSortedFunc(all, func(a, b vedette.Incident) int { return cmp.Compare(of(b), of(a)) }) {
					t.Fatalf("not in the order of %s", sort)
				}
				same(t, "evidence in a list", len(all[0].Evidence), 0)
			}
		}
	}
}

// incidentPagingLive adds newer incidents between pages: none of those there at the start repeats or is missed.
func incidentPagingLive(t *testing.T, b *bench) {
	series(t, b, 40)
	n := 100
	all := walk(t, b, statestore.IncidentFilter{Tenant: "default", Sort: "created"}, 7, func() {
		n++
		must(t, b.SaveFold(t.Context(), statestore.Fold{Incidents: []vedette.Incident{incident(n)}}))
	})
	same(t, "rows", len(all), 40)
}

func wrongCursors(t *testing.T, b *bench) {
	ctx := t.Context()
	series(t, b, 5)
	_, byLast, _, err := b.Incidents(ctx, statestore.IncidentFilter{Tenant: "default", Sort: "last"}, statestore.Page{Limit: 2})
	must(t, err)
	for _, cursor := range []string{"?", "AAAA", "bnVsbA", "W10", byLast, byLast[:len(byLast)-3], strings.Repeat("A", 10_000)} {
		_, _, _, err := b.Incidents(ctx, statestore.IncidentFilter{Tenant: "default", Sort: "score"}, statestore.Page{Cursor: cursor})
		code(t, err, vedette.CodeInvalid)
		_, _, _, err = b.Actions(ctx, statestore.ActionFilter{Tenant: "default"}, statestore.Page{Cursor: cursor})
		code(t, err, vedette.CodeInvalid)
		_, _, _, err = b.Entities(ctx, statestore.EntityFilter{Tenant: "default"}, statestore.Page{Cursor: cursor})
		code(t, err, vedette.CodeInvalid)
		_, _, _, err = b.AuditLog(ctx, statestore.AuditFilter{Tenant: "default"}, statestore.Page{Cursor: cursor})
		code(t, err, vedette.CodeInvalid)
	}
}
