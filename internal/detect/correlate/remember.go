package correlate

import "github.com/vedette-soc/vedette/internal/detect"

// entries are what a group remembers, oldest first.
func (c *Correlator) entries(g *group) []entry {
	if g.n == 0 {
		return nil
	}
	return c.arena.block(g.block, g.order)[g.from : g.from+g.n]
}

// remember puts an entry where it belongs in time, behind those of the same time, and returns its place.
func (c *Correlator) remember(st *state, id uint32, e entry) int {
	g := c.table.at(id)
	c.prune(st, g)
	if int(g.n) >= st.p.limit {
		c.thin(st, g)
	}
	if !c.extend(st, g) {
		st.counts.Dropped++
		return -1
	}
	g.n++
	list := c.entries(g)
	at := len(list) - 1
	for at > 0 && list[at-1].time > e.time {
		at--
	}
	copy(list[at+1:], list[at:])
	list[at] = e
	if st.p.c.Type == detect.ValueCount {
		markAgain(list, at)
	}
	return at
}

// markAgain notes which of the entries with the value of the one at a place is the last.
func markAgain(list []entry, at int) {
	value := list[at].value
	for i := at - 1; i >= 0; i-- {
		if list[i].value == value {
			list[i].again = 1
			break
		}
	}
	for i := at + 1; i < len(list); i++ {
		if list[i].value == value {
			list[at].again = 1
			break
		}
	}
}

// prune forgets entries that no window to come can hold.
func (c *Correlator) prune(st *state, g *group) {
	mark := st.clock.mark
	if mark == never || g.n == 0 {
		return
	}
	mark -= st.p.slack
	list := c.entries(g)
	gone := 0
	if st.p.atClose {
		// Windows take what they hold when they close; what is left before the open one began no window.
		for gone < len(list) && list[gone].time < mark && (g.due == never || list[gone].time < g.due-st.p.span) {
			gone++
		}
	} else {
		for gone < len(list) && list[gone].time <= mark-st.p.span {
			gone++
		}
	}
	g.from += uint32(gone)
	g.n -= uint32(gone)
}

// extend makes room for one more entry at the end of a group's block; false when there is no memory.
func (c *Correlator) extend(st *state, g *group) bool {
	size := uint32(1) << g.order
	switch {
	case g.block == 0:
		return c.move(st, g, 0)
	case g.from+g.n < size:
		return true
	case g.from > 0 && g.n < size/8:
		return c.move(st, g, orderFor(int(g.n)+1))
	case g.from > 0 && (g.n <= size/4*3 || g.order == maxOrder || size >= 2*uint32(st.p.limit)):
		block := c.arena.block(g.block, g.order)
		copy(block, block[g.from:g.from+g.n])
		g.from = 0
		return true
	}
	return c.move(st, g, g.order+1)
}

// move gives a group a block of another order.
func (c *Correlator) move(st *state, g *group, order uint8) bool {
	at := c.room(order)
	if at == 0 {
		return false
	}
	if g.block != 0 {
		copy(c.arena.block(at, order), c.entries(g))
		c.arena.give(g.block, g.order)
		st.entries -= 1 << g.order
	}
	g.block, g.order, g.from = at, order, 0
	st.entries += 1 << order
	return true
}

// thin makes room in a group that is full. Where only different values, or rules, count, first those repetitions go that
// no window needs: the ones between two others of the same kind that are less than a timespan apart. Otherwise the oldest
// quarter goes.
func (c *Correlator) thin(st *state, g *group) {
	before := g.n
	if st.p.c.Type == detect.ValueCount || st.p.c.Type == detect.Temporal {
		c.thinRepeated(st, g)
	}
	if g.n > before-before/4 {
		gone := g.n - (before - before/4)
		g.from += gone
		g.n -= gone
	}
	st.counts.Dropped += uint64(before - g.n)
}

func (c *Correlator) thinRepeated(st *state, g *group) {
	list := c.entries(g)
	kind := func(e *entry) uint64 {
		if st.p.c.Type == detect.ValueCount {
			return e.value
		}
		return uint64(e.rule)
	}
	next := make(map[uint64]int64, len(list)/2) // by kind: time of the entry kept behind
	before := make([]int64, len(list))          // time of the entry before of the same kind
	last := make(map[uint64]int64, len(list)/2)
	for i := range list {
		k := kind(&list[i])
		before[i] = never
		if t, ok := last[k]; ok {
			before[i] = t
		}
		last[k] = list[i].time
	}
	kept := len(list)
	for i := len(list) - 1; i >= 0; i-- {
		k := kind(&list[i])
		if after, ok := next[k]; ok && before[i] != never && after-before[i] < st.p.span {
			continue
		}
		next[k] = list[i].time
		kept--
		list[kept] = list[i]
	}
	g.from += uint32(kept)
	g.n -= uint32(kept)
}
