package measure

import (
	"fmt"
	"math/rand/v2"
	"time"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/entity"
	"github.com/vedette-soc/vedette/internal/triage"
	"github.com/vedette-soc/vedette/internal/triage/feedback"
	"github.com/vedette-soc/vedette/internal/triage/offline"
)

// wrongVerdicts is the share of verdicts that the simulated analyst gives wrong.
const wrongVerdicts = 0.05

// verdictAfter is how long after its last alert an incident is judged.
const verdictAfter = time.Hour

// week is how much later a scenario comes again.
const week = 7 * 24 * time.Hour

// analyst judges incidents by their labels, now and then wrong. The same scenario comes again week after week.
type analyst struct {
	random   *rand.Rand
	accepts  bool          // proposals of suppressions that would have lost nothing true
	byRule   bool          // what was learned of machines is left aside
	later    time.Duration // of the week that is being judged
	judged   map[string]bool
	verdicts []feedback.Verdict
	weights  *feedback.Weights
	accepted []vedette.Suppression
	known    map[string]bool // proposals that were accepted
	wrong    int
}

func newAnalyst(seed uint64, accepts bool) *analyst {
	return &analyst{random: rand.New(rand.NewPCG(11, seed)), accepts: accepts, judged: map[string]bool{}, known: map[string]bool{}}
}

// outcomes makes incidents of alerts with what the analyst has said so far.
func (a *analyst) outcomes(b *Bench, set *offline.Set) ([]triage.Outcome, error) {
	w := a.weights
	know := triage.Knowledge{Line: func(_, _ string) int { return b.Line }, Factor: func(al *vedette.Alert) float64 {
		entities := al.Entities
		if a.byRule {
			entities = nil
		}
		f, _ := w.Factor(al.Tenant, al.RuleID, entities)
		return f
	}}
	engine, err := triage.NewEngine(triage.DefaultConfig(), entity.Networks{}, know)
	if err != nil {
		return nil, fmt.Errorf("prepare triage: %w", err)
	}
	if len(a.accepted) == 0 {
		set.Feed(engine)
	} else {
		first, _ := set.Span()
		set.Feed(&sieve{to: engine, hiding: feedback.NewHiding(a.accepted, first.Add(a.later)), later: a.later})
	}
	return engine.Flush(), nil
}

// sieve keeps alerts back that a suppression covers, from when it was accepted until it expires.
type sieve struct {
	to     offline.Taker
	hiding *feedback.Hiding
	later  time.Duration
}

func (s *sieve) Add(a *vedette.Alert, record int64) {
	at := a.Time.Add(s.later)
	if by := s.hiding.Of(a, at); by == nil || by.Created.After(at) {
		s.to.Add(a, record)
	}
}

// watch goes through the days of a week: every incident in the queue that is over is judged, and the weights that come of it
// hold from the next day on. The incidents of each day come out of a run over the alerts until then.
func (a *analyst) watch(b *Bench, s *Scenario) error {
	first, last := s.Set.Span()
	for end := first.Add(24 * time.Hour); ; end = end.Add(24 * time.Hour) {
		outcomes, err := a.outcomes(b, s.Set.Until(end))
		if err != nil {
			return err
		}
		over := end
		if !end.Before(last) { // the next week begins after a pause
			over = last.Add(2 * verdictAfter)
		}
		for i := range outcomes {
			if o := &outcomes[i]; !o.Below && o.Last.Add(verdictAfter).Before(over) {
				a.judge(s, o, end.Add(a.later))
			}
		}
		a.weights = feedback.New(a.verdicts, end.Add(a.later))
		a.accept(end.Add(a.later))
		if !end.Before(last) {
			return nil
		}
	}
}

// judge calls an incident an attack or false. One that was judged this week is not judged again.
func (a *analyst) judge(s *Scenario, o *triage.Outcome, now time.Time) {
	id := o.ID + "+" + a.later.String()
	if a.judged[id] {
		return
	}
	a.judged[id] = true
	attack := false
	for _, span := range o.Records {
		for r := span[0]; r <= span[1] && !attack; r++ {
			attack = s.Labels.Event(r) != ""
		}
	}
	if a.random.Float64() < wrongVerdicts {
		attack = !attack
		a.wrong++
	}
	v := feedback.Verdict{Tenant: o.Tenant, Incident: id, Verdict: vedette.VerdictFalse, By: "analyst-" + digits(len(a.verdicts)%2), Time: now}
	if attack {
		v.Verdict = vedette.VerdictTrue
	}
	for _, rule := range o.Rules {
		judged := vedette.JudgedRule{ID: rule.RuleID, Title: vedette.Text{En: rule.Title, Zh: rule.TitleZh}, Severity: rule.Severity, Alerts: rule.Count}
		for i := range o.Evidence {
			if al := &o.Evidence[i].Alert; al.RuleID == rule.RuleID {
				judged.Entities = append(judged.Entities, al.Entities...)
			}
		}
		v.Rules = append(v.Rules, judged)
	}
	a.verdicts = append(a.verdicts, v)
}

// accept takes the proposals that need no second person and that no verdict of an attack speaks against.
func (a *analyst) accept(now time.Time) {
	if !a.accepts {
		return
	}
	for _, p := range feedback.Propose(a.verdicts, now) {
		if p.True > 0 || p.Severity >= vedette.Critical || a.known[p.ID] {
			continue
		}
		a.known[p.ID] = true
		a.accepted = append(a.accepted, vedette.Suppression{
			ID: p.ID, Tenant: p.Tenant, RuleID: p.RuleID, Entities: p.Entities, State: vedette.SuppressionActive, Created: now, Expires: p.Expires,
		})
	}
}
