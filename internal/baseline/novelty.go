package baseline

import (
	"fmt"
	"math"
	"time"

	"github.com/vedette-soc/vedette"
)

// novelty remembers what entities do, use and come from, and tells when one does what it never did.
//
// How surprising the new is for the entity itself is judged as Witten and Bell judge unseen words (1991): who often shows
// something new surprises little by something new. How surprising it is among its peers is judged by how many of them do
// it. The smaller of the two counts, so that a colleague's habits are no news; and of a feature that brings much news every
// day each piece is worth less.
type novelty struct {
	seen     *table[seenEntry, *seenEntry]       // entity × value
	profiles *table[profileEntry, *profileEntry] // entity, or group of peers, by feature
	values   *table[valueEntry, *valueEntry]     // value: which share of everybody, and of each group
	sketch   sketch                              // pairs for which there is no place in the table
	lexicon  lexicon                             // what values are called
	dawn     bool                                // the pair that was touched last is met for the first time today
	rates    [features]newsRate
	words    newsRate // of command lines
}

// seenEntry is a pair of entity and value. 8 bytes, 16 with its key.
type seenEntry struct {
	first, last uint16 // days
	count       uint16 // stops at its end
	days        uint8  // on which it was seen, stops at its end
	group       uint8  // of the entity's peers, among whom it is counted; 0 for none
}

// profileEntry is how an entity behaves in a feature.
type profileEntry struct {
	n, news float32 // observations, and how many of them were new; both fade
	total   uint32  // different values; of a group: its members
	first   uint16  // day
	faded   uint16  // day of the last fading
}

// valueEntry is how common a value is.
type valueEntry struct {
	who   uint32 // entities that have it
	hour  uint32 // the hour that fresh counts
	fresh uint16 // entities that got it in that hour
	first uint16
	last  uint16
	told  uint16 // day on which it was told that many got it
}

func (e *seenEntry) visit(a *archive) {
	a.u16(&e.first)
	a.u16(&e.last)
	a.u16(&e.count)
	a.u8(&e.days)
	a.u8(&e.group)
}
func (e *profileEntry) visit(a *archive) {
	a.f32(&e.n)
	a.f32(&e.news)
	a.u32(&e.total)
	a.u16(&e.first)
	a.u16(&e.faded)
}
func (e *valueEntry) visit(a *archive) {
	a.u32(&e.who)
	a.u32(&e.hour)
	a.u16(&e.fresh)
	a.u16(&e.first)
	a.u16(&e.last)
	a.u16(&e.told)
}

// What is worth keeping: what came lately, and what came often.
func (e *seenEntry) rank(day uint16) uint8 { return rankOf(day, e.last, min(int(e.days), 20)) }

func (e *profileEntry) rank(day uint16) uint8 {
	return rankOf(day, e.faded, min(int(math.Log2(float64(e.n+1))), 20))
}

func (e *valueEntry) rank(day uint16) uint8 {
	return rankOf(day, e.last, min(int(math.Log2(float64(e.who)+1)*2), 20))
}

func rankOf(day, last uint16, worth int) uint8 {
	return uint8(max(200-4*min(int(day-last), 60), 0)/2 + 5*worth)
}

// newsRate is how much news a feature brings a day.
type newsRate struct {
	today uint32
	daily float32 // what is usual
}

func (n *novelty) make(r *room) {
	n.seen = newTable[seenEntry](1<<21, r)
	n.sketch.room = r
	n.lexicon.make(r)
	n.seen.gone = func(key uint64, e *seenEntry) {
		if e.days >= 2 {
			n.sketch.add(key, e.days)
		}
	}
	n.profiles = newTable[profileEntry](1<<19, r)
	n.values = newTable[valueEntry](1<<19, r)
}

// fadeDaily is what is left of an entity's observations after a day: a week's are worth about half.
const fadeDaily = 0.9

func (e *profileEntry) fade(day uint16) {
	for ; e.faded < day && e.n >= 1; e.faded++ {
		e.n, e.news = e.n*fadeDaily, e.news*fadeDaily
	}
	e.faded = day
}

func (n *novelty) note(f *facts, as feature, who, value name) {
	e, common := n.touch(f, as, who.id, value.id)
	if n.dawn {
		n.lexicon.note(as, value.id, f.day, func() string { return f.spelled(as, value) })
	}
	if !common {
		n.news(f, as, who, value, e)
	}
}

// noteAddress is note for a value whose text is only made when it is needed.
func (n *novelty) noteAddress(f *facts, as feature, who name, value uint64, text func() string) {
	e, common := n.touch(f, as, who.id, value)
	if n.dawn {
		n.lexicon.note(as, value, f.day, text)
	}
	if !common {
		n.news(f, as, who, name{id: value, text: text()}, e)
	}
}

func pairKey(as feature, who, value uint64) uint64 { return join(who+uint64(as), value) }

// touch counts what is known already; for everything else the rest of the work is done in news.
func (n *novelty) touch(f *facts, as feature, who, value uint64) (e *seenEntry, common bool) {
	key := pairKey(as, who, value)
	if e = n.seen.find(key); e == nil || e.count == 0 {
		n.dawn = !f.mute
		return e, false
	}
	if n.dawn = false; f.mute {
		return e, true
	}
	if e.last != f.day {
		rareAgain := e.days <= 2 && f.day-e.last >= rareAfter
		e.last, e.days, n.dawn = f.day, e.days+1-e.days/255, true
		n.regroup(f, as, who, value, e)
		if rareAgain {
			return e, false
		}
	}
	if e.count < math.MaxUint16 {
		e.count++
	} else {
		e.count -= 1 << 12 // goes round, so that the entity's observations go on being counted
	}
	if every := sampleEvery(e.count); e.count%every == 0 {
		if p := n.profiles.find(profileKey(as, who)); p != nil {
			p.n += float32(every)
		}
	}
	return e, true
}

// rareAfter is how many days something must not have been seen to be rare again.
const rareAfter = 7

// sampleEvery is how seldom a frequent pair is added to its entity's observations.
func sampleEvery(count uint16) uint16 {
	switch {
	case count < 64:
		return 1
	case count < 1024:
		return 16
	}
	return 256
}

func profileKey(as feature, who uint64) uint64 { return join(who, 0x10000+uint64(as)) }

func valueKey(as feature, value uint64) uint64 { return join(value, 0x20000+uint64(as)) }

func groupKey(as feature, group, value uint64) uint64 {
	return join(value+group*hashA, 0x30000+uint64(as))
}

// standing is what there is to know about a pair before it is judged.
type standing struct {
	n, kinds, since     float64 // the entity's observations, its recent news, its first day
	peers, members      float64 // peers that have it, of how many
	everybody, everyone float64 // entities that have it, of how many
	group               bool    // peers are a group of its own
}

// surprise is the smaller of the surprise against itself and against its peers, in nats.
func (s *standing) surprise() (nats, own, peers float64) {
	own = math.Log((s.n + 1) / (s.kinds + 0.5))
	peers = math.Log((s.members + 1) / (s.peers + 0.5))
	return max(min(own, peers), 0), own, peers
}

// leastSeen is how many observations an entity needs before something can be new for it.
const leastSeen = 20

// news takes in a pair that was not seen, or not for long, and says so when it surprises.
func (n *novelty) news(f *facts, as feature, who, value name, e *seenEntry) {
	if e != nil && e.count > 0 {
		n.seldom(f, as, who, value, e)
		return
	}
	if f.mute {
		n.newsMuted(f, as, who, value)
		return
	}
	key := pairKey(as, who.id, value.id)
	forgotten := e == nil && n.sketch.count(key) >= 2 // known, though there was no place for it
	e, _ = n.seen.put(key, f.day)
	e.first, e.last, e.count, e.days = f.day, f.day, 1, 1
	if forgotten {
		e.days = 3
		return
	}
	s := n.learn(f, as, who.id, value.id)
	n.regroup(f, as, who.id, value.id, n.seen.find(key))
	if f.late {
		return
	}
	n.judge(f, as, who, value, s)
}

// newsMuted tells of a pair without learning it: once a day, as long as the quarantine lasts.
func (n *novelty) newsMuted(f *facts, as feature, who, value name) {
	e, _ := n.seen.put(pairKey(as, who.id, value.id), f.day)
	if e.last == f.day {
		return
	}
	e.last = f.day
	if !f.late {
		n.judge(f, as, who, value, n.stand(f, as, who.id, value.id))
	}
}

// stand looks up where a pair stands and learns nothing.
func (n *novelty) stand(f *facts, as feature, who, value uint64) standing {
	var s standing
	if p := n.profiles.find(profileKey(as, who)); p != nil {
		s.n, s.kinds, s.since = float64(p.n), float64(p.news), float64(p.first)
	}
	if v := n.values.find(valueKey(as, value)); v != nil {
		s.everybody = float64(v.who)
	}
	if all := n.profiles.find(profileKey(as, 0)); all != nil {
		s.everyone = float64(all.total)
	}
	s.peers, s.members = s.everybody, s.everyone
	if g, size := f.t.peers.groupOf(who); g != 0 {
		s.group, s.members, s.peers = true, float64(size), 0
		if v := n.values.find(groupKey(as, g, value)); v != nil {
			s.peers = float64(v.who)
		}
	}
	return s
}

// learn takes a new pair in and returns where it stood before.
func (n *novelty) learn(f *facts, as feature, who, value uint64) standing {
	if p := n.profiles.find(profileKey(as, who)); p != nil {
		p.fade(f.day)
	}
	s := n.stand(f, as, who, value)
	p, fresh := n.profiles.put(profileKey(as, who), f.day)
	if fresh {
		p.first, p.faded = f.day, f.day
	}
	p.n++
	p.news++
	p.total++
	if fresh {
		n.join(as, f.day)
	}
	n.has(f, valueKey(as, value))
	if featureSpecs[as].resource {
		f.t.peers.uses(f, who, value+uint64(as))
	}
	return s
}

// regroup counts a pair among the peers of its entity, who may have been found after it was.
func (n *novelty) regroup(f *facts, as feature, who, value uint64, e *seenEntry) {
	g, _ := f.t.peers.groupOf(who)
	if mark := uint8(g%math.MaxUint8) + 1; g != 0 && e != nil && e.group != mark {
		e.group = mark
		n.has(f, groupKey(as, g, value))
	}
}

// join counts an entity among everybody.
func (n *novelty) join(as feature, day uint16) {
	all, _ := n.profiles.put(profileKey(as, 0), day)
	all.total++
	all.n, all.faded = max(all.n, 1<<20), day // never worth less than an entity
}

// has counts an entity that has a value.
func (n *novelty) has(f *facts, key uint64) {
	v, fresh := n.values.put(key, f.day)
	if fresh {
		v.first = f.day
	}
	if v.hour != f.hour {
		v.hour, v.fresh = f.hour, 0
	}
	v.last = f.day
	v.who++
	if v.fresh < math.MaxUint16 {
		v.fresh++
	}
}

// penalty is what each piece of news is worth less when there is more of it in a day than is free of charge.
func (r *newsRate) penalty(free float64) float64 {
	day := max(float64(r.daily), float64(min(r.today, uint32(4*r.daily)+8)))
	if day <= free {
		return 0
	}
	return 0.8 * math.Log(day/free)
}

func (n *novelty) penalty(as feature, entities float64) float64 {
	return n.rates[as].penalty(2 + entities/250)
}

// judge says it when it surprises.
func (n *novelty) judge(f *facts, as feature, who, value name, s standing) {
	nats, own, peers := s.surprise()
	if as == domainAsked || as == childOfParent || as == chainOfParents || as == formOfApp {
		nats = max(own, 0) // an entity that has no peers
	}
	if !f.t.learned && s.everybody < 1 && !f.mute {
		f.t.hold(f, as, who, value)
	}
	if s.n < leastSeen { // little is known of it: then only what nobody ever did is new
		if !f.t.learned || as != programOnHost && as != serviceOnHost || s.everybody > 0 || s.everyone < 2*leastPeers {
			return
		}
		nats = 0.7 * peers
	}
	if n.rolledOut(f, as, value, s) {
		return
	}
	n.rates[as].today++
	spec := &featureSpecs[as]
	d := spec.as
	if s.group && s.peers == 0 && s.everybody >= 3 && d == firstSeen {
		d = peerGroup
	}
	weight := spec.scale*0.6*min(nats, 7) - n.penalty(as, s.everyone)
	f.t.raise(f, n.finding(f, as, d, who, value, s, weight))
}

func (n *novelty) finding(f *facts, as feature, d detector, who, value name, s standing, weight float64) finding {
	spec := &featureSpecs[as]
	entity := n.entityText(f, as, who)
	out := finding{
		as: d, feature: spec.name, what: entity + "\x00" + value.text, observed: 1, unit: unitTimes, baseline: int64(s.n),
		weight: weight, matched: map[string]string{spec.name: value.text},
	}
	if s.since > 0 {
		out.since = int64(s.since) * secondsPerHour * hoursPerDay
	}
	en, zh := fmt.Sprintf(spec.en, show(value.text), show(entity)), fmt.Sprintf(spec.zh, show(value.text), show(entity))
	whole, who1 := s.everyone, s.everybody
	if s.group {
		whole, who1 = s.members, s.peers
	}
	if whole > 1 {
		en += fmt.Sprintf(" in %d observations; %d of %d others of its kind have it", int64(s.n), int64(who1), int64(max(whole-1, who1)))
		zh += fmt.Sprintf("（基于 %d 次观察；同类 %d 个中有 %d 个出现过）", int64(s.n), int64(max(whole-1, who1)), int64(who1))
	} else {
		en += fmt.Sprintf(" in %d observations", int64(s.n))
		zh += fmt.Sprintf("（基于 %d 次观察）", int64(s.n))
	}
	out.text = vedette.Text{En: en, Zh: zh}
	return out
}

func (n *novelty) entityText(f *facts, as feature, who name) string {
	if who.text == "" && featureSpecs[as].kind == vedette.EntityAddress && f.source.id != 0 {
		return f.source.text()
	}
	return who.text
}

// seldom is for what was seen on a day or two and not for a while since.
func (n *novelty) seldom(f *facts, as feature, who, value name, e *seenEntry) {
	s := n.stand(f, as, who.id, value.id)
	if f.late || s.n < leastSeen || f.t.b.facts.now-f.t.began < int64((rareAfter*24*time.Hour).Seconds()) {
		return
	}
	_, _, peers := s.surprise()
	nats := min(math.Log((s.n+1)/(float64(e.count)+0.5)), peers)
	weight := featureSpecs[as].scale*0.35*min(nats, 7) - n.penalty(as, s.everyone)
	out := n.finding(f, as, rare, who, value, s, weight)
	out.observed, out.expected = float64(e.count), s.n
	out.text.En = "Seen again after a long time: " + out.text.En
	out.text.Zh = "久未出现后再次出现：" + out.text.Zh
	if featureSpecs[as].as != logTemplate {
		f.t.raise(f, out)
	}
}

// Shares of everybody above which the same new thing within an hour is a roll-out, or a worm: it is said once.
const (
	rollOutShare = 0.01
	rollOutLeast = 4
)

// rolledOut tells of a new thing that many get at once, instead of telling of each.
func (n *novelty) rolledOut(f *facts, as feature, value name, s standing) bool {
	v := n.values.find(valueKey(as, value.id))
	if v == nil || v.hour != f.hour || int(v.fresh) < rollOutLeast || float64(v.fresh) < rollOutShare*s.everyone || f.day-v.first > 1 {
		return false
	}
	if v.told == f.day || s.everyone < 2*rollOutLeast {
		return true
	}
	v.told = f.day
	many := int64(v.fresh)
	f.t.raise(f, finding{
		as: rollOut, feature: featureSpecs[as].name, what: value.text, observed: float64(many), expected: 0, unit: unitEntities,
		baseline: int64(s.everyone), weight: 1, matched: map[string]string{featureSpecs[as].name: value.text},
		text: vedette.Text{
			En: fmt.Sprintf("%s is new and appeared on %d of %d within an hour: a roll-out, or something that spreads", show(value.text), many, int64(s.everyone)),
			Zh: fmt.Sprintf("%s 首次出现，一小时内出现在 %d 个对象上（共 %d 个）：可能是软件分发，也可能在扩散", show(value.text), many, int64(s.everyone)),
		},
	})
	return true
}

// roll ends days: what news a feature brings is learned, no faster than doubling a day.
func (n *novelty) roll(days uint16) {
	for i := range n.rates {
		n.rates[i].roll(days)
	}
	n.words.roll(days)
	n.sketch.age(days)
}

func (r *newsRate) roll(days uint16) {
	r.daily += 0.3 * (min(float32(r.today), 2*r.daily+20) - r.daily)
	for d := uint16(1); d < min(days, 30); d++ {
		r.daily *= 0.7
	}
	r.today = 0
}

func (n *novelty) visit(a *archive) {
	n.seen.visit(a)
	n.profiles.visit(a)
	n.values.visit(a)
	n.sketch.visit(a)
	for i := range n.rates {
		a.u32(&n.rates[i].today)
		a.f32(&n.rates[i].daily)
	}
	a.u32(&n.words.today)
	a.f32(&n.words.daily)
	if a.version >= 2 {
		n.lexicon.visit(a)
	}
}

func (n *novelty) stats(out *Stats) {
	out.Keys += int64(n.seen.n + n.profiles.n + n.values.n)
	out.Forgotten += n.seen.dropped + n.profiles.dropped + n.values.dropped
}
