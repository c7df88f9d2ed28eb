package detect

import (
	"encoding/base64"
	"strings"
	"unicode/utf16"
)

// utf16Bytes encodes text as UTF-16 and returns the bytes as a string. Only text whose encoding is again valid UTF-8 can
// ever be found in an event, which is ASCII; base64 on top of it takes any.
func utf16Bytes(s string, bigEndian bool) string {
	units := utf16.Encode([]rune(s))
	b := make([]byte, 0, 2*len(units))
	for _, u := range units {
		if bigEndian {
			b = append(b, byte(u>>8), byte(u))
		} else {
			b = append(b, byte(u), byte(u>>8))
		}
	}
	return string(b)
}

// byteOrderMark is what the utf16 modifier puts first, little-endian.
const byteOrderMark = "\xff\xfe"

func base64Text(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

// base64Offsets returns the three texts of which one must appear when s stands anywhere within base64-encoded data: the
// characters that depend on nothing but s, for each place that s can have within a group of three bytes.
func base64Offsets(s string) []string {
	first := [3]int{0, 2, 3}
	cut := [3]int{0, 3, 2}
	out := make([]string, 0, 3)
	for i := range 3 {
		enc := base64Text(strings.Repeat(" ", i) + s)
		from, to := first[i], len(enc)-cut[(len(s)+i)%3]
		if from < to {
			out = append(out, enc[from:to])
		}
	}
	return out
}
