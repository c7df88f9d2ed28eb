package text

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"

	"github.com/vedette-soc/vedette/internal/baseline/text/lexicon"
)

const (
	lexical     = 14 // features of a label, the constant among them
	maxLabel    = 63
	longestWord = 12
	maxBits     = 8     // of information that a character can carry
	ownNames    = 40000 // labels that the model of names has read
)

// weightsFile is trained by TestWeights on names of our own making; no public list was used.
//
//go:embed weights.json
var weightsFile []byte

// Names knows how people name things. It is fixed after construction and may be used by many at once.
type Names struct {
	words   map[string]struct{}
	model   *Model
	weights [lexical]float64
}

// NewNames reads the lexicon and some names made of it; it takes a few dozen milliseconds and 1 MiB.
func NewNames() (*Names, error) {
	n, err := namesOf(lexicon.Words())
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(weightsFile, &n.weights); err != nil {
		return nil, fmt.Errorf("read the weights of names: %w", err)
	}
	return n, nil
}

// namesOf makes Names that know some words, without weights.
func namesOf(words []string) (*Names, error) {
	m, err := New(Config{SlowShare: -1, DigitsAlike: true})
	if err != nil {
		return nil, err
	}
	n := &Names{words: make(map[string]struct{}, len(words)), model: m}
	for _, w := range words {
		if len(w) >= 3 && len(w) <= longestWord {
			n.words[w] = struct{}{}
		}
		m.Learn(w)
	}
	namer := lexicon.NewNamer(rand.New(rand.NewPCG(11, 17)), words)
	for range ownNames {
		m.Learn(namer.Label())
	}
	m.Freeze()
	return n, nil
}

// Generated tells how much a domain name speaks for having been made by a generator: log-odds in nats, above 0 for more
// likely than not among as many of both, and the label that was judged. One name is weak evidence: ask for several names
// that do not exist from one host before anything is made of it.
func (n *Names) Generated(name string) (nats float64, label string) {
	domain, _ := Registered(name)
	if domain == "" {
		return 0, ""
	}
	label, _, _ = strings.Cut(domain, ".")
	if strings.HasPrefix(label, "xn--") { // other scripts, which the reader does not know
		return 0, label
	}
	x := n.features(label)
	for i, w := range n.weights {
		nats += w * x[i]
	}
	return nats, label
}

// features of a label, each about between 0 and 2.
func (n *Names) features(label string) (x [lexical]float64) {
	label = label[:min(len(label), maxLabel)]
	length := float64(max(len(label), 1))
	s := n.model.read(label)
	var c census
	for i := range len(label) {
		c.take(label[i])
	}
	covered := n.covered(label)
	x = [lexical]float64{
		1,
		math.Log(length) / 2,
		s.Mean / 2,
		s.Worst / 16,
		1 - covered/length,
		c.digits / length,
		2 * c.changes / length,
		c.longest / 4,
		math.Abs(c.vowels/max(c.letters, 1) - 0.4),
		c.entropy(length) / 3,
		c.hyphens / 2,
		s.Mean * (length - covered) / 20,
		s.Mean * length / 40,
		s.Run / 10,
	}
	return x
}

// covered is how many characters of a label belong to words that do not overlap, at the most.
func (n *Names) covered(label string) float64 {
	var best [maxLabel + 1]uint8 // of the first i characters
	for i := 1; i <= len(label); i++ {
		best[i] = best[i-1]
		for k := 3; k <= min(i, longestWord); k++ {
			if _, ok := n.words[label[i-k:i]]; ok {
				best[i] = max(best[i], best[i-k]+uint8(k)) //nolint:gosec // at most 12
			}
		}
	}
	return float64(best[len(label)])
}

// census counts the kinds of characters in a label.
type census struct {
	digits, letters, vowels, hyphens, changes, run, longest float64

	counts [256]uint8
	last   byte
}

func (c *census) take(b byte) {
	c.counts[b]++
	kind := byte('.')
	switch {
	case b >= '0' && b <= '9':
		kind = '0'
		c.digits++
	case b == '-':
		c.hyphens++
	case strings.IndexByte("aeiouy", b) >= 0:
		kind = 'a'
		c.letters++
		c.vowels++
	default:
		kind = 'a'
		c.letters++
		c.run++
		c.longest = max(c.longest, c.run)
	}
	if kind != 'a' || strings.IndexByte("aeiouy", b) >= 0 {
		c.run = 0
	}
	if c.last != 0 && (kind == '0') != (c.last == '0') {
		c.changes++
	}
	c.last = kind
}

// entropy in bits a character.
func (c *census) entropy(length float64) (bits float64) {
	for _, n := range c.counts {
		if n > 0 {
			p := float64(n) / length
			bits -= p * math.Log2(p)
		}
	}
	return bits
}

// Information is how many bits somebody needs who knows words but not these names: by the language model, and a little
// over three for each digit, whose value the model does not read.
func (n *Names) Information(below string) float64 {
	total, digits := 0.0, 0.0
	a, b := uint32(boundary), uint32(boundary)
	for i := range min(len(below), maxName) {
		c := n.model.of[below[i]]
		total += min(n.model.cost(a, b, uint32(c))/math.Ln2, maxBits)
		if isDigit(c) {
			digits++
		}
		a, b = b, uint32(c)
	}
	return total + digits*math.Log2(10)
}
