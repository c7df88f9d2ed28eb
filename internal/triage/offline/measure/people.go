package measure

import (
	"time"

	"github.com/vedette-soc/vedette/internal/triage"
	"github.com/vedette-soc/vedette/internal/triage/feedback/budget"
)

// Budgets asks for budgets and counts what is shown. Each day the line is found by the incidents of the days before, as the
// server does, and holds for the next. Nobody gives a verdict: the incidents of the attack are in the history too.
func (b *Bench) Budgets(scenarios []*Scenario, asked ...float64) ([]BudgetResult, error) {
	out := make([]BudgetResult, len(asked))
	sums := make([]Tally, len(asked))
	for i, a := range asked {
		out[i] = BudgetResult{Asked: a, ByScenario: map[string]float64{}}
	}
	for _, s := range scenarios {
		history, err := b.history(s)
		if err != nil {
			return nil, err
		}
		for i := range asked {
			dial, err := budget.New(asked[i])
			if err != nil {
				return nil, err
			}
			run, err := b.budgeted(s, dial, history)
			if err != nil {
				return nil, err
			}
			realised := run.Tally.FalsePerDay()
			out[i].ByScenario[s.Name] = realised
			out[i].Scenarios++
			out[i].Within += number(realised <= 1.5*asked[i])
			sums[i].Add(run.Tally)
		}
	}
	for i := range out {
		out[i].Realised, out[i].StepsFound, out[i].StepsTotal = sums[i].FalsePerDay(), sums[i].StepsFound, sums[i].StepsTotal
	}
	return out, nil
}

// history is, for the end of every day of a scenario, the incidents until then.
func (b *Bench) history(s *Scenario) (map[int64][]budget.Scored, error) {
	out := map[int64][]budget.Scored{}
	first, last := s.Set.Span()
	for end := first.Add(24 * time.Hour); end.Before(last); end = end.Add(24 * time.Hour) {
		outcomes, err := b.outcomes(s.Set.Until(end), triage.Knowledge{}, nil)
		if err != nil {
			return nil, err
		}
		for i := range outcomes {
			out[end.Unix()] = append(out[end.Unix()], budget.Scored{Score: outcomes[i].Score, Created: outcomes[i].First})
		}
	}
	return out, nil
}

// budgeted runs a scenario with a line that moves once a day.
func (b *Bench) budgeted(s *Scenario, dial budget.Dial, history map[int64][]budget.Scored) (*Run, error) {
	first, _ := s.Set.Span()
	line := dial.Line(nil, first).Score
	next := first.Add(24 * time.Hour)
	know := triage.Knowledge{Line: func(string, string) int { return line }}
	outcomes, err := b.outcomes(s.Set, know, func(at time.Time) {
		for !at.Before(next) {
			line = dial.Next(line, dial.Line(history[next.Unix()], next))
			next = next.Add(24 * time.Hour)
		}
	})
	if err != nil {
		return nil, err
	}
	return judged(s, outcomes), nil
}
