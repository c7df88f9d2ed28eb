package text

const (
	buckets = 512
	step    = 0.25
)

// calibration is how often a number was at least so large. Its memory is fixed: numbers from 0 up to 128 in steps of a
// quarter, what is larger counts as the largest.
type calibration struct {
	counts [buckets]uint32
	above  [buckets]uint32 // counts from here on, kept so that asking is one look
	total  uint32
}

func bucket(x float64) int {
	if !(x > 0) { // also what is no number
		return 0
	}
	return int(min(x/step, buckets-1))
}

func (c *calibration) add(x float64) {
	if c.total == 1<<31 {
		c.halve()
	}
	at := bucket(x)
	c.counts[at]++
	c.total++
	for i := range at + 1 {
		c.above[i]++
	}
}

func (c *calibration) halve() {
	for i := range c.counts {
		c.counts[i] = c.counts[i]/2 + c.counts[i]%2
	}
	c.sum()
}

func (c *calibration) sum() {
	c.total = 0
	for i := buckets - 1; i >= 0; i-- {
		c.total += c.counts[i]
		c.above[i] = c.total
	}
}

// tail is the share that was as large or larger, the asked one counted in: above 0, at most 1.
func (c *calibration) tail(x float64) float64 {
	return (float64(c.above[bucket(x)]) + 1) / (float64(c.total) + 1)
}
