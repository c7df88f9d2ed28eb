package jetstream

import (
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/journal"
)

func openHere(t *testing.T, cfg journal.Config) *Journal {
	t.Helper()
	j, err := Open(cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { j.Close() })
	return j
}

// eventually calls try until it succeeds.
func eventually(t *testing.T, try func() error) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(30 * time.Second)
	for {
		err := try()
		if err == nil {
			return
		}
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("still failing: %v", err)
		}
	}
}

func TestStorageThatStopsIsStartedAgain(t *testing.T) {
	j := openHere(t, journal.DefaultConfig(t.TempDir()))
	got := make(chan uint64, 10)
	go func() {
		_ = j.Read(t.Context(), 1, func(seq uint64, _ []vedette.Record) error { got <- seq; return nil })
	}()
	one := []vedette.Record{{Source: "s", Data: []byte("x")}}
	if _, err := j.Append(t.Context(), one); err != nil {
		t.Fatal(err)
	}
	eng, err := j.engine()
	if err != nil {
		t.Fatal(err)
	}
	if err := eng.srv.ShutdownJetStream(); err != nil {
		t.Fatal(err)
	}
	if _, err := j.Append(t.Context(), one); vedette.CodeOf(err) != vedette.CodeUnavailable {
		t.Fatalf("append to a stopped storage: %v, want code unavailable", err)
	}
	eventually(t, func() error { _, err := j.Append(t.Context(), one); return err })
	for want := uint64(1); want <= 2; want++ {
		select {
		case seq := <-got:
			if seq != want {
				t.Fatalf("the reader got batch %d, want %d", seq, want)
			}
		case <-time.After(30 * time.Second):
			t.Fatal("the reader did not go on")
		}
	}
}

func TestDamagedBatchIsSkippedAndCounted(t *testing.T) {
	j := openHere(t, journal.DefaultConfig(t.TempDir()))
	for _, batch := range [][]byte{[]byte("not a batch"), {}, {1, 0, 0, 0, 0, 1}} {
		if _, err := j.write(batch); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := j.Append(t.Context(), []vedette.Record{{Data: []byte("good")}}); err != nil {
		t.Fatal(err)
	}
	got := make(chan string, 1)
	go func() {
		_ = j.Read(t.Context(), 1, func(_ uint64, records []vedette.Record) error { got <- string(records[0].Data); return nil })
	}()
	select {
	case data := <-got:
		if data != "good" {
			t.Fatalf("got %q", data)
		}
	case <-time.After(30 * time.Second):
		t.Fatal("the reader did not get past the damaged batches")
	}
	state, err := j.State(t.Context())
	if err != nil || state.Damaged != 3 {
		t.Fatalf("state %+v, %v; want 3 damaged", state, err)
	}
}

// A real full disk needs a small file system, and so the right to mount one.
func TestFullDisk(t *testing.T) {
	dir := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", dir).CombinedOutput(); err != nil {
		t.Skipf("cannot mount a small disk: %v %s", err, out)
	}
	t.Cleanup(func() { _ = exec.Command("umount", "-l", dir).Run() })
	cfg := journal.DefaultConfig(filepath.Join(dir, "journal"))
	cfg.MinFreeBytes = 1 << 20
	j := openHere(t, cfg)
	one := []vedette.Record{{Source: "s", Data: make([]byte, 1000)}}
	for i := range one[0].Data {
		one[0].Data[i] = byte(i * 7 >> 3)
	}
	if _, err := j.Append(t.Context(), one); err != nil {
		t.Fatal(err)
	}
	ballast := filepath.Join(dir, "ballast")
	free, _ := freeBytes(dir)
	if err := os.WriteFile(ballast, make([]byte, free-512<<10), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := j.Append(t.Context(), one); vedette.CodeOf(err) != vedette.CodeLimited {
		t.Fatalf("append to a nearly full disk: %v, want code limited", err)
	}

	j.cfg.MinFreeBytes = 0 // as if another process took the rest between the look and the write
	acked := uint64(1)
	var err error
	for err == nil {
		var seq uint64
		if seq, err = j.Append(t.Context(), one); err == nil {
			acked = seq
		}
	}
	if code := vedette.CodeOf(err); code != vedette.CodeUnavailable {
		t.Fatalf("append to a full disk: %v, want code unavailable", err)
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	var after uint64
	eventually(t, func() error { after, err = j.Append(t.Context(), one); return err })
	state, err := j.State(t.Context())
	if err != nil || after <= acked || state.First != 1 || state.Last != after {
		t.Fatalf("acknowledged up to %d before and %d after the disk was full: %+v, %v", acked, after, state, err)
	}
}
