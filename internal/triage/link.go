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
}

func (w *weighing) sum() float64 {
	total := w.machine + w.user + w.rest
	if total > 0 && (w.came != entry || w.user > 0) {
		total += w.hot // somebody else getting into the same machine is no link, unless it is the same account
	}
	return total
}

// find returns the incident that an alert belongs to, nil when it begins one of its own.
func (b *book) find(a *vedette.Alert, s *sight, window time.Duration) *caseFile {
	if g := b.groups[s.key]; g != nil && near(g.file, a.Time, window) {
		return g.file
	}
	sums := make(map[*caseFile]*weighing)
	for _, t := range s.ties {
		p := b.places[t.node]
		if p == nil || len(p.files) > maxFiles {
			continue
		}
		for _, f := range p.files {
			if !near(f, a.Time, window) {
				continue
			}
			w := sums[f]
			if w == nil {
				w = &weighing{at: a.Time, came: s.phase}
				sums[f] = w
			}
			b.weigh(w, f, t, window)
		}
	}
	var best *caseFile
	var most float64
	for f, w := range sums {
		total := w.sum()
		if total > 0 && a.Severity >= vedette.High {
			total += bonusHigh
		} else if total > 0 && a.Severity == vedette.Medium {
			total += bonusMedium
		}
		if total >= enough && (best == nil || cmp.Or(cmp.Compare(total, most), before(best, f)) > 0) {
			best, most = f, total
		}
	}
	if best == nil {
		best = b.gather(a, s, sums)
	}
	return best
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
func (b *book) weigh(w *weighing, f *caseFile, t tie, window time.Duration) {
	k := f.knots[t.node]
	if k == nil {
		return
	}
	age := w.at.Sub(k.last).Abs()
	fade := math.Exp2(-float64(age)/float64(window)) * b.rare(t.node)
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
