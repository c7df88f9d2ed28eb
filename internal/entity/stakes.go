package entity

import (
	"hash/fnv"
	"net/netip"
	"slices"

	vedette "github.com/vedette-soc/vedette"
)

// maxStakeEvents bounds the events that a stake remembers; maxStakes the entities of one incident that get one.
const (
	maxStakeEvents = 64
	maxStakes      = 64
)

// Stakes returns what an incident says against each of its entities. The incident needs its evidence.
func Stakes(in *vedette.Incident) []vedette.Stake {
	refs := in.Entities[:min(len(in.Entities), maxStakes)]
	list := make([]vedette.Stake, 0, len(refs))
	left := verdictShare(in)
	most := vedette.Info
	for i := range in.Evidence {
		most = max(most, in.Evidence[i].Alert.Severity)
	}
	for _, ref := range refs {
		s := vedette.Stake{
			Ref: ref, Incident: in.ID, Title: in.Title, Severity: in.Severity, Status: in.Status, Verdict: in.Verdict, Score: in.Score,
			Share: left * roleShare(ref, in.Result), First: in.First, Last: in.Last,
		}
		worst := vedette.Info
		for i := range in.Evidence {
			a := &in.Evidence[i].Alert
			if names(a, ref) {
				worst = max(worst, a.Severity)
			}
			if a.EventID != "" && len(s.Seen) < maxStakeEvents && names(a, ref) {
				s.Seen = append(s.Seen, eventHash(a.EventID))
			}
		}
		s.Share *= gravity(worst) / gravity(most)
		slices.Sort(s.Seen)
		s.Seen = slices.Compact(s.Seen)
		list = append(list, s)
	}
	return list
}

// gravity is how much an alert says by its severity: an account that was only tried in a great incident is concerned by
// what was said of the trying.
func gravity(s vedette.Severity) float64 {
	return [...]float64{vedette.Info: 0.15, vedette.Low: 0.3, vedette.Medium: 0.5, vedette.High: 0.8, vedette.Critical: 1}[min(max(s, vedette.Info), vedette.Critical)]
}

// roleShare is how much of an incident's score concerns an entity: all of it for who acts, and for what was attacked with
// success; less for what was only tried, and little for the things it was done with.
func roleShare(ref vedette.EntityRef, result vedette.AttackResult) float64 {
	switch ref.Role {
	case vedette.RoleActor:
		return 1
	case vedette.RoleTarget:
		switch result {
		case vedette.ResultSucceeded, vedette.ResultCompromised:
			return 1
		case vedette.ResultAttempted:
			return 0.6
		}
		return 0.8
	case vedette.RoleObject:
		return 0.4
	}
	return 0.5
}

// verdictShare is what people's verdict leaves of a score.
func verdictShare(in *vedette.Incident) float64 {
	switch {
	case in.Merged != "":
		return 0
	case in.Verdict == vedette.VerdictFalse, in.Verdict == vedette.VerdictBenign, in.Verdict == vedette.VerdictDuplicate:
		return 0
	case in.Verdict == vedette.VerdictUndetermined:
		return 0.5
	}
	return 1
}

func names(a *vedette.Alert, ref vedette.EntityRef) bool {
	return slices.ContainsFunc(a.Entities, func(e vedette.EntityRef) bool { return e.Kind == ref.Kind && e.Name == ref.Name })
}

func eventHash(id string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(id)) // never fails
	return h.Sum64()
}

// Weakness is an exposure and the entity that it lies open on.
type Weakness struct {
	Ref vedette.EntityRef
	vedette.Exposure
}

// maxWeaknesses bounds what one incident can tell of weaknesses.
const maxWeaknesses = 64

// Weaknesses returns the known weaknesses that the alerts of an incident speak of: rules name them in their tags
// (cve.2021-44228), on the machines that were attacked. They are suspected, no more: an attempt needs no open door.
func Weaknesses(in *vedette.Incident) []Weakness {
	var list []Weakness
	for i := range in.Evidence {
		a := &in.Evidence[i].Alert
		for _, id := range CVEs(a) {
			for _, ref := range a.Entities {
				if !ownMachine(ref) || len(list) >= maxWeaknesses {
					continue
				}
				list = append(list, Weakness{Ref: ref, Exposure: vedette.Exposure{
					ID: id, Title: a.RuleTitle, Severity: a.Severity, Source: a.RuleID, State: "suspected",
					First: a.Time, Last: a.Time, Reference: in.ID,
				}})
			}
		}
	}
	return list
}

// ownMachine tells whether an entity is a machine that an alert may show to be weak: a host that was attacked, or an
// address of ours that was.
func ownMachine(ref vedette.EntityRef) bool {
	if ref.Role != vedette.RoleTarget {
		return false
	}
	if ref.Kind == vedette.EntityAddress {
		addr, err := netip.ParseAddr(ref.Name)
		return err == nil && within(addr, defaultInternal)
	}
	return ref.Kind == vedette.EntityHost
}
