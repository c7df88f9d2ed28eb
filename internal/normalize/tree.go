package normalize

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"strings"
	"unsafe"
)

// maxNesting is how deep JSON may be nested.
const maxNesting = 300

// Bounds of the memory that a tree keeps between texts.
const (
	firstValues = 64
	keepValues  = 1 << 14
	keepText    = 64 << 10
)

// tree reads JSON into linked values, in one pass over the text and without copying: what has no escapes stays where it
// is. It is lenient where nothing can be misunderstood: control characters in strings and unknown escapes stay as they
// are, numbers are not looked into.
type tree struct {
	src    []byte // the text
	text   string // the same
	values []Value
	used   int
	last   int // length of the text before
	lend   *scratch
	err    Reason
}

// parse reads a text that is one JSON value. Unescaped strings go where the event keeps its values.
func (t *tree) parse(text string, s *scratch) (*Value, Reason) {
	if t.used > keepValues {
		t.values = nil
	} else if t.last > keepText {
		clear(t.values[:t.used]) // lets go of the text
	}
	t.text, t.src, t.used, t.last, t.err, t.lend = text, unsafe.Slice(unsafe.StringData(text), len(text)), 0, len(text), "", s
	v := t.value()
	end := t.blank(t.read(t.blank(0), 0, v))
	if t.err == "" && end != len(text) {
		t.err = ReasonInvalidJSON
	}
	return v, t.err
}

// value takes an empty value from the store.
func (t *tree) value() *Value {
	if t.used == len(t.values) {
		t.values = make([]Value, max(firstValues, min(2*len(t.values), keepValues))) // those before stay where they are
		t.used = 0
	}
	v := &t.values[t.used]
	t.used++
	*v = Value{}
	return v
}

// fail ends reading: everything goes on behind the end of the text.
func (t *tree) fail(why Reason) int {
	if t.err == "" {
		t.err = why
	}
	return len(t.src)
}

// blank skips white space.
func (t *tree) blank(i int) int {
	for i < len(t.src) && (t.src[i] == ' ' || t.src[i] == '\n' || t.src[i] == '\t' || t.src[i] == '\r') {
		i++
	}
	return i
}

// read reads the value that begins at i into v and returns the place behind it.
func (t *tree) read(i, depth int, v *Value) int {
	if i >= len(t.src) {
		return t.fail(ReasonInvalidJSON)
	}
	if depth >= maxNesting {
		return t.fail(ReasonTooDeep)
	}
	switch c := t.src[i]; {
	case c == '"':
		v.kind = TypeString
		v.text, i = t.quoted(i + 1)
		return i
	case c == '{':
		return t.object(i, depth, v)
	case c == '[':
		return t.array(i, depth, v)
	case c == 't':
		return t.word(i, "true", TypeTrue, v)
	case c == 'f':
		return t.word(i, "false", TypeFalse, v)
	case c == 'n' && !isNaN(t.text[i:]):
		return t.word(i, "null", TypeNull, v)
	default:
		return t.number(i, v)
	}
}

func (t *tree) word(i int, word string, kind Type, v *Value) int {
	if !strings.HasPrefix(t.text[i:], word) {
		return t.fail(ReasonInvalidJSON)
	}
	v.kind = kind
	return i + len(word)
}

func (t *tree) object(start, depth int, v *Value) int {
	v.kind = TypeObject
	i := t.blank(start + 1)
	if i < len(t.src) && t.src[i] == '}' {
		v.text = t.text[start : i+1]
		return i + 1
	}
	for at := &v.child; ; {
		if i >= len(t.src) || t.src[i] != '"' {
			return t.fail(ReasonInvalidJSON)
		}
		m := t.value()
		*at, at = m, &m.next
		v.size++
		m.key, i = t.quoted(i + 1)
		if i = t.blank(i); i >= len(t.src) || t.src[i] != ':' {
			return t.fail(ReasonInvalidJSON)
		}
		if i = t.blank(t.read(t.blank(i+1), depth+1, m)); i >= len(t.src) {
			return t.fail(ReasonInvalidJSON)
		}
		switch t.src[i] {
		case ',':
			i = t.blank(i + 1)
		case '}':
			v.text = t.text[start : i+1]
			return i + 1
		default:
			return t.fail(ReasonInvalidJSON)
		}
	}
}

func (t *tree) array(start, depth int, v *Value) int {
	v.kind = TypeArray
	i := t.blank(start + 1)
	if i < len(t.src) && t.src[i] == ']' {
		v.text = t.text[start : i+1]
		return i + 1
	}
	for at := &v.child; ; {
		item := t.value()
		*at, at = item, &item.next
		v.size++
		if i = t.blank(t.read(i, depth+1, item)); i >= len(t.src) {
			return t.fail(ReasonInvalidJSON)
		}
		switch t.src[i] {
		case ',':
			i = t.blank(i + 1)
		case ']':
			v.text = t.text[start : i+1]
			return i + 1
		default:
			return t.fail(ReasonInvalidJSON)
		}
	}
}

// number reads what can be a number, or one of the words that some programs write for none.
func (t *tree) number(start int, v *Value) int {
	v.kind = TypeNumber
	i := start
	for i < len(t.src) && (t.src[i]-'0' < 10 || t.src[i] == '.' || t.src[i] == '-' || t.src[i] == '+' || t.src[i]|0x20 == 'e') {
		i++
	}
	if i == start || i == start+1 && (t.src[start] == '-' || t.src[start] == '+') {
		if rest := t.text[i:]; isNaN(rest) || len(rest) >= 3 && strings.EqualFold(rest[:3], "inf") {
			i += 3
		} else if i == start || i < len(t.src) {
			return t.fail(ReasonInvalidJSON)
		}
	}
	v.text = t.text[start:i]
	return i
}

func isNaN(s string) bool { return len(s) >= 3 && strings.EqualFold(s[:3], "nan") }

// Eight bytes at a time: each byte of the result that is not zero marks a quotation mark or backslash; what stands
// behind the first of them means nothing.
func special(word uint64) uint64 {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	quote, slash := word^(ones*'"'), word^(ones*'\\')
	return ((quote-ones)&^quote | (slash-ones)&^slash) & tops
}

// quoted reads a string from behind its first quotation mark and returns the place behind its last.
func (t *tree) quoted(start int) (string, int) {
	src := t.src
	i := start
	for i+8 <= len(src) {
		if found := special(binary.LittleEndian.Uint64(src[i:])); found != 0 {
			i += bits.TrailingZeros64(found) >> 3
			if src[i] == '"' {
				return t.text[start:i], i + 1
			}
			return t.escaped(start, i)
		}
		i += 8
	}
	for ; i < len(src); i++ {
		if src[i] == '"' {
			return t.text[start:i], i + 1
		}
		if src[i] == '\\' {
			return t.escaped(start, i)
		}
	}
	return "", t.fail(ReasonInvalidJSON)
}

// escaped reads a string whose first backslash is at i.
func (t *tree) escaped(start, i int) (string, int) {
	src := t.src
	end := closing(src, i)
	if end < 0 {
		return "", t.fail(ReasonInvalidJSON)
	}
	const slack = 8 // whole words are written, of which only the beginning may count
	out := t.lend.reserve(end-start+slack, len(src)-start)
	n := copy(out, src[start:i])
	for i < end {
		if src[i] == '\\' {
			i, n = unescapeAt(src[:end], i, out, n)
			continue
		}
		if i+8 > len(src) {
			out[n] = src[i]
			i, n = i+1, n+1
			continue
		}
		word := binary.LittleEndian.Uint64(src[i:])
		binary.LittleEndian.PutUint64(out[n:], word)
		step := 8
		if found := special(word); found != 0 {
			step = bits.TrailingZeros64(found) >> 3
		}
		step = min(step, end-i)
		i, n = i+step, n+step
	}
	return t.lend.claim(n), end + 1
}

// closing finds the quotation mark that ends a string, from a backslash within it on; -1 when there is none. A mark
// behind an odd number of backslashes is part of the string.
func closing(src []byte, first int) int {
	for at := first; ; at++ {
		n := bytes.IndexByte(src[at:], '"')
		if n < 0 {
			return -1
		}
		at += n
		slashes := at
		for slashes > first && src[slashes-1] == '\\' {
			slashes--
		}
		if (at-slashes)%2 == 0 {
			return at
		}
	}
}
