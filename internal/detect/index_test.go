package detect

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/vedette-soc/vedette"
)

// Whatever literals are wanted, the index finds exactly those that a plain search finds.
func TestScannerFindsWhatAPlainSearchFinds(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	pieces := []string{"a", "b", "Ab", "cmd", ".EXE", `\`, "@", "[", "{", "`", "power", "shell", "1", "22", " ", "密", "Ä", "\u212a", "ſ", "\xff", "İ", "zzzzzzzz", "\x00", "_"}
	text := func(n int) string {
		var b strings.Builder
		for range r.IntN(n + 1) {
			b.WriteString(pieces[r.IntN(len(pieces))])
		}
		return b.String()
	}
	for range 300 {
		wanted := make(map[need][]filing)
		rules := int32(0)
		for range 1 + r.IntN(40) {
			n := need{text: lower(text(6)), at: needAt(r.IntN(4))}
			if n.at == needWhole || len(n.text) >= minLiteral {
				wanted[n] = append(wanted[n], filingOf(rules, allClauses))
				rules++
			}
		}
		f := newScanner(wanted)
		for range 50 {
			ev := &vedette.Event{}
			ev.Add("src.A", text(9))
			v := newView(newNames(), int(rules))
			v.bind(ev)
			v.epoch = 1
			s, wide := v.folded(0)
			f.look(v, s, wide)
			for n, places := range wanted {
				if got, want := slices.Contains(v.candidates, places[0].rule()), plainFind(n, ev.Fields[0].Value); got != want {
					t.Fatalf("%q at %d in %q: %v, want %v", n.text, n.at, ev.Fields[0].Value, got, want)
				}
			}
		}
	}
}

func plainFind(n need, value string) bool {
	folded := lower(value)
	switch n.at {
	case needWhole:
		number, ok := canonicalNumber(value)
		same, isNumber := canonicalNumber(n.text)
		return folded == n.text || ok && isNumber && same == n.text && number == n.text
	case needStart:
		return strings.HasPrefix(folded, n.text)
	case needEnd:
		return strings.HasSuffix(folded, n.text)
	}
	return strings.Contains(folded, n.text)
}

func TestFoldingByWords(t *testing.T) {
	for c := range 256 {
		one := string([]byte{byte(c)})
		want := byte(c)
		if 'A' <= c && c <= 'Z' {
			want += 'a' - 'A'
		}
		if got := lower8(uint64(c) * everyByte); got != uint64(want)*everyByte {
			t.Errorf("%#x becomes %#x", c, got)
		}
		for n := range 20 {
			s := strings.Repeat("x", n) + one + strings.Repeat("Y", 3)
			if isASCII(s) != (c < 0x80) {
				t.Errorf("isASCII(%q)", s)
			}
			if folded := strings.Repeat("x", n) + string([]byte{want}) + "yyy"; !equalFolded(s, folded) || equalFolded(s, folded[:n]+"\x01yyy") && c != 1 {
				t.Errorf("equalFolded(%q)", s)
			}
		}
	}
	r := rand.New(rand.NewPCG(1, 1))
	for range 2000 {
		var b strings.Builder
		for range r.IntN(30) {
			b.WriteString([]string{"A", "z", "Ä", "\u212a", "密", "\xff", "\xe5\xaf", "@[", "İ"}[r.IntN(9)])
		}
		want := ""
		for s := b.String(); s != ""; {
			char, size := utf8.DecodeRuneInString(s)
			if char == utf8.RuneError {
				want += s[:size]
			} else {
				want += string(unicode.ToLower(char))
			}
			s = s[size:]
		}
		if got := lower(b.String()); got != want {
			t.Fatalf("%q becomes %q, want %q", b.String(), got, want)
		}
	}
}

func TestNamesKeepTheirSlots(t *testing.T) {
	n := newNames()
	want := map[string]int32{"": n.slot("")}
	for i := range 3000 {
		name := fmt.Sprintf("src.%d", i*7919)
		if i%5 == 0 {
			name = fmt.Sprintf("x%d", i)
		}
		want[name] = n.slot(name)
	}
	want["source.ip"] = n.slot("source.ip")
	for name, slot := range want {
		if got := n.of(&vedette.Field{Name: name, Key: vedette.KeyOf(name)}); got != slot || n.slot(name) != slot || n.list[slot] != name {
			t.Errorf("%q has slot %d, then %d", name, slot, got)
		}
	}
	if n.of(&vedette.Field{Name: "src.nobody"}) != 0 {
		t.Error("a name nobody asks for has a slot")
	}
}
