package offline

import (
	"bufio"
	"errors"
	"fmt"
	"io"
)

// maxLine bounds one record. A longer one is skipped and counted.
const maxLine = 1 << 20

// lines reads lines of bounded length.
type lines struct {
	r    *bufio.Reader
	long []byte
}

func newLines(r io.Reader) *lines { return &lines{r: bufio.NewReaderSize(r, 256<<10)} }

// next returns a line without its end, valid until the next call, and whether it was too long and is cut. io.EOF ends.
func (l *lines) next() (line []byte, cut bool, err error) {
	line, err = l.r.ReadSlice('\n')
	if err == nil {
		return trimEnd(line), false, nil
	}
	l.long = append(l.long[:0], line...)
	for errors.Is(err, bufio.ErrBufferFull) {
		line, err = l.r.ReadSlice('\n')
		if len(l.long)+len(line) > maxLine {
			cut = true
			continue
		}
		l.long = append(l.long, line...)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, false, fmt.Errorf("read a line: %w", err)
	}
	if len(l.long) == 0 && err != nil {
		return nil, false, io.EOF
	}
	return trimEnd(l.long), cut, nil
}

func trimEnd(line []byte) []byte {
	for len(line) > 0 && (line[len(line)-1] == '\n' || line[len(line)-1] == '\r') {
		line = line[:len(line)-1]
	}
	return line
}
