package triage

import (
	"cmp"
	"math"
	"time"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/entity"
)

// What shared entities weigh. An alert joins the incident that weighs most, if that is at least enough.
const (
	enough        = 5.0
	weightActor   = 10.0 // the same outside address acts, or is called by one and acts in the other
	weightPeer    = 8.0  // the same outside address is called
	weightHeld    = 6.0  // a host, user or account in which somebody was
	weightTouched = 2.0  // one that was only aimed at
	weightCommon  = 1.0  // an account that exists on every machine
	weightDomain  = 2.0
	weightFile    = 1.0
	bonusHigh     = 2.0 // alerts of high severity need less
	bonusMedium   = 1.0
	bonusHot      = 1.5 // right after somebody tried to get in there
	bonusLoose    = 2.5 // right after somebody aimed at it who has got in somewhere
)

const (
	hot      = time.Hour
	company  = 8   // companions that an entity may have before meeting there loses meaning
	maxFiles = 256 // an entity in more incidents than this ties nothing
	crowd    = 8   // attempts by one rule against one host, from different addresses, before they are one incident
)

// weighing is the sum for one incident.
type weighing struct {
	machine, user, rest float64
	hot                 float64
	at                  time.Time // of the alert
	came                phase     // of the alert
	lasts               time.Duration
	told                float64 // what people said of such pairs
}

func (w *weighing) sum() float64 {
	total := w.machine + w.user + w.rest + w.told
	if total > 0 && (w.came != entry || w.user > 0) {
		total += w.hot // somebody else getting into the same machine is no link, unless it is the same account
	}
	return total
}

// Alerts that equal an earlier one join its incident while that is in the queue for as long as this after the last of
// them, unless they name the same stranger: what is usual on a machine goes on being usual after an attack.
const quiet = 2 * time.Hour

// binding is how much an alert's weight says about links: what means nothing by itself binds nothing.
const binding = 1.2

// joins tells whether an alert belongs to a group of alerts that equal it.
func (e *Engine) joins(g *group, a *vedette.Alert) bool {
	switch {
	case g.gone || !near(g.file, a.Time, e.cfg.Window):
		return false
	case g.context:
		return during(g.file, a.Time) && !g.asEver()
	case g.named() || g.file.strongLast.IsZero():
		return true
	}
	return a.Time.Sub(g.file.strongLast) <= quiet
}

// find returns the incident that an alert belongs to, nil when it begins one of its own.
func (e *Engine) find(a *vedette.Alert, s *sight, w *weights, seen *seen) *caseFile {
	b := e.book
	if g := b.groups[s.key]; g != nil && e.joins(g, a) {
		return g.file
	}
	sums := make(map[*caseFile]*weighing)
	long := e.lasting(a, w, s.vague)
	for _, t := range s.ties {
		p := b.places[t.node]
		if p == nil || len(p.files) > maxFiles {
			continue
		}
		for _, f := range p.files {
			if !near(f, a.Time, e.cfg.Window) || f.Below && a.Time.Sub(f.First) > e.cfg.Window {
				continue // what goes on for days without reaching the line takes only more of the same
			}
			sum := sums[f]
			if sum == nil {
				sum = &weighing{at: a.Time, came: s.phase, lasts: long}
				sums[f] = sum
			}
			b.weigh(sum, f, t, e.hub(t.node))
		}
	}
	e.spreads(a, s, seen, sums)
	e.masses(a, s, seen, sums)
	e.told(a, s, sums)
	var best *caseFile
	var most float64
	hold := min(1, w.news()/binding)
	if !seen.e.learned && a.Severity >= vedette.Medium {
		hold = 1
	}
	for f, sum := range sums {
		total := sum.sum()
		if total > 0 && a.Severity >= vedette.High {
			total += bonusHigh
		} else if total > 0 && a.Severity == vedette.Medium {
			total += bonusMedium
		}
		if total *= hold; total >= enough && (best == nil || cmp.Or(cmp.Compare(total, most), before(best, f)) > 0) {
			best, most = f, total
		}
	}
	if best == nil {
		best = b.gather(a, s, sums)
	}
	return best
}

func (e *Engine) hub(n node) float64 {
	if n.kind != vedette.EntityHost {
		return 1
	}
	return e.memory.hub(n.tenant, n.name)
}

// lasting is how long a shared machine goes on binding: as long as the window for what somebody wrote down to be bad, not
// nearly as long for what is merely new.
func (e *Engine) lasting(a *vedette.Alert, w *weights, vague bool) time.Duration {
	if !vague && (a.Severity >= vedette.Medium || w.rule > w.novel+w.volume+w.exfil) {
		return e.cfg.Window
	}
	return e.cfg.Window / 6
}

// spreads links an alert of a rule that is new to the incident in which it just appeared on another machine. Strangers who
// do the same to different machines have nothing to do with each other.
func (e *Engine) spreads(a *vedette.Alert, s *sight, seen *seen, sums map[*caseFile]*weighing) {
	if !seen.spread || !seen.e.learned || outsiders(s.ties) {
		return
	}
	for _, g := range e.recent {
		if g == nil || g.gone || !g.file.alive || g.first.RuleID != a.RuleID || g.file.Tenant != a.Tenant || outsiders(g.ties) {
			continue
		}
		if how := g.weights.how; how != noveltyFirst && how != noveltySpread {
			continue
		}
		if a.Time.Sub(g.session.begun).Abs() <= spreadWithin && sums[g.file] == nil {
			sums[g.file] = &weighing{at: a.Time, came: s.phase, rest: weightSpreads}
		} else if a.Time.Sub(g.session.begun).Abs() <= spreadWithin {
			sums[g.file].rest = max(sums[g.file].rest, weightSpreads)
		}
	}
}

const (
	spreadWithin  = 2 * time.Minute
	weightSpreads = 7.0
)

func outsiders(ties []tie) bool {
	for _, t := range ties {
		if t.grip == actor || t.grip == peer {
			return true
		}
	}
	return false
}

// near tells whether a time lies within the window of an incident.
func near(f *caseFile, at time.Time, window time.Duration) bool {
	return at.Sub(f.Last) <= window && f.First.Sub(at) <= window
}

// before orders incidents that weigh the same: the higher score, then the older one, is the better home.
func before(x, y *caseFile) int {
	return cmp.Or(cmp.Compare(y.Score, x.Score), x.First.Compare(y.First), cmp.Compare(x.ID, y.ID))
}

// weigh adds what one shared entity weighs. One machine can be known by its name and its address, and counts once.
func (b *book) weigh(w *weighing, f *caseFile, t tie, hub float64) {
	k := f.knots[t.node]
	if k == nil {
		return
	}
	age := w.at.Sub(k.last).Abs()
	fade := math.Exp2(-float64(age)/float64(w.lasts)) * b.rare(t.node) * hub
	switch {
	case t.grip == actor && k.grip == actor:
		w.rest += weightActor
	case t.grip == actor || k.grip == actor:
		w.rest += weightActor * b.rare(t.node)
	case t.grip == peer || k.grip == peer:
		w.rest += weightPeer * fade
	case w.came == attempt:
		// Strangers who try the same machine or account have nothing to do with each other.
	case t.grip == trace && t.node.kind == vedette.EntityDomain:
		w.rest = max(w.rest, weightDomain*fade)
	case t.grip == trace:
		w.rest = max(w.rest, weightFile*fade)
	default:
		weight := weightOwn(t, k)
		if t.node.kind == vedette.EntityUser {
			w.user = max(w.user, weight*fade)
		} else {
			if w.came == entry && !f.trying {
				weight /= 2 // somebody else may have a right to log in to a machine that was broken into
			}
			w.machine = max(w.machine, weight*fade)
		}
		if k.grip == touched && age <= hot && w.at.After(k.last) {
			w.hot = max(w.hot, heat(f))
		}
	}
}

// weightOwn is what one of our own hosts, addresses, accounts or users weighs.
func weightOwn(t tie, k *knot) float64 {
	if t.node.kind == vedette.EntityUser && entity.CommonAccount(t.node.name) {
		return weightCommon
	}
	if t.grip == held && k.grip == held {
		return weightHeld
	}
	return weightTouched
}

// rare is 1 for an entity with few companions and falls with the square of their number.
func (b *book) rare(n node) float64 {
	p := b.places[n]
	if p == nil || len(p.near) <= company {
		return 1
	}
	r := float64(company) / float64(len(p.near))
	return r * r
}

// heat is what it adds that an incident has just aimed at a machine or account on which something now happens.
func heat(f *caseFile) float64 {
	switch {
	case !f.trying:
		return bonusLoose
	case beyondScan(f):
		return bonusHot
	}
	return 0
}

// beyondScan tells attempts to get in from mere looking around.
func beyondScan(f *caseFile) bool {
	for _, tactic := range f.Tactics {
		if tactic == "initial-access" || tactic == "credential-access" {
			return true
		}
	}
	return false
}

// gather folds what is not worth an incident of its own: many strangers knocking on one host in the same way, and one
// mild rule that keeps firing on one host.
func (b *book) gather(a *vedette.Alert, s *sight, sums map[*caseFile]*weighing) *caseFile {
	var best *caseFile
	alike := 0
	for f := range sums {
		if len(f.Rules) != 1 || f.Rules[0].RuleID != a.RuleID || !b.shareMachine(f, s) {
			continue
		}
		if s.phase == attempt && (!f.trying || a.Time.Sub(f.Last).Abs() > hot) {
			continue
		}
		alike++
		if best == nil || cmp.Or(cmp.Compare(len(f.Entities), len(best.Entities)), before(best, f)) > 0 {
			best = f
		}
	}
	if s.phase == attempt && alike < crowd || s.phase != attempt && a.Severity > vedette.Medium {
		return nil
	}
	return best
}

func (b *book) shareMachine(f *caseFile, s *sight) bool {
	for _, t := range s.ties {
		if t.node.kind == vedette.EntityHost || t.node.kind == vedette.EntityAddress && t.grip <= held {
			if f.knots[t.node] != nil {
				return true
			}
		}
	}
	return false
}
