package budget_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/triage/feedback/budget"
)

var start = time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC)

// stream plays days of harmless incidents against a dial that is set anew every six hours, and counts what is shown from the
// day measured on. Both functions are told the day.
func stream(d budget.Dial, random *rand.Rand, perDay, middle func(day float64) float64) (realised float64) {
	const total, measured = 70, 28
	var history []budget.Scored
	line, shown := 0, 0
	now, set := start, start
	for now.Before(start.Add(total * 24 * time.Hour)) {
		day := now.Sub(start).Hours() / 24
		if line == 0 || now.Sub(set) >= 6*time.Hour {
			line, set = d.Next(line, d.Line(history, now)), now
		}
		now = now.Add(time.Duration(random.ExpFloat64() / perDay(day) * 24 * float64(time.Hour))).Truncate(time.Minute)
		score := int(math.Round(middle(day) + 14*random.NormFloat64()))
		score = min(max(score, 0), 100)
		history = append(history, budget.Scored{Score: score, Created: now})
		if score >= line && day >= measured {
			shown++
		}
	}
	return float64(shown) / (total - measured)
}

func TestRealisedKeepsToTheBudget(t *testing.T) {
	fixed := func(v float64) func(float64) float64 { return func(float64) float64 { return v } }
	growing := func(from, to float64) func(float64) float64 {
		return func(day float64) float64 { return from + (to-from)*day/70 }
	}
	for name, world := range map[string]struct{ perDay, middle func(float64) float64 }{
		"as it is":       {fixed(40), fixed(35)},
		"few":            {fixed(3), fixed(45)},
		"very many":      {fixed(400), fixed(30)},
		"more and more":  {growing(20, 45), fixed(35)},
		"higher":         {fixed(40), growing(32, 38)},
		"less and lower": {growing(60, 20), growing(45, 30)},
	} {
		for _, asked := range []float64{0.5, 2, 8} {
			for seed := range uint64(2) {
				d, err := budget.New(asked)
				if err != nil {
					t.Fatal(err)
				}
				got := stream(d, rand.New(rand.NewPCG(seed, 7)), world.perDay, world.middle)
				if got > 1.5*asked {
					t.Errorf("%s, seed %d: asked for %v a day, realised %.2f", name, seed, asked, got)
				}
			}
		}
	}
}

func TestTheBudgetIsUsed(t *testing.T) {
	d, _ := budget.New(5)
	fixed := func(v float64) func(float64) float64 { return func(float64) float64 { return v } }
	if got := stream(d, rand.New(rand.NewPCG(1, 7)), fixed(60), fixed(40)); got < 2.5 {
		t.Errorf("asked for 5 a day, only %.2f shown: attacks are hidden needlessly", got)
	}
}

func TestAttacksDoNotRaiseTheLine(t *testing.T) {
	d, _ := budget.New(1)
	now := start.Add(20 * 24 * time.Hour)
	var history []budget.Scored
	for n := range 200 {
		history = append(history, budget.Scored{Score: n % 50, Created: start.Add(time.Duration(n) * 2 * time.Hour)})
	}
	before := d.Line(history, now)
	for n := range 100 {
		history = append(history, budget.Scored{Score: 85, Created: start.Add(time.Duration(n) * 4 * time.Hour), Verdict: vedette.VerdictTrue})
	}
	if after := d.Line(history, now); after.Score != before.Score {
		t.Errorf("from %v to %v", before, after)
	}
}

func TestAFloodCannotHideTheWorst(t *testing.T) {
	d, _ := budget.New(1)
	var history []budget.Scored
	for n := range 5000 {
		history = append(history, budget.Scored{Score: 99, Created: start.Add(time.Duration(n) * time.Minute)})
	}
	if got := d.Line(history, start.Add(5000*time.Minute)); got.Score != budget.Ceiling || got.Expected < 100 {
		t.Errorf("%+v", got)
	}
}

func TestWithoutHistory(t *testing.T) {
	d, _ := budget.New(5)
	if got := d.Line(nil, start); got.Score != budget.Start {
		t.Errorf("%+v", got)
	}
	if got := d.Next(0, d.Line(nil, start)); got != budget.Start {
		t.Errorf("line %d", got)
	}
	if got := d.Next(41, budget.Line{Score: 40, Basis: 9}); got != 41 {
		t.Errorf("a line moves for one point: %d", got)
	}
	for _, bad := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		if _, err := budget.New(bad); vedette.CodeOf(err) != vedette.CodeInvalid {
			t.Errorf("a budget of %v: %v", bad, err)
		}
	}
}
