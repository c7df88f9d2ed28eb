package casework

import (
	"slices"

	"github.com/vedette-soc/vedette"
)

// Since returns what an incident took in between two states of it: only counts, evidence and entities that are new. What
// arrived is false when nothing is.
func Since(then, now Sheet) (fresh Sheet, arrived bool) {
	fresh.Incident = vedette.Incident{Tenant: now.Tenant, Alerts: max(now.Alerts-then.Alerts, 0), Below: now.Below}
	for _, r := range now.Rules {
		at := slices.IndexFunc(then.Rules, func(x vedette.RuleCount) bool { return x.RuleID == r.RuleID })
		if at >= 0 {
			r.Count -= then.Rules[at].Count
			r.First = later(r.First, then.Rules[at].Last)
		}
		if r.Count > 0 {
			fresh.Rules = append(fresh.Rules, r)
			fresh.Tactics = union(fresh.Tactics, r.Tactics)
			fresh.First, fresh.Last = earlier(fresh.First, r.First), later(fresh.Last, r.Last)
		}
	}
	before := then.batches()
	var batches []*batch
	for _, b := range now.batches() {
		at := slices.IndexFunc(before, func(x *batch) bool { return x.name() == b.name() })
		if at >= 0 {
			b.count -= before[at].count
			b.first = b.last
		}
		if b.count > 0 {
			batches = append(batches, b)
		}
	}
	fresh.Evidence, fresh.Keys = evidence(batches)
	for _, ref := range now.Entities {
		if !slices.ContainsFunc(then.Entities, func(x vedette.EntityRef) bool { return sameThing(x, ref) }) {
			fresh.Entities = append(fresh.Entities, ref)
		}
	}
	sinceTally(&fresh.Incident, &then.Incident, &now.Incident)
	return fresh, fresh.Alerts > 0 || len(fresh.Entities) > 0
}

// Back divides what arrived at an incident since something went there: what is of a kind that had gone there, and was not
// there before, goes back. Either part may be without alerts.
func Back(fresh, before, source Sheet) (stays, back Sheet) {
	own, theirs := names(before), names(source)
	all := fresh.batches()
	chosen := make(map[string]bool)
	for _, b := range all {
		if theirs[b.name()] && !own[b.name()] {
			chosen[b.name()] = true
		}
	}
	if len(chosen) == 0 {
		return fresh, Sheet{}
	}
	return part(fresh, all, chosen)
}

func names(s Sheet) map[string]bool {
	all := make(map[string]bool)
	for _, b := range s.batches() {
		all[b.name()] = true
	}
	return all
}
