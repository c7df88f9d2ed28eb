package normalize

import (
	"encoding/binary"
	"unsafe"
)

// maxProbes is how many places a lexicon looks at before it gives a word up, whatever words a sender thinks of.
const maxProbes = 16

// Lexicon finds what is known of a word, such as the name of a field. It is a hash table for short words that looks at
// their length and ends only, and takes a few nanoseconds. It holds a bounded number of words; one that does not fit is
// simply not found. The zero value is empty and ready.
type Lexicon[T any] struct {
	slots []slot[T] // as many as a power of two
	held  int
}

type slot[T any] struct {
	word  string // "" is a free place
	known T
}

// Find returns what is known of a word, nil when nothing is.
func (l *Lexicon[T]) Find(word string) *T {
	if len(l.slots) == 0 || word == "" {
		return nil
	}
	mask := uint32(len(l.slots) - 1)
	at := hash(word) & mask
	for range maxProbes {
		s := &l.slots[at]
		if s.word == word {
			return &s.known
		}
		if s.word == "" {
			return nil
		}
		at = (at + 1) & mask
	}
	return nil
}

// Put notes what is known of a word, unless there is no room for it. The word is kept as it is.
func (l *Lexicon[T]) Put(word string, known T) {
	if word == "" || len(word) > maxName || l.held >= maxNames {
		return
	}
	if 2*l.held >= len(l.slots) {
		l.grow()
	}
	l.insert(word, known)
}

func (l *Lexicon[T]) insert(word string, known T) {
	mask := uint32(len(l.slots) - 1)
	at := hash(word) & mask
	for range maxProbes {
		s := &l.slots[at]
		if s.word == "" || s.word == word {
			if s.word == "" {
				l.held++
			}
			s.word, s.known = word, known
			return
		}
		at = (at + 1) & mask
	}
}

func (l *Lexicon[T]) grow() {
	old := l.slots
	l.slots, l.held = make([]slot[T], max(64, 2*len(old))), 0
	for i := range old {
		if old[i].word != "" {
			l.insert(old[i].word, old[i].known)
		}
	}
}

// hash mixes the length and the first and last eight bytes.
func hash(s string) uint32 {
	n := len(s)
	b := unsafe.Slice(unsafe.StringData(s), n)
	var head, tail uint64
	switch {
	case n >= 8:
		head, tail = binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[n-8:])
	case n >= 4:
		head, tail = uint64(binary.LittleEndian.Uint32(b)), uint64(binary.LittleEndian.Uint32(b[n-4:]))
	case n > 0:
		head, tail = uint64(b[0])|uint64(b[n/2])<<8, uint64(b[n-1])
	}
	h := (head ^ uint64(n)*0x9e3779b97f4a7c15) * 0xff51afd7ed558ccd
	h = (h ^ h>>32 ^ tail) * 0xc4ceb9fe1a85ec53
	return uint32(h >> 32)
}
