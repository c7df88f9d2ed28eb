package baseline

import (
	"slices"

	"github.com/vedette-soc/vedette"
)

// peers groups entities by what they use: whose MinHash signatures (Broder 1997) agree belong together. Where a department
// is known, that is the group.
type peers struct {
	members *table[member, *member]
	leaders [mostGroups]leader
	n       int
	named   uint32 // groups that were ever made
}

const (
	signatureSize = 16
	mostGroups    = 48
	leastPeers    = 5 // a smaller group says nothing
	leastUses     = 6 // resources that an entity must have used before it is compared
	likeness      = 8 // of the 16 places of two signatures that must agree
)

// member is an entity's place among its peers.
type member struct {
	least [signatureSize]uint16 // the smallest hash of what it uses, by each of the hash functions
	uses  uint16
	last  uint16
	group uint8 // place of the leader, plus one; 0 is none
	fixed bool  // the department is known
}

func (m *member) visit(a *archive) {
	for i := range m.least {
		a.u16(&m.least[i])
	}
	a.u16(&m.uses)
	a.u16(&m.last)
	a.u8(&m.group)
	a.flag(&m.fixed)
	if m.group > mostGroups {
		a.damaged("a group is impossible")
		m.group = 0
	}
}

func (m *member) rank(day uint16) uint8 { return rankOf(day, m.last, min(int(m.uses), 20)) }

// leader is the signature that a group is known by.
type leader struct {
	least  [signatureSize]uint16
	kind   uint8
	size   uint32
	id     uint32 // never used again
	called uint64 // hash of the department's name; 0 for a learned group
}

func (p *peers) make(r *room) { p.members = newTable[member](1<<18, r) }

// observe meets entities for the first time.
func (p *peers) observe(f *facts) {
	if f.t.b.cfg.Department == nil {
		return
	}
	p.place(f, f.host, vedette.EntityHost)
	p.place(f, f.user, vedette.EntityUser)
}

// place puts an entity into the group of its department.
func (p *peers) place(f *facts, who name, kind vedette.EntityKind) {
	if who.none() || p.members.find(who.id) != nil {
		return
	}
	called := f.t.b.cfg.Department(f.t.id, kind, who.text)
	if called == "" {
		return
	}
	m, _ := p.members.put(who.id, f.day)
	m.last = f.day
	m.clearLeast()
	id := hashText(f.t.b.seed+uint64(kind[0]), called)
	for i := range p.leaders[:p.n] {
		if p.leaders[i].called == id {
			m.group, m.fixed = uint8(i+1), true
			p.leaders[i].size++
			return
		}
	}
	if p.n < mostGroups {
		p.found(leader{called: id, kind: uint8(who.id >> 60), size: 1})
		m.group, m.fixed = uint8(p.n), true
	}
}

func (m *member) clearLeast() {
	for i := range m.least {
		m.least[i] = ^uint16(0)
	}
}

// uses takes in what an entity uses.
func (p *peers) uses(f *facts, who, resource uint64) {
	m, fresh := p.members.put(who, f.day)
	if fresh {
		m.clearLeast()
	}
	m.last = f.day
	if m.uses < 1<<16-1 {
		m.uses++
	}
	for i := range m.least {
		m.least[i] = min(m.least[i], uint16(spin(resource, i+11)>>48))
	}
}

// assign finds the group that an entity is most like.
func (p *peers) assign(who uint64, m *member) {
	best, agree := -1, likeness-1
	for i := range p.leaders[:p.n] {
		l := &p.leaders[i]
		if l.called != 0 || l.kind != uint8(who>>60) {
			continue
		}
		same := 0
		for j := range m.least {
			if m.least[j] == l.least[j] {
				same++
			}
		}
		if same > agree {
			best, agree = i, same
		}
	}
	if best < 0 && p.n < mostGroups {
		best = p.n
		p.found(leader{least: m.least, kind: uint8(who >> 60)})
	}
	if best >= 0 {
		p.leaders[best].size++
		m.group = uint8(best + 1)
	}
}

// found makes a group.
func (p *peers) found(l leader) {
	p.named++
	l.id = p.named
	p.leaders[p.n] = l
	p.n++
}

// groupOf is the group of an entity as a key, and how many are in it; 0 when it has none that says anything.
func (p *peers) groupOf(who uint64) (id uint64, size uint32) {
	m := p.members.find(who)
	if m == nil || m.group == 0 || p.leaders[m.group-1].size < leastPeers {
		return 0, 0
	}
	l := &p.leaders[m.group-1]
	return uint64(l.id), l.size
}

// roll finds the groups of those that have shown enough in the days before, and lets leaders whom nobody joined make room.
func (p *peers) roll() {
	for _, key := range p.alone() {
		p.assign(key, p.members.find(key))
	}
	if p.n < mostGroups {
		return
	}
	for i := range p.leaders[:p.n] {
		l := &p.leaders[i]
		if l.called == 0 && l.size <= 1 {
			p.leave(i)
			return // one a day, so that groups have time to form
		}
	}
}

// alone lists the entities that belong to no group yet, in an order that depends on nothing but themselves.
func (p *peers) alone() (list []uint64) {
	for place, key := range p.members.keys {
		if m := &p.members.vals[place]; key != 0 && m.group == 0 && m.uses >= leastUses {
			list = append(list, key)
		}
	}
	slices.Sort(list)
	return list
}

// leave gives up a group: its place goes to the next signature that is like no other.
func (p *peers) leave(i int) {
	for place, key := range p.members.keys {
		if m := &p.members.vals[place]; key != 0 && int(m.group) == i+1 {
			m.group = 0
		}
		if m := &p.members.vals[place]; key != 0 && int(m.group) == p.n {
			m.group = uint8(i + 1)
		}
	}
	p.n--
	p.leaders[i] = p.leaders[p.n]
	p.leaders[p.n] = leader{}
}

func (p *peers) visit(a *archive) {
	p.members.visit(a)
	a.count(&p.n, mostGroups)
	a.u32(&p.named)
	for i := range p.leaders[:p.n] {
		l := &p.leaders[i]
		for j := range l.least {
			a.u16(&l.least[j])
		}
		a.u8(&l.kind)
		a.u32(&l.size)
		a.u32(&l.id)
		a.u64(&l.called)
	}
}

func (p *peers) stats(out *Stats) {
	out.Keys += int64(p.members.n)
	out.Forgotten += p.members.dropped
}
