package correlate

import (
	"math/bits"
	"strings"
)

// seed keeps senders from choosing values that collide. It is drawn once and kept in snapshots.
type seed [2]uint64

const (
	ones  = 0x0101010101010101
	tops  = 0x8080808080808080
	prime = 0x9E3779B97F4A7C15
)

// mix folds the product of two words, as wyhash does (Wang Yi, public domain).
func mix(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	return hi ^ lo
}

// add hashes one more text, without regard to case, as Sigma compares texts.
func (s seed) add(h uint64, text string) uint64 {
	start := h
	n := len(text)
	h = mix(h^uint64(n)*prime^s[0], s[1])
	for i := 0; i < n; i += 8 {
		var w uint64
		if n-i >= 8 {
			_ = text[i+7]
			w = uint64(text[i]) | uint64(text[i+1])<<8 | uint64(text[i+2])<<16 | uint64(text[i+3])<<24 |
				uint64(text[i+4])<<32 | uint64(text[i+5])<<40 | uint64(text[i+6])<<48 | uint64(text[i+7])<<56
		} else {
			for j := n - 1; j >= i; j-- {
				w = w<<8 | uint64(text[j])
			}
		}
		if w&tops != 0 {
			return s.addFolded(start, strings.ToLower(text))
		}
		h = mix(h^lower8(w), s[1])
	}
	return h
}

// addFolded hashes a text that is in lower case and not plain ASCII.
func (s seed) addFolded(h uint64, text string) uint64 {
	h = mix(h^uint64(len(text))*prime^s[0], s[1])
	for i := range len(text) {
		h = mix(h^uint64(text[i])<<8, s[1])
	}
	return h
}

// lower8 turns the capital letters among eight ASCII bytes into small ones.
func lower8(w uint64) uint64 {
	upper := (w + (0x80-'A')*ones) ^ (w + (0x7f-'Z')*ones)
	return w | upper&tops>>2
}

func (s seed) finish(h uint64) uint64 { return mix(h^s[0], h^prime^s[1]) }
