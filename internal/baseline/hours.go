package baseline

import (
	"fmt"
	"math"
	"time"

	"github.com/vedette-soc/vedette"
)

// hours remembers how active hosts and accounts are at each hour of the week, and tells when one is active at an hour that
// is not its own. Every hour has its median and the median of what lies off it, learned step by step (Ma, Muthukrishnan and
// Sandler 2013); an hour of which little is known leans on the same hour of other days, and that on what is usual for the
// peers and for everybody.
type hours struct {
	table *table[week, *week]
}

const (
	weekHours  = 168
	octaveStep = 8 // steps of an octave: counts are kept as logarithms
	leastOff   = 4 // the spread is never taken for less than half an octave
	leastDays  = 5 // days of which an entity must be known
)

// week is one entity's. 364 bytes with its key.
type week struct {
	middle, off [weekHours]uint8 // in steps
	hour        uint32           // that count counts
	count       uint32
	first       uint32 // hour
	said        uint16 // day
	active      uint16 // hours with anything in them
}

func (w *week) visit(a *archive) {
	a.bytes(w.middle[:])
	a.bytes(w.off[:])
	a.u32(&w.hour)
	a.u32(&w.count)
	a.u32(&w.first)
	a.u16(&w.said)
	a.u16(&w.active)
}

func (w *week) rank(day uint16) uint8 {
	return rankOf(day, uint16(w.hour/hoursPerDay), min(int(w.active/4), 20))
}

func (h *hours) make(r *room) { h.table = newTable[week](1<<16, r) }

// everybody's and the peers' weeks have keys of their own.
func weekKey(who uint64) uint64 { return join(who, 0x50000) }

func (h *hours) observe(f *facts) {
	if !f.host.none() {
		h.count(f, f.host, vedette.EntityHost)
	}
	if !f.user.none() && !f.failed {
		h.count(f, f.user, vedette.EntityUser)
	}
}

func (h *hours) count(f *facts, who name, kind vedette.EntityKind) {
	w, fresh := h.table.put(weekKey(who.id), f.day)
	if fresh {
		w.hour, w.first = f.hour, f.hour
	}
	if w.hour != f.hour {
		h.close(f, w, who)
		w = h.table.find(weekKey(who.id))
		if w == nil {
			return
		}
	}
	w.count++
	if n := w.count; n >= leastActive && n&(n-1) == 0 && w.said != f.day {
		h.judge(f, w, who, kind)
	}
}

// leastActive is how much an entity must do in an hour before it is active at all.
const leastActive = 8

// close ends the hour that was counted, and those since in which nothing happened.
func (h *hours) close(f *facts, w *week, who name) {
	from, n := w.hour, w.count
	w.hour, w.count = f.hour, 0
	if f.mute {
		return
	}
	if n > 0 && w.active < math.MaxUint16 {
		w.active++
	}
	step := stepOf(n)
	w.learn(from, step)
	for hour := max(from+1, f.hour-min(f.hour, weekHours)); hour < f.hour; hour++ {
		w.learn(hour, 0)
	}
	h.learnGroup(f, everybodys(who), from, step)
	if g, _ := f.t.peers.groupOf(who.id); g != 0 {
		h.learnGroup(f, groups(who, g), from, step)
	}
}

func everybodys(who name) uint64 { return weekKey(who.id >> 60) }

func groups(who name, g uint64) uint64 { return join(g, 0x60000+who.id>>60) }

// learnGroup lets a group learn what its active members do in an hour; who does nothing has no say in how much is usual.
func (h *hours) learnGroup(f *facts, key uint64, hour uint32, step uint8) {
	w, fresh := h.table.put(key, f.day)
	if fresh {
		w.first = hour
	}
	w.hour = f.hour
	i := hour % weekHours
	if w.off[i] < math.MaxUint8 {
		w.off[i]++ // of a group: how many hours of members were seen
	}
	w.middle[i] = toward(w.middle[i], step, 1+(step-min(step, w.middle[i]))/8)
	w.active = min(w.active+1, math.MaxUint16-1)
}

func stepOf(n uint32) uint8 {
	return uint8(min(math.Log2(float64(n)+1)*octaveStep, math.MaxUint8))
}

func countOf(step float64) float64 { return math.Exp2(step/octaveStep) - 1 }

// toward moves a value by a step at the most.
func toward(v, to, by uint8) uint8 {
	if to > v {
		return v + min(by, to-v)
	}
	return v - min(by, v-to)
}

// learn moves an hour's median toward what was seen, and its spread. In the first weeks the steps are large.
func (w *week) learn(hour uint32, step uint8) {
	i := hour % weekHours
	weeks := (hour - min(w.first, hour)) / weekHours
	if weeks == 0 {
		w.middle[i], w.off[i] = step, leastOff
		return
	}
	apart := step - min(step, w.middle[i]) + w.middle[i] - min(step, w.middle[i])
	by := uint8(1 + int(apart)/int(2+min(weeks, 6)))
	w.middle[i] = toward(w.middle[i], step, min(by, octaveStep))
	w.off[i] = toward(w.off[i], apart, 2)
}

// expect is what is usual for an entity at an hour of the week, and how far off is still usual, in steps.
func (w *week) expect(hour uint32) (middle, off float64) {
	i := hour % weekHours
	weeks := float64(hour-min(w.first, hour)) / weekHours
	// The same hour of the other days that were seen, the higher half of it: a workday is not measured by a weekend.
	top := 0.0
	for day := range 7 {
		j := (int(i) + day*hoursPerDay) % weekHours
		if back := (i + weekHours - uint32(j)) % weekHours; weeks >= 1 || back <= hour-min(w.first, hour) {
			top = max(top, float64(w.middle[j]))
		}
	}
	if weeks < 1 {
		return top, 2 * leastOff
	}
	own := math.Floor(weeks) / (math.Floor(weeks) + 2)
	return own*float64(w.middle[i]) + (1-own)*top, max(float64(w.off[i]), leastOff)
}

// judge compares an hour that is not over with what is usual.
func (h *hours) judge(f *facts, w *week, who name, kind vedette.EntityKind) {
	if f.hour-w.first < leastDays*hoursPerDay || w.active < 2*leastDays {
		return
	}
	middle, off := w.expect(f.hour)
	step := float64(stepOf(w.count))
	own := (step - middle) / (1.48 * off)
	usual := h.usual(f, who)
	others := (step - usual) / (1.48 * 2 * leastOff)
	z := min(own, others)
	if z < 3 {
		return
	}
	w.said = f.day
	at := time.Unix(f.now, 0).UTC()
	expected := countOf(middle)
	f.t.raise(f, finding{
		as: hourOfWeek, feature: activityByHour, what: who.text, observed: float64(w.count), expected: expected, unit: unitEvents,
		baseline: int64(w.active), since: int64(w.first) * secondsPerHour, weight: 0.4 + 0.2*min(z, 8),
		matched: map[string]string{matchedHour: at.Format("Mon 15:00")}, entities: []vedette.EntityRef{{Kind: kind, Name: who.text, Role: vedette.RoleActor}},
		text: vedette.Text{
			En: fmt.Sprintf("%s did %d things on a %s after %s; usual at that hour are %.0f, and %.0f for others who are active then",
				show(who.text), w.count, at.Weekday(), at.Format("15:00"), expected, countOf(usual)),
			Zh: fmt.Sprintf("%s 在星期%s %s 之后出现 %d 次活动；该时段通常为 %.0f 次，同类通常为 %.0f 次",
				show(who.text), [...]string{"日", "一", "二", "三", "四", "五", "六"}[at.Weekday()], at.Format("15:00"), w.count, expected, countOf(usual)),
		},
	})
}

// usual is what peers do at that hour, or everybody where there are none. Where hardly anybody is active it is nothing.
func (h *hours) usual(f *facts, who name) float64 {
	i := f.hour % weekHours
	g, _ := f.t.peers.groupOf(who.id)
	for _, key := range [...]uint64{groups(who, g), everybodys(who)} {
		if w := h.table.find(key); w != nil && w.off[i] >= leastPeers {
			return float64(w.middle[i])
		}
	}
	return 0
}

func (h *hours) visit(a *archive) { h.table.visit(a) }

func (h *hours) stats(out *Stats) {
	out.Keys += int64(h.table.n)
	out.Forgotten += h.table.dropped
	out.Entities += int64(h.table.n)
}
