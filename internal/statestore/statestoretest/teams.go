package statestoretest

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/statestore"
)

func teams(t *testing.T, b *bench) {
	ctx := t.Context()
	given := vedette.Team{Tenant: "default", Name: "放射", Title: "Radiology", Place: 2, Departments: []string{"放射科"}, Networks: []netip.Prefix{netip.MustParsePrefix("10.4.0.0/16")}, By: "ana"}
	made, err := b.AddTeam(ctx, given)
	must(t, err)
	given.Tags, given.Members, given.Updated = []string{}, []string{}, kept(start)
	same(t, "made", made, given)
	_, err = b.AddTeam(ctx, given)
	code(t, err, vedette.CodeConflict)
	_, err = b.AddTeam(ctx, vedette.Team{Tenant: "default", Name: "a b"})
	code(t, err, vedette.CodeInvalid)
	first, err := b.AddTeam(ctx, vedette.Team{Tenant: "default", Name: "soc", Place: 1, Tags: []string{"dmz"}, By: "ana"})
	must(t, err)
	_, err = b.AddTeam(ctx, vedette.Team{Tenant: "other", Name: "soc"})
	must(t, err)
	all, err := b.Teams(ctx, "default")
	must(t, err)
	same(t, "in order", all, []vedette.Team{first, made})
	every, err := b.Teams(ctx, "")
	must(t, err)
	same(t, "of all tenants", len(every), 3)

	networks, wrong, place := []string{"10.9.0.0/16", "10.8.1.1"}, []string{"10.9"}, 0
	edited, err := b.EditTeam(ctx, "default", "放射", statestore.TeamEdit{Networks: &networks, Place: &place, By: "bob"})
	must(t, err)
	same(t, "edited", []any{edited.By, edited.Place, len(edited.Networks), edited.Networks[1].String(), edited.Departments}, []any{"bob", 0, 2, "10.8.1.1/32", []string{"放射科"}})
	_, err = b.EditTeam(ctx, "default", "放射", statestore.TeamEdit{Networks: &wrong})
	code(t, err, vedette.CodeInvalid)
	_, err = b.EditTeam(ctx, "default", "nobody", statestore.TeamEdit{})
	code(t, err, vedette.CodeNotFound)

	must(t, b.SetBudget(ctx, statestore.Budget{Tenant: "default", Team: "soc", PerDay: 3, By: "ana"}))
	must(t, b.DeleteTeam(ctx, "default", "soc"))
	code(t, b.DeleteTeam(ctx, "default", "soc"), vedette.CodeNotFound)
	budgets, err := b.Budgets(ctx, "")
	must(t, err)
	same(t, "budgets of a team that is gone", len(budgets), 0)
	code(t, b.DropBudget(ctx, "default", "soc"), vedette.CodeNotFound)
}

func teamsOfIncidents(t *testing.T, b *bench) {
	ctx := t.Context()
	for _, name := range []string{"red", "blue"} {
		_, err := b.AddTeam(ctx, vedette.Team{Tenant: "default", Name: name, By: "ana"})
		must(t, err)
	}
	one, two, three := incident(1), incident(2), incident(3)
	one.Team, two.Team, one.Score, two.Score, three.Score = "red", "blue", 50, 60, 70
	fold := statestore.Fold{Seq: 1, Incidents: []vedette.Incident{one, two, three}}
	must(t, b.SaveFold(ctx, fold))
	read, err := b.Incident(ctx, "default", one.ID)
	must(t, err)
	same(t, "team", [2]string{read.Team, read.TeamBy}, [2]string{"red", ""})
	scores := func(of statestore.TeamChoice) (all []int) {
		got, err := b.Scores(ctx, "default", of, start.Add(-time.Hour), 10)
		must(t, err)
		for _, s := range got {
			all = append(all, s.Score)
		}
		return all
	}
	same(t, "all", len(scores(statestore.TeamChoice{})), 3)
	same(t, "of one", scores(statestore.TeamChoice{Only: "red"}), []int{50})
	same(t, "without", scores(statestore.TeamChoice{Without: []string{"red", "blue"}}), []int{70})
	page, _, total, err := b.Incidents(ctx, statestore.IncidentFilter{Tenant: "default", Team: "blue"}, statestore.Page{})
	must(t, err)
	same(t, "listed", []any{len(page), page[0].ID, total}, []any{1, two.ID, int64(1)})
	noise, err := b.Noise(ctx, "default", start.Add(-time.Hour))
	must(t, err)
	same(t, "days by team", []int64{noise.TeamDays["red"][0].Shown, noise.TeamDays["blue"][0].Shown, noise.TeamDays[""][0].Shown, noise.Days[0].Shown}, []int64{1, 1, 1, 3})

	blue, gone := "blue", "gone"
	_, err = b.EditIncident(ctx, "default", one.ID, 0, statestore.IncidentEdit{Team: &gone, By: "ana"})
	code(t, err, vedette.CodeInvalid)
	_, err = b.EditIncident(ctx, "default", one.ID, 0, statestore.IncidentEdit{Team: &blue})
	code(t, err, vedette.CodeInvalid)
	edited, err := b.EditIncident(ctx, "default", one.ID, 0, statestore.IncidentEdit{Team: &blue, By: "ana"})
	must(t, err)
	same(t, "given", [2]string{edited.Team, edited.TeamBy}, [2]string{"blue", "ana"})
	again := fold.Incidents[0]
	again.Team, again.Below = "red", true // triage has not heard of it
	must(t, b.SaveFold(ctx, statestore.Fold{Seq: 2, Incidents: []vedette.Incident{again}}))
	read, err = b.Incident(ctx, "default", one.ID)
	must(t, err)
	same(t, "what a person said holds", []any{read.Team, read.TeamBy, read.Below}, []any{"blue", "ana", false})
	claims(t, b, []string{two.ID, three.ID})
	must(t, b.DeleteTeam(ctx, "default", "blue"))
	read, err = b.Incident(ctx, "default", one.ID)
	must(t, err)
	same(t, "of a team that is gone", [2]string{read.Team, read.TeamBy}, [2]string{"", ""})
}

// claims walks the incidents that nobody gave to a team, and gives all to one.
func claims(t *testing.T, b *bench, want []string) {
	ctx := t.Context()
	var ids []string
	for after := int64(0); ; {
		some, err := b.Claims(ctx, "default", start.Add(-time.Hour), after, 1)
		must(t, err)
		if len(some) == 0 {
			break
		}
		same(t, "entities of a claim", len(some[0].Entities) > 0, true)
		ids, after, some[0].Team = append(ids, some[0].ID), some[0].N, "red"
		must(t, b.Claim(ctx, some))
	}
	same(t, "walked", strings.Join(ids, " "), strings.Join(want, " "))
	page, _, _, err := b.Incidents(ctx, statestore.IncidentFilter{Tenant: "default", Team: "red"}, statestore.Page{})
	must(t, err)
	same(t, "claimed", len(page), len(want))
}

func misplaced(t *testing.T, b *bench) {
	ctx := t.Context()
	var fold statestore.Fold
	for n := range 8 {
		in := incident(n + 1)
		in.Score, in.Below, in.Status, in.Owner, in.Verdict = 40, false, vedette.StatusOpen, "", ""
		fold.Incidents = append(fold.Incidents, in)
	}
	all := fold.Incidents
	all[0].Score, all[0].Below = 70, true // to be shown
	all[1].Score = 70                     // is shown already
	all[2].Team = "red"
	all[3].Owner = "ana"
	all[4].Status = vedette.StatusWorking
	must(t, b.SaveFold(ctx, fold))
	must(t, b.AddNote(ctx, "default", vedette.Note{ID: "note-1", IncidentID: all[5].ID, Who: "ana", Text: "mine"}))
	_, err := b.AddTask(ctx, "default", vedette.Task{IncidentID: all[6].ID, Title: "ask", Author: "ana"})
	must(t, err)
	side := func(line int, of statestore.TeamChoice) statestore.Side {
		return statestore.Side{Tenant: "default", Of: of, Line: line, Since: start.Add(-30 * 24 * time.Hour)}
	}
	got, next, err := b.Misplaced(ctx, side(60, statestore.TeamChoice{}), statestore.After{Limit: 1})
	must(t, err)
	same(t, "first page", []any{got[0].ID, next.More, len(got[0].Evidence) > 0}, []any{all[0].ID, true, true})
	got, next, err = b.Misplaced(ctx, side(60, statestore.TeamChoice{}), next)
	must(t, err)
	same(t, "what is shown stays, wherever the line is", []any{len(got), next.More}, []any{0, false})
	got, _, err = b.Misplaced(ctx, side(30, statestore.TeamChoice{Without: []string{"red"}}), statestore.After{Limit: 9})
	must(t, err)
	same(t, "by a lower line", []any{len(got), got[0].ID}, []any{1, all[0].ID})
	got, _, err = b.Misplaced(ctx, side(30, statestore.TeamChoice{Only: "red"}), statestore.After{Limit: 9})
	must(t, err)
	same(t, "of a team", len(got), 0)
	old := side(30, statestore.TeamChoice{})
	old.Since = start.Add(24 * time.Hour)
	got, _, err = b.Misplaced(ctx, old, statestore.After{Limit: 9})
	must(t, err)
	same(t, "what is long over", len(got), 0)

	department := "Radiology"
	_, err = b.EditProfiles(ctx, vedette.EntityProfile{Tenant: "default", Author: "ana"}, []statestore.ProfileOf{
		{Kind: vedette.EntityHost, Name: "pacs-01", Edit: statestore.ProfileEdit{Department: &department, Tags: &[]string{"pacs"}}}, {Kind: vedette.EntityHost, Name: "ws-01", Edit: statestore.ProfileEdit{Owner: &department}}})
	must(t, err)
	var said []statestore.Belonging
	must(t, b.Belongings(ctx, func(one statestore.Belonging) { said = append(said, one) }))
	same(t, "belongings", said, []statestore.Belonging{{Tenant: "default", Kind: vedette.EntityHost, Name: "pacs-01", Department: "Radiology", Tags: []string{"pacs"}}})
}
