package detect

import (
	"regexp/syntax"
	"unicode"
	"unicode/utf8"
)

// maxRequired bounds how many alternatives are followed before the literals of an expression count as unknown.
const maxRequired = 64

// requiredTexts returns folded texts of which every match of a regular expression contains at least one, or nil when it
// cannot tell.
func requiredTexts(pattern string) []string {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return nil
	}
	return required(re.Simplify())
}

func required(re *syntax.Regexp) []string {
	switch re.Op {
	case syntax.OpLiteral:
		if s := foldable(re); s != "" {
			return []string{s}
		}
	case syntax.OpCapture, syntax.OpPlus:
		return required(re.Sub[0])
	case syntax.OpRepeat:
		if re.Min > 0 {
			return required(re.Sub[0])
		}
	case syntax.OpConcat:
		var best []string
		for _, sub := range re.Sub {
			if got := required(sub); betterTexts(got, best) {
				best = got
			}
		}
		return best
	case syntax.OpAlternate:
		var all []string
		for _, sub := range re.Sub {
			got := required(sub)
			if got == nil || len(all)+len(got) > maxRequired {
				return nil
			}
			all = append(all, got...)
		}
		return all
	}
	return nil
}

// betterTexts prefers the set whose shortest text is longer, then the smaller one.
func betterTexts(a, b []string) bool {
	if len(a) == 0 || len(b) == 0 {
		return len(a) > 0
	}
	if shortest(a) != shortest(b) {
		return shortest(a) > shortest(b)
	}
	return len(a) < len(b)
}

func shortest(texts []string) int {
	n := len(texts[0])
	for _, t := range texts[1:] {
		n = min(n, len(t))
	}
	return n
}

// foldable returns the folded text that a literal stands for, or the longest piece of it when some character, read
// without regard to case, also stands for one that folds differently: (?i)s matches ſ too, which stays ſ when folded.
func foldable(re *syntax.Regexp) string {
	best, current := "", []byte(nil)
	for _, r := range append(append([]rune(nil), re.Rune...), -1) {
		if r >= 0 && r != utf8.RuneError && (re.Flags&syntax.FoldCase == 0 || foldsAlike(r)) {
			current = utf8.AppendRune(current, unicode.ToLower(r))
			continue
		}
		if len(current) > len(best) {
			best = string(current)
		}
		current = current[:0]
	}
	return best
}

// foldsAlike tells whether every character that equals r without regard to case has the same lower case.
func foldsAlike(r rune) bool {
	for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
		if unicode.ToLower(other) != unicode.ToLower(r) {
			return false
		}
	}
	return true
}
