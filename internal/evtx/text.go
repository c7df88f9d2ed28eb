package evtx

import (
	"encoding/binary"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

const hexLower = "0123456789abcdef"

// appendUTF16 appends little-endian UTF-16 as UTF-8, escaped for JSON. Halves of surrogate pairs become U+FFFD.
func appendUTF16(dst, raw []byte) []byte {
	for len(raw) >= 2 {
		r := rune(binary.LittleEndian.Uint16(raw))
		raw = raw[2:]
		if r >= 0x20 && r < utf8.RuneSelf && r != '"' && r != '\\' {
			dst = append(dst, byte(r))
			continue
		}
		if utf16.IsSurrogate(r) {
			var low rune
			if len(raw) >= 2 {
				low = rune(binary.LittleEndian.Uint16(raw))
			}
			if r = utf16.DecodeRune(r, low); r != utf8.RuneError {
				raw = raw[2:]
			}
		}
		dst = appendRune(dst, r)
	}
	return dst
}

// appendRune appends one character, escaped for JSON.
func appendRune(dst []byte, r rune) []byte {
	switch r {
	case '"', '\\':
		return append(dst, '\\', byte(r))
	case '\n':
		return append(dst, `\n`...)
	case '\r':
		return append(dst, `\r`...)
	case '\t':
		return append(dst, `\t`...)
	}
	if r < 0x20 {
		return append(dst, '\\', 'u', '0', '0', hexLower[r>>4&0xf], hexLower[r&0xf])
	}
	return utf8.AppendRune(dst, r)
}

// appendANSI appends text of Windows code page 1252, the one that event logs use where they are not Unicode.
func appendANSI(dst, raw []byte) []byte {
	for _, b := range raw {
		dst = appendRune(dst, charmap.Windows1252.DecodeByte(b))
	}
	return dst
}

// trimUTF16 cuts zeroes off the end: some providers count the terminator as part of the string.
func trimUTF16(raw []byte) []byte {
	raw = raw[:len(raw)&^1]
	for len(raw) >= 2 && raw[len(raw)-1] == 0 && raw[len(raw)-2] == 0 {
		raw = raw[:len(raw)-2]
	}
	return raw
}

// cutUTF16 splits off the first zero-terminated string.
func cutUTF16(raw []byte) (first, rest []byte) {
	for i := 0; i+1 < len(raw); i += 2 {
		if raw[i] == 0 && raw[i+1] == 0 {
			return raw[:i], raw[i+2:]
		}
	}
	return raw[:len(raw)&^1], nil
}
