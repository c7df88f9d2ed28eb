package baseline

import (
	"fmt"
	"math"
	"math/bits"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/baseline/text"
)

// exfil measures how much information the names below each registered domain carry, after the information-based heavy
// hitters of Ozery and others (ibHH, 2023): whoever carries data out in names must ask for many different ones, and each
// must carry some. It knows this from the first minute; that a domain was always asked for in this way is no excuse. The
// number of askers is one: names that many ask for are a content network's.
type exfil struct {
	slots []carrier
	known [2][]uint64 // Bloom filters of the names of this hour, and of the one before
	set   int         // bits in the first
	hour  uint32
	room  *room
	lost  uint64
}

const (
	carrierSets  = 1024
	carrierWays  = 4
	carrierBytes = 96
	bloomBits    = 1 << 22
	bloomKeys    = 3

	exfilRate  = 0.7 * 8 * secondsPerHour // bits an hour: what ibHH detects
	exfilNames = 16                       // different names that carry it
	exfilEach  = 40                       // bits that a name carries at least, on average
	exfilLong  = 90                       // bits that hardly any name carries that somebody chose
)

// carrier is a registered domain.
type carrier struct {
	domain       name
	bits, before float32 // this hour's, the hour before's
	names, past  float32
	askers       uint64 // one bit for each, roughly
	odd          uint16 // questions for types that can carry an answer back
	said         float32
	saidDay      uint16
}

func (x *exfil) make(r *room) { x.room = r }

func (x *exfil) alloc() {
	if x.slots != nil {
		return
	}
	x.slots = make([]carrier, carrierSets*carrierWays)
	for i := range x.known {
		x.known[i] = make([]uint64, bloomBits/64)
	}
	x.room.take(carrierSets*carrierWays*carrierBytes + 2*bloomBits/8)
}

func (x *exfil) observe(f *facts) {
	if f.domain.none() || f.late {
		return
	}
	question := f.value(keyQuestion)
	below := len(question) - len(f.domain.text) - 1
	if below <= 0 {
		return
	}
	x.alloc()
	x.turn(f.hour)
	if !x.fresh(join(hashText(f.t.b.seed, question), f.domain.id)) {
		return
	}
	c := x.carrier(f.domain)
	c.bits += float32(f.t.b.text.Information(question[:min(below, 253)]))
	c.names++
	if f.source.id != 0 {
		c.askers |= 1 << (f.source.id >> 58)
	}
	if odd(f.value(keyQuestType)) && c.odd < math.MaxUint16 {
		c.odd++
	}
	x.judge(f, c)
}

// odd tells types of question that tunnels like and people hardly ever ask.
func odd(kind string) bool {
	switch kind {
	case "TXT", "NULL", "CNAME", "MX", "KEY", "SRV", "PRIVATE", "16", "10", "5", "15":
		return true
	}
	return false
}

// turn begins a new hour.
func (x *exfil) turn(hour uint32) {
	if hour == x.hour {
		return
	}
	next := hour == x.hour+1
	x.hour = hour
	for i := range x.slots {
		c := &x.slots[i]
		if c.before, c.past = c.bits, c.names; !next {
			c.before, c.past = 0, 0
		}
		c.bits, c.names, c.odd, c.askers = 0, 0, c.odd/2, 0
	}
	x.rotate()
	if !next {
		clear(x.known[1])
	}
}

func (x *exfil) rotate() {
	x.known[0], x.known[1] = x.known[1], x.known[0]
	clear(x.known[0])
	x.set = 0
}

// fresh tells names that were not asked for within this hour and the one before, and remembers them.
func (x *exfil) fresh(h uint64) bool {
	second := spin(h, 3) | 1
	was := [2]bool{true, true}
	for i := range uint64(bloomKeys) {
		at := (h + i*second) >> 20 % bloomBits
		word, bit := at/64, uint64(1)<<(at%64)
		was[1] = was[1] && x.known[1][word]&bit != 0
		if x.known[0][word]&bit == 0 {
			was[0] = false
			x.known[0][word] |= bit
			x.set++
		}
	}
	if x.set > bloomBits/2 { // full: names may count twice now, but none is overlooked
		x.rotate()
	}
	return !was[0] && !was[1]
}

// carrier finds the place of a domain, or takes that of the one that carried least.
func (x *exfil) carrier(domain name) *carrier {
	set := x.slots[(domain.id>>9)%carrierSets*carrierWays:][:carrierWays]
	least := &set[0]
	for i := range set {
		c := &set[i]
		if c.domain.id == domain.id {
			return c
		}
		if c.bits+c.before < least.bits+least.before {
			least = c
		}
	}
	if least.bits+least.before >= exfilRate/4 {
		x.lost++
	}
	*least = carrier{domain: domain}
	return least
}

func (x *exfil) judge(f *facts, c *carrier) {
	left := 1 - float64(f.now%secondsPerHour)/secondsPerHour // of the hour before that is still within an hour
	carried, names := float64(c.bits)+left*float64(c.before), float64(c.names)+left*float64(c.past)
	askers := float64(max(bits.OnesCount64(c.askers), 1))
	each := carried / max(names, 1)
	if carried < exfilRate || names < exfilNames || each < exfilEach || c.saidDay == f.day && carried < 2*float64(c.said) {
		return
	}
	rate := carried / 8 / secondsPerHour
	weight := 0.9 + 0.5*math.Log2(carried/exfilRate) - 0.9*math.Log2(max(askers/2, 1))
	if each >= exfilLong {
		weight += 0.8
	}
	if float64(c.odd) > names/2 {
		weight += 0.6
	}
	if c.said, c.saidDay = float32(carried), f.day; weight < 1 {
		return
	}
	who := show(c.domain.text)
	f.t.raise(f, finding{
		as: dnsExfil, feature: dataInDomain, what: c.domain.text, observed: carried / 8, expected: exfilRate / 8, unit: unitBytesAnHour,
		baseline: int64(names), known: true, weight: weight, matched: map[string]string{"dns.question.name": f.value(keyQuestion)},
		entities: []vedette.EntityRef{{Kind: vedette.EntityDomain, Name: c.domain.text, Role: vedette.RoleObject}},
		text: vedette.Text{
			En: fmt.Sprintf("%.0f different names below %s carried %.0f bytes within an hour (%.1f B/s), asked for by %.0f; ordinary names carry hardly any",
				names, who, carried/8, rate, askers),
			Zh: fmt.Sprintf("一小时内 %.0f 个 %s 的不同子域名携带约 %.0f 字节（%.1f B/s），查询者 %.0f 个；正常域名几乎不携带信息",
				names, who, carried/8, rate, askers),
		},
	})
}

// informant measures names; made once, as it is fixed.
type informant interface{ Information(below string) float64 }

func newInformant() (informant, error) { return text.NewNames() }

func (x *exfil) visit(a *archive) {
	used := x.slots != nil
	a.flag(&used)
	a.u32(&x.hour)
	a.u64(&x.lost)
	if !used {
		return
	}
	x.alloc()
	a.count(&x.set, bloomBits)
	for i := range x.known {
		for j := range x.known[i] {
			a.u64(&x.known[i][j])
		}
	}
	for i := range x.slots {
		x.slots[i].visit(a)
	}
}

func (c *carrier) visit(a *archive) {
	a.u64(&c.domain.id)
	if c.domain.id == 0 {
		return
	}
	a.text(&c.domain.text)
	for _, v := range [...]*float32{&c.bits, &c.before, &c.names, &c.past, &c.said} {
		a.f32(v)
	}
	a.u64(&c.askers)
	a.u16(&c.odd)
	a.u16(&c.saidDay)
}
