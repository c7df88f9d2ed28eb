package triage

import (
	"math"
	"time"

	vedette "github.com/vedette-soc/vedette"
)

// What memory holds, and how it looks at time.
const (
	maxHabits  = 1 << 18          // rules on machines of which it is known what is usual
	maxCustoms = 1 << 16          // rules of which it is known when they first fired
	maxFresh   = 64               // machines on which a rule was lately new
	sessionGap = 15 * 60          // seconds of silence after which alerts of one kind begin anew
	slot       = 5 * 60           // seconds over which bursts are counted
	freshFor   = 15 * 60          // seconds for which a rule that never fired before is fresh
	dayLength  = 24 * 60 * 60     // seconds
	recentRing = 512              // beginnings of sessions that context is looked for in
	steady     = 30 * time.Minute // how long before now context may have begun
)

// memory is what triage has learned of a tenant's alerts: which rule fires how often on which machine. It is bounded:
// beyond its limits, what was not met for longest is forgotten.
type memory struct {
	learning int64
	eras     map[string]*era
	habits   generations[habitKey, habit]
	customs  generations[customKey, custom]

	keeps        bool // what changes is stored
	dirtyHabits  []*habit
	dirtyCustoms []*custom
}

type habitKey struct{ tenant, rule, machine string }

type customKey struct{ tenant, rule string }

// era is what is known of a tenant as a whole.
type era struct {
	dirty      bool
	begun, now int64 // of the first and the latest alert, unix seconds
	learned    bool
	rescored   bool  // what was new in the time of learning was weighed again
	starts     int64 // sessions that began of kinds that are rare enough to mean something
	machines   int
}

// days is for how long a tenant has been watched, at least one.
func (e *era) days() float64 { return max(1, float64(e.now-e.begun)/dayLength) }

// habit is what is usual of one rule on one machine.
type habit struct {
	key         habitKey
	dirty       bool
	first, last int64
	sessions    int32 // begun, those aside that were part of an incident above the line
	peak        int32 // the most in one slot, learned from sessions that are over
	begun       int64 // of the session that runs
	slot        int64
	slots       int32 // in which it fired, those aside that were part of an incident above the line
	count, most int32 // in the running slot, and the most of the session
	grown       int64 // when the peak was last raised
	said        weights
	incident    bool // the running session is part of an incident above the line: nothing is learned from it
}

// custom is what is known of one rule.
type custom struct {
	key      customKey
	dirty    bool
	first    int64
	sessions int32
	fresh    []freshOn
}

// freshOn says when a rule was new on a machine.
type freshOn struct {
	machine string
	at      int64
}

func newMemory(learning time.Duration) *memory {
	return &memory{
		learning: int64(learning / time.Second), eras: make(map[string]*era),
		habits: newGenerations[habitKey, habit](maxHabits), customs: newGenerations[customKey, custom](maxCustoms),
	}
}

func (m *memory) era(tenant string, at int64) *era {
	e := m.eras[tenant]
	if e == nil {
		e = &era{begun: at, now: at}
		m.eras[tenant] = e
	}
	if at > e.now {
		e.now, e.dirty = at, true
	}
	e.learned = e.learned || e.now-e.begun >= m.learning
	return e
}

// eraOf returns what is known of a tenant, without beginning anything.
func (m *memory) eraOf(tenant string) *era {
	if e := m.eras[tenant]; e != nil {
		return e
	}
	return &era{}
}

// seen is what memory knew of an alert's kind before the session that it begins, or goes on with.
type seen struct {
	h        *habit
	c        *custom
	e        *era
	begins   bool    // a session begins
	first    bool    // the rule never fired before
	fresh    bool    // it never did on this machine
	spread   bool    // it is as good as new, and new on another machine already
	before   int32   // earlier sessions on this machine
	rate     float64 // sessions a day on this machine
	learning bool
}

// note counts an alert of a rule on a machine. known, when it is not nil, is its habit.
func (m *memory) note(a *vedette.Alert, machine string, known *habit) seen {
	at := moment(a).Unix()
	e := m.era(a.Tenant, at)
	s := seen{h: known, e: e, learning: !e.learned}
	if s.h == nil {
		s.h = m.habits.get(habitKey{a.Tenant, a.RuleID, machine})
	}
	if s.h == nil {
		s.h = m.meet(a, machine, at, e)
		s.begins, s.fresh = true, true
	} else if at-s.h.last > sessionGap {
		s.begins = true
		s.h.settle(at, e.learned)
	}
	if s.begins {
		m.begin(&s, a, machine, at)
	}
	s.h.touch(at)
	m.changed(s.h)
	return s
}

// moment is when an alert's event happened, as far as a clock is believed that runs ahead of its arrival: one event from the
// future must not make a day of watching out of a minute.
func moment(a *vedette.Alert) time.Time {
	if latest := a.Received.Add(aheadAtMost); !a.Received.IsZero() && a.Time.After(latest) {
		return latest
	}
	return a.Time
}

const aheadAtMost = 10 * time.Minute

// meet begins a habit.
func (m *memory) meet(a *vedette.Alert, machine string, at int64, e *era) *habit {
	itself := habitKey{a.Tenant, "", machine}
	if m.habits.get(itself) == nil {
		m.changed(m.habits.put(itself, habit{key: itself, first: at, last: at}))
		e.machines++
	}
	key := habitKey{a.Tenant, a.RuleID, machine}
	return m.habits.put(key, habit{key: key, first: at, last: at, begun: at})
}

// begin counts a session that begins.
func (m *memory) begin(s *seen, a *vedette.Alert, machine string, at int64) {
	key := customKey{a.Tenant, a.RuleID}
	if s.c = m.customs.get(key); s.c == nil {
		s.c = m.customs.put(key, custom{key: key, first: at})
		s.first = true
	} else if s.fresh && s.c.sessions == 0 && at-s.c.first > freshFor {
		s.first = true // it was only ever part of incidents
	}
	s.before = s.h.sessions
	s.h.sessions++
	s.c.sessions++
	s.h.begun, s.h.most, s.h.incident = at, 0, false
	if s.fresh {
		s.spread = !s.first && at-s.c.first <= freshFor
		if len(s.c.fresh) < maxFresh {
			s.c.fresh = append(s.c.fresh, freshOn{machine, at})
		}
	}
	s.rate = float64(s.h.sessions) / s.e.days()
	if s.rate <= contextRate {
		s.e.starts++
	}
	s.e.dirty = true
	m.changedCustom(s.c)
}

// partOf notes that the running session of a kind is part of an incident above the line: nothing is learned from it, neither
// of this machine nor of the rule.
func (m *memory) partOf(h *habit) {
	if h == nil || h.incident {
		return
	}
	h.incident = true
	m.changed(h)
	if c := m.customs.get(customKey{h.key.tenant, h.key.rule}); c != nil && c.sessions > 0 {
		c.sessions--
		m.changedCustom(c)
	}
}

// usual learns from an incident after all, because people said that it was none.
func (m *memory) usual(f *caseFile) {
	for _, g := range f.groups {
		h := g.habit
		if h == nil || !h.incident {
			continue
		}
		h.incident = false
		m.changed(h)
		if c := m.customs.get(customKey{h.key.tenant, h.key.rule}); c != nil {
			c.sessions++
			m.changedCustom(c)
		}
	}
}

func (m *memory) changedCustom(c *custom) {
	if m.keeps && !c.dirty {
		c.dirty = true
		m.dirtyCustoms = append(m.dirtyCustoms, c)
	}
}

// changed notes that a habit has to be stored.
func (m *memory) changed(h *habit) {
	if m.keeps && !h.dirty {
		h.dirty = true
		m.dirtyHabits = append(m.dirtyHabits, h)
	}
}

// settle learns from the session that is over, unless it was part of an incident. A peak at most doubles in a day, so that
// nobody teaches a flood to be usual overnight.
func (h *habit) settle(at int64, learned bool) {
	if h.incident {
		h.sessions = max(0, h.sessions-1)
		return
	}
	if h.most <= h.peak {
		return
	}
	switch {
	case h.peak == 0 || !learned:
		h.peak, h.grown = h.most, at
	case at-h.grown >= dayLength:
		h.peak, h.grown = min(h.most, 2*h.peak), at
	}
}

// touch counts an alert in its slot.
func (h *habit) touch(at int64) {
	if n := at / slot; n != h.slot {
		h.slot, h.count = n, 0
		if !h.incident {
			h.slots++
		}
	}
	h.count++
	h.most = max(h.most, h.count)
	h.last = max(h.last, at)
}

// surge is by how much the session that runs exceeds what was learned; 0 when it does not.
func (h *habit) surge() float64 {
	usual := max(h.peak, usualLeast)
	if h.most < surgeLeast || float64(h.most) < surgeFactor*float64(usual) {
		return 0
	}
	return float64(h.most) / float64(usual)
}

// rollout tells whether a rule became new on a large part of the machines at the same time: a change that somebody rolled
// out, not somebody going from machine to machine.
func (s *seen) rollout(known int) bool {
	if known < 6 || len(s.c.fresh) < 4 {
		return false
	}
	near := 0
	for _, f := range s.c.fresh {
		if math.Abs(float64(f.at-s.h.begun)) <= 10*60 {
			near++
		}
	}
	return near >= 4 && near*3 >= known
}

// generations is a bounded map: what was not looked at while a generation filled up is forgotten.
type generations[K comparable, V any] struct {
	most       int
	young, old map[K]*V
}

func newGenerations[K comparable, V any](most int) generations[K, V] {
	return generations[K, V]{most: most / 2, young: make(map[K]*V)}
}

func (g *generations[K, V]) get(key K) *V {
	if v := g.young[key]; v != nil {
		return v
	}
	v := g.old[key]
	if v != nil {
		g.keep(key, v)
	}
	return v
}

func (g *generations[K, V]) put(key K, value V) *V {
	g.keep(key, &value)
	return &value
}

func (g *generations[K, V]) keep(key K, v *V) {
	if len(g.young) >= g.most {
		g.old, g.young = g.young, make(map[K]*V)
	}
	g.young[key] = v
}

// tells notes that something that tells happened on a machine, incidents aside.
func (m *memory) tells(g *group) {
	h := m.habits.get(habitKey{g.file.Tenant, "", g.machine})
	if at := g.session.begun.Unix(); h != nil && at-h.begun > slot {
		h.begun = at
		h.sessions++
		m.changed(h)
	}
}

// hub is how much less a machine binds on which something that tells happens all the time: a firewall that sees everybody's
// traffic, a domain controller. It is 1 for all others.
func (m *memory) hub(tenant, machine string) float64 {
	e, h := m.eras[tenant], m.habits.get(habitKey{tenant, "", machine})
	if e == nil || h == nil || !e.learned {
		return 1
	}
	return min(1, hubRate*e.days()/float64(max(h.sessions, 1)))
}

// hubRate is how often a day something that tells may happen on a machine before it counts as a hub.
const hubRate = 6.0
