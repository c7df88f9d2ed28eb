package ledger

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/vedette-soc/vedette"
)

// The code of a block: one byte for its form, then for each pair, in the order of ids, the distance to the id before and
// its counts. In a block of an hour a count is written as count+1, and 0 followed by n means n times the last one again.
const (
	formMinute = 1 // plain
	formHour   = 2 // deflated
	hour       = 60
	maxBlock   = 64 << 20 // bytes of a block once it is inflated
)

// block holds counts by pair; each has as many values as the block has minutes.
type block map[int64][]int64

func (b block) add(pair, place, n, size int64) {
	if b[pair] == nil {
		b[pair] = make([]int64, size)
	}
	b[pair][place] += n
}

// encode writes a block down. size is 1 or 60 minutes.
func (b block) encode(size int64) ([]byte, error) {
	var plain []byte
	before := int64(0)
	for _, id := range slices.Sorted(maps.Keys(b)) {
		plain = binary.AppendUvarint(plain, uint64(id-before))
		before = id
		if size == 1 {
			plain = binary.AppendUvarint(plain, uint64(b[id][0]))
			continue
		}
		plain = appendRuns(plain, b[id])
	}
	if size == 1 {
		return append([]byte{formMinute}, plain...), nil
	}
	out := bytes.NewBuffer([]byte{formHour})
	w, err := flate.NewWriter(out, flate.BestCompression)
	if err != nil {
		return nil, fmt.Errorf("deflate an hour of the ledger: %w", err)
	}
	if _, err := w.Write(plain); err != nil {
		return nil, fmt.Errorf("deflate an hour of the ledger: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("deflate an hour of the ledger: %w", err)
	}
	return out.Bytes(), nil
}

func appendRuns(to []byte, counts []int64) []byte {
	for i := 0; i < len(counts); {
		to = binary.AppendUvarint(to, uint64(counts[i])+1)
		same := i + 1
		for same < len(counts) && counts[same] == counts[i] {
			same++
		}
		if again := same - i - 1; again > 1 {
			to = binary.AppendUvarint(to, 0)
			to = binary.AppendUvarint(to, uint64(again))
			i = same
			continue
		}
		i++
	}
	return to
}

// decode calls fn for every pair of a block; the counts are valid only during the call. Damage is an internal error.
func decode(data []byte, fn func(pair int64, counts []int64)) error {
	damaged := vedette.Errorf(vedette.CodeInternal, "a block of the ledger is damaged")
	if len(data) == 0 {
		return damaged
	}
	size, plain := 1, data[1:]
	switch data[0] {
	case formMinute:
	case formHour:
		size = hour
		var err error
		if plain, err = io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(plain)), maxBlock)); err != nil {
			return vedette.Errorf(vedette.CodeInternal, "inflate a block of the ledger: %w", err)
		}
	default:
		return damaged
	}
	r, id, counts := reader{data: plain}, int64(0), make([]int64, size)
	for len(r.data) > 0 {
		id += int64(r.uvarint())
		if size == 1 {
			counts[0] = int64(r.uvarint())
		} else {
			r.runs(counts)
		}
		if r.bad || id < 0 {
			return damaged
		}
		fn(id, counts)
	}
	return nil
}

// reader takes numbers off a plain block.
type reader struct {
	data []byte
	bad  bool
}

func (r *reader) uvarint() uint64 {
	v, n := binary.Uvarint(r.data)
	if n <= 0 || v > 1<<62 {
		r.bad, r.data = true, nil
		return 0
	}
	r.data = r.data[n:]
	return v
}

func (r *reader) runs(counts []int64) {
	for i := 0; i < len(counts) && !r.bad; {
		v := r.uvarint()
		if v > 0 {
			counts[i] = int64(v - 1)
			i++
			continue
		}
		again := r.uvarint()
		if i == 0 || again == 0 || again > uint64(len(counts)-i) {
			r.bad = true
			return
		}
		for last := counts[i-1]; again > 0; again-- {
			counts[i] = last
			i++
		}
	}
}
