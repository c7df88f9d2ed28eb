package evtx_test

import (
	"encoding/binary"
	"hash/crc32"
	"unicode/utf16"
)

// logBuilder writes an event log of one chunk, byte by byte, the way the format describes it.
type logBuilder struct {
	chunk []byte
	names map[string]int
	ids   uint64
}

func newLog() *logBuilder {
	b := &logBuilder{chunk: make([]byte, 512, 64<<10), names: map[string]int{}}
	copy(b.chunk, "ElfChnk\x00")
	return b
}

func (b *logBuilder) u8(v ...byte)  { b.chunk = append(b.chunk, v...) }
func (b *logBuilder) u16(v int)     { b.chunk = binary.LittleEndian.AppendUint16(b.chunk, uint16(v)) }
func (b *logBuilder) u32(v int)     { b.chunk = binary.LittleEndian.AppendUint32(b.chunk, uint32(v)) }
func (b *logBuilder) u64(v uint64)  { b.chunk = binary.LittleEndian.AppendUint64(b.chunk, v) }
func (b *logBuilder) text(s string) { b.chunk = append(b.chunk, wide(s)...) }

func wide(s string) []byte {
	var raw []byte
	for _, u := range utf16.Encode([]rune(s)) {
		raw = binary.LittleEndian.AppendUint16(raw, u)
	}
	return raw
}

// name writes a reference to a name, and the name itself at its first use.
func (b *logBuilder) name(s string) {
	if at, ok := b.names[s]; ok {
		b.u32(at)
		return
	}
	at := len(b.chunk) + 4
	b.names[s] = at
	b.u32(at)
	b.u32(0)
	b.u16(0)
	b.u16(len(utf16.Encode([]rune(s))))
	b.text(s)
	b.u16(0)
}

// sized writes what fn writes behind its own size.
func (b *logBuilder) sized(fn func()) {
	at := len(b.chunk)
	b.u32(0)
	fn()
	binary.LittleEndian.PutUint32(b.chunk[at:], uint32(len(b.chunk)-at-4))
}

// element writes an element; attrs alternate names and contents, content functions write the values.
func (b *logBuilder) element(name string, attrs []any, content func()) {
	b.open(name, attrs, content, true)
}

// bare is an element outside any template: without a dependency id.
func (b *logBuilder) bare(name string, content func()) { b.open(name, nil, content, false) }

func (b *logBuilder) open(name string, attrs []any, content func(), dependency bool) {
	tok := byte(0x01)
	if len(attrs) > 0 {
		tok |= 0x40
	}
	b.u8(tok)
	if dependency {
		b.u16(0xffff)
	}
	b.sized(func() {
		b.name(name)
		if len(attrs) > 0 {
			b.sized(func() {
				for i := 0; i < len(attrs); i += 2 {
					b.u8(0x06)
					b.name(attrs[i].(string))
					attrs[i+1].(func())()
				}
			})
		}
		if content == nil {
			b.u8(0x03)
			return
		}
		b.u8(0x02)
		content()
		b.u8(0x04)
	})
}

func (b *logBuilder) lit(s string) func() {
	return func() {
		b.u8(0x05, 0x01)
		b.u16(len(utf16.Encode([]rune(s))))
		b.text(s)
	}
}

func (b *logBuilder) sub(index int, optional bool) func() {
	return func() {
		tok := byte(0x0d)
		if optional {
			tok = 0x0e
		}
		b.u8(tok)
		b.u16(index)
		b.u8(0x01)
	}
}

// val is one value of a template instance: bytes, or what write writes.
type val struct {
	kind  byte
	raw   []byte
	write func()
}

// template writes an instance; define writes the definition, or at tells where one stands. It returns where it stands.
func (b *logBuilder) template(at int, define func(), values ...val) int {
	b.u8(0x0c, 1)
	b.u32(77)
	if define != nil {
		at = len(b.chunk) + 4
	}
	b.u32(at)
	if define != nil {
		b.u32(0)
		b.u8(make([]byte, 16)...)
		b.sized(func() {
			b.u8(0x0f, 1, 1, 0)
			define()
			b.u8(0)
		})
	}
	b.u32(len(values))
	table := len(b.chunk)
	for _, v := range values {
		b.u16(0)
		b.u8(v.kind, 0)
	}
	for i, v := range values {
		start := len(b.chunk)
		b.u8(v.raw...)
		if v.write != nil {
			v.write()
		}
		binary.LittleEndian.PutUint16(b.chunk[table+4*i:], uint16(len(b.chunk)-start))
	}
	return at
}

// fileTimeOf is 2026-01-02 03:04:05.678901 UTC.
const fileTimeOf = 134117966456789010

func (b *logBuilder) record(content func()) {
	start := len(b.chunk)
	b.ids++
	b.u8(0x2a, 0x2a, 0, 0)
	b.u32(0)
	b.u64(b.ids)
	b.u64(fileTimeOf)
	b.u8(0x0f, 1, 1, 0)
	content()
	b.u8(0)
	for len(b.chunk)%8 != 4 {
		b.u8(0)
	}
	size := len(b.chunk) - start + 4
	b.u32(size)
	binary.LittleEndian.PutUint32(b.chunk[start+4:], uint32(size))
}

// bytes finishes the log.
func (b *logBuilder) bytes() []byte {
	used := len(b.chunk)
	c := b.chunk[:64<<10]
	binary.LittleEndian.PutUint64(c[24:], 1)
	binary.LittleEndian.PutUint64(c[32:], b.ids)
	binary.LittleEndian.PutUint32(c[40:], 128)
	binary.LittleEndian.PutUint32(c[48:], uint32(used))
	sum := crc32.ChecksumIEEE(c[:120])
	binary.LittleEndian.PutUint32(c[124:], crc32.Update(sum, crc32.IEEETable, c[128:512]))
	head := make([]byte, 4096)
	copy(head, "ElfFile\x00")
	binary.LittleEndian.PutUint32(head[32:], 128)
	binary.LittleEndian.PutUint16(head[40:], 4096)
	binary.LittleEndian.PutUint16(head[42:], 1)
	return append(head, c...)
}
