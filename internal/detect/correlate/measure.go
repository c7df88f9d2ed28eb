package correlate

import (
	"math"
	"math/bits"
	"slices"

	"github.com/vedette-soc/vedette/internal/detect"
)

// scratch is working memory that is used again.
type scratch struct {
	numbers []float64
	values  []uint64
	stamps  []uint32
	stamp   uint32
}

// measure tells whether a window meets the condition, and the value that it was asked about. latest says that the window
// ends at the newest entry of its group.
func (c *Correlator) measure(p *program, window []entry, latest bool) (value float64, ok bool) {
	switch p.c.Type {
	case detect.EventCount:
		value = float64(len(window))
	case detect.ValueCount:
		if float64(len(window)) < p.floor {
			return 0, false
		}
		value = float64(c.distinct(window, latest))
	case detect.ValueSum, detect.ValueAvg:
		for i := range window {
			value += math.Float64frombits(window[i].value)
		}
		if p.c.Type == detect.ValueAvg {
			value /= float64(len(window))
		}
	case detect.ValueMedian, detect.ValuePercentile:
		if !p.atClose && tooLow(p, window) {
			return 0, false
		}
		value = c.ranked(p, window)
	default:
		return p.temporal(window)
	}
	return value, p.c.Holds(value)
}

// distinct counts the different values in a window.
func (c *Correlator) distinct(window []entry, latest bool) (n int) {
	if latest {
		for i := range window {
			n += 1 - int(window[i].again)
		}
		return n
	}
	s := &c.scratch
	size := 1 << bits.Len(uint(2*len(window)))
	if len(s.values) < size {
		s.values, s.stamps, s.stamp = make([]uint64, size), make([]uint32, size), 0
	}
	if s.stamp++; s.stamp == 0 {
		clear(s.stamps)
		s.stamp = 1
	}
	for i := range window {
		v := window[i].value
		at := v & uint64(size-1)
		for s.stamps[at] == s.stamp && s.values[at] != v {
			at = (at + 1) & uint64(size-1)
		}
		if s.stamps[at] != s.stamp {
			s.stamps[at], s.values[at] = s.stamp, v
			n++
		}
	}
	return n
}

// rank is the place, from 1, of a percentile among n numbers in order: the least number that at least so many per cent of
// all do not exceed (nearest rank).
func rank(percentile float64, n int) int {
	return min(max(int(math.Ceil(percentile*float64(n)/100)), 1), n)
}

// ranked is the median, the mean of the two in the middle when their number is even, or the percentile.
func (c *Correlator) ranked(p *program, window []entry) float64 {
	s := c.scratch.numbers[:0]
	for i := range window {
		s = append(s, math.Float64frombits(window[i].value))
	}
	c.scratch.numbers = s
	slices.Sort(s)
	if p.c.Type == detect.ValuePercentile {
		return s[rank(p.c.Percentile, len(s))-1]
	}
	if n := len(s); n%2 == 0 {
		return s[n/2-1]/2 + s[n/2]/2
	}
	return s[len(s)/2]
}

// tooLow tells, without sorting, that a median or percentile cannot reach the lower bound: too few numbers do.
func tooLow(p *program, window []entry) bool {
	reach := 0
	for i := range window {
		if math.Float64frombits(window[i].value) >= p.floor {
			reach++
		}
	}
	if p.c.Type == detect.ValueMedian {
		return 2*reach < len(window) // the upper one of the middle must reach it
	}
	return reach < len(window)-rank(p.c.Percentile, len(window))+1
}

// temporal tells whether the right rules are in a window; the value is how many of them are.
func (p *program) temporal(window []entry) (value float64, ok bool) {
	var present uint64
	for i := range window {
		present |= 1 << window[i].rule
	}
	value = float64(bits.OnesCount64(present))
	if p.c.Terms == nil {
		return value, p.c.Holds(value)
	}
	for _, t := range p.c.Terms {
		if t.Need&^present == 0 && t.Never&present == 0 && (!p.ordered || inOrder(t.Need, window)) {
			return value, true
		}
	}
	return value, false
}

// inOrder tells whether the rules of a set occur one after another in a window, in the order of the correlation.
func inOrder(need uint64, window []entry) bool {
	for i := range window {
		if need&(1<<window[i].rule) != 0 && need&(1<<window[i].rule-1) == 0 {
			if need &^= 1 << window[i].rule; need == 0 {
				return true
			}
		}
	}
	return need == 0
}
