package correlate

// reopen sets when the open window of a group ends, after an entry came.
func (c *Correlator) reopen(st *state, id uint32) {
	g := c.table.at(id)
	due := int64(never)
	list := c.entries(g)
	for i := range list {
		if st.p.opens&(1<<(list[i].rule&63)) != 0 {
			due = list[i].time + st.p.span
			break
		}
	}
	if due != g.due {
		g.due = due
		c.schedule(st.clock, id)
	}
}

// close decides the window of a group that is over, forgets what it held, and opens the next.
func (c *Correlator) close(id uint32, now int64, fn emit) {
	g := c.table.at(id)
	st := c.states[g.state]
	list := c.entries(g)
	low := begin(list, 0, g.due-st.p.span-1)
	high := begin(list, low, g.due-1)
	window := list[low:high]
	if value, ok := c.measure(st.p, window, high == len(list)); ok {
		g.pinned = true
		c.raise(st, c.resultAtClose(st, id, now, window, value), fn)
		g.pinned = false
	}
	g.from += uint32(high)
	g.n -= uint32(high)
	if g.n == 0 {
		c.drop(id)
		return
	}
	c.reopen(st, id)
}
