package evtx

import "fmt"

const maxValues = 4096 // values of one template instance; real ones have fewer than a hundred

// value is one value of a template instance: its type and where its bytes lie in the chunk.
type value struct {
	kind     byte
	from, to int
}

// fragment adds what the tokens between two places of the chunk say to the tree. depth counts fragments that stand in
// values of other fragments.
func (d *decoder) fragment(from, to, depth int) error {
	if depth > maxDepth/8 {
		return errBudget
	}
	p := compiler{d: d, c: cursor{data: d.data[:to], pos: from}, bare: depth > 0}
	if err := p.compile(); err != nil {
		return err
	}
	d.tree.steps += len(p.ops)
	return d.run(p.ops, nil, depth)
}

// instance reads a template instance: which template, and the values.
func (p *compiler) instance() error {
	p.c.u8()
	p.c.u32() // the template's id, which is the start of its GUID
	at := p.c.u32()
	if p.c.short || int64(at) > int64(p.d.size) {
		return errShort
	}
	ops, size, err := p.d.template(int(at))
	if err != nil {
		return err
	}
	if int(at) == p.c.pos {
		p.c.take(size) // the definition stands at its first use
	}
	values, err := p.values()
	if err != nil {
		return err
	}
	p.emit(op{kind: opInstance, inst: &instance{ops: ops, values: values}})
	return nil
}

func (p *compiler) values() ([]value, error) {
	n := int(p.c.u32())
	if n > maxValues || 4*n > p.c.left() {
		return nil, fmt.Errorf("has a template with %d values, which do not fit", n)
	}
	table := cursor{data: p.c.data, pos: p.c.pos}
	p.c.take(4 * n)
	values := make([]value, n)
	for i := range values {
		size := table.u16()
		values[i] = value{kind: table.u8(), from: p.c.pos, to: p.c.pos + size}
		table.u8()
		p.c.take(size)
	}
	if p.c.short {
		return nil, errShort
	}
	return values, nil
}

// template returns the ops of the definition at a place of the chunk, and the definition's size in bytes.
func (d *decoder) template(at int) ([]op, int, error) {
	const header = 24 // place of the next definition, GUID, size
	c := cursor{data: d.data[:d.size], pos: at}
	c.take(header - 4)
	size := int(c.u32())
	body := c.take(size)
	if c.short || body == nil {
		return nil, 0, fmt.Errorf("uses a template at %d of its chunk that does not fit there", at)
	}
	key := uint32(at)
	if ops, ok := d.templates[key]; ok {
		return ops, header + size, nil
	}
	if d.templateBytes += size; d.templateBytes > maxTemplates {
		return nil, 0, errBudget
	}
	p := compiler{d: d, c: cursor{data: d.data[:at+header+size], pos: at + header}}
	if err := p.compile(); err != nil {
		return nil, 0, fmt.Errorf("uses a template at %d of its chunk that %w", at, err)
	}
	d.templates[key] = p.ops
	return p.ops, header + size, nil
}
