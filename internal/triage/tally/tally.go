package tally

import (
	"slices"
	"time"

	"github.com/vedette-soc/vedette"
)

const (
	maxSpans  = 48
	firstSpan = 60 * 60 // seconds
)

// Counter counts the alerts of one incident. The zero value has counted nothing.
type Counter struct {
	from   int64 // where the first span begins, in units of step
	step   int64 // seconds
	times  []int64
	counts map[thing]int64
	others sketch
}

type thing struct {
	kind vedette.EntityKind
	name string
}

// Of goes on with what a document says. One without a tally was written by an older version: its alerts are shared out over
// its time, and its entities begin with what its evidence shows.
func Of(in *vedette.Incident) *Counter {
	c := &Counter{counts: make(map[thing]int64, len(in.Entities))}
	t := in.Tally
	if t == nil {
		c.Spread(in.Alerts, in.First, in.Last)
		for i := range in.Evidence {
			c.name(in.Evidence[i].Alert.Entities, in.Evidence[i].Count)
		}
		return c
	}
	if t.Step >= firstSpan && len(t.Times) <= maxSpans {
		c.step, c.from, c.times = t.Step, floor(t.From.Unix(), t.Step), slices.Clone(t.Times)
	}
	for _, e := range t.Entities {
		c.counts[thing{e.Kind, e.Name}] += e.Alerts
	}
	c.others.read(t.Sketch)
	return c
}

// Doc writes the counts down: those of the entities that an incident lists, in its order, and about how many others there are.
func (c *Counter) Doc(in *vedette.Incident) *vedette.Tally {
	t := &vedette.Tally{Step: c.step, Times: slices.Clone(c.times)}
	if c.step > 0 {
		t.From = time.Unix(c.from*c.step, 0).UTC()
	}
	for _, ref := range in.Entities {
		if n := c.counts[thing{ref.Kind, ref.Name}]; n > 0 {
			t.Entities = append(t.Entities, vedette.EntityCount{Kind: ref.Kind, Name: ref.Name, Alerts: n})
		}
	}
	t.Unlisted, t.Sketch = c.others.count(), c.others.text()
	left := in.Alerts
	for i := range in.Rules {
		left -= in.Rules[i].Count
	}
	t.OtherRules = max(0, left)
	return t
}

// Add counts an alert. listed tells of an entity that has no count yet whether the incident lists it.
func (c *Counter) Add(a *vedette.Alert, listed func(vedette.EntityRef) bool) {
	c.put(a.Time.Unix(), 1)
	for i := range a.Entities {
		ref := &a.Entities[i]
		k := thing{ref.Kind, ref.Name}
		if n := c.counts[k]; n > 0 {
			c.counts[k] = n + 1
			continue
		}
		if !listed(*ref) {
			c.others.add(k)
			continue
		}
		if c.counts == nil {
			c.counts = make(map[thing]int64)
		}
		c.counts[k] = 1
	}
}

// name adds n alerts to each entity.
func (c *Counter) name(refs []vedette.EntityRef, n int64) {
	for _, ref := range refs {
		c.counts[thing{ref.Kind, ref.Name}] += n
	}
}

// Spread counts n alerts between two times, as evenly as may be.
func (c *Counter) Spread(n int64, first, last time.Time) {
	if n <= 0 {
		return
	}
	a, b := first.Unix(), last.Unix()
	if b <= a || n == 1 {
		c.put(a, n)
		return
	}
	c.put(a, 1)
	c.put(b, 1)
	n -= 2
	step := c.step
	from, to := floor(a, step), floor(b, step)
	spans := to - from + 1
	for i := range spans {
		c.put((from+i)*step, n*(i+1)/spans-n*i/spans)
	}
}

// put counts n alerts at a time.
func (c *Counter) put(at, n int64) {
	if n == 0 {
		return
	}
	if c.step == 0 {
		c.step, c.from = firstSpan, floor(at, firstSpan)
	}
	for {
		i := floor(at, c.step)
		low, high := c.from, c.from+int64(len(c.times))-1
		if len(c.times) == 0 {
			low, high = i, i
		}
		low, high = min(low, i), max(high, i)
		if high-low < maxSpans {
			c.reach(low, high)
			c.times[i-c.from] += n
			return
		}
		c.coarser()
	}
}

// reach makes room for the spans from low to high.
func (c *Counter) reach(low, high int64) {
	if len(c.times) == 0 {
		c.from = low
	}
	if low < c.from {
		c.times = append(make([]int64, c.from-low), c.times...)
		c.from = low
	}
	for int64(len(c.times)) <= high-c.from {
		c.times = append(c.times, 0)
	}
}

// coarser makes the spans twice as long.
func (c *Counter) coarser() {
	from := floor(c.from, 2)
	var times []int64
	for i, n := range c.times {
		at := floor(c.from+int64(i), 2) - from
		for int64(len(times)) <= at {
			times = append(times, 0)
		}
		times[at] += n
	}
	c.step, c.from, c.times = 2*c.step, from, times
}

// floor divides, and rounds down for what lies before 1970 as well.
func floor(a, by int64) int64 {
	q := a / by
	if a%by < 0 {
		q--
	}
	return q
}
