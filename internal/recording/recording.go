package recording

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/vedette-soc/vedette"
)

// Item is one record of a recorded file.
type Item struct {
	File   string // the path as given; inside an archive followed by "!" and the member's name
	Record int    // its place in that file or member, counted from 1
	Data   []byte // the record; it belongs to the receiver
	Format string // vedette.FormatJSON for one JSON object, otherwise ""
}

// Summary tells what was read.
type Summary struct {
	Items    int
	Bytes    int64 // of the records
	Problems []Problem
	More     int // problems beyond the first maxProblems, which are only counted
}

// Problem is something that could not be read.
type Problem struct {
	File string // as in Item
	Err  error
}

// Limits bound what one call of Walk may use. Zero fields mean the defaults.
type Limits struct {
	Record int   // bytes of one record; 16 MiB
	Depth  int   // nesting of JSON; 1000
	Member int64 // decompressed bytes of one file or archive member; 4 GiB
	Total  int64 // decompressed bytes of everything; 64 GiB
	Ratio  int64 // decompressed bytes per compressed byte, looked at beyond Small; 250
	Small  int64 // decompressed bytes that no ratio is asked of; 64 MiB
	Nested int   // archives and compressions within each other; 6
	Memory int64 // bytes of a member kept in memory where it must be read at random; 64 MiB, beyond that a temporary file
}

const maxProblems = 1000

func (l Limits) withDefaults() Limits {
	set := func(v *int64, to int64) {
		if *v <= 0 {
			*v = to
		}
	}
	set(&l.Member, 4<<30)
	set(&l.Total, 64<<30)
	set(&l.Ratio, 250)
	set(&l.Small, 64<<20)
	set(&l.Memory, 64<<20)
	if l.Record <= 0 {
		l.Record = 16 << 20
	}
	if l.Depth <= 0 {
		l.Depth = 1000
	}
	if l.Nested <= 0 {
		l.Nested = 6
	}
	return l
}

// Walk calls fn for every record of the file at path, or of every file below it when it is a folder, in the order of
// their names. It ends early only with an error of fn, which it returns as it is; an unreadable path gives an error
// with the code not_found or unavailable. Everything else that goes wrong is a Problem in the summary.
func Walk(path string, fn func(Item) error) (Summary, error) {
	return Limits{}.Walk(path, fn)
}

// Read calls fn for every record of content that is in memory, such as a file that the program carries within itself.
// The name stands for a path in the records.
func Read(name string, content []byte, fn func(Item) error) (Summary, error) {
	w := &walker{limits: Limits{}.withDefaults(), fn: fn, source: int64(len(content))}
	r := bytes.NewReader(content)
	m := &member{walker: w, name: name, at: r, size: r.Size()}
	w.problem(name, m.read(r, 0))
	return w.sum, w.result(nil)
}

// Walk is the function Walk under limits of the caller's.
func (l Limits) Walk(path string, fn func(Item) error) (Summary, error) {
	w := &walker{limits: l.withDefaults(), fn: fn}
	info, err := os.Stat(path)
	if err != nil {
		return w.sum, pathError(err)
	}
	if !info.IsDir() {
		err := w.file(path)
		return w.sum, w.result(err)
	}
	err = filepath.WalkDir(path, func(name string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() {
			err = w.file(name)
		}
		if err != nil && w.stopped == nil {
			w.problem(name, err)
		}
		return w.stopped
	})
	return w.sum, w.result(err)
}

func pathError(err error) error {
	code := vedette.CodeUnavailable
	if errors.Is(err, fs.ErrNotExist) {
		code = vedette.CodeNotFound
	}
	return vedette.Errorf(code, "open recording: %w", err)
}

// walker is the state of one Walk.
type walker struct {
	limits  Limits
	fn      func(Item) error
	sum     Summary
	total   int64 // decompressed bytes so far
	source  int64 // bytes of the files themselves
	stopped error // what fn returned; everything ends then
}

// result chooses what Walk returns: an error of fn before one of the file system.
func (w *walker) result(err error) error {
	if w.stopped != nil {
		return w.stopped
	}
	return err
}

func (w *walker) problem(file string, err error) {
	if err == nil || w.stopped != nil {
		return
	}
	if len(w.sum.Problems) >= maxProblems {
		w.sum.More++
		return
	}
	w.sum.Problems = append(w.sum.Problems, Problem{File: file, Err: err})
}

// file reads one file of the file system. Only failing to open it is an error.
func (w *walker) file(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return pathError(err)
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return pathError(err)
	}
	m := &member{walker: w, name: path, at: f, size: info.Size()}
	if !info.Mode().IsRegular() {
		m.at = nil // a pipe can only be read in order
	}
	w.source += info.Size()
	w.problem(path, m.read(f, 0))
	return nil
}

// member is one file, or one member of an archive, being read.
type member struct {
	*walker
	name  string
	at    io.ReaderAt // random access to the bytes as they are, nil when there is none
	size  int64       // how many bytes at has
	count int         // records delivered
}

// emit delivers one record. data is copied.
func (m *member) emit(data []byte, format string) error {
	m.count++
	m.sum.Items++
	m.sum.Bytes += int64(len(data))
	item := Item{File: m.name, Record: m.count, Data: append(make([]byte, 0, len(data)), data...), Format: format}
	if err := m.fn(item); err != nil {
		m.stopped = err
		return err
	}
	return nil
}

// note reports a problem of this member after which reading goes on.
func (m *member) note(format string, args ...any) {
	m.problem(m.name, fmt.Errorf(format, args...))
}
