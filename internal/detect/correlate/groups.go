package correlate

import (
	"strconv"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/detect"
)

// label is what the alert of a window that is decided at close must say, taken from the first input of its group.
type label struct {
	names, values   []string
	source, dataset string
	entities        []vedette.EntityRef
}

// groupOf finds or makes a group and notes that it was touched.
func (c *Correlator) groupOf(st *state, hash uint64, u use, in *input) uint32 {
	if id := c.table.find(hash); id != 0 {
		c.touch(st, id)
		return id
	}
	c.makeRoom(st)
	id := c.table.add(hash)
	c.table.at(id).state = st.number
	c.link(st, id)
	st.groups++
	if u.p.atClose {
		c.labels[id] = c.label(&u.p.c.Refs[u.ref], in)
	}
	return id
}

func (c *Correlator) label(ref *detect.CorrelationRef, in *input) *label {
	l := &label{}
	for i := range ref.Group {
		name, value, _ := in.find(&ref.Group[i])
		l.names, l.values = append(l.names, name), append(l.values, vedette.Shorten(value, maxGroupValue))
	}
	l.source, l.dataset, l.entities = in.origin(c.cfg.Entities)
	return l
}

// origin says where an input came from and whom it speaks about.
func (in *input) origin(entities func(*vedette.Event) []vedette.EntityRef) (source, dataset string, refs []vedette.EntityRef) {
	if in.result != nil {
		return in.result.source, in.result.dataset, in.result.entities
	}
	return in.event.Source, in.event.Dataset, entities(in.event)
}

// link puts a group in front of its state's list.
func (c *Correlator) link(st *state, id uint32) {
	g := c.table.at(id)
	g.prev, g.next = 0, st.head
	if st.head != 0 {
		c.table.at(st.head).prev = id
	} else {
		st.tail = id
	}
	st.head = id
}

func (c *Correlator) unlink(st *state, id uint32) {
	g := c.table.at(id)
	if g.prev != 0 {
		c.table.at(g.prev).next = g.next
	} else {
		st.head = g.next
	}
	if g.next != 0 {
		c.table.at(g.next).prev = g.prev
	} else {
		st.tail = g.prev
	}
}

func (c *Correlator) touch(st *state, id uint32) {
	if st.head != id {
		c.unlink(st, id)
		c.link(st, id)
	}
}

// drop forgets a group.
func (c *Correlator) drop(id uint32) {
	g := c.table.at(id)
	st := c.states[g.state]
	g.due = never
	c.schedule(st.clock, id)
	if g.block != 0 {
		c.arena.give(g.block, g.order)
		st.entries -= 1 << g.order
	}
	c.unlink(st, id)
	st.groups--
	if st.p.atClose {
		delete(c.labels, id)
	}
	c.table.remove(id)
}

// passed tells whether nothing that may still come can meet what the group remembers.
func (c *Correlator) passed(st *state, g *group) bool {
	mark := st.clock.mark
	if mark == never || g.n == 0 {
		return g.n == 0
	}
	mark -= st.p.slack
	last := c.entries(g)[g.n-1].time
	if st.p.atClose {
		return g.due == never && last < mark
	}
	return last <= mark-st.p.span && (g.fired == never || g.fired+st.p.span < mark)
}

// makeRoom keeps the number of groups within its bounds before another is made. Two groups that have passed go for every
// one that comes, so those of the past do not pile up.
func (c *Correlator) makeRoom(st *state) {
	for range 2 {
		if st.tail != 0 && !c.table.at(st.tail).pinned && c.passed(st, c.table.at(st.tail)) {
			c.drop(st.tail)
		}
	}
	if st.groups >= c.cfg.GroupsPerCorrelation {
		c.evict(st)
	}
	if c.table.live >= c.cfg.Groups {
		c.evict(c.largest(func(st *state) int { return st.groups }))
	}
}

// largest finds the state that has most of something.
func (c *Correlator) largest(size func(*state) int) *state {
	var found *state
	for _, st := range c.states {
		if st != nil && (found == nil || size(st) > size(found)) {
			found = st
		}
	}
	return found
}

// evict forgets the least recently touched group of a state; false when there is none that can go.
func (c *Correlator) evict(st *state) bool {
	id := st.tail
	for id != 0 && c.table.at(id).pinned {
		id = c.table.at(id).prev
	}
	if id == 0 {
		return false
	}
	if !c.passed(st, c.table.at(id)) {
		st.counts.Evicted++
	}
	c.drop(id)
	return true
}

// room takes a block for entries, evicting groups of the state that has most entries until there is one.
func (c *Correlator) room(order uint8) uint32 {
	for {
		if at := c.arena.take(order); at != 0 {
			return at
		}
		if !c.evict(c.largest(func(st *state) int { return st.entries })) {
			return 0
		}
	}
}

// number reads a value that is computed with.
func number(text string) (float64, bool) {
	if text == "" || len(text) > 64 {
		return 0, false
	}
	for i := range len(text) {
		switch ch := text[i]; {
		case '0' <= ch && ch <= '9', ch == '+', ch == '-', ch == '.', ch == 'e', ch == 'E':
		default:
			return 0, false // the errors of the parser cost memory
		}
	}
	v, err := strconv.ParseFloat(text, 64)
	return v, err == nil && v <= detect.MaxCorrelationValue && v >= -detect.MaxCorrelationValue
}
