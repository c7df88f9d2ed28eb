package detect

import (
	"cmp"
	"slices"
)

// grams finds which of many literals stand anywhere in a text. Each literal is filed under runs of four bytes in it; a
// text is read run by run, and only where a bit says that a run is of interest are literals compared. It is the filter
// of Wu and Manber's algorithm, chosen over an automaton for its size.
//
// Not every run of a text must be read. A literal of seven bytes or more holds, wherever it stands, a run at a place that
// is a multiple of four; it is filed under four runs, the rarest for each remainder, and only every fourth run of the
// text is looked at. Five bytes are enough for every second. Shorter literals need all of them. Reading was 17-38% of the
// time with every run read once for each length of literal and each group of rules; it is 7-16% of the same.
type grams struct {
	every4 gramBits // runs looked for at multiples of four: of all literals
	every2 gramBits // at the even places between: of those with less than seven bytes
	every1 gramBits // at odd places: of those with less than five bytes

	mask     uint32
	heads    []int32 // place among runs plus one
	runs     []gramRun
	literals []literalRules
	short    *shortGrams
}

// gramBits says of hashed runs whether some literal has them.
type gramBits struct {
	shift uint8
	bits  []uint64
}

type gramRun struct {
	run     uint32
	literal int32
	offset  int32 // of the run within the literal
	next    int32 // place among runs plus one
}

// foldRun folds the bytes of a run alike that differ in one bit. It also takes "[" for "{" and the like, which is good
// enough for a filter and costs one instruction.
func foldRun(run uint32) uint32 { return run | uint32(caseBits&0xFFFFFFFF) }

func hashRun(run uint32) uint32 { return run * 0x9E3779B1 }

func (b *gramBits) grow(runs int) {
	size := 1 << 10
	for size < 24*runs && size < 1<<19 {
		size *= 2
	}
	b.bits = make([]uint64, size/64)
	b.shift = 32
	for ; size > 1; size /= 2 {
		b.shift--
	}
}

func (b *gramBits) set(run uint32) {
	h := hashRun(run) >> b.shift
	b.bits[h/64] |= 1 << (h % 64)
}

func (b *gramBits) has(run uint32) bool {
	h := hashRun(run) >> b.shift
	return b.bits[h/64]&(1<<(h%64)) != 0
}

// newGrams files literals of two bytes or more.
func newGrams(literals []literalRules) *grams {
	if len(literals) == 0 {
		return nil
	}
	slices.SortFunc(literals, func(a, b literalRules) int { return cmp.Compare(a.text, b.text) })
	counts := make(map[uint32]int)
	var short []literalRules
	g := &grams{}
	for _, l := range literals {
		if len(l.text) < 4 {
			short = append(short, l)
			continue
		}
		g.literals = append(g.literals, l)
		for i := 0; i+4 <= len(l.text); i++ {
			counts[foldRun(word4(l.text, i))]++
		}
	}
	g.short = newShortGrams(short)
	var runs [3]int // by table
	for i, l := range g.literals {
		step := gramStep(len(l.text))
		for first := range step {
			g.runs = append(g.runs, rarestRun(l.text, first, step, counts, int32(i)))
		}
		runs[0] += step
		if step < 4 {
			runs[1] += step
		}
		if step < 2 {
			runs[2] += step
		}
	}
	g.file(runs)
	return g
}

// gramStep is how far apart the places are at which a literal of n bytes is sure to be met.
func gramStep(n int) int {
	switch {
	case n >= 7:
		return 4
	case n >= 5:
		return 2
	}
	return 1
}

// rarestRun chooses among the runs whose offset leaves a certain remainder the one that fewest literals have.
func rarestRun(literal string, first, step int, counts map[uint32]int, place int32) gramRun {
	best := gramRun{literal: place, offset: int32(first), run: foldRun(word4(literal, first))}
	for i := first + step; i+4 <= len(literal); i += step {
		if run := foldRun(word4(literal, i)); counts[run] < counts[best.run] {
			best.run, best.offset = run, int32(i)
		}
	}
	return best
}

// file makes the tables of the chosen runs.
func (g *grams) file(runs [3]int) {
	if len(g.runs) == 0 {
		return
	}
	size := 16
	for size < len(g.runs) {
		size *= 2
	}
	g.mask, g.heads = uint32(size-1), make([]int32, size)
	for i, table := range [...]*gramBits{&g.every4, &g.every2, &g.every1} {
		if runs[i] > 0 {
			table.grow(runs[i])
		}
	}
	for i := range g.runs {
		r := &g.runs[i]
		head := &g.heads[hashRun(r.run)>>8&g.mask]
		r.next, *head = *head, int32(i+1)
		g.every4.set(r.run)
		step := gramStep(len(g.literals[r.literal].text))
		if step < 4 {
			g.every2.set(r.run)
		}
		if step < 2 {
			g.every1.set(r.run)
		}
	}
}

// look takes the rules of each literal in s, which is ASCII or folded. Without a view it only tells whether there is one.
func (g *grams) look(v *view, s string) bool {
	if g.short != nil && g.short.look(v, s) {
		return true
	}
	if len(g.runs) == 0 || len(s) < 4 {
		return false
	}
	if g.every2.bits == nil {
		return g.lookSparse(v, s)
	}
	odd := g.every1.bits != nil
	i := 0
	for ; i+8 <= len(s); i += 4 {
		w := word8(s, i) | caseBits
		if run := uint32(w); g.every4.has(run) && g.verify(v, s, i, run) {
			return true
		}
		if run := uint32(w >> 16); g.every2.has(run) && g.verify(v, s, i+2, run) {
			return true
		}
		if !odd {
			continue
		}
		if run := uint32(w >> 8); g.every1.has(run) && g.verify(v, s, i+1, run) {
			return true
		}
		if run := uint32(w >> 24); g.every1.has(run) && g.verify(v, s, i+3, run) {
			return true
		}
	}
	for ; i+4 <= len(s); i++ {
		if run := foldRun(word4(s, i)); g.every4.has(run) && g.verify(v, s, i, run) {
			return true
		}
	}
	return false
}

// lookSparse reads every fourth run, because no literal is short.
func (g *grams) lookSparse(v *view, s string) bool {
	bits, shift := g.every4.bits, g.every4.shift&31
	for i := 0; i+4 <= len(s); i += 4 {
		run := foldRun(word4(s, i))
		if h := hashRun(run) >> shift; bits[h/64]&(1<<(h%64)) != 0 && g.verify(v, s, i, run) {
			return true
		}
	}
	return false
}

// verify compares the literals that have a run with the text around it.
func (g *grams) verify(v *view, s string, i int, run uint32) bool {
	for at := g.heads[hashRun(run)>>8&g.mask]; at != 0; {
		r := &g.runs[at-1]
		at = r.next
		if r.run != run {
			continue
		}
		l := &g.literals[r.literal]
		if from := i - int(r.offset); from >= 0 && len(s)-from >= len(l.text) && equalFolded(s[from:from+len(l.text)], l.text) {
			if v == nil {
				return true
			}
			v.take(l.rules)
		}
	}
	return false
}
