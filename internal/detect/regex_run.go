package detect

import (
	"regexp/syntax"
	"unicode/utf8"
)

// run is an expression that is nothing but one class of characters, repeated: .{1000,} or [A-Z0-9]{40}. As an automaton
// it needs a state for each count of characters so far, of which Go's matcher follows every one at once: one such rule
// was a third of the time on recorded Sysmon attacks. Here it counts.
type run struct {
	least int // characters
	ascii [utf8.RuneSelf]bool
	class *syntax.Inst
}

// newRun recognises such an expression, parsed but not simplified; otherwise it returns nil.
func newRun(re *syntax.Regexp) *run {
	for re.Op == syntax.OpCapture {
		re = re.Sub[0]
	}
	if re.Op != syntax.OpRepeat || re.Min < 1 {
		return nil
	}
	one := re.Sub[0]
	for one.Op == syntax.OpCapture {
		one = one.Sub[0]
	}
	switch one.Op {
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL, syntax.OpCharClass:
	case syntax.OpLiteral:
		if len(one.Rune) != 1 {
			return nil
		}
	default:
		return nil
	}
	prog, err := syntax.Compile(one.Simplify())
	if err != nil {
		return nil
	}
	r := &run{least: re.Min}
	for i := range prog.Inst {
		if isRune(prog.Inst[i].Op) {
			if r.class != nil {
				return nil
			}
			r.class = &prog.Inst[i]
		}
	}
	if r.class == nil {
		return nil
	}
	for c := range r.ascii {
		r.ascii[c] = r.class.MatchRune(rune(c))
	}
	return r
}

// match tells whether enough characters of the class stand together somewhere in s.
func (r *run) match(s string) bool {
	together := 0
	for i := 0; i < len(s); {
		var in bool
		if c := s[i]; c < utf8.RuneSelf {
			in = r.ascii[c]
			i++
		} else {
			char, size := utf8.DecodeRuneInString(s[i:])
			in = r.class.MatchRune(char)
			i += size
		}
		if !in {
			if len(s)-i < r.least {
				return false
			}
			together = 0
		} else if together++; together == r.least {
			return true
		}
	}
	return false
}
