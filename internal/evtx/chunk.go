package evtx

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
)

// Limits that hold whatever a file says. A real record has at most 64 KiB, some hundred elements and a depth of about
// ten; a real chunk has some ten templates.
const (
	maxDepth       = 96       // elements within elements, and fragments within values
	maxAttrs       = 128      // attributes of one element
	maxRecordJSON  = 1 << 20  // bytes of names and values that one record may become
	maxRecordOps   = 1 << 16  // steps that building one record may take
	maxChunkJSON   = 32 << 20 // the same for all records of a chunk
	maxChunkOps    = 4 << 20
	maxTemplates   = 4 * chunkSize // bytes of template definitions that one chunk may use; real ones do not overlap
	recordOverhead = 28            // record header and the size repeated at its end
)

var recordMagic = []byte{0x2a, 0x2a, 0x00, 0x00}

var (
	errShort  = errors.New("ends in the middle of a value")
	errBudget = errors.New("would become larger than any real event")
)

// decoder reads one chunk after another, reusing its memory.
type decoder struct {
	data          [chunkSize]byte
	size          int // bytes of data that the file has for this chunk
	names         map[uint32]string
	templates     map[uint32][]op
	templateBytes int // bytes of template definitions read from this chunk
	spent, steps  int // output bytes and steps that its records took so far
	damage        *Damage
	tree          tree
	out           []byte
}

func newDecoder(damage *Damage) *decoder {
	return &decoder{damage: damage, names: map[uint32]string{}, templates: map[uint32][]op{}}
}

// chunk delivers the records of the chunk in d.data, of which n bytes were read from offset at of the file. Only errors
// of fn are returned; damage is noted.
func (d *decoder) chunk(at int64, n int, fn func(Record) error) error {
	d.size, d.spent, d.steps, d.templateBytes = n, 0, 0, 0
	clear(d.names)
	clear(d.templates)
	data := d.data[:n]
	if !bytes.HasPrefix(data, chunkMagic) {
		if len(bytes.Trim(data, "\x00")) > 0 {
			d.damage.Chunks++
			d.damage.add("chunk at offset %d does not start with ElfChnk", at)
		}
		return nil // Windows fills a log's growing file with zeroes
	}
	if n < chunkHeader {
		d.damage.Chunks++
		d.damage.add("chunk at offset %d is cut short", at)
		return nil
	}
	if n == chunkSize && headerSum(data) != binary.LittleEndian.Uint32(data[124:]) {
		d.damage.add("chunk at offset %d has a wrong checksum in its header; its records were read with care", at)
	}
	return d.records(at, data, fn)
}

func headerSum(data []byte) uint32 {
	return crc32.Update(crc32.ChecksumIEEE(data[:120]), crc32.IEEETable, data[128:chunkHeader])
}

// records walks the records of a chunk. The header's end of the used part is only a hint: a log copied from a running
// machine has newer records behind it. They are taken as long as their ids go on without a gap, because behind them may
// lie records of the chunk's earlier life.
func (d *decoder) records(at int64, data []byte, fn func(Record) error) error {
	used := int(binary.LittleEndian.Uint32(data[48:]))
	if used > len(data) && used <= chunkSize {
		d.damage.Records++ // at least one
		d.damage.add("chunk at offset %d is cut short at %d of %d bytes", at, len(data), used)
	}
	if used < chunkHeader || used > len(data) {
		used = len(data)
	}
	var last uint64
	for pos := chunkHeader; pos+recordOverhead <= len(data); {
		size, ok := recordAt(data, pos)
		if !ok {
			if pos >= used || len(bytes.Trim(data[pos:used], "\x00")) == 0 {
				return nil
			}
			d.damage.Records++
			d.damage.add("record at offset %d has an impossible size", at+int64(pos))
			if pos = nextRecord(data, pos, used); pos < 0 {
				return nil
			}
			continue
		}
		id := binary.LittleEndian.Uint64(data[pos+8:])
		if pos >= used && id != last+1 {
			return nil
		}
		last = id
		if err := d.record(at, pos, size, fn); err != nil {
			return err
		}
		pos += size
	}
	return nil
}

// recordAt returns the size of the record at pos, which it gives at both of its ends.
func recordAt(data []byte, pos int) (size int, ok bool) {
	if !bytes.HasPrefix(data[pos:], recordMagic) {
		return 0, false
	}
	size = int(binary.LittleEndian.Uint32(data[pos+4:]))
	if size < recordOverhead || size > len(data)-pos {
		return 0, false
	}
	return size, int(binary.LittleEndian.Uint32(data[pos+size-4:])) == size
}

// nextRecord finds the next sound record behind a damaged one, within the used part; -1 when there is none.
func nextRecord(data []byte, pos, used int) int {
	for pos++; pos+recordOverhead <= used; pos++ {
		i := bytes.Index(data[pos:used], recordMagic)
		if i < 0 {
			return -1
		}
		pos += i
		if pos+recordOverhead > used {
			return -1
		}
		if _, ok := recordAt(data, pos); ok {
			return pos
		}
	}
	return -1
}

func (d *decoder) record(at int64, pos, size int, fn func(Record) error) error {
	id := binary.LittleEndian.Uint64(d.data[pos+8:])
	json, err := d.render(pos+24, pos+size-4)
	if err != nil {
		d.damage.Records++
		d.damage.add("record %d at offset %d: %v", id, at+int64(pos), err)
		return nil
	}
	return fn(Record{ID: id, Time: fileTime(binary.LittleEndian.Uint64(d.data[pos+16:])), JSON: bytes.Clone(json)})
}

// render makes the JSON of the binary XML between two places of the chunk. The result is valid until the next call.
func (d *decoder) render(from, to int) ([]byte, error) {
	if d.spent > maxChunkJSON || d.steps > maxChunkOps {
		return nil, errBudget
	}
	d.tree.reset()
	err := d.fragment(from, to, 0)
	d.spent += d.tree.cost
	d.steps += d.tree.steps
	if err != nil {
		return nil, err
	}
	if d.tree.nodes[0].child == 0 {
		return nil, errors.New("holds no element")
	}
	d.out = d.tree.writeObject(d.out[:0], 0)
	return d.out, nil
}
