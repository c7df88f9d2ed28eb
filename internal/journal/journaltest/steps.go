package journaltest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/journal"
)

func mustOpen(t *testing.T, open Open, cfg journal.Config) Store {
	t.Helper()
	s, err := open(cfg)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() { mustClose(t, s) })
	return s
}

func mustClose(t *testing.T, s Store) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Fatalf("close: %v", err)
	}
}

func mustState(t *testing.T, s Store) journal.State {
	t.Helper()
	state, err := s.State(t.Context())
	if err != nil {
		t.Fatalf("state: %v", err)
	}
	return state
}

func appendAll(t *testing.T, s Store, records []vedette.Record) uint64 {
	t.Helper()
	seq, err := s.Append(t.Context(), records)
	if err != nil {
		t.Fatalf("append: %v", err)
	}
	return seq
}

// record makes the i-th record of a source; the same arguments always make the same record.
func record(source string, i int) vedette.Record {
	return vedette.Record{
		Tenant:   vedette.DefaultTenant,
		Source:   source,
		Receiver: "test",
		Received: time.Unix(int64(1_700_000_000+i), int64(i)).UTC(),
		Data:     fmt.Appendf(nil, "%s says %d and some more words to be a line of a usual length", source, i),
	}
}

type batch struct {
	seq     uint64
	records []vedette.Record
}

// readThrough reads from a sequence to another, and checks that sequences grow.
func readThrough(t *testing.T, s Store, from, through uint64) []batch {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	enough := errors.New("enough")
	var got []batch
	err := s.Read(ctx, from, func(seq uint64, records []vedette.Record) error {
		if len(got) > 0 && seq <= got[len(got)-1].seq {
			return fmt.Errorf("batch %d came after batch %d", seq, got[len(got)-1].seq)
		}
		got = append(got, batch{seq, records})
		if seq >= through {
			return enough
		}
		return nil
	})
	if !errors.Is(err, enough) {
		t.Fatalf("read from %d to %d: %v after %d batches", from, through, err, len(got))
	}
	return got
}

func receive[T any](t *testing.T, ch <-chan T) T {
	t.Helper()
	select {
	case v := <-ch:
		return v
	case <-time.After(patience):
		t.Fatal("nothing came in time")
		panic("unreachable")
	}
}
