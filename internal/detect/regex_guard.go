package detect

import (
	"math"
	"regexp/syntax"
	"strings"
	"unicode"
	"unicode/utf8"
)

// guard knows what every match of a regular expression must have, to be asked before the expression itself: how long the
// text is, and how often it holds one certain byte. Chains such as {.*{.*{ and tests for very long lines end here, for
// the price of counting a byte.
type guard struct {
	length int  // bytes at least
	count  int  // how often at least the byte stands in the text; 0 when there is no such byte
	char   byte // ASCII
}

// newGuard reads the guard off a simplified expression.
func newGuard(re *syntax.Regexp) guard {
	d := demanded(re, 0)
	g := guard{length: d.length}
	best := 0.0
	for c, n := range d.count {
		if n == 0 {
			continue
		}
		if worth := float64(n) / commonness(byte(c)); worth > best {
			best, g.char, g.count = worth, byte(c), n
		}
	}
	return g
}

// allows tells whether a match is possible.
func (g *guard) allows(s string) bool {
	switch {
	case len(s) < g.length:
		return false
	case g.count == 0:
		return true
	case g.count == 1:
		return strings.IndexByte(s, g.char) >= 0
	}
	return strings.Count(s, string(rune(g.char))) >= g.count
}

// demands of a part of an expression.
type demandedBytes struct {
	length int
	count  [utf8.RuneSelf]int
}

// maxGuardDepth bounds the recursion; what is nested deeper demands nothing.
const maxGuardDepth = 200

// demanded returns how many bytes, and how often each ASCII character, every match of a part contains at least.
func demanded(re *syntax.Regexp, depth int) (d demandedBytes) {
	if depth > maxGuardDepth {
		return d
	}
	switch re.Op {
	case syntax.OpLiteral:
		for _, r := range re.Rune {
			d.length++
			if r < utf8.RuneSelf && (re.Flags&syntax.FoldCase == 0 || unicode.SimpleFold(r) == r) {
				d.count[r]++
			}
		}
	case syntax.OpCharClass, syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		d.length = 1
		if len(re.Rune) == 2 && re.Rune[0] == re.Rune[1] && re.Rune[0] < utf8.RuneSelf {
			d.count[re.Rune[0]] = 1
		}
	case syntax.OpCapture, syntax.OpPlus:
		return demanded(re.Sub[0], depth+1)
	case syntax.OpRepeat:
		if re.Min > 0 {
			d = demanded(re.Sub[0], depth+1)
			d.times(re.Min)
		}
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			d.add(demanded(sub, depth+1))
		}
	case syntax.OpAlternate:
		for i, sub := range re.Sub {
			if other := demanded(sub, depth+1); i == 0 {
				d = other
			} else {
				d.least(other)
			}
		}
	}
	return d
}

func (d *demandedBytes) add(other demandedBytes) {
	d.length = min(d.length+other.length, math.MaxInt32)
	for c := range d.count {
		d.count[c] = min(d.count[c]+other.count[c], math.MaxInt32)
	}
}

func (d *demandedBytes) times(n int) {
	d.length = min(d.length*n, math.MaxInt32)
	for c := range d.count {
		d.count[c] = min(d.count[c]*n, math.MaxInt32)
	}
}

func (d *demandedBytes) least(other demandedBytes) {
	d.length = min(d.length, other.length)
	for c := range d.count {
		d.count[c] = min(d.count[c], other.count[c])
	}
}

// commonBytes are in the order of how often they are met in what rules look at: paths, command lines, scripts, records.
const commonBytes = " e\\to.inasrlcdm-puw:/\"gfh,0_1vb23(y)=456k789x'$qzj[]{}"

// commonness guesses how often a byte is met, against others.
func commonness(c byte) float64 {
	if 'A' <= c && c <= 'Z' {
		c += 'a' - 'A'
	}
	if i := strings.IndexByte(commonBytes, c); i >= 0 {
		return float64(len(commonBytes) + 1 - i)
	}
	return 1
}
