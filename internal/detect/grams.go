package detect

import (
	"bytes"
	"encoding/binary"
)

// grams finds which of many literals appear in a text. Each literal is filed under the rarest run of four bytes in it
// (three or two for shorter literals); a text is read once per run length in use, and only where a bit says that a run is
// of interest are literals compared. This is the filter of Wu and Manber's algorithm with a fixed window, chosen over an
// automaton for its size: 8 KiB of bits instead of a table of states.
type grams struct {
	four, three, two *gramTable
}

const gramBits = 1 << 16

type gramTable struct {
	width  int
	bits   [gramBits / 64]uint64
	filled map[uint32][]gramEntry
}

type gramEntry struct {
	literal []byte
	offset  int // of the run within the literal
	rules   []int32
}

// buildGrams files each literal with the rules that want it.
func buildGrams(literals map[string][]int32) *grams {
	counts := make(map[uint32]int)
	for lit := range literals {
		for i := 0; i+4 <= len(lit); i++ {
			counts[runAt([]byte(lit), i, 4)]++
		}
	}
	g := &grams{}
	for lit, rules := range literals {
		entry := gramEntry{literal: []byte(lit), rules: rules}
		table := &g.two
		width := 2
		switch {
		case len(lit) >= 4:
			table, width = &g.four, 4
			for i := 1; i+4 <= len(lit); i++ {
				if counts[runAt(entry.literal, i, 4)] < counts[runAt(entry.literal, entry.offset, 4)] {
					entry.offset = i
				}
			}
		case len(lit) == 3:
			table, width = &g.three, 3
		}
		if *table == nil {
			*table = &gramTable{width: width, filled: make(map[uint32][]gramEntry)}
		}
		(*table).add(entry)
	}
	return g
}

func (t *gramTable) add(e gramEntry) {
	run := runAt(e.literal, e.offset, t.width)
	t.filled[run] = append(t.filled[run], e)
	h := hashRun(run)
	t.bits[h/64] |= 1 << (h % 64)
}

func runAt(s []byte, i, width int) uint32 {
	switch width {
	case 4:
		return binary.LittleEndian.Uint32(s[i:])
	case 3:
		return uint32(s[i]) | uint32(s[i+1])<<8 | uint32(s[i+2])<<16
	}
	return uint32(s[i]) | uint32(s[i+1])<<8
}

func hashRun(run uint32) uint32 { return run * 0x9E3779B1 >> 16 }

// scan calls found with the rules of each literal in s. A literal may be found several times.
func (g *grams) scan(s []byte, found func(rules []int32)) {
	if g.four != nil && len(s) >= 4 {
		bits := &g.four.bits
		for i := 0; i+4 <= len(s); i++ {
			run := binary.LittleEndian.Uint32(s[i:])
			h := hashRun(run)
			if bits[h/64]&(1<<(h%64)) != 0 {
				g.four.verify(s, i, run, found)
			}
		}
	}
	for _, t := range [...]*gramTable{g.three, g.two} {
		if t == nil {
			continue
		}
		for i := 0; i+t.width <= len(s); i++ {
			run := runAt(s, i, t.width)
			h := hashRun(run)
			if t.bits[h/64]&(1<<(h%64)) != 0 {
				t.verify(s, i, run, found)
			}
		}
	}
}

func (t *gramTable) verify(s []byte, i int, run uint32, found func(rules []int32)) {
	for _, e := range t.filled[run] {
		if from := i - e.offset; from >= 0 && len(s)-from >= len(e.literal) && bytes.Equal(s[from:from+len(e.literal)], e.literal) {
			found(e.rules)
		}
	}
}
