package triage

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	vedette "github.com/vedette-soc/vedette"
)

// world makes pieces of evidence at random.
func world(r *rand.Rand, n int) []piece {
	families := []vedette.Family{
		vedette.FamilyRule, vedette.FamilyNovelty, vedette.FamilyVolume, vedette.FamilySpread, vedette.FamilySequence, vedette.FamilyExfil, vedette.FamilyIntel,
	}
	var all []piece
	for range n {
		p := piece{family: families[r.IntN(len(families))], code: "x", rule: r.IntN(6) - 1, raw: r.Float64() * 9, vouched: r.IntN(12) == 0}
		if p.family == vedette.FamilySequence {
			p.rule = -1
		}
		all = append(all, p)
	}
	return all
}

func TestMoreEvidenceNeverMakesLess(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for round := range 20_000 {
		have := world(r, r.IntN(12))
		more := append(slices.Clone(have), world(r, 1)...)
		a, b := fuse(priorOdds, slices.Clone(have), nil), fuse(priorOdds, more, nil)
		if b.odds() < a.odds()-1e-9 || b.score() < a.score() {
			t.Fatalf("round %d: one more piece lowers the log-odds from %v to %v", round, a.odds(), b.odds())
		}
		if raised := raiseOne(r, have); raised != nil {
			if c := fuse(priorOdds, raised, nil); c.odds() < a.odds()-1e-9 {
				t.Fatalf("round %d: a heavier piece lowers the log-odds from %v to %v", round, a.odds(), c.odds())
			}
		}
	}
}

func raiseOne(r *rand.Rand, have []piece) []piece {
	if len(have) == 0 {
		return nil
	}
	raised := slices.Clone(have)
	raised[r.IntN(len(raised))].raw += r.Float64() * 3
	return raised
}

func TestContributionsAddUpAndAreRecomputed(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 2_000 {
		pieces := world(r, 1+r.IntN(60))
		var against []piece
		for range r.IntN(3) {
			against = append(against, piece{family: vedette.FamilyExculpatory, code: "no", rule: -1, raw: -2 * r.Float64()})
		}
		f := fuse(priorOdds, pieces, against)
		reasons := f.reasons(vedette.Reason{Code: "prior"})
		sum, weight := 0, 0.0
		for _, reason := range reasons {
			sum += reason.Points
			weight += reason.Weight
			if reason.Family != vedette.FamilyPrior && reason.Family != vedette.FamilyExculpatory && reason.Without > f.score() {
				t.Fatalf("without %q the score would be %d, with it %d", reason.Code, reason.Without, f.score())
			}
			if reason.Family == vedette.FamilyExculpatory && reason.Without < f.score() {
				t.Fatalf("without what speaks against it the score would be %d, with it %d", reason.Without, f.score())
			}
		}
		if sum != f.score() {
			t.Fatalf("the points add up to %d, the score is %d", sum, f.score())
		}
		if math.Abs(weight-f.odds()) > 0.05 {
			t.Fatalf("the weights add up to %v, the log-odds are %v", weight, f.odds())
		}
		at := r.IntN(len(f.pieces))
		rest := slices.Delete(slices.Clone(f.pieces), at, at+1)
		again := fuse(priorOdds, rest, slices.Clone(f.against))
		if got := f.without(at, false); got != again.score() {
			t.Fatalf("without a piece %d, fused anew %d", got, again.score())
		}
	}
}

func TestOneDetectorAloneStaysUnderTheLine(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 5_000 {
		pieces := world(r, 1+r.IntN(20))
		for i := range pieces {
			pieces[i].vouched = false
			if pieces[i].rule >= 0 {
				pieces[i].rule = 0
			}
		}
		if f := fuse(priorOdds+criticalOdds[len(criticalOdds)-1], pieces, nil); !f.alone || f.score() >= DefaultLine {
			t.Fatalf("one detector alone makes a score of %d", f.score())
		}
	}
}

func TestFamiliesAreCapped(t *testing.T) {
	var pieces []piece
	for i := range 500 {
		pieces = append(pieces, piece{family: vedette.FamilyNovelty, rule: i, raw: 3})
	}
	f := fuse(priorOdds, pieces, nil)
	if got := f.forIt() - priorOdds; got > familyCap[vedette.FamilyNovelty]+1e-9 {
		t.Errorf("500 pieces of one family give %v", got)
	}
	if f.score() >= DefaultLine {
		t.Errorf("novelty alone makes a score of %d", f.score())
	}
}
