package detect

import (
	"strings"

	"github.com/vedette-soc/vedette"
)

// closest finds the word that was probably meant: equal but for the case of letters, or at most so many edits away, and
// fewer than half of its letters, or else with something behind it. Of several the nearest.
func closest(word string, known []string, edits int) string {
	best, least := "", edits+1
	lower := strings.ToLower(strings.TrimSpace(word))
	if lower == "" || len(lower) > 64 {
		return ""
	}
	for _, k := range known {
		if small := strings.ToLower(k); len(k) >= 4 && strings.HasPrefix(lower, small) && best == "" {
			best = k
		}
		if d := distance(lower, strings.ToLower(k)); d < least && d*2 < len(k) {
			best, least = k, d
		}
	}
	return best
}

// distance counts the letters to insert, remove, replace or swap with their neighbour to turn one word into another.
func distance(a, b string) int {
	before, last := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row := make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(row[j-1]+1, last[j]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}

// shorten cuts what a message quotes of a file.
func shorten(s string) string { return vedette.Shorten(s, 100) }
