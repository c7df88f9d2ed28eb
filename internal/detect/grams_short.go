package detect

// shortGrams finds literals of two or three bytes. They are few; each of their runs of two bytes has a bit of its own.
type shortGrams struct {
	bits     [1 << 16 / 64]uint64
	literals map[uint16][]literalRules
}

func newShortGrams(literals []literalRules) *shortGrams {
	if len(literals) == 0 {
		return nil
	}
	g := &shortGrams{literals: make(map[uint16][]literalRules)}
	for _, l := range literals {
		run := run2(l.text, 0)
		g.bits[run/64] |= 1 << (run % 64)
		g.literals[run] = append(g.literals[run], l)
	}
	return g
}

// run2 is two bytes, ASCII letters among them folded.
func run2(s string, i int) uint16 { return uint16(lower8(uint64(s[i]) | uint64(s[i+1])<<8)) }

func (g *shortGrams) look(v *view, s string) bool {
	for i := 0; i+2 <= len(s); i++ {
		run := run2(s, i)
		if g.bits[run/64]&(1<<(run%64)) == 0 {
			continue
		}
		for _, l := range g.literals[run] {
			if len(s)-i >= len(l.text) && equalFolded(s[i:i+len(l.text)], l.text) {
				if v == nil {
					return true
				}
				v.take(l.rules)
			}
		}
	}
	return false
}
