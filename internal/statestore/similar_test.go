package statestore_test

import (
	"fmt"
	"testing"
)

// BenchmarkSimilar finds what is like one of a hundred thousand incidents.
func BenchmarkSimilar(b *testing.B) {
	for engine, address := range map[string]func(testing.TB) string{"sqlite": sqliteURL, "postgres": postgresURL} {
		b.Run(engine, func(b *testing.B) {
			store := filled(b, address(b), 100_000)
			n := 0
			for b.Loop() {
				n = (n + 7919) % 100_000
				found, err := store.SimilarIncidents(b.Context(), "default", fmt.Sprintf("inc-%06d", n), 10)
				if err != nil || len(found) != 10 || found[0].Likeness <= 0 {
					b.Fatalf("%d similar: %v", len(found), err)
				}
			}
		})
	}
}
