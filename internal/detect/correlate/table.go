package correlate

import "math"

// group is what is remembered of one group beside its entries. It holds no pointers, so the collector skips it.
type group struct {
	hash   uint64 // of correlation, tenant and group values, under a secret seed
	fired  int64  // end of the newest window that raised an alert; never when none did
	value  float64
	due    int64  // at-close conditions: when the open window ends; never without one
	block  uint32 // where the entries are
	from   uint32 // entries lie at block[from:from+n], ordered by time, those of one time by arrival
	n      uint32
	prev   uint32 // neighbours in the list of the state, most recently touched first; 0 is none
	next   uint32
	state  uint32
	heap   uint32 // place in the clock's heap, plus one
	order  uint8
	pinned bool // in use right now, so not to be evicted
}

// groupBytes is the size of a group.
const groupBytes = 64

// never is a time that did not come.
const never = math.MinInt64

const (
	pageGroups = 1 << 12
	pageMask   = pageGroups - 1
)

// table finds groups by their hash: open addressing with linear probing over words that hold 32 bits of the hash and the
// number of the group. Groups are numbered from 1.
type table struct {
	slots []uint64
	pages [][]group
	spare uint32 // list of free groups, by next
	made  uint32
	live  int
}

func newTable() *table { return &table{slots: make([]uint64, 1<<10)} }

func (t *table) at(id uint32) *group {
	id--
	return &t.pages[id>>12][id&pageMask]
}

// find returns the number of a group, 0 when there is none.
func (t *table) find(hash uint64) uint32 {
	mask := uint32(len(t.slots) - 1)
	for i := uint32(hash) & mask; ; i = (i + 1) & mask {
		slot := t.slots[i]
		if slot == 0 {
			return 0
		}
		if uint32(slot>>32) == uint32(hash) && t.at(uint32(slot)).hash == hash {
			return uint32(slot)
		}
	}
}

// add makes a group; there is none with that hash yet.
func (t *table) add(hash uint64) uint32 {
	if t.live*4 >= len(t.slots)*3 {
		t.grow()
	}
	id := t.spare
	if id != 0 {
		t.spare = t.at(id).next
	} else {
		if t.made&pageMask == 0 {
			t.pages = append(t.pages, make([]group, pageGroups))
		}
		t.made++
		id = t.made
	}
	*t.at(id) = group{hash: hash, fired: never, due: never}
	t.live++
	t.put(uint64(uint32(hash))<<32 | uint64(id))
	return id
}

func (t *table) put(slot uint64) {
	mask := uint32(len(t.slots) - 1)
	i := uint32(slot>>32) & mask
	for t.slots[i] != 0 {
		i = (i + 1) & mask
	}
	t.slots[i] = slot
}

func (t *table) grow() {
	old := t.slots
	t.slots = make([]uint64, 2*len(old))
	for _, slot := range old {
		if slot != 0 {
			t.put(slot)
		}
	}
}

// remove forgets a group. Those behind it in its run move up, so that no gaps remain.
func (t *table) remove(id uint32) {
	g := t.at(id)
	mask := uint32(len(t.slots) - 1)
	i := uint32(g.hash) & mask
	for uint32(t.slots[i]) != id {
		i = (i + 1) & mask
	}
	for gap := i; ; {
		i = (i + 1) & mask
		slot := t.slots[i]
		if slot == 0 {
			t.slots[gap] = 0
			break
		}
		if home := uint32(slot>>32) & mask; (i-home)&mask >= (i-gap)&mask {
			t.slots[gap] = slot
			gap = i
		}
	}
	*g = group{next: t.spare}
	t.spare = id
	t.live--
}

func (t *table) bytes() int { return len(t.slots)*8 + len(t.pages)*pageGroups*groupBytes }
