package triage_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/vedette-soc/vedette/internal/triage"
	"github.com/vedette-soc/vedette/internal/triage/offline"
	"github.com/vedette-soc/vedette/internal/triage/offline/measure"

	"io"
)

// recorded returns a file of the recorded data, or skips.
func recorded(t testing.TB, parts ...string) string {
	t.Helper()
	dir := os.Getenv("VEDETTE_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data")
	}
	file := filepath.Join(append([]string{dir}, parts...)...)
	if _, err := os.Stat(file); err != nil {
		t.Skipf("no recorded data: %v", err)
	}
	return file
}

// processorTime is what the process has taken so far.
func processorTime() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

type writer struct{ t testing.TB }

func (w writer) Write(p []byte) (int, error) {
	w.t.Logf("%s", p)
	return len(p), nil
}

func runs(t testing.TB) []*measure.Run {
	t.Helper()
	bench := measure.Bench{Line: triage.DefaultLine, CPU: processorTime}
	var out []*measure.Run
	err := offline.Open(recorded(t, "ait-ads", "alerts.zip"), nil, func(name string, r io.Reader) error {
		run, err := bench.Read(name, r)
		if err != nil {
			return err
		}
		run.Say(writer{t})
		out = append(out, run)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// What the issue asks for at least. The floors that were measured before are the hard limits: 46 of 57 steps at 0.22 false
// incidents a day, and no more than 1 a day at any number of steps.
func TestAITAlertDataSet(t *testing.T) {
	report := measure.NewReport(runs(t))
	text, err := json.Marshal(report.Figures())
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%s", text)
	total := report.Total()
	if total.AttacksFound != total.AttacksTotal {
		t.Errorf("%d of %d attacks were found", total.AttacksFound, total.AttacksTotal)
	}
	if share := float64(total.StepsFound) / float64(total.StepsTotal); share < 0.9 {
		t.Errorf("%d of %d steps were linked: %.3f, want at least 0.9", total.StepsFound, total.StepsTotal, share)
	}
	if total.FalsePerDay > 1 {
		t.Errorf("%.3f false incidents a day, want at most 1", total.FalsePerDay)
	}
	if fewer := 1 - float64(total.Incidents)/float64(total.Alerts); fewer < 0.9999 {
		t.Errorf("%d alerts became %d incidents: %.6f fewer, want at least 0.9999", total.Alerts, total.Incidents, fewer)
	}
	if total.PerAttack > 2 {
		t.Errorf("%.2f incidents for each attack, want at most 2", total.PerAttack)
	}
	if total.Purity < 0.5 {
		t.Errorf("%.3f of the linked alerts outside floods belong, want at least 0.5", total.Purity)
	}
	if missing := len(report.Runs) - 1; total.Exfiltration < missing {
		t.Errorf("the exfiltration was found in %d of %d scenarios, want at least %d", total.Exfiltration, len(report.Runs), missing)
	}
	for _, floor := range measure.Floors(report.Scenarios()) {
		if floor.FalsePerDay <= total.FalsePerDay && floor.StepsFound >= total.StepsFound {
			t.Errorf("%q is as good: %d steps at %.3f false a day", floor.Method, floor.StepsFound, floor.FalsePerDay)
		}
	}
}

// Noise that returns: after two weeks of verdicts, one in twenty wrong, at least 43 % of the false incidents are gone and no
// step of an attack is. The lines are low so that there is something to cut.
func TestVerdictsCutWhatReturns(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a minute")
	}
	scenarios := measure.NewReport(runs(t)).Scenarios()
	bench := measure.Bench{CPU: processorTime}
	for _, line := range measure.LooseLines {
		results, err := bench.Feedback(scenarios, line)
		if err != nil {
			t.Fatal(err)
		}
		for i, r := range results {
			t.Logf("line %d, %s: false %v, steps %d before, %d at the least after, %d of %d verdicts wrong", line, r.Use, r.False, r.StepsBefore, r.StepsAfter, r.WrongVerdicts, r.Verdicts)
			if i > 0 {
				continue // what people accept, and what others judged, is told and not asked for
			}
			if r.False[0] < 10 || r.WrongVerdicts == 0 {
				t.Errorf("line %d: %d false incidents, %d wrong verdicts: nothing to learn from", line, r.False[0], r.WrongVerdicts)
			}
			if cut := 1 - float64(r.False[2])/float64(r.False[0]); cut < 0.43 {
				t.Errorf("line %d: %.2f fewer false incidents after two weeks, want at least 0.43", line, cut)
			}
			if r.StepsAfter < r.StepsBefore {
				t.Errorf("line %d: of %d steps %d are left", line, r.StepsBefore, r.StepsAfter)
			}
		}
	}
}
