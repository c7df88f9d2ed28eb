package hunt

import (
	"regexp/syntax"
	"unicode"
	"unicode/utf8"
)

// maxAlternatives bounds the literals that are followed through the alternatives of an expression.
const maxAlternatives = 64

// required returns pieces of which every match of a regular expression holds at least one, or nil when it cannot tell.
func required(pattern string) []piece {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return nil
	}
	return requiredOf(re.Simplify(), false, false)
}

// requiredOf does it for a part of an expression; left and right say that no word goes on beside it.
func requiredOf(re *syntax.Regexp, left, right bool) []piece {
	switch re.Op {
	case syntax.OpLiteral:
		return literalPieces(re, left, right)
	case syntax.OpCapture:
		return requiredOf(re.Sub[0], left, right)
	case syntax.OpPlus:
		return requiredOf(re.Sub[0], false, false)
	case syntax.OpRepeat:
		if re.Min > 0 {
			return requiredOf(re.Sub[0], false, false)
		}
	case syntax.OpConcat:
		return concatPieces(re.Sub, left, right)
	case syntax.OpAlternate:
		var all []piece
		for _, sub := range re.Sub {
			got := requiredOf(sub, left, right)
			if got == nil || len(all)+len(got) > maxAlternatives {
				return nil
			}
			all = append(all, got...)
		}
		return all
	}
	return nil
}

func concatPieces(subs []*syntax.Regexp, left, right bool) []piece {
	var chosen []piece
	for i, sub := range subs {
		l, r := left, right
		if i > 0 {
			l = bounds(subs[i-1])
		}
		if i+1 < len(subs) {
			r = bounds(subs[i+1])
		}
		if got := requiredOf(sub, l, r); worth(got) > worth(chosen) {
			chosen = got
		}
	}
	return chosen
}

// bounds tells whether a part of an expression keeps a word from going on past it: it takes at least one character and
// none of a word, or it is the end of the text.
func bounds(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpBeginText, syntax.OpEndText, syntax.OpBeginLine, syntax.OpEndLine:
		return true
	case syntax.OpCharClass:
		for i := 0; i+1 < len(re.Rune); i += 2 {
			lo, hi := re.Rune[i], re.Rune[i+1]
			if hi >= utf8.RuneSelf {
				return false // not worth looking
			}
			for r := lo; r <= hi; r++ {
				if inWord(r) {
					return false
				}
			}
		}
		return len(re.Rune) > 0
	case syntax.OpLiteral:
		return false // neighbours that are literals have been joined; another flag stands between
	case syntax.OpCapture, syntax.OpPlus:
		return bounds(re.Sub[0])
	case syntax.OpRepeat:
		return re.Min > 0 && bounds(re.Sub[0])
	}
	return false
}

// worth compares sets of pieces: by the shortest phrase among them, and then the shortest text.
func worth(set []piece) int {
	if len(set) == 0 {
		return -1
	}
	least := 1 << 20
	for _, p := range set {
		w := len(p.text)
		if p.in(anyField).op == isLeaf {
			phrase, _ := p.phrase()
			w = 1000 + len(phrase)
		}
		least = min(least, w)
	}
	return least
}

// literalPieces makes a piece of a literal. Read without regard to case, some characters stand for others that the store
// folds differently; the literal is cut there and its longest part kept.
func literalPieces(re *syntax.Regexp, left, right bool) []piece {
	folded := re.Flags&syntax.FoldCase != 0
	var found piece
	start := 0
	take := func(end int, right bool) {
		if text := string(re.Rune[start:end]); len(text) > len(found.text) {
			found = piece{text: text, cased: !folded, left: start == 0 && left, right: right}
		}
	}
	for i, r := range re.Rune {
		if r == utf8.RuneError || folded && !foldsAlike(r) {
			take(i, false)
			start = i + 1
		}
	}
	take(len(re.Rune), right)
	if found.text == "" {
		return nil
	}
	return []piece{found}
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
