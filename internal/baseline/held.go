package baseline

import (
	"cmp"
	"slices"
	"strings"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/entity"
)

// held is news from the time of learning, when everything is new: it is kept to be weighed again once it is known what is
// usual, so that an attack of the first hour is not lost. What others turn out to do too is let go.
type held struct {
	as       feature
	who      name
	value    name
	seq      uint64
	place    uint32
	time     int64 // nanoseconds
	source   string
	dataset  string
	entities []vedette.EntityRef
}

const (
	heldMost = 4096 // of these a quarter for one feature
	heldOld  = 12   // occurrences after which it was nothing new
)

// hold keeps news that nobody else showed yet.
func (t *tenant) hold(f *facts, as feature, who, value name) {
	if t.heldOf[as] >= heldMost/4 || len(t.held) >= heldMost {
		if t.sorted == t.hour {
			t.b.stats.Forgotten++
			return
		}
		t.sorted = t.hour // once an hour is enough: most of it is usual by then
		if t.letGo(); t.heldOf[as] >= heldMost/4 || len(t.held) >= heldMost {
			t.b.stats.Forgotten++
			return
		}
	}
	t.heldOf[as]++
	ev := f.ev
	h := held{
		as: as, who: who, value: value, seq: ev.Seq, place: ev.Place, time: ev.Time.UnixNano(), source: strings.Clone(ev.Source),
		dataset: strings.Clone(ev.Dataset), entities: entity.Of(ev),
	}
	for i := range h.entities {
		h.entities[i].Name = strings.Clone(h.entities[i].Name)
	}
	h.who.text = t.novel.entityText(f, as, who)
	t.held = append(t.held, h)
}

// letGo drops what has become usual.
func (t *tenant) letGo() {
	t.held = slices.DeleteFunc(t.held, func(h held) bool { return t.novel.common(&h) })
	t.countHeld()
}

func (t *tenant) countHeld() {
	t.heldOf = [features]int{}
	for i := range t.held {
		t.heldOf[t.held[i].as]++
	}
}

// common tells whether what was news once is none any more: the entity does it often, or others do it too.
func (n *novelty) common(h *held) bool {
	if e := n.seen.find(pairKey(h.as, h.who.id, h.value.id)); e != nil && (e.count > heldOld || e.days > 2) {
		return true
	}
	v := n.values.find(valueKey(h.as, h.value.id))
	return v != nil && v.who > 2
}

// againMost is how much of what was held one detector may say when learning ends.
const againMost = 20

// weighAgain says what was new in the time of learning and is still rare at its end.
func (t *tenant) weighAgain() {
	t.letGo()
	list := t.held
	t.held = nil
	type weighed struct {
		h      *held
		n      finding
		weight float64
	}
	var all []weighed
	var f facts
	f.t, f.now, f.hour, f.day = t, t.clock, t.hour, t.day
	for i := range list {
		h := &list[i]
		s := t.novel.stand(&f, h.as, h.who.id, h.value.id)
		e := t.novel.seen.find(pairKey(h.as, h.who.id, h.value.id))
		if s.n < leastSeen || e == nil {
			continue
		}
		s.kinds = max(float64(e.count), 1) - 0.5 // it is one of what was seen: rare, not unseen
		nats, own, _ := s.surprise()
		switch h.as {
		case domainAsked, childOfParent, chainOfParents, formOfApp:
			nats = own
		}
		spec := &featureSpecs[h.as]
		weight := spec.scale*0.5*min(nats, 7) - t.novel.penalty(h.as, s.everyone)
		n := t.novel.finding(&f, h.as, spec.as, h.who, h.value, s, weight)
		n.observed = float64(e.count)
		n.text.En = "From the time of learning, and still rare: " + n.text.En
		n.text.Zh = "学习期内出现，至今仍罕见：" + n.text.Zh
		all = append(all, weighed{h, n, weight})
	}
	slices.SortStableFunc(all, func(a, b weighed) int { return cmp.Compare(b.weight, a.weight) })
	said := map[detector]int{}
	for i := range all {
		w := &all[i]
		g, s := &t.gates[w.n.as], &specs[w.n.as]
		if w.weight < float64(g.least) {
			g.under++
			continue
		}
		if said[w.n.as]++; said[w.n.as] > againMost {
			g.overflowed++
			continue
		}
		w.n.weight = min(w.weight, s.most)
		g.raised++
		t.b.fn(t.alertAgain(w.h, &w.n))
	}
	t.b.cfg.OnNotice(Notice{Tenant: t.id, Kind: NoticeLearned, Count: int64(len(list)), Text: vedette.Text{
		En: "Learning is over; what was new in its time was weighed again", Zh: "学习期结束，学习期内的新事物已重新评估",
	}})
}
