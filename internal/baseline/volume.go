package baseline

import (
	"fmt"
	"math"

	"github.com/vedette-soc/vedette"
)

// volumes remembers how much data leaves for the outside in a day, by account, by machine, and by machine and destination.
// A day's measure is the entity's own 99.9th percentile: of the logarithm of its days the median and the spread, learned
// step by step, the spread leaning on that of everybody while few days are known. Twice that is said, unless others like it
// do the same.
type volumes struct {
	table  *table[outflow, *outflow]
	usual  [volumeKinds]levels  // days of everybody
	spread [volumeKinds]float32 // octaves
}

type volumeKind uint8

const (
	ofAccount volumeKind = iota
	ofSource
	ofPair // a machine and a destination
	volumeKinds
)

const (
	volumeFloor = 5 << 20  // bytes a day that are nothing
	pairFloor   = 50 << 20 // bytes to a destination that was never used
	volumeDays  = 4        // that must be known
	highTail    = 3.1      // standard deviations that 99.9 % stay within
	leastOctave = 0.35
)

// outflow is how much data an entity sends.
type outflow struct {
	sum          float64 // today's bytes
	middle, away float32 // octaves: the median day, and the median of what lies off it
	said         uint16  // day
	level        level
}

func (o *outflow) visit(a *archive) {
	a.f64(&o.sum)
	a.f32(&o.middle)
	a.f32(&o.away)
	a.u16(&o.said)
	o.level.visit(a)
}

func (o *outflow) rank(day uint16) uint8 {
	return rankOf(day, o.level.day, min(int(o.level.days)+int(math.Log2(o.sum+1)/4), 20))
}

func (v *volumes) make(r *room) {
	v.table = newTable[outflow](1<<17, r)
	for i := range v.spread {
		v.spread[i] = 1
	}
}

func (v *volumes) observe(f *facts) {
	n := number(f.value(keySrcBytes))
	if n < 0 {
		n = number(f.value(keyReqBytes))
	}
	if n <= 0 || f.target.inside && f.target.id != 0 || f.source.id != 0 && !f.source.inside {
		return
	}
	where := f.target.id
	if where == 0 {
		if domain := f.t.b.names.of(nameDomain, f.value(keyURLDomain)); !domain.none() {
			where = domain.id
		}
	}
	if where == 0 {
		return // it is not known to go anywhere
	}
	if !f.user.none() {
		v.add(f, ofAccount, f.user.id, n)
	}
	if f.source.id != 0 {
		v.add(f, ofSource, f.source.id, n)
		v.add(f, ofPair, join(f.source.id, where), n)
	}
}

func (v *volumes) add(f *facts, kind volumeKind, who uint64, bytes int64) {
	o, fresh := v.table.put(join(who, 0x90000+uint64(kind)), f.day)
	if fresh {
		o.level.day = f.day
	}
	if o.level.day != f.day {
		v.turn(f, kind, o)
	}
	before := o.sum
	o.sum += float64(bytes)
	// Asked only when another eighth of an octave is full.
	if o.sum >= volumeFloor && (before < volumeFloor || o.sum >= before*1.09 || crossed(before, o.sum)) && o.said != f.day {
		v.judge(f, kind, o)
	}
	if f.mute {
		o.sum = max(before, o.sum-float64(bytes))
	}
}

// crossed tells whether a power of 2^(1/8) lies between two sums.
func crossed(before, now float64) bool {
	return math.Floor(math.Log2(before)*8) != math.Floor(math.Log2(now)*8)
}

// turn ends a day on which something was sent.
func (v *volumes) turn(f *facts, kind volumeKind, o *outflow) {
	day := o.sum
	o.sum = 0
	if day > 0 {
		octaves := float32(math.Log2(day + 1))
		if f.t.learned && o.level.days >= volumeDays {
			octaves = min(octaves, o.middle+2) // a flood is not the measure of the next one
		}
		v.usual[kind].add(day)
		rate := max(1.0/28, 1/float32(o.level.days+1))
		if o.level.days == 0 {
			o.middle, o.away = octaves, v.spread[kind]
		} else {
			apart := octaves - o.middle
			away := max(apart, -apart)
			o.middle += rate * max(min(apart, 2*o.away), -2*o.away)
			o.away += rate * (away - o.away)
			v.spread[kind] += 0.001 * (min(away, 4) - v.spread[kind])
		}
	}
	o.level.today = float32(day)
	steady, ratio := o.level.turn(1, f.day)
	if steady && kind != ofPair && o.level.fast >= 4*volumeFloor {
		f.t.rises(f, volumeFeatures[kind], v.who(f, kind), &o.level, ratio, unitBytes)
	}
}

// high is the 99.9th percentile of an entity's days, in bytes.
func (v *volumes) high(kind volumeKind, o *outflow) float64 {
	n := float64(o.level.days)
	away := max(1.25*(n*float64(o.away)+6*float64(v.spread[kind]))/(n+6), leastOctave)
	return math.Exp2(float64(o.middle) + highTail*away)
}

var volumeFeatures = [volumeKinds]string{"bytes sent by account", "bytes sent by machine", "bytes sent by machine and destination"}

func (v *volumes) judge(f *facts, kind volumeKind, o *outflow) {
	if o.level.days < volumeDays {
		if kind == ofPair && o.level.days == 0 && o.sum >= pairFloor {
			v.judgeNew(f, o)
		}
		return
	}
	high := v.high(kind, o)
	if o.sum < 2*high {
		return
	}
	ratio := o.sum / high
	weight := 1 + 0.6*math.Log2(ratio/2+0.2)
	if o.sum <= v.usual[kind].quantile(0.9) { // others do that every tenth day
		weight *= 0.6
	}
	o.said = f.day
	v.say(f, kind, o, high, weight)
}

// judgeNew is for a destination that a machine never sent anything to, compared with all that the machine sends.
func (v *volumes) judgeNew(f *facts, o *outflow) {
	all := v.table.find(join(f.source.id, 0x90000+uint64(ofSource)))
	if all == nil || all.level.days < volumeDays {
		return
	}
	usual := math.Exp2(float64(all.middle))
	if o.sum < usual {
		return
	}
	o.said = f.day
	v.say(f, ofPair, o, 0, min(1+0.4*math.Log2(o.sum/usual+1), 2.5))
}

func (v *volumes) say(f *facts, kind volumeKind, o *outflow, high, weight float64) {
	who := v.who(f, kind)
	f.t.raise(f, finding{
		as: volume, feature: volumeFeatures[kind], what: who, observed: o.sum, expected: high, unit: unitBytes, baseline: int64(o.level.days),
		weight: weight, matched: map[string]string{volumeFeatures[kind]: fmt.Sprintf("%.0f", o.sum)},
		text: vedette.Text{
			En: fmt.Sprintf("%s sent %s today; on 999 of 1,000 days it would be no more than %s", show(who), size(o.sum), size(high)),
			Zh: fmt.Sprintf("%s 今日外发 %s；正常情况下 99.9%% 的日子不超过 %s", show(who), size(o.sum), size(high)),
		},
	})
}

func (v *volumes) who(f *facts, kind volumeKind) string {
	switch kind {
	case ofAccount:
		return f.user.text
	case ofSource:
		return f.source.text()
	}
	if f.target.id != 0 {
		return f.source.text() + " → " + f.target.text()
	}
	return f.source.text() + " → " + f.value(keyURLDomain)
}

// size writes bytes for people.
func size(n float64) string {
	units := [...]string{"B", "KiB", "MiB", "GiB", "TiB"}
	i := 0
	for n >= 1024 && i < len(units)-1 {
		n, i = n/1024, i+1
	}
	return fmt.Sprintf("%.1f %s", n, units[i])
}

func (v *volumes) roll(days uint16) {
	for i := range v.usual {
		for range min(days, 30) {
			v.usual[i].fade(0.97)
		}
	}
}

func (v *volumes) visit(a *archive) {
	v.table.visit(a)
	for i := range v.usual {
		v.usual[i].visit(a)
		a.f32(&v.spread[i])
	}
}

func (v *volumes) stats(out *Stats) {
	out.Keys += int64(v.table.n)
	out.Forgotten += v.table.dropped
}
