package triage

import (
	"cmp"
	"net/netip"
	"slices"
	"time"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/entity"
	"github.com/vedette-soc/vedette/internal/statestore"
)

// deltas is what a batch adds to entities and to the counts of rules.
type deltas struct {
	networks entity.Networks
	seen     map[node]*vedette.Entity
	counts   map[firing]*statestore.RuleFired
}

type firing struct {
	tenant, rule string
	day          int64
}

func newDeltas(networks entity.Networks) *deltas {
	return &deltas{networks: networks, seen: make(map[node]*vedette.Entity), counts: make(map[firing]*statestore.RuleFired)}
}

// rule adds an alert to the count of its rule.
func (d *deltas) rule(a *vedette.Alert, now time.Time) {
	at := a.Detected
	if at.IsZero() {
		at = now
	}
	key := firing{a.Tenant, a.RuleID, at.Unix() / (24 * 60 * 60)}
	f := d.counts[key]
	if f == nil {
		f = &statestore.RuleFired{Tenant: a.Tenant, RuleID: a.RuleID, Day: at.UTC()}
		d.counts[key] = f
	}
	f.Count++
	if at.After(f.Last) {
		f.Last = at
	}
}

// alert adds an alert to its rule and to each of its entities.
func (d *deltas) alert(a *vedette.Alert, now time.Time) {
	d.rule(a, now)
	for _, ref := range a.Entities {
		e := d.entity(a, ref)
		e.Alerts++
		if a.Time.Before(e.First) {
			e.First = a.Time
		}
		if a.Time.After(e.Last) {
			e.Last = a.Time
		}
		e.Severity = max(e.Severity, a.Severity)
	}
}

// named notes that an entity appeared in an incident.
func (d *deltas) named(a *vedette.Alert, ref vedette.EntityRef) { d.entity(a, ref).Incidents++ }

func (d *deltas) entity(a *vedette.Alert, ref vedette.EntityRef) *vedette.Entity {
	key := node{a.Tenant, ref.Kind, ref.Name}
	e := d.seen[key]
	if e != nil {
		return e
	}
	e = &vedette.Entity{Kind: ref.Kind, Name: ref.Name, Tenant: a.Tenant, First: a.Time, Last: a.Time}
	if addr, err := netip.ParseAddr(ref.Name); err == nil && ref.Kind == vedette.EntityAddress {
		e.Internal = d.networks.IsInternal(addr)
		_, e.Protected = d.networks.ProtectedBy(netip.PrefixFrom(addr, addr.BitLen()))
	}
	d.seen[key] = e
	return e
}

func (d *deltas) entities() []vedette.Entity {
	all := make([]vedette.Entity, 0, len(d.seen))
	for _, e := range d.seen {
		all = append(all, *e)
	}
	slices.SortFunc(all, func(a, b vedette.Entity) int {
		return cmp.Or(cmp.Compare(a.Tenant, b.Tenant), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name))
	})
	return all
}

func (d *deltas) fired() []statestore.RuleFired {
	all := make([]statestore.RuleFired, 0, len(d.counts))
	for _, f := range d.counts {
		all = append(all, *f)
	}
	slices.SortFunc(all, func(a, b statestore.RuleFired) int {
		return cmp.Or(cmp.Compare(a.Tenant, b.Tenant), cmp.Compare(a.RuleID, b.RuleID), a.Day.Compare(b.Day))
	})
	return all
}
