package detect

import (
	"regexp/syntax"
	"slices"
	"sync"
	"sync/atomic"
	"unicode"
	"unicode/utf8"
)

// automaton tells whether a regular expression matches somewhere in a text, one table look-up per character. Go's own
// matcher follows every alternative for each character, because it must say where the match lies; a rule only asks
// whether there is one, and for that the set of alternatives can be made a single state, kept once it was met (RE2's
// lazy DFA, after Thompson). Regular expressions were 34-42% of the time on recorded attacks. With automata, guards and counters they are 1-3% of it.
//
// Characters that no part of the expression tells apart are one class, so a state is a few words.
type automaton struct {
	prog     *syntax.Prog
	anchored bool // a match begins at the start of the text only
	begin    bool // the expression asks for the start of the text,
	lines    bool // of a line,
	words    bool // or for the edge of a word: what came before is part of a state

	ascii   [utf8.RuneSelf]uint8
	starts  []rune  // where ranges of characters that are alike begin, ascending
	class   []uint8 // of each range
	samples []rune  // by class: one of its characters; the last class is the end of the text, -1

	mu    sync.Mutex // held while a state is made
	cache atomic.Pointer[stateCache]
	rest  atomic.Int32 // matches to sit out after the cache ran over
	runs  atomic.Int32 // how often that happened
}

// Bounds on what becomes an automaton.
const (
	maxProgram = 1000 // instructions
	maxRanges  = 512  // ranges of characters
	maxClasses = 250
)

// newAutomaton makes an automaton of a parsed and simplified expression, or nil when it would be too large.
func newAutomaton(re *syntax.Regexp) *automaton {
	prog, err := syntax.Compile(re)
	if err != nil || len(prog.Inst) > maxProgram {
		return nil
	}
	a := &automaton{prog: prog, anchored: prog.StartCond()&syntax.EmptyBeginText != 0}
	for i := range prog.Inst {
		if inst := &prog.Inst[i]; inst.Op == syntax.InstEmptyWidth {
			asked := syntax.EmptyOp(inst.Arg)
			a.begin = a.begin || asked&syntax.EmptyBeginText != 0
			a.lines = a.lines || asked&(syntax.EmptyBeginLine|syntax.EmptyEndLine) != 0
			a.words = a.words || asked&(syntax.EmptyWordBoundary|syntax.EmptyNoWordBoundary) != 0
		}
	}
	if !a.classify() {
		return nil
	}
	a.reset()
	return a
}

// classify finds the ranges between which the expression tells no difference, and puts those that are treated alike
// into one class.
func (a *automaton) classify() bool {
	a.starts = a.boundaries()
	if len(a.starts) > maxRanges {
		return false
	}
	known := make(map[string]uint8)
	signature := make([]byte, 0, len(a.prog.Inst)+1)
	for _, first := range a.starts {
		signature = append(signature[:0], byte(a.kind(first)))
		for i := range a.prog.Inst {
			if isRune(a.prog.Inst[i].Op) && a.prog.Inst[i].MatchRune(first) {
				signature = append(signature, byte(i), byte(i>>8))
			}
		}
		class, ok := known[string(signature)]
		if !ok {
			if len(known) == maxClasses {
				return false
			}
			class = uint8(len(known))
			known[string(signature)] = class
			a.samples = append(a.samples, first)
		}
		a.class = append(a.class, class)
	}
	a.samples = append(a.samples, -1)
	for r := range rune(utf8.RuneSelf) {
		a.ascii[r] = a.rangeClass(r)
	}
	return true
}

// boundaries lists, ascending and from 0, the characters at which some part of the expression changes its mind.
func (a *automaton) boundaries() []rune {
	bounds := []rune{0}
	add := func(lo, hi rune) { bounds = append(bounds, lo, hi+1) }
	for i := range a.prog.Inst {
		inst := &a.prog.Inst[i]
		switch {
		case !isRune(inst.Op):
		case len(inst.Rune) == 1:
			add(inst.Rune[0], inst.Rune[0])
			if syntax.Flags(inst.Arg)&syntax.FoldCase != 0 {
				for r := unicode.SimpleFold(inst.Rune[0]); r != inst.Rune[0]; r = unicode.SimpleFold(r) {
					add(r, r)
				}
			}
		default:
			for j := 0; j+1 < len(inst.Rune); j += 2 {
				add(inst.Rune[j], inst.Rune[j+1])
			}
		}
	}
	if a.lines {
		add('\n', '\n')
	}
	if a.words {
		add('0', '9')
		add('A', 'Z')
		add('_', '_')
		add('a', 'z')
	}
	slices.Sort(bounds)
	bounds = slices.Compact(bounds)
	if last := len(bounds) - 1; bounds[last] > unicode.MaxRune {
		bounds = bounds[:last]
	}
	return bounds
}

func isRune(op syntax.InstOp) bool {
	return op == syntax.InstRune || op == syntax.InstRune1 || op == syntax.InstRuneAny || op == syntax.InstRuneAnyNotNL
}

// kind reduces a character to what those behind it can ask of it.
func (a *automaton) kind(r rune) rune {
	switch {
	case r < 0 && (a.begin || a.lines || a.words):
		return -1
	case r == '\n' && a.lines:
		return '\n'
	case a.words && r >= 0 && syntax.IsWordChar(r):
		return 'a'
	}
	return ' '
}

func (a *automaton) rangeClass(r rune) uint8 {
	at, found := slices.BinarySearch(a.starts, r)
	if !found {
		at--
	}
	return a.class[at]
}

// maxRest is for how many matches an automaton that ran over stays away at the most.
const maxRest int32 = 1 << 16

// match tells whether the expression matches in s. It does not know when the text needs more states than may be kept.
func (a *automaton) match(s string) (matched, known bool) {
	if a.rest.Load() > 0 {
		a.rest.Add(-1)
		return false, false
	}
	cache := a.cache.Load()
	at := cache.start
	for i := 0; i < len(s); {
		if at == cache.home {
			if i = cache.leave(s, i); i == len(s) {
				break
			}
		}
		var class uint8
		if c := s[i]; c < utf8.RuneSelf {
			class = a.ascii[c]
			i++
		} else {
			r, size := utf8.DecodeRuneInString(s[i:])
			class = a.rangeClass(r)
			i += size
		}
		next := at.next[class].Load()
		if next == nil {
			if next = a.grow(cache, at, class); next == nil {
				return false, false
			}
		}
		if next.final {
			return next == accepting, true
		}
		at = next
	}
	end := uint8(len(a.samples) - 1)
	next := at.next[end].Load()
	if next == nil {
		if next = a.grow(cache, at, end); next == nil {
			return false, false
		}
	}
	return next == accepting, true
}
