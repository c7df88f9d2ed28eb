package casework

import (
	"slices"
	"time"

	"github.com/vedette-soc/vedette"
)

// Choice says which part of an incident is meant: evidence that any of these names, with all alerts equal to it.
type Choice struct {
	Evidence []int               // numbers, as the document has them
	Alerts   []string            // ids of alerts that the evidence shows
	Rules    []string            // ids of rules: all their alerts
	Entities []vedette.EntityRef // alerts that name any of these; roles do not matter
}

// Empty tells whether nothing is chosen.
func (c Choice) Empty() bool {
	return len(c.Evidence)+len(c.Alerts)+len(c.Rules)+len(c.Entities) == 0
}

// Part divides an incident into what stays and what goes. What goes has no id and nothing that people decided. A choice
// that names what the incident does not have, that leaves nothing, or that takes nothing, is invalid.
func Part(in Sheet, c Choice) (stays, goes Sheet, err error) {
	all := in.batches()
	chosen, err := c.pick(in, all)
	if err != nil {
		return Sheet{}, Sheet{}, err
	}
	switch len(chosen) {
	case 0:
		return Sheet{}, Sheet{}, vedette.Errorf(vedette.CodeInvalid, "nothing that incident %q shows was chosen", in.ID)
	case len(all):
		return Sheet{}, Sheet{}, vedette.Errorf(vedette.CodeInvalid, "everything that incident %q shows was chosen, so nothing would stay", in.ID)
	}
	stays, goes = part(in, all, chosen)
	if stays.Alerts <= 0 {
		return Sheet{}, Sheet{}, vedette.Errorf(vedette.CodeInvalid, "all alerts of incident %q were chosen, so nothing would stay", in.ID)
	}
	return stays, goes, nil
}

// pick returns the names of the chosen batches.
func (c Choice) pick(in Sheet, all []*batch) (map[string]bool, error) {
	chosen := make(map[string]bool)
	for i, e := range in.Evidence {
		if slices.Contains(c.Evidence, e.Number) || slices.Contains(c.Alerts, e.Alert.ID) {
			chosen[e.Alert.RuleID+"\x00"+in.Keys[i]] = true
		}
	}
	for _, n := range c.Evidence {
		if !slices.ContainsFunc(in.Evidence, func(e vedette.Evidence) bool { return e.Number == n }) {
			return nil, vedette.Errorf(vedette.CodeInvalid, "incident %q has no evidence %d", in.ID, n)
		}
	}
	for _, id := range c.Alerts {
		if !slices.ContainsFunc(in.Evidence, func(e vedette.Evidence) bool { return e.Alert.ID == id }) {
			return nil, vedette.Errorf(vedette.CodeInvalid, "no evidence of incident %q shows the alert %q", in.ID, vedette.Shorten(id, 100))
		}
	}
	for _, b := range all {
		named := func(ref vedette.EntityRef) bool { return b.names(ref) }
		if slices.Contains(c.Rules, b.rule) || slices.ContainsFunc(c.Entities, named) {
			chosen[b.name()] = true
		}
	}
	return chosen, nil
}

// names tells whether the batch speaks of an entity.
func (b *batch) names(ref vedette.EntityRef) bool {
	same := func(x vedette.EntityRef) bool { return sameThing(x, ref) }
	return slices.ContainsFunc(b.first.Alert.Entities, same) || slices.ContainsFunc(b.last.Alert.Entities, same)
}

// part divides an incident by the names of the batches that go. Alerts of a rule that no evidence stands for go when all
// evidence of the rule does.
func part(in Sheet, all []*batch, chosen map[string]bool) (stays, goes Sheet) {
	var left, right []*batch
	kept := make(map[string]bool)
	for _, b := range all {
		if chosen[b.name()] {
			right = append(right, b)
			continue
		}
		left = append(left, b)
		kept[b.rule] = true
	}
	rest := loose(in.Rules, all)
	stays.Incident, goes.Incident = in.Incident, vedette.Incident{Tenant: in.Tenant, Status: vedette.StatusOpen, Created: in.Created, Below: in.Below}
	stays.Evidence, stays.Keys = evidence(left)
	goes.Evidence, goes.Keys = evidence(right)
	stays.Rules = nil
	for _, r := range in.Rules {
		a, b := divide(r, left, right, rest[r.RuleID], kept[r.RuleID])
		if a.Count > 0 {
			stays.Rules = append(stays.Rules, a)
		}
		if b.Count > 0 {
			goes.Rules = append(goes.Rules, b)
		}
	}
	for _, b := range right {
		if !slices.ContainsFunc(in.Rules, func(r vedette.RuleCount) bool { return r.RuleID == b.rule }) {
			goes.Rules = joinRules(goes.Rules, []vedette.RuleCount{ruleOf(b)})
		}
	}
	for _, r := range goes.Rules {
		goes.Alerts += r.Count
	}
	stays.Alerts = in.Alerts - goes.Alerts
	settle(&stays, &goes, in, left, right)
	partTally(&stays.Incident, &goes.Incident, &in.Incident, right)
	blank(&stays.Incident)
	return stays, goes
}

// divide shares out the count of a rule.
func divide(r vedette.RuleCount, left, right []*batch, rest int64, kept bool) (stays, goes vedette.RuleCount) {
	stays, goes = r, r
	goes.Count = 0
	var from, to time.Time
	for _, b := range right {
		if b.rule == r.RuleID {
			goes.Count += b.count
			from, to = earlier(from, b.first.Alert.Time), later(to, b.last.Alert.Time)
		}
	}
	if goes.Count == 0 {
		return stays, goes
	}
	if !kept {
		goes.Count = max(r.Count, goes.Count) // the whole rule, with what no evidence stands for
		stays.Count = 0
		return stays, goes
	}
	goes.First, goes.Last = from, to
	stays.Count -= goes.Count
	if rest > 0 {
		return stays, goes // what no evidence stands for can be as early and as late as any
	}
	from, to = time.Time{}, time.Time{}
	for _, b := range left {
		if b.rule == r.RuleID {
			from, to = earlier(from, b.first.Alert.Time), later(to, b.last.Alert.Time)
		}
	}
	stays.First, stays.Last = from, to
	return stays, goes
}

// ruleOf counts a batch whose rule the incident does not list.
func ruleOf(b *batch) vedette.RuleCount {
	a := b.first.Alert
	return vedette.RuleCount{RuleID: a.RuleID, Title: a.RuleTitle, TitleZh: a.RuleTitleZh, Severity: a.Severity, Tactics: a.Tactics,
		Count: b.count, First: a.Time, Last: b.last.Alert.Time}
}

// settle gives both parts the entities, tactics and times of what they hold.
func settle(stays, goes *Sheet, in Sheet, left, right []*batch) {
	stays.Entities = nil
	for _, ref := range in.Entities {
		named := func(b *batch) bool { return b.names(ref) }
		away := slices.ContainsFunc(right, named)
		if away {
			goes.Entities = append(goes.Entities, ref)
		}
		if !away || slices.ContainsFunc(left, named) {
			stays.Entities = append(stays.Entities, ref)
		}
	}
	for _, r := range goes.Rules {
		goes.Tactics = union(goes.Tactics, r.Tactics)
		goes.First, goes.Last = earlier(goes.First, r.First), later(goes.Last, r.Last)
	}
	stays.Tactics = nil
	var seen []string
	counted := int64(0)
	var first, last time.Time
	for _, r := range stays.Rules {
		seen = union(seen, r.Tactics)
		counted += r.Count
		first, last = earlier(first, r.First), later(last, r.Last)
	}
	for _, tactic := range in.Tactics {
		if slices.Contains(seen, tactic) || !slices.Contains(goes.Tactics, tactic) {
			stays.Tactics = append(stays.Tactics, tactic)
		}
	}
	if counted >= stays.Alerts && counted > 0 {
		stays.First, stays.Last = first, last
	}
	for _, b := range right {
		goes.Detected = earlier(goes.Detected, b.first.Alert.Detected)
	}
}
