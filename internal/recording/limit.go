package recording

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
)

var (
	errMember = errors.New("is larger than one file or member may be")
	errTotal  = errors.New("everything together is larger than one recording may be")
	errBomb   = errors.New("unpacks to implausibly more than it is: taken for a decompression bomb")
)

// plentiful is how much a recording may unpack to before it is compared with the size of the file itself: members of an
// archive can share their packed bytes.
const plentiful = 4 << 30

// bomb tells whether a size is implausible for the packed size that it came from.
func (w *walker) bomb(size, packed int64) bool {
	return size > w.limits.Small && size/w.limits.Ratio > packed
}

// bounded passes on what a decompressor or archive gives, as far as the limits allow.
type bounded struct {
	r      io.Reader
	m      *member
	n      int64
	packed func() int64 // packed bytes that were used for it
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	b.n += int64(n)
	b.m.total += int64(n)
	switch {
	case b.m.bomb(b.n, b.packed()):
		return 0, errBomb
	case b.n > b.m.limits.Member:
		return 0, errMember
	case b.m.total > b.m.limits.Total || b.m.total > plentiful && b.m.total/b.m.limits.Ratio > b.m.source:
		return 0, errTotal
	}
	return n, err
}

// counter counts what is read through it.
type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// random calls fn with random access to what in holds: the file itself, or memory, or a temporary file.
func (m *member) random(in io.Reader, fn func(io.ReaderAt, int64) error) error {
	if m.at != nil {
		return fn(m.at, m.size)
	}
	var small bytes.Buffer
	n, err := io.Copy(&small, io.LimitReader(in, m.limits.Memory))
	if err != nil {
		return err
	}
	if n < m.limits.Memory {
		return fn(bytes.NewReader(small.Bytes()), n)
	}
	f, err := os.CreateTemp("", "recording-*")
	if err != nil {
		return fmt.Errorf("make room for a large member: %w", err)
	}
	defer func() {
		_ = os.Remove(f.Name())
		_ = f.Close()
	}()
	size, err := io.Copy(f, io.MultiReader(&small, in))
	if err != nil {
		return err
	}
	return fn(f, size)
}
