package tally

import (
	"time"

	"github.com/vedette-soc/vedette"
)

// Join adds everything that another counted.
func (c *Counter) Join(o *Counter, listed func(vedette.EntityRef) bool) {
	for i, n := range o.times {
		c.put((o.from+int64(i))*o.step, n)
	}
	if c.counts == nil {
		c.counts = make(map[thing]int64, len(o.counts))
	}
	for k, n := range o.counts {
		if c.counts[k] > 0 || listed(vedette.EntityRef{Kind: k.kind, Name: k.name}) {
			c.counts[k] += n
		} else {
			c.others.add(k)
		}
	}
	c.others.join(&o.others)
}

// Give takes n alerts that name some entities and came between two times away, and adds them to another. Which span each of
// them came in is no longer known: they are taken from the spans between the two in proportion, and from the nearest when
// those do not hold as many.
func (c *Counter) Give(to *Counter, n int64, refs []vedette.EntityRef, first, last time.Time) {
	if to.counts == nil {
		to.counts = make(map[thing]int64)
	}
	for _, ref := range refs {
		k := thing{ref.Kind, ref.Name}
		had := min(n, c.counts[k])
		if had == 0 {
			continue
		}
		to.counts[k] += had
		if c.counts[k] -= had; c.counts[k] == 0 {
			delete(c.counts, k)
		}
	}
	if c.step == 0 {
		return
	}
	low := max(0, min(floor(first.Unix(), c.step)-c.from, int64(len(c.times))-1))
	high := max(low, min(floor(last.Unix(), c.step)-c.from, int64(len(c.times))-1))
	n = c.take(to, n, low, high)
	for n > 0 && (low > 0 || high < int64(len(c.times))-1) {
		low, high = max(0, low-1), min(high+1, int64(len(c.times))-1)
		n = c.take(to, n, low, high)
	}
}

// take moves up to n alerts of some spans, in proportion, and returns how many it did not find.
func (c *Counter) take(to *Counter, n, low, high int64) (left int64) {
	total := int64(0)
	for i := low; i <= high; i++ {
		total += c.times[i]
	}
	if total == 0 {
		return n
	}
	want, seen, given := min(n, total), int64(0), int64(0)
	for i := low; i <= high; i++ {
		has := c.times[i]
		seen += has
		share := int64(float64(want)*(float64(seen)/float64(total))) - given
		if i == high {
			share = want - given
		}
		share = max(0, min(share, has))
		c.times[i] -= share
		given += share
		to.put((c.from+i)*c.step, share)
	}
	for i := low; i <= high && given < want; i++ { // what rounding left
		share := min(want-given, c.times[i])
		c.times[i] -= share
		given += share
		to.put((c.from+i)*c.step, share)
	}
	return n - given
}

// Less takes away what another counted: what is left came since.
func (c *Counter) Less(o *Counter) {
	var gone Counter
	for i, n := range o.times {
		at := time.Unix((o.from+int64(i))*o.step, 0)
		c.Give(&gone, n, nil, at, at)
	}
	for k, n := range o.counts {
		if c.counts[k] -= n; c.counts[k] <= 0 {
			delete(c.counts, k)
		}
	}
}
