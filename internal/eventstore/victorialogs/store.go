package victorialogs

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/VictoriaMetrics/VictoriaLogs/lib/logstorage"
	"github.com/VictoriaMetrics/VictoriaMetrics/lib/fs"
	"golang.org/x/sync/semaphore"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/eventstore"
)

// Store is an event store in an embedded VictoriaLogs storage.
type Store struct {
	cfg     Config
	dir     string // the engine's own
	log     *slog.Logger
	engine  *logstorage.Storage
	queries *semaphore.Weighted
	tenants *register

	writing sync.Mutex // one Append at a time
	rows    rowBuilder

	cut, skewed, refused atomic.Int64
	datasets             atomic.Int64

	safe  durability
	dirty chan bool // to the flusher: rows were appended, true when alerts were among them

	closing chan struct{}
	calls   sync.WaitGroup // calls that are inside
	loop    sync.WaitGroup // the flusher
	closed  sync.Once
	mu      sync.Mutex
	shut    bool
}

var (
	_ eventstore.Writer    = (*Store)(nil)
	_ eventstore.Searcher  = (*Store)(nil)
	_ eventstore.Reader    = (*Store)(nil)
	_ eventstore.Recoverer = (*Store)(nil)
)

// Open opens the store, or makes it. It fails with vedette.CodeConflict when another process uses the directory, and
// with vedette.CodeUnavailable when the engine cannot open it.
func Open(cfg Config, log *slog.Logger) (*Store, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	if err := prepare(cfg.MemoryBytes, log); err != nil {
		return nil, vedette.Errorf(vedette.CodeInternal, "prepare the event store's engine: %w", err)
	}
	s := &Store{
		cfg:     cfg,
		dir:     filepath.Join(cfg.Dir, "victorialogs"),
		log:     log,
		queries: semaphore.NewWeighted(int64(cfg.Queries)),
		dirty:   make(chan bool, 1),
		closing: make(chan struct{}),
	}
	s.rows.init()
	if err := s.open(); err != nil {
		return nil, err
	}
	s.loop.Go(s.flush)
	s.loop.Go(s.keepReserve)
	return s, nil
}

// open turns the engine's panics into errors, where it has any but that.
func (s *Store) open() (err error) {
	defer func() {
		if v := recover(); v != nil {
			code := vedette.CodeUnavailable
			if strings.Contains(fmt.Sprint(v), "lock file") {
				code = vedette.CodeConflict
			}
			err = vedette.Errorf(code, "open the event store in %s: %v", s.cfg.Dir, v)
		}
	}()
	if err := os.MkdirAll(s.cfg.Dir, 0o700); err != nil {
		return vedette.Errorf(vedette.CodeUnavailable, "make the event store's directory: %w", err)
	}
	if s.tenants, err = openRegister(s.cfg.Dir); err != nil {
		return err
	}
	s.engine = logstorage.MustOpenStorage(s.dir, &logstorage.StorageConfig{
		Retention:             s.cfg.Retention,
		FutureRetention:       max(s.cfg.MaxFuture, 24*time.Hour) + 24*time.Hour, // whole days; ours is the stricter
		FlushInterval:         flushInterval,
		MinFreeDiskSpaceBytes: s.cfg.MinFreeBytes,
	})
	return nil
}

// Close ends the queries, writes every row to disk and releases the directory.
func (s *Store) Close() error {
	s.closed.Do(func() {
		s.mu.Lock()
		s.shut = true
		s.mu.Unlock()
		close(s.closing)
		s.calls.Wait()
		s.loop.Wait()
		s.engine.MustClose()
		s.safe.all()
	})
	return nil
}

// enter counts a call in, or refuses it when the store is closed. Whoever enters calls s.calls.Done.
func (s *Store) enter() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.shut {
		return vedette.Errorf(vedette.CodeUnavailable, "the event store is closed")
	}
	s.calls.Add(1)
	return nil
}

// DurableThrough implements eventstore.Recoverer.
func (s *Store) DurableThrough() uint64 { return s.safe.through() }

// Stats tells how the store is doing.
func (s *Store) Stats(context.Context) (eventstore.Stats, error) {
	if err := s.enter(); err != nil {
		return eventstore.Stats{}, err
	}
	defer s.calls.Done()
	var e logstorage.StorageStats
	s.engine.UpdateStats(&e)
	stats := eventstore.Stats{
		Rows:      int64(e.RowsCount()),
		Bytes:     int64(e.CompressedSmallPartSize + e.CompressedBigPartSize + e.IndexdbSizeBytes),
		Parts:     int(e.InmemoryParts + e.SmallParts + e.BigParts),
		InMemory:  int64(e.InmemoryRowsCount),
		ReadOnly:  e.IsReadOnly,
		Cut:       s.cut.Load(),
		Skewed:    s.skewed.Load(),
		Durable:   s.safe.through(),
		Datasets:  int(s.datasets.Load()),
		FreeBytes: int64(min(fs.MustGetFreeSpace(s.dir), math.MaxInt64)),
		Dropped: map[string]int64{
			"too_old":    int64(e.RowsDroppedTooSmallTimestamp),
			"too_new":    int64(e.RowsDroppedTooBigTimestamp),
			"over_limit": s.refused.Load(),
		},
	}
	if stats.Rows > 0 && e.MinTimestamp != math.MinInt64 && e.MinTimestamp != math.MaxInt64 {
		stats.Oldest = time.Unix(0, e.MinTimestamp).UTC()
	}
	return stats, nil
}
