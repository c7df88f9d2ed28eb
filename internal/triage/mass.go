package triage

import (
	"slices"
	"time"

	vedette "github.com/vedette-soc/vedette"
)

// What people vouch for and what is new on machine after machine within moments is one thing that happens to all of them:
// somebody rolls it out. From the third machine on the next ones belong to the incidents of the first, whether the rule ever
// fired elsewhere before or not, and while it is still being learned what is usual.
const (
	massWithin = time.Minute
	massLeast  = 3   // machines from which on it is a mass
	massLooks  = 128 // sessions looked back at, at most
)

// masses links an alert of high severity to the incidents in which its rule just became new on several other machines.
func (e *Engine) masses(a *vedette.Alert, s *sight, seen *seen, sums map[*caseFile]*weighing) {
	if a.Severity < vedette.High || !seen.fresh || len(e.recent) < massLeast {
		return
	}
	var machines [massLeast]string
	n, found := 0, make([]*caseFile, 0, massLeast)
	for i := range min(len(e.recent), massLooks) {
		g := e.recent[(e.at-1-i+2*len(e.recent))%len(e.recent)]
		if !e.sameMass(g, a, s) {
			continue
		}
		if !slices.Contains(found, g.file) {
			found = append(found, g.file)
		}
		if n < massLeast && !slices.Contains(machines[:n], g.machine) {
			machines[n] = g.machine
			n++
		}
	}
	if n < massLeast {
		return
	}
	for _, f := range found {
		if sums[f] == nil {
			sums[f] = &weighing{at: a.Time, came: s.phase}
		}
		sums[f].rest = max(sums[f].rest, weightSpreads)
	}
}

// sameMass tells whether a session that began lately is of the same rule, new on its machine at the same time, and no
// stranger's who is not behind the alert as well.
func (e *Engine) sameMass(g *group, a *vedette.Alert, s *sight) bool {
	return g != nil && !g.gone && g.file.alive && g.first.RuleID == a.RuleID && g.file.Tenant == a.Tenant && g.machine != s.machine &&
		g.weights.how != noveltyNone && g.weights.how != noveltyRare && a.Time.Sub(g.session.begun).Abs() <= massWithin && sameStrangers(s.ties, g.ties)
}

// sameStrangers tells whether neither names somebody outside, or both name the same one.
func sameStrangers(x, y []tie) bool {
	if !outsiders(x) && !outsiders(y) {
		return true
	}
	for _, t := range x {
		for _, o := range y {
			if t.node == o.node && (t.grip == actor || t.grip == peer) {
				return true
			}
		}
	}
	return false
}
