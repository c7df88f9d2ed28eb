package triage_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/entity"
	"github.com/vedette-soc/vedette/internal/triage"
)

func engine(t testing.TB, know triage.Knowledge) *triage.Engine {
	t.Helper()
	e, err := triage.NewEngine(triage.DefaultConfig(), entity.Networks{}, know)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// ordinary is two days of what happens every day on machines: several mild rules, each at its own rhythm.
func ordinary(s *script, machines int, span time.Duration) *script {
	r := rand.New(rand.NewPCG(7, 8))
	for m := range machines {
		for k := range 4 {
			usual := rule{fmt.Sprintf("usual-%d", k), fmt.Sprintf("Everyday thing %d", k), vedette.Low, "discovery", []string{"T1082"}, nil}
			for at := time.Duration(r.IntN(120)) * time.Minute; at < span; at += time.Duration(2+r.IntN(4)) * time.Hour {
				s.at(at, usual, host(fmt.Sprintf("ws-%03d", m)))
			}
		}
	}
	return s
}

// feed gives a script to an engine in order of time and returns the incidents that reached the line.
func feed(e *triage.Engine, s *script) []triage.Outcome {
	s.join(&script{})
	for i := range s.alerts {
		e.Add(&s.alerts[i], int64(i+1))
	}
	var shown []triage.Outcome
	for _, o := range e.Flush() {
		if !o.Below {
			shown = append(shown, o)
		}
	}
	return shown
}

// quietAttack is steps of an attack without a stranger's address, as sensors on the machine see it: mild rules, none of
// which says much by itself.
func quietAttack(s *script, at time.Duration, machine string) *script {
	steps := []rule{
		{"probe", "Odd request answered", vedette.Medium, "initial-access", []string{"T1190"}, nil},
		{"shell", "Shell under the web server", vedette.Medium, "execution", []string{"T1059.004"}, nil},
		{"who", "Account changed its user", vedette.Medium, "privilege-escalation", []string{"T1548.003"}, nil},
		{"pack", "Archive made of a share", vedette.Medium, "collection", []string{"T1560"}, nil},
	}
	for i, step := range steps {
		s.at(at+time.Duration(i)*4*time.Minute, step, host(machine))
	}
	return s
}

func names(all []triage.Outcome) []string {
	var out []string
	for _, o := range all {
		out = append(out, fmt.Sprintf("%d %s (%d alerts)", o.Score, o.Title.En, o.Alerts))
	}
	return out
}

func TestOrdinaryDaysMakeNoIncident(t *testing.T) {
	if shown := feed(engine(t, triage.Knowledge{}), ordinary(&script{}, 40, 4*24*time.Hour)); len(shown) > 0 {
		t.Errorf("ordinary days make %v", names(shown))
	}
}

func TestQuietAttackIsFound(t *testing.T) {
	shown := feed(engine(t, triage.Knowledge{}), quietAttack(ordinary(&script{}, 40, 3*24*time.Hour), 50*time.Hour, "ws-007"))
	if len(shown) != 1 {
		t.Fatalf("want one incident: %v", names(shown))
	}
	if shown[0].Alerts < 4 || shown[0].Alerts > 8 {
		t.Errorf("%d alerts are in it", shown[0].Alerts)
	}
}

// A detector that went wrong, or was turned: it says something new and alarming of every machine, again and again.
func poisoned(s *script, from, to time.Duration, machines int, severity vedette.Severity) *script {
	lie := rule{"poisoned", "Everything is on fire", severity, "impact", []string{"T1486"}, nil}
	r := rand.New(rand.NewPCG(9, 10))
	for at := from; at < to; at += time.Duration(20+r.IntN(200)) * time.Second {
		s.at(at, lie, host(fmt.Sprintf("ws-%03d", r.IntN(machines))))
	}
	return s
}

func TestOnePoisonedDetectorCannotRaiseAnIncident(t *testing.T) {
	for _, severity := range []vedette.Severity{vedette.Info, vedette.Low, vedette.Medium} {
		s := poisoned(ordinary(&script{}, 40, 4*24*time.Hour), 30*time.Hour, 90*time.Hour, 40, severity)
		for _, o := range feed(engine(t, triage.Knowledge{}), s) {
			t.Errorf("%s: %v", severity, names([]triage.Outcome{o}))
		}
	}
}

func TestOnePoisonedAnomalyDetectorCannotRaiseAnIncident(t *testing.T) {
	s := ordinary(&script{}, 40, 4*24*time.Hour)
	before := len(s.alerts)
	poisoned(s, 30*time.Hour, 90*time.Hour, 40, vedette.Low)
	for i := range s.alerts[before:] {
		s.alerts[before+i].Anomaly = &vedette.Anomaly{Detector: "poisoned", Family: vedette.FamilyVolume, Weight: 1e9, Observed: 1e12}
	}
	if shown := feed(engine(t, triage.Knowledge{}), s); len(shown) > 0 {
		t.Errorf("%v", names(shown))
	}
}

func TestOnePoisonedDetectorCannotHideAnIncident(t *testing.T) {
	for _, severity := range []vedette.Severity{vedette.Info, vedette.Medium} {
		s := poisoned(ordinary(&script{}, 40, 4*24*time.Hour), 30*time.Hour, 90*time.Hour, 40, severity)
		shown := feed(engine(t, triage.Knowledge{}), quietAttack(s, 50*time.Hour, "ws-007"))
		found := 0
		for _, o := range shown {
			for _, r := range o.Rules {
				if r.RuleID == "shell" {
					found++
					if len(o.Entities) > 12 {
						t.Errorf("%s: the attack drowns among %d entities", severity, len(o.Entities))
					}
				}
			}
		}
		if found != 1 {
			t.Errorf("%s: the attack is in %d incidents of %v", severity, found, names(shown))
		}
	}
}

// Feedback of a hostile analyst lowers weights within bounds only: here to the least that feedback may make of them.
func TestFactorsNeverRaiseAboveWhatWasSeen(t *testing.T) {
	silent := triage.Knowledge{Factor: func(*vedette.Alert) float64 { return -5 }}
	if shown := feed(engine(t, silent), quietAttack(ordinary(&script{}, 10, 3*24*time.Hour), 50*time.Hour, "ws-007")); len(shown) != 0 {
		t.Errorf("weights below zero speak for an attack: %v", names(shown))
	}
}

func TestLineOfTheBudget(t *testing.T) {
	high := triage.Knowledge{Line: func(string, string) int { return 101 }}
	if shown := feed(engine(t, high), first()); len(shown) != 0 {
		t.Errorf("over a line that nothing reaches: %v", names(shown))
	}
	low := triage.Knowledge{Line: func(string, string) int { return 6 }}
	if shown := feed(engine(t, low), (&script{}).at(0, odd, host("ws-01")).at(time.Minute, download, host("ws-01"))); len(shown) != 1 {
		t.Errorf("%d incidents over a low line", len(shown))
	}
}

func TestHourOneIsWeighedAgain(t *testing.T) {
	s := quietAttack(ordinary(&script{}, 10, 3*24*time.Hour), 30*time.Minute, "ws-003")
	score := func(s *script) int {
		e := engine(t, triage.Knowledge{Line: func(string, string) int { return 101 }})
		s.join(&script{})
		for i := range s.alerts {
			e.Add(&s.alerts[i], int64(i+1))
		}
		for _, o := range e.Flush() {
			for _, r := range o.Rules {
				if r.RuleID == "shell" {
					return o.Score
				}
			}
		}
		return -1
	}
	var early script
	for _, a := range s.alerts {
		if a.Time.Before(day.Add(2 * time.Hour)) {
			early.alerts = append(early.alerts, a)
		}
	}
	during, after := score(&early), score(s)
	if during < 0 || after <= during {
		t.Errorf("an attack in the first hour scores %d while it is learned what is usual, and %d afterwards", during, after)
	}
}

func TestMillionAlertsAreOneRow(t *testing.T) {
	e := engine(t, triage.Knowledge{})
	flood := rule{"flood", "Page not found", vedette.Low, "reconnaissance", []string{"T1595.003"}, nil}
	s := (&script{}).at(0, flood, host("web-01"))
	a := s.alerts[0]
	const n = 1_000_000
	for i := range n {
		a.Time = day.Add(time.Duration(i) * time.Millisecond)
		e.Add(&a, int64(i+1))
	}
	out := e.Flush()
	if len(out) != 1 || out[0].Alerts != n || len(out[0].Records) != 1 || out[0].Records[0] != [2]int64{1, n} {
		t.Fatalf("%d incidents, the first of %d alerts in %v", len(out), out[0].Alerts, out[0].Records)
	}
	data, err := json.Marshal(out[0].Incident)
	if err != nil || len(data) > 16<<10 {
		t.Errorf("the row has %d bytes: %v", len(data), err)
	}
	if out[0].Rules[0].Count != n {
		t.Errorf("the rule is counted %d times", out[0].Rules[0].Count)
	}
}

func TestEveryRecordIsInExactlyOneIncident(t *testing.T) {
	s := quietAttack(ordinary(first(), 30, 3*24*time.Hour), 40*time.Hour, "ws-004")
	s.join(quietAttack(&script{}, 41*time.Hour, "ws-005"))
	e := engine(t, triage.Knowledge{})
	for i := range s.alerts {
		e.Add(&s.alerts[i], int64(i+1))
	}
	seen := make([]int, len(s.alerts)+1)
	var alerts int64
	for _, o := range e.Flush() {
		alerts += o.Alerts
		for _, r := range o.Records {
			for n := r[0]; n <= r[1]; n++ {
				seen[n]++
			}
		}
	}
	for n, times := range seen[1:] {
		if times != 1 {
			t.Fatalf("record %d is in %d incidents", n+1, times)
		}
	}
	if alerts != int64(len(s.alerts)) {
		t.Errorf("%d alerts are counted of %d", alerts, len(s.alerts))
	}
}

func TestSimultaneousAttacksStayApart(t *testing.T) {
	s := ordinary(&script{}, 40, 3*24*time.Hour)
	quietAttack(s, 50*time.Hour, "ws-007")
	quietAttack(s, 50*time.Hour+7*time.Minute, "ws-021")
	shown := feed(engine(t, triage.Knowledge{}), s)
	for _, o := range shown {
		text, _ := json.Marshal(o.Entities)
		if strings.Contains(string(text), "ws-007") && strings.Contains(string(text), "ws-021") {
			t.Errorf("both attacks are one incident: %v", names(shown))
		}
	}
	if len(shown) != 2 {
		t.Errorf("two attacks are %d incidents: %v", len(shown), names(shown))
	}
}

func TestSameAlertsSameIncidents(t *testing.T) {
	run := func() string {
		s := quietAttack(ordinary(first(), 30, 3*24*time.Hour), 40*time.Hour, "ws-004")
		return asJSONOf(t, feed(engine(t, triage.Knowledge{}), s))
	}
	if a, b := run(), run(); a != b {
		t.Error("a replay gives other incidents")
	}
}

func asJSONOf(t *testing.T, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
