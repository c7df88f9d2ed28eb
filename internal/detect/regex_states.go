package detect

import (
	"regexp/syntax"
	"slices"
	"sync/atomic"
	"unicode/utf8"
)

// maxStates bounds the memory of one automaton's states, in bytes.
const maxStates = 128 << 10

// state is a set of places in the program of an expression, and what kind of character came before.
type state struct {
	next   []atomic.Pointer[state] // by class; nil until it was needed
	places []uint32                // ascending; what may be skipped without a character is not followed yet
	before rune
	final  bool
}

// accepting and rejecting are where every automaton ends as soon as it knows. They are never changed.
var (
	accepting = &state{final: true}
	rejecting = &state{final: true}
)

// stateCache holds the states made so far. Readers take no lock; when it is full it is replaced as a whole.
type stateCache struct {
	start  *state
	home   *state              // where nothing has begun to match; nil when there is no such state
	leaves [utf8.RuneSelf]bool // by character: it leads away from home
	wide   bool                // so does some character beyond ASCII
	states map[string]*state   // guarded by the automaton's mutex, like size and scratch
	size   int
	seen   []bool
	found  []uint32
	key    []byte
}

// reset begins a new cache. The states that skip most text, those of home, are made at once.
func (a *automaton) reset() {
	c := &stateCache{states: make(map[string]*state), seen: make([]bool, len(a.prog.Inst))}
	c.start = a.intern(c, nil, a.kind(-1))
	a.cache.Store(c)
	if a.anchored || a.lines || a.words {
		return
	}
	home := a.intern(c, nil, ' ')
	var leaves [maxClasses + 1]bool
	for class := range a.samples[:len(a.samples)-1] {
		leaves[class] = a.follow(c, home, uint8(class)) != home
	}
	for r := range c.leaves {
		c.leaves[r] = leaves[a.ascii[r]]
	}
	for i := range a.starts {
		if i+1 == len(a.starts) || a.starts[i+1] > utf8.RuneSelf {
			c.wide = c.wide || leaves[a.class[i]]
		}
	}
	c.home = home
}

// leave returns the first place from i on that leads away from home.
func (c *stateCache) leave(s string, i int) int {
	for ; i < len(s); i++ {
		if b := s[i]; b < utf8.RuneSelf {
			if c.leaves[b] {
				return i
			}
		} else if c.wide {
			return i
		}
	}
	return i
}

// grow makes the state that follows another on a character, or returns nil when there is no room for it: then the
// automaton starts afresh, after a rest that doubles each time, so that texts made to fill it cost little more than
// without it.
func (a *automaton) grow(c *stateCache, from *state, class uint8) *state {
	a.mu.Lock()
	defer a.mu.Unlock()
	if next := from.next[class].Load(); next != nil {
		return next
	}
	if c.size > maxStates {
		if a.cache.Load() == c {
			a.reset()
			a.rest.Store(min(16<<min(a.runs.Add(1), 12), maxRest))
		}
		return nil
	}
	return a.follow(c, from, class)
}

// follow finds what follows a state on a character of a class.
func (a *automaton) follow(c *stateCache, from *state, class uint8) *state {
	r := a.samples[class]
	asked := syntax.EmptyOpContext(from.before, r)
	clear(c.seen)
	c.found = c.found[:0]
	matched := false
	for _, place := range from.places {
		matched = a.spread(c, place, asked) || matched
	}
	if !a.anchored || from == c.start {
		matched = a.spread(c, uint32(a.prog.Start), asked) || matched
	}
	next := rejecting
	switch {
	case matched:
		next = accepting
	case r >= 0:
		var places []uint32
		for _, place := range c.found {
			if inst := &a.prog.Inst[place]; inst.MatchRune(r) && !slices.Contains(places, inst.Out) {
				places = append(places, inst.Out)
			}
		}
		if len(places) > 0 || !a.anchored {
			slices.Sort(places)
			next = a.intern(c, places, a.kind(r))
		}
	}
	from.next[class].Store(next)
	return next
}

// spread follows everything that needs no character, and notes the places that do. It tells whether the end of the
// program is among them.
func (a *automaton) spread(c *stateCache, place uint32, holds syntax.EmptyOp) bool {
	if c.seen[place] {
		return false
	}
	c.seen[place] = true
	inst := &a.prog.Inst[place]
	switch inst.Op {
	case syntax.InstMatch:
		return true
	case syntax.InstAlt, syntax.InstAltMatch:
		first := a.spread(c, inst.Out, holds)
		return a.spread(c, inst.Arg, holds) || first
	case syntax.InstCapture, syntax.InstNop:
		return a.spread(c, inst.Out, holds)
	case syntax.InstEmptyWidth:
		return syntax.EmptyOp(inst.Arg)&^holds == 0 && a.spread(c, inst.Out, holds)
	case syntax.InstFail:
		return false
	}
	c.found = append(c.found, place)
	return false
}

// intern returns the one state with these places.
func (a *automaton) intern(c *stateCache, places []uint32, before rune) *state {
	c.key = append(c.key[:0], byte(before))
	for _, place := range places {
		c.key = append(c.key, byte(place), byte(place>>8))
	}
	if s := c.states[string(c.key)]; s != nil {
		return s
	}
	s := &state{next: make([]atomic.Pointer[state], len(a.samples)), places: places, before: before}
	c.states[string(c.key)] = s
	c.size += 128 + 8*len(s.next) + 6*len(places)
	return s
}
