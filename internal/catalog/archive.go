package catalog

import (
	"archive/tar"
	"archive/zip"
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"path"
	"strings"
)

// maxUnpacked bounds how many bytes of a compressed archive are unpacked, wanted members or not.
const maxUnpacked = 4 * MaxTotalBytes

var errUnpacked = errors.New("unpacks to more than 1 GiB; the rest was not looked at")

// LoadBytes reads what an upload holds: one YAML file, or an archive of them recognised by its first bytes. The name is
// what problems and files are called after.
func LoadBytes(ctx context.Context, name string, data []byte) ([]File, []Problem) {
	l := &loader{ctx: ctx, origin: name}
	switch {
	case bytes.HasPrefix(data, []byte("\x1f\x8b")):
		l.tarGzip(name, bytes.NewReader(data))
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		l.zip(name, bytes.NewReader(data), int64(len(data)))
	case len(data) > 262 && string(data[257:262]) == "ustar":
		l.tar(name, &bounded{r: bytes.NewReader(data), left: maxUnpacked})
	case l.proceed(name):
		l.read(name, bytes.NewReader(data))
	}
	sortByPath(l.files)
	l.license(0)
	return l.files, l.problems
}

func (l *loader) tarGzip(name string, r io.Reader) {
	z, err := gzip.NewReader(r)
	if err != nil {
		l.problem(name, "is not a gzip archive: %v", err)
		return
	}
	defer func() { _ = z.Close() }()
	whole := bufio.NewReaderSize(&bounded{r: z, left: maxUnpacked}, 1024)
	if head, _ := whole.Peek(262); len(head) < 262 || string(head[257:262]) != "ustar" {
		if l.proceed(name) {
			l.single(name, z, whole)
		}
		return
	}
	l.tar(name, whole)
}

// single reads a compressed rule file. What is neither that nor an archive is damaged, and says so.
func (l *loader) single(name string, z *gzip.Reader, r io.Reader) {
	if lower := strings.ToLower(name); strings.HasSuffix(lower, ".tar.gz") || strings.HasSuffix(lower, ".tgz") {
		l.problem(name, "the archive is damaged: there is no tar in it")
		return
	}
	if inside := firstOf(z.Name, strings.TrimSuffix(name, ".gz")); !wanted(path.Base(inside)) {
		l.problem(name, "is neither a compressed rule file nor an archive of them")
		return
	}
	l.read(name, r)
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func (l *loader) tar(name string, r io.Reader) {
	t := tar.NewReader(r)
	for {
		header, err := t.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			l.problem(name, "the archive is damaged or too large: %v", err)
			return
		}
		shown := name + "!" + cleanMember(header.Name)
		if !l.proceed(shown) {
			return
		}
		switch {
		case header.Typeflag != tar.TypeReg || hidden(header.Name):
		case wanted(header.Name):
			l.read(shown, t)
		case isLicense(header.Name):
			l.noteLicense(shown, t)
		}
	}
}

func (l *loader) zip(name string, r io.ReaderAt, size int64) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		l.problem(name, "is not a zip archive: %v", err)
		return
	}
	for _, f := range z.File {
		shown := name + "!" + cleanMember(f.Name)
		if !l.proceed(shown) {
			return
		}
		if !f.Mode().IsRegular() || hidden(f.Name) || !wanted(f.Name) && !isLicense(f.Name) {
			continue
		}
		content, err := f.Open()
		if err != nil {
			l.problem(shown, "cannot be unpacked: %v", err)
			continue
		}
		if wanted(f.Name) {
			l.read(shown, content)
		} else {
			l.noteLicense(shown, content)
		}
		if err := content.Close(); err != nil {
			l.problem(shown, "cannot be unpacked: %v", err)
		}
	}
}

// cleanMember gives a member's name without "./", backslashes and climbing, for messages only: nothing is written.
func cleanMember(name string) string {
	return strings.TrimPrefix(path.Clean("/"+strings.ReplaceAll(name, `\`, "/")), "/")
}

// bounded fails once too much was read through it.
type bounded struct {
	r    io.Reader
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errUnpacked
	}
	if int64(len(p)) > b.left {
		p = p[:b.left]
	}
	n, err := b.r.Read(p)
	b.left -= int64(n)
	return n, err
}
