package casework

import (
	"slices"
	"time"

	"github.com/vedette-soc/vedette"
)

// Join returns the incident into with everything that from counts and shows. What people decided about into stays.
func Join(into, from Sheet) Sheet {
	out := into.Incident
	blank(&out)
	out.Alerts += from.Alerts
	out.Below = into.Below && from.Below
	out.First, out.Last = earlier(into.First, from.First), later(into.Last, from.Last)
	out.Detected = earlier(into.Detected, from.Detected)
	out.Rules = joinRules(into.Rules, from.Rules)
	out.Entities = joinEntities(into.Entities, from.Entities)
	out.Tactics = union(into.Tactics, from.Tactics)
	joinTally(&out, &into.Incident, &from.Incident)
	all := into.batches()
	for _, b := range from.batches() {
		at := slices.IndexFunc(all, func(x *batch) bool { return x.name() == b.name() })
		if at < 0 {
			all = append(all, b)
			continue
		}
		all[at] = all[at].joined(b)
	}
	sheet := Sheet{Incident: out}
	sheet.Evidence, sheet.Keys = evidence(all)
	return sheet
}

func joinRules(into, from []vedette.RuleCount) []vedette.RuleCount {
	into = slices.Clone(into)
	for _, r := range from {
		at := slices.IndexFunc(into, func(x vedette.RuleCount) bool { return x.RuleID == r.RuleID })
		if at < 0 {
			into = append(into, r)
			continue
		}
		x := &into[at]
		x.Count += r.Count
		x.First, x.Last = earlier(x.First, r.First), later(x.Last, r.Last)
		x.Severity = max(x.Severity, r.Severity)
	}
	return into
}

func joinEntities(into, from []vedette.EntityRef) []vedette.EntityRef {
	into = slices.Clone(into)
	for _, ref := range from {
		at := slices.IndexFunc(into, func(x vedette.EntityRef) bool { return sameThing(x, ref) })
		if at < 0 {
			into = append(into, ref)
			continue
		}
		if roleRank(ref.Role) > roleRank(into[at].Role) {
			into[at].Role = ref.Role
		}
	}
	return into
}

func sameThing(a, b vedette.EntityRef) bool { return a.Kind == b.Kind && a.Name == b.Name }

// roleRank orders roles by how much they say.
func roleRank(role vedette.Role) int {
	return slices.Index([]vedette.Role{vedette.RoleObject, vedette.RoleTarget, vedette.RoleActor}, role)
}

func union(a, b []string) []string {
	a = slices.Clone(a)
	for _, s := range b {
		if !slices.Contains(a, s) {
			a = append(a, s)
		}
	}
	return a
}

// earlier is the earlier of two times, of which one may be unknown.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
