package correlate

import (
	"bufio"
	"encoding/binary"
	"hash"
	"hash/crc32"
	"io"
	"math"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/detect"
)

// The format of a snapshot: this word, which names its version; the journal sequence; the seed; the states; a CRC-32C of
// all of it. Numbers are varints but for hashes and values, texts have their length before them.
const snapshotMagic = "VEDCOR01"

// What a snapshot may hold at the most; more is damage.
const (
	maxStates = 1 << 20
	maxText   = 1 << 16
	maxTexts  = 64
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Snapshot writes down what is remembered, together with the journal sequence of the last event whose matches were
// observed. The memory does not change while it is written.
func (c *Correlator) Snapshot(to io.Writer, seq uint64) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	w := &writer{sum: crc32.New(castagnoli)}
	w.out = bufio.NewWriterSize(io.MultiWriter(to, w.sum), 1<<16)
	_, _ = w.out.WriteString(snapshotMagic)
	w.unsigned(seq)
	w.fixed(c.seed[0])
	w.fixed(c.seed[1])
	states := 0
	for _, st := range c.states {
		if st != nil {
			states++
		}
	}
	w.unsigned(uint64(states))
	for _, st := range c.states {
		if st != nil {
			c.writeState(w, st)
		}
	}
	if err := w.out.Flush(); err != nil {
		return vedette.Errorf(vedette.CodeUnavailable, "write the state of correlations: %w", err)
	}
	if err := binary.Write(to, binary.LittleEndian, w.sum.Sum32()); err != nil {
		return vedette.Errorf(vedette.CodeUnavailable, "write the state of correlations: %w", err)
	}
	return nil
}

// writer keeps the first error for Flush.
type writer struct {
	out  *bufio.Writer
	sum  hash.Hash32
	room [binary.MaxVarintLen64]byte
}

func (w *writer) unsigned(v uint64) {
	_, _ = w.out.Write(w.room[:binary.PutUvarint(w.room[:], v)])
}

func (w *writer) signed(v int64) {
	_, _ = w.out.Write(w.room[:binary.PutVarint(w.room[:], v)])
}

func (w *writer) fixed(v uint64) {
	binary.LittleEndian.PutUint64(w.room[:8], v)
	_, _ = w.out.Write(w.room[:8])
}

func (w *writer) text(s string) {
	s = vedette.Cut(s, maxText)
	w.unsigned(uint64(len(s)))
	_, _ = w.out.WriteString(s)
}

func (w *writer) texts(list []string) {
	w.unsigned(uint64(len(list)))
	for _, s := range list {
		w.text(s)
	}
}

func (c *Correlator) writeState(w *writer, st *state) {
	w.text(st.p.c.Rule.ID)
	w.text(st.tenant)
	_, _ = w.out.Write(st.p.print[:])
	w.unsigned(st.p.shape())
	w.signed(st.p.slack)
	for _, t := range []int64{st.clock.newest, st.clock.seen, st.clock.mark} {
		w.signed(t)
	}
	for _, n := range st.counts.all() {
		w.unsigned(*n)
	}
	w.unsigned(uint64(st.groups))
	for id := st.tail; id != 0; id = c.table.at(id).prev { // the order in which reading touches them
		c.writeGroup(w, st, id)
	}
}

// What the groups of a state consist of, in a snapshot.
const (
	shapeLabels = 1 << iota
	shapeValues
)

func (p *program) shape() (shape uint64) {
	if p.atClose {
		shape |= shapeLabels
	}
	if p.reads() {
		shape |= shapeValues
	}
	return shape
}

func (n *Counts) all() [6]*uint64 {
	return [...]*uint64{&n.Observed, &n.Missing, &n.Late, &n.Evicted, &n.Dropped, &n.Fired}
}

func (c *Correlator) writeGroup(w *writer, st *state, id uint32) {
	g := c.table.at(id)
	w.fixed(g.hash)
	w.signed(g.fired)
	if g.fired != never {
		w.fixed(math.Float64bits(g.value))
	}
	if st.p.atClose {
		l := c.labels[id]
		w.texts(l.names)
		w.texts(l.values)
		w.text(l.source)
		w.text(l.dataset)
		w.unsigned(uint64(len(l.entities)))
		for _, e := range l.entities {
			w.texts([]string{string(e.Kind), e.Name, string(e.Role)})
		}
	}
	list := c.entries(g)
	w.unsigned(uint64(len(list)))
	var time int64
	var seq uint64
	for i := range list {
		e := &list[i]
		w.signed(e.time - time)
		w.signed(int64(e.seq - seq))
		w.unsigned(uint64(e.place))
		w.unsigned(uint64(e.rule))
		if st.p.reads() {
			w.fixed(e.value)
		}
		time, seq = e.time, e.seq
	}
}

// again marks the entries of a group anew, newest first.
func (p *program) mark(list []entry) {
	if p.c.Type != detect.ValueCount {
		return
	}
	seen := make(map[uint64]bool, len(list))
	for i := len(list) - 1; i >= 0; i-- {
		if list[i].again = 0; seen[list[i].value] {
			list[i].again = 1
		}
		seen[list[i].value] = true
	}
}
