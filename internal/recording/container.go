package recording

import (
	"archive/tar"
	"archive/zip"
	"bufio"
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/evtx"
)

const peekSize = 4096

// read finds out what the bytes of r are and reads them. The error is what kept the rest of the member from being read.
func (m *member) read(r io.Reader, nested int) error {
	if nested > m.limits.Nested {
		return fmt.Errorf("archives lie within each other more than %d deep", m.limits.Nested)
	}
	in := bufio.NewReaderSize(r, 64<<10)
	head, err := in.Peek(peekSize)
	if len(head) == 0 {
		if errors.Is(err, io.EOF) {
			return nil
		}
		return err
	}
	switch {
	case bytes.HasPrefix(head, []byte{0, 5, 0x16, 7}):
		return nil // what macOS adds to archives about each file (AppleDouble)
	case bytes.HasPrefix(head, []byte{0x1f, 0x8b, 8}):
		return m.gzip(in, nested)
	case bytes.HasPrefix(head, []byte("BZh")) && len(head) > 10 && head[4] == 0x31 && head[5] == 0x41:
		return m.unpacked(in, nested, func(r io.Reader) (io.Reader, error) { return bzip2.NewReader(r), nil })
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")):
		return m.random(in, func(at io.ReaderAt, size int64) error { return m.zip(at, size, nested) })
	case evtx.Is(head):
		return m.random(in, m.eventLog)
	case isTar(head):
		return m.tar(in, nested)
	}
	if kind := promised(m.name); kind != "" {
		return fmt.Errorf("this is no %s file, as its name says", kind)
	}
	return m.text(in, head)
}

// promised is what a name says of content that nobody keeps as text under that name; such a file is damaged.
func promised(name string) string {
	switch name = strings.ToLower(name); {
	case strings.HasSuffix(name, ".evtx"):
		return "EVTX"
	case strings.HasSuffix(name, ".zip"):
		return "zip"
	}
	return ""
}

func (m *member) gzip(in io.Reader, nested int) error {
	return m.unpacked(in, nested, func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) })
}

// unpacked reads what a decompressor makes of in.
func (m *member) unpacked(in io.Reader, nested int, open func(io.Reader) (io.Reader, error)) error {
	packed := &counter{r: in}
	r, err := open(packed)
	if err != nil {
		return err
	}
	inner := *m
	inner.at = nil
	err = inner.read(&bounded{r: r, m: m, packed: func() int64 { return packed.n }}, nested+1)
	m.count = inner.count
	return err
}

// zip reads the members of a zip archive.
func (m *member) zip(at io.ReaderAt, size int64, nested int) error {
	archive, err := zip.NewReader(at, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return err // names are shown, never opened, so insecure ones do no harm
	}
	for _, f := range archive.File {
		if !f.Mode().IsRegular() {
			continue
		}
		sub := &member{walker: m.walker, name: m.name + "!" + cleanName(f.Name)}
		m.problem(sub.name, sub.zipped(f, nested))
		if m.stopped != nil {
			return m.stopped
		}
	}
	return nil
}

func (m *member) zipped(f *zip.File, nested int) error {
	if f.Flags&1 != 0 {
		return errors.New("is encrypted")
	}
	if size := f.UncompressedSize64; size > uint64(m.limits.Member) || m.bomb(int64(size), int64(f.CompressedSize64)) {
		return fmt.Errorf("would unpack from %d to %d bytes, which is over the limits", f.CompressedSize64, size)
	}
	r, err := f.Open()
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }()
	packed := int64(f.CompressedSize64)
	return m.read(&bounded{r: r, m: m, packed: func() int64 { return packed }}, nested+1)
}

// isTar tells whether head starts a tar archive: the sum over its first header is right.
func isTar(head []byte) bool {
	if len(head) < 512 || head[0] == 0 {
		return false
	}
	want, err := strconv.ParseInt(strings.Trim(string(head[148:156]), " \x00"), 8, 32)
	if err != nil {
		return false
	}
	sum := int64(8 * ' ')
	for i, b := range head[:512] {
		if i < 148 || i >= 156 {
			sum += int64(b)
		}
	}
	return sum == want
}

// tar reads the members of a tar archive.
func (m *member) tar(in io.Reader, nested int) error {
	for archive := tar.NewReader(in); ; {
		h, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil && !errors.Is(err, tar.ErrInsecurePath) {
			return err // behind a broken header nothing can be found
		}
		if h.Typeflag != tar.TypeReg {
			continue
		}
		sub := &member{walker: m.walker, name: m.name + "!" + cleanName(h.Name)}
		size := max(h.Size, 1)
		m.problem(sub.name, sub.read(&bounded{r: archive, m: sub, packed: func() int64 { return size }}, nested+1))
		if m.stopped != nil {
			return m.stopped
		}
	}
}

// cleanName makes a member's name safe to show.
func cleanName(name string) string {
	name = strings.Map(func(r rune) rune {
		if r < 0x20 || r == 0x7f {
			return '?'
		}
		return r
	}, strings.ToValidUTF8(name, "?"))
	if len(name) > 1024 {
		name = strings.ToValidUTF8(name[:1024], "")
	}
	return name
}

func (m *member) eventLog(at io.ReaderAt, size int64) error {
	return evtx.Read(at, size, func(r evtx.Record) error { return m.emit(r.JSON, vedette.FormatJSON) })
}

// text reads JSON, XML or lines, in UTF-8 or, with its mark at the start, UTF-16.
func (m *member) text(in *bufio.Reader, head []byte) error {
	if bytes.HasPrefix(head, []byte{0xff, 0xfe}) || bytes.HasPrefix(head, []byte{0xfe, 0xff}) {
		wide := unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder()
		in = bufio.NewReaderSize(transform.NewReader(in, wide), 64<<10)
		head, _ = in.Peek(peekSize)
	}
	if bytes.HasPrefix(head, []byte("\xef\xbb\xbf")) {
		_, _ = in.Discard(3) // just seen
		head = head[3:]
	}
	if bytes.IndexByte(head, 0) >= 0 {
		return errors.New("is neither text nor an archive nor an event log")
	}
	start := bytes.TrimLeft(head, " \t\r\n")
	switch {
	case startsObject(start):
		return m.objects(in)
	case startsList(start):
		return m.stream(in, true)
	case startsXML(start):
		return m.eventXML(in)
	}
	return m.lines(in)
}
