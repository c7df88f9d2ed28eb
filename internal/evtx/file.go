package evtx

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"io"
	"slices"
	"time"

	"github.com/vedette-soc/vedette"
)

const (
	fileHeaderSize = 128
	chunkSize      = 64 << 10
	chunkHeader    = 512
)

var (
	fileMagic  = []byte("ElfFile\x00")
	chunkMagic = []byte("ElfChnk\x00")
)

// Record is one event record.
type Record struct {
	ID   uint64    // the record id that Windows gave it, unique within the log until it is cleared
	Time time.Time // when it was written to the log, in UTC
	JSON []byte    // the event as one JSON object, without a final newline; it belongs to the receiver
}

// Is tells whether data, the first bytes of a file, starts a binary event log.
func Is(data []byte) bool { return bytes.HasPrefix(data, fileMagic) }

// Read calls fn for every record of the log that r holds, chunk after chunk from the oldest. An error of fn ends the
// reading and is returned as it is. A file that is no event log gives an error with the code invalid; a file of which
// parts had to be skipped gives [*Damage] after everything readable was delivered.
func Read(r io.ReaderAt, size int64, fn func(Record) error) error {
	var header [fileHeaderSize]byte
	n, err := r.ReadAt(header[:], 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return vedette.Errorf(vedette.CodeUnavailable, "read event log header: %w", err)
	}
	if n < len(header) || !Is(header[:]) {
		return vedette.Errorf(vedette.CodeInvalid, "this is not a Windows event log: it does not start with a header of ElfFile")
	}
	start := int64(binary.LittleEndian.Uint16(header[40:]))
	if start < fileHeaderSize {
		start = 4096
	}
	damage := &Damage{}
	d := newDecoder(damage)
	for _, at := range chunkOffsets(r, start, size) {
		n, err := r.ReadAt(d.data[:], at)
		if err != nil && !errors.Is(err, io.EOF) {
			return vedette.Errorf(vedette.CodeUnavailable, "read event log chunk at %d: %w", at, err)
		}
		if err := d.chunk(at, n, fn); err != nil {
			return err
		}
	}
	return damage.err()
}

// chunkOffsets lists where chunks start, oldest records first: a log that has reached its size limit is written round
// and round. Chunks whose header cannot be read stay where they are in the file.
func chunkOffsets(r io.ReaderAt, start, size int64) []int64 {
	type place struct {
		offset int64
		first  uint64
	}
	var places []place
	var head [32]byte
	sorted := true
	for at := start; at < size; at += chunkSize {
		n, _ := r.ReadAt(head[:], at) // an unreadable header is met again, and reported, when the chunk is read
		p := place{offset: at}
		if len(places) > 0 {
			p.first = places[len(places)-1].first
		}
		if n == len(head) && bytes.HasPrefix(head[:], chunkMagic) {
			p.first = binary.LittleEndian.Uint64(head[24:])
		}
		if len(places) > 0 && p.first < places[len(places)-1].first {
			sorted = false
		}
		places = append(places, p)
	}
	if !sorted {
		slices.SortStableFunc(places, func(a, b place) int { return cmp.Compare(a.first, b.first) })
	}
	offsets := make([]int64, len(places))
	for i, p := range places {
		offsets[i] = p.offset
	}
	return offsets
}
