package evtx

import (
	"bytes"
	"encoding/binary"
	"math"
	"strconv"
	"time"
)

// Types of values. The bit kindArray marks a list of them.
const (
	kindNull     = 0x00
	kindString   = 0x01
	kindANSI     = 0x02
	kindInt8     = 0x03
	kindUint8    = 0x04
	kindInt16    = 0x05
	kindUint16   = 0x06
	kindInt32    = 0x07
	kindUint32   = 0x08
	kindInt64    = 0x09
	kindUint64   = 0x0a
	kindReal32   = 0x0b
	kindReal64   = 0x0c
	kindBool     = 0x0d
	kindBinary   = 0x0e
	kindGUID     = 0x0f
	kindSize     = 0x10
	kindFileTime = 0x11
	kindSysTime  = 0x12
	kindSID      = 0x13
	kindHex32    = 0x14
	kindHex64    = 0x15
	kindHandle   = 0x20
	kindBinXML   = 0x21
	kindXML      = 0x23
	kindArray    = 0x80
)

// appendValue appends a value as JSON without quotes and tells its form. Bytes that do not fit the type are appended as
// hexadecimal text, so that nothing is invented and nothing is lost.
func appendValue(dst []byte, kind byte, raw []byte) ([]byte, form) {
	if kind&kindArray != 0 {
		return appendArray(dst, kind&^kindArray, raw)
	}
	switch kind {
	case kindString, kindXML:
		return appendUTF16(dst, trimUTF16(raw)), formText
	case kindANSI:
		return appendANSI(dst, bytes.TrimRight(raw, "\x00")), formText
	case kindBinary:
		return appendHexUpper(dst, raw), formText
	case kindNull:
		return dst, formNull
	}
	if len(raw) == 0 {
		return dst, formNull
	}
	if !fits(kind, raw) {
		return appendHexUpper(dst, raw), formText
	}
	switch kind {
	case kindInt8, kindInt16, kindInt32, kindInt64:
		return strconv.AppendInt(dst, signed(raw), 10), formPlain
	case kindUint8, kindUint16, kindUint32, kindUint64:
		return strconv.AppendUint(dst, unsigned(raw), 10), formPlain
	case kindHex32, kindHex64, kindSize, kindHandle:
		return strconv.AppendUint(append(dst, "0x"...), unsigned(raw), 16), formText
	case kindReal32:
		return appendFloat(dst, float64(math.Float32frombits(binary.LittleEndian.Uint32(raw))), 32)
	case kindReal64:
		return appendFloat(dst, math.Float64frombits(binary.LittleEndian.Uint64(raw)), 64)
	case kindBool:
		return strconv.AppendBool(dst, unsigned(raw) != 0), formPlain
	case kindGUID:
		return appendGUID(dst, raw), formText
	case kindFileTime:
		return appendTime(dst, fileTime(binary.LittleEndian.Uint64(raw))), formText
	case kindSysTime:
		return appendTime(dst, sysTime(raw)), formText
	case kindSID:
		return appendSID(dst, raw), formText
	}
	return appendHexUpper(dst, raw), formText
}

// fits tells whether bytes can be a value of a type. Integers may be narrower or wider than their type says, because
// some providers write them so.
func fits(kind byte, raw []byte) bool {
	switch kind {
	case kindReal32, kindReal64, kindGUID, kindFileTime, kindSysTime:
		return len(raw) == width(kind)
	case kindSID:
		return len(raw) == sidSize(raw)
	}
	return len(raw) <= 8
}

// width is the size of a type of fixed size, 0 for others.
func width(kind byte) int {
	switch kind {
	case kindInt8, kindUint8:
		return 1
	case kindInt16, kindUint16:
		return 2
	case kindInt32, kindUint32, kindReal32, kindBool, kindHex32:
		return 4
	case kindInt64, kindUint64, kindReal64, kindFileTime, kindHex64:
		return 8
	case kindGUID, kindSysTime:
		return 16
	}
	return 0
}

// appendArray appends a list: strings each end with a zero, other types stand side by side.
func appendArray(dst []byte, kind byte, raw []byte) ([]byte, form) {
	start := len(dst)
	for len(raw) > 0 {
		var item []byte
		switch kind {
		case kindString:
			item, raw = cutUTF16(raw)
		case kindANSI:
			item, raw, _ = bytes.Cut(raw, []byte{0})
		case kindSID:
			n := min(max(sidSize(raw), 1), len(raw))
			item, raw = raw[:n], raw[n:]
		default:
			n := width(kind)
			if n == 0 || n > len(raw) {
				n = len(raw)
			}
			item, raw = raw[:n], raw[n:]
		}
		if len(dst) > start {
			dst = append(dst, ',')
		}
		dst = appendItem(dst, kind, item)
	}
	if len(dst) == start {
		return dst, formNull
	}
	return dst, formArray
}

func appendItem(dst []byte, kind byte, raw []byte) []byte {
	at := len(dst)
	dst = append(dst, '"')
	dst, f := appendValue(dst, kind, raw)
	switch f {
	case formText:
		return append(dst, '"')
	case formNull:
		return append(dst[:at], "null"...)
	}
	return append(dst[:at], dst[at+1:]...)
}

func unsigned(raw []byte) uint64 {
	var b [8]byte
	copy(b[:], raw)
	return binary.LittleEndian.Uint64(b[:])
}

func signed(raw []byte) int64 {
	shift := 64 - 8*min(len(raw), 8)
	return int64(unsigned(raw)<<shift) >> shift
}

func appendFloat(dst []byte, v float64, bits int) ([]byte, form) {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return strconv.AppendFloat(dst, v, 'g', -1, bits), formText
	}
	return strconv.AppendFloat(dst, v, 'g', -1, bits), formPlain
}

const hexUpper = "0123456789ABCDEF"

func appendHexUpper(dst, raw []byte) []byte {
	for _, b := range raw {
		dst = append(dst, hexUpper[b>>4], hexUpper[b&0xf])
	}
	return dst
}

// appendGUID appends 16 bytes in the usual grouping, upper case, without braces.
func appendGUID(dst, raw []byte) []byte {
	le := [10]byte{raw[3], raw[2], raw[1], raw[0], raw[5], raw[4], raw[7], raw[6], raw[8], raw[9]}
	dst = append(appendHexUpper(dst, le[0:4]), '-')
	dst = append(appendHexUpper(dst, le[4:6]), '-')
	dst = append(appendHexUpper(dst, le[6:8]), '-')
	dst = append(appendHexUpper(dst, le[8:10]), '-')
	return appendHexUpper(dst, raw[10:16])
}

// sidSize is how long the security identifier at the start of raw is, -1 when there is none.
func sidSize(raw []byte) int {
	if len(raw) < 8 || raw[0] != 1 || raw[1] > 15 || len(raw) < 8+4*int(raw[1]) {
		return -1
	}
	return 8 + 4*int(raw[1])
}

func appendSID(dst, raw []byte) []byte {
	dst = append(dst, "S-1-"...)
	authority := uint64(binary.BigEndian.Uint16(raw[2:]))<<32 | uint64(binary.BigEndian.Uint32(raw[4:]))
	dst = strconv.AppendUint(dst, authority, 10)
	for sub := raw[8:]; len(sub) >= 4; sub = sub[4:] {
		dst = append(dst, '-')
		dst = strconv.AppendUint(dst, uint64(binary.LittleEndian.Uint32(sub)), 10)
	}
	return dst
}

// fileTime reads a FILETIME: steps of 100 ns since 1601.
func fileTime(v uint64) time.Time {
	const step, epoch = 1e7, 11644473600
	return time.Unix(int64(v/step)-epoch, int64(v%step)*100).UTC()
}

// sysTime reads a SYSTEMTIME: year, month, day of week, day, hour, minute, second, millisecond.
func sysTime(raw []byte) time.Time {
	n := func(i int) int { return int(binary.LittleEndian.Uint16(raw[2*i:])) }
	return time.Date(n(0), time.Month(n(1)), n(3), n(4), n(5), n(6), n(7)*int(time.Millisecond), time.UTC)
}

func appendTime(dst []byte, t time.Time) []byte {
	return t.AppendFormat(dst, "2006-01-02T15:04:05.000000Z")
}
