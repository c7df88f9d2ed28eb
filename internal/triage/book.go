package triage

import (
	"cmp"
	"slices"
	"time"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/entity"
)

// book holds the open incidents in memory and finds them by what they are about.
type book struct {
	networks entity.Networks
	files    map[string]*caseFile // by id
	groups   map[string]*group    // by key
	places   map[node]*place
	rules    map[string]int // tenant and rule → in how many open incidents
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
		places: make(map[node]*place), rules: make(map[string]int),
	}
}

// load brings a stored incident back. Evidence of one key is the first and the last of a group.
func (b *book) load(in vedette.Incident) {
	f := &caseFile{Incident: in, knots: make(map[node]*knot), touched: in.Updated}
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
	}
	b.files[f.ID] = f
	for i := range f.Rules {
		b.rules[f.Tenant+"\x00"+f.Rules[i].RuleID]++
	}
	b.link(f)
}

// link indexes an incident by its groups and entities.
func (b *book) link(f *caseFile) {
	f.tighten(b.networks)
	for n := range f.knots {
		p := b.place(n)
		p.files = append(p.files, f)
	}
	for _, g := range f.groups {
		if other := b.groups[g.key]; other == nil || !other.file.First.After(f.First) {
			b.groups[g.key] = g // of two incidents of the same kind the newer takes further alerts
		}
		b.meet(g, 1)
	}
}

// unlink takes an incident out of the index.
func (b *book) unlink(f *caseFile) {
	for _, g := range f.groups {
		if b.groups[g.key] == g {
			delete(b.groups, g.key)
		}
		b.meet(g, -1)
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
	delete(b.files, f.ID)
	for i := range f.Rules {
		key := f.Tenant + "\x00" + f.Rules[i].RuleID
		if b.rules[key]--; b.rules[key] <= 0 {
			delete(b.rules, key)
		}
	}
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

// add puts an alert into an incident, and calls fresh for each entity that is new to it. keep is how many groups an
// incident may have.
func (b *book) add(f *caseFile, a *vedette.Alert, s sight, keep int, fresh func(vedette.EntityRef)) {
	before := len(f.Rules)
	f.count(a)
	if len(f.Rules) > before {
		b.rules[f.Tenant+"\x00"+a.RuleID]++
	}
	f.dirty = true
	if g := f.group(s.key); g != nil {
		named := len(f.Entities)
		f.name(a.Entities, fresh)
		g.again(a)
		if len(f.Entities) > named {
			b.unlink(f)
			b.link(f)
		}
		return
	}
	b.unlink(f)
	f.name(a.Entities, fresh)
	kept := evidence(a)
	f.groups = append(f.groups, &group{sight: s, file: f, first: kept, last: kept, count: 1})
	if len(f.groups) > keep {
		least := f.crowded()
		f.groups = slices.DeleteFunc(f.groups, func(g *group) bool { return g == least })
	}
	b.files[f.ID] = f
	b.link(f)
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

// shrink drops incidents that can take no more alerts, and the least important ones beyond the limits. It returns how
// many were dropped although they were still open to alerts.
func (b *book) shrink(limit int, old time.Time) int {
	groups := 0
	for _, f := range b.files {
		if f.touched.Before(old) {
			b.drop(f)
			continue
		}
		groups += len(f.groups)
	}
	most := limit * 4
	if len(b.files) <= limit && groups <= most {
		return 0
	}
	all := make([]*caseFile, 0, len(b.files))
	for _, f := range b.files {
		all = append(all, f)
	}
	slices.SortFunc(all, func(x, y *caseFile) int {
		return cmp.Or(cmp.Compare(x.Score, y.Score), x.touched.Compare(y.touched), cmp.Compare(x.ID, y.ID))
	})
	dropped := 0
	for _, f := range all {
		if len(b.files) <= limit-limit/16 && groups <= most-most/16 {
			break
		}
		groups -= len(f.groups)
		b.drop(f)
		dropped++
	}
	return dropped
}
