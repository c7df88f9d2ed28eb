package detect

import (
	"math"
	"strconv"
)

// canonicalNumber writes a decimal number in one way for each value, so that "4624", "4624.0" and "04624" are the same.
// Text that is already written that way is returned as it is.
func canonicalNumber(s string) (string, bool) {
	if isCanonicalInt(s) {
		return s, true
	}
	n, ok := parseNumber(s)
	switch {
	case !ok:
		return "", false
	case n.whole:
		return strconv.FormatInt(n.i, 10), true
	case n.f == math.Trunc(n.f) && math.Abs(n.f) < 1<<53:
		return strconv.FormatInt(int64(n.f), 10), true
	}
	return strconv.FormatFloat(n.f, 'g', -1, 64), true
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

// numeric tells whether s is a decimal number and whether it is written without a fraction or exponent. It is the strict
// look before parsing, because the errors of parsers cost memory.
func numeric(s string) (ok, whole bool) {
	if len(s) > 64 {
		return false, false
	}
	i, start := 0, 0
	digits := func() bool {
		for start = i; i < len(s) && '0' <= s[i] && s[i] <= '9'; i++ {
		}
		return i > start
	}
	if i < len(s) && (s[i] == '-' || s[i] == '+') {
		i++
	}
	before := digits()
	if i == len(s) {
		return before, before && len(s) < 20
	}
	after := false
	if s[i] == '.' {
		i++
		after = digits()
	}
	if !before && !after {
		return false, false
	}
	if i < len(s) && (s[i] == 'e' || s[i] == 'E') {
		i++
		if i < len(s) && (s[i] == '-' || s[i] == '+') {
			i++
		}
		if !digits() {
			return false, false
		}
	}
	return i == len(s), false
}

// number is a decimal number that keeps whole numbers exact.
type number struct {
	whole bool
	i     int64
	f     float64
}

func parseNumber(s string) (number, bool) {
	ok, whole := numeric(s)
	if !ok {
		return number{}, false
	}
	if whole {
		if i, err := strconv.ParseInt(s, 10, 64); err == nil {
			return number{whole: true, i: i, f: float64(i)}, true
		}
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
