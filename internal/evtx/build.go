package evtx

import "errors"

// tree is the element tree of one record. Its memory is used again for the next record. Node 0 is the document.
type tree struct {
	nodes []node
	vals  []scalar
	stack []int32 // open elements, innermost last
	text  []byte  // what the scalars point into
	attr  bool    // values go to the attribute started last
	cost  int     // bytes of names and values so far
	steps int
}

// node is an element or an attribute. Children, attributes and values are chains of indices, 0 being the end.
type node struct {
	name        string // escaped for JSON
	next        int32  // the next sibling
	child, last int32  // elements
	attr, lastA int32  // attributes
	attrs       int32  // how many
	val, lastV  int32  // values
}

// scalar is a value, ready to be written.
type scalar struct {
	literal  string // when not empty, the characters themselves; otherwise they are text[from:to]
	from, to int32
	next     int32
	form     form
}

// form tells how a scalar is written.
type form uint8

const (
	formText  form = iota // characters, escaped, without quotes
	formPlain             // a number or a boolean
	formNull
	formArray // elements separated by commas, each complete
)

func (t *tree) reset() {
	t.nodes = append(t.nodes[:0], node{})
	t.vals = append(t.vals[:0], scalar{})
	t.stack = append(t.stack[:0], 0)
	t.text = t.text[:0]
	t.attr, t.cost, t.steps = false, 0, 0
}

// run adds what the ops build to the tree. It leaves as many elements open as it found.
func (d *decoder) run(ops []op, values []value, depth int) error {
	t := &d.tree
	base := len(t.stack)
	for i := range ops {
		o := &ops[i]
		if t.steps++; t.steps > maxRecordOps || t.cost > maxRecordJSON {
			return errBudget
		}
		switch o.kind {
		case opOpen:
			if len(t.stack) > maxDepth {
				return errBudget
			}
			t.open(o.text)
		case opAttr:
			if !t.startAttr(o.text) {
				return errBudget
			}
		case opCloseStart:
			t.attr = false
		case opEnd:
			t.attr = false
			if len(t.stack) <= base {
				return errors.New("ends an element that it did not start")
			}
			t.stack = t.stack[:len(t.stack)-1]
		case opText:
			t.add(scalar{literal: o.text, to: -1})
		case opSub:
			if o.index < len(values) {
				if err := d.substitute(values[o.index], depth); err != nil {
					return err
				}
			}
		case opInstance:
			if err := d.run(o.inst.ops, o.inst.values, depth); err != nil {
				return err
			}
		}
	}
	return nil
}

// substitute puts a value of a template instance where the tree is being built.
func (d *decoder) substitute(v value, depth int) error {
	if v.kind == kindBinXML {
		if d.tree.attr {
			return nil // an element cannot stand in an attribute
		}
		return d.fragment(v.from, v.to, depth+1)
	}
	t := &d.tree
	from := len(t.text)
	var f form
	t.text, f = appendValue(t.text, v.kind, d.data[v.from:v.to])
	t.add(scalar{from: int32(from), to: int32(len(t.text)), form: f})
	return nil
}

func (t *tree) open(name string) {
	t.attr = false
	t.cost += len(name) + 8
	t.nodes = append(t.nodes, node{name: name})
	id := int32(len(t.nodes) - 1)
	parent := &t.nodes[t.stack[len(t.stack)-1]]
	if parent.child == 0 {
		parent.child = id
	} else {
		t.nodes[parent.last].next = id
	}
	parent.last = id
	t.stack = append(t.stack, id)
}

// startAttr starts an attribute of the open element, unless it has too many.
func (t *tree) startAttr(name string) bool {
	t.attr = true
	t.cost += len(name) + 8
	t.nodes = append(t.nodes, node{name: name})
	id := int32(len(t.nodes) - 1)
	parent := &t.nodes[t.stack[len(t.stack)-1]]
	if parent.attrs++; parent.attrs > maxAttrs {
		return false
	}
	if parent.attr == 0 {
		parent.attr = id
	} else {
		t.nodes[parent.lastA].next = id
	}
	parent.lastA = id
	return true
}

// add gives a value to the attribute or element that is open.
func (t *tree) add(s scalar) {
	t.cost += len(s.literal) + max(0, int(s.to-s.from)) + 8
	t.vals = append(t.vals, s)
	id := int32(len(t.vals) - 1)
	owner := &t.nodes[t.stack[len(t.stack)-1]]
	if t.attr && owner.lastA != 0 {
		owner = &t.nodes[owner.lastA]
	}
	if owner.val == 0 {
		owner.val = id
	} else {
		t.vals[owner.lastV].next = id
	}
	owner.lastV = id
}
