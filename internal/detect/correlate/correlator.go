package correlate

import (
	"crypto/rand"
	"encoding/binary"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/detect"
)

// Correlator remembers matches and raises the alerts of correlations. Its methods may be called from any goroutine; what
// they decide depends on the order of the calls.
type Correlator struct {
	cfg Config

	mu       sync.Mutex
	rules    *detect.Ruleset
	programs []*program
	byPlace  [][]use
	byID     map[string][]use
	states   []*state // by number; nil where one is gone
	clocks   map[clockKey]*clock
	closers  []*clock // those with conditions decided at close
	table    *table
	arena    *arena
	labels   map[uint32]*label // by group, of those decided at close
	seed     seed
	seen     uint64 // journal sequence that a restored state already holds
	told     time.Time
	scratch  scratch
}

// emit takes an alert.
type emit func(vedette.Alert)

// New returns a correlator that remembers nothing yet.
func New(cfg Config, rs *detect.Ruleset) *Correlator {
	c := &Correlator{cfg: cfg.withDefaults()}
	c.forget()
	c.load(rs)
	return c
}

// forget empties the memory.
func (c *Correlator) forget() {
	c.table, c.arena, c.labels = newTable(), newArena(c.cfg.Events), make(map[uint32]*label)
	c.states, c.clocks, c.closers, c.seen = nil, make(map[clockKey]*clock), nil, 0
	var random [16]byte
	_, _ = rand.Read(random[:]) // never fails
	c.seed = seed{binary.LittleEndian.Uint64(random[:8]) | 1, binary.LittleEndian.Uint64(random[8:]) | 1}
	for _, p := range c.programs {
		p.states, p.last = make(map[string]*state), nil
	}
}

// load takes a ruleset over.
func (c *Correlator) load(rs *detect.Ruleset) {
	c.rules = rs
	c.programs = newPrograms(c.cfg, rs)
	c.byPlace, c.byID = uses(rs, c.programs)
}

// input is something that is counted: a match of a rule, or the result of a correlation.
type input struct {
	tenant   string
	time     int64
	received int64 // never when that is not known
	seq      uint64
	place    uint32
	event    *vedette.Event // nil for what was decided at close
	result   *result        // nil for a match of a rule
}

// Observe counts a match, in the order of the journal, and calls fn for each alert that it completes. Matches of events
// that a restored snapshot already holds are skipped. The match is not kept. Nothing is allocated while no alert is
// raised and no group is new.
func (c *Correlator) Observe(m detect.Match, fn func(vedette.Alert)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	ev := m.Event
	if ev.Seq != 0 && ev.Seq <= c.seen {
		return
	}
	var list []use
	if m.Place < len(c.byPlace) && c.rules.Rules[m.Place] == m.Rule {
		list = c.byPlace[m.Place]
	} else {
		list = c.byID[m.Rule.ID] // found by another ruleset than this one
	}
	if len(list) == 0 {
		return
	}
	in := input{tenant: ev.Tenant, time: instant(ev.Time), received: never, seq: ev.Seq, place: ev.Place, event: ev}
	if !ev.Received.IsZero() {
		in.received = instant(ev.Received)
	}
	for _, u := range list {
		c.feed(u, &in, fn)
	}
}

// instant is a time as it is computed with. What lies outside of 1970 to 2150 is moved to that border, so that sums of
// times never overflow.
func instant(t time.Time) int64 {
	switch year := t.Year(); {
	case year < 1970:
		return 0
	case year > 2150:
		return time.Date(2150, 12, 31, 0, 0, 0, 0, time.UTC).UnixNano()
	}
	return max(t.UnixNano(), 0)
}

// feed counts one input for one correlation.
func (c *Correlator) feed(u use, in *input, fn emit) {
	st := c.stateOf(u.p, in.tenant)
	if st.off {
		return
	}
	ref := &u.p.c.Refs[u.ref]
	hash, ok := c.groupHash(st.base, ref, in)
	var value uint64
	if ok && u.p.reads() {
		value, ok = c.valueOf(u.p, ref, in)
	}
	if in.result == nil {
		c.observe(st.clock, in, fn)
	}
	switch {
	case !ok:
		st.counts.Missing++
		return
	case in.time < st.clock.mark-u.p.slack:
		st.counts.Late++
		return
	}
	st.counts.Observed++
	id := c.groupOf(st, hash, u, in)
	c.table.at(id).pinned = true
	at := c.remember(st, id, entry{time: in.time, value: value, seq: in.seq, place: in.place, rule: uint16(u.ref)})
	if u.p.atClose {
		c.reopen(st, id)
	} else {
		c.judge(st, id, at, u, in, fn)
	}
	if g := c.table.at(id); g.n == 0 {
		c.drop(id)
	} else {
		g.pinned = false
	}
}

// find returns the value of a field of an input.
func (in *input) find(path *detect.FieldPath) (name, value string, ok bool) {
	if in.result == nil {
		return path.Find(in.event)
	}
	return in.result.names[path.Group], in.result.values[path.Group], true
}

// groupHash names the group of an input; false when the input has no such field.
func (c *Correlator) groupHash(h uint64, ref *detect.CorrelationRef, in *input) (uint64, bool) {
	for i := range ref.Group {
		_, value, ok := in.find(&ref.Group[i])
		if !ok {
			return 0, false
		}
		h = c.seed.add(h, value)
	}
	return c.seed.finish(h), true
}

// valueOf is what a value type counts of an input: a hash of the tuple, or a number.
func (c *Correlator) valueOf(p *program, ref *detect.CorrelationRef, in *input) (uint64, bool) {
	if p.c.Type.Numeric() {
		_, text, ok := in.find(&ref.Fields[0])
		if !ok {
			return 0, false
		}
		v, ok := number(text)
		return math.Float64bits(v), ok
	}
	h := c.seed[0]
	for i := range ref.Fields {
		_, value, ok := in.find(&ref.Fields[i])
		if !ok {
			return 0, false
		}
		h = c.seed.add(h, value)
	}
	return c.seed.finish(h), true
}

// stateOf returns a program's state for a tenant.
func (c *Correlator) stateOf(p *program, tenant string) *state {
	if p.last != nil && p.last.tenant == tenant {
		return p.last
	}
	st := p.states[tenant]
	if st == nil {
		st = c.newState(p, tenant)
	}
	p.last = st
	return st
}

func (c *Correlator) newState(p *program, tenant string) *state {
	number := slices.Index(c.states, nil)
	if number < 0 {
		number, c.states = len(c.states), append(c.states, nil)
	}
	st := &state{p: p, tenant: tenant, number: uint32(number), base: c.seed.add(c.seed.add(c.seed[0], p.c.Rule.ID), tenant)}
	c.states[number] = st
	p.states[tenant] = st
	st.settle(c.rules)
	st.clock = c.clockOf(tenant, p.family)
	return st
}

// settle looks up what people decided about the correlation.
func (st *state) settle(rs *detect.Ruleset) {
	s := rs.Settings().Of(st.tenant, st.p.c.Rule.ID)
	st.quiet = rs.QuietFor(st.tenant, st.p.c.Place)
	st.stage, st.severity, st.off = s.Stage, st.p.c.Rule.Severity, s.Stage == vedette.StageOff
	if s.Severity != nil {
		st.severity = *s.Severity
	}
}

func (c *Correlator) clockOf(tenant, family string) *clock {
	key := clockKey{tenant, family}
	k := c.clocks[key]
	if k != nil {
		return k
	}
	k = &clock{tenant: tenant, family: family, newest: never, seen: never, mark: never}
	for _, name := range families(c.programs) {
		k.closes = k.closes || name == family
	}
	c.clocks[key] = k
	if k.closes {
		c.closers = append(c.closers, k)
	}
	return k
}

// Advance tells the correlator how late it is by the clock that stamps [vedette.Event.Received], so that windows are
// closed also when nothing comes. To decide the same again when a journal is replayed, call it with times from the
// journal. It is also when OnCapped is called.
func (c *Correlator) Advance(now time.Time, fn func(vedette.Alert)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	at := instant(now)
	for _, k := range c.closers {
		c.elapse(k, at, fn)
	}
	c.tell(now)
}

// Finish closes every window that is open, as if time had passed; nothing that is observed later counts towards them. It
// is for the end of recorded events.
func (c *Correlator) Finish(fn func(vedette.Alert)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, k := range c.closers {
		for len(k.heap) > 0 {
			c.moveTo(k, c.key(k.heap[0]), k.seen, fn)
		}
	}
}
