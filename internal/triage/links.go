package triage

import (
	"context"
	"fmt"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/statestore"
)

// What people's decisions weigh when alerts look for their incident: one says that two entities belong together, or do
// not, by merging, splitting and moving. One decision is a hint, three of a kind settle it.
const (
	weightTold  = 2.0
	maxTold     = 6.0
	settled     = 3    // decisions of a kind that settle it
	selfHint    = 0.25 // what one weighs that sets a thing apart from itself, which both incidents named
	maxPartners = 16
)

// links is what people said of pairs of entities.
type links struct {
	pairs    map[nodePair]float64
	partners map[node][]node // those that belong together with one
}

type nodePair struct{ a, b node }

func (l *links) add(row vedette.LinkFeedback) {
	a, b := node{row.Tenant, row.A.Kind, row.A.Name}, node{row.Tenant, row.B.Kind, row.B.Name}
	said := float64(row.Together - row.Apart)
	weight := min(maxTold, max(-maxTold, weightTold*said))
	if a == b && said > -settled {
		weight = selfHint * said // a machine is not torn from itself because once two things were going on there
	}
	if weight == 0 {
		return
	}
	l.pairs[nodePair{a, b}], l.pairs[nodePair{b, a}] = weight, weight
	if weight > 0 {
		for _, p := range [2]nodePair{{a, b}, {b, a}} {
			if len(l.partners[p.a]) < maxPartners {
				l.partners[p.a] = append(l.partners[p.a], p.b)
			}
		}
	}
}

// learnLinks reads what people said, the latest decisions first.
func (e *Engine) learnLinks(ctx context.Context, store Store) error {
	rows, err := store.LinkFeedback(ctx, statestore.MaxLinks)
	if err != nil {
		return fmt.Errorf("read what people said belongs together: %w", err)
	}
	e.links = links{pairs: make(map[nodePair]float64, 2*len(rows)), partners: make(map[node][]node)}
	for _, row := range rows {
		e.links.add(row)
	}
	return nil
}

// told adds to the sums what people said of the entities of an alert and those of the incidents.
func (e *Engine) told(a *vedette.Alert, s *sight, sums map[*caseFile]*weighing) {
	if len(e.links.pairs) == 0 {
		return
	}
	for _, t := range s.ties {
		for _, partner := range e.links.partners[t.node] {
			p := e.book.places[partner]
			if p == nil {
				continue
			}
			for _, f := range p.files[:min(len(p.files), maxFiles)] {
				if sums[f] == nil && near(f, a.Time, e.cfg.Window) {
					sums[f] = &weighing{at: a.Time, came: s.phase}
				}
			}
		}
	}
	for f, sum := range sums {
		for _, t := range s.ties {
			for n := range f.knots {
				sum.told += e.links.pairs[nodePair{t.node, n}]
			}
		}
		sum.told = min(maxTold, max(-maxTold, sum.told))
	}
}

// parted tells whether people said that the entities of two incidents do not belong together.
func (e *Engine) parted(f, o *caseFile) bool {
	if len(e.links.pairs) == 0 {
		return false
	}
	sum := 0.0
	for a := range f.knots {
		for b := range o.knots {
			sum += e.links.pairs[nodePair{a, b}]
		}
	}
	return sum < 0
}

// partedFrom tells the same of a group of alerts and an incident.
func (e *Engine) partedFrom(f *caseFile, g *group) bool {
	if len(e.links.pairs) == 0 {
		return false
	}
	sum := 0.0
	for _, t := range g.ties {
		for n := range f.knots {
			sum += e.links.pairs[nodePair{t.node, n}]
		}
	}
	return sum < 0
}
