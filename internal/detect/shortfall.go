package detect

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/vedette-soc/vedette"
)

// Bounds on how far a near miss is looked for.
const (
	maxNearValues   = 8    // of the event's field
	maxNearMatchers = 200  // values of the rule
	maxNearText     = 512  // bytes of either that are compared
	maxNearEdits    = 200  // bytes up to which edits are counted
	notableShare    = 0.34 // of the rule's value that must be there for a near miss to be told
)

// near is how close a value came to what a rule wants: 1 is a match, 0 has nothing to do with it.
type near struct {
	share float64
	text  string
}

// shortfall says by how much a test that failed missed, empty when nothing came near.
func (t *test) shortfall(v *view) string {
	if t.negate || t.exists || t.field == "" {
		return ""
	}
	var best near
	missing := 0
	for i := range t.groups {
		g := &t.groups[i]
		if g.holds(t, v) {
			continue
		}
		missing++
		if found := t.nearest(g, v); found.share > best.share {
			best = found
		}
	}
	var parts []string
	if t.all && len(t.groups) > 1 {
		parts = append(parts, fmt.Sprintf("%d of %d required values are missing", missing, len(t.groups)))
	}
	if best.share >= notableShare {
		parts = append(parts, best.text)
	}
	return strings.Join(parts, "; ")
}

// nearest compares each value of the field with each of the rule.
func (t *test) nearest(g *choice, v *view) (best near) {
	values := 0
	for at := v.first(t.slots); at != 0 && values < maxNearValues; at = v.next[at-1] {
		values++
		text := vedette.Cut(v.text(int(at-1)), maxNearText)
		for i, m := range g.matchers {
			if i == maxNearMatchers {
				break
			}
			if found := nearMiss(m, text); found.share > best.share {
				best = found
			}
		}
	}
	return best
}

func nearMiss(m matcher, text string) near {
	switch m := m.(type) {
	case *ordered:
		if m.part == partNone {
			return nearNumber(text, m.shown)
		}
	case equalNumber:
		return nearNumber(text, m.canonical)
	case *literal:
		return nearText(m.how, text, vedette.Cut(m.shown, maxNearText), m.cased)
	}
	return near{}
}

// nearNumber tells how far apart two numbers are. Numbers are always worth telling.
func nearNumber(text, want string) near {
	have, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	bound, err2 := strconv.ParseFloat(want, 64)
	if err != nil || err2 != nil || math.IsNaN(have-bound) || math.IsInf(have-bound, 0) || have == bound {
		return near{}
	}
	where := "short of"
	if have > bound {
		where = "above"
	}
	apart := math.Abs(have - bound)
	return near{
		share: 0.5 + 0.5/(1+apart),
		text:  fmt.Sprintf("%s is %s %s %s", strings.TrimSpace(text), strconv.FormatFloat(apart, 'g', 12, 64), where, want),
	}
}

// nearText tells which part of a text that a rule wants is there.
func nearText(how, text, want string, cased bool) near {
	a, b := strings.ToLower(text), strings.ToLower(want)
	if b == "" || a == "" {
		return near{}
	}
	if cased && compareHow(how, []byte(a), []byte(b)) {
		return near{share: 0.99, text: fmt.Sprintf("only upper and lower case differ from %s", quoteCut(want))}
	}
	var n int
	var place string
	switch how {
	case "startswith":
		for n < min(len(a), len(b)) && a[n] == b[n] {
			n++
		}
		place = "begins with the first %d of the %d characters of %s"
	case "endswith":
		for n < min(len(a), len(b)) && a[len(a)-1-n] == b[len(b)-1-n] {
			n++
		}
		place = "ends with the last %d of the %d characters of %s"
	case "contains":
		n = longestCommon(a, b)
		place = "holds at most %d of the %d characters of %s in one piece"
	default:
		if len(a) > maxNearEdits || len(b) > maxNearEdits {
			return near{}
		}
		edits, size := distance(a, b), max(utf8.RuneCountInString(a), utf8.RuneCountInString(b))
		return near{share: 1 - float64(edits)/float64(size), text: fmt.Sprintf("the nearest is %s, %d changes away", quoteCut(want), edits)}
	}
	return near{share: float64(n) / float64(len(b)), text: "it " + fmt.Sprintf(place, n, len(b), quoteCut(want))}
}

// longestCommon is the length of the longest piece that two texts share.
func longestCommon(a, b string) int {
	row := make([]int, len(b)+1)
	best := 0
	for i := range len(a) {
		diagonal := 0
		for j := range len(b) {
			above := row[j+1]
			row[j+1] = 0
			if a[i] == b[j] {
				row[j+1] = diagonal + 1
				best = max(best, row[j+1])
			}
			diagonal = above
		}
	}
	return best
}
