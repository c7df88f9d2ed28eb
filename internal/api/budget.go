package api

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/statestore"
	"github.com/vedette-soc/vedette/internal/triage/feedback/budget"
)

type budgetInput struct {
	PerDay float64 `query:"per_day" minimum:"0" maximum:"500" doc:"Answer what this budget would do; left out, the one that is set"`
	TeamParam
}

// TeamParam names a team.
type TeamParam struct {
	Team string `query:"team" maxLength:"64" doc:"Name of a team; left out, the whole tenant but the teams with a budget of their own"`
}

type budgetEditInput struct {
	TeamParam
	Body struct {
		PerDay float64 `json:"per_day" exclusiveMinimum:"0" maximum:"500" doc:"Incidents a day that are no attack and may be shown; exact to a thousandth"`
	}
}

// Budget is how many incidents a day that are no attack are shown, and where that puts the line.
type Budget struct {
	Team    string      `json:"team,omitempty"`
	PerDay  float64     `json:"per_day" doc:"0 when nobody asked for a number: then the line is the tenant's, or where it was built in"`
	By      string      `json:"by,omitempty"`
	Time    time.Time   `json:"time,omitzero"`
	Line    budget.Line `json:"line"`
	Current int         `json:"current" doc:"The line in use now"`
	Shows   int64       `json:"shows" doc:"Incidents of the last 28 days that are under the line in use and would not be under this one"`
	Hides   int64       `json:"hides" doc:"Incidents of the last 28 days that are shown by the line in use and would be under this one"`
	Lost    int64       `json:"lost" doc:"Of those, the ones that people called an attack"`
}

func (a *API) getBudget(ctx context.Context, in *budgetInput) (*bodyOutput[Budget], error) {
	set, err := a.budgetsOf(ctx, requestOf(ctx).principal.Tenant)
	if err != nil {
		return nil, err
	}
	if err := set.check(in.Team); err != nil {
		return nil, err
	}
	asked := set.by[in.Team]
	out := Budget{Team: in.Team, PerDay: asked.PerDay, By: asked.By, Time: asked.Time}
	out.Line, _ = a.deps.Noise.Line(set.tenant, in.Team)
	out.Current = out.Line.Score
	if in.PerDay > 0 {
		if out, err = a.tryBudget(ctx, set, in, out.Current); err != nil {
			return nil, err
		}
	}
	return &bodyOutput[Budget]{Body: out}, nil
}

// tryBudget tells what a budget would do to what was seen.
func (a *API) tryBudget(ctx context.Context, set *budgetSet, in *budgetInput, current int) (Budget, error) {
	dial, err := budget.New(in.PerDay)
	if err != nil {
		return Budget{}, err
	}
	now := a.deps.Now()
	scores, err := a.deps.Store.Scores(ctx, set.tenant, set.choice(in.Team), now.Add(-budget.Span), budget.MaxScores)
	if err != nil {
		return Budget{}, err
	}
	history := make([]budget.Scored, len(scores))
	for i, s := range scores {
		history[i] = budget.Scored(s)
	}
	out := Budget{Team: in.Team, PerDay: in.PerDay, Line: dial.Line(history, now), Current: current}
	for _, s := range scores {
		switch {
		case s.Score >= out.Line.Score && s.Score < current:
			out.Shows++
		case s.Score < out.Line.Score && s.Score >= current:
			out.Hides++
			if s.Verdict == vedette.VerdictTrue {
				out.Lost++
			}
		}
	}
	return out, nil
}

func (a *API) setBudget(ctx context.Context, in *budgetEditInput) (*bodyOutput[Budget], error) {
	q := requestOf(ctx)
	if _, err := budget.New(in.Body.PerDay); err != nil {
		return nil, err
	}
	set, err := a.budgetsOf(ctx, q.principal.Tenant)
	if err != nil {
		return nil, err
	}
	if err := set.check(in.Team); err != nil {
		return nil, err
	}
	b := statestore.Budget{Tenant: q.principal.Tenant, Team: in.Team, PerDay: in.Body.PerDay, By: q.principal.Name}
	if err := a.audited(ctx, "budget.set", in.Team, fmt.Sprintf("%g incidents a day", b.PerDay)).SetBudget(ctx, b); err != nil {
		return nil, err
	}
	q.kept = true
	if err := a.deps.Noise.Settle(ctx); err != nil {
		return nil, fmt.Errorf("use the budget: %w", err)
	}
	return a.getBudget(ctx, &budgetInput{TeamParam: in.TeamParam})
}

func (a *API) dropBudget(ctx context.Context, in *TeamParam) (*nothing, error) {
	q := requestOf(ctx)
	if err := a.audited(ctx, "budget.drop", in.Team, "").DropBudget(ctx, q.principal.Tenant, in.Team); err != nil {
		return nil, err
	}
	q.kept = true
	if err := a.deps.Noise.Settle(ctx); err != nil {
		return nil, fmt.Errorf("go on without the budget: %w", err)
	}
	return nil, nil
}

// budgetReports are the tenant's budget and those of its teams, each with what came of it.
func (a *API) budgetReports(ctx context.Context, tenant string, counts statestore.NoiseCounts, since time.Time) (BudgetReport, []TeamBudget, error) {
	set, err := a.budgetsOf(ctx, tenant)
	if err != nil {
		return BudgetReport{}, nil, err
	}
	days := counts.Days
	for _, team := range set.own {
		days = lessDays(days, counts.TeamDays[team])
	}
	whole, err := a.budgetReport(ctx, set, "", days, since)
	if err != nil {
		return whole, nil, err
	}
	teams := make([]TeamBudget, 0, len(set.teams))
	for _, t := range set.teams {
		_, own := set.by[t.Name]
		report, err := a.budgetReport(ctx, set, t.Name, counts.TeamDays[t.Name], since)
		if err != nil {
			return whole, nil, err
		}
		teams = append(teams, TeamBudget{Name: t.Name, Title: t.Title, Own: own, BudgetReport: report})
	}
	return whole, teams, nil
}

// lessDays takes what was shown to some away from what was shown to all.
func lessDays(all, some []statestore.NoiseDay) []statestore.NoiseDay {
	taken := make(map[int64]statestore.NoiseDay, len(some))
	for _, d := range some {
		taken[d.Day.Unix()] = d
	}
	left := make([]statestore.NoiseDay, len(all))
	for i, d := range all {
		t := taken[d.Day.Unix()]
		left[i] = statestore.NoiseDay{
			Day: d.Day, Shown: d.Shown - t.Shown, Below: d.Below - t.Below, True: d.True - t.True, Benign: d.Benign - t.Benign,
			False: d.False - t.False, Undetermined: d.Undetermined - t.Undetermined,
		}
	}
	return left
}

func (a *API) budgetReport(ctx context.Context, set *budgetSet, team string, days []statestore.NoiseDay, since time.Time) (BudgetReport, error) {
	out := BudgetReport{Asked: set.by[team].PerDay}
	out.Line, _ = a.deps.Noise.Line(set.tenant, team)
	var err error
	if out.JustBelow, err = a.deps.Store.JustBelow(ctx, set.tenant, set.choice(team), justBelow); err != nil {
		return out, err
	}
	shown := int64(0)
	today := a.deps.Now().UTC().Truncate(24 * time.Hour)
	byDay := map[int64]statestore.NoiseDay{}
	first := today
	for _, d := range days {
		byDay[d.Day.Unix()] = d
		if shown += d.Shown - d.True; d.Day.Before(first) {
			first = d.Day
		}
	}
	if day := since.Truncate(24 * time.Hour); first.Before(day) {
		first = day
	}
	for day := first; !day.After(today); day = day.Add(24 * time.Hour) {
		d := byDay[day.Unix()]
		out.Days = append(out.Days, BudgetDay{Day: day, Shown: d.Shown, True: d.True, Benign: d.Benign, False: d.False, Undetermined: d.Undetermined, Below: d.Below})
	}
	out.Realised = math.Round(100*float64(shown)/float64(max(len(out.Days), 1))) / 100
	return out, nil
}
