package demo_test

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/vedette-soc/vedette/internal/demo"
)

var end = time.Date(2026, 3, 4, 17, 0, 0, 0, time.UTC)

func TestTheSameSeedGivesTheSameDay(t *testing.T) {
	digest := func(seed uint64) string {
		o := demo.Defaults(end)
		o.Seed, o.Benign = seed, 20
		h := sha256.New()
		for it := range demo.Day(o) {
			fmt.Fprintln(h, it)
		}
		return string(h.Sum(nil))
	}
	if day, again := digest(7), digest(7); day != again || day == digest(8) {
		t.Fatal("a day must depend on its seed and on nothing else")
	}
}

func TestTheDayIsQuietLargeAndInOrder(t *testing.T) {
	hosts, hostile, benign := map[string]bool{}, 0, 0
	last := end.Add(-48 * time.Hour)
	for it := range demo.Day(demo.Defaults(end)) {
		if it.At.Before(last) || it.At.After(end) {
			t.Fatalf("%s after %s", it.At, last)
		}
		last = it.At
		hosts[it.From+it.Source] = true
		if it.From == "" && !json.Valid([]byte(it.Text)) {
			t.Fatalf("not JSON: %s", it.Text)
		}
		if it.Hostile {
			hostile++
		} else {
			benign++
		}
		if strings.ContainsAny(it.Text, "\n") || strings.Contains(it.Text, "%!") {
			t.Fatalf("a malformed record: %s", it.Text)
		}
	}
	if len(hosts) < 20 || hostile < 100 || benign < 500*hostile {
		t.Fatalf("%d hosts, %d hostile and %d benign records", len(hosts), hostile, benign)
	}
}
