package catalog

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// Bounds on one load. They are far above the largest public rule collection (4,100 files, 12 MB).
const (
	MaxFiles      = 50_000
	MaxFileBytes  = 1 << 20
	MaxTotalBytes = 256 << 20
	maxVisited    = 1_000_000 // entries looked at, wanted or not
	maxProblems   = 1_000
)

// File is one content file.
type File struct {
	Path    string // as given, with the member after "!" inside an archive: "rules.tar.gz!linux/x.yml"
	Origin  string // the path that was asked for, or the name of the embedded collection
	License string // what a licence file beside or above it says, such as "DRL-1.1"; empty when there is none that is known
	Data    []byte
}

// Problem says why something cannot be used, and where. Line and Column count from 1; 0 means the whole file.
type Problem struct {
	File   string `json:"file"`
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
	Reason string `json:"reason"`
	Fix    string `json:"fix,omitempty"` // what to write instead, when that is known
}

// String writes file:line:column: reason.
func (p Problem) String() string {
	switch {
	case p.Line == 0:
		return fmt.Sprintf("%s: %s", p.File, p.Reason)
	case p.Column == 0:
		return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Reason)
	}
	return fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Column, p.Reason)
}

// Load reads every rule file under the paths. Files are sorted by path within each given path, so that the same input
// always loads in the same order. It stops early only when ctx ends, which it reports as a problem of the path in hand.
func Load(ctx context.Context, paths []string) ([]File, []Problem) {
	l := &loader{ctx: ctx}
	for _, p := range paths {
		l.origin = p
		start := len(l.files)
		l.path(p)
		sortByPath(l.files[start:])
		l.license(start)
	}
	return l.files, l.problems
}

// LoadFS reads every rule file of a file system, such as an embedded one. Paths are those of the file system; origin
// names the collection.
func LoadFS(ctx context.Context, fsys fs.FS, origin string) ([]File, []Problem) {
	l := &loader{ctx: ctx, origin: origin}
	l.tree(fsys, "")
	sortByPath(l.files)
	l.license(0)
	return l.files, l.problems
}

func sortByPath(files []File) {
	slices.SortStableFunc(files, func(a, b File) int { return cmp.Compare(a.Path, b.Path) })
}

// loader gathers files and problems within the bounds.
type loader struct {
	ctx      context.Context //nolint:containedctx // a loader lives no longer than the one call that made it
	origin   string
	files    []File
	problems []Problem
	licenses map[string]string // by folder
	bytes    int64
	visited  int
	full     bool
}

func (l *loader) problem(file, format string, args ...any) {
	if len(l.problems) < maxProblems {
		l.problems = append(l.problems, Problem{File: file, Reason: fmt.Sprintf(format, args...)})
	}
}

// proceed counts one visited entry and tells whether loading may go on.
func (l *loader) proceed(name string) bool {
	if l.full {
		return false
	}
	l.visited++
	switch err := l.ctx.Err(); {
	case err != nil:
		l.problem(name, "loading stopped: %v", err)
	case l.visited > maxVisited:
		l.problem(name, "more than %d entries; the rest was not looked at", maxVisited)
	case len(l.files) >= MaxFiles:
		l.problem(name, "more than %d rule files; the rest was not loaded", MaxFiles)
	case l.bytes >= MaxTotalBytes:
		l.problem(name, "more than %d MiB of rules; the rest was not loaded", MaxTotalBytes>>20)
	default:
		return true
	}
	l.full = true
	return false
}

// read takes in one rule file.
func (l *loader) read(name string, r io.Reader) {
	data, err := io.ReadAll(io.LimitReader(r, MaxFileBytes+1))
	switch {
	case err != nil:
		l.problem(name, "cannot be read: %v", err)
	case len(data) > MaxFileBytes:
		l.problem(name, "larger than %d KiB", MaxFileBytes>>10)
	default:
		l.bytes += int64(len(data))
		l.files = append(l.files, File{Path: name, Origin: l.origin, Data: data})
	}
}

// wanted tells whether a file is content by its name. Hidden files (editor leftovers, AppleDouble) are not.
func wanted(name string) bool {
	base := path.Base(name)
	if strings.HasPrefix(base, ".") {
		return false
	}
	switch strings.ToLower(path.Ext(base)) {
	case ".yml", ".yaml":
		return true
	}
	return false
}

// hidden tells whether any folder on the way to a member starts with a dot (".git", ".github").
func hidden(name string) bool {
	for part := range strings.SplitSeq(path.Dir(path.Clean(name)), "/") {
		if strings.HasPrefix(part, ".") && part != "." && part != ".." {
			return true
		}
	}
	return false
}
