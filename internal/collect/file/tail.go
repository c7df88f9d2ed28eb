package file

import (
	"bytes"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"
	"syscall"
)

const (
	headBytes = 256       // first bytes by which a file is known again
	chunk     = 256 << 10 // bytes read at once
)

// tail is one open file and how far it was read.
type tail struct {
	file    *os.File
	pos     position // Offset is after the last whole line handed in
	read    int64    // after the last byte read
	partial []byte   // the line that has not ended yet, at most MaxLine bytes of it
	cutting bool     // the line that has not ended yet is longer than MaxLine
}

// openTail opens a file at its beginning and takes its identity.
func openTail(path string) (*tail, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open a followed file: %w", err)
	}
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		_ = f.Close()
		return nil, errors.Join(fmt.Errorf("%s is not a regular file", path), err)
	}
	t := &tail{file: f, pos: position{Path: path}}
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		t.pos.Device, t.pos.Inode = uint64(st.Dev), st.Ino //nolint:unconvert // Dev is 32 bits wide on some systems
	}
	return t, nil
}

// resume goes to a remembered position if the file still is the one that was remembered.
func (t *tail) resume(p position) bool {
	if p.Device != t.pos.Device || p.Inode != t.pos.Inode {
		return false
	}
	info, err := t.file.Stat()
	if err != nil || info.Size() < p.Offset {
		return false
	}
	if sum, _ := t.head(p.HeadN); sum != p.Head {
		return false
	}
	t.pos, t.read = p, p.Offset
	return true
}

// head hashes the first n bytes.
func (t *tail) head(n int64) (uint64, int64) {
	buf := make([]byte, n)
	got, _ := t.file.ReadAt(buf, 0)
	h := fnv.New64a()
	_, _ = h.Write(buf[:got])
	return h.Sum64(), int64(got)
}

// lines reads what was added and calls fn with each whole line; cut is true for a line that was shortened to limit bytes.
// It reads at most one chunk, and tells whether there may be more.
func (t *tail) lines(limit int, fn func(line []byte, cut bool)) (more bool, err error) {
	buf := make([]byte, chunk)
	n, err := t.file.ReadAt(buf, t.read)
	if err != nil && !errors.Is(err, io.EOF) {
		return false, fmt.Errorf("read a followed file: %w", err)
	}
	buf = buf[:n]
	for len(buf) > 0 {
		line, rest, whole := bytes.Cut(buf, []byte{'\n'})
		t.read += int64(len(buf) - len(rest))
		buf = rest
		keep := min(len(line), limit-len(t.partial))
		t.partial = append(t.partial, line[:keep]...)
		t.cutting = t.cutting || keep < len(line)
		if !whole {
			break
		}
		if text := bytes.TrimSuffix(t.partial, []byte{'\r'}); len(text) > 0 {
			fn(bytes.Clone(text), t.cutting)
		}
		t.partial, t.cutting = t.partial[:0], false
		t.pos.Offset = t.read
	}
	t.pos.Head, t.pos.HeadN = t.head(min(headBytes, t.pos.Offset))
	return n == chunk, nil
}

// rewind starts again at the beginning when the file was cut back.
func (t *tail) rewind() (bool, error) {
	info, err := t.file.Stat()
	if err != nil {
		return false, fmt.Errorf("look at a followed file: %w", err)
	}
	if info.Size() >= t.read {
		return false, nil
	}
	t.read, t.pos.Offset, t.partial, t.cutting = 0, 0, nil, false
	return true, nil
}

// replaced tells whether another file now has the name.
func (t *tail) replaced() bool {
	info, err := os.Stat(t.pos.Path)
	if err != nil {
		return true
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	return ok && (uint64(st.Dev) != t.pos.Device || st.Ino != t.pos.Inode) //nolint:unconvert // as in openTail
}
