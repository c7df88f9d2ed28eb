package correlate

import (
	"time"

	"github.com/vedette-soc/vedette/internal/detect"
)

// Stats is how much is remembered, and what every correlation did.
type Stats struct {
	Groups       int
	Entries      int   // matches remembered, with the spare room of their blocks
	Bytes        int64 // memory taken for them
	Open         int   // groups with a window that time will decide
	Totals       Counts
	Correlations []CorrelationStats
}

// CorrelationStats is one correlation for one tenant.
type CorrelationStats struct {
	RuleID, Tenant string
	Groups         int
	Watermark      time.Time // matches before it are late; zero before the first match
	Counts         Counts
}

// Stats tells what is remembered now.
func (c *Correlator) Stats() Stats {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := Stats{Groups: c.table.live, Entries: c.arena.used, Bytes: int64(c.table.bytes() + c.arena.bytes())}
	for _, k := range c.closers {
		out.Open += len(k.heap)
	}
	for _, st := range c.states {
		if st == nil {
			continue
		}
		one := CorrelationStats{RuleID: st.p.c.Rule.ID, Tenant: st.tenant, Groups: st.groups, Counts: st.counts}
		if st.clock.mark != never {
			one.Watermark = time.Unix(0, st.clock.mark-st.p.slack).UTC()
		}
		out.Correlations = append(out.Correlations, one)
		out.Totals.add(st.counts)
	}
	return out
}

func (n *Counts) add(m Counts) {
	n.Observed += m.Observed
	n.Missing += m.Missing
	n.Late += m.Late
	n.Evicted += m.Evicted
	n.Dropped += m.Dropped
	n.Fired += m.Fired
}

// tellEvery is how often OnCapped hears of one correlation.
const tellEvery = time.Minute

// tell says what was forgotten since it was last said.
func (c *Correlator) tell(now time.Time) {
	if now.Sub(c.told) < tellEvery {
		return
	}
	c.told = now
	for _, st := range c.states {
		if st == nil {
			continue
		}
		for _, one := range []struct {
			reason    string
			now, told uint64
		}{
			{CappedGroups, st.counts.Evicted, st.told.Evicted}, {CappedEvents, st.counts.Dropped, st.told.Dropped}, {CappedLate, st.counts.Late, st.told.Late},
		} {
			if one.now > one.told {
				c.cfg.OnCapped(Capped{RuleID: st.p.c.Rule.ID, RuleTitle: st.p.c.Rule.Title, Tenant: st.tenant, Reason: one.reason, Count: one.now - one.told})
			}
		}
		st.told = st.counts
	}
}

// Swap puts another ruleset in place. Correlations that count the same as before keep what they remember; the others
// begin anew.
func (c *Correlator) Swap(rs *detect.Ruleset) {
	c.mu.Lock()
	defer c.mu.Unlock()
	before := make(map[string]*program, len(c.programs))
	for _, p := range c.programs {
		before[p.c.Rule.ID] = p
	}
	c.load(rs)
	for _, p := range c.programs {
		if old := before[p.c.Rule.ID]; old != nil && old.print == p.print && old.slack == p.slack {
			p.states = old.states
			delete(before, p.c.Rule.ID)
		}
	}
	for _, p := range before {
		for _, st := range p.states {
			for st.head != 0 {
				c.drop(st.head)
			}
			c.states[st.number] = nil
		}
	}
	clocks := c.clocks
	c.clocks, c.closers = make(map[clockKey]*clock), nil
	for _, p := range c.programs {
		for _, st := range p.states {
			st.p = p
			st.settle(rs)
			c.adopt(st, clocks[clockKey{st.clock.tenant, st.clock.family}])
		}
	}
}

// adopt gives a state the clock of its family in place of the one it had.
func (c *Correlator) adopt(st *state, old *clock) {
	k := c.clockOf(st.tenant, st.p.family)
	if old != nil && old.newest > k.newest {
		k.newest, k.seen = old.newest, old.seen
	}
	if old != nil {
		k.mark = max(k.mark, old.mark)
	}
	st.clock = k
	for id := st.head; id != 0; id = c.table.at(id).next {
		c.table.at(id).heap = 0
		c.schedule(k, id)
	}
}
