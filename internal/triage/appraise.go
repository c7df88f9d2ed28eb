package triage

import (
	"math"
	"slices"
	"strings"

	vedette "github.com/vedette-soc/vedette"
)

// What evidence weighs, in nats of log-odds that it speaks for an attack. Set by hand on two recorded scenarios and checked
// on two others; docs/explanation/triage-quality.md has the protocol.
const (
	weightFirst   = 3.0 // a rule that never fired here
	weightFresh   = 1.5 // one that never fired on this machine
	weightSpread  = 2.0 // one that is new, on one machine after the other
	weightRare    = 1.0 // at most, one that hardly ever fires on this machine
	weightOnce    = 2.0 // a rule that fired once while it was learned what is usual
	rareRate      = 3.0 // sessions a day from which nothing is rare
	duringLearn   = 0.3 // what novelty and bursts weigh while it is still learned what is usual
	weightSurge   = 1.0 // a burst, and one more for each power of ten
	maxSurge      = 4.0
	surgeFactor   = 3.0
	surgeLeast    = 9 // fewer in a slot are no burst
	usualLeast    = 3
	weightExfil   = 1.2 // signs of data leaving, for each doubling of the sessions
	maxExfil      = 4.5
	contextRate   = 12.0 // sessions a day up to which a kind of alert can be context
	tells         = 0.5  // evidence that keeps a link alive
	quietly       = 0.5  // what being new or more than usual weighs for what only informs
	strong        = 1.5  // evidence from which an incident counts as going on
	weak          = 0.2  // evidence under which an alert begins nothing and binds nothing
	rolloutFactor = 0.3
)

// severityWeight is what a rule weighs because somebody wrote it. From high on people vouch for it: it can raise an
// incident alone.
var severityWeight = [...]float64{vedette.Info: 0.3, vedette.Low: 0.8, vedette.Medium: 1.8, vedette.High: 7, vedette.Critical: 9}

// weights is what a group of equal alerts speaks for an attack, by kind of evidence.
type weights struct {
	rule, novel, volume, exfil float64
	anomaly                    float64 // what a detector of the unknown said
	how                        novelty
	before                     int32   // earlier sessions
	rate                       float64 // a day
	most, usual                int32   // in a slot
	sessions                   int32
	early                      bool // weighed while it was still being learned what is usual
}

// novelty says in which way something is new.
type novelty string

const (
	noveltyNone    novelty = ""
	noveltyFirst   novelty = "first"   // nowhere before
	noveltyMachine novelty = "machine" // not on this machine before
	noveltySpread  novelty = "spread"  // new just now, and already on several machines
	noveltyRare    novelty = "rare"
)

func (w *weights) sum() float64 { return w.rule + w.novel + w.volume + w.exfil + w.anomaly }

// news is what it weighs beside what has been going on all along.
func (w *weights) news() float64 { return w.sum() - w.exfil }

// raise keeps the most that each kind of evidence ever weighed: more evidence never makes less.
func (w *weights) raise(o weights) {
	if o.novel > w.novel || w.how == noveltyNone {
		w.how, w.before, w.rate, w.early = o.how, o.before, o.rate, o.early
	}
	if o.volume > w.volume {
		w.most, w.usual = o.most, o.usual
	}
	w.rule, w.novel, w.volume = max(w.rule, o.rule), max(w.novel, o.novel), max(w.volume, o.volume)
	w.exfil, w.anomaly, w.sessions = max(w.exfil, o.exfil), max(w.anomaly, o.anomaly), max(w.sessions, o.sessions)
}

// appraise weighs an alert that begins a session.
func appraise(a *vedette.Alert, s *seen, factor float64) weights {
	w := weights{before: s.before, rate: s.rate, sessions: s.h.sessions, early: s.learning, usual: s.h.peak}
	switch {
	case s.first:
		w.how, w.novel = noveltyFirst, weightFirst
	case s.spread:
		w.how, w.novel = noveltySpread, weightSpread
	case s.fresh:
		w.how, w.novel = noveltyMachine, weightFresh
	case s.rate < rareRate:
		w.how, w.novel = noveltyRare, min(weightRare, math.Log(rareRate/s.rate)/2)
	}
	usual := 0.0
	if !s.fresh && !s.first {
		usual = max(0, 1-w.novel)
	}
	severity := min(max(a.Severity, vedette.Info), vedette.Critical)
	w.rule = severityWeight[severity] * (1 - 0.7*usual)
	if a.Severity < vedette.High {
		w.rule = severityWeight[severity] * (1 - usual)
	}
	if s.rollout(s.e.machines) && a.Severity < vedette.High {
		w.novel *= rolloutFactor
	}
	if a.Anomaly != nil {
		w.anomaly, w.rule, w.novel = min(max(a.Anomaly.Weight, 0), maxSurge), 0, min(w.novel, 0.5)
	}
	if leaves(a) && a.Severity < vedette.High {
		w.exfil = min(maxExfil, weightExfil*math.Log2(1+float64(s.h.sessions)))
		w.rule = 0
	}
	if s.learning {
		w.novel *= duringLearn
	}
	w.surge(s.h, s.learning)
	w.novel, w.volume = w.novel*informs(a), w.volume*informs(a)
	w.rule, w.novel, w.volume, w.exfil, w.anomaly = w.rule*factor, w.novel*factor, w.volume*factor, w.exfil*factor, w.anomaly*factor
	return w
}

// informs is by how much less it says that something is new, or more than usual, when it only informs.
func informs(a *vedette.Alert) float64 {
	if a.Severity == vedette.Info && a.Anomaly == nil {
		return quietly
	}
	return 1
}

// surge weighs a burst.
func (w *weights) surge(h *habit, learning bool) {
	r := h.surge()
	if r == 0 {
		return
	}
	w.volume, w.most, w.usual = min(maxSurge, weightSurge+math.Log10(r)), h.most, h.peak
	if learning {
		w.volume *= duringLearn
	}
}

// leaves tells signs of data going out.
func leaves(a *vedette.Alert) bool {
	return hasTechnique(a.Techniques, "T1048", "T1041", "T1567", "T1537", "T1071.004") || slices.ContainsFunc(a.Tactics, func(t string) bool { return normalTactic(t) == "exfiltration" })
}

// covers tells what somebody does when the work is done, or so that it is not seen: services stopped, defences weakened,
// traces removed.
func covers(a *vedette.Alert) bool {
	return hasTechnique(a.Techniques, "T1489", "T1562", "T1070", "T1485", "T1529", "T1685")
}

// machineOf names what an alert is about: the machine, and failing that the account, the address or the source.
func machineOf(a *vedette.Alert) string {
	best, rank := "", 0
	for _, ref := range a.Entities {
		r := 0
		switch {
		case ref.Kind == vedette.EntityHost && ref.Role != vedette.RoleActor:
			return ref.Name
		case ref.Kind == vedette.EntityAccount:
			r = 5
		case ref.Kind == vedette.EntityAddress && ref.Role == vedette.RoleTarget:
			r = 4
		case ref.Kind == vedette.EntityHost:
			r = 3
		case ref.Kind == vedette.EntityUser:
			r = 2
		case ref.Kind == vedette.EntityAddress:
			r = 1
		}
		if r > rank {
			best, rank = ref.Name, r
		}
	}
	if best == "" {
		return "\x00" + strings.ToLower(a.Source)
	}
	return best
}
