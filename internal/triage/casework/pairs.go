package casework

import (
	"slices"

	"github.com/vedette-soc/vedette"
)

// maxPairs bounds the things of each side that a decision speaks about.
const maxPairs = 8

// Together pairs what only one incident names with what only the other does.
func Together(x, y vedette.Incident) []vedette.LinkFeedback {
	onlyX, onlyY, _ := compareThings(x, y)
	var all []vedette.LinkFeedback
	for _, a := range onlyX {
		for _, b := range onlyY {
			all = append(all, vedette.LinkFeedback{Tenant: x.Tenant, A: a, B: b, Together: 1})
		}
	}
	return all
}

// Apart pairs likewise; what both name is paired with itself.
func Apart(x, y vedette.Incident) []vedette.LinkFeedback {
	onlyX, onlyY, both := compareThings(x, y)
	var all []vedette.LinkFeedback
	for _, a := range onlyX {
		for _, b := range onlyY {
			all = append(all, vedette.LinkFeedback{Tenant: x.Tenant, A: a, B: b, Apart: 1})
		}
	}
	for _, a := range both {
		all = append(all, vedette.LinkFeedback{Tenant: x.Tenant, A: a, B: a, Apart: 1})
	}
	return all
}

// Learned is what taking a change back teaches that triage made by itself: what it joined does not belong together, what it
// took apart does. Of what people did and took back themselves, nothing is left.
func Learned(c vedette.IncidentChange, before []vedette.Incident) []vedette.LinkFeedback {
	if c.By != Triage || len(before) < 2 {
		return nil
	}
	var all []vedette.LinkFeedback
	switch c.Kind {
	case vedette.ChangeMerge, vedette.ChangeMove:
		for _, other := range before[1:] {
			all = append(all, Apart(before[0], other)...)
		}
	case vedette.ChangeSplit:
		return nil // both parts name the same things
	}
	return all
}

// compareThings tells the machines, users, addresses and domains that one of two incidents names, and that both do.
func compareThings(x, y vedette.Incident) (onlyX, onlyY, both []vedette.EntityRef) {
	in := func(list []vedette.EntityRef, ref vedette.EntityRef) bool {
		return slices.ContainsFunc(list, func(e vedette.EntityRef) bool { return sameThing(e, ref) })
	}
	add := func(list []vedette.EntityRef, ref vedette.EntityRef) []vedette.EntityRef {
		if ref.Kind == vedette.EntityFile || ref.Kind == vedette.EntityProcess || len(list) >= maxPairs {
			return list
		}
		return append(list, vedette.EntityRef{Kind: ref.Kind, Name: ref.Name})
	}
	for _, ref := range x.Entities {
		if in(y.Entities, ref) {
			both = add(both, ref)
		} else {
			onlyX = add(onlyX, ref)
		}
	}
	for _, ref := range y.Entities {
		if !in(x.Entities, ref) {
			onlyY = add(onlyY, ref)
		}
	}
	return onlyX, onlyY, both
}
