package catalog

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// path loads one given path, whatever it is.
func (l *loader) path(name string) {
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		l.problem(name, "does not exist")
	case err != nil:
		l.problem(name, "cannot be read: %v", err)
	case info.IsDir():
		l.tree(os.DirFS(name), name)
	case !info.Mode().IsRegular():
		l.problem(name, "is neither a file nor a folder")
	default:
		l.file(name)
	}
}

func (l *loader) file(name string) {
	f, err := os.Open(name)
	if err != nil {
		l.problem(name, "cannot be read: %v", err)
		return
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		l.problem(name, "cannot be read: %v", err)
		return
	}
	switch lower := strings.ToLower(name); {
	case strings.HasSuffix(lower, ".tar.gz"), strings.HasSuffix(lower, ".tgz"), strings.HasSuffix(lower, ".yml.gz"), strings.HasSuffix(lower, ".yaml.gz"):
		l.tarGzip(name, f)
	case strings.HasSuffix(lower, ".tar"):
		l.tar(name, &bounded{r: f, left: maxUnpacked})
	case strings.HasSuffix(lower, ".zip"):
		l.zip(name, f, info.Size())
	case wanted(filepath.ToSlash(name)):
		if l.proceed(name) {
			l.read(name, f)
		}
	default:
		l.problem(name, "is not a rule file: expected .yml, .yaml, .yml.gz, .tar.gz, .tgz, .tar, .zip or a folder")
	}
}

// tree loads every rule file below a folder. Links to files are followed, links to folders are not, so that a loop in
// the file system cannot hold the load.
func (l *loader) tree(fsys fs.FS, root string) {
	err := fs.WalkDir(fsys, ".", func(name string, entry fs.DirEntry, err error) error {
		shown := name
		if root != "" {
			shown = filepath.Join(root, filepath.FromSlash(name))
		}
		if err != nil {
			l.problem(shown, "cannot be read: %v", err)
			return nil
		}
		if entry.IsDir() {
			if name != "." && strings.HasPrefix(path.Base(name), ".") {
				return fs.SkipDir
			}
			return nil
		}
		if !l.proceed(shown) {
			return fs.SkipAll
		}
		if wanted(name) || isLicense(name) {
			l.member(fsys, name, shown)
		}
		return nil
	})
	if err != nil {
		l.problem(root, "cannot be read: %v", err)
	}
}

func (l *loader) member(fsys fs.FS, name, shown string) {
	f, err := fsys.Open(name)
	if err != nil {
		l.problem(shown, "cannot be read: %v", err)
		return
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		l.problem(shown, "cannot be read: %v", err)
		return
	}
	switch {
	case !info.Mode().IsRegular():
	case wanted(name):
		l.read(shown, f)
	default:
		l.noteLicense(shown, f)
	}
}
