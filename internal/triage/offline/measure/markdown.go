package measure

import (
	"fmt"
	"io"
	"strings"
)

// Markdown writes the report as the tables of the documentation, from the first table to the last.
func (r *Report) Markdown(out io.Writer) error {
	var b strings.Builder
	r.scenarioTable(&b)
	if r.More.Floors != nil {
		r.floorTable(&b)
	}
	if r.More.Overlay != nil {
		overlayTable(&b, r.More.Overlay)
	}
	if r.More.Noise != nil {
		noiseTable(&b, r.More.Noise)
	}
	if r.More.Feedback != nil {
		feedbackTable(&b, r.More.Feedback)
	}
	if r.More.Budget != nil {
		budgetTable(&b, r.More.Budget)
	}
	if e := r.More.Entities; e != nil {
		fmt.Fprintf(&b, "\n| entities | alerts | alerts/s, one core | heap |\n|---|---|---|---|\n| %d | %d | %d | %d MiB |\n", e.Entities, e.Alerts, e.Speed, e.HeapMiB)
	}
	if _, err := io.WriteString(out, b.String()); err != nil {
		return fmt.Errorf("write the tables: %w", err)
	}
	return nil
}

// The heads of the tables. The documentation has them word for word.
const (
	scenarioHead = "| scenario | alerts | days | incidents | attacks | steps | false/day | incidents per attack | purity | dnsteal | alerts/s |\n|---|---|---|---|---|---|---|---|---|---|---|\n"
	floorHead    = "| method | items | false/day | attacks | steps | purity |\n|---|---|---|---|---|---|\n"
	overlayHead  = "| two attacks at once | steps | false/day | pair AUC, each alert | mean of steps | each step | mixed incidents |\n|---|---|---|---|---|---|---|\n"
	noiseHead    = "| noise | steps | false/day | incidents per attack | purity | pair AUC, each alert | mean of steps | each step |\n|---|---|---|---|---|---|---|---|\n"
	feedbackHead = "| line | verdicts as | verdicts (wrong) | suppressions | false, week by week | cut by the second | by the last | steps before → after |\n|---|---|---|---|---|---|---|---|\n"
	budgetHead   = "| asked, a day | realised | scenarios within 1.5 times | steps |\n|---|---|---|---|\n"
)

func (r *Report) scenarioTable(b *strings.Builder) {
	b.WriteString(scenarioHead)
	row := func(name string, f Figures) {
		fmt.Fprintf(b, "| %s | %d | %g | %d | %d of %d | %d of %d | %g | %g | %g | %d | %d |\n", name, f.Alerts, f.Days, f.Incidents,
			f.AttacksFound, f.AttacksTotal, f.StepsFound, f.StepsTotal, f.FalsePerDay, f.PerAttack, f.Purity, f.Exfiltration, f.Speed)
	}
	for _, run := range r.Runs {
		row(run.Name, run.Figures())
	}
	row("**total**", r.Total())
}

func (r *Report) floorTable(b *strings.Builder) {
	b.WriteString("\n" + floorHead)
	row := func(method string, items int, perDay float64, attacks, found, total int, purity float64) {
		fmt.Fprintf(b, "| %s | %d | %g | %d | %d of %d | %g |\n", method, items, perDay, attacks, found, total, purity)
	}
	for _, f := range r.More.Floors {
		row(f.Method, f.Items, f.FalsePerDay, f.AttacksFound, f.StepsFound, f.StepsTotal, f.Purity)
	}
	t := r.Total()
	row("**Vedette**", t.Incidents, t.FalsePerDay, t.AttacksFound, t.StepsFound, t.StepsTotal, t.Purity)
}

func overlayTable(b *strings.Builder, all []OverlayResult) {
	b.WriteString("\n" + overlayHead)
	for _, o := range all {
		fmt.Fprintf(b, "| %s | %d of %d | %g | %g | %g | %g | %d |\n", o.Scenarios, o.StepsFound, o.StepsTotal, o.FalsePerDay, o.AUC, o.AUCMacro, o.AUCSteps, o.Mixed)
	}
}

func noiseTable(b *strings.Builder, all []NoiseResult) {
	b.WriteString("\n" + noiseHead)
	for _, n := range all {
		fmt.Fprintf(b, "| ×%d | %d of %d | %g | %g | %g | %g | %g | %g |\n", n.Times, n.StepsFound, n.StepsTotal, n.FalsePerDay, n.PerAttack, n.Purity, n.AUC, n.AUCMacro, n.AUCSteps)
	}
}

func feedbackTable(b *strings.Builder, all []FeedbackResult) {
	b.WriteString("\n" + feedbackHead)
	for _, f := range all {
		weeks := strings.Trim(strings.ReplaceAll(fmt.Sprint(f.False), " ", " → "), "[]")
		fmt.Fprintf(b, "| %d | %s | %d (%d) | %d | %s | %.0f %% | %.0f %% | %d → %d |\n", f.Line, f.Use, f.Verdicts, f.WrongVerdicts, f.Suppressions, weeks,
			100*f.Cut, 100*f.CutLast, f.StepsBefore, f.StepsAfter)
	}
}

func budgetTable(b *strings.Builder, all []BudgetResult) {
	b.WriteString("\n" + budgetHead)
	for _, a := range all {
		fmt.Fprintf(b, "| %g | %g | %d of %d | %d of %d |\n", a.Asked, a.Realised, a.Within, a.Scenarios, a.StepsFound, a.StepsTotal)
	}
}
