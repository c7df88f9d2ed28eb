package correlate

import (
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"hash/crc32"
	"io"
	"math"

	"github.com/vedette-soc/vedette"
)

// Restore reads a snapshot into a correlator, in place of what it remembers, and returns its journal sequence; matches of
// events up to there are skipped from now on. What was remembered for correlations that are not there any more, or that
// count something else now, is left out. After an error the correlator remembers nothing.
func (c *Correlator) Restore(from io.Reader) (seq uint64, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.forget()
	r := &reader{in: bufio.NewReaderSize(from, 1<<16), sum: crc32.New(castagnoli)}
	seq = c.restore(r)
	if sum := r.sum.Sum32(); r.err == nil && r.number32() != sum {
		r.damaged("its checksum is wrong")
	}
	if _, extra := r.in.ReadByte(); r.err == nil && extra == nil {
		r.damaged("something follows it")
	}
	if r.err != nil {
		c.forget()
		return 0, vedette.Errorf(vedette.CodeInvalid, "the state of correlations cannot be read: %w", r.err)
	}
	c.seen = seq
	return seq, nil
}

func (c *Correlator) restore(r *reader) (seq uint64) {
	if string(r.bytes(len(snapshotMagic))) != snapshotMagic {
		r.damaged("it is not a snapshot of this version")
		return 0
	}
	seq = r.unsigned(math.MaxUint64)
	c.seed = seed{r.fixed() | 1, r.fixed() | 1}
	byID := make(map[string]*program, len(c.programs))
	for _, p := range c.programs {
		byID[p.c.Rule.ID] = p
	}
	for n := r.unsigned(maxStates); n > 0 && r.err == nil; n-- {
		c.readState(r, byID)
	}
	return seq
}

// reader keeps the first error; after it everything reads as nothing.
type reader struct {
	in   *bufio.Reader
	sum  hash.Hash32
	room [maxVarint]byte
	err  error
}

const maxVarint = binary.MaxVarintLen64

type damage string

func (d damage) Error() string { return "it is damaged: " + string(d) }

func (r *reader) damaged(how string) {
	if r.err == nil {
		r.err = damage(how)
	}
}

// ReadByte serves the readers of varints.
func (r *reader) ReadByte() (byte, error) {
	if r.err != nil {
		return 0, r.err
	}
	b, err := r.in.ReadByte()
	if err != nil {
		r.damaged("it ends too early")
		return 0, r.err
	}
	r.room[0] = b
	_, _ = r.sum.Write(r.room[:1])
	return b, nil
}

// bytes reads n bytes, a text at the longest.
func (r *reader) bytes(n int) []byte {
	out := make([]byte, n)
	if r.err != nil {
		return out
	}
	if _, err := io.ReadFull(r.in, out); err != nil {
		r.damaged("it ends too early")
	}
	_, _ = r.sum.Write(out)
	return out
}

func (r *reader) fixed() uint64 {
	if r.err != nil {
		return 0
	}
	if _, err := io.ReadFull(r.in, r.room[:8]); err != nil {
		r.damaged("it ends too early")
		return 0
	}
	_, _ = r.sum.Write(r.room[:8])
	return binary.LittleEndian.Uint64(r.room[:8])
}

func (r *reader) number32() uint32 {
	if _, err := io.ReadFull(r.in, r.room[:4]); err != nil {
		r.damaged("it ends too early")
		return 0
	}
	return binary.LittleEndian.Uint32(r.room[:4])
}

func (r *reader) unsigned(most uint64) uint64 {
	v, err := binary.ReadUvarint(r)
	if err != nil || v > most {
		r.damaged("a number is out of bounds")
		return 0
	}
	return v
}

func (r *reader) signed() int64 {
	v, err := binary.ReadVarint(r)
	if err != nil {
		r.damaged("a number is out of bounds")
	}
	return v
}

// instant reads a time; one that could overflow is damage.
func (r *reader) instant() int64 {
	v := r.signed()
	if v != never && (v < -maxSlack || v > math.MaxInt64-2*maxSlack) {
		r.damaged("a time is out of bounds")
		return 0
	}
	return v
}

func (r *reader) text() string { return string(r.bytes(int(r.unsigned(maxText)))) }

func (r *reader) texts(most uint64) []string {
	n := r.unsigned(most)
	out := make([]string, 0, n)
	for ; n > 0 && r.err == nil; n-- {
		out = append(out, r.text())
	}
	return out
}

// readState reads one correlation's state, keeping it only when the correlation still counts the same.
func (c *Correlator) readState(r *reader, byID map[string]*program) {
	id, tenant := r.text(), r.text()
	fingerprint := [sha256.Size]byte(r.bytes(sha256.Size))
	shape := r.unsigned(shapeLabels | shapeValues)
	slack, newest, seen, mark := r.signed(), r.instant(), r.instant(), r.instant()
	var counts Counts
	for _, n := range counts.all() {
		*n = r.unsigned(math.MaxUint64)
	}
	groups := r.unsigned(math.MaxUint32)
	p := byID[id]
	var st *state
	if p != nil && r.err == nil && p.print == fingerprint && p.slack == slack && p.shape() == shape && p.states[tenant] == nil {
		st = c.newState(p, tenant)
		st.counts, st.told = counts, counts
		if k := st.clock; newest > k.newest {
			k.newest, k.seen = newest, seen
		}
		st.clock.mark = max(st.clock.mark, mark)
	}
	for ; groups > 0 && r.err == nil; groups-- {
		c.readGroup(r, st, shape)
	}
}

// readGroup reads one group, into a state unless that is nil.
func (c *Correlator) readGroup(r *reader, st *state, shape uint64) {
	hash, fired, value, l := r.fixed(), r.instant(), 0.0, (*label)(nil)
	if fired != never {
		value = math.Float64frombits(r.fixed())
	}
	if shape&shapeLabels != 0 {
		l = r.label()
	}
	count := int(r.unsigned(maxBlock))
	if st != nil && r.err == nil && (count == 0 || c.table.find(hash) != 0 || l != nil && len(l.values) != len(st.p.c.GroupBy)) {
		r.damaged("a group is empty, is there twice or is not named")
	}
	var id uint32
	if st != nil && r.err == nil {
		c.makeRoom(st)
		id = c.table.add(hash)
		g := c.table.at(id)
		g.state, g.fired, g.value = st.number, fired, value
		c.link(st, id)
		st.groups++
		if l != nil {
			c.labels[id] = l
		}
		g.pinned = true
		if count > st.p.limit || !c.move(st, g, orderFor(count)) {
			id = 0
			c.drop(st.head)
		}
	}
	c.readEntries(r, st, id, count, shape)
}

// readEntries reads the entries of a group; they are left out when id is 0.
func (c *Correlator) readEntries(r *reader, st *state, id uint32, count int, shape uint64) {
	var e entry
	for range count {
		before := e.time
		e.time += r.signed()
		e.seq += uint64(r.signed())
		e.place = uint32(r.unsigned(math.MaxUint32))
		rule := r.unsigned(math.MaxUint16)
		e.rule = uint16(rule)
		if shape&shapeValues != 0 {
			e.value = r.fixed()
		}
		if r.err == nil && (e.time < before || e.time < 0 || e.time > math.MaxInt64-2*maxSlack || st != nil && int(rule) >= len(st.p.c.Refs)) {
			r.damaged("an event of a group is out of order, or of no rule")
		}
		if r.err != nil {
			return
		}
		if id != 0 {
			g := c.table.at(id)
			c.arena.block(g.block, g.order)[g.n] = e
			g.n++
		}
	}
	if id != 0 {
		g := c.table.at(id)
		st.p.mark(c.entries(g))
		if st.p.atClose {
			c.reopen(st, id)
		}
		g.pinned = false
	}
}

func (r *reader) label() *label {
	l := &label{names: r.texts(maxTexts), values: r.texts(maxTexts), source: r.text(), dataset: r.text()}
	for n := r.unsigned(maxTexts); n > 0 && r.err == nil; n-- {
		if e := r.texts(3); len(e) == 3 {
			l.entities = append(l.entities, vedette.EntityRef{Kind: vedette.EntityKind(e[0]), Name: e[1], Role: vedette.Role(e[2])})
		}
	}
	return l
}
