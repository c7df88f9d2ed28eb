package correlate

// clock is the time of one tenant's family of correlations.
type clock struct {
	tenant, family string
	newest         int64    // newest event time, never before the first
	seen           int64    // when the event of that time was received; never when that is not known
	mark           int64    // watermark: matches before it are late
	closes         bool     // some of its correlations are decided at close
	heap           []uint32 // groups with an open window, the one that is due first on top
}

type clockKey struct{ tenant, family string }

// key is when a group's window can be decided, as a watermark.
func (c *Correlator) key(id uint32) int64 {
	g := c.table.at(id)
	return g.due + c.states[g.state].p.slack
}

// schedule puts a group where its due time belongs in the heap, or takes it out when it has none.
func (c *Correlator) schedule(k *clock, id uint32) {
	g := c.table.at(id)
	switch {
	case g.due == never && g.heap == 0:
		return
	case g.due == never:
		at, last := int(g.heap-1), len(k.heap)-1
		moved := k.heap[last]
		k.heap = k.heap[:last]
		g.heap = 0
		if at != last {
			k.heap[at] = moved
			c.table.at(moved).heap = uint32(at + 1)
			c.sift(k, at)
		}
		return
	case g.heap == 0:
		k.heap = append(k.heap, id)
		g.heap = uint32(len(k.heap))
	}
	c.sift(k, int(g.heap-1))
}

// sift moves the group at a place of the heap up or down to where it belongs.
func (c *Correlator) sift(k *clock, at int) {
	id, key := k.heap[at], c.key(k.heap[at])
	set := func(place int, id uint32) {
		k.heap[place] = id
		c.table.at(id).heap = uint32(place + 1)
	}
	for at > 0 {
		up := (at - 1) / 2
		if !c.sooner(key, id, k.heap[up]) {
			break
		}
		set(at, k.heap[up])
		at = up
	}
	for {
		down := 2*at + 1
		if down >= len(k.heap) {
			break
		}
		if right := down + 1; right < len(k.heap) && c.sooner(c.key(k.heap[right]), k.heap[right], k.heap[down]) {
			down = right
		}
		if !c.sooner(c.key(k.heap[down]), k.heap[down], id) {
			break
		}
		set(at, k.heap[down])
		at = down
	}
	set(at, id)
}

// sooner orders groups by key, those of one key by correlation and then by hash, so that the order does not depend on
// history.
func (c *Correlator) sooner(key int64, id, than uint32) bool {
	other := c.key(than)
	if key != other {
		return key < other
	}
	a, b := c.table.at(id), c.table.at(than)
	if x, y := c.states[a.state].p.c.Place, c.states[b.state].p.c.Place; x != y {
		return x < y
	}
	return a.hash < b.hash
}

// observe moves the clock on by a match.
func (c *Correlator) observe(k *clock, in *input, fn emit) {
	at := in.time
	if in.received != never {
		at = min(at, in.received)
	}
	if at <= k.newest {
		return
	}
	k.newest, k.seen = at, in.received
	c.moveTo(k, at-int64(c.cfg.Lateness), in.received, fn)
}

// elapse moves the clock on to where its source's clock must be by now.
func (c *Correlator) elapse(k *clock, now int64, fn emit) {
	if !k.closes || k.newest == never || k.seen == never || now <= k.seen {
		return
	}
	c.moveTo(k, k.newest+(now-k.seen)-int64(c.cfg.Lateness), now, fn)
}

// moveTo sets the watermark, stopping at every window that is decided on the way.
func (c *Correlator) moveTo(k *clock, mark, now int64, fn emit) {
	mark = max(mark, k.mark)
	for len(k.heap) > 0 {
		id := k.heap[0]
		due := c.key(id)
		if due > mark {
			break
		}
		k.mark = max(k.mark, due)
		c.close(id, now, fn)
	}
	k.mark = mark
}
