package measure

import "time"

// feedbackWeeks is how often a scenario comes, the first time without any verdict.
const feedbackWeeks = 4

// The ways in which verdicts are used.
const (
	byWeights   = "weights"
	byProposals = "weights, and proposals accepted"
	byOthers    = "verdicts on other companies"
)

// FeedbackResult is what verdicts change: false incidents in the queue and steps found, week after week.
type FeedbackResult struct {
	Line          int     `json:"line"`
	Use           string  `json:"use"`
	Verdicts      int     `json:"verdicts"`
	WrongVerdicts int     `json:"wrong_verdicts"`
	Suppressions  int     `json:"suppressions"`
	False         []int   `json:"false_by_week"`
	Cut           float64 `json:"false_cut"`      // the share of false incidents that went by the second week
	CutLast       float64 `json:"false_cut_last"` // by the last week
	StepsBefore   int     `json:"steps_before"`
	StepsAfter    int     `json:"steps_after"` // the least of all weeks after the first
}

// Feedback lets a simulated analyst judge what is in the queue, five verdicts in a hundred wrong. Every scenario comes again
// week after week, an attack among it each time, to an engine that knows nothing but the verdicts: what is measured is what
// they do about noise that returns. It is measured with the weights alone; with the proposals too that the verdicts led to;
// and, as noise that nobody judged, with the verdicts on the other half of the scenarios, of which only what they say of
// rules is used.
func (b *Bench) Feedback(scenarios []*Scenario, line int) ([]FeedbackResult, error) {
	at := *b
	at.Line = line
	var out []FeedbackResult
	for _, use := range []string{byWeights, byProposals} {
		r, err := at.returning(scenarios, use)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	if len(scenarios) < 2 {
		return out, nil
	}
	r, err := at.swapped(scenarios)
	return append(out, r), err
}

// returning measures what an analyst's verdicts do about the same company's noise.
func (b *Bench) returning(scenarios []*Scenario, use string) (FeedbackResult, error) {
	r := FeedbackResult{Line: b.Line, Use: use, False: make([]int, feedbackWeeks)}
	steps := make([]int, feedbackWeeks)
	for i, s := range scenarios {
		a := newAnalyst(uint64(b.Line+i), use == byProposals)
		for n := range feedbackWeeks {
			a.later = week * time.Duration(n)
			if err := b.measured(s, a, n, r.False, steps); err != nil {
				return r, err
			}
			if n == feedbackWeeks-1 {
				break
			}
			if err := a.watch(b, s); err != nil {
				return r, err
			}
		}
		r.Verdicts, r.WrongVerdicts, r.Suppressions = r.Verdicts+len(a.verdicts), r.WrongVerdicts+a.wrong, r.Suppressions+len(a.accepted)
	}
	return r.sealed(steps), nil
}

// swapped measures what verdicts on one half of the scenarios do in the other, and the other way round.
func (b *Bench) swapped(scenarios []*Scenario) (FeedbackResult, error) {
	r := FeedbackResult{Line: b.Line, Use: byOthers, False: make([]int, 2)}
	steps := make([]int, 2)
	half := len(scenarios) / 2
	for i, pair := range [2][2][]*Scenario{{scenarios[:half], scenarios[half:]}, {scenarios[half:], scenarios[:half]}} {
		a := newAnalyst(uint64(b.Line+i), false)
		a.byRule = true
		plain := newAnalyst(0, false)
		for n, s := range pair[0] {
			a.later = week * time.Duration(n)
			if err := a.watch(b, s); err != nil {
				return r, err
			}
		}
		for _, s := range pair[1] {
			if err := b.measured(s, plain, 0, r.False, steps); err != nil {
				return r, err
			}
			if err := b.measured(s, a, 1, r.False, steps); err != nil {
				return r, err
			}
		}
		r.Verdicts, r.WrongVerdicts = r.Verdicts+len(a.verdicts), r.WrongVerdicts+a.wrong
	}
	return r.sealed(steps), nil
}

// measured counts a week with what an analyst has said until then.
func (b *Bench) measured(s *Scenario, a *analyst, n int, wrong, steps []int) error {
	outcomes, err := a.outcomes(b, s.Set)
	if err != nil {
		return err
	}
	run := judged(s, outcomes)
	wrong[n] += run.Tally.False
	steps[n] += run.Tally.StepsFound
	return nil
}

// sealed fills what follows from the weeks.
func (r FeedbackResult) sealed(steps []int) FeedbackResult {
	r.StepsBefore, r.StepsAfter = steps[0], steps[1]
	for _, n := range steps[1:] {
		r.StepsAfter = min(r.StepsAfter, n)
	}
	if first := float64(r.False[0]); first > 0 {
		r.Cut = round(1-float64(r.False[1])/first, 3)
		r.CutLast = round(1-float64(r.False[len(r.False)-1])/first, 3)
	}
	return r
}
