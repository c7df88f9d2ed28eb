package measure

import (
	"fmt"
	"io"
	"path"
	"strings"
	"time"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/entity"
	"github.com/vedette-soc/vedette/internal/triage"
	"github.com/vedette-soc/vedette/internal/triage/offline"
)

// Run is a scenario and what triage made of it.
type Run struct {
	*Scenario
	Shown []triage.Outcome // the incidents at or above the line
	Below []triage.Outcome
	Tally Tally
	Took  time.Duration // processor time, reading among it when [Bench.Read] read, scoring not
}

// Bench measures triage. CPU returns the processor time that the process has taken so far.
type Bench struct {
	Line int
	CPU  func() time.Duration
}

// Read reads a labelled table, makes incidents of its alerts, and then looks at the labels.
func (b *Bench) Read(file string, r io.Reader) (*Run, error) {
	begin := b.CPU()
	set, labels, err := offline.ReadAITADSLabelled(file, r)
	if err != nil {
		return nil, err
	}
	outcomes, err := b.outcomes(set, triage.Knowledge{}, nil)
	if err != nil {
		return nil, err
	}
	took := b.CPU() - begin
	run := judged(&Scenario{Name: Name(file), Set: set, Labels: labels}, outcomes)
	run.Took = took
	return run, nil
}

// Triage makes incidents of a scenario's alerts and scores them. Without a line of its own know gets that of the bench.
func (b *Bench) Triage(s *Scenario, know triage.Knowledge) (*Run, error) {
	begin := b.CPU()
	outcomes, err := b.outcomes(s.Set, know, nil)
	if err != nil {
		return nil, err
	}
	took := b.CPU() - begin
	run := judged(s, outcomes)
	run.Took = took
	return run, nil
}

// judged scores outcomes.
func judged(s *Scenario, outcomes []triage.Outcome) *Run {
	run := &Run{Scenario: s}
	for i := range outcomes {
		if outcomes[i].Below {
			run.Below = append(run.Below, outcomes[i])
		} else {
			run.Shown = append(run.Shown, outcomes[i])
		}
	}
	run.Tally = Score(s, records(run.Shown))
	return run
}

// outcomes feeds an engine. watch, when not nil, is told the time before each alert.
func (b *Bench) outcomes(set *offline.Set, know triage.Knowledge, watch func(at time.Time)) ([]triage.Outcome, error) {
	if know.Line == nil {
		know.Line = func(string, string) int { return b.Line }
	}
	engine, err := triage.NewEngine(triage.DefaultConfig(), entity.Networks{}, know)
	if err != nil {
		return nil, fmt.Errorf("prepare triage: %w", err)
	}
	if watch == nil {
		set.Feed(engine)
	} else {
		set.Feed(&watched{engine, watch})
	}
	return engine.Flush(), nil
}

type watched struct {
	to    offline.Taker
	watch func(time.Time)
}

func (w *watched) Add(a *vedette.Alert, record int64) {
	w.watch(a.Time)
	w.to.Add(a, record)
}

// Name is "fox" for "alerts.zip!alerts_csv/fox_alerts.txt".
func Name(file string) string {
	_, member, inside := strings.Cut(file, "!")
	if !inside {
		member = file
	}
	base := path.Base(strings.ReplaceAll(member, "\\", "/"))
	return strings.TrimSuffix(strings.TrimSuffix(base, path.Ext(base)), "_alerts")
}

func records(outcomes []triage.Outcome) []Found {
	out := make([]Found, len(outcomes))
	for i := range outcomes {
		out[i] = outcomes[i].Records
	}
	return out
}

// Say tells a person what was missed, and which incidents are false.
func (r *Run) Say(out io.Writer) {
	_, _ = fmt.Fprintf(out, "%s: %d of %d steps", r.Name, r.Tally.StepsFound, r.Tally.StepsTotal)
	if len(r.Tally.Missed) > 0 {
		_, _ = fmt.Fprintf(out, ", missed %s", strings.Join(r.Tally.Missed, ", "))
	}
	_, _ = fmt.Fprintf(out, "; %d incidents, %d of them false\n", r.Tally.Incidents, r.Tally.False)
	for _, i := range r.Tally.Wrongly {
		in := &r.Shown[i]
		_, _ = fmt.Fprintf(out, "  false: %s score %d, %d alerts, %s\n", in.First.Format("2006-01-02 15:04:05"), in.Score, in.Alerts, in.Title.En)
	}
}
