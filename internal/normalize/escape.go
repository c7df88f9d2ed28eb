package normalize

import (
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// unescapeAt reads the escape at src[i], writes what it stands for to out[n:] and returns the places behind both. An escape
// that is none stays as it is. What it writes is never longer than what it reads.
func unescapeAt(src []byte, i int, out []byte, n int) (int, int) {
	if i+1 >= len(src) {
		out[n] = '\\'
		return i + 1, n + 1
	}
	c := src[i+1]
	switch c {
	case '"', '\\', '/':
	case 'n':
		c = '\n'
	case 'r':
		c = '\r'
	case 't':
		c = '\t'
	case 'b':
		c = '\b'
	case 'f':
		c = '\f'
	case 'u':
		return unescapeRune(src, i, out, n)
	default:
		out[n], out[n+1] = '\\', c
		return i + 2, n + 2
	}
	out[n] = c
	return i + 2, n + 1
}

// unescapeRune is unescapeAt for \u with four hexadecimal digits, and for pairs of them.
func unescapeRune(src []byte, i int, out []byte, n int) (int, int) {
	first, ok := hex4(src, i+2)
	if !ok {
		out[n], out[n+1] = '\\', 'u'
		return i + 2, n + 2
	}
	if !utf16.IsSurrogate(first) {
		return i + 6, n + utf8.EncodeRune(out[n:], first)
	}
	if i+12 <= len(src) && src[i+6] == '\\' && src[i+7] == 'u' {
		if second, ok := hex4(src, i+8); ok {
			return i + 12, n + utf8.EncodeRune(out[n:], utf16.DecodeRune(first, second))
		}
	}
	return i + 6, n + copy(out[n:], src[i:i+6])
}

func hex4(src []byte, i int) (rune, bool) {
	if i+4 > len(src) {
		return 0, false
	}
	x, err := strconv.ParseUint(string(src[i:i+4]), 16, 16)
	return rune(x), err == nil
}
