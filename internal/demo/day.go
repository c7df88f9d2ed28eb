package demo

import (
	"cmp"
	"iter"
	"math/rand/v2"
	"slices"
	"time"
)

// Options say which day to make up.
type Options struct {
	Seed   uint64
	End    time.Time     // when the day ends; usually now
	Length time.Duration // how long the day is
	Benign int           // benign records for each hostile one
}

// Defaults is one day that ends now, with 520 benign records for each hostile one.
func Defaults(now time.Time) Options {
	return Options{Seed: 7, End: now, Length: 24 * time.Hour, Benign: 520}
}

// intrusionEnds is how long before the end of the day the intrusion's first step lies.
const intrusionBegins = 150 * time.Minute

// Day yields the records of a day in order of time.
func Day(o Options) iter.Seq[Item] {
	c := newCompany()
	begin := o.End.Add(-o.Length)
	special := append(intrusion(c, o.End.Add(-intrusionBegins)), strays(c, begin)...)
	slices.SortStableFunc(special, func(a, b Item) int { return a.At.Compare(b.At) })
	hostile := 0
	for _, it := range special {
		if it.Hostile {
			hostile++
		}
	}
	return func(yield func(Item) bool) {
		b := &background{c: c, rng: rand.New(rand.NewPCG(o.Seed, o.Seed))}
		for _, at := range times(b.rng, begin, o.End, hostile*o.Benign) {
			for len(special) > 0 && !special[0].At.After(at) {
				if !yield(special[0]) {
					return
				}
				special = special[1:]
			}
			if !yield(b.item(at)) {
				return
			}
		}
		for _, it := range special {
			if !yield(it) {
				return
			}
		}
	}
}

// times spreads n moments over a day, denser in working hours.
func times(rng *rand.Rand, begin, end time.Time, n int) []time.Time {
	list := make([]time.Time, 0, n)
	for len(list) < n {
		at := begin.Add(time.Duration(rng.Int64N(int64(end.Sub(begin)))))
		if h := at.UTC().Hour(); (h < 7 || h > 19) && rng.IntN(3) > 0 {
			continue
		}
		list = append(list, at.Truncate(time.Millisecond))
	}
	slices.SortFunc(list, func(a, b time.Time) int { return cmp.Compare(a.UnixNano(), b.UnixNano()) })
	return list
}

// Live yields benign records for ever, made up one at a time; the caller paces them.
func Live(seed uint64, now func() time.Time) iter.Seq[Item] {
	b := &background{c: newCompany(), rng: rand.New(rand.NewPCG(seed, seed+1))}
	return func(yield func(Item) bool) {
		for yield(b.item(now())) {
			continue
		}
	}
}
