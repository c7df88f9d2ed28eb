package baseline

import "math"

// linear estimates small numbers by the registers that are empty.
func linear(cells []uint8) float64 {
	empty := 0
	for _, c := range cells {
		if c == 0 {
			empty++
		}
	}
	m := float64(len(cells))
	return m * math.Log(m/max(float64(empty), 0.5))
}

// levels is a histogram of sizes in steps of a quarter of an octave, from 1 to 2^32 and beyond. It fades, so that it tells
// of lately.
type levels struct {
	counts [levelSteps]float32
	total  float32
}

const (
	levelSteps   = 160
	levelsOctave = 4
)

func levelOf(v float64) int {
	if v < 1 {
		return 0
	}
	return min(int(math.Log2(v)*levelsOctave)+1, levelSteps-1)
}

// topOf is the upper end of a step.
func topOf(level int) float64 { return math.Exp2(float64(level) / levelsOctave) }

func (l *levels) add(v float64) {
	l.counts[levelOf(v)]++
	l.total++
}

// quantile is a size that a share q of all does not exceed.
func (l *levels) quantile(q float64) float64 {
	left := float64(l.total) * (1 - q)
	for i := levelSteps - 1; i > 0; i-- {
		if left -= float64(l.counts[i]); left < 0 {
			return topOf(i)
		}
	}
	return 0
}

func (l *levels) fade(keep float32) {
	l.total = 0
	for i := range l.counts {
		l.counts[i] *= keep
		l.total += l.counts[i]
	}
}

func (l *levels) visit(a *archive) {
	for i := range l.counts {
		a.f32(&l.counts[i])
	}
	a.f32(&l.total)
}
