package journaltest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"reflect"
	"sync"
	"testing"
	"time"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/journal"
)

// Store is a journal that can be closed.
type Store interface {
	journal.Journal
	io.Closer
}

// Open opens the implementation under test.
type Open func(cfg journal.Config) (Store, error)

// patience bounds every wait of the suite.
const patience = 30 * time.Second

// Run checks a journal within one process.
func Run(t *testing.T, open Open) {
	for name, test := range map[string]func(*testing.T, Open){
		"what goes in comes out":                       testRoundTrip,
		"concurrent appends all arrive once, in order": testConcurrent,
		"a large append is split and stays in order":   testSplit,
		"reading follows what is appended":             testLive,
		"reading starts where it is told":              testResume,
		"reading ends with its function's error":       testReadFails,
		"trimmed batches are gone, sequences go on":    testTrim,
		"a full journal refuses until it is trimmed":   testFull,
		"a record over the limit is refused":           testTooLarge,
		"reopening keeps everything":                   testReopen,
		"closing during appends loses nothing":         testCloseDuringAppend,
		"a caller who gives up is let go":              testCancelled,
		"the caller's memory is its own":               testOwnership,
		"a new journal begins where the lost one was":  testAfter,
		"wrong configurations are refused":             testConfig,
	} {
		t.Run(name, func(t *testing.T) { test(t, open) })
	}
}

func testRoundTrip(t *testing.T, open Open) {
	s := mustOpen(t, open, journal.DefaultConfig(t.TempDir()))
	if state := mustState(t, s); state.Last != 0 || state.First != 1 {
		t.Fatalf("a new journal is at %+v, want nothing stored", state)
	}
	want := []vedette.Record{
		{Tenant: "默认", Source: "syslog/10.0.0.7", Receiver: "syslog", Peer: "10.0.0.7:514", Format: vedette.FormatSyslog, Parser: "nginx", Encoding: "gb18030", Zone: "Asia/Shanghai", Received: time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC), Data: []byte("a\x00\xff\nb")},
		{Received: time.Time{}, Data: []byte{}},
		{Source: "big", Received: time.Unix(1, 0).UTC(), Data: bytes.Repeat([]byte("0123456789abcdef"), 1<<16)},
	}
	var got []vedette.Record
	last := appendAll(t, s, want)
	for _, b := range readThrough(t, s, 1, last) {
		got = append(got, b.records...)
	}
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("what came out is not what went in:\ngot  %.300v\nwant %.300v", got, want)
	}
	if seq, err := s.Append(t.Context(), nil); err != nil || seq != last {
		t.Fatalf("appending nothing gives %d, %v; want %d and no error", seq, err, last)
	}
}

func testConcurrent(t *testing.T, open Open) {
	s := mustOpen(t, open, journal.DefaultConfig(t.TempDir()))
	const callers, each = 16, 40
	acked := make([][]uint64, callers)
	var wg sync.WaitGroup
	for c := range callers {
		wg.Go(func() {
			for i := range each {
				seq, err := s.Append(t.Context(), []vedette.Record{record(fmt.Sprint(c), i)})
				if err != nil {
					t.Errorf("caller %d, record %d: %v", c, i, err)
					return
				}
				acked[c] = append(acked[c], seq)
			}
		})
	}
	wg.Wait()
	state := mustState(t, s)
	next := make(map[string]int)
	for _, b := range readThrough(t, s, 1, state.Last) {
		for _, r := range b.records {
			i := next[r.Source]
			next[r.Source]++
			var c int
			fmt.Sscan(r.Source, &c)
			if want := record(r.Source, i); !reflect.DeepEqual(r, want) {
				t.Fatalf("caller %d: got %q at its place %d, want %q", c, r.Data, i, want.Data)
			}
			if acked[c][i] != b.seq {
				t.Fatalf("caller %d, record %d is in batch %d; it was told %d", c, i, b.seq, acked[c][i])
			}
		}
	}
	for c := range callers {
		if next[fmt.Sprint(c)] != each {
			t.Fatalf("caller %d: %d of %d records came out", c, next[fmt.Sprint(c)], each)
		}
	}
}

func testSplit(t *testing.T, open Open) {
	cfg := journal.DefaultConfig(t.TempDir())
	cfg.BatchBytes, cfg.BatchRecords = 64<<10, 300
	s := mustOpen(t, open, cfg)
	records := make([]vedette.Record, 2000)
	for i := range records {
		records[i] = record("one", i)
	}
	last := appendAll(t, s, records)
	batches := readThrough(t, s, 1, last)
	n := 0
	for _, b := range batches {
		if len(b.records) > cfg.BatchRecords {
			t.Fatalf("a batch of %d records; the limit is %d", len(b.records), cfg.BatchRecords)
		}
		for _, r := range b.records {
			if !reflect.DeepEqual(r, records[n]) {
				t.Fatalf("record %d came out as %q", n, r.Data)
			}
			n++
		}
	}
	if n != len(records) || batches[len(batches)-1].seq != last {
		t.Fatalf("%d of %d records up to batch %d; the caller was told %d", n, len(records), batches[len(batches)-1].seq, last)
	}
}

func testLive(t *testing.T, open Open) {
	s := mustOpen(t, open, journal.DefaultConfig(t.TempDir()))
	seen := make(chan uint64)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- s.Read(ctx, 1, func(seq uint64, records []vedette.Record) error {
			seen <- seq
			return nil
		})
	}()
	for i := range 20 {
		want := appendAll(t, s, []vedette.Record{record("live", i)})
		if got := receive(t, seen); got != want {
			t.Fatalf("read batch %d, want %d", got, want)
		}
	}
	cancel()
	if err := receive(t, ended); !errors.Is(err, context.Canceled) {
		t.Fatalf("Read ended with %v, want the context's error", err)
	}
}

func testResume(t *testing.T, open Open) {
	s := mustOpen(t, open, journal.DefaultConfig(t.TempDir()))
	for i := range 10 {
		appendAll(t, s, []vedette.Record{record("resume", i)})
	}
	batches := readThrough(t, s, 7, 10)
	if len(batches) != 4 || batches[0].seq != 7 {
		t.Fatalf("reading from 7 of 10 gave %d batches from %d", len(batches), batches[0].seq)
	}
	if batches := readThrough(t, s, 0, 10); len(batches) != 10 {
		t.Fatalf("reading from 0 gave %d of 10 batches", len(batches))
	}
}

func testReadFails(t *testing.T, open Open) {
	s := mustOpen(t, open, journal.DefaultConfig(t.TempDir()))
	appendAll(t, s, []vedette.Record{record("fail", 0)})
	mine := errors.New("mine")
	if err := s.Read(t.Context(), 1, func(uint64, []vedette.Record) error { return mine }); !errors.Is(err, mine) {
		t.Fatalf("Read ended with %v, want its function's error", err)
	}
}

func testTrim(t *testing.T, open Open) {
	cfg := journal.DefaultConfig(t.TempDir())
	s := mustOpen(t, open, cfg)
	if err := s.Trim(t.Context(), 5); err != nil {
		t.Fatalf("trim a new journal: %v", err)
	}
	for i := range 10 {
		appendAll(t, s, []vedette.Record{record("trim", i)})
	}
	if err := s.Trim(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	if state := mustState(t, s); state.First != 1 || state.Last != 10 {
		t.Fatalf("trimming up to nothing left %+v", state)
	}
	if err := s.Trim(t.Context(), 4); err != nil {
		t.Fatal(err)
	}
	if state := mustState(t, s); state.First != 5 || state.Last != 10 {
		t.Fatalf("trimming up to 4 of 10 left %+v", state)
	}
	if batches := readThrough(t, s, 2, 10); batches[0].seq != 5 || len(batches) != 6 {
		t.Fatalf("reading from a trimmed batch gave %d batches from %d, want 6 from 5", len(batches), batches[0].seq)
	}
	if err := s.Trim(t.Context(), 1000); err != nil {
		t.Fatal(err)
	}
	mustClose(t, s)
	s = mustOpen(t, open, cfg)
	if state := mustState(t, s); state.Last != 10 {
		t.Fatalf("trimmed and reopened, the journal is at %+v, want Last 10", state)
	}
	if seq := appendAll(t, s, []vedette.Record{record("trim", 10)}); seq != 11 {
		t.Fatalf("the batch after a trim is %d, want 11", seq)
	}
}

// testAfter loses a journal whose batches were processed: new ones must not get the sequences of old ones.
func testAfter(t *testing.T, open Open) {
	cfg := journal.DefaultConfig(t.TempDir())
	s := mustOpen(t, open, cfg)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(s.Close())
	cfg.After = 41 // empty, and ends before that
	for range 2 {
		var err error
		s, err = open(cfg)
		must(err)
		if state := mustState(t, s); state.Last != 41 || state.First != 42 {
			t.Fatalf("a journal that begins behind 41 is at %+v", state)
		}
		must(s.Close())
	}
	s = mustOpen(t, open, cfg)
	if seq := appendAll(t, s, []vedette.Record{{Data: []byte("x")}}); seq != 42 {
		t.Fatalf("the first batch is %d, want 42", seq)
	}
	if got := readThrough(t, s, 42, 42); len(got) != 1 {
		t.Fatalf("read %d batches, want one", len(got))
	}
	must(s.Close())
	cfg.After = 43
	if s, err := open(cfg); vedette.CodeOf(err) != vedette.CodeConflict {
		if err == nil {
			must(s.Close())
		}
		t.Fatalf("a journal with batches that ends before what was processed: %v, want conflict", err)
	}
}

func testFull(t *testing.T, open Open) {
	cfg := journal.DefaultConfig(t.TempDir())
	cfg.BatchBytes, cfg.MaxRecordBytes, cfg.MaxBytes = 64<<10, 64<<10, 1<<20
	s := mustOpen(t, open, cfg)
	noise := rand.New(rand.NewPCG(1, 2))
	fill := func() (uint64, error) {
		r := record("full", 0)
		r.Data = make([]byte, 32<<10)
		for i := range r.Data {
			r.Data[i] = byte(noise.Uint32())
		}
		return s.Append(t.Context(), []vedette.Record{r})
	}
	var last uint64
	for range 100 {
		seq, err := fill()
		if err != nil {
			if vedette.CodeOf(err) != vedette.CodeLimited {
				t.Fatalf("a full journal refuses with %v, want code limited", err)
			}
			break
		}
		last = seq
	}
	state := mustState(t, s)
	if last == 0 || last == 100 || state.Last != last || state.Bytes > state.Limit {
		t.Fatalf("filled up to batch %d: %+v", last, state)
	}
	if got := len(readThrough(t, s, 1, last)); got != int(last) {
		t.Fatalf("a full journal gives %d of %d batches", got, last)
	}
	if err := s.Trim(t.Context(), last/2); err != nil {
		t.Fatal(err)
	}
	if seq, err := fill(); err != nil || seq != last+1 {
		t.Fatalf("after trimming, appending gives %d, %v; want %d", seq, err, last+1)
	}
}

func testTooLarge(t *testing.T, open Open) {
	cfg := journal.DefaultConfig(t.TempDir())
	s := mustOpen(t, open, cfg)
	r := record("large", 0)
	r.Data = make([]byte, cfg.MaxRecordBytes)
	appendAll(t, s, []vedette.Record{r})
	r.Data = make([]byte, cfg.MaxRecordBytes+64<<10)
	if _, err := s.Append(t.Context(), []vedette.Record{record("large", 1), r}); vedette.CodeOf(err) != vedette.CodeTooLarge {
		t.Fatalf("a record over the limit gives %v, want code too_large", err)
	}
	if state := mustState(t, s); state.Last != 1 {
		t.Fatalf("an append that was refused stored something: %+v", state)
	}
}

func testReopen(t *testing.T, open Open) {
	cfg := journal.DefaultConfig(t.TempDir())
	var want []vedette.Record
	for round := range 3 {
		s := mustOpen(t, open, cfg)
		for i := range 10 {
			r := record("reopen", 10*round+i)
			want = append(want, r)
			if seq := appendAll(t, s, []vedette.Record{r}); seq != uint64(len(want)) {
				t.Fatalf("batch %d, want %d", seq, len(want))
			}
		}
		mustClose(t, s)
	}
	var got []vedette.Record
	for _, b := range readThrough(t, mustOpen(t, open, cfg), 1, uint64(len(want))) {
		got = append(got, b.records...)
	}
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("%d of %d records after three lives", len(got), len(want))
	}
}

func testCloseDuringAppend(t *testing.T, open Open) {
	cfg := journal.DefaultConfig(t.TempDir())
	s := mustOpen(t, open, cfg)
	var mu sync.Mutex
	acked := make(map[string]bool)
	started := make(chan struct{}, 8)
	var wg sync.WaitGroup
	for c := range 8 {
		wg.Go(func() {
			for i := 0; ; i++ {
				r := record(fmt.Sprint(c), i)
				if _, err := s.Append(t.Context(), []vedette.Record{r}); err != nil {
					if vedette.CodeOf(err) != vedette.CodeUnavailable {
						t.Errorf("append while closing: %v, want code unavailable", err)
					}
					return
				}
				mu.Lock()
				acked[string(r.Data)] = true
				mu.Unlock()
				if i == 5 {
					started <- struct{}{}
				}
			}
		})
	}
	reader := make(chan error, 1)
	go func() { reader <- s.Read(t.Context(), 1, func(uint64, []vedette.Record) error { return nil }) }()
	for range 8 {
		receive(t, started)
	}
	mustClose(t, s)
	wg.Wait()
	if err := receive(t, reader); vedette.CodeOf(err) != vedette.CodeUnavailable {
		t.Fatalf("a reader of a closed journal ends with %v, want code unavailable", err)
	}
	s = mustOpen(t, open, cfg)
	for _, b := range readThrough(t, s, 1, mustState(t, s).Last) {
		for _, r := range b.records {
			delete(acked, string(r.Data))
		}
	}
	if len(acked) > 0 {
		t.Fatalf("%d acknowledged records are not there", len(acked))
	}
}

func testCancelled(t *testing.T, open Open) {
	s := mustOpen(t, open, journal.DefaultConfig(t.TempDir()))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Append(ctx, []vedette.Record{record("gone", 0)}); err != nil && !errors.Is(err, context.Canceled) {
		t.Fatalf("append for a caller who has gone: %v", err)
	}
	if err := s.Read(ctx, 1, func(uint64, []vedette.Record) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Fatalf("read for a caller who has gone: %v", err)
	}
	appendAll(t, s, []vedette.Record{record("here", 0)})
}

func testOwnership(t *testing.T, open Open) {
	s := mustOpen(t, open, journal.DefaultConfig(t.TempDir()))
	data := []byte("before")
	last := appendAll(t, s, []vedette.Record{{Source: "own", Data: data}})
	copy(data, "after!")
	first := readThrough(t, s, 1, last)
	copy(first[0].records[0].Data, "reader")
	if got := readThrough(t, s, 1, last)[0].records[0].Data; string(got) != "before" {
		t.Fatalf("the stored record is %q, want %q", got, "before")
	}
}

func testConfig(t *testing.T, open Open) {
	for name, change := range map[string]func(*journal.Config){
		"no directory": func(c *journal.Config) { c.Dir = "" },
		"no room":      func(c *journal.Config) { c.MaxBytes = 1 },
		"no records":   func(c *journal.Config) { c.BatchRecords = 0 },
		"huge batches": func(c *journal.Config) { c.BatchBytes = 1 << 30 },
		"huge records": func(c *journal.Config) { c.MaxRecordBytes = 1 << 30 },
		"no queue":     func(c *journal.Config) { c.PendingBytes = 0 },
	} {
		cfg := journal.DefaultConfig(t.TempDir())
		change(&cfg)
		if _, err := open(cfg); vedette.CodeOf(err) != vedette.CodeInvalid {
			t.Errorf("%s: got %v, want code invalid", name, err)
		}
	}
}
