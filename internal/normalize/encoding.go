package normalize

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf8"
	"unsafe"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"github.com/vedette-soc/vedette"
)

// encodingDamaged is what vedette.encoding says of bytes that fit no encoding: they became U+FFFD.
const encodingDamaged = "damaged"

// decode returns the record's text as valid UTF-8, and what it was when it was something else.
func (n *Normalizer) decode(rec *vedette.Record) (text, was string) {
	if len(rec.Data) >= 2 && (rec.Data[0] == 0xff && rec.Data[1] == 0xfe || rec.Data[0] == 0xfe && rec.Data[1] == 0xff) {
		if text, ok := decodeAs(unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM), rec.Data); ok {
			return text, "utf-16"
		}
	}
	if rec.Encoding != "" {
		if enc, err := htmlindex.Get(rec.Encoding); err == nil {
			if name, _ := htmlindex.Name(enc); name != "utf-8" {
				if text, ok := decodeAs(enc, rec.Data); ok {
					return text, name
				}
			}
		}
	}
	if ascii(rec.Data) || utf8.Valid(rec.Data) {
		if n.scratch.brief {
			return unsafe.String(unsafe.SliceData(rec.Data), len(rec.Data)), ""
		}
		return string(rec.Data), ""
	}
	if looksChinese(rec.Data) {
		if text, ok := decodeAs(simplifiedchinese.GB18030, rec.Data); ok {
			return text, "gb18030"
		}
	}
	return strings.ToValidUTF8(string(rec.Data), "\ufffd"), encodingDamaged
}

// ascii tells whether all bytes are, which most records are and which is quicker to see than what else is valid.
func ascii(data []byte) bool {
	const tops = 0x8080808080808080
	for len(data) >= 32 {
		a, b := binary.LittleEndian.Uint64(data), binary.LittleEndian.Uint64(data[8:])
		c, d := binary.LittleEndian.Uint64(data[16:]), binary.LittleEndian.Uint64(data[24:])
		if (a|b|c|d)&tops != 0 {
			return false
		}
		data = data[32:]
	}
	for _, c := range data {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// decodeAs decodes all of data, and tells whether every byte made sense.
func decodeAs(enc encoding.Encoding, data []byte) (string, bool) {
	out, err := enc.NewDecoder().Bytes(data)
	if err != nil || bytes.Contains(out, []byte("\ufffd")) {
		return "", false
	}
	return string(out), true
}

// looksChinese tells whether bytes that are not UTF-8 can well be GB18030. Nearly every pair of bytes is legal there,
// even Latin letters with accents, so legality proves nothing: in real Chinese text the second byte of most pairs lies
// above A0 as well, and text with whole UTF-8 characters in it is damaged UTF-8.
func looksChinese(data []byte) bool {
	if halfCharacter(data) {
		return false
	}
	pairs, high, whole, broken := 0, 0, 0, 0
	for i := 0; i < len(data); {
		if data[i] < utf8.RuneSelf {
			i++
			continue
		}
		if r, size := utf8.DecodeRune(data[i:]); r != utf8.RuneError && size >= 3 {
			whole++
			i += size
			continue
		}
		broken++
		if i+1 < len(data) {
			pairs++
			if data[i+1] >= 0xa1 {
				high++
			}
		}
		i += 2
	}
	return whole <= broken/4 && high*2 > pairs
}

// halfCharacter tells whether data is UTF-8 but for a last character that was cut off.
func halfCharacter(data []byte) bool {
	for n := 1; n < utf8.UTFMax && n <= len(data); n++ {
		tail := data[len(data)-n:]
		if utf8.RuneStart(tail[0]) {
			return tail[0] >= utf8.RuneSelf && !utf8.FullRune(tail) && utf8.Valid(data[:len(data)-n])
		}
	}
	return false
}
