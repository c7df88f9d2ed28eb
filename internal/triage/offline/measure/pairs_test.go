package measure

import "testing"

// Two attacks: one of two steps in incident 1, one of one step, half of which is in incident 1 too.
func TestPairsByHand(t *testing.T) {
	flood, small, other := stepOf{1, "flood"}, stepOf{1, "small"}, stepOf{2, "flood"}
	sizes := map[stepOf]float64{flood: 8, small: 2, other: 4}
	cells := map[cell]float64{{flood, 1}: 8, {small, 1}: 1, {small, 0}: 1, {other, 1}: 2, {other, 2}: 2}
	g := grouping(sizes, cells, 0, nil)
	// By alert: of 10² + 4² pairs within an attack 9² + 2² + 2² are together; of 2·10·4 across 2·9·2 are too.
	if want := round((89.0/116+1-36.0/80)/2, 4); g.AUC != want {
		t.Errorf("by alert %v, want %v", g.AUC, want)
	}
	// By label: flood keeps all pairs, small (1 + 1)/4, the other attack's (4 + 4)/16; joined to strangers are 8·2 of 8·4, 1·2
	// of 2·4, and 2·9 of 4·10.
	if want := round(((1+0.5+0.5)/3+(3-16.0/32-2.0/8-18.0/40)/3)/2, 4); g.AUCMacro != want {
		t.Errorf("by label %v, want %v", g.AUCMacro, want)
	}
	if g.Mixed != 1 {
		t.Errorf("%d incidents are of more than one attack, want 1", g.Mixed)
	}
}

func TestPairsAtTheirBestAndWorst(t *testing.T) {
	a, b := stepOf{1, "a"}, stepOf{2, "b"}
	sizes := map[stepOf]float64{a: 5, b: 7}
	for name, test := range map[string]struct {
		cells map[cell]float64
		want  float64
	}{
		"each attack in an incident": {map[cell]float64{{a, 1}: 5, {b, 2}: 7}, 1},
		"everything in one":          {map[cell]float64{{a, 1}: 5, {b, 1}: 7}, 0.5},
		"nothing in any":             {map[cell]float64{{a, 0}: 5, {b, 0}: 7}, 0.5},
	} {
		if g := grouping(sizes, test.cells, 0, nil); g.AUC != test.want || g.AUCSteps != test.want {
			t.Errorf("%s: %+v, want %v", name, g, test.want)
		}
	}
	clean := grouping(sizes, map[cell]float64{{a, 1}: 5, {b, 2}: 7}, 100, map[int32]float64{})
	noisy := grouping(sizes, map[cell]float64{{a, 1}: 5, {b, 2}: 7}, 100, map[int32]float64{1: 40})
	if clean != (Grouping{AUC: 1, AUCMacro: 1, AUCSteps: 1}) || noisy.AUC >= 1 || noisy.AUCMacro >= 1 || noisy.AUCSteps >= 1 {
		t.Errorf("without noise %+v, with it %+v", clean, noisy)
	}
}
