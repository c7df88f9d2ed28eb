package text

import (
	"encoding/json"
	"flag"
	"math"
	"os"
	"testing"

	"github.com/vedette-soc/vedette/internal/baseline/text/corpus"
	"github.com/vedette-soc/vedette/internal/baseline/text/lexicon"
)

var update = flag.Bool("update", false, "train the weights of names anew and write them")

// The weights in the tree are those that training gives. Trained is on names of our own making, with half of the words
// hidden from the reader, so that it must judge names of words that it does not know, as in the world.
func TestWeights(t *testing.T) {
	if testing.Short() {
		t.Skip("training takes seconds")
	}
	got := train(t)
	if *update {
		text, err := json.Marshal(got)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile("weights.json", append(text, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	var want [lexical]float64
	if err := json.Unmarshal(weightsFile, &want); err != nil {
		t.Fatal(err)
	}
	for i := range want {
		if math.Abs(got[i]-want[i]) > 0.02 {
			t.Errorf("weight %d is %.3f, training gives %.3f: go test ./internal/baseline/text -run Weights -update", i, want[i], got[i])
		}
	}
}

func train(t *testing.T) (w [lexical]float64) {
	t.Helper()
	words := lexicon.Words()
	var known []string
	for i, word := range words {
		if i%2 == 0 {
			known = append(known, word)
		}
	}
	n, err := namesOf(known)
	if err != nil {
		t.Fatal(err)
	}
	var xs [][lexical]float64
	var ys []float64
	take := func(names []string, y float64) {
		for _, name := range names {
			domain, _ := Registered(name)
			label := domain
			for i := range domain {
				if domain[i] == '.' {
					label = domain[:i]
					break
				}
			}
			xs, ys = append(xs, n.features(label)), append(ys, y)
		}
	}
	families := corpus.Families()
	const each = 2000
	families = families[:len(families)-1] // names of words teach nothing but to distrust words
	take(corpus.Domains(101, each*len(families), nil), 0)
	for i, f := range families {
		take(f.Domains(uint64(200+i), each), 1)
	}
	// Newton's method for the logistic loss with a light ridge: a dozen steps are enough.
	for range 12 {
		var g [lexical]float64
		var h [lexical][lexical]float64
		for k, x := range xs {
			z := 0.0
			for i := range x {
				z += w[i] * x[i]
			}
			p := 1 / (1 + math.Exp(-z))
			for i := range x {
				g[i] += (p - ys[k]) * x[i]
				for j := range x {
					h[i][j] += p * (1 - p) * x[i] * x[j]
				}
			}
		}
		for i := range w {
			g[i] += 5 * w[i]
			h[i][i] += 5
		}
		step := solve(h, g)
		for i := range w {
			w[i] -= step[i]
		}
	}
	for i := range w {
		w[i] = math.Round(w[i]*1000) / 1000
	}
	return w
}

// solve is Gauss–Jordan elimination; the matrix is positive definite.
func solve(a [lexical][lexical]float64, b [lexical]float64) [lexical]float64 {
	for i := range a {
		pivot := a[i][i]
		for j := range a[i] {
			a[i][j] /= pivot
		}
		b[i] /= pivot
		for k := range a {
			if k == i {
				continue
			}
			f := a[k][i]
			for j := range a[k] {
				a[k][j] -= f * a[i][j]
			}
			b[k] -= f * b[i]
		}
	}
	return b
}
