package baseline

import (
	"fmt"
	"math"

	"github.com/vedette-soc/vedette"
)

// spread counts how many different ones an entity touches within an hour: accounts that one address tries, ports and
// machines that one source calls, hosts that one account uses, addresses that try one account.
type spread struct {
	sets  [][spreadWays]circle
	peaks *table[reach, *reach]
	usual [spreadKinds]levels
	room  *room
	lost  uint64
}

// spreadKind is what is counted of whom.
type spreadKind uint8

const (
	accountsOfSource spreadKind = iota
	sourcesOfAccount
	portsOfSource
	hostsOfSource
	hostsOfAccount
	pathsOfSource
	namesOfSource
	programsOfAccount
	spreadKinds
)

// spreadSpec says from how many on it means anything, and how it is spoken of: first how many, then of whom.
type spreadSpec struct {
	as      detector
	feature string
	floor   float64
	knows   bool // so many mean something whoever it is, from the first minute
	kind    vedette.EntityKind
	en, zh  string
}

var spreadSpecs = [spreadKinds]spreadSpec{
	accountsOfSource:  {spray, "accounts that a source fails on", 5, true, vedette.EntityAddress, "%.0f accounts on which %s failed to log in", "%[2]s 登录失败的账号数为 %.0[1]f"},
	sourcesOfAccount:  {spray, "sources that fail on an account", 8, true, vedette.EntityUser, "%.0f addresses that failed to log in as %s", "尝试登录 %[2]s 失败的地址数为 %.0[1]f"},
	portsOfSource:     {scan, "ports that a source calls", 15, true, vedette.EntityAddress, "%.0f ports that %s called", "%[2]s 访问的端口数为 %.0[1]f"},
	hostsOfSource:     {scan, "machines that a source calls", 25, false, vedette.EntityAddress, "%.0f machines that %s called", "%[2]s 访问的主机数为 %.0[1]f"},
	hostsOfAccount:    {fanOut, "hosts that an account uses", 6, false, vedette.EntityUser, "%.0f hosts that %s used", "%[2]s 使用的主机数为 %.0[1]f"},
	pathsOfSource:     {scan, "pages refused to a source", 25, true, vedette.EntityAddress, "%.0f pages that were refused to %s", "拒绝 %[2]s 访问的页面数为 %.0[1]f"},
	namesOfSource:     {fanOut, "names that do not exist, by source", 30, false, vedette.EntityAddress, "%.0f names that do not exist and %s asked for", "%[2]s 查询的不存在域名数为 %.0[1]f"},
	programsOfAccount: {fanOut, "programs that an account starts", 15, false, vedette.EntityUser, "%.0f programs that %s started", "%[2]s 启动的程序数为 %.0[1]f"},
}

// The circles are a cache of sets: full ones make room for those of this hour.
const (
	spreadWays  = 4
	spreadSets  = 4096
	circleBytes = distinctBytes + 40
)

// circle is the different ones of one entity in one hour.
type circle struct {
	key  uint64
	hour uint32
	said uint32
	mute bool // somebody in quarantine is in it: nothing is learned from it
	distinct
}

// reach is how many different ones an entity had in an hour at the most.
type reach struct {
	most, limit float32
	hours       uint16
	day         uint16
}

func (r *reach) visit(a *archive) {
	a.f32(&r.most)
	a.f32(&r.limit)
	a.u16(&r.hours)
	a.u16(&r.day)
}

func (r *reach) rank(day uint16) uint8 { return rankOf(day, r.day, min(int(r.hours), 20)) }

func (s *spread) make(r *room) {
	s.room = r
	s.peaks = newTable[reach](1<<18, r)
}

func (s *spread) alloc() {
	if s.sets == nil {
		s.sets = make([][spreadWays]circle, spreadSets)
		s.room.take(spreadSets * spreadWays * circleBytes)
	}
}

func (s *spread) observe(f *facts) {
	if f.login && f.failed {
		if f.source.id != 0 && !f.user.none() {
			s.count(f, accountsOfSource, f.source.id, f.user.id)
			s.count(f, sourcesOfAccount, f.user.id, f.source.id)
		}
		return
	}
	if f.source.id != 0 {
		s.ofSource(f)
	}
	if f.user.none() || f.failed || f.host.none() {
		return
	}
	s.count(f, hostsOfAccount, f.user.id, f.host.id)
	if f.started && !f.program.none() {
		s.count(f, programsOfAccount, f.user.id, f.program.id)
	}
}

func (s *spread) ofSource(f *facts) {
	switch {
	case f.web:
		if path := f.value(keyURLPath); path != "" && refused(f.value(keyStatus)) {
			s.count(f, pathsOfSource, f.source.id, hashText(f.t.b.seed, path))
		}
	case f.ev.First(keyQuestion) != nil:
		if code := f.value(keyRcode); code == "NXDOMAIN" || code == "3" {
			s.count(f, namesOfSource, f.source.id, hashText(f.t.b.seed, f.value(keyQuestion)))
		}
	case f.target.id != 0:
		if port := number(f.value(keyPort)); port > 0 && port < servicePorts {
			s.count(f, portsOfSource, join(f.source.id, f.target.id), uint64(port))
		}
		if f.source.inside == f.target.inside || !f.source.inside {
			s.count(f, hostsOfSource, f.source.id, f.target.id)
		}
	}
}

// count adds one to a circle and asks what it means when it grows.
func (s *spread) count(f *facts, kind spreadKind, who, what uint64) {
	key := join(who, 0x70000+uint64(kind))
	c := s.circle(f, key)
	c.mute = c.mute || f.mute
	if !c.add(what) {
		return
	}
	floor := spreadSpecs[kind].floor
	if float64(c.n) < floor {
		return
	}
	if n := c.count(); n >= floor && n >= 2*float64(c.said) {
		s.judge(f, kind, key, c, n)
	}
}

// circle finds the entity's set of this hour.
func (s *spread) circle(f *facts, key uint64) *circle {
	s.alloc()
	set := &s.sets[(key>>13)%spreadSets]
	least := &set[0]
	for i := range set {
		c := &set[i]
		if c.key == key {
			if c.hour != f.hour {
				s.close(f, c)
				c.hour, c.said, c.mute = f.hour, 0, false
				c.reset()
			}
			return c
		}
		if c.hour < least.hour || c.hour == least.hour && (c.n < least.n || c.n == least.n && c.key < least.key) {
			least = c
		}
	}
	if least.key != 0 {
		if least.hour == f.hour {
			s.lost++
		}
		s.close(f, least)
	}
	*least = circle{key: key, hour: f.hour}
	return least
}

// close learns from an hour that is over. A circle of one is what almost all are, and nothing is learned from it.
func (s *spread) close(f *facts, c *circle) {
	if c.n <= 1 || c.mute {
		return
	}
	r, fresh := s.peaks.put(c.key, f.day)
	if fresh {
		r.limit, r.day = math.MaxFloat32, f.day
	}
	if days := f.day - r.day; days > 0 {
		for range min(days, 60) {
			r.most *= 0.985
		}
		r.limit = math.MaxFloat32
		if f.t.learned {
			r.limit = r.most*learnDaily + 4
		}
		r.day = f.day
	}
	r.most = max(r.most, min(float32(c.count()), r.limit))
	if r.hours < math.MaxUint16 {
		r.hours++
	}
}

// judge compares an hour that is not over with the entity's own most, and with what is usual for everybody.
func (s *spread) judge(f *facts, kind spreadKind, key uint64, c *circle, n float64) {
	sp := &spreadSpecs[kind]
	c.said = uint32(n)
	expected, hours := 1.0, int64(0)
	r := s.peaks.find(key)
	if r != nil {
		expected, hours = max(expected, float64(r.most)), int64(r.hours)
	}
	if !f.mute && (r == nil || r.day != f.day) { // one entity's habit is not everybody's
		s.usual[kind].add(n)
	}
	ratio := n / expected
	if ratio < 2.5 {
		return
	}
	// Of what many reach every day, so many are nothing special.
	common := s.usual[kind].quantile(0.98)
	if s.usual[kind].total >= 20 && n <= common && !sp.knows {
		return
	}
	who := f.source.text
	if sp.kind == vedette.EntityUser {
		who = func() string { return f.user.text }
	}
	weight := 1 + 0.5*math.Log2(n/sp.floor)
	if s.usual[kind].total >= 20 && n <= common {
		weight *= 0.5
	}
	en, zh := fmt.Sprintf(sp.en, n, show(who())), fmt.Sprintf(sp.zh, n, show(who()))
	f.t.raise(f, finding{
		as: sp.as, feature: sp.feature, what: who(), observed: n, expected: expected, unit: unitDifferent, baseline: hours, known: sp.knows,
		weight: weight, matched: map[string]string{sp.feature: fmt.Sprintf("%.0f", n)},
		entities: []vedette.EntityRef{{Kind: sp.kind, Name: who(), Role: vedette.RoleActor}},
		text: vedette.Text{
			En: fmt.Sprintf("Within an hour there were %s; the most so far was %.0f", en, expected),
			Zh: fmt.Sprintf("一小时内 %s，此前最高为 %.0f", zh, expected),
		},
	})
}

func (s *spread) roll(days uint16) {
	for i := range s.usual {
		for range min(days, 30) {
			s.usual[i].fade(0.95)
		}
	}
}

func (s *spread) visit(a *archive) {
	s.peaks.visit(a)
	a.u64(&s.lost)
	for i := range s.usual {
		s.usual[i].visit(a)
	}
	used := s.sets != nil
	a.flag(&used)
	if !used {
		return
	}
	s.alloc()
	for i := range s.sets {
		for j := range s.sets[i] {
			s.sets[i][j].visit(a)
		}
	}
}

func (c *circle) visit(a *archive) {
	a.u64(&c.key)
	if c.key == 0 {
		return
	}
	a.u32(&c.hour)
	a.u32(&c.said)
	a.flag(&c.mute)
	c.distinct.visit(a)
}
