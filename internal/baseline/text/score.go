package text

import "math"

// allowance is the surprise of a character, in nats, that ordinary strings stay below on average but a foreign run does not:
// that of choosing among twelve.
const allowance = 2.5

// Surprise is what a model thinks of a string.
type Surprise struct {
	Nats   float64 // worst window and worst run together: what is compared and calibrated
	Window string  // the part of the string that reads least as usual, at most 8 bytes; shares its memory
	Start  int     // of the window, in bytes
	Worst  float64 // nats of the window
	Run    float64 // nats above 2.5 a character of the run of any length that reads least as usual
	Mean   float64 // nats a byte over the whole string
	Length float64 // nats: how rare strings so long are; not part of Nats, for length alone is no attack
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
func (m *Model) Tail(nats float64) float64 { return m.scores.tail(nats / calibrated) }

func (m *Model) read(s string) (v Surprise) {
	var ring [windowSize]float64
	var sum, run, total float64
	r := m.reader(s)
	end := 0 // of the worst window, as an index of symbols
	a, b := uint32(boundary), uint32(boundary)
	for i := 0; i <= len(r.s); i++ {
		c := uint32(boundary)
		if i < len(r.s) {
			c = r.next()
		}
		cost := m.cost(a, b, c)
		total += cost
		sum += cost - ring[i%windowSize]
		ring[i%windowSize] = cost
		if sum > v.Worst {
			v.Worst, end = sum, i+1
		}
		run = max(run+cost-allowance, 0)
		v.Run = max(v.Run, run)
		a, b = b, c
	}
	v.Start = max(end-windowSize, 0)
	v.Window = s[v.Start:min(end, len(r.s))]
	v.Mean = total / float64(len(r.s)+1)
	v.Length = -math.Log(m.lengths.tail(lengthOf(s)))
	v.Nats = v.Worst + v.Run
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
		p = (float64(m.two[b*symbols+c]) + types*p) / (float64(n) + types)
	}
	if n := m.total3[a*symbols+b]; n > 0 {
		types = float64(m.types3[a*symbols+b])
		p = (float64(m.three[cell(a, b, c)]) + types*p) / (float64(n) + types)
	}
	return -math.Log(p)
}

// lengthOf is the length on a scale where doubling is eight steps of a calibration.
func lengthOf(s string) float64 { return 2 * math.Log2(float64(len(s))+1) }
