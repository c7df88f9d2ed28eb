package server

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/entity"
	"github.com/vedette-soc/vedette/internal/statestore"
	"github.com/vedette-soc/vedette/internal/triage"
	"github.com/vedette-soc/vedette/internal/triage/feedback/budget"
)

// sides stands for triage where only scores matter.
type sides struct{ n *noise }

func (s sides) Claim(string, []string) {}

func (s sides) Reline(ctx context.Context, all []vedette.Incident) (int, error) {
	for i := range all {
		all[i].Below = all[i].Score < s.n.line(all[i].Tenant, all[i].Team)
	}
	return len(all), s.n.state.SaveFold(ctx, statestore.Fold{Incidents: all})
}

func TestEachTeamKeepsToItsBudget(t *testing.T) {
	n, now, _ := quiet(t)
	n.folds = sides{n}
	asked := map[string]float64{"clinic": 0.5, "core": 5, "": 2}
	middle := map[string]float64{"clinic": 30, "core": 45, "": 35}
	for _, name := range []string{"clinic", "core", "third"} {
		if _, err := n.state.AddTeam(t.Context(), vedette.Team{Tenant: "t", Name: name, By: "ann"}); err != nil {
			t.Fatal(err)
		}
	}
	for team, perDay := range asked {
		if err := n.state.SetBudget(t.Context(), statestore.Budget{Tenant: "t", Team: team, PerDay: perDay, By: "ann"}); err != nil {
			t.Fatal(err)
		}
	}
	random, begin := rand.New(rand.NewPCG(3, 5)), *now
	const total, measured, perDay = 56, 28, 12
	for quarter := range total * 4 {
		if err := n.Settle(t.Context()); err != nil {
			t.Fatal(err)
		}
		var fold statestore.Fold
		for _, team := range []string{"clinic", "core", "third"} {
			for k := range perDay / 4 {
				at := now.Add(time.Duration(random.IntN(6*3600)) * time.Second)
				spread := middle[team]
				if team == "third" {
					spread = middle[""]
				}
				score := min(max(int(spread+14*random.NormFloat64()), 0), 100)
				fold.Incidents = append(fold.Incidents, vedette.Incident{
					ID: fmt.Sprintf("inc-%s-%d-%d", team, quarter, k), Tenant: "t", Team: team, Score: score, Below: score < n.line("t", team),
					Status: vedette.StatusOpen, Created: at, First: at, Last: at, Updated: at,
				})
			}
		}
		if err := n.state.SaveFold(t.Context(), fold); err != nil {
			t.Fatal(err)
		}
		*now = now.Add(6 * time.Hour)
	}
	if err := n.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	clinic, core, third := n.line("t", "clinic"), n.line("t", "core"), n.line("t", "third")
	if rest, _ := n.Line("t", ""); clinic == core || third != rest.Score || third == core {
		t.Errorf("lines %d, %d, %d", clinic, core, third)
	}
	counts, err := n.state.Noise(t.Context(), "t", begin.Add(measured*24*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	for team, perDay := range map[string]float64{"clinic": asked["clinic"], "core": asked["core"], "third": asked[""]} {
		shown := int64(0)
		for _, day := range counts.TeamDays[team] {
			shown += day.Shown
		}
		realised := float64(shown) / (total - measured)
		t.Logf("%s: asked for %g a day, realised %.2f, line %d", team, perDay, realised, n.line("t", team))
		if realised > 1.5*perDay || realised < 0.25*perDay {
			t.Errorf("%s: asked for %g a day, realised %.2f", team, perDay, realised)
		}
	}
}

// staffed is a noise over the real triage, with incidents of two machines of one rule, each of another team.
func staffed(t *testing.T) (*noise, *triage.Triage, func() map[string]vedette.Incident) {
	t.Helper()
	n, now, _ := quiet(t)
	for _, name := range []string{"clinic", "core"} {
		if _, err := n.state.AddTeam(t.Context(), vedette.Team{Tenant: "t", Name: name, Departments: []string{name + "-dept"}, By: "ann"}); err != nil {
			t.Fatal(err)
		}
	}
	n.said([]vedette.EntityProfile{
		{Tenant: "t", Kind: vedette.EntityHost, Name: "pacs-01", Department: "clinic-dept"}, {Tenant: "t", Kind: vedette.EntityHost, Name: "dc-01", Department: "core-dept"},
	})
	if err := n.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	cfg := triage.DefaultConfig()
	cfg.Learning = 0
	folds, err := triage.New(cfg, n.state, entity.Networks{}, n.knowledge(), func() time.Time { return *now }, n.log)
	if err != nil {
		t.Fatal(err)
	}
	n.folds = folds
	var alerts []vedette.Alert
	for i, host := range []string{"pacs-01", "dc-01", "nobody-01"} {
		for k, tactic := range []string{"execution", "credential-access"} {
			at := now.Add(time.Duration(10*i+k-60) * time.Minute)
			alerts = append(alerts, vedette.Alert{
				ID: fmt.Sprintf("a-%d-%d", i, k), Tenant: "t", RuleID: fmt.Sprintf("rule-%d-%d", i, k), RuleTitle: "Dumped credentials", Severity: vedette.High, Time: at, Received: at, Detected: at,
				EventID: fmt.Sprintf("e-%d-%d", i, k), Tactics: []string{tactic}, Entities: []vedette.EntityRef{{Kind: vedette.EntityHost, Name: host, Role: vedette.RoleTarget}},
			})
		}
	}
	if _, err := folds.Fold(t.Context(), 1, alerts); err != nil {
		t.Fatal(err)
	}
	return n, folds, func() map[string]vedette.Incident {
		t.Helper()
		page, _, _, err := n.state.Incidents(t.Context(), statestore.IncidentFilter{Tenant: "t"}, statestore.Page{})
		if err != nil {
			t.Fatal(err)
		}
		byHost := map[string]vedette.Incident{}
		for _, in := range page {
			byHost[in.Entities[0].Name] = in
		}
		return byHost
	}
}

// pinned puts a line where the test wants it.
func pinned(t *testing.T, n *noise, team string, score int) {
	t.Helper()
	drawn := n.lines.Load()
	at := map[of]budget.Line{{"t", team}: {Score: score}}
	for of, line := range drawn.at {
		if of.team != team {
			at[of] = line
		}
	}
	next := lines{at: at}
	for of, line := range at {
		next.sides = append(next.sides, side("t", statestore.TeamChoice{Only: of.team}, line.Score, n.now()))
	}
	n.lines.Store(&next)
	if err := n.reline(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestALineThatRisesTakesNothingOutOfTheQueue(t *testing.T) {
	n, folds, read := staffed(t)
	pacs := read()["pacs-01"]
	if pacs.Team != "clinic" || pacs.Below {
		t.Fatalf("%q %v", pacs.Team, pacs.Below)
	}
	pinned(t, n, "clinic", 101)
	if _, err := folds.Reline(t.Context(), []vedette.Incident{pacs}); err != nil {
		t.Fatal(err)
	}
	if got := read()["pacs-01"]; got.Below || got.Score != pacs.Score {
		t.Errorf("what people saw vanished: below %v, score %d of %d", got.Below, got.Score, pacs.Score)
	}
	forgot, err := triage.New(triage.DefaultConfig(), n.state, entity.Networks{}, n.knowledge(), func() time.Time { return n.now().Add(10 * 24 * time.Hour) }, n.log)
	if err != nil || forgot.Stats().Open != 0 {
		t.Fatalf("%d in memory, %v", forgot.Stats().Open, err)
	}
	if _, err := forgot.Reline(t.Context(), []vedette.Incident{pacs}); err != nil {
		t.Fatal(err)
	}
	if read()["pacs-01"].Below {
		t.Error("what memory forgot vanished")
	}
}

// arrives tells of two steps on a machine of which nothing was known.
func arrives(t *testing.T, n *noise, folds *triage.Triage, host string) {
	t.Helper()
	var alerts []vedette.Alert
	for k, tactic := range []string{"execution", "credential-access"} {
		at := n.now().Add(time.Duration(k-5) * time.Minute)
		alerts = append(alerts, vedette.Alert{
			ID: fmt.Sprintf("late-%d", k), Tenant: "t", RuleID: fmt.Sprintf("late-rule-%d", k), RuleTitle: "Dumped credentials", Severity: vedette.High, Time: at, Received: at, Detected: at,
			EventID: fmt.Sprintf("late-e-%d", k), Tactics: []string{tactic}, Entities: []vedette.EntityRef{{Kind: vedette.EntityHost, Name: host, Role: vedette.RoleTarget}},
		})
	}
	if _, err := folds.Fold(t.Context(), 2, alerts); err != nil {
		t.Fatal(err)
	}
}

func TestALineThatFallsBringsOpenIncidentsUp(t *testing.T) {
	n, folds, read := staffed(t)
	pinned(t, n, "", 101)
	arrives(t, n, folds, "late-01")
	late := read()["late-01"]
	if !late.Below {
		t.Fatal("it is above a line that nothing reaches")
	}
	pinned(t, n, "", late.Score)
	if got := read()["late-01"]; got.Below || got.Version <= late.Version {
		t.Error("it does not come up when the line falls")
	}
}

func TestAnIncidentThatMemoryForgotComesUpToo(t *testing.T) {
	n, _, read := staffed(t)
	sunk, err := n.state.Incident(t.Context(), "t", read()["pacs-01"].ID) // with its evidence
	if err != nil {
		t.Fatal(err)
	}
	sunk.Below = true
	if err := n.state.SaveFold(t.Context(), statestore.Fold{Seq: 2, Incidents: []vedette.Incident{sunk}}); err != nil {
		t.Fatal(err)
	}
	fresh, err := triage.New(triage.DefaultConfig(), n.state, entity.Networks{}, n.knowledge(), func() time.Time { return n.now().Add(10 * 24 * time.Hour) }, n.log)
	if err != nil || fresh.Stats().Open != 0 {
		t.Fatalf("%d in memory, %v", fresh.Stats().Open, err)
	}
	n.folds = fresh
	pinned(t, n, "clinic", sunk.Score)
	if got := read()["pacs-01"]; got.Below || got.Score != sunk.Score {
		t.Errorf("below %v, score %d, was %d", got.Below, got.Score, sunk.Score)
	}
}

func TestTeamsThatChangeClaimWhatTheyOwn(t *testing.T) {
	n, folds, read := staffed(t)
	byHand, dc := "clinic", read()["dc-01"]
	if _, err := n.state.EditIncident(t.Context(), "t", dc.ID, 0, statestore.IncidentEdit{Team: &byHand, By: "ann"}); err != nil {
		t.Fatal(err)
	}
	tags := []string{"radiology"}
	if _, err := n.state.EditTeam(t.Context(), "t", "core", statestore.TeamEdit{Tags: &tags, By: "ann"}); err != nil {
		t.Fatal(err)
	}
	none := []string{}
	if _, err := n.state.EditTeam(t.Context(), "t", "clinic", statestore.TeamEdit{Departments: &none, By: "ann"}); err != nil {
		t.Fatal(err)
	}
	n.said([]vedette.EntityProfile{{Tenant: "t", Kind: vedette.EntityHost, Name: "pacs-01", Tags: tags}, {Tenant: "t", Kind: vedette.EntityHost, Name: "nobody-01", Department: "core-dept"}})
	if err := n.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	check := func(when string, want map[string]string) {
		t.Helper()
		for host, team := range want {
			if got := read()[host].Team; got != team {
				t.Errorf("%s: %s is with %q, not %q", when, host, got, team)
			}
		}
	}
	check("after the teams changed", map[string]string{"pacs-01": "core", "nobody-01": "core", "dc-01": "clinic"})
	at := n.now()
	if _, err := folds.Fold(t.Context(), 2, []vedette.Alert{{ID: "more", Tenant: "t", RuleID: "rule-1-3", RuleTitle: "More", Severity: vedette.High, Time: at, Detected: at, EventID: "e", Entities: dc.Entities}}); err != nil {
		t.Fatal(err)
	}
	check("after another alert", map[string]string{"dc-01": "clinic"})
	if err := n.state.DeleteTeam(t.Context(), "t", "clinic"); err != nil {
		t.Fatal(err)
	}
	if err := n.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	check("after its team is gone", map[string]string{"dc-01": "core"})
	if read()["dc-01"].TeamBy != "" {
		t.Error("it is still somebody's who gave it to a team that is gone")
	}
}

func TestATeamWithoutABudgetHasTheTenantsLine(t *testing.T) {
	n, folds, read := staffed(t)
	if err := n.state.SetBudget(t.Context(), statestore.Budget{Tenant: "t", PerDay: 2, By: "ann"}); err != nil {
		t.Fatal(err)
	}
	if err := n.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	rest, own := n.Line("t", "")
	line, alsoOwn := n.Line("t", "core")
	if !own || alsoOwn || line != rest {
		t.Errorf("%+v %v, %+v %v", rest, own, line, alsoOwn)
	}
	pinned(t, n, "", 101)
	arrives(t, n, folds, "late-01")
	if in := read()["late-01"]; !in.Below {
		t.Error("the line holds for nobody in particular too")
	}
	if err := n.state.DropBudget(t.Context(), "t", ""); err != nil {
		t.Fatal(err)
	}
	if err := n.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	if in := read()["late-01"]; in.Below || n.line("t", "core") != triage.DefaultLine {
		t.Errorf("without a budget: below %v, line %d", in.Below, n.line("t", "core"))
	}
}
