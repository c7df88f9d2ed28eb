package api

import (
	"context"
	"fmt"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/statestore"
	"github.com/vedette-soc/vedette/internal/triage/feedback/budget"
)

type budgetInput struct {
	PerDay float64 `query:"per_day" minimum:"0" maximum:"500" doc:"Answer what this budget would do; left out, the one that is set"`
}

type budgetEditInput struct {
	Body struct {
		PerDay float64 `json:"per_day" exclusiveMinimum:"0" maximum:"500" doc:"Incidents a day that are no attack and may be shown; exact to a thousandth"`
	}
}

// Budget is how many incidents a day that are no attack are shown, and where that puts the line.
type Budget struct {
	PerDay  float64     `json:"per_day" doc:"0 when nobody asked for a number: then the line is where it was built in"`
	By      string      `json:"by,omitempty"`
	Time    time.Time   `json:"time,omitzero"`
	Line    budget.Line `json:"line"`
	Current int         `json:"current" doc:"The line in use now"`
	Shows   int64       `json:"shows" doc:"Incidents of the last 28 days that are under the line in use and would not be under this one"`
	Hides   int64       `json:"hides" doc:"Incidents of the last 28 days that are shown by the line in use and would be under this one"`
	Lost    int64       `json:"lost" doc:"Of those, the ones that people called an attack"`
}

func (a *API) getBudget(ctx context.Context, in *budgetInput) (*bodyOutput[Budget], error) {
	tenant := requestOf(ctx).principal.Tenant
	set, err := a.budgetOf(ctx, tenant)
	if err != nil {
		return nil, err
	}
	out := Budget{PerDay: set.PerDay, By: set.By, Time: set.Time}
	out.Line, _ = a.deps.Noise.Line(tenant, "")
	out.Current = out.Line.Score
	if in.PerDay > 0 {
		if out, err = a.tryBudget(ctx, tenant, in.PerDay, out.Current); err != nil {
			return nil, err
		}
	}
	return &bodyOutput[Budget]{Body: out}, nil
}

// tryBudget tells what a budget would do to what was seen.
func (a *API) tryBudget(ctx context.Context, tenant string, perDay float64, current int) (Budget, error) {
	dial, err := budget.New(perDay)
	if err != nil {
		return Budget{}, err
	}
	now := a.deps.Now()
	scores, err := a.deps.Store.Scores(ctx, tenant, statestore.TeamChoice{}, now.Add(-budget.Span), budget.MaxScores)
	if err != nil {
		return Budget{}, err
	}
	history := make([]budget.Scored, len(scores))
	for i, s := range scores {
		history[i] = budget.Scored(s)
	}
	out := Budget{PerDay: perDay, Line: dial.Line(history, now), Current: current}
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
	b := statestore.Budget{Tenant: q.principal.Tenant, PerDay: in.Body.PerDay, By: q.principal.Name}
	if err := a.audited(ctx, "budget.set", "", fmt.Sprintf("%g incidents a day", b.PerDay)).SetBudget(ctx, b); err != nil {
		return nil, err
	}
	q.kept = true
	if err := a.deps.Noise.Settle(ctx); err != nil {
		return nil, fmt.Errorf("use the budget: %w", err)
	}
	return a.getBudget(ctx, &budgetInput{})
}
