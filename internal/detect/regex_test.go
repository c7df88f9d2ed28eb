package detect

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/vedette-soc/vedette"
)

// textOnly is a view of one text, as far as an expression looks at it.
func textOnly(s string) *view {
	return &view{ev: eventOfText(s), low: make([][]byte, 2)}
}

var expressionSeeds = []string{
	`a+b`, `^ab`, `ab$`, `^$`, `\bcmd\b`, `(?m)^x.*y$`, `(?i)straße|ſs|K`, `.{10,}`, `[a-c]{3}`, `^[A-Za-z0-9]{16}$`, `\+.*\+.*\+`,
	"\\w+`(?:\\w+|-|.)`[\\w+|\\s]", `\\[a-zA-Z0-9]{1,32}\.[a-zA-Z0-9]{1,6}\.[ "']{1}`, `(?s)a.b`, `a.b`, `[^a]{2,5}x`, `\B-\B`,
	`(a|b|)*c`, `(?:)`, `\x{fffd}`, `密+`, `[^\x00-\x7f]`, `\pL\d`, `(^|x)y`, `x(y|$)`, `a{0}b`, `[^\s\S]`, `(?i)[k-s]{4}`, `\Aab\z`, `(?m)$x`,
}

// An expression means what Go's regexp says it means, however it is run.
func FuzzExpression(f *testing.F) {
	for _, seed := range expressionSeeds {
		f.Add(seed, "aab xyzzy\ncmd.exe -k ſK密 \xff a.b")
	}
	f.Fuzz(func(t *testing.T, pattern, text string) {
		if len(pattern) > 60 || len(text) > 4000 {
			return
		}
		agree(t, pattern, text)
	})
}

func agree(t *testing.T, pattern, text string) {
	t.Helper()
	want, err := regexp.Compile(pattern)
	if err != nil {
		return
	}
	m, err := newExpression(pattern, "", pattern)
	if err != nil {
		t.Fatalf("%q: %v", pattern, err)
	}
	for range 2 { // the second time from states that are there already
		if got := m.match(textOnly(text), 0); got != want.MatchString(text) {
			t.Fatalf("%q on %q: %v, want %v", pattern, text, got, !got)
		}
		if m.auto != nil {
			if got, known := m.auto.match(text); known && got != want.MatchString(text) {
				t.Fatalf("the automaton of %q on %q: %v, want %v", pattern, text, got, !got)
			}
		}
	}
}

func TestExpressionsAgreeWithRegexp(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	pieces := []string{"a", "b", "c", "x", "y", "A", "K", "s", "ſ", "\u212a", "密", "é", "\xff", "\n", " ", "-", ".", `\`, "+", "1", "22", "cmd", "`", `"`}
	atoms := []string{"a", "b", "x", ".", `\w`, `\s`, `\d`, "[a-c]", "[^a]", "密", "ſ", "K", `\.`, `\+`, "(?i:k)", "(?i:s)", "^", "$", `\b`, `\B`, "(?m:^)", "(?m:$)", "(?s:.)", "cmd"}
	word := func(from []string, n int) string {
		var b strings.Builder
		for range r.IntN(n + 1) {
			b.WriteString(from[r.IntN(len(from))])
		}
		return b.String()
	}
	for range 4000 {
		var b strings.Builder
		for range 1 + r.IntN(4) {
			b.WriteString("(?:" + word(atoms, 3) + []string{"", "|" + word(atoms, 2)}[r.IntN(2)] + ")")
			b.WriteString([]string{"", "*", "+", "?", "{2,3}", "{3,}"}[r.IntN(6)])
		}
		pattern := b.String()
		if r.IntN(6) == 0 {
			pattern = atoms[r.IntN(12)] + []string{"{2,}", "{5}", "{3,9}"}[r.IntN(3)]
		}
		for range 5 {
			agree(t, pattern, word(pieces, 12))
		}
	}
	for _, pattern := range expressionSeeds {
		for range 50 {
			agree(t, pattern, word(pieces, 30))
		}
	}
}

// Texts made to need ever new states neither fill the memory nor change the answer.
func TestAutomatonStaysSmall(t *testing.T) {
	const pattern = `(a|b)*a(a|b){18}c`
	want := regexp.MustCompile(pattern)
	m, err := newExpression(pattern, "", pattern)
	if err != nil || m.auto == nil {
		t.Fatalf("no automaton: %v", err)
	}
	r := rand.New(rand.NewPCG(9, 9))
	for range 300 {
		var b strings.Builder
		for range 400 {
			b.WriteByte("ab"[r.IntN(2)])
		}
		b.WriteString([]string{"c", "d"}[r.IntN(2)])
		if got := m.match(textOnly(b.String()), 0); got != want.MatchString(b.String()) {
			t.Fatalf("%s: %v", b.String(), got)
		}
		if size := m.auto.cache.Load().size; size > maxStates+4096 {
			t.Fatalf("%d bytes of states", size)
		}
	}
	if m.auto.runs.Load() == 0 {
		t.Error("the cache never ran over: the test says nothing")
	}
}

func TestGuards(t *testing.T) {
	for pattern, want := range map[string]guard{
		`\{.*\{.*\{`: {3, 3, '{'}, "a+`b": {3, 1, '`'}, `(?i)k{4}`: {4, 0, 0}, `(x\+|\+\+)y`: {3, 1, '+'}, `a?`: {0, 0, 0}, `.{100,}`: {100, 0, 0},
		`(?:)`: {0, 0, 0}, `[~]x{2}`: {3, 1, '~'}, `密`: {1, 0, 0}, `(\[\d\]){3}`: {9, 3, ']'},
	} {
		m, err := newExpression(pattern, "", pattern)
		if err != nil || m.guard != want {
			t.Errorf("%s: %+v, want %+v (%v)", pattern, m.guard, want, err)
		}
	}
}

func eventOfText(s string) *vedette.Event {
	ev := &vedette.Event{}
	ev.Add("src.A", s)
	return ev
}
