package jetstream_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/journal"
	"github.com/vedette-soc/vedette/internal/journal/jetstream"
	"github.com/vedette-soc/vedette/internal/journal/journaltest"
)

func open(cfg journal.Config) (journaltest.Store, error) {
	return jetstream.Open(cfg, slog.New(slog.DiscardHandler))
}

func TestMain(m *testing.M) { os.Exit(journaltest.Main(m, open)) }

func TestJournal(t *testing.T) { journaltest.Run(t, open) }

func TestKilled(t *testing.T) { journaltest.RunCrash(t, open, 5) }

func TestCloseLeavesNothingBehind(t *testing.T) {
	before := goleak.IgnoreCurrent()
	j, err := open(journal.DefaultConfig(t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := j.Append(t.Context(), []vedette.Record{{Data: []byte("x")}}); err != nil {
		t.Fatal(err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	goleak.VerifyNone(t, before)
}

func TestTwoCannotShareADirectory(t *testing.T) {
	cfg := journal.DefaultConfig(t.TempDir())
	first, err := open(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	if second, err := open(cfg); vedette.CodeOf(err) != vedette.CodeConflict {
		if second != nil {
			second.Close()
		}
		t.Fatalf("a second journal on the directory: %v, want code conflict", err)
	}
}

func BenchmarkAppend(b *testing.B) {
	line := bytes.Repeat([]byte("May  4 03:02:01 web-01 sshd[812]: Failed password for root from 203.0.113.9 "), 13)
	for _, size := range []int{1, 100, 1000} {
		for _, callers := range []int{1, 32} {
			b.Run(fmt.Sprintf("records=%d/callers=%d", size, callers), func(b *testing.B) {
				j, err := open(journal.DefaultConfig(b.TempDir()))
				if err != nil {
					b.Fatal(err)
				}
				defer j.Close()
				records := make([]vedette.Record, size)
				for i := range records {
					data := append([]byte(fmt.Sprintf("%d %s ", i, strings.Repeat("z", i%17))), line...)
					records[i] = vedette.Record{Tenant: "default", Source: "syslog/10.0.0.7", Receiver: "syslog", Received: time.Unix(int64(i), 0), Data: data}
				}
				appendOnce := func() {
					if _, err := j.Append(context.Background(), records); err != nil {
						b.Error(err)
					}
				}
				start := time.Now()
				n := 0
				if callers == 1 {
					for b.Loop() {
						appendOnce()
						n++
					}
				} else {
					b.SetParallelism(callers)
					b.RunParallel(func(p *testing.PB) {
						for p.Next() {
							appendOnce()
						}
					})
					n = b.N
				}
				b.ReportMetric(float64(n*size)/time.Since(start).Seconds(), "records/s")
			})
		}
	}
}

func BenchmarkRead(b *testing.B) {
	j, err := open(journal.DefaultConfig(b.TempDir()))
	if err != nil {
		b.Fatal(err)
	}
	defer j.Close()
	records := make([]vedette.Record, 500)
	for i := range records {
		records[i] = vedette.Record{Source: "s", Received: time.Unix(int64(i), 0), Data: bytes.Repeat([]byte(fmt.Sprint(i, " ")), 300)}
	}
	for range 100 {
		if _, err := j.Append(b.Context(), records); err != nil {
			b.Fatal(err)
		}
	}
	state, err := j.State(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	n := 0
	for b.Loop() {
		_ = j.Read(b.Context(), 1, func(seq uint64, records []vedette.Record) error {
			n += len(records)
			if seq == state.Last {
				return context.Canceled
			}
			return nil
		})
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "records/s")
}
