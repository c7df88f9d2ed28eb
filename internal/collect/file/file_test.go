package file_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/collect/collecttest"
	"github.com/vedette-soc/vedette/internal/collect/file"
)

type follower struct {
	t    *testing.T
	dir  string
	sink *collecttest.Sink
	stop func()
}

func follow(t *testing.T, dir string) *follower {
	t.Helper()
	cfg := file.Defaults()
	cfg.Paths, cfg.Poll, cfg.MaxLine = []string{dir + "/*.log"}, 10*time.Millisecond, 1024
	r, err := file.New(cfg, filepath.Join(dir, "positions"), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	f := &follower{t: t, dir: dir, sink: collecttest.New()}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx, f.sink) }()
	f.stop = func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("run ended with %v", err)
		}
	}
	return f
}

func add(t *testing.T, path, text string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = f.WriteString(text)
	_ = f.Close()
}

func (f *follower) expect(lines ...string) {
	f.t.Helper()
	f.sink.WaitFor(f.t, len(lines))
	var got []string
	for _, rec := range f.sink.Records() {
		got = append(got, string(rec.Data))
	}
	if strings.Join(got, "|") != strings.Join(lines, "|") {
		f.t.Fatalf("got %q, want %q", got, lines)
	}
}

func TestGoesOnWhereItStopped(t *testing.T) {
	dir := t.TempDir()
	log := filepath.Join(dir, "a.log")
	add(t, log, "one\r\ntwo\nhal")
	f := follow(t, dir)
	f.expect("one", "two")
	f.stop()
	add(t, log, "f\nthree\n")
	f = follow(t, dir)
	f.expect("half", "three")
	f.stop()
}

func TestRotationByRename(t *testing.T) {
	dir := t.TempDir()
	log := filepath.Join(dir, "a.log")
	add(t, log, "one\n")
	f := follow(t, dir)
	defer f.stop()
	f.expect("one")
	add(t, log, "late\n")
	if err := os.Rename(log, filepath.Join(dir, "a.log.1")); err != nil {
		t.Fatal(err)
	}
	add(t, log, "new\n")
	f.expect("one", "late", "new")
}

func TestRotationByCuttingBack(t *testing.T) {
	dir := t.TempDir()
	log := filepath.Join(dir, "a.log")
	add(t, log, "a long first line\n")
	f := follow(t, dir)
	defer f.stop()
	f.expect("a long first line")
	if err := os.Truncate(log, 0); err != nil {
		t.Fatal(err)
	}
	add(t, log, "x\n")
	f.expect("a long first line", "x")
}

func TestLongLineIsCut(t *testing.T) {
	dir := t.TempDir()
	add(t, filepath.Join(dir, "a.log"), strings.Repeat("A", 1<<20)+"\nnext\n")
	f := follow(t, dir)
	defer f.stop()
	f.expect(strings.Repeat("A", 1024), "next")
	if f.sink.Dropped("line_cut") != 1 {
		t.Fatal("the cut was not counted")
	}
}

func TestWhileTheJournalIsFullTheFileWaits(t *testing.T) {
	dir := t.TempDir()
	log := filepath.Join(dir, "a.log")
	f := follow(t, dir)
	defer f.stop()
	f.sink.Refuse(vedette.Errorf(vedette.CodeUnavailable, "full"))
	var want []string
	for i := range 100 {
		want = append(want, fmt.Sprintf("line %d", i))
		add(t, log, want[i]+"\n")
	}
	f.sink.Refuse(nil)
	f.expect(want...)
}
