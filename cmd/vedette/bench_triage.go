package main

import (
	"io"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/triage"
	"github.com/vedette-soc/vedette/internal/triage/offline"
	"github.com/vedette-soc/vedette/internal/triage/offline/measure"
)

type benchTriageOptions struct {
	line                                                     int
	floors, overlay, noise, feedback, budget, entities, full bool
	markdown                                                 bool
}

func newBenchTriage(s streams) *cobra.Command {
	var o benchTriageOptions
	cmd := &cobra.Command{
		Use: "triage FILE…", Short: "Triage: attacks, steps and false incidents on the AIT Alert Data Set", Args: cobra.MinimumNArgs(1),
		Long: "Reads labelled alerts (alerts.zip of the AIT Alert Data Set, or single tables), makes incidents of them without the labels, and counts by the labels\n" +
			"what was found. The first 24 hours of a scenario are for learning, the rest is scored. A step is found when one of its alerts is linked in an\n" +
			"incident; an incident without labelled alerts is false; dnsteal, which goes on since before the recording, counts apart. Speed is alerts per\n" +
			"second of processor time on one core, reading and sorting among it. What the flags ask for beyond that stands under \"more\".\n" +
			"docs/explanation/triage-quality.md says what the figures mean.",
		RunE: func(_ *cobra.Command, args []string) error { return o.run(args, s) },
	}
	f := cmd.Flags()
	f.IntVar(&o.line, "line", triage.DefaultLine, "the score from which an incident counts")
	f.BoolVar(&o.floors, "floors", false, "also what plain methods do with the same alerts")
	f.BoolVar(&o.overlay, "overlay", false, "also every two scenarios laid over one another, so that their attacks overlap")
	f.BoolVar(&o.noise, "noise", false, "also with the noise of each scenario 2, 6 and 11 times")
	f.BoolVar(&o.feedback, "feedback", false, "also with the verdicts of a simulated analyst, 5 % of them wrong")
	f.BoolVar(&o.budget, "budget", false, "also with budgets from 0.25 to 5 incidents a day")
	f.BoolVar(&o.entities, "entities", false, "also speed and memory at 100,000 entities")
	f.BoolVar(&o.full, "full", false, "all of these")
	f.BoolVar(&o.markdown, "markdown", false, "print tables for the documentation instead of JSON")
	return cmd
}

func (o *benchTriageOptions) run(files []string, s streams) error {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	bench := measure.Bench{Line: o.line, CPU: cpuTime}
	var runs []*measure.Run
	for _, file := range files {
		err := offline.Open(file, s.in, func(name string, r io.Reader) error {
			run, err := bench.Read(name, r)
			if err != nil {
				return err
			}
			for _, other := range runs {
				if other.Name == run.Name {
					return vedette.Errorf(vedette.CodeInvalid, "two files are called %s", run.Name)
				}
			}
			runs = append(runs, run)
			run.Say(s.err)
			return nil
		})
		if err != nil {
			return err
		}
	}
	report := measure.NewReport(runs)
	if err := o.more(&bench, report); err != nil {
		return err
	}
	if o.markdown {
		return report.Markdown(s.out)
	}
	return result(s.out, report.Figures())
}

// more measures what the flags ask for.
func (o *benchTriageOptions) more(b *measure.Bench, r *measure.Report) (err error) {
	scenarios := r.Scenarios()
	if o.floors || o.full {
		r.More.Floors = measure.Floors(scenarios)
	}
	if o.overlay || o.full {
		if r.More.Overlay, err = b.Overlays(scenarios); err != nil {
			return err
		}
	}
	if o.noise || o.full {
		if r.More.Noise, err = b.Noises(scenarios, 2, 6, 11); err != nil {
			return err
		}
	}
	if o.feedback || o.full {
		for _, line := range append([]int{o.line}, measure.LooseLines...) {
			fed, err := b.Feedback(scenarios, line)
			if err != nil {
				return err
			}
			r.More.Feedback = append(r.More.Feedback, fed...)
		}
	}
	if o.budget || o.full {
		if r.More.Budget, err = b.Budgets(scenarios, 0.25, 0.5, 1, 2, 5); err != nil {
			return err
		}
	}
	if o.entities || o.full {
		if r.More.Entities, err = b.Entities(measure.EntitiesAsked); err != nil {
			return err
		}
	}
	return nil
}
