package triage

import (
	"maps"
	"time"

	vedette "github.com/vedette-soc/vedette"
)

// One act makes several detectors speak, some of them of what is usual by itself: a session is opened, a new kind of line
// is written. What is said on the same machine within an instant of an alert that tells is taken for the same act, when
// chance would hardly bring so usual a thing into that instant, and when what tells is an act and not a flood.
const (
	instant     = 2 * time.Second
	actByChance = 0.1 // how many of its kind an instant may hold by chance
	busier      = 3.0 // by how much a busy hour may exceed the day
	actAtMost   = 16  // alerts of a session after which it is a flood
)

// act is the latest alert that tells on a machine, and whose it is.
type act struct {
	file  *caseFile
	at    time.Time
	rival time.Time // when another incident last had one there
}

// maxActs bounds the machines whose latest act is kept.
const maxActs = 4096

// acted notes that an alert that tells happened on a machine of an incident in the queue.
func (e *Engine) acted(g *group, at time.Time) {
	if g.file.Below || g.session.count > actAtMost || g.context || g.weights.news() < tells {
		return
	}
	key := habitKey{tenant: g.file.Tenant, machine: g.machine}
	last, known := e.acts[key]
	switch {
	case !known && len(e.acts) >= maxActs:
		maps.DeleteFunc(e.acts, func(_ habitKey, a act) bool { return e.now.Sub(a.at) > instant })
		if len(e.acts) >= maxActs {
			return
		}
	case known && last.file != g.file:
		last = act{rival: last.at}
	}
	last.file = g.file
	if at.After(last.at) {
		last.at = at
	}
	e.acts[key] = last
}

// actOf returns the incident in the queue whose latest act on a machine an alert of a usual kind belongs to, nil when there
// is none, or more than one.
func (e *Engine) actOf(a *vedette.Alert, g *group) *caseFile {
	if len(e.acts) == 0 || g.habit == nil || !g.file.Below || g.named() {
		return nil
	}
	last, ok := e.acts[habitKey{tenant: a.Tenant, machine: g.machine}]
	if !ok || a.Time.Sub(last.at).Abs() > instant || a.Time.Sub(last.rival).Abs() <= instant {
		return nil
	}
	if f := last.file; f.alive && !f.Below && g.habit.within(instant, e.memory.eraOf(a.Tenant)) <= actByChance && !e.partedFrom(f, g) {
		return f
	}
	return nil
}

// within is how many of a kind there are by chance as close to a moment as this: how likely it is that the slot of the moment
// has any, and how many of those then come so close.
func (h *habit) within(span time.Duration, e *era) float64 {
	fires := min(1, busier*float64(h.slots)*slot/(e.days()*dayLength))
	return fires * 2 * span.Seconds() / slot * float64(max(h.peak, 1))
}

// beside puts an alert of a usual kind into the incident whose act it is part of, and returns its group there. Its kind stays
// where it was: what comes later is looked at by itself.
func (e *Engine) beside(f *caseFile, a *vedette.Alert, g *group) *group {
	to := f.group(g.key)
	if to != nil {
		e.book.again(to, a)
		return to
	}
	to = e.book.add(f, a, g.sight, nil)
	to.habit, to.context = g.habit, true
	e.book.unlink(f)
	e.book.link(f)
	e.book.groups[g.key] = g
	return to
}

// asEver tells that a session goes on and on, and no stronger than sessions of its kind did before: it is nobody's context.
func (g *group) asEver() bool {
	return g.habit != nil && g.session.count >= actAtMost && g.habit.most <= g.habit.peak
}
