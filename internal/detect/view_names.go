package detect

import "github.com/vedette-soc/vedette"

// names gives every field name that some rule asks for a small number, its slot. It is filled while rules are compiled
// and only read afterwards.
//
// An event has some forty fields, each of which is looked up here, so the names that are not canonical stand in a hash
// table of their own: keyed by sixteen bytes of the name, which costs a third of what a map does. It was 6% of the time.
type names struct {
	byKey [256]int32 // slot by canonical key
	table []int32    // slots of every other name, by hash; its size is a power of two
	list  []string   // name by slot; slot 0 is none
	other int        // how many slots are in the table
}

func newNames() *names { return &names{table: make([]int32, 64), list: []string{""}} }

// slot returns the number of a name, giving it one when it has none.
func (n *names) slot(name string) int32 {
	key := vedette.KeyOf(name)
	if key != 0 && n.byKey[key] != 0 {
		return n.byKey[key]
	}
	if key == 0 {
		if slot := n.find(name); slot != 0 {
			return slot
		}
	}
	slot := int32(len(n.list))
	n.list = append(n.list, name)
	if key != 0 {
		n.byKey[key] = slot
		return slot
	}
	if n.other++; 3*n.other > len(n.table) {
		n.table = make([]int32, 2*len(n.table))
		for i, old := range n.list {
			if i > 0 && vedette.KeyOf(old) == 0 {
				n.put(old, int32(i))
			}
		}
		return slot
	}
	n.put(name, slot)
	return slot
}

func (n *names) put(name string, slot int32) {
	at := nameHash(name) & (len(n.table) - 1)
	for n.table[at] != 0 {
		at = (at + 1) & (len(n.table) - 1)
	}
	n.table[at] = slot
}

func (n *names) find(name string) int32 {
	for at := nameHash(name) & (len(n.table) - 1); ; at = (at + 1) & (len(n.table) - 1) {
		if slot := n.table[at]; slot == 0 || n.list[slot] == name {
			return slot
		}
	}
}

// nameHash leaves out the prefix that all names which are not canonical share.
func nameHash(name string) int {
	s := name
	if len(s) > len(vedette.SourcePrefix) {
		s = s[len(vedette.SourcePrefix):]
	}
	if len(s) < 8 {
		return int(mixed(shortWord(s)) >> 1)
	}
	return int(mixed(word8(s, 0)^word8(s, len(s)-8)<<1^uint64(len(s))) >> 1)
}

// of returns the slot of an event's field, 0 when no rule asks for it.
func (n *names) of(f *vedette.Field) int32 {
	if f.Key != 0 {
		return n.byKey[f.Key]
	}
	return n.find(f.Name)
}
