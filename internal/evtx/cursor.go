package evtx

import "encoding/binary"

// cursor reads little-endian values from a part of a chunk. Places are counted from the start of the chunk, as the
// format counts them. Reading past the end gives zeroes and sets short, so that a run of reads is checked once.
type cursor struct {
	data  []byte // the chunk up to where this cursor may read
	pos   int
	short bool
}

func (c *cursor) take(n int) []byte {
	if n < 0 || n > len(c.data)-c.pos {
		c.short = true
		c.pos = len(c.data)
		return nil
	}
	b := c.data[c.pos : c.pos+n]
	c.pos += n
	return b
}

func (c *cursor) u8() byte {
	if b := c.take(1); b != nil {
		return b[0]
	}
	return 0
}

func (c *cursor) u16() int {
	if b := c.take(2); b != nil {
		return int(binary.LittleEndian.Uint16(b))
	}
	return 0
}

func (c *cursor) u32() uint32 {
	if b := c.take(4); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

func (c *cursor) left() int { return len(c.data) - c.pos }
