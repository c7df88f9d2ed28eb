package detect

import (
	"strings"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/catalog"
)

func TestBudgetOfARule(t *testing.T) {
	small, giant := &vedette.Event{Raw: "small"}, &vedette.Event{Raw: strings.Repeat("x", 4<<20)}
	for _, c := range []struct {
		name  string
		took  func(i int) time.Duration
		ev    *vedette.Event
		after int // evaluations until it is out; 0 for never
	}{
		{"quick", func(int) time.Duration { return 100 * time.Microsecond }, small, 0},
		{"too slow on average", func(int) time.Duration { return 3 * time.Millisecond }, small, 64},
		{"very slow", func(int) time.Duration { return 150 * time.Millisecond }, small, 5},
		{"the machine stalls now and then", func(i int) time.Duration {
			if i%20 == 0 {
				return time.Second
			}
			return 10 * time.Microsecond
		}, small, 0},
		{"giants explain it", func(int) time.Duration { return 300 * time.Millisecond }, giant, 0},
		{"giants do not explain everything", func(int) time.Duration { return 900 * time.Millisecond }, giant, 5},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, out := &Rule{}, 0
			for i := 1; i <= 1000 && out == 0; i++ {
				if r.charge(c.took(i), c.ev, DefaultBudget) != "" {
					out = i
				}
			}
			if out != c.after {
				t.Errorf("out of service after %d evaluations, want %d", out, c.after)
			}
		})
	}
}

// A budget that nothing can keep takes every rule out, says why, once, and leaves the engine running.
func TestSlowRulesAreTakenOut(t *testing.T) {
	if raceDetector {
		t.Skip("the pool drops views at random, and with them the count of which event is timed")
	}
	rs := Compile([]catalog.File{{Path: "t", Data: []byte(strings.NewReplacer("%", "t", "A: 1", "A|exists: true").Replace(plainRule))}})
	var faults []Fault
	e := New(Config{Budget: 1, OnFault: func(f Fault) { faults = append(faults, f) }}, rs)
	ev := &vedette.Event{Logsource: vedette.Logsource{Product: "testos"}}
	ev.Add("src.A", "") // an event of no size explains no time
	fired := 0
	for range enoughSamples * timedEvery * 2 {
		e.Detect(ev, func(vedette.Alert) { fired++ })
	}
	if len(faults) != 1 || !strings.Contains(faults[0].Reason, "too slow") || fired == 0 || fired >= enoughSamples*timedEvery*2 {
		t.Errorf("%d alerts, faults %+v", fired, faults)
	}
	if st := rs.Statuses()[0]; st.State != vedette.RuleOff || !strings.Contains(st.Problem, "too slow") || st.CostUS <= 0 {
		t.Errorf("status %+v", st)
	}
	if c := rs.Slowest(1); len(c) != 1 || !strings.Contains(c[0].Problem, "too slow") {
		t.Errorf("slowest %+v", c)
	}
}
