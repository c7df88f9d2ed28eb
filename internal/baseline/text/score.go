package text

import "math"

// Surprise is what a model thinks of a string.
type Surprise struct {
	Nats   float64 // window and length together: what is compared and calibrated
	Window string  // the part of the string that reads least as usual, at most 8 bytes; shares its memory
	Start  int     // of the window, in bytes
	Worst  float64 // nats of the window
	Mean   float64 // nats a byte over the whole string
	Length float64 // nats by which the string is longer than usual
	Tail   float64 // share of ordinary strings that surprise as much, above 0 and at most 1
}

// Score tells how surprising a string is, in nats, and which part of it surprises most.
func (m *Model) Score(s string) (nats float64, window string) {
	v := m.read(s)
	return v.Nats, v.Window
}

// Explain is Score with everything that goes into it.
func (m *Model) Explain(s string) Surprise {
	v := m.read(s)
	v.Tail = m.Tail(v.Nats)
	return v
}

// Tail is the share of ordinary strings that surprise at least as much, from the scores that strings had before they were
// learned. It is never 0: of n strings nothing can be said below 1 in n.
func (m *Model) Tail(nats float64) float64 { return m.scores.tail(nats) }

func (m *Model) read(s string) (v Surprise) {
	n := min(len(s), maxBytes)
	var ring [windowSize]float64
	var sum, total float64
	end := 0 // of the worst window, as an index of symbols
	a, b := uint32(boundary), uint32(boundary)
	for i := 0; i <= n; i++ {
		c := uint32(boundary)
		if i < n {
			c = uint32(symbolOf[s[i]])
		}
		cost := m.cost(a, b, c)
		total += cost
		sum += cost - ring[i%windowSize]
		ring[i%windowSize] = cost
		if sum > v.Worst {
			v.Worst, end = sum, i+1
		}
		a, b = b, c
	}
	v.Start = max(end-windowSize, 0)
	v.Window = s[v.Start:min(end, n)]
	v.Mean = total / float64(n+1)
	v.Length = m.lengthSurprise(s)
	v.Nats = v.Worst + v.Length
	return v
}

// cost is the surprise of symbol c behind a and b, in nats: Witten–Bell back-off from three symbols to two, to one, to all
// alike.
func (m *Model) cost(a, b, c uint32) float64 {
	types := float64(m.types1)
	p := 1.0 / symbols
	if m.total1 > 0 {
		p = (float64(m.one[c]) + types*p) / (float64(m.total1) + types)
	}
	if n := m.total2[b]; n > 0 {
		types = float64(m.types2[b])
		p = (float64(m.two[b<<6|c]) + types*p) / (float64(n) + types)
	}
	if n := m.total3[a<<6|b]; n > 0 {
		types = float64(m.types3[a<<6|b])
		p = (float64(m.three[a<<12|b<<6|c]) + types*p) / (float64(n) + types)
	}
	return -math.Log(p)
}

// lengthSurprise is how rare strings of this length or longer are, in nats.
func (m *Model) lengthSurprise(s string) float64 { return -math.Log(m.lengths.tail(lengthOf(s))) }

// lengthOf is the length on a scale where doubling is 8 steps.
func lengthOf(s string) float64 { return 2 * math.Log2(float64(len(s))+1) }
