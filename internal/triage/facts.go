package triage

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/gaissmai/bart"

	vedette "github.com/vedette-soc/vedette"
)

// factWeight is what facts speak against an attack, in nats. Read-only.
var factWeight = map[vedette.FactKind]float64{
	vedette.FactScanner: -2, vedette.FactMaintenance: -1.5, vedette.FactChange: -1.5, vedette.FactNotVulnerable: -1.5, vedette.FactMFA: -1,
}

// maxFacts is how many facts speak against one incident; further ones would hardly count.
const maxFacts = 16

// Facts is what is known that speaks against attacks, ready to be asked about every alert. It does not change and may be
// read by many goroutines.
type Facts struct {
	named    map[node][]*vedette.Fact
	networks map[string]*bart.Table[[]*vedette.Fact] // by tenant
}

// NewFacts takes the facts that nobody took back.
func NewFacts(all []vedette.Fact) *Facts {
	x := &Facts{named: make(map[node][]*vedette.Fact), networks: make(map[string]*bart.Table[[]*vedette.Fact])}
	for i := range all {
		f := &all[i]
		if !f.Ended.IsZero() {
			continue
		}
		for _, ref := range f.Entities {
			if p, err := vedette.ParseNetworks([]string{ref.Name}); err == nil && ref.Kind == vedette.EntityAddress {
				x.place(f.Tenant, p[0], f)
				continue
			}
			n := node{f.Tenant, ref.Kind, strings.ToLower(ref.Name)}
			x.named[n] = append(x.named[n], f)
		}
	}
	return x
}

func (x *Facts) place(tenant string, network netip.Prefix, f *vedette.Fact) {
	t := x.networks[tenant]
	if t == nil {
		t = new(bart.Table[[]*vedette.Fact])
		x.networks[tenant] = t
	}
	at, _ := t.Get(network)
	t.Insert(network, append(slices.Clip(at), f))
}

// Of lists the facts that explain an alert: in force when it happened, about whom it names, and of the sort of thing that
// it reports.
func (x *Facts) Of(a *vedette.Alert) []*vedette.Fact {
	if x == nil || len(x.named)+len(x.networks) == 0 {
		return nil
	}
	var out []*vedette.Fact
	take := func(f *vedette.Fact) {
		if !slices.Contains(out, f) && explains(f, a) {
			out = append(out, f)
		}
	}
	networks := x.networks[a.Tenant]
	for _, ref := range a.Entities {
		for _, f := range x.named[node{a.Tenant, ref.Kind, strings.ToLower(ref.Name)}] {
			take(f)
		}
		if ref.Kind != vedette.EntityAddress || networks == nil {
			continue
		}
		if addr, err := netip.ParseAddr(ref.Name); err == nil {
			addr = addr.Unmap().WithZone("")
			for _, these := range networks.Supernets(netip.PrefixFrom(addr, addr.BitLen())) {
				for _, f := range these {
					take(f)
				}
			}
		}
	}
	return out
}

// excuse finds the facts that speak against an incident: those that explain everything in it that is more than context. One
// alert more that a fact does not explain, and it speaks no longer: evidence never takes points off.
func (e *Engine) excuse(f *caseFile) {
	f.facts = nil
	var all []*vedette.Fact
	begun := false
	for _, g := range f.groups {
		if g.context {
			continue
		}
		these := e.explaining(g)
		if begun {
			these = slices.DeleteFunc(all, func(x *vedette.Fact) bool { return !holdsFact(these, x.ID) })
		}
		if all, begun = these, true; len(all) == 0 {
			return
		}
	}
	if f.cut {
		all = slices.DeleteFunc(all, func(x *vedette.Fact) bool { return !slices.Contains(f.only, x.ID) })
	}
	slices.SortFunc(all, func(x, y *vedette.Fact) int {
		return cmp.Or(cmp.Compare(factWeight[x.Kind], factWeight[y.Kind]), x.Created.Compare(y.Created), cmp.Compare(x.ID, y.ID))
	})
	f.facts = eachSourceFirst(all)
	f.facts = f.facts[:min(len(f.facts), maxFacts)]
}

// eachSourceFirst puts the first word of every source before their second ones: a source that says much drowns no other.
func eachSourceFirst(all []*vedette.Fact) []*vedette.Fact {
	words := make(map[string]int)
	place := make(map[*vedette.Fact]int, len(all))
	for _, x := range all {
		source := strings.ToLower(x.Source)
		place[x] = words[source]
		words[source]++
	}
	slices.SortStableFunc(all, func(x, y *vedette.Fact) int { return cmp.Compare(place[x], place[y]) })
	return all
}

// explaining lists the facts that explain all alerts of a group, what their events say themselves among them.
func (e *Engine) explaining(g *group) []*vedette.Fact {
	var these []*vedette.Fact
	if e.know.Facts != nil {
		these = e.know.Facts(&g.first)
	}
	if secondFactor(&g.first) {
		these = append(these, factOfEvent(&g.first))
	}
	if last := g.lastTime(); len(these) > 0 && !last.Equal(g.first.Time) {
		these = slices.DeleteFunc(these, func(x *vedette.Fact) bool { return !x.Holds(last) })
	}
	return these
}

func holdsFact(all []*vedette.Fact, id string) bool {
	return slices.ContainsFunc(all, func(x *vedette.Fact) bool { return x.ID == id })
}

// fused adds up what speaks for and against an incident, as it is known now.
func (e *Engine) fused(f *caseFile, words bool) fused {
	e.excuse(f)
	sum := f.weigh(e.prior(f), brokeIn(f.groups), words)
	sum.line = e.line(f)
	return sum
}

// outlasts weighs an incident again that goes on when something that explained it is over.
func (e *Engine) outlasts(f *caseFile, at time.Time) {
	if slices.ContainsFunc(f.facts, func(x *vedette.Fact) bool { return !x.Holds(at) }) {
		e.reckon(f)
	}
}

// trim gives up the groups of an incident beyond what it may have.
func (e *Engine) trim(f *caseFile) {
	e.book.trim(f, maxGroups, func(g *group) { e.lose(f, g) })
}

// lose notes that a group goes out of memory: only what explains it can speak against the incident from now on.
func (e *Engine) lose(f *caseFile, g *group) {
	if g.context {
		return
	}
	these := e.explaining(g)
	if !f.cut {
		f.cut, f.only = true, factIDs(these)
		return
	}
	f.only = slices.DeleteFunc(f.only, func(id string) bool { return !holdsFact(these, id) })
}

// agreed tells whether two sources say so that do not depend on one another.
func agreed(facts []*vedette.Fact) bool {
	for i, x := range facts {
		for _, y := range facts[i+1:] {
			if !strings.EqualFold(x.Source, y.Source) && x.By != y.By {
				return true
			}
		}
	}
	return false
}
