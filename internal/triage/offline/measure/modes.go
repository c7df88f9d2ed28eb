package measure

import (
	"fmt"
	"time"

	"github.com/vedette-soc/vedette/internal/triage"
	"github.com/vedette-soc/vedette/internal/triage/offline"
)

// gap is by how much the second of two overlaid attacks begins later.
const gap = 10 * time.Minute

// OverlayResult is what triage did with two attacks at once.
type OverlayResult struct {
	Scenarios   string  `json:"scenarios"`
	StepsFound  int     `json:"steps_found"`
	StepsTotal  int     `json:"steps_total"`
	FalsePerDay float64 `json:"false_per_day"`
	Grouping
}

// Overlays lays every two scenarios over one another.
func (b *Bench) Overlays(scenarios []*Scenario) ([]OverlayResult, error) {
	var out []OverlayResult
	for i, first := range scenarios {
		for _, second := range scenarios[i+1:] {
			o, err := Overlay(first, second, gap)
			if err != nil {
				return nil, err
			}
			r, err := b.overlaid(o)
			if err != nil {
				return nil, err
			}
			out = append(out, r)
		}
	}
	return out, nil
}

func (b *Bench) overlaid(o *Overlaid) (OverlayResult, error) {
	run, err := b.Triage(&o.Scenario, triage.Knowledge{})
	if err != nil {
		return OverlayResult{}, err
	}
	r := OverlayResult{Scenarios: o.Name, FalsePerDay: run.Tally.FalsePerDay()}
	linked := make(map[stepOf]bool)
	each(o.Labels, o.From, func(record int64, event string) { linked[stepOf{o.Attack(record), event}] = false })
	for _, in := range run.Shown {
		for _, span := range in.Records {
			for record := span[0]; record <= span[1]; record++ {
				if e := o.Labels.Event(record); e != "" && e != Exfiltration && o.Labels.Micros(record) >= o.From {
					linked[stepOf{o.Attack(record), e}] = true
				}
			}
		}
	}
	for _, found := range linked {
		r.StepsTotal++
		r.StepsFound += number(found)
	}
	r.Grouping = Grouped(o.Labels, o.Attack, o.From, records(run.Shown))
	return r, nil
}

// NoiseResult is what triage did with a scenario with more noise.
type NoiseResult struct {
	Times       int     `json:"times"`
	StepsFound  int     `json:"steps_found"`
	StepsTotal  int     `json:"steps_total"`
	FalsePerDay float64 `json:"false_per_day"`
	PerAttack   float64 `json:"incidents_per_attack"`
	Purity      float64 `json:"purity"`
	AUC         float64 `json:"pair_auc"` // means over scenarios of what [Grouping] has
	AUCMacro    float64 `json:"pair_auc_macro"`
	AUCSteps    float64 `json:"pair_auc_steps"`
}

// Noises adds noise to every scenario.
func (b *Bench) Noises(scenarios []*Scenario, times ...int) ([]NoiseResult, error) {
	var out []NoiseResult
	for _, n := range times {
		var sum Tally
		var auc Grouping
		for _, s := range scenarios {
			noisy, err := Noise(s, scenarios, n)
			if err != nil {
				return nil, err
			}
			run, err := b.Triage(noisy, triage.Knowledge{})
			if err != nil {
				return nil, err
			}
			sum.Add(run.Tally)
			first, _ := noisy.Set.Span()
			one := func(int64) int { return 1 }
			g := Grouped(noisy.Labels, one, first.UnixMicro()+Learning, records(run.Shown))
			auc.AUC, auc.AUCMacro, auc.AUCSteps = auc.AUC+g.AUC, auc.AUCMacro+g.AUCMacro, auc.AUCSteps+g.AUCSteps
		}
		over := float64(max(len(scenarios), 1))
		out = append(out, NoiseResult{
			Times: n, StepsFound: sum.StepsFound, StepsTotal: sum.StepsTotal, FalsePerDay: sum.FalsePerDay(), PerAttack: sum.PerAttack(),
			Purity: sum.Purity(), AUC: round(auc.AUC/over, 4), AUCMacro: round(auc.AUCMacro/over, 4), AUCSteps: round(auc.AUCSteps/over, 4),
		})
	}
	return out, nil
}

// BudgetResult is a budget that was asked for and what came of it.
type BudgetResult struct {
	Asked      float64            `json:"asked"`
	Realised   float64            `json:"realised"` // over all scenarios
	Within     int                `json:"within"`   // scenarios in which it lies between 0 and 1.5 times what was asked
	Scenarios  int                `json:"scenarios"`
	ByScenario map[string]float64 `json:"by_scenario"`
	StepsFound int                `json:"steps_found"`
	StepsTotal int                `json:"steps_total"`
}

// String writes it for a person.
func (r BudgetResult) String() string {
	return fmt.Sprintf("asked %g, realised %g a day, %d of %d scenarios within 1.5 times", r.Asked, r.Realised, r.Within, r.Scenarios)
}

// each calls fn for every labelled record of an attack since a time.
func each(l *offline.Labels, from int64, fn func(record int64, event string)) {
	for r := int64(1); r <= int64(l.Len()); r++ {
		if e := l.Event(r); e != "" && e != Exfiltration && l.Micros(r) >= from {
			fn(r, e)
		}
	}
}
