package statestore_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/statestore"
	"github.com/vedette-soc/vedette/internal/statestore/statestoretest"
)

func TestSQLite(t *testing.T) {
	statestoretest.Run(t, func(t *testing.T, now func() time.Time) *statestore.Store {
		return opened(t, statestore.Config{URL: sqliteURL(t), Now: now})
	})
}

func sqliteURL(t testing.TB) string {
	t.Helper()
	return "sqlite://" + t.TempDir() + "/state.db"
}

// opened opens a store that is closed when the test ends.
func opened(t testing.TB, cfg statestore.Config) *statestore.Store {
	t.Helper()
	store, err := statestore.Open(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return store
}

func TestWrongURLs(t *testing.T) {
	folder := t.TempDir()
	for address, want := range map[string]vedette.Code{
		"":                          vedette.CodeInvalid,
		"/var/lib/state.db":         vedette.CodeInvalid,
		"mysql://root@host/db":      vedette.CodeInvalid,
		"sqlite://":                 vedette.CodeInvalid,
		"sqlite:///tmp/":            vedette.CodeInvalid,
		"sqlite:///tmp/a?mode=ro":   vedette.CodeInvalid,
		"sqlite://" + folder:        vedette.CodeUnavailable, // a folder is no file
		"postgres://host:notaport/": vedette.CodeInvalid,
		"postgres:///none?host=" + folder + "&connect_timeout=2": vedette.CodeUnavailable,
		"sqlite:///dev/null/state.db":                            vedette.CodeUnavailable,
	} {
		if _, err := statestore.Open(t.Context(), statestore.Config{URL: address}); err == nil || vedette.CodeOf(err) != want {
			t.Errorf("%q: error %v, want %s", address, err, want)
		}
	}
}

func TestPasswordStaysOutOfErrors(t *testing.T) {
	for _, address := range []string{"postgres://vedette:hunter2@127.0.0.1:1/db?connect_timeout=1", "postgres://vedette:hunter2@host:port/db"} {
		_, err := statestore.Open(t.Context(), statestore.Config{URL: address})
		if err == nil || strings.Contains(fmt.Sprintf("%v %+v", err, err), "hunter2") {
			t.Errorf("error %v", err)
		}
	}
}

// TestFileModes checks that nobody but the owner can read the database, whatever it was before.
func TestFileModes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "made", "for it", "a%20b.db")
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	store := opened(t, statestore.Config{URL: "sqlite://" + path})
	if err := store.SetProgress(t.Context(), "x", 1); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(filepath.Dir(path), "*"))
	if err != nil || len(files) != 3 {
		t.Fatalf("files %v, %v; want the database, its log and the log's index", files, err)
	}
	for _, file := range files {
		info, err := os.Stat(file)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", file, info.Mode())
		}
	}
}

// TestReopen checks that everything is there after closing, and that opening an up-to-date database changes nothing.
func TestReopen(t *testing.T) {
	address := sqliteURL(t)
	for want := range uint64(3) {
		store, err := statestore.Open(t.Context(), statestore.Config{URL: address})
		if err != nil {
			t.Fatal(err)
		}
		got, err := store.Progress(t.Context(), "x")
		if err != nil || got != want {
			t.Fatalf("progress %d, %v; want %d", got, err, want)
		}
		if err := store.SetProgress(t.Context(), "x", want+1); err != nil {
			t.Fatal(err)
		}
		if err := store.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestSizeLimit fills a store to its limit.
func TestSizeLimit(t *testing.T) {
	fillUp(t, statestore.Config{URL: sqliteURL(t), MaxBytes: 2 << 20}, func() {})
}

// TestFullDisk fills a real file system to its last byte.
func TestFullDisk(t *testing.T) {
	disk := t.TempDir()
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=4m"); err != nil {
		t.Skipf("a small file system cannot be mounted here: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(disk, 0); err != nil {
			t.Error(err)
		}
	})
	ballast := filepath.Join(disk, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 1<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	fillUp(t, statestore.Config{URL: "sqlite://" + disk + "/state.db"}, func() {
		if err := os.Remove(ballast); err != nil {
			t.Fatal(err)
		}
	})
}

// fillUp folds until there is no room. The fold that failed must have left nothing, what went before must be whole, and
// after relief makes room the store must work again.
func fillUp(t *testing.T, cfg statestore.Config, relief func()) {
	store := opened(t, cfg)
	ctx := t.Context()
	fold := func(seq uint64) statestore.Fold {
		in := vedette.Incident{ID: fmt.Sprint("inc-", seq), Tenant: "default", Created: time.Now(), Story: vedette.Text{En: strings.Repeat("x", 20_000)}}
		return statestore.Fold{Seq: seq, Incidents: []vedette.Incident{in},
			Entities: []vedette.Entity{{Tenant: "default", Kind: vedette.EntityHost, Name: "h", Alerts: 1}}}
	}
	seq := uint64(1)
	var err error
	for ; seq < 10_000; seq++ {
		if err = store.SaveFold(ctx, fold(seq)); err != nil {
			break
		}
	}
	if vedette.CodeOf(err) != vedette.CodeUnavailable {
		t.Fatalf("fold %d: error %v, want unavailable", seq, err)
	}
	check := func(done uint64) {
		t.Helper()
		progress, err := store.Progress(ctx, statestore.ProgressTriage)
		if err != nil || progress != done {
			t.Fatalf("watermark %d, %v; want %d", progress, err, done)
		}
		entity, err := store.Entity(ctx, "default", vedette.EntityHost, "h")
		if err != nil || entity.Alerts != int64(done) {
			t.Fatalf("entity counts %d, %v; want %d", entity.Alerts, err, done)
		}
		_, _, total, err := store.Incidents(ctx, statestore.IncidentFilter{Tenant: "default"}, statestore.Page{})
		if err != nil || total != int64(done) {
			t.Fatalf("%d incidents, %v; want %d", total, err, done)
		}
	}
	check(seq - 1)
	relief()
	if cfg.MaxBytes > 0 {
		return
	}
	if err := store.SaveFold(ctx, fold(seq)); err != nil {
		t.Fatalf("fold after there was room again: %v", err)
	}
	check(seq)
}
