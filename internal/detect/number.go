package detect

import (
	"math"
	"strconv"
)

// canonicalNumber writes a decimal number in one way for each value, so that "4624", "4624.0" and "04624" are the same.
// Text that is already written that way is returned as it is.
func canonicalNumber(s string) (string, bool) {
	switch {
	case isCanonicalInt(s):
		return s, true
	case !looksNumeric(s):
		return "", false
	}
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return strconv.FormatInt(n, 10), true
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsInf(f, 0) {
		return "", false
	}
	if f == math.Trunc(f) && math.Abs(f) < 1<<53 {
		return strconv.FormatInt(int64(f), 10), true
	}
	return strconv.FormatFloat(f, 'g', -1, 64), true
}

// isCanonicalInt tells whether s is an integer without sign, leading zero or overflow: nearly every number in events.
func isCanonicalInt(s string) bool {
	if s == "" || len(s) > 18 || s[0] == '0' && len(s) > 1 {
		return false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// looksNumeric is the cheap look before a number is parsed: it lets through only what decimal numbers are made of.
func looksNumeric(s string) bool {
	if s == "" || len(s) > 64 {
		return false
	}
	digits := false
	for i := range len(s) {
		switch c := s[i]; {
		case '0' <= c && c <= '9':
			digits = true
		case c == '-', c == '+', c == '.', c == 'e', c == 'E':
		default:
			return false
		}
	}
	return digits
}

// number is a decimal number that keeps whole numbers exact.
type number struct {
	whole bool
	i     int64
	f     float64
}

func parseNumber(s string) (number, bool) {
	if !looksNumeric(s) {
		return number{}, false
	}
	if i, err := strconv.ParseInt(s, 10, 64); err == nil {
		return number{whole: true, i: i, f: float64(i)}, true
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsInf(f, 0) {
		return number{}, false
	}
	return number{f: f}, true
}

// compare returns -1, 0 or 1.
func (n number) compare(m number) int {
	if n.whole && m.whole {
		switch {
		case n.i < m.i:
			return -1
		case n.i > m.i:
			return 1
		}
		return 0
	}
	switch {
	case n.f < m.f:
		return -1
	case n.f > m.f:
		return 1
	}
	return 0
}
