package statestoretest

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/statestore"
)

func incidentEditing(t *testing.T, b *bench) {
	ctx := t.Context()
	series(t, b, 1)
	id := incident(0).ID
	closed, working, nobody, odd := vedette.StatusClosed, vedette.StatusWorking, "", vedette.IncidentStatus("odd")
	now := b.clock.advance(time.Hour)
	in, err := b.EditIncident(ctx, "default", id, 1, statestore.IncidentEdit{Status: &closed})
	must(t, err)
	same(t, "closed", [3]any{in.Status, in.Closed, in.Updated}, [3]any{closed, kept(now), kept(now)})
	same(t, "evidence of the edited", len(in.Evidence), 1)
	b.clock.advance(time.Hour)
	in, err = b.EditIncident(ctx, "default", id, 0, statestore.IncidentEdit{Status: &closed})
	must(t, err)
	same(t, "closed again keeps its time", in.Closed, kept(now))
	_, err = b.EditIncident(ctx, "default", id, 1, statestore.IncidentEdit{Owner: &nobody})
	code(t, err, vedette.CodeConflict)
	in, err = b.EditIncident(ctx, "default", id, 3, statestore.IncidentEdit{Status: &working})
	must(t, err)
	same(t, "reopened", [3]any{in.Status, in.Closed, in.Version}, [3]any{working, time.Time{}, int64(4)})
	_, err = b.EditIncident(ctx, "default", id, 0, statestore.IncidentEdit{Status: &odd})
	code(t, err, vedette.CodeInvalid)
	verdict := vedette.Verdict("odd")
	_, err = b.EditIncident(ctx, "default", id, 0, statestore.IncidentEdit{Verdict: &verdict})
	code(t, err, vedette.CodeInvalid)
	_, err = b.EditIncident(ctx, "other", id, 0, statestore.IncidentEdit{Status: &working})
	code(t, err, vedette.CodeNotFound)
}

// filterCase is a filter and which incidents of a series it keeps.
type filterCase struct {
	filter statestore.IncidentFilter
	keep   func(i int) bool
}

func filterCases() map[string]filterCase {
	closed, since := vedette.StatusClosed, incident(20).Last
	return map[string]filterCase{
		"all":                {statestore.IncidentFilter{}, func(int) bool { return true }},
		"status":             {statestore.IncidentFilter{Status: []vedette.IncidentStatus{closed, closed}}, func(i int) bool { return i%4 == 0 }},
		"two statuses":       {statestore.IncidentFilter{Status: []vedette.IncidentStatus{closed, vedette.StatusWorking}}, func(i int) bool { return i%4 == 0 }},
		"severity":           {statestore.IncidentFilter{MinSeverity: vedette.High}, func(i int) bool { return i%5 >= 3 }},
		"owner":              {statestore.IncidentFilter{Owner: "ana"}, func(i int) bool { return i%6 == 0 }},
		"rule":               {statestore.IncidentFilter{RuleID: "rule-2"}, func(i int) bool { return i%3 == 2 }},
		"entity":             {statestore.IncidentFilter{EntityKind: "host", EntityName: "host-4"}, func(i int) bool { return i%7 == 4 }},
		"entity of any kind": {statestore.IncidentFilter{EntityName: "host-4"}, func(i int) bool { return i%7 == 4 }},
		"entity of no kind":  {statestore.IncidentFilter{EntityKind: "user", EntityName: "host-4"}, func(int) bool { return false }},
		"since":              {statestore.IncidentFilter{Since: since}, func(i int) bool { return i >= 20 }},
		"until":              {statestore.IncidentFilter{Until: incident(20).First}, func(i int) bool { return i < 20 }},
		"search": {statestore.IncidentFilter{Search: "NUMBER 5"}, func(i int) bool {
			return strings.Contains(incident(i).ID+incident(i).Title.En+"host-"+string(rune('0'+i%7)), "5")
		}},
		"search in Chinese":   {statestore.IncidentFilter{Search: "口令猜测 12"}, func(i int) bool { return i == 12 }},
		"search wildcards":    {statestore.IncidentFilter{Search: "100%_"}, func(int) bool { return false }},
		"search patterns":     {statestore.IncidentFilter{Search: "pass*ing"}, func(int) bool { return false }},
		"search brackets":     {statestore.IncidentFilter{Search: "inc-[0]01 ?"}, func(int) bool { return false }},
		"everything together": {statestore.IncidentFilter{Search: "ssh", RuleID: "rule-0", EntityName: "host-0", Status: []vedette.IncidentStatus{closed}}, func(i int) bool { return i%84 == 0 }},
		"below the line":      {statestore.IncidentFilter{Line: "below"}, func(i int) bool { return i%8 == 7 }},
		"above the line":      {statestore.IncidentFilter{Line: "above", RuleID: "rule-2"}, func(i int) bool { return i%8 != 7 && i%3 == 2 }},
		"another tenant":      {statestore.IncidentFilter{Tenant: "other"}, func(int) bool { return false }},
	}
}

func incidentFilters(t *testing.T, b *bench) {
	ctx := t.Context()
	const n = 60
	series(t, b, n)
	ana, closed := "ana", vedette.StatusClosed
	for i := range n {
		edit := statestore.IncidentEdit{}
		if i%4 == 0 {
			edit.Status = &closed
		}
		if i%6 == 0 {
			edit.Owner = &ana
		}
		_, err := b.EditIncident(ctx, "default", incident(i).ID, 0, edit)
		must(t, err)
	}
	for name, c := range filterCases() {
		t.Run(name, func(t *testing.T) {
			var want []string
			for i := range n {
				if c.keep(i) {
					want = append(want, incident(i).ID)
				}
			}
			c.filter.Tenant = cmp.Or(c.filter.Tenant, "default")
			for _, sort := range []string{"", "score", "last", "created"} {
				c.filter.Sort = sort
				got, _, total, err := b.Incidents(ctx, c.filter, statestore.Page{Limit: 500})
				must(t, err)
				same(t, "total", total, int64(len(want)))
				same(t, "incidents by "+sort, slices.Sorted(slices.Values(ids(got))), want)
			}
		})
	}
	_, _, _, err := b.Incidents(ctx, statestore.IncidentFilter{Tenant: "default", Sort: "owner"}, statestore.Page{})
	code(t, err, vedette.CodeInvalid)
	_, _, _, err = b.Incidents(ctx, statestore.IncidentFilter{Tenant: "default", Status: []vedette.IncidentStatus{"odd"}}, statestore.Page{})
	code(t, err, vedette.CodeInvalid)
	_, _, _, err = b.Incidents(ctx, statestore.IncidentFilter{Tenant: "default", Search: strings.Repeat("a ", 9)}, statestore.Page{})
	code(t, err, vedette.CodeInvalid)
	_, _, _, err = b.Incidents(ctx, statestore.IncidentFilter{Tenant: "default", Line: "on"}, statestore.Page{})
	code(t, err, vedette.CodeInvalid)
}

func openIncidents(t *testing.T, b *bench) {
	ctx := t.Context()
	series(t, b, 10)
	closed, working := vedette.StatusClosed, vedette.StatusWorking
	_, err := b.EditIncident(ctx, "default", "inc-009", 0, statestore.IncidentEdit{Status: &closed})
	must(t, err)
	_, err = b.EditIncident(ctx, "default", "inc-006", 0, statestore.IncidentEdit{Status: &working})
	must(t, err)
	other := incident(8)
	other.Tenant = "other"
	must(t, b.SaveFold(ctx, statestore.Fold{Incidents: []vedette.Incident{other}}))
	got, err := b.OpenIncidents(ctx, incident(5).Last, time.Time{}, 100)
	must(t, err)
	same(t, "open incidents", slices.Sorted(slices.Values(ids(got))), []string{"inc-005", "inc-006", "inc-007", "inc-008", "inc-008"})
	same(t, "evidence", len(got[0].Evidence), 1)
	for name, c := range map[string]struct {
		updated time.Time
		limit   int
		want    []string
	}{
		"updated lately":                   {incident(7).Updated, 100, []string{"inc-007", "inc-008", "inc-008"}},
		"each tenant's highest":            {time.Time{}, 2, []string{"inc-008", "inc-008"}},
		"then the next of who has more":    {time.Time{}, 3, []string{"inc-005", "inc-008", "inc-008"}},
		"below the line only if all above": {time.Time{}, 9, []string{"inc-000", "inc-001", "inc-002", "inc-003", "inc-004", "inc-005", "inc-006", "inc-008", "inc-008"}},
	} {
		got, err = b.OpenIncidents(ctx, time.Time{}, c.updated, c.limit)
		must(t, err)
		same(t, name, slices.Sorted(slices.Values(ids(got))), c.want)
	}
}

// editsAtOnce lets many edit the same version: exactly one may win.
func editsAtOnce(t *testing.T, b *bench) {
	series(t, b, 1)
	var group sync.WaitGroup
	errs := make([]error, 8)
	for i := range errs {
		group.Go(func() {
			owner := "person-" + string(rune('a'+i))
			_, errs[i] = b.EditIncident(t.Context(), "default", "inc-000", 1, statestore.IncidentEdit{Owner: &owner})
		})
	}
	group.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
			continue
		}
		code(t, err, vedette.CodeConflict)
	}
	same(t, "winners", won, 1)
}

func notes(t *testing.T, b *bench) {
	ctx := t.Context()
	series(t, b, 2)
	must(t, b.AddNote(ctx, "default", vedette.Note{ID: "n1", IncidentID: "inc-000", Time: start, Who: "ana", Text: "看过了"}))
	now := b.clock.advance(time.Minute)
	must(t, b.AddNote(ctx, "default", vedette.Note{IncidentID: "inc-000", Who: "bo", Text: "second"}))
	code(t, b.AddNote(ctx, "default", vedette.Note{ID: "n1", IncidentID: "inc-001", Who: "bo", Text: "same id"}), vedette.CodeConflict)
	code(t, b.AddNote(ctx, "default", vedette.Note{IncidentID: "inc-000", Who: "bo"}), vedette.CodeInvalid)
	code(t, b.AddNote(ctx, "other", vedette.Note{IncidentID: "inc-000", Who: "bo", Text: "x"}), vedette.CodeNotFound)
	code(t, b.AddNote(ctx, "default", vedette.Note{IncidentID: "inc-000", Text: strings.Repeat("x", statestore.MaxNote+1)}), vedette.CodeTooLarge)
	got, err := b.Notes(ctx, "default", "inc-000")
	must(t, err)
	same(t, "notes", len(got), 2)
	same(t, "first", got[0], vedette.Note{ID: "n1", IncidentID: "inc-000", Time: kept(start), Who: "ana", Text: "看过了"})
	same(t, "second's time", got[1].Time, kept(now))
	same(t, "second has an id", got[1].ID != "", true)
}
