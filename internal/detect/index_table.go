package detect

import "slices"

// literalRules is a folded literal and the rules that want it.
type literalRules struct {
	text  string
	rules []filing
}

// edges finds literals that stand at one edge of a text, or are all of it. Most values of rules are of that kind: an
// image ends in "\cmd.exe", an event code is "4688". Up to eight bytes at the edge are the key of a hash table, so such
// literals need no reading of the text at all.
type edges struct {
	how   needAt
	has   [edgeWidths]bool // which widths are in use
	mask  uint64
	heads []int32 // place among entries plus one
	all   []edgeEntry
}

type edgeEntry struct {
	literalRules
	key  uint64
	next int32 // place among entries plus one
}

// Widths of keys: the longest that fits into the literal.
const (
	edge8 = iota
	edge4
	edge2
	edgeWidths
)

func newEdges(how needAt, literals []literalRules) *edges {
	if len(literals) == 0 {
		return nil
	}
	size := 16
	for size < 2*len(literals) {
		size *= 2
	}
	e := &edges{how: how, mask: uint64(size - 1), heads: make([]int32, size), all: make([]edgeEntry, 0, len(literals))}
	for _, l := range literals {
		key := e.wholeKey(l.text)
		if how != needWhole {
			width := edgeWidth(len(l.text))
			e.has[width] = true
			key = e.key(l.text, width)
		}
		head := &e.heads[key&e.mask]
		e.all = append(e.all, edgeEntry{literalRules: l, key: key, next: *head})
		*head = int32(len(e.all))
	}
	return e
}

func edgeWidth(n int) int {
	switch {
	case n >= 8:
		return edge8
	case n >= 4:
		return edge4
	}
	return edge2
}

// key is made of the bytes at the edge. The text is as long as the width at least.
func (e *edges) key(s string, width int) uint64 {
	at := 0
	switch width {
	case edge8:
		if e.how == needEnd {
			at = len(s) - 8
		}
		return mixed(lower8(word8(s, at)))
	case edge4:
		if e.how == needEnd {
			at = len(s) - 4
		}
		return mixed(lower8(uint64(word4(s, at))) | 4<<56)
	}
	if e.how == needEnd {
		at = len(s) - 2
	}
	return mixed(lower8(uint64(s[at])|uint64(s[at+1])<<8) | 2<<56)
}

// wholeKey is made of the length and the bytes at both edges.
func (e *edges) wholeKey(s string) uint64 {
	n := len(s)
	if n < 8 {
		return mixed(lower8(shortWord(s)) ^ uint64(n)<<56)
	}
	return mixed(lower8(word8(s, 0)) ^ mixed(lower8(word8(s, n-8))+uint64(n)))
}

// look takes the rules of the literals that stand at the edge of s, which is ASCII or folded. Without a view it only
// tells whether there is one.
func (e *edges) look(v *view, s string) bool {
	if e.how == needWhole {
		return e.take(v, s, e.wholeKey(s))
	}
	return e.has[edge8] && len(s) >= 8 && e.take(v, s, e.key(s, edge8)) ||
		e.has[edge4] && len(s) >= 4 && e.take(v, s, e.key(s, edge4)) ||
		e.has[edge2] && len(s) >= 2 && e.take(v, s, e.key(s, edge2))
}

func (e *edges) take(v *view, s string, key uint64) bool {
	for at := e.heads[key&e.mask]; at != 0; {
		entry := &e.all[at-1]
		at = entry.next
		if entry.key != key || len(entry.text) > len(s) {
			continue
		}
		part := s
		switch e.how {
		case needStart:
			part = s[:len(entry.text)]
		case needEnd:
			part = s[len(s)-len(entry.text):]
		}
		if equalFolded(part, entry.text) {
			if v == nil {
				return true
			}
			v.take(entry.rules)
		}
	}
	return false
}

// numeric tells whether some literal is a number, so that other spellings of numbers are worth a look.
func (e *edges) numeric() bool {
	return slices.ContainsFunc(e.all, func(entry edgeEntry) bool {
		n, ok := canonicalNumber(entry.text)
		return ok && n == entry.text
	})
}
