package correlate

// maxWork bounds how many entries one match that came out of order may make the correlator look at.
const maxWork = 1 << 18

// judge asks every window that holds the entry at a place and ends at an event: the one that ends there, and when it came
// out of order, those that end later. The first that meets the condition raises the alert.
func (c *Correlator) judge(st *state, id uint32, at int, u use, in *input, fn emit) {
	if at < 0 {
		return
	}
	g := c.table.at(id)
	list := c.entries(g)
	until := list[at].time + st.p.span
	low, work := 0, 0
	for end := at; end < len(list) && list[end].time < until; end++ {
		if end+1 < len(list) && list[end+1].time == list[end].time {
			continue // a window holds all events of its last moment
		}
		if c.silenced(st.p, g, list[end].time) {
			continue
		}
		low = begin(list[:end+1], low, list[end].time-st.p.span)
		window := list[low : end+1]
		if work += len(window); work > maxWork {
			st.counts.Dropped++
			return
		}
		value, ok := c.measure(st.p, window, end == len(list)-1)
		if !ok || !st.p.rearmed(g, list[end].time, value) {
			continue
		}
		g.fired, g.value = max(g.fired, list[end].time), value
		c.raise(st, c.resultOf(st, u, in, window, value), fn)
		return
	}
}

// begin is the place of the first entry, from low on, that is later than a time.
func begin(list []entry, low int, after int64) int {
	high := len(list)
	for low < high {
		middle := int(uint(low+high) / 2)
		if list[middle].time > after {
			high = middle
		} else {
			low = middle + 1
		}
	}
	return low
}

// silenced tells, before any window is measured, that one ending then cannot raise an alert.
func (c *Correlator) silenced(p *program, g *group, end int64) bool {
	if float64(g.n) < p.floor && !p.c.Type.Numeric() {
		return true
	}
	if g.fired == never || end > g.fired+p.span {
		return false
	}
	return !p.doubles || !p.c.Type.Numeric() && float64(g.n) < 2*g.value
}

// rearmed tells whether a group that raised an alert may raise another for a window ending then: when a timespan has
// passed since, or when what is counted has doubled.
func (p *program) rearmed(g *group, end int64, value float64) bool {
	return g.fired == never || end > g.fired+p.span || p.doubles && g.value > 0 && value >= 2*g.value
}
