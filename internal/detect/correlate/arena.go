package correlate

import "math/bits"

// entry is a match that is remembered.
type entry struct {
	time  int64  // event time, nanoseconds
	value uint64 // value_count: hash of the value; numeric types: bits of the number
	seq   uint64
	place uint32
	rule  uint16 // place among the correlation's references
	again uint16 // value_count: 1 when the same value comes again later in the group
}

// entryBytes is the size of an entry.
const entryBytes = 32

const (
	maxOrder = 16
	maxBlock = 1 << maxOrder // entries of the largest block, and of a page
)

// arena hands out blocks of 2^order entries. Freed neighbours become one again (a buddy system), so its memory is bounded
// by its pages whatever order blocks are taken and given back in. A block is named by the place of its first entry; 0
// means none.
type arena struct {
	pages [][]entry
	most  int // pages
	free  [maxOrder + 1]uint32
	order []uint8 // by place in the arena: order of the free block that begins there, plus one; 0 elsewhere
	used  int     // entries in blocks that are taken
}

func newArena(events int) *arena { return &arena{most: (events + maxBlock - 1) / maxBlock} }

// block is the memory of a block.
func (a *arena) block(at uint32, order uint8) []entry {
	at--
	page := a.pages[at>>maxOrder]
	from := at & (maxBlock - 1)
	return page[from : from+1<<order : from+1<<order]
}

// Links of the lists of free blocks lie in the blocks: next in seq, previous in time.
func (a *arena) push(at uint32, order uint8) {
	first := &a.block(at, 0)[0]
	first.seq, first.time = uint64(a.free[order]), 0
	if next := a.free[order]; next != 0 {
		a.block(next, 0)[0].time = int64(at)
	}
	a.free[order] = at
	a.order[at-1] = order + 1
}

func (a *arena) unlink(at uint32, order uint8) {
	first := a.block(at, 0)[0]
	next, before := uint32(first.seq), uint32(first.time)
	if before == 0 {
		a.free[order] = next
	} else {
		a.block(before, 0)[0].seq = uint64(next)
	}
	if next != 0 {
		a.block(next, 0)[0].time = int64(before)
	}
	a.order[at-1] = 0
}

// take returns a block, or 0 when the arena is full.
func (a *arena) take(order uint8) uint32 {
	found := order
	for found <= maxOrder && a.free[found] == 0 {
		found++
	}
	if found > maxOrder {
		if len(a.pages) == a.most {
			return 0
		}
		at := uint32(len(a.pages))<<maxOrder + 1
		a.pages = append(a.pages, make([]entry, maxBlock))
		a.order = append(a.order, make([]uint8, maxBlock)...)
		found = maxOrder
		a.push(at, found)
	}
	at := a.free[found]
	a.unlink(at, found)
	for found > order {
		found--
		a.push(at+1<<found, found)
	}
	a.used += 1 << order
	return at
}

// give takes a block back.
func (a *arena) give(at uint32, order uint8) {
	a.used -= 1 << order
	for order < maxOrder {
		buddy := (at - 1) ^ (1 << order) + 1
		if a.order[buddy-1] != order+1 {
			break
		}
		a.unlink(buddy, order)
		at = min(at, buddy)
		order++
	}
	a.push(at, order)
}

// bytes is the memory taken from the system.
func (a *arena) bytes() int { return len(a.pages)*maxBlock*entryBytes + cap(a.order) }

// orderFor is the order of the smallest block for n entries.
func orderFor(n int) uint8 { return uint8(bits.Len(uint(n - 1))) }
