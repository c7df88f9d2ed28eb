package hostile_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/vedette-soc/vedette/test/harness"
)

// disk is a small disk of the test's own.
type disk struct {
	*testing.T
	dir string
}

func newDisk(t *testing.T, mebibytes int) *disk {
	t.Helper()
	harness.NeedAll(t)
	harness.NeedRoot(t, "it mounts a small disk")
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%dm", mebibytes)); err != nil {
		t.Skipf("a small disk cannot be mounted: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return &disk{t, dir}
}

// leave fills the disk until only so many MiB are free; it never frees any.
func (d *disk) leave(mebibytes int64) {
	d.Helper()
	f, err := os.OpenFile(filepath.Join(d.dir, "filler"), os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		d.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	at, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		d.Fatal(err)
	}
	for {
		var st syscall.Statfs_t
		if err := syscall.Statfs(d.dir, &st); err != nil {
			d.Fatal(err)
		}
		more := int64(st.Bavail)*st.Bsize - mebibytes<<20
		if more <= 0 {
			return
		}
		switch err := syscall.Fallocate(int(f.Fd()), 0, at, more); err {
		case nil:
			at += more
		case syscall.ENOSPC: // the server has written meanwhile
		default:
			d.Fatal(err)
		}
	}
}

func (d *disk) empty() { _ = os.Remove(filepath.Join(d.dir, "filler")) }

// sender is a client that numbers what it sends and notes how it was answered.
type sender struct {
	s    *harness.Server
	stop context.CancelFunc
	wait sync.WaitGroup

	mu       sync.Mutex
	accepted map[string]bool
	lines    map[string]bool
	statuses map[int]int
	answer   string // the newest refusal
	lineErr  error
}

func startSender(t *testing.T, s *harness.Server) *sender {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	x := &sender{s: s, stop: stop, accepted: map[string]bool{}, lines: map[string]bool{}, statuses: map[int]int{}}
	x.wait.Go(func() { x.send(ctx) })
	x.wait.Go(func() { x.log(ctx) })
	t.Cleanup(func() { stop(); x.wait.Wait() })
	return x
}

func (x *sender) send(ctx context.Context) {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for n := 0; ctx.Err() == nil; <-tick.C {
		var body bytes.Buffer
		var ids []string
		random := make([]byte, 1500)
		for range 20 {
			ids = append(ids, fmt.Sprintf("disk-h%d-x", n))
			_, _ = rand.Read(random) // never fails
			fmt.Fprintf(&body, `{"@timestamp":%q,"id":"disk-h%d-x","filling":"%x"}`+"\n", time.Now().UTC().Format(time.RFC3339Nano), n, random)
			n++
		}
		status, err := x.s.Client().Ingest(context.WithoutCancel(ctx), "disk", body.Bytes())
		x.mu.Lock()
		x.statuses[status]++
		if status == 200 {
			for _, id := range ids {
				x.accepted[id] = true
			}
		} else if err != nil {
			x.answer = err.Error()
		}
		x.mu.Unlock()
	}
}

// log sends lines and waits as long as it takes until the server reads them.
func (x *sender) log(ctx context.Context) {
	conn, err := net.Dial("tcp", x.s.Run().Syslog)
	if err != nil {
		x.lineErr = err
		return
	}
	defer func() { _ = conn.Close() }()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for n := 0; ctx.Err() == nil; <-tick.C {
		id := fmt.Sprintf("disk-s%d-x", n)
		n++
		if _, err := fmt.Fprintf(conn, "<134>1 %s h app - - - %s %s\n", time.Now().UTC().Format(time.RFC3339Nano), id, strings.Repeat("s", 1000)); err != nil {
			x.mu.Lock()
			x.lineErr = err
			x.mu.Unlock()
			return
		}
		x.mu.Lock()
		x.lines[id] = true
		x.mu.Unlock()
	}
}

// answers waits until requests are answered with a status, several times in a row.
func (x *sender) answers(t *testing.T, status int) {
	t.Helper()
	row, last := 0, map[int]int{}
	ok := harness.Within(90*time.Second, func() bool {
		x.mu.Lock()
		defer x.mu.Unlock()
		for code, n := range x.statuses {
			if code != status && n > last[code] {
				row = 0
			}
		}
		if x.statuses[status] > last[status] {
			row += x.statuses[status] - last[status]
		}
		for code, n := range x.statuses {
			last[code] = n
		}
		return row >= 10 || !x.s.Alive()
	})
	x.mu.Lock()
	defer x.mu.Unlock()
	if !ok || !x.s.Alive() {
		t.Fatalf("waited for answers %d; got %v, the newest refusal is %q", status, x.statuses, x.answer)
	}
	t.Logf("answers so far: %v; the newest refusal: %.300s", x.statuses, x.answer)
}

// count is how many events were accepted.
func (x *sender) count() int {
	x.mu.Lock()
	defer x.mu.Unlock()
	return len(x.accepted)
}

var diskID = regexp.MustCompile(`disk-[hs]\d+-x`)

// compare checks that everything accepted and every line sent is there once.
func (x *sender) compare(t *testing.T) {
	t.Helper()
	x.stop()
	x.wait.Wait()
	if x.lineErr != nil {
		t.Errorf("the syslog client was cut off: %v", x.lineErr)
	}
	// What was held back comes in its own time; what would come twice gets another moment.
	sent, rows, quiet := int64(len(x.accepted)+len(x.lines)), int64(0), time.Now()
	if !harness.Within(2*time.Minute, func() bool {
		backlog, err := x.s.Client().Backlog(t.Context())
		now, err2 := x.s.Client().Rows(t.Context(), "*")
		if err != nil || err2 != nil || backlog > 0 || now != rows {
			rows, quiet = now, time.Now()
		}
		return rows >= sent && time.Since(quiet) > 2*time.Second
	}) {
		t.Errorf("the server does not come to rest: %d rows of %d", rows, sent)
	}
	seen := map[string]int{}
	if err := x.s.Client().Export(t.Context(), time.Now().Add(-time.Hour), func(ev harness.Event) { seen[diskID.FindString(ev.Message)]++ }); err != nil {
		t.Fatal(err)
	}
	var lost, twice int
	for _, sent := range []map[string]bool{x.accepted, x.lines} {
		for id := range sent {
			if seen[id] == 0 {
				lost++
			}
			if seen[id] > 1 {
				twice++
			}
		}
	}
	t.Logf("%d events accepted, %d lines sent, %d stored", len(x.accepted), len(x.lines), len(seen))
	if lost > 0 || twice > 0 {
		t.Errorf("%d are lost, %d are stored twice", lost, twice)
	}
}

// TestFullDisk fills the disk under a running server: little by little, and to the last byte.
func TestFullDisk(t *testing.T) {
	d := newDisk(t, 1024)
	s := harness.Start(t, harness.Settings{"DATA_DIR": filepath.Join(d.dir, "data"), "EVENTS_MIN_FREE": "64MiB"})
	x := startSender(t, s)
	x.answers(t, 200)
	for _, free := range []int64{200, 40, 0} {
		if free == 0 { // what is in memory was written before, as on a disk that does not fill up within seconds
			d.leave(100)
			x.answers(t, 429)
			harness.Eventually(t, time.Minute, "nothing is in memory only", func() bool {
				rows, err := s.Client().Metric(t.Context(), "vedette_eventstore_rows_count")
				memory, err2 := s.Client().Metric(t.Context(), "vedette_eventstore_memory_rows")
				return err == nil && err2 == nil && int(rows) >= x.count() && memory == 0
			})
		}
		d.leave(free)
		x.answers(t, 429)
		n, err := s.Client().Metric(t.Context(), "vedette_collect_refused_total", `code="limited"`)
		if err != nil || n == 0 {
			t.Errorf("with %d MiB free no refusal is counted: %v", free, err)
		}
		if status, err := s.Client().JSON(t.Context(), "GET", "/api/v1/incidents", nil, nil); status != 200 {
			t.Errorf("with %d MiB free the API answers %d: %v", free, status, err)
		}
		d.empty()
		x.answers(t, 200)
	}
	x.compare(t)
	if code, took := s.Stop(10 * time.Second); code != 0 {
		t.Errorf("the server ended with %d after %s", code, took)
	}
}

// TestSuddenlyFullDisk takes the last byte within a moment, under load. The engines cannot write what they have in
// memory then, and may end the process; but nothing acknowledged is lost.
func TestSuddenlyFullDisk(t *testing.T) {
	d := newDisk(t, 1024)
	s := harness.Start(t, harness.Settings{"DATA_DIR": filepath.Join(d.dir, "data"), "EVENTS_MIN_FREE": "64MiB"})
	x := startSender(t, s)
	x.answers(t, 200)
	d.leave(0)
	gone := harness.Within(8*time.Second, func() bool { return !s.Alive() })
	t.Logf("the process ended: %v", gone)
	s.Kill()
	s.Launch()
	gone = harness.Within(8*time.Second, func() bool { return !s.Alive() })
	t.Logf("started on the full disk, it ended: %v; its last words: %s", gone, s.Log().Tail(1))
	s.Kill()
	d.empty()
	s.Restart()
	x.stop()
	x.wait.Wait()
	x.lineErr, x.lines = nil, map[string]bool{} // nobody promised anything for the lines under way
	x.compare(t)
}

// TestFullJournal lets the eventstore refuse, so that the journal fills up behind it.
func TestFullJournal(t *testing.T) {
	d := newDisk(t, 1024)
	s := harness.Start(t, harness.Settings{
		"DATA_DIR": filepath.Join(d.dir, "data"), "EVENTS_MIN_FREE": "500MiB", "JOURNAL_MAX_BYTES": "16MiB",
	})
	x := startSender(t, s)
	x.answers(t, 200)
	d.leave(400)
	x.answers(t, 429)
	backlog, err := s.Client().Backlog(t.Context())
	if err != nil || backlog == 0 {
		t.Errorf("the journal is full and the backlog is %d: %v", backlog, err)
	}
	var today struct {
		Status []struct{ Room, Reason string }
	}
	if _, err := s.Client().JSON(t.Context(), "GET", "/api/v1/today", nil, &today); err != nil || !strings.Contains(fmt.Sprint(today.Status), "events.min_free") {
		t.Errorf("the first screen does not tell why: %v, %v", today.Status, err)
	}
	d.empty()
	x.answers(t, 200)
	x.compare(t)
}

// TestStoppedWithFullDisk stops a server that can store nothing: the journal keeps what waits.
func TestStoppedWithFullDisk(t *testing.T) {
	d := newDisk(t, 1024)
	s := harness.Start(t, harness.Settings{"DATA_DIR": filepath.Join(d.dir, "data"), "EVENTS_MIN_FREE": "500MiB"})
	x := startSender(t, s)
	x.answers(t, 200)
	d.leave(400)
	harness.Eventually(t, 30*time.Second, "records wait in the journal", func() bool {
		backlog, err := s.Client().Backlog(t.Context())
		return err == nil && backlog > 10
	})
	x.stop()
	x.wait.Wait()
	if code, took := s.Stop(15 * time.Second); code != 0 || took > 10*time.Second {
		t.Errorf("the server ended with %d after %s\n%s", code, took, s.Log().Tail(20))
	}
	d.empty()
	s.Restart()
	x.compare(t)
}
