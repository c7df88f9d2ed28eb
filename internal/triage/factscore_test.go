package triage

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	vedette "github.com/vedette-soc/vedette"
)

// someFacts are facts of a few sources.
func someFacts(r *rand.Rand, n int) []*vedette.Fact {
	var all []*vedette.Fact
	for i := range n {
		source := string(rune('a' + r.IntN(3)))
		all = append(all, &vedette.Fact{
			ID: fmt.Sprint(i), Kind: vedette.FactKinds()[r.IntN(5)], Source: source, By: source + string(rune('0'+r.IntN(2))), Text: "It is planned", Created: time.Unix(1, 0),
		})
	}
	slices.SortStableFunc(all, func(x, y *vedette.Fact) int { return cmp.Compare(factWeight[x.Kind], factWeight[y.Kind]) }) // as excuse does
	return all
}

// Whatever facts there are: the points add up, more evidence makes no less, a fact makes no more, and facts of one source take
// nothing under the line that was not under it before.
func TestScoresWithFactsAddUpAndOneSourceHidesNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 9))
	hidden := 0
	for round := range 20_000 {
		pieces, facts, line := world(r, 1+r.IntN(12)), someFacts(r, r.IntN(5)), 20+r.IntN(70)
		sum := func(pieces []piece, facts []*vedette.Fact) fused {
			f := fuse(priorOdds, slices.Clone(pieces), factPieces(facts))
			f.line = line
			return f
		}
		with, plain := sum(pieces, facts), sum(pieces, nil)
		points := 0
		for _, reason := range with.reasons(vedette.Reason{Code: "prior"}) {
			points += reason.Points
			if reason.Family == vedette.FamilyExculpatory && (reason.Points > 0 || reason.Without < with.score()) {
				t.Fatalf("round %d: a fact gives %d points, without it the score would be %d of %d", round, reason.Points, reason.Without, with.score())
			}
		}
		if points != with.score() || with.score() > plain.score() {
			t.Fatalf("round %d: the points add up to %d, the score is %d, without facts %d", round, points, with.score(), plain.score())
		}
		more := sum(append(slices.Clone(pieces), world(r, 1)...), facts)
		if more.score() < with.score() {
			t.Fatalf("round %d: one more piece of evidence makes %d of %d", round, more.score(), with.score())
		}
		if plain.score() >= line && with.score() < line {
			if hidden++; !agreed(facts) {
				t.Fatalf("round %d: facts that are one word take %d to %d, under the line of %d", round, plain.score(), with.score(), line)
			}
		}
	}
	if hidden == 0 {
		t.Error("nothing went under the line at all")
	}
}
