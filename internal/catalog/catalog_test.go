package catalog_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/vedette-soc/vedette/internal/catalog"
)

var tree = map[string]string{
	"b.yml": "two", "a/x.yaml": "one", "a/readme.md": "no", ".git/config.yml": "no", "a/.hidden.yml": "no", "a/._x.yml": "no",
}

func tarGzip(t testing.TB, members map[string]string) []byte {
	t.Helper()
	var buf bytes.Buffer
	z := gzip.NewWriter(&buf)
	w := tar.NewWriter(z)
	for name, content := range members {
		if err := w.WriteHeader(&tar.Header{Name: name, Typeflag: tar.TypeReg, Mode: 0o600, Size: int64(len(content))}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func zipped(t testing.TB, members map[string]string) []byte {
	t.Helper()
	var buf bytes.Buffer
	w := zip.NewWriter(&buf)
	for name, content := range members {
		f, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func write(t testing.TB, name string, content []byte) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func paths(files []catalog.File) []string {
	var out []string
	for _, f := range files {
		out = append(out, f.Path+"="+string(f.Data))
	}
	return out
}

func TestLoadFromEverywhere(t *testing.T) {
	root := t.TempDir()
	folder := filepath.Join(root, "rules")
	for name, content := range tree {
		write(t, filepath.Join(folder, name), []byte(content))
	}
	gz := write(t, filepath.Join(root, "r.tar.gz"), tarGzip(t, tree))
	zp := write(t, filepath.Join(root, "r.zip"), zipped(t, tree))
	for path, sep := range map[string]string{folder: "/", gz: "!", zp: "!"} {
		files, problems := catalog.Load(context.Background(), []string{path})
		want := []string{path + sep + "a/x.yaml=one", path + sep + "b.yml=two"}
		if got := paths(files); !slices.Equal(got, want) || len(problems) > 0 {
			t.Errorf("%s: %v %v", path, got, problems)
		}
		if len(files) > 0 && files[0].Origin != path {
			t.Errorf("origin %q, want %q", files[0].Origin, path)
		}
	}
	single := write(t, filepath.Join(root, "one.YML"), []byte("x"))
	files, problems := catalog.Load(context.Background(), []string{single, gz})
	if len(files) != 3 || files[0].Path != single || len(problems) > 0 {
		t.Errorf("%v %v", paths(files), problems)
	}
}

func TestLoadFS(t *testing.T) {
	fsys := fstest.MapFS{}
	for name, content := range tree {
		fsys[name] = &fstest.MapFile{Data: []byte(content)}
	}
	files, problems := catalog.LoadFS(context.Background(), fsys, "starter")
	if got := paths(files); !slices.Equal(got, []string{"a/x.yaml=one", "b.yml=two"}) || len(problems) > 0 || files[0].Origin != "starter" {
		t.Errorf("%v %v", got, problems)
	}
}

func TestProblemsAreNamed(t *testing.T) {
	root := t.TempDir()
	whole := tarGzip(t, map[string]string{"a.yml": strings.Repeat("x", 5000), "b.yml": "y"})
	cases := map[string]string{
		filepath.Join(root, "none"):                                                                 "does not exist",
		write(t, filepath.Join(root, "x.txt"), nil):                                                 "not a rule file",
		write(t, filepath.Join(root, "bad.tar.gz"), []byte("nonsense")):                             "not a gzip archive",
		write(t, filepath.Join(root, "bad.zip"), []byte("nonsense")):                                "not a zip archive",
		write(t, filepath.Join(root, "cut.tgz"), whole[:len(whole)/2]):                              "damaged",
		write(t, filepath.Join(root, "big.yml"), bytes.Repeat([]byte("x"), catalog.MaxFileBytes+1)): "larger than",
	}
	good := write(t, filepath.Join(root, "good.yml"), []byte("ok"))
	for path, reason := range cases {
		files, problems := catalog.Load(context.Background(), []string{path, good})
		if len(problems) != 1 || !strings.Contains(problems[0].String(), reason) || !strings.HasPrefix(problems[0].File, path) {
			t.Errorf("%s: problems %v, want %q", path, problems, reason)
		}
		if len(files) == 0 || files[len(files)-1].Path != good {
			t.Errorf("%s hides the file after it", path)
		}
	}
}

// An archive that claims little and unpacks to much is stopped, and members cannot climb out of their name.
func TestBombsAndClimbers(t *testing.T) {
	bomb := tarGzip(t, map[string]string{"bomb.yml": strings.Repeat("0", 64<<20)})
	files, problems := catalog.LoadBytes(context.Background(), "up", bomb)
	if len(files) != 0 || len(problems) != 1 || !strings.Contains(problems[0].Reason, "larger than") {
		t.Errorf("%d files, %v", len(files), problems)
	}
	files, _ = catalog.LoadBytes(context.Background(), "up", zipped(t, map[string]string{"../../etc/x.yml": "x"}))
	if len(files) != 1 || files[0].Path != "up!etc/x.yml" {
		t.Errorf("%v", paths(files))
	}
}

func TestLoadBytes(t *testing.T) {
	for name, data := range map[string][]byte{"gz": tarGzip(t, tree), "zip": zipped(t, tree)} {
		files, problems := catalog.LoadBytes(context.Background(), name, data)
		if len(files) != 2 || len(problems) > 0 || files[0].Path != name+"!a/x.yaml" {
			t.Errorf("%s: %v %v", name, paths(files), problems)
		}
	}
	files, _ := catalog.LoadBytes(context.Background(), "rule", []byte("title: x"))
	if len(files) != 1 || files[0].Path != "rule" {
		t.Errorf("%v", paths(files))
	}
}

func TestLoadStopsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	files, problems := catalog.LoadBytes(ctx, "r", tarGzip(t, tree))
	if len(files) != 0 || len(problems) != 1 || !strings.Contains(problems[0].Reason, "stopped") {
		t.Errorf("%v %v", paths(files), problems)
	}
}

func FuzzLoadBytes(f *testing.F) {
	f.Add(tarGzip(f, tree))
	f.Add(zipped(f, tree))
	f.Add([]byte("title: x"))
	f.Fuzz(func(t *testing.T, data []byte) {
		files, problems := catalog.LoadBytes(context.Background(), "up", data)
		for _, file := range files {
			if len(file.Data) > catalog.MaxFileBytes || !strings.HasPrefix(file.Path, "up") {
				t.Errorf("file %q of %d bytes", file.Path, len(file.Data))
			}
		}
		for _, p := range problems {
			if p.Reason == "" {
				t.Error("a problem without a reason")
			}
		}
	})
}

// A licence file counts for the rules of its folder and of those below, the nearest first.
func TestLicenses(t *testing.T) {
	members := map[string]string{
		"LICENSE": "Detection Rule License (DRL) 1.1\n\nPermission is hereby granted…", "a.yml": "x", "deep/b.yml": "y",
		"other/LICENSE.txt": "MIT License\n", "other/c.yml": "z",
	}
	root := t.TempDir()
	fsys := fstest.MapFS{}
	for name, content := range members {
		fsys[name] = &fstest.MapFile{Data: []byte(content)}
		write(t, filepath.Join(root, "rules", name), []byte(content))
	}
	want := []string{"DRL-1.1", "DRL-1.1", "MIT"}
	loads := map[string]func() ([]catalog.File, []catalog.Problem){
		"tar": func() ([]catalog.File, []catalog.Problem) {
			return catalog.LoadBytes(context.Background(), "r", tarGzip(t, members))
		},
		"zip": func() ([]catalog.File, []catalog.Problem) {
			return catalog.LoadBytes(context.Background(), "r", zipped(t, members))
		},
		"fs": func() ([]catalog.File, []catalog.Problem) { return catalog.LoadFS(context.Background(), fsys, "r") },
		"folder": func() ([]catalog.File, []catalog.Problem) {
			return catalog.Load(context.Background(), []string{filepath.Join(root, "rules")})
		},
	}
	for kind, load := range loads {
		files, problems := load()
		var got []string
		for _, f := range files {
			got = append(got, f.License)
		}
		if !slices.Equal(got, want) || len(problems) > 0 {
			t.Errorf("%s: %v %v", kind, got, problems)
		}
	}
}

func TestCompressedRule(t *testing.T) {
	var buf bytes.Buffer
	z := gzip.NewWriter(&buf)
	_, _ = z.Write([]byte("title: x"))
	_ = z.Close()
	name := write(t, filepath.Join(t.TempDir(), "one.yml.gz"), buf.Bytes())
	files, problems := catalog.Load(context.Background(), []string{name})
	if len(files) != 1 || len(problems) > 0 || string(files[0].Data) != "title: x" {
		t.Errorf("%v %v", paths(files), problems)
	}
}
