package offline

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"

	vedette "github.com/vedette-soc/vedette"
)

// maxMember bounds what one member of an archive may unpack to.
const maxMember = 8 << 30

// maxMembers bounds how many members of an archive are read.
const maxMembers = 10_000

// Format says how a file of alerts is written.
type Format string

// The formats.
const (
	AITADS Format = "ait-ads" // a table of the AIT Alert Data Set
	NDJSON Format = "ndjson"  // one JSON object a line
)

// Formats lists them.
func Formats() []Format { return []Format{AITADS, NDJSON} }

// Read reads one file of alerts.
func Read(format Format, name string, r io.Reader) (*Set, error) {
	switch format {
	case AITADS:
		return ReadAITADS(name, r)
	case NDJSON:
		return ReadNDJSON(name, r)
	}
	return nil, vedette.Errorf(vedette.CodeInvalid, "the format %q is not one of ait-ads, ndjson", format)
}

// Open calls fn for the file, "-" being stdin, or for every member of a zip archive that holds alerts by its name (.csv,
// .txt, .json, .ndjson, .jsonl), in order of their names. The name of a member is "archive!member".
func Open(file string, stdin io.Reader, fn func(name string, r io.Reader) error) error {
	if file == "-" {
		return fn("-", stdin)
	}
	f, err := os.Open(file)
	if err != nil {
		return fmt.Errorf("open the alerts: %w", err)
	}
	defer func() { _ = f.Close() }()
	if !strings.EqualFold(path.Ext(file), ".zip") {
		return fn(file, f)
	}
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("open the alerts: %w", err)
	}
	archive, err := zip.NewReader(f, info.Size())
	if err != nil {
		return vedette.Errorf(vedette.CodeInvalid, "%s cannot be read as a zip archive: %v", file, err)
	}
	return members(file, archive, fn)
}

func members(file string, archive *zip.Reader, fn func(string, io.Reader) error) error {
	var chosen []*zip.File
	for _, member := range archive.File {
		switch strings.ToLower(path.Ext(member.Name)) {
		case ".csv", ".txt", ".json", ".ndjson", ".jsonl":
			if base := path.Base(member.Name); !strings.HasPrefix(base, ".") && !strings.HasPrefix(strings.ToLower(base), "readme") && member.Mode().IsRegular() {
				chosen = append(chosen, member)
			}
		}
	}
	if len(chosen) == 0 || len(chosen) > maxMembers {
		return vedette.Errorf(vedette.CodeInvalid, "%s holds %d files of alerts; between 1 and %d can be read", file, len(chosen), maxMembers)
	}
	slices.SortFunc(chosen, func(a, b *zip.File) int { return strings.Compare(a.Name, b.Name) })
	for _, member := range chosen {
		r, err := member.Open()
		if err != nil {
			return fmt.Errorf("open %s in %s: %w", member.Name, file, err)
		}
		err = fn(file+"!"+member.Name, &limited{r, maxMember})
		if err := errors.Join(err, r.Close()); err != nil {
			return err
		}
	}
	return nil
}

// limited reads so much and then fails, so that an archive cannot unpack without end.
type limited struct {
	r    io.Reader
	left int64
}

func (l *limited) Read(p []byte) (int, error) {
	if l.left <= 0 {
		return 0, vedette.Errorf(vedette.CodeLimited, "a file in the archive unpacks to more than %d bytes", int64(maxMember))
	}
	n, err := l.r.Read(p[:min(int64(len(p)), l.left)])
	l.left -= int64(n)
	return n, err
}
