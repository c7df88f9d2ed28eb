package entity

import (
	"cmp"
	"math"
	"slices"

	vedette "github.com/vedette-soc/vedette"
)

// Bounds of peers.
const (
	MaxPeers    = 12
	maxShared   = 8
	leastShared = 0.15 // likeness below which nobody is a peer
)

// Use says that an entity uses something, which Users entities of its kind use in all.
type Use struct {
	Name  string // who uses it
	Thing vedette.EntityRef
	Users int
}

// Peers returns the entities that use what an entity uses, likest first. own are its uses, others those that other
// entities make of the same things; totals is how much each of the others uses in all, weighed as [Rarity] does.
//
// Likeness is the weighed share of what both use in what either uses; a thing counts less the more use it, so that the
// server everybody logs on to makes nobody alike.
func Peers(kind vedette.EntityKind, own, others []Use, totals map[string]float64) []vedette.Peer {
	mine := 0.0
	for _, u := range own {
		mine += Rarity(u.Users)
	}
	shared := make(map[string][]Use)
	for _, u := range others {
		shared[u.Name] = append(shared[u.Name], u)
	}
	var peers []vedette.Peer
	for name, list := range shared {
		both := 0.0
		slices.SortFunc(list, func(a, b Use) int {
			return cmp.Or(cmp.Compare(a.Users, b.Users), cmp.Compare(a.Thing.Kind, b.Thing.Kind), cmp.Compare(a.Thing.Name, b.Thing.Name))
		})
		p := vedette.Peer{Kind: kind, Name: name, Shared: []vedette.EntityRef{}}
		for _, u := range list {
			both += Rarity(u.Users)
			if len(p.Shared) < maxShared {
				p.Shared = append(p.Shared, u.Thing)
			}
		}
		either := mine + max(totals[name], both) - both
		if either <= 0 {
			continue
		}
		if p.Likeness = math.Round(both/either*1000) / 1000; p.Likeness >= leastShared {
			peers = append(peers, p)
		}
	}
	slices.SortFunc(peers, func(a, b vedette.Peer) int {
		return cmp.Or(cmp.Compare(b.Likeness, a.Likeness), cmp.Compare(a.Name, b.Name))
	})
	return peers[:min(len(peers), MaxPeers)]
}

// Rarity is how much a thing that so many use says of each of them: 1 for two, less than a quarter for a hundred.
func Rarity(users int) float64 { return 1 / math.Log2(float64(max(users, 2))) }
