package evtx

import (
	"strconv"
)

// writeObject appends the content of an element that is more than one value: its attributes, its children, its text.
func (t *tree) writeObject(dst []byte, id int32) []byte {
	n := &t.nodes[id]
	dst = append(dst, '{')
	if t.hasAttrs(n) {
		dst = append(t.writeAttrs(append(dst, `"#attributes":`...), n), ',')
	}
	if n.child != 0 {
		dst = t.writeChildren(dst, n)
	} else if t.hasText(n) {
		dst = append(t.writeText(append(dst, `"#text":`...), n.val), ',')
	}
	return closeObject(dst)
}

// closeObject ends an object whose last member was followed by a comma.
func closeObject(dst []byte) []byte {
	if dst[len(dst)-1] == ',' {
		dst = dst[:len(dst)-1]
	}
	return append(dst, '}')
}

// writeElement appends the value of an element in its parent: null, a plain value, or an object.
func (t *tree) writeElement(dst []byte, id int32) []byte {
	n := &t.nodes[id]
	named := n.name == "Data" && t.hasName(n) // <Data Name="x">: the name became the key, other attributes say nothing
	switch {
	case n.child != 0 || !named && t.hasAttrs(n):
		return t.writeObject(dst, id)
	default:
		return t.writeText(dst, n.val)
	}
}

// keyed is a child under the name that it gets in the JSON object.
type keyed struct {
	key string
	id  int32
}

// writeChildren appends the members for the child elements. Elements with equal names become distinct keys as in
// evtx_dump: the last keeps the name, earlier ones get _1, _2, … Unnamed Data elements become one list.
func (t *tree) writeChildren(dst []byte, n *node) []byte {
	var few [32]keyed
	children, unnamed := few[:0], 0
	for id := n.child; id != 0; id = t.nodes[id].next {
		c := &t.nodes[id]
		key := c.name
		if key == "Data" {
			if key = t.dataName(c); key == "" {
				unnamed++
				continue
			}
		}
		children = append(children, keyed{key, id})
	}
	rename(children)
	if unnamed > 0 {
		dst = t.writeUnnamed(dst, n, unnamed)
	}
	for _, c := range children {
		dst = append(append(append(dst, '"'), c.key...), '"', ':')
		dst = append(t.writeElement(dst, c.id), ',')
	}
	return dst
}

// rename makes the keys distinct.
func rename(children []keyed) {
	if !repeats(children) {
		return
	}
	last := make(map[string]int, len(children))
	count := make(map[string]int, len(children))
	for i, c := range children {
		last[c.key] = i
	}
	for i, c := range children {
		if last[c.key] == i {
			continue
		}
		key := c.key
		for taken := true; taken; _, taken = last[key] {
			count[c.key]++
			key = c.key + "_" + strconv.Itoa(count[c.key])
		}
		last[key] = i
		children[i].key = key
	}
}

func repeats(children []keyed) bool {
	if len(children) > 64 {
		return true // rename finds out in linear time
	}
	for i := range children {
		for j := range i {
			if children[i].key == children[j].key {
				return true
			}
		}
	}
	return false
}

// writeUnnamed appends all Data elements without a name as one member.
func (t *tree) writeUnnamed(dst []byte, n *node, count int) []byte {
	if count == 1 && !t.unnamedHasValue(n) {
		return append(dst, `"Data":null,`...)
	}
	dst = append(dst, `"Data":{"#text":`...)
	if count > 1 {
		dst = append(dst, '[')
	}
	for id := n.child; id != 0; id = t.nodes[id].next {
		c := &t.nodes[id]
		if c.name != "Data" || t.dataName(c) != "" {
			continue
		}
		if c.child != 0 {
			dst = t.writeObject(dst, id)
		} else {
			dst = t.writeText(dst, c.val)
		}
		dst = append(dst, ',')
	}
	dst = dst[:len(dst)-1]
	if count > 1 {
		dst = append(dst, ']')
	}
	return append(dst, '}', ',')
}

// unnamedHasValue tells whether a Data element without a name holds anything.
func (t *tree) unnamedHasValue(n *node) bool {
	for id := n.child; id != 0; id = t.nodes[id].next {
		if c := &t.nodes[id]; c.name == "Data" && t.dataName(c) == "" && (c.child != 0 || t.hasText(c)) {
			return true
		}
	}
	return false
}

// dataName is the value of the Name attribute, "" when there is none.
func (t *tree) dataName(n *node) string {
	for id := n.attr; id != 0; id = t.nodes[id].next {
		a := &t.nodes[id]
		if a.name != "Name" || a.val == 0 {
			continue
		}
		if v := &t.vals[a.val]; v.next == 0 && v.to < 0 {
			return v.literal
		}
		if text := t.writeText(nil, a.val); text[0] == '"' {
			return string(text[1 : len(text)-1])
		}
	}
	return ""
}

func (t *tree) hasName(n *node) bool { return t.dataName(n) != "" }

// hasText tells whether an element has a value that is not null.
func (t *tree) hasText(n *node) bool {
	for id := n.val; id != 0; id = t.vals[id].next {
		if t.vals[id].form != formNull {
			return true
		}
	}
	return false
}

// hasAttrs tells whether an element has an attribute with a value: the format writes every attribute that a template
// knows, and null where the event does not have it.
func (t *tree) hasAttrs(n *node) bool {
	for id := n.attr; id != 0; id = t.nodes[id].next {
		if t.hasText(&t.nodes[id]) {
			return true
		}
	}
	return false
}

func (t *tree) writeAttrs(dst []byte, n *node) []byte {
	dst = append(dst, '{')
	for id := n.attr; id != 0; id = t.nodes[id].next {
		a := &t.nodes[id]
		if t.hasText(a) && !t.repeatedAttr(n, id) {
			dst = append(append(append(dst, '"'), a.name...), '"', ':')
			dst = append(t.writeText(dst, a.val), ',')
		}
	}
	return closeObject(dst)
}

// repeatedAttr tells whether an earlier attribute of the element has the same name, which XML forbids.
func (t *tree) repeatedAttr(n *node, id int32) bool {
	for other := n.attr; other != id; other = t.nodes[other].next {
		if t.nodes[other].name == t.nodes[id].name {
			return true
		}
	}
	return false
}

// writeText appends a chain of values as one JSON value: null when there is none, the value itself when there is one,
// one string when text and values follow each other.
func (t *tree) writeText(dst []byte, first int32) []byte {
	var only *scalar
	several := false
	for id := first; id != 0; id = t.vals[id].next {
		v := &t.vals[id]
		if v.form == formNull {
			continue
		}
		several = several || only != nil
		only = v
	}
	switch {
	case only == nil:
		return append(dst, "null"...)
	case !several && only.form == formPlain:
		return t.appendChars(dst, only)
	case !several && only.form == formArray:
		return append(t.appendChars(append(dst, '['), only), ']')
	}
	dst = append(dst, '"')
	for id := first; id != 0; id = t.vals[id].next {
		v := &t.vals[id]
		if v.form == formArray {
			dst = appendRunes(dst, t.text[v.from:v.to])
			continue
		}
		dst = t.appendChars(dst, v)
	}
	return append(dst, '"')
}

func (t *tree) appendChars(dst []byte, v *scalar) []byte {
	if v.to < 0 {
		return append(dst, v.literal...)
	}
	return append(dst, t.text[v.from:v.to]...)
}

// appendRunes appends text escaped for JSON.
func appendRunes(dst, text []byte) []byte {
	for _, r := range string(text) {
		dst = appendRune(dst, r)
	}
	return dst
}
