package detect

import (
	"time"

	"github.com/vedette-soc/vedette"
)

// view is an event as rules look at it: fields found by slot, values folded to lower case at most once. It is reused
// from event to event and allocates only while it grows.
//
// Texts are addressed by place: the event's fields in their order, after them the raw record, and last the event's time.
type view struct {
	names *names
	ev    *vedette.Event
	head  []int32  // by slot: place of its first field, plus one
	next  []int32  // by place: place of the next field of the same slot, plus one
	slots []int32  // by place: its slot, 0 when no rule asks for it
	used  []int32  // slots to forget
	low   [][]byte // by place: the folded text, nil until asked for
	arena []byte   // where folded texts lie

	mark       []uint32 // by rule: the epoch, and a bit for each clause that was met in it
	epoch      uint32
	candidates []int32
	events     uint32 // how many events went through this view
	plans      planCache
}

// arenaKeep is how much memory a view keeps between events; larger ones came from a rare giant.
const arenaKeep = 1 << 20

func newView(n *names, rules int) *view {
	return &view{names: n, head: make([]int32, len(n.list)), arena: make([]byte, 0, 4096), mark: make([]uint32, rules)}
}

// bind points the view at an event.
func (v *view) bind(ev *vedette.Event) {
	v.ev = ev
	n := len(ev.Fields)
	if cap(v.next) < n {
		v.next = make([]int32, n, n+n/2)
		v.slots = make([]int32, n, n+n/2)
	}
	if cap(v.low) < n+2 {
		v.low = make([][]byte, n+2, n+n/2+2)
	}
	v.next, v.slots, v.low = v.next[:n], v.slots[:n], v.low[:n+2]
	clear(v.low)
	for i := n - 1; i >= 0; i-- {
		slot := v.names.of(&ev.Fields[i])
		if v.slots[i] = slot; slot == 0 {
			continue
		}
		if v.head[slot] == 0 {
			v.used = append(v.used, slot)
		}
		v.next[i] = v.head[slot]
		v.head[slot] = int32(i + 1)
	}
}

// release forgets the event.
func (v *view) release() {
	for _, slot := range v.used {
		v.head[slot] = 0
	}
	v.used = v.used[:0]
	v.ev = nil
	if cap(v.arena) > arenaKeep {
		v.arena = make([]byte, 0, 4096)
	}
	v.arena = v.arena[:0]
}

// first returns the place, plus one, of the first value of a field that may go by several names: the first name that the
// event has counts. 0 means that the event has none of them.
func (v *view) first(slots []int32) int32 {
	for _, slot := range slots {
		if at := v.head[slot]; at != 0 {
			return at
		}
	}
	return 0
}

// raw is the place of the raw record among the texts.
func (v *view) raw() int { return len(v.ev.Fields) }

// clock is the place of the event's time, for rules that ask for @timestamp of an event without such a field.
func (v *view) clock() int { return len(v.ev.Fields) + 1 }

// text returns the text at a place as its source wrote it.
func (v *view) text(place int) string {
	switch n := len(v.ev.Fields); place {
	case n:
		return v.ev.Raw
	case n + 1:
		return v.ev.Time.Format(time.RFC3339Nano)
	}
	return v.ev.Fields[place].Value
}

// isNull tells whether the source wrote null there.
func (v *view) isNull(place int) bool {
	return place < len(v.ev.Fields) && v.ev.Fields[place].Kind == vedette.KindNull
}

// lower returns the text at a place in lower case.
func (v *view) lower(place int) []byte {
	if v.low[place] != nil {
		return v.low[place]
	}
	s := v.text(place)
	start := v.room(len(s))
	v.arena = appendLower(v.arena, s)
	v.low[place] = v.arena[start:len(v.arena):len(v.arena)]
	return v.low[place]
}

// folded returns a text in which case may be ignored byte by byte: the text itself when it is ASCII, and in lower case
// when it is not, of which wide tells.
func (v *view) folded(place int) (s string, wide bool) {
	if s = v.text(place); isASCII(s) {
		return s, false
	}
	return textOf(v.lower(place)), true
}

// bytes returns a copy of the text at a place.
func (v *view) bytes(place int) []byte {
	s := v.text(place)
	start := v.room(len(s))
	v.arena = append(v.arena, s...)
	return v.arena[start:len(v.arena):len(v.arena)]
}

// room makes sure that n bytes fit into the arena and returns where they will lie. Texts folded before stay where they
// are; only what comes now goes to new memory.
func (v *view) room(n int) int {
	if cap(v.arena)-len(v.arena) < n {
		v.arena = make([]byte, 0, max(2*cap(v.arena), n+4096))
	}
	return len(v.arena)
}
