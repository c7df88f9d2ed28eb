package ledger

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func TestABlockComesBackAsItWas(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, size := range []int64{1, hour} {
		b := block{}
		for range 500 {
			id := random.Int64N(100_000) + 1
			for i := range size {
				if n := random.Int64N(4); n > 0 && random.IntN(3) > 0 {
					b.add(id, i, n*n*n*997, size)
				}
			}
		}
		data, err := b.encode(size)
		if err != nil {
			t.Fatal(err)
		}
		seen := 0
		err = decode(data, func(pair int64, counts []int64) {
			seen++
			if !slices.Equal(counts, b[pair]) {
				t.Fatalf("pair %d: %v, want %v", pair, counts, b[pair])
			}
		})
		if err != nil || seen != len(b) {
			t.Fatalf("%d of %d pairs, %v", seen, len(b), err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, size := range []int64{1, hour} {
		b := block{}
		b.add(3, 0, 7, size)
		b.add(900, size-1, 1, size)
		data, err := b.encode(size)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		_ = decode(data, func(_ int64, counts []int64) {
			for _, n := range counts {
				if n < 0 {
					t.Fatal("a negative count")
				}
			}
		})
	})
}
