package measure

import (
	"math/rand/v2"
	"time"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/triage"
	"github.com/vedette-soc/vedette/internal/triage/feedback"
	"github.com/vedette-soc/vedette/internal/triage/feedback/budget"
)

// wrongVerdicts is the share of verdicts that the simulated analyst gives wrong.
const wrongVerdicts = 0.05

// verdictAfter is how long after its last alert an incident is judged.
const verdictAfter = time.Hour

// FeedbackResult is what verdicts change: false incidents in the queue and steps found, without them and with them.
type FeedbackResult struct {
	Line          int     `json:"line"`
	Verdicts      int     `json:"verdicts"`
	WrongVerdicts int     `json:"wrong_verdicts"`
	FalseBefore   int     `json:"false_before"`
	FalseAfter    int     `json:"false_after"`
	Cut           float64 `json:"false_cut"` // the share of false incidents that went
	StepsBefore   int     `json:"steps_before"`
	StepsAfter    int     `json:"steps_after"`
}

// Feedback lets a simulated analyst judge, day by day, every incident in the queue that is over, five in a hundred of them
// wrong; the weights that come of it hold from the next day on. The verdicts of each day come out of a run over the
// alerts until then with all verdicts so far. Then every scenario is run once more with all verdicts that were given in it.
func (b *Bench) Feedback(scenarios []*Scenario, line int) (FeedbackResult, error) {
	at := *b
	at.Line = line
	r := FeedbackResult{Line: line}
	random := rand.New(rand.NewPCG(11, uint64(line)))
	for _, s := range scenarios {
		plain, err := at.Triage(s, triage.Knowledge{})
		if err != nil {
			return r, err
		}
		a := &analyst{random: random, judged: map[string]bool{}}
		if err := at.judge(s, a); err != nil {
			return r, err
		}
		final, err := at.Triage(s, a.knowledge())
		if err != nil {
			return r, err
		}
		r.Verdicts, r.WrongVerdicts = r.Verdicts+len(a.verdicts), r.WrongVerdicts+a.wrong
		r.FalseBefore, r.FalseAfter = r.FalseBefore+plain.Tally.False, r.FalseAfter+final.Tally.False
		r.StepsBefore, r.StepsAfter = r.StepsBefore+plain.Tally.StepsFound, r.StepsAfter+final.Tally.StepsFound
	}
	if r.FalseBefore > 0 {
		r.Cut = round(1-float64(r.FalseAfter)/float64(r.FalseBefore), 3)
	}
	return r, nil
}

// judge goes through the days of a scenario.
func (b *Bench) judge(s *Scenario, a *analyst) error {
	first, last := s.Set.Span()
	for end := first.Add(24 * time.Hour); end.Before(last); end = end.Add(24 * time.Hour) {
		outcomes, err := b.outcomes(s.Set.Until(end), a.knowledge(), nil)
		if err != nil {
			return err
		}
		for i := range outcomes {
			if o := &outcomes[i]; !o.Below && o.Last.Add(verdictAfter).Before(end) {
				a.judge(s, o, end)
			}
		}
		a.weights = feedback.New(a.verdicts, end)
	}
	return nil
}

// analyst judges incidents by their labels, now and then wrong.
type analyst struct {
	random   *rand.Rand
	judged   map[string]bool
	verdicts []feedback.Verdict
	weights  *feedback.Weights
	wrong    int
}

func (a *analyst) knowledge() triage.Knowledge {
	w := a.weights
	return triage.Knowledge{Factor: func(al *vedette.Alert) float64 {
		f, _ := w.Factor(al.Tenant, al.RuleID, al.Entities)
		return f
	}}
}

func (a *analyst) judge(s *Scenario, o *triage.Outcome, now time.Time) {
	if a.judged[o.ID] {
		return
	}
	a.judged[o.ID] = true
	attack := false
	for _, span := range o.Records {
		for r := span[0]; r <= span[1] && !attack; r++ {
			attack = s.Labels.Event(r) != ""
		}
	}
	if a.random.Float64() < wrongVerdicts {
		attack = !attack
		a.wrong++
	}
	v := feedback.Verdict{Tenant: o.Tenant, Incident: o.ID, Verdict: vedette.VerdictFalse, By: "analyst-" + digits(len(a.verdicts)%2), Time: now}
	if attack {
		v.Verdict = vedette.VerdictTrue
	}
	for _, rule := range o.Rules {
		judged := vedette.JudgedRule{ID: rule.RuleID, Title: vedette.Text{En: rule.Title, Zh: rule.TitleZh}, Severity: rule.Severity, Alerts: rule.Count}
		for i := range o.Evidence {
			if al := &o.Evidence[i].Alert; al.RuleID == rule.RuleID {
				judged.Entities = append(judged.Entities, al.Entities...)
			}
		}
		v.Rules = append(v.Rules, judged)
	}
	a.verdicts = append(a.verdicts, v)
}

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
