package recording

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/vedette-soc/vedette"
)

// startsObject tells whether text begins as a JSON object does.
func startsObject(text []byte) bool {
	if len(text) < 2 || text[0] != '{' {
		return false
	}
	next := bytes.TrimLeft(text[1:], " \t\r\n")
	return len(next) > 0 && (next[0] == '"' || next[0] == '}')
}

// startsList tells whether text begins as a list of objects does; many log lines begin with a bracket, too.
func startsList(text []byte) bool {
	if len(text) < 2 || text[0] != '[' {
		return false
	}
	next := bytes.TrimLeft(text[1:], " \t\r\n")
	return startsObject(next) || len(next) > 0 && next[0] == ']' && len(bytes.TrimSpace(next[1:])) == 0
}

// splitter finds where a JSON object ends. It counts brackets outside strings and leaves judging the rest to parsers.
type splitter struct {
	depth, deepest int
	quoted, escape bool
}

// object returns the length of the object at the start of text, -1 when it does not end there.
func (s *splitter) object(text []byte) int {
	s.depth, s.quoted, s.escape = 0, false, false
	return s.more(text)
}

// more goes on with an object in the next piece of text and returns where it ends in it, -1 when it does not.
func (s *splitter) more(text []byte) int {
	for i := 0; i < len(text); i++ {
		if s.quoted {
			i = s.inString(text, i)
			continue
		}
		switch text[i] {
		case '"':
			s.quoted = true
		case '{', '[':
			s.depth++
			s.deepest = max(s.deepest, s.depth)
		case '}', ']':
			if s.depth--; s.depth <= 0 {
				return i + 1
			}
		}
	}
	return -1
}

// inString goes through the rest of a string and returns the place of its last byte in text.
func (s *splitter) inString(text []byte, i int) int {
	for ; i < len(text); i++ {
		switch {
		case s.escape:
			s.escape = false
		case text[i] == '\\':
			s.escape = true
		case text[i] == '"':
			s.quoted = false
			return i
		}
	}
	return i
}

// objects reads a text that begins with an object. When its first line is complete, every line is a record of its own,
// and a broken line costs only itself; otherwise objects follow each other over many lines.
func (m *member) objects(in *bufio.Reader) error {
	var first []byte
	for len(bytes.TrimSpace(first)) == 0 {
		part, err := in.ReadSlice('\n')
		first = append(first[:0], part...)
		for errors.Is(err, bufio.ErrBufferFull) && len(first) <= m.limits.Record {
			part, err = in.ReadSlice('\n')
			first = append(first, part...)
		}
		if err != nil {
			break // the end or a failure, which is met again when reading goes on
		}
	}
	done, err := m.lineOfObjects(bytes.TrimSpace(first))
	if !done && followed(in) {
		done, err = true, m.oneLine(first)
	}
	if err != nil {
		return err
	}
	if done {
		return m.lines(in)
	}
	return m.stream(bufio.NewReaderSize(io.MultiReader(bytes.NewReader(first), in), 64<<10), false)
}

// followed tells whether the next line begins with an object, which it never does within an object over many lines: the
// line before it is then a broken record.
func followed(in *bufio.Reader) bool {
	next, _ := in.Peek(16)
	return startsObject(next)
}

// stream reads objects that follow each other, separated by white space, or by commas in a list.
func (m *member) stream(in *bufio.Reader, list bool) error {
	var buf []byte
	if list {
		if err := skipTo(in, '['); err != nil {
			return endOf(err)
		}
	}
	for {
		next, err := gap(in)
		if err != nil {
			return endOf(err)
		}
		if next == ']' && list {
			_, _ = in.Discard(1) // just seen
			list = false
			continue
		}
		if next == '[' && !list {
			_, _ = in.Discard(1)
			list = true
			continue
		}
		if next != '{' {
			if err := m.stray(in); err != nil {
				return err
			}
			continue
		}
		if buf, err = m.one(in, buf[:0]); err != nil {
			return err
		}
	}
}

// stray skips text between objects, up to a line that begins with one.
func (m *member) stray(in *bufio.Reader) error {
	m.note("there is text that is not JSON behind record %d; it was left out", m.count)
	for {
		if _, err := in.ReadSlice('\n'); err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return endOf(err)
		}
		if next, err := in.Peek(1); err != nil || next[0] == '{' {
			return endOf(err)
		}
	}
}

// one reads one object and delivers it.
func (m *member) one(in *bufio.Reader, buf []byte) ([]byte, error) {
	var s splitter
	size := 0
	for {
		if in.Buffered() == 0 {
			if _, err := in.Peek(1); err != nil {
				if errors.Is(err, io.EOF) {
					return buf, fmt.Errorf("record %d does not end: %w", m.count+1, io.ErrUnexpectedEOF)
				}
				return buf, err
			}
		}
		piece, _ := in.Peek(in.Buffered())
		end := s.more(piece)
		if end >= 0 {
			piece = piece[:end]
		}
		if size += len(piece); size <= m.limits.Record {
			buf = append(buf, piece...)
		}
		_, _ = in.Discard(len(piece)) // just seen
		if end < 0 {
			continue
		}
		switch {
		case size > m.limits.Record:
			m.note("record %d is longer than %d bytes and was left out", m.count+1, m.limits.Record)
		case s.deepest > m.limits.Depth:
			m.note("record %d is nested deeper than %d and was left out", m.count+1, m.limits.Depth)
		default:
			return buf, m.emit(buf, vedette.FormatJSON)
		}
		return buf, nil
	}
}

// gap skips white space and commas and returns the byte behind them, which is not consumed.
func gap(in *bufio.Reader) (byte, error) {
	for {
		b, err := in.ReadByte()
		if err != nil {
			return 0, err
		}
		switch b {
		case ' ', '\t', '\r', '\n', ',':
			continue
		}
		return b, in.UnreadByte()
	}
}

func skipTo(in *bufio.Reader, want byte) error {
	for {
		b, err := in.ReadByte()
		if err != nil || b == want {
			return err
		}
	}
}
