package measure

import (
	"time"
)

// LooseLines are lines for those who want to see more, so that there is something that verdicts can cut. Read-only.
var LooseLines = []int{40, 30}

// Report is the figures of a bench.
type Report struct {
	Runs []*Run
	More More
}

// More is what is measured on request.
type More struct {
	Floors   []Floor          `json:"floors,omitempty"`
	Overlay  []OverlayResult  `json:"overlay,omitempty"`
	Noise    []NoiseResult    `json:"noise,omitempty"`
	Feedback []FeedbackResult `json:"feedback,omitempty"`
	Budget   []BudgetResult   `json:"budget,omitempty"`
	Entities *EntitiesResult  `json:"entities,omitempty"`
}

// NewReport takes the runs of the main protocol.
func NewReport(runs []*Run) *Report { return &Report{Runs: runs} }

// Scenarios returns those of the runs.
func (r *Report) Scenarios() []*Scenario {
	out := make([]*Scenario, len(r.Runs))
	for i, run := range r.Runs {
		out[i] = run.Scenario
	}
	return out
}

// Total sums the runs up.
func (r *Report) Total() Figures {
	var sum Tally
	var took time.Duration
	all := 0
	for _, run := range r.Runs {
		sum.Add(run.Tally)
		took += run.Took
		all += run.Set.Len()
	}
	return sum.Figures(all, took.Seconds())
}

// Figures returns the object that is printed: one member for each scenario, total, and more when something more was asked
// for.
func (r *Report) Figures() map[string]any {
	out := map[string]any{}
	for _, run := range r.Runs {
		out[run.Name] = run.Figures()
	}
	out["total"] = r.Total()
	if m := r.More; m.Floors != nil || m.Overlay != nil || m.Noise != nil || m.Feedback != nil || m.Budget != nil || m.Entities != nil {
		out["more"] = m
	}
	return out
}

// Figures returns those of one run.
func (r *Run) Figures() Figures { return r.Tally.Figures(r.Set.Len(), r.Took.Seconds()) }
