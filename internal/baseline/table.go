package baseline

import "unsafe"

// entry is what a table holds. visit writes or reads it; rank tells how much it is worth keeping, 255 the most.
type entry[V any] interface {
	*V
	visit(a *archive)
	rank(day uint16) uint8
}

// table maps hashed keys to small values without pointers, with open addressing. It grows as its memory allows; when it may
// not, what is least worth keeping makes room.
type table[V any, P entry[V]] struct {
	keys    []uint64
	vals    []V
	n       int
	most    int // places at the most, a power of two
	room    *room
	dropped uint64
	gone    func(key uint64, v *V) // hears of what is forgotten; nil when nobody does
}

const tableFirst = 64 // places of a new table

func newTable[V any, P entry[V]](most int, r *room) *table[V, P] {
	t := &table[V, P]{most: max(floorPower(most), tableFirst), room: r}
	t.alloc(tableFirst)
	return t
}

func floorPower(n int) int {
	p := 1
	for p*2 <= n {
		p *= 2
	}
	return p
}

func (t *table[V, P]) alloc(places int) {
	t.keys, t.vals = make([]uint64, places), make([]V, places)
}

func (t *table[V, P]) placeBytes() int {
	var v V
	return 8 + int(unsafe.Sizeof(v))
}

func (t *table[V, P]) bytes() int { return len(t.keys) * t.placeBytes() }

func (t *table[V, P]) at(key uint64) (place int, found bool) {
	mask := len(t.keys) - 1
	place = int(key*hashC>>20) & mask
	for {
		switch t.keys[place] {
		case key:
			return place, true
		case 0:
			return place, false
		}
		place = (place + 1) & mask
	}
}

// find returns the value of a key, nil when there is none. The pointer holds until the next put.
func (t *table[V, P]) find(key uint64) *V {
	if place, found := t.at(key); found {
		return &t.vals[place]
	}
	return nil
}

// put returns the value of a key, a zero one when it is new. The pointer holds until the next put.
func (t *table[V, P]) put(key uint64, day uint16) (v *V, fresh bool) {
	place, found := t.at(key)
	if found {
		return &t.vals[place], false
	}
	if t.n*5 >= len(t.keys)*4 {
		t.makeRoom(day)
		place, _ = t.at(key)
	}
	t.keys[place] = key
	t.n++
	return &t.vals[place], true
}

// makeRoom doubles the table, or forgets an eighth of it.
func (t *table[V, P]) makeRoom(day uint16) {
	if grown := len(t.keys) * 2; grown <= t.most && t.room.grant(t.bytes()) {
		t.rebuild(grown, func(uint64, *V) bool { return true })
		return
	}
	t.sweep(day)
}

// sweep forgets those of least rank. Of equal rank those with the smallest hashes go, so that it does not depend on the
// order in which they came.
func (t *table[V, P]) sweep(day uint16) {
	counts := make([]int32, 1<<14)
	order := func(key uint64, v *V) int { return int(P(v).rank(day))<<6 | int(key*hashB>>58) }
	for i, key := range t.keys {
		if key != 0 {
			counts[order(key, &t.vals[i])]++
		}
	}
	cut, gone := 0, 0
	for gone < t.n/8 {
		gone += int(counts[cut])
		cut++
	}
	t.dropped += uint64(gone)
	t.rebuild(len(t.keys), func(key uint64, v *V) bool {
		stays := order(key, v) >= cut
		if !stays && t.gone != nil {
			t.gone(key, v)
		}
		return stays
	})
}

func (t *table[V, P]) rebuild(places int, keep func(uint64, *V) bool) {
	keys, vals := t.keys, t.vals
	t.alloc(places)
	t.n = 0
	for i, key := range keys {
		if key != 0 && keep(key, &vals[i]) {
			place, _ := t.at(key)
			t.keys[place], t.vals[place] = key, vals[i]
			t.n++
		}
	}
}

// visit writes the table down, or reads it.
func (t *table[V, P]) visit(a *archive) {
	places, n := len(t.keys), t.n
	a.count(&places, t.most)
	a.count(&n, places)
	a.u64(&t.dropped)
	if !a.reading() {
		for i, key := range t.keys {
			if key != 0 {
				a.u64(&key)
				P(&t.vals[i]).visit(a)
			}
		}
		return
	}
	if a.err != nil || places&(places-1) != 0 || places < tableFirst || n*5 > places*4+5 {
		a.damaged("a table has an impossible size")
		return
	}
	t.room.take((places - len(t.keys)) * t.placeBytes())
	t.alloc(places)
	t.n = n
	for ; n > 0 && a.err == nil; n-- {
		var key uint64
		a.u64(&key)
		place, found := t.at(key)
		if found || key == 0 {
			a.damaged("a table has a key twice")
			return
		}
		t.keys[place] = key
		P(&t.vals[place]).visit(a)
	}
}

// room is the memory of one tenant, out of what all share.
type room struct {
	used, share int
	house       *house
}

// house is the memory that tenants share beyond what each is promised.
type house struct{ left int }

// grant tells whether that many bytes more may be taken, and takes them.
func (r *room) grant(n int) bool {
	over := max(r.used+n-r.share, 0) - max(r.used-r.share, 0)
	if over > r.house.left {
		return false
	}
	r.take(n)
	return true
}

// take takes bytes without asking: what a snapshot holds was granted before.
func (r *room) take(n int) {
	r.house.left -= max(r.used+n-r.share, 0) - max(r.used-r.share, 0)
	r.used += n
}
