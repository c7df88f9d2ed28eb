package baseline

import "math/bits"

// sketch is a count-min sketch with conservative update (Estan and Varghese 2002): it never counts less than there was. It
// remembers, in a megabyte, what there was no place for in an exact table.
type sketch struct {
	rows [][]uint8 // none until something is added
	days uint16    // since it last faded
	room *room
}

const (
	sketchRows  = 4
	sketchWidth = 1 << 18
	sketchFades = 28 // days after which all counts are halved
)

func (s *sketch) place(key uint64, row int) int { return int(spin(key, row+1) % sketchWidth) }

func (s *sketch) count(key uint64) uint8 {
	if s.rows == nil {
		return 0
	}
	least := uint8(255)
	for i := range s.rows {
		least = min(least, s.rows[i][s.place(key, i)])
	}
	return least
}

func (s *sketch) add(key uint64, n uint8) {
	if s.rows == nil {
		s.alloc()
	}
	to := min(255-n, s.count(key)) + n
	for i := range s.rows {
		at := &s.rows[i][s.place(key, i)]
		*at = max(*at, to)
	}
}

func (s *sketch) alloc() {
	s.room.take(sketchRows * sketchWidth)
	s.rows = make([][]uint8, sketchRows)
	for i := range s.rows {
		s.rows[i] = make([]uint8, sketchWidth)
	}
}

func (s *sketch) age(days uint16) {
	if s.rows == nil {
		return
	}
	if s.days += min(days, sketchFades); s.days < sketchFades {
		return
	}
	s.days = 0
	for _, row := range s.rows {
		for i := range row {
			row[i] /= 2
		}
	}
}

func (s *sketch) visit(a *archive) {
	used := s.rows != nil
	a.flag(&used)
	a.u16(&s.days)
	if used && s.rows == nil {
		s.alloc()
	}
	for i := range s.rows {
		a.bytes(s.rows[i])
	}
}

// distinctBytes is the size of a counter of different values.
const distinctBytes = 256

const exactMost = distinctBytes / 4

// distinct counts different values: exactly up to 64, then as HyperLogLog (Flajolet and others 2007) with 256 registers,
// within 6.5 %.
type distinct struct {
	n     uint16 // exact values; exactMost+1 when it estimates
	inv   uint64 // sum of 2^(32-register)
	cells [distinctBytes]uint8
}

// add is true when the count may have changed.
func (d *distinct) add(h uint64) bool {
	h = spin(h, 7)
	if d.n <= exactMost {
		v := uint32(h>>32) | 1
		for i := range int(d.n) {
			if d.exact(i) == v {
				return false
			}
		}
		if d.n < exactMost {
			d.setExact(int(d.n), v)
			d.n++
			return true
		}
		d.dense()
	}
	return d.raise(uint32(h>>32) | 1)
}

func (d *distinct) exact(i int) uint32 {
	c := d.cells[4*i : 4*i+4]
	return uint32(c[0]) | uint32(c[1])<<8 | uint32(c[2])<<16 | uint32(c[3])<<24
}

func (d *distinct) setExact(i int, v uint32) {
	c := d.cells[4*i : 4*i+4]
	c[0], c[1], c[2], c[3] = uint8(v), uint8(v>>8), uint8(v>>16), uint8(v>>24)
}

// dense turns the exact values into registers.
func (d *distinct) dense() {
	var values [exactMost]uint32
	for i := range values {
		values[i] = d.exact(i)
	}
	d.cells = [distinctBytes]uint8{}
	d.n, d.inv = exactMost+1, distinctBytes<<32
	for _, v := range values {
		d.raise(v)
	}
}

func (d *distinct) raise(v uint32) bool {
	cell := &d.cells[v>>24]
	to := uint8(bits.LeadingZeros32(v<<8|0x80) + 1)
	if to <= *cell {
		return false
	}
	d.inv -= 1<<(32-*cell) - 1<<(32-to)
	*cell = to
	return true
}

// alpha is HyperLogLog's constant for 256 registers.
const alpha = 0.7213 / (1 + 1.079/distinctBytes)

// count is how many different values there were.
func (d *distinct) count() float64 {
	if d.n <= exactMost {
		return float64(d.n)
	}
	const m = distinctBytes
	estimate := alpha * m * m / (float64(d.inv) / (1 << 32))
	if estimate > 2.5*m {
		return estimate
	}
	return max(linear(d.cells[:]), exactMost)
}

func (d *distinct) reset() { *d = distinct{} }

func (d *distinct) visit(a *archive) {
	a.u16(&d.n)
	a.u64(&d.inv)
	a.bytes(d.cells[:])
	if d.n > exactMost+1 || d.n > exactMost && (d.inv == 0 || d.inv > distinctBytes<<32) {
		a.damaged("a counter is impossible")
		d.reset()
	}
}
