package detect

import (
	"fmt"
	"time"

	"github.com/vedette-soc/vedette"
)

// DefaultBudget is how long one evaluation of a rule may take on average, beyond what the size of the event explains.
const DefaultBudget = 2 * time.Millisecond

// How the time of rules is judged. Expressions run in time linear to their input, so an event that is large explains a
// long evaluation; otherwise a sender could have rules switched off by sending giants.
const (
	perByte       = 100 * time.Nanosecond // that an event may cost a rule without it being the rule's fault
	enoughSamples = 64                    // before the average counts
	outlier       = 10                    // times the budget: what one sample adds at most, since a machine may stall
	strikeTime    = 100 * time.Millisecond
	maxStrikes    = 5 // evaluations above strikeTime; a quick one forgives one of them
)

// timed evaluates a rule with the clock beside it, and takes it out of service when it is too slow.
func (e *Engine) timed(r *Rule, v *view) bool {
	start := time.Now()
	matched := r.matches(v)
	if reason := r.charge(time.Since(start), v.ev, e.cfg.Budget); reason != "" && r.broken.CompareAndSwap(nil, &reason) {
		e.cfg.OnFault(Fault{RuleID: r.ID, RuleTitle: r.Title, File: r.File, EventID: v.ev.ID(), Reason: reason})
	}
	return matched
}

// charge adds one evaluation to a rule's account and says why it is too slow, if it is. A rule that took very long once
// is timed at every event from then on, not only in the sample, so that it stalls few of them.
func (r *Rule) charge(took time.Duration, ev *vedette.Event, budget time.Duration) (tooSlow string) {
	runs := r.runs.Add(1)
	spent := r.spent.Add(int64(took))
	if budget <= 0 {
		return ""
	}
	over := took
	if over > budget {
		over -= time.Duration(sizeOf(ev)) * perByte
	}
	excess := r.excess.Add(int64(max(0, min(over, outlier*budget))))
	if over > outlier*budget {
		r.watched.Store(true)
	}
	if over > strikeTime {
		if r.strikes.Add(1) >= maxStrikes {
			return fmt.Sprintf("too slow: it took more than %v for one event again and again; the last took %v", strikeTime, took.Round(time.Millisecond))
		}
	} else if r.strikes.Load() > 0 {
		r.strikes.Add(-1)
	}
	if mean := time.Duration(excess / runs); runs >= enoughSamples && mean > budget {
		return fmt.Sprintf("too slow: it takes %v for one event on average of %d, more than the %v that rules have", time.Duration(spent/runs).Round(time.Microsecond), runs, budget)
	}
	return ""
}

// sizeOf is how much text an event has.
func sizeOf(ev *vedette.Event) int {
	n := len(ev.Raw)
	for i := range ev.Fields {
		n += len(ev.Fields[i].Value)
	}
	return n
}
