package triage

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	vedette "github.com/vedette-soc/vedette"
)

// The log-odds of an incident are those of the prior plus what every family of evidence gives; half of it is the slope of
// the score, so that a score of 60 is 0.8 of log-odds.
const (
	priorOdds   = -6.0
	slope       = 2.0
	aloneMost   = 5.0  // what one detector that nobody vouches for can give, whatever it says
	againstMost = -3.0 // all that speaks against it together
	tellsAlone  = 0.5  // from which weight on a detector counts as one more that saw it
)

// familyCap is what a family can give at most. Read-only.
var familyCap = map[vedette.Family]float64{
	vedette.FamilyRule: 11, vedette.FamilyIntel: 8, vedette.FamilyNovelty: 6, vedette.FamilyVolume: 5, vedette.FamilySpread: 2.5,
	vedette.FamilySequence: 4, vedette.FamilyExfil: 4.5, vedette.FamilyIdentity: 4, vedette.FamilyExposure: 3,
}

// piece is one contribution on its way into the score.
type piece struct {
	family  vedette.Family
	code    string
	rule    int     // place among the incident's rules, -1 for what the incident as a whole shows
	raw     float64 // nats, before damping
	weight  float64 // nats, after damping and caps
	vouched bool
	fact    *vedette.Fact // what speaks against it, for a piece that is a fact
	reason  vedette.Reason
}

// fused is the sum of all pieces.
type fused struct {
	prior   float64
	pieces  []piece // those that speak for it
	against []piece
	alone   bool // only one detector saw it, and nobody vouches for it
	line    int  // below which one source of facts alone takes nothing
}

// score is the sum in points from 0 to 100. What one source alone says against it takes it down to the line at most.
func (f *fused) score() int {
	score := points(f.odds())
	var facts []*vedette.Fact
	others := 0.0
	for i := range f.against {
		if p := &f.against[i]; p.fact != nil {
			facts = append(facts, p.fact)
		} else {
			others += p.weight
		}
	}
	if len(facts) == 0 || agreed(facts) {
		return score
	}
	return max(score, min(points(f.forIt()+others), f.line))
}

func (f *fused) odds() float64 { return f.forIt() + f.againstIt() }

func (f *fused) forIt() float64 {
	total := f.prior
	for i := range f.pieces {
		total += f.pieces[i].weight
	}
	return total
}

func (f *fused) againstIt() float64 {
	total := 0.0
	for i := range f.against {
		total += f.against[i].weight
	}
	return max(againstMost, total)
}

// points makes a score of log-odds.
func points(odds float64) int { return int(math.Round(100 / (1 + math.Exp(-odds/slope)))) }

// fuse damps and caps the pieces: the i-th strongest of a family counts 1/i^1.5, and no family gives more than its cap.
// What a single detector says that nobody vouches for is cut to aloneMost. The sum never falls when a piece is added.
func fuse(prior float64, pieces, against []piece) fused {
	f := fused{prior: prior, pieces: pieces, against: against}
	slices.SortStableFunc(f.pieces, func(a, b piece) int {
		return cmp.Or(cmp.Compare(a.family, b.family), cmp.Compare(b.raw, a.raw), cmp.Compare(a.rule, b.rule))
	})
	for from := 0; from < len(f.pieces); {
		to := from
		sum := 0.0
		for ; to < len(f.pieces) && f.pieces[to].family == f.pieces[from].family; to++ {
			f.pieces[to].weight = f.pieces[to].raw / math.Pow(float64(to-from+1), 1.5)
			sum += f.pieces[to].weight
		}
		if most := familyCap[f.pieces[from].family]; sum > most && most > 0 {
			scale(f.pieces[from:to], most/sum)
		}
		from = to
	}
	if f.alone = lonely(f.pieces); f.alone {
		if sum := f.forIt() - prior; sum > aloneMost {
			scale(f.pieces, aloneMost/sum)
		}
	}
	for i := range f.against {
		p := &f.against[i]
		same := 1 // a source that repeats itself says less each time
		for _, earlier := range f.against[:i] {
			if p.fact != nil && earlier.fact != nil && strings.EqualFold(earlier.fact.Source, p.fact.Source) {
				same++
			}
		}
		p.weight = p.raw / math.Pow(float64(same), 1.5)
	}
	if sum := sumOf(f.against); sum < againstMost {
		scale(f.against, againstMost/sum)
	}
	return f
}

func sumOf(pieces []piece) float64 {
	total := 0.0
	for i := range pieces {
		total += pieces[i].weight
	}
	return total
}

func scale(pieces []piece, by float64) {
	for i := range pieces {
		pieces[i].weight *= by
	}
}

// lonely tells whether a single detector saw it, and nobody vouches for that one.
func lonely(pieces []piece) bool {
	who := -1
	for i := range pieces {
		p := &pieces[i]
		if p.vouched {
			return false
		}
		if p.rule < 0 || p.raw < tellsAlone {
			continue
		}
		if who >= 0 && who != p.rule {
			return false
		}
		who = p.rule
	}
	return true
}

// without is the score if one piece were not there, computed anew.
func (f *fused) without(at int, against bool) int {
	pieces, rest := slices.Clone(f.pieces), slices.Clone(f.against)
	if against {
		rest = slices.Delete(rest, at, at+1)
	} else {
		pieces = slices.Delete(pieces, at, at+1)
	}
	o := fuse(f.prior, pieces, rest)
	o.line = f.line
	return o.score()
}

// reasons writes the pieces as contributions whose points add up to the score exactly: what speaks for it shares the
// points above the prior by weight, what speaks against it those that it takes. The least of very many are one.
func (f *fused) reasons(prior vedette.Reason) []vedette.Reason {
	prior.Points, prior.Weight, prior.Family, prior.Without = points(f.prior), round3(f.prior), vedette.FamilyPrior, f.score()
	share(f.pieces, points(f.forIt())-prior.Points)
	share(f.against, f.score()-points(f.forIt()))
	order := make([]int, len(f.pieces))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(f.pieces[b].weight, f.pieces[a].weight) })
	all := []vedette.Reason{prior}
	for _, i := range order[:min(len(order), maxReasons)] {
		all = append(all, f.pieces[i].finish(f.without(i, false)))
	}
	if len(order) > maxReasons {
		all = append(all, f.others(order[maxReasons:]))
	}
	for i := range f.against {
		all = append(all, f.against[i].finish(f.without(i, true)))
	}
	return all
}

const maxReasons = 32

// others is one contribution for many small ones.
func (f *fused) others(which []int) vedette.Reason {
	r := vedette.Reason{
		Code: "others", Family: f.pieces[which[0]].family, Params: map[string]string{"count": strconv.Itoa(len(which))},
		Text: vedette.Text{En: fmt.Sprintf("%d smaller pieces of evidence", len(which)), Zh: fmt.Sprintf("另有 %d 条较小的证据", len(which))},
	}
	gone := make([]bool, len(f.pieces))
	for _, i := range which {
		gone[i] = true
		r.Points += f.pieces[i].reason.Points
		r.Weight += f.pieces[i].weight
	}
	r.Weight = round3(r.Weight)
	var rest []piece
	for i := range f.pieces {
		if !gone[i] {
			rest = append(rest, f.pieces[i])
		}
	}
	left := fuse(f.prior, rest, slices.Clone(f.against))
	left.line = f.line
	r.Without = left.score()
	return r
}

func (p *piece) finish(without int) vedette.Reason {
	r := p.reason
	r.Code, r.Family, r.Weight, r.Without = p.code, p.family, round3(p.weight), without
	return r
}

func round3(x float64) float64 { return math.Round(x*1000) / 1000 }

// share gives points out in proportion to the weights; what rounding leaves goes to those that lost most by it.
func share(pieces []piece, total int) {
	sum := sumOf(pieces)
	if sum == 0 || total == 0 {
		return
	}
	type rest struct {
		at   int
		lost float64
	}
	var rests []rest
	given := 0
	for i := range pieces {
		exact := float64(total) * pieces[i].weight / sum
		whole := int(exact)
		pieces[i].reason.Points = whole
		given += whole
		rests = append(rests, rest{i, math.Abs(exact - float64(whole))})
	}
	slices.SortStableFunc(rests, func(a, b rest) int { return cmp.Compare(b.lost, a.lost) })
	step := 1
	if total < 0 {
		step = -1
	}
	for i := 0; given != total; i++ {
		pieces[rests[i%len(rests)].at].reason.Points += step
		given += step
	}
}
