package triage

import (
	"cmp"
	"maps"
	"slices"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/entity"
	"github.com/vedette-soc/vedette/internal/triage/tally"
)

// book holds the open incidents in memory and finds them by what they are about.
type book struct {
	networks entity.Networks
	files    map[string]*caseFile // by id
	groups   map[string]*group    // by key
	places   map[node]*place
	going    []*caseFile // in the queue, and still in memory
	emptied  []*caseFile // of which everything moved to others
}

// place is everything known about an entity over all open incidents.
type place struct {
	files []*caseFile
	near  map[node]int // companions in alerts that are more than attempts → in how many groups; bounded
}

const maxNear = 64

func newBook(networks entity.Networks) *book {
	return &book{
		networks: networks, files: make(map[string]*caseFile), groups: make(map[string]*group),
		places: make(map[node]*place),
	}
}

// load brings a stored incident back. Evidence of one key is the first and the last of a group.
func (b *book) load(in vedette.Incident) {
	f := &caseFile{Incident: in, knots: make(map[node]*knot), touched: in.Updated, alive: true, tally: *tally.Of(&in)}
	if !f.Below {
		f.strongFirst, f.strongLast = in.First, in.Last
		b.going = append(b.going, f)
	}
	byKey := make(map[string]*group)
	for _, e := range in.Evidence {
		s := look(&e.Alert, b.networks)
		g := byKey[s.key]
		if g == nil {
			g = &group{sight: s, file: f, first: e.Alert, last: e.Alert}
			byKey[s.key] = g
			f.groups = append(f.groups, g)
		}
		g.last = e.Alert
		g.count += e.Count
		g.stored = g.count
	}
	f.recallFacts()
	b.files[f.ID] = f
	b.link(f)
}

// link indexes an incident by its groups and entities.
func (b *book) link(f *caseFile) {
	for _, g := range f.groups {
		b.meet(g, 1)
	}
	b.enlist(f)
}

// enlist makes an incident be found by its groups and entities.
func (b *book) enlist(f *caseFile) {
	f.tighten(b.networks)
	for n := range f.knots {
		p := b.place(n)
		p.files = append(p.files, f)
	}
	for _, g := range f.groups {
		other := b.groups[g.key]
		if other == nil || (other.context || !g.context) && !other.file.First.After(f.First) {
			b.groups[g.key] = g // of two incidents of the same kind the newer takes further alerts, unless it has them as context
		}
	}
}

// unlink takes an incident out of the index.
func (b *book) unlink(f *caseFile) {
	b.delist(f)
	for _, g := range f.groups {
		b.meet(g, -1)
	}
}

// delist takes back what [book.enlist] did.
func (b *book) delist(f *caseFile) {
	for _, g := range f.groups {
		if b.groups[g.key] == g {
			delete(b.groups, g.key)
		}
	}
	for n := range f.knots {
		p := b.places[n]
		if p == nil {
			continue
		}
		p.files = slices.DeleteFunc(p.files, func(other *caseFile) bool { return other == f })
		if len(p.files) == 0 && len(p.near) == 0 {
			delete(b.places, n)
		}
	}
}

// drop forgets an incident; it stays in the store.
func (b *book) drop(f *caseFile) {
	b.unlink(f)
	f.alive = false
	delete(b.files, f.ID)
	b.going = slices.DeleteFunc(b.going, func(other *caseFile) bool { return other == f })
}

// sorted lists the incidents in the order of their first alerts.
func (b *book) sorted() []*caseFile {
	all := slices.Collect(maps.Values(b.files))
	slices.SortFunc(all, byFirst)
	return all
}

func (b *book) place(n node) *place {
	p := b.places[n]
	if p == nil {
		p = &place{}
		b.places[n] = p
	}
	return p
}

// meet notes, or takes back, that the hosts, users and addresses of a group were seen together.
func (b *book) meet(g *group, by int) {
	if g.phase == attempt {
		return
	}
	for _, t := range g.ties {
		if t.grip == trace {
			continue
		}
		p := b.place(t.node)
		for _, other := range g.ties {
			if other.node == t.node || other.grip == trace {
				continue
			}
			if p.near == nil {
				p.near = make(map[node]int)
			}
			if _, known := p.near[other.node]; !known && (by < 0 || len(p.near) >= maxNear) {
				continue
			}
			if p.near[other.node] += by; p.near[other.node] <= 0 {
				delete(p.near, other.node)
			}
		}
		if len(p.near) == 0 && len(p.files) == 0 {
			delete(b.places, t.node)
		}
	}
}

// add puts an alert into an incident and returns its group. fresh, when it is not nil, is called for each entity that is
// new to the incident.
func (b *book) add(f *caseFile, a *vedette.Alert, s sight, fresh func(vedette.EntityRef)) *group {
	if fresh == nil {
		fresh = func(vedette.EntityRef) {}
	}
	f.count(a)
	f.dirty = true
	if g := f.group(s.key); g != nil {
		b.name(f, a.Entities, fresh)
		g.again(a)
		f.tallied(a)
		return g
	}
	b.delist(f)
	f.name(a.Entities, fresh)
	f.tallied(a)
	kept := evidence(a)
	g := &group{sight: s, file: f, first: kept, last: kept, count: 1}
	f.groups = append(f.groups, g)
	b.files[f.ID], f.alive = f, true
	b.enlist(f)
	b.meet(g, 1)
	return g
}

// name adds the entities of an alert to an incident.
func (b *book) name(f *caseFile, refs []vedette.EntityRef, fresh func(vedette.EntityRef)) {
	if fresh == nil {
		fresh = func(vedette.EntityRef) {}
	}
	named := len(f.Entities)
	f.name(refs, fresh)
	if len(f.Entities) > named {
		b.delist(f)
		b.enlist(f)
	}
}

// trim gives up the groups that say least when an incident has more than it may. What they weighed stays noted.
func (b *book) trim(f *caseFile, keep int, lose func(*group)) {
	if len(f.groups) <= keep {
		return
	}
	b.delist(f)
	for len(f.groups) > keep {
		least := crowded(f.groups)
		least.gone = true
		b.meet(least, -1)
		lose(least)
		f.loose = append(f.loose, least.records...)
		f.groups = slices.DeleteFunc(f.groups, func(g *group) bool { return g == least })
	}
	if len(f.loose) > max(1<<12, 2*f.packed) {
		f.loose = mergeRanges(f.loose)
		f.packed = len(f.loose)
	}
	b.enlist(f)
}

// release takes n alerts out of a group, or the whole group, because they belong elsewhere.
func (b *book) release(g *group, n int64, whole bool) {
	f := g.file
	f.dirty = true
	f.Alerts -= n
	at := slices.IndexFunc(f.Rules, func(r vedette.RuleCount) bool { return r.RuleID == g.first.RuleID })
	if at >= 0 {
		f.Rules[at].Count -= n
	}
	if !whole {
		g.count -= n
		g.stored = min(g.stored, g.count)
		g.last, g.whole = g.first, false
		return
	}
	b.unlink(f)
	g.gone = true
	f.groups = slices.DeleteFunc(f.groups, func(x *group) bool { return x == g })
	if at >= 0 && f.Rules[at].Count <= 0 {
		f.Rules = slices.Delete(f.Rules, at, at+1)
	}
	b.link(f)
}

// again counts one more alert in a group.
func (b *book) again(g *group, a *vedette.Alert) {
	g.file.count(a)
	g.file.tallied(a)
	g.file.dirty = true
	g.again(a)
}

// group returns the incident's group of a key.
func (f *caseFile) group(key string) *group {
	for _, g := range f.groups {
		if g.key == key {
			return g
		}
	}
	return nil
}

// shrink lets go of incidents that can take no more alerts, and of the least important ones beyond the limits, which stay
// in the store. It returns how many went although they were still open to alerts.
func (b *book) shrink(limit int, over func(*caseFile) bool, drop func(*caseFile)) int {
	groups := 0
	for _, f := range b.files {
		groups += len(f.groups)
	}
	most := limit * 4
	full := len(b.files) > limit || groups > most
	var gone []*caseFile
	for _, f := range b.files {
		if over(f) {
			gone = append(gone, f)
		}
	}
	slices.SortFunc(gone, byFirst)
	for _, f := range gone {
		groups -= len(f.groups)
		drop(f)
	}
	if !full || len(b.files) <= limit && groups <= most {
		return 0
	}
	all := b.leastFirst()
	dropped := 0
	for _, f := range all {
		if len(b.files) <= limit-limit/5 && groups <= most-most/5 { // room for a while: sorting all is dear
			break
		}
		groups -= len(f.groups)
		drop(f)
		dropped++
	}
	return dropped
}

// leastFirst lists the incidents, those last that stay longest: each tenant's best, above the line before below it, then
// each one's second best. What the store loads after a restart has the same order.
func (b *book) leastFirst() []*caseFile {
	all := slices.Collect(maps.Values(b.files))
	better := func(x, y *caseFile) int {
		return cmp.Or(sideOf(x)-sideOf(y), cmp.Compare(y.Score, x.Score), y.Last.Compare(x.Last), cmp.Compare(y.ID, x.ID))
	}
	slices.SortFunc(all, better)
	had := make(map[string]int)
	place := make(map[*caseFile]int, len(all))
	for _, f := range all {
		had[f.Tenant]++
		place[f] = had[f.Tenant]
	}
	slices.SortFunc(all, func(x, y *caseFile) int { return cmp.Or(place[y]-place[x], better(y, x)) })
	return all
}

func sideOf(f *caseFile) int {
	if f.Below {
		return 1
	}
	return 0
}

// byFirst orders incidents by their first alerts.
func byFirst(x, y *caseFile) int { return cmp.Or(x.First.Compare(y.First), cmp.Compare(x.ID, y.ID)) }
