package recording

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// startsXML tells whether text begins as an export of Windows events in XML does.
func startsXML(text []byte) bool {
	head := text[:min(len(text), 1024)]
	if !bytes.HasPrefix(head, []byte("<?xml")) && !bytes.HasPrefix(head, []byte("<Event")) {
		return false
	}
	return bytes.Contains(head, []byte("<Events>")) || bytes.Contains(head, []byte("<Events ")) ||
		bytes.Contains(head, []byte("<Event ")) || bytes.Contains(head, []byte("<Event>"))
}

var (
	eventOpen  = []byte("<Event")
	eventClose = []byte("</Event>")
)

// eventXML delivers each <Event> of a text, without what stands around it.
func (m *member) eventXML(in *bufio.Reader) error {
	var buf []byte
	for {
		piece, err := in.ReadSlice('>')
		buf = append(buf, piece...)
		if len(buf) > m.limits.Record {
			m.note("record %d is longer than %d bytes and was left out", m.count+1, m.limits.Record)
			buf = buf[:0]
		}
		if bytes.HasSuffix(buf, eventClose) {
			if start := eventStart(buf); start >= 0 {
				if err := m.emit(buf[start:], ""); err != nil {
					return err
				}
			}
			buf = buf[:0]
		}
		switch {
		case err == nil, errors.Is(err, bufio.ErrBufferFull):
		case errors.Is(err, io.EOF) && eventStart(buf) >= 0:
			return fmt.Errorf("record %d does not end: %w", m.count+1, io.ErrUnexpectedEOF)
		default:
			return endOf(err)
		}
	}
}

// eventStart finds the first <Event> tag, which is not <Events> nor <EventData>; -1 when there is none.
func eventStart(text []byte) int {
	for from := 0; ; {
		i := bytes.Index(text[from:], eventOpen)
		if i < 0 || from+i+len(eventOpen) >= len(text) {
			return -1
		}
		switch text[from+i+len(eventOpen)] {
		case '>', ' ', '\t', '\r', '\n':
			return from + i
		}
		from += i + len(eventOpen)
	}
}
