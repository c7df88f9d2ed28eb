package text_test

import (
	"math"
	"strings"
	"testing"

	"github.com/vedette-soc/vedette/internal/baseline/text"
	"github.com/vedette-soc/vedette/internal/baseline/text/corpus"
)

func FuzzScore(f *testing.F) {
	m := learned(f, text.Config{}, corpus.Commands(1, 500))
	names, err := text.NewNames()
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range []string{"", "ls", "\xff\x00é漢字", "{0000aaaa-bbbb-", "deadbeef0-1234-x", strings.Repeat("a0", 20000)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v := m.Explain(s)
		if !(v.Nats >= 0) || math.IsInf(v.Nats, 0) || !strings.Contains(s, v.Window) || len(v.Window) > 8 || !(v.Tail > 0 && v.Tail <= 1) {
			t.Fatalf("%q: %+v", s, v)
		}
		m.Text(text.Commands(), v)
		if nats, _ := names.Generated(s); math.IsNaN(nats) || math.IsInf(nats, 0) {
			t.Fatalf("%q: %v nats", s, nats)
		}
		domain, below := text.Registered(s)
		if bits := names.Information(below); !(bits >= 0 && bits <= 12*255) || domain == "" && below != "" {
			t.Fatalf("%q: %v bits", s, bits)
		}
	})
}

func FuzzRestore(f *testing.F) {
	m := learned(f, text.Config{}, corpus.Commands(1, 20))
	f.Add(m.Snapshot(nil))
	f.Add([]byte("vedette text 1\n"))
	f.Fuzz(func(t *testing.T, snapshot []byte) {
		r, err := text.Restore(snapshot)
		if err != nil {
			return
		}
		r.Score("whoami")
		again, err := text.Restore(r.Snapshot(nil))
		if err != nil || string(again.Snapshot(nil)) != string(r.Snapshot(nil)) {
			t.Fatalf("a snapshot does not survive: %v", err)
		}
	})
}
