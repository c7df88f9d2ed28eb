package normalize

import "strconv"

// Type is what kind of JSON a value is.
type Type uint8

// The kinds of JSON.
const (
	TypeNull Type = iota
	TypeObject
	TypeArray
	TypeString
	TypeNumber
	TypeTrue
	TypeFalse
)

// Value is one value of a JSON text, valid until its tree reads another. A nil Value stands for one that is not there:
// all methods may be called on it.
//
// The texts of strings, numbers and keys outlive the tree: they lie in the JSON text itself, or where the event keeps
// what had to be unescaped.
type Value struct {
	key, text string // of an object or list, text is its source
	child     *Value // first member or element
	next      *Value // the sibling behind it
	size      int32  // members or elements
	kind      Type
}

// Type tells what kind of JSON the value is; TypeNull when it is not there.
func (v *Value) Type() Type {
	if v == nil {
		return TypeNull
	}
	return v.kind
}

// Key is the name of a member of an object.
func (v *Value) Key() string { return v.key }

// Members returns the first member of an object, nil when it has none or is none; Next leads to the others.
func (v *Value) Members() *Value {
	if v == nil || v.kind != TypeObject {
		return nil
	}
	return v.child
}

// Elements returns the first element of a list, nil when it has none or is none; Next leads to the others.
func (v *Value) Elements() *Value {
	if v == nil || v.kind != TypeArray {
		return nil
	}
	return v.child
}

// Next is the member or element that follows in the same object or list, nil behind the last.
func (v *Value) Next() *Value { return v.next }

// Len is how many members or elements it has.
func (v *Value) Len() int {
	if v == nil {
		return 0
	}
	return int(v.size)
}

// Get follows a path of keys, and of positions in lists; nil when it leads nowhere. Of several members with one name the
// first counts.
func (v *Value) Get(path ...string) *Value {
	for _, key := range path {
		switch {
		case v == nil:
			return nil
		case v.kind == TypeObject:
			v = v.member(key)
		case v.kind == TypeArray:
			v = v.element(key)
		default:
			return nil
		}
	}
	return v
}

func (v *Value) member(key string) *Value {
	for m := v.child; m != nil; m = m.next {
		if m.key == key {
			return m
		}
	}
	return nil
}

func (v *Value) element(position string) *Value {
	n, err := strconv.Atoi(position)
	if err != nil || n < 0 || n >= int(v.size) {
		return nil
	}
	item := v.child
	for range n {
		item = item.next
	}
	return item
}

// Exists tells whether a path leads somewhere.
func (v *Value) Exists(path ...string) bool { return v.Get(path...) != nil }

// GetString returns the string at a path, "" when there is none.
func (v *Value) GetString(path ...string) string {
	if found := v.Get(path...); found.Type() == TypeString {
		return found.text
	}
	return ""
}

// GetArray returns the elements of the list at a path.
func (v *Value) GetArray(path ...string) []*Value {
	found := v.Get(path...)
	if found.Type() != TypeArray || found.size == 0 {
		return nil
	}
	out := make([]*Value, 0, found.size)
	for item := found.child; item != nil; item = item.next {
		out = append(out, item)
	}
	return out
}

// Visit calls fn for every member of an object, in order.
func (v *Value) Visit(fn func(key string, v *Value)) {
	for m := v.Members(); m != nil; m = m.next {
		fn(m.key, m)
	}
}

// AppendJSON appends the value as JSON without white space, with its strings escaped anew.
func (v *Value) AppendJSON(b []byte) []byte {
	switch v.kind {
	case TypeObject:
		b = append(b, '{')
		for m := v.child; m != nil; m = m.next {
			b = append(appendString(b, m.key), ':')
			b = m.AppendJSON(b)
			if m.next != nil {
				b = append(b, ',')
			}
		}
		return append(b, '}')
	case TypeArray:
		b = append(b, '[')
		for item := v.child; item != nil; item = item.next {
			b = item.AppendJSON(b)
			if item.next != nil {
				b = append(b, ',')
			}
		}
		return append(b, ']')
	case TypeString:
		return appendString(b, v.text)
	case TypeNumber:
		return append(b, v.text...)
	case TypeTrue:
		return append(b, "true"...)
	case TypeFalse:
		return append(b, "false"...)
	default:
		return append(b, "null"...)
	}
}

func appendString(b []byte, s string) []byte {
	for i := range len(s) {
		if s[i] == '"' || s[i] == '\\' || s[i] < 0x20 {
			return strconv.AppendQuote(b, s)
		}
	}
	return append(append(append(b, '"'), s...), '"')
}

// Compact returns the source of an object or list without the white space between its parts.
func (v *Value) Compact() string {
	b := make([]byte, 0, len(v.text))
	quoted := false
	for i := 0; i < len(v.text); i++ {
		c := v.text[i]
		switch {
		case c == '"':
			quoted = !quoted
		case c == '\\' && quoted && i+1 < len(v.text):
			b = append(b, c)
			i++
			c = v.text[i]
		case !quoted && (c == ' ' || c == '\n' || c == '\t' || c == '\r'):
			continue
		}
		b = append(b, c)
	}
	return string(b)
}
