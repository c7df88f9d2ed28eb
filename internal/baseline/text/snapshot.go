package text

import (
	"encoding/binary"
	"hash/crc32"
	"math"

	"github.com/vedette-soc/vedette"
)

const (
	magic       = "vedette text 1\n"
	maxSnapshot = 4 << 20
)

// Snapshot appends everything that the model knows to buf. An empty model takes a few bytes, a full one less than 1.8 MiB.
func (m *Model) Snapshot(buf []byte) []byte {
	start := len(buf)
	buf = append(buf, magic...)
	buf = append(buf, flags(m.frozen, m.alike))
	buf = binary.LittleEndian.AppendUint64(buf, math.Float64bits(m.share))
	buf = binary.LittleEndian.AppendUint64(buf, math.Float64bits(m.credit))
	buf = binary.AppendUvarint(buf, m.learned)
	buf = appendSparse(buf, m.three)
	buf = appendSparse(buf, m.seen)
	buf = appendSparse(buf, m.lengths.counts[:])
	buf = appendSparse(buf, m.scores.counts[:])
	return binary.LittleEndian.AppendUint32(buf, crc32.ChecksumIEEE(buf[start:]))
}

// Restore makes a model out of a snapshot. Bytes that are none, or were changed, give an error of code invalid.
func Restore(snapshot []byte) (*Model, error) {
	body := len(snapshot) - crc32.Size
	if body < len(magic)+17 || len(snapshot) > maxSnapshot || string(snapshot[:len(magic)]) != magic {
		return nil, vedette.Errorf(vedette.CodeInvalid, "these bytes are no snapshot of a text model")
	}
	if crc32.ChecksumIEEE(snapshot[:body]) != binary.LittleEndian.Uint32(snapshot[body:]) {
		return nil, vedette.Errorf(vedette.CodeInvalid, "the snapshot of a text model is damaged")
	}
	rest := snapshot[len(magic):body]
	m, err := New(Config{DigitsAlike: rest[0]&2 != 0})
	if err != nil {
		return nil, err
	}
	m.frozen = rest[0]&1 != 0
	m.share = math.Float64frombits(binary.LittleEndian.Uint64(rest[1:]))
	m.credit = math.Float64frombits(binary.LittleEndian.Uint64(rest[9:]))
	if !(m.share >= 0 && m.share <= 1) || !(m.credit >= 0 && m.credit <= 2*surprising) {
		return nil, vedette.Errorf(vedette.CodeInvalid, "the snapshot of a text model has a rate of learning out of bounds")
	}
	learned, n := binary.Uvarint(rest[17:])
	if n <= 0 || learned > math.MaxInt64 {
		return nil, vedette.Errorf(vedette.CodeInvalid, "the snapshot of a text model does not say how much was learned")
	}
	m.learned = learned
	rest = rest[17+n:]
	three := make([]uint16, len(m.three))
	rest, ok := readSparse(rest, three)
	for _, into := range [][]uint32{m.seen, m.lengths.counts[:], m.scores.counts[:]} {
		if ok {
			rest, ok = readSparse(rest, into)
		}
	}
	if !ok || len(rest) > 0 || !m.lengths.holds() || !m.scores.holds() {
		return nil, vedette.Errorf(vedette.CodeInvalid, "the tables in the snapshot of a text model are malformed")
	}
	for i, n := range three {
		if n > 0 {
			m.addAt(i, n)
		}
	}
	m.lengths.sum()
	m.scores.sum()
	return m, nil
}

func flags(frozen, alike bool) (b byte) {
	if frozen {
		b |= 1
	}
	if alike {
		b |= 2
	}
	return b
}

// holds tells whether the counts fit into their total.
func (c *calibration) holds() bool {
	var total uint64
	for _, n := range c.counts {
		total += uint64(n)
	}
	return total <= 1<<31
}

// appendSparse writes the number of cells that are not 0, then how far each is behind the one before, and what it holds.
func appendSparse[T uint16 | uint32](buf []byte, cells []T) []byte {
	filled := uint64(0)
	for _, n := range cells {
		if n != 0 {
			filled++
		}
	}
	buf = binary.AppendUvarint(buf, filled)
	last := 0
	for i, n := range cells {
		if n != 0 {
			buf = binary.AppendUvarint(buf, uint64(i-last)) //nolint:gosec // never negative
			buf = binary.AppendUvarint(buf, uint64(n))
			last = i
		}
	}
	return buf
}

func readSparse[T uint16 | uint32](from []byte, cells []T) (rest []byte, ok bool) {
	filled, n := binary.Uvarint(from)
	if n <= 0 || filled > uint64(len(cells)) {
		return nil, false
	}
	from = from[n:]
	at := uint64(0)
	for range filled {
		gap, n := binary.Uvarint(from)
		if n <= 0 || gap >= uint64(len(cells)) {
			return nil, false
		}
		value, k := binary.Uvarint(from[n:])
		if at += gap; k <= 0 || at >= uint64(len(cells)) || value == 0 || value > uint64(^T(0)) {
			return nil, false
		}
		cells[at], from = T(value), from[n+k:]
	}
	return from, true
}
