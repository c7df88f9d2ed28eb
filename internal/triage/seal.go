package triage

import (
	"cmp"
	"net/netip"
	"slices"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/entity"
	"github.com/vedette-soc/vedette/internal/triage/advise"
)

// seal completes an incident's document from its groups: evidence with numbers, score with reasons, title and story, and
// for what is in the queue how far the attack came, what to do and what speaks against it.
func (e *Engine) seal(f *caseFile) {
	f.number(e.cfg.MaxEvidence/2, e.networks)
	fused := e.fused(f, true)
	f.Reasons = fused.reasons(e.priorReason(f))
	f.Score = fused.score()
	f.Severity = severityOf(f.Score)
	f.Tally = f.tally.Doc(&f.Incident)
	around := advise.Setting{Line: e.line(f), Networks: e.networks, Protected: e.protected}
	if f.Below {
		advise.Brief(&f.Incident, around)
		return
	}
	advise.CompleteWith(&f.Incident, around)
}

// protected tells addresses that no action may touch.
func (e *Engine) protected(ref vedette.EntityRef) bool {
	addr, err := netip.ParseAddr(ref.Name)
	if err != nil || ref.Kind != vedette.EntityAddress {
		return false
	}
	_, yes := e.networks.ProtectedBy(netip.PrefixFrom(addr, addr.BitLen()))
	return yes
}

// number lists the evidence in the order of time.
func (f *caseFile) number(keep int, networks entity.Networks) {
	type piece struct {
		vedette.Evidence
		group *group
		last  bool
	}
	var pieces []piece
	f.shown = f.telling(keep)
	for _, g := range f.shown {
		if g.whole {
			g.last, g.whole = evidence(&g.last), false
		}
		pieces = append(pieces, piece{vedette.Evidence{Alert: g.first, Count: 1}, g, false})
		if g.count > 1 {
			pieces = append(pieces, piece{vedette.Evidence{Alert: g.last, Count: g.count - 1}, g, true})
		}
	}
	slices.SortFunc(pieces, func(x, y piece) int {
		return cmp.Or(x.Alert.Time.Compare(y.Alert.Time), cmp.Compare(x.group.key, y.group.key), compareBool(x.last, y.last))
	})
	f.Evidence = make([]vedette.Evidence, 0, len(pieces))
	for i := range pieces {
		e := pieces[i].Evidence
		e.Number = i + 1
		e.Alert.IncidentID = f.ID
		e.Text = advise.EvidenceText(&e.Alert, e.Count, networks)
		f.Evidence = append(f.Evidence, e)
	}
}

func compareBool(x, y bool) int {
	switch {
	case x == y:
		return 0
	case y:
		return -1
	}
	return 1
}

// brokeIn returns the group that shows somebody getting in after passwords were guessed: the same outside address, or
// the same host and account. It is nil when there is none.
func brokeIn(groups []*group) *group {
	var found *group
	for _, in := range groups {
		if in.step != stepLogin || in.phase != entry || found != nil && !in.first.Time.Before(found.first.Time) {
			continue
		}
		for _, guess := range groups {
			if guess.step == stepGuess && !guess.first.Time.After(in.first.Time) && sameVictim(guess, in) {
				found = in
				break
			}
		}
	}
	return found
}

func sameVictim(guess, in *group) bool {
	host, user := false, false
	for _, x := range guess.ties {
		for _, y := range in.ties {
			if x.node != y.node {
				continue
			}
			switch x.node.kind {
			case vedette.EntityAddress:
				if x.grip == actor {
					return true
				}
			case vedette.EntityHost:
				host = true
			case vedette.EntityUser:
				user = true
			}
		}
	}
	return host && user
}
