package recording

import (
	"bufio"
	"bytes"
	"errors"
	"io"

	"github.com/vedette-soc/vedette"
)

// line reads up to and including the next line feed. A line longer than a record may be is skipped, reported and given
// as nil with a nil error. The line is valid until the next call.
func (m *member) line(in *bufio.Reader, buf []byte) (line, room []byte, err error) {
	part, err := in.ReadSlice('\n')
	if whole := err == nil || errors.Is(err, io.EOF); whole && len(part) <= m.limits.Record+1 {
		return part, buf, err
	}
	buf = buf[:0]
	for len(buf)+len(part) <= m.limits.Record+1 {
		buf = append(buf, part...)
		if !errors.Is(err, bufio.ErrBufferFull) {
			return buf, buf, err
		}
		part, err = in.ReadSlice('\n')
	}
	m.note("record %d is longer than %d bytes and was left out", m.count+1, m.limits.Record)
	for errors.Is(err, bufio.ErrBufferFull) {
		_, err = in.ReadSlice('\n')
	}
	return nil, buf, err
}

// lines delivers each line that is not blank.
func (m *member) lines(in *bufio.Reader) error {
	var buf []byte
	for {
		var line []byte
		var err error
		line, buf, err = m.line(in, buf)
		if err := m.oneLine(line); err != nil {
			return err
		}
		if err != nil {
			return endOf(err)
		}
	}
}

// oneLine delivers a line of a text that is not JSON throughout: JSON objects as such, anything else as text.
func (m *member) oneLine(line []byte) error {
	line = bytes.TrimRight(line, "\r\n")
	if len(bytes.TrimSpace(line)) == 0 {
		return nil
	}
	if len(line) > m.limits.Record {
		m.note("record %d is longer than %d bytes and was left out", m.count+1, m.limits.Record)
		return nil
	}
	if start := bytes.TrimLeft(line, " \t"); startsObject(start) {
		if done, err := m.lineOfObjects(start); done {
			return err
		}
	}
	return m.emit(line, "")
}

// lineOfObjects delivers the objects of a line that consists of complete objects and nothing else.
func (m *member) lineOfObjects(line []byte) (done bool, err error) {
	var s splitter
	n := 0
	for rest := line; ; n++ {
		rest = bytes.TrimLeft(rest, " \t\r\n,")
		if len(rest) == 0 {
			break
		}
		end := s.object(rest)
		if end < 0 {
			return false, nil
		}
		rest = rest[end:]
	}
	for rest := line; n > 0; n-- {
		rest = bytes.TrimLeft(rest, " \t\r\n,")
		s.deepest = 0
		end := s.object(rest)
		if s.deepest > m.limits.Depth {
			m.note("record %d is nested deeper than %d and was left out", m.count+1, m.limits.Depth)
		} else if err := m.emit(rest[:end], vedette.FormatJSON); err != nil {
			return true, err
		}
		rest = rest[end:]
	}
	return true, nil
}

// endOf is the error with which reading ended, nil at the end of the input.
func endOf(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}
