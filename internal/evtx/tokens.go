package evtx

import (
	"errors"
	"fmt"
)

// Tokens of binary XML. The bit 0x40 says "more follows": attributes behind an element, data behind a value.
const (
	tokEnd          = 0x00
	tokOpen         = 0x01
	tokCloseStart   = 0x02
	tokCloseEmpty   = 0x03
	tokEndElement   = 0x04
	tokValue        = 0x05
	tokAttribute    = 0x06
	tokCDATA        = 0x07
	tokCharRef      = 0x08
	tokEntityRef    = 0x09
	tokPITarget     = 0x0a
	tokPIData       = 0x0b
	tokTemplate     = 0x0c
	tokNormalSub    = 0x0d
	tokOptionalSub  = 0x0e
	tokFragment     = 0x0f
	tokMore         = 0x40
	fragmentVersion = 1
)

// op is one step of building an element tree. A template is read into ops once and run for each record.
type op struct {
	kind  opKind
	index int       // opSub: which of the instance's values
	text  string    // opOpen, opAttr: the name; opText: characters; all escaped for JSON
	inst  *instance // opInstance
}

type opKind uint8

const (
	opOpen       opKind = iota // an element starts
	opAttr                     // an attribute starts: values belong to it until the next attribute or opCloseStart
	opCloseStart               // the element's attributes are done
	opEnd                      // the innermost element ends
	opText                     // literal characters
	opSub                      // a value of the template instance
	opInstance                 // a template with its values
)

// instance is a template together with the values to put into it.
type instance struct {
	ops    []op
	values []value
}

// compiler turns the tokens between two places of the chunk into ops.
type compiler struct {
	d     *decoder
	c     cursor
	bare  bool // elements carry no dependency id: they stand in a value, outside any template definition
	depth int
	ops   []op
}

// compile reads tokens until the end token or the end of the cursor.
func (p *compiler) compile() error {
	for p.c.left() > 0 {
		if len(p.ops) > maxRecordOps {
			return errBudget
		}
		tok := p.c.u8()
		if tok == tokEnd {
			break
		}
		if err := p.token(tok); err != nil {
			return err
		}
		if p.c.short {
			return errShort
		}
	}
	if p.depth != 0 {
		return errors.New("has an element that does not end")
	}
	return nil
}

func (p *compiler) token(tok byte) error {
	switch tok &^ tokMore {
	case tokFragment:
		p.c.take(3) // major and minor version, flags
	case tokOpen:
		return p.open(tok&tokMore != 0)
	case tokAttribute:
		p.emit(op{kind: opAttr, text: p.name()})
	case tokCloseStart:
		p.emit(op{kind: opCloseStart})
	case tokCloseEmpty:
		p.emit(op{kind: opCloseStart})
		return p.end()
	case tokEndElement:
		return p.end()
	case tokValue:
		return p.literal()
	case tokCDATA:
		p.emit(op{kind: opText, text: string(appendUTF16(nil, p.c.take(2*p.c.u16())))})
	case tokCharRef:
		p.emit(op{kind: opText, text: string(appendRune(nil, rune(p.c.u16())))})
	case tokEntityRef:
		p.emit(op{kind: opText, text: entity(p.name())})
	case tokPITarget:
		p.name() // processing instructions say nothing about the event
	case tokPIData:
		p.c.take(2 * p.c.u16())
	case tokTemplate:
		return p.instance()
	case tokNormalSub, tokOptionalSub:
		index := p.c.u16()
		p.c.u8() // the type that the template expects; the value's own type is what counts
		p.emit(op{kind: opSub, index: index})
	default:
		return fmt.Errorf("has an unknown token 0x%02x at %d of its chunk", tok, p.c.pos-1)
	}
	return nil
}

func (p *compiler) emit(o op) { p.ops = append(p.ops, o) }

// open reads the start of an element. Whether a dependency id stands before its size depends on where it is, and some
// writers err, so the other reading is tried when the name's place makes no sense.
func (p *compiler) open(attributes bool) error {
	start := p.c.pos
	for _, bare := range []bool{p.bare, !p.bare} {
		p.c.pos, p.c.short = start, false
		if !bare {
			p.c.u16()
		}
		size := int(p.c.u32())
		if size > p.c.left() {
			continue
		}
		name, ok := p.nameAt()
		if !ok {
			continue
		}
		if attributes {
			p.c.u32() // size of the attribute list
		}
		if p.depth++; p.depth > maxDepth {
			return errBudget
		}
		p.emit(op{kind: opOpen, text: name})
		return nil
	}
	return fmt.Errorf("has an element with an impossible name at %d of its chunk", start)
}

func (p *compiler) end() error {
	if p.depth--; p.depth < 0 {
		return errors.New("ends an element that it did not start")
	}
	p.emit(op{kind: opEnd})
	return nil
}

// literal reads a value that stands in the tokens themselves.
func (p *compiler) literal() error {
	kind := p.c.u8()
	if kind != kindString {
		return fmt.Errorf("has a literal of type 0x%02x, which only strings can be", kind)
	}
	p.emit(op{kind: opText, text: string(appendUTF16(nil, p.c.take(2*p.c.u16())))})
	return nil
}

func (p *compiler) name() string {
	name, ok := p.nameAt()
	if !ok {
		p.c.short = true
	}
	return name
}

// nameAt reads a reference to a name. The name itself stands right behind its first use and anywhere in the chunk for
// later uses.
func (p *compiler) nameAt() (string, bool) {
	at := p.c.u32()
	if p.c.short {
		return "", false
	}
	inline := int64(at) == int64(p.c.pos)
	if name, ok := p.d.names[at]; ok && !inline {
		return name, true
	}
	c := &cursor{data: p.d.data[:p.d.size], pos: int(at)}
	if int64(at) > int64(p.d.size) {
		return "", false
	}
	if inline {
		c = &p.c
	}
	c.take(6) // place of the next name with the same hash, and the hash
	n := c.u16()
	raw := c.take(2*n + 2) // with its final zero
	if c.short || n == 0 || n > maxName {
		return "", false
	}
	name, ok := p.d.names[at]
	if !ok {
		name = string(appendUTF16(nil, raw[:2*n]))
		p.d.names[at] = name
	}
	return name, true
}

const maxName = 1024 // UTF-16 units of an element's or attribute's name

// entity gives the characters of a named entity, escaped for JSON; an unknown one is kept as it is written.
func entity(name string) string {
	switch name {
	case "amp":
		return "&"
	case "lt":
		return "<"
	case "gt":
		return ">"
	case "quot":
		return `\"`
	case "apos":
		return "'"
	}
	return "&" + name + ";"
}
