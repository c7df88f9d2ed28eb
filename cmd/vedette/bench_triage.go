package main

import (
	"fmt"
	"io"
	"path"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/triage"
	"github.com/vedette-soc/vedette/internal/triage/offline"
	"github.com/vedette-soc/vedette/internal/triage/offline/measure"
)

type benchTriageOptions struct {
	line int
}

func newBenchTriage(s streams) *cobra.Command {
	var o benchTriageOptions
	cmd := &cobra.Command{
		Use: "triage FILE…", Short: "Triage: attacks, steps and false incidents on the AIT Alert Data Set", Args: cobra.MinimumNArgs(1),
		Long: "Reads labelled alerts (alerts.zip of the AIT Alert Data Set, or single tables), makes incidents of them without the labels, and counts by the labels\n" +
			"what was found. The first 24 hours of a scenario are for learning, the rest is scored. A step is found when one of its alerts is linked in an\n" +
			"incident; an incident without labelled alerts is false; dnsteal, which goes on since before the recording, counts apart. Speed is alerts per\n" +
			"second of processor time on one core, reading and sorting among it.",
		RunE: func(_ *cobra.Command, args []string) error { return o.run(args, s) },
	}
	cmd.Flags().IntVar(&o.line, "line", triage.DefaultLine, "the score from which an incident counts")
	return cmd
}

// triageRun is a scenario and what triage made of it.
type triageRun struct {
	measure.Scenario
	outcomes []triage.Outcome // at or above the line
	tally    measure.Tally
	seconds  float64
}

func (o *benchTriageOptions) run(files []string, s streams) error {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	figures := map[string]any{}
	var total measure.Tally
	all, seconds := 0, 0.0
	for _, file := range files {
		err := offline.Open(file, s.in, func(name string, r io.Reader) error {
			run, err := o.scenario(name, r)
			if err != nil {
				return err
			}
			if figures[run.Name] != nil {
				return vedette.Errorf(vedette.CodeInvalid, "two files are called %s", run.Name)
			}
			figures[run.Name] = run.tally.Figures(run.Set.Len(), run.seconds)
			total.Add(run.tally)
			all, seconds = all+run.Set.Len(), seconds+run.seconds
			run.say(s.err)
			return nil
		})
		if err != nil {
			return err
		}
	}
	figures["total"] = total.Figures(all, seconds)
	return result(s.out, figures)
}

// scenario triages one file, then looks at its labels.
func (o *benchTriageOptions) scenario(name string, r io.Reader) (*triageRun, error) {
	begin := cpuTime()
	set, labels, err := offline.ReadAITADSLabelled(name, r)
	if err != nil {
		return nil, err
	}
	outcomes, err := triaged(set, o.line)
	if err != nil {
		return nil, err
	}
	run := &triageRun{Scenario: measure.Scenario{Name: scenarioName(name), Set: set, Labels: labels}, seconds: (cpuTime() - begin).Seconds()}
	run.outcomes = above(outcomes)
	run.tally = measure.Score(&run.Scenario, found(run.outcomes))
	return run, nil
}

// scenarioName is "fox" for "alerts.zip!alerts_csv/fox_alerts.txt".
func scenarioName(file string) string {
	_, member, inside := strings.Cut(file, "!")
	if !inside {
		member = file
	}
	base := path.Base(strings.ReplaceAll(member, "\\", "/"))
	return strings.TrimSuffix(strings.TrimSuffix(base, path.Ext(base)), "_alerts")
}

// above leaves the incidents at or above the line.
func above(outcomes []triage.Outcome) []triage.Outcome {
	var out []triage.Outcome
	for i := range outcomes {
		if !outcomes[i].Below {
			out = append(out, outcomes[i])
		}
	}
	return out
}

func found(outcomes []triage.Outcome) []measure.Found {
	out := make([]measure.Found, len(outcomes))
	for i := range outcomes {
		out[i] = outcomes[i].Records
	}
	return out
}

// say tells a person what was missed, and which incidents are false.
func (r *triageRun) say(out io.Writer) {
	_, _ = fmt.Fprintf(out, "%s: %d of %d steps", r.Name, r.tally.StepsFound, r.tally.StepsTotal)
	if len(r.tally.Missed) > 0 {
		_, _ = fmt.Fprintf(out, ", missed %s", strings.Join(r.tally.Missed, ", "))
	}
	_, _ = fmt.Fprintf(out, "; %d incidents, %d of them false\n", r.tally.Incidents, r.tally.False)
	for _, i := range r.tally.Wrongly {
		in := &r.outcomes[i]
		_, _ = fmt.Fprintf(out, "  false: %s score %d, %d alerts, %s\n", in.First.Format("2006-01-02 15:04:05"), in.Score, in.Alerts, in.Title.En)
	}
}
