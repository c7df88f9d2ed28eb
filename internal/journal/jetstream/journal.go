package jetstream

import (
	"context"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/semaphore"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/journal"
)

// Journal is a journal in an embedded JetStream server.
type Journal struct {
	cfg     journal.Config
	log     *slog.Logger
	queue   chan *chunk         // from Append to the committer; both its length and its bytes are bounded
	pending *semaphore.Weighted // bytes in queue
	lock    *os.File
	last    atomic.Uint64 // newest acknowledged batch: readers go no further
	damaged atomic.Uint64

	closing chan struct{}  // closed first: no new calls, readers end
	calls   sync.WaitGroup // calls that are inside
	loop    sync.WaitGroup // the committer
	closed  sync.Once

	mu     sync.Mutex
	shut   bool
	eng    *engine       // nil while the storage is being started again
	wakeup chan struct{} // closed and replaced whenever last grows
}

var _ journal.Journal = (*Journal)(nil)

// Open starts the server on the configured directory and finds what is stored there. After an unclean end it cuts off
// what was written by half. It fails with
// vedette.CodeConflict when another process uses the directory or the journal ends before cfg.After, and
// vedette.CodeUnavailable when nobody can use it.
func Open(cfg journal.Config, log *slog.Logger) (*Journal, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(cfg.Dir, 0o700); err != nil {
		return nil, vedette.Errorf(vedette.CodeUnavailable, "make the journal's directory: %w", err)
	}
	lock, err := lockDir(cfg.Dir)
	if err != nil {
		return nil, vedette.Errorf(vedette.CodeConflict, "the journal in %s is used by another process: %w", cfg.Dir, err)
	}
	eng, err := startEngine(cfg, log)
	if err != nil {
		_ = lock.Close() // the reason to give is the first one
		return nil, vedette.Errorf(vedette.CodeUnavailable, "start the journal in %s: %w", cfg.Dir, err)
	}
	if last := eng.opened.LastSeq; last < cfg.After {
		eng.stop()
		_ = lock.Close() // the reason to give is the first one
		return nil, vedette.Errorf(vedette.CodeConflict, "the journal in %s ends at batch %d, but batch %d has been processed: it is not the "+
			"one that belongs to this state database; put that one back, or move this one away to begin a new one", cfg.Dir, last, cfg.After)
	}
	j := &Journal{
		cfg:     cfg,
		log:     log,
		queue:   make(chan *chunk, 1024),
		pending: semaphore.NewWeighted(cfg.PendingBytes),
		closing: make(chan struct{}),
		eng:     eng,
		lock:    lock,
		wakeup:  make(chan struct{}),
	}
	j.last.Store(eng.opened.LastSeq)
	j.loop.Go(j.commit)
	return j, nil
}

// Close lets the calls inside finish, stops the server and releases the directory. Records acknowledged before are
// kept; later calls fail with vedette.CodeUnavailable.
func (j *Journal) Close() error {
	var err error
	j.closed.Do(func() {
		j.mu.Lock()
		j.shut = true
		j.mu.Unlock()
		close(j.closing)
		j.calls.Wait() // appenders are served by the committer until here
		close(j.queue)
		j.loop.Wait()
		if eng := j.takeEngine(); eng != nil {
			eng.stop()
		}
		err = j.lock.Close()
	})
	return err
}

// enter counts a call in, or refuses it when the journal is closed. Whoever enters calls j.calls.Done.
func (j *Journal) enter() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.shut {
		return errClosed()
	}
	j.calls.Add(1)
	return nil
}

func errClosed() error { return vedette.Errorf(vedette.CodeUnavailable, "the journal is closed") }

// engine returns the running server, or an error while there is none.
func (j *Journal) engine() (*engine, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.eng == nil {
		return nil, vedette.Errorf(vedette.CodeUnavailable, "the journal's storage failed and is being started again")
	}
	return j.eng, nil
}

func (j *Journal) takeEngine() *engine {
	j.mu.Lock()
	defer j.mu.Unlock()
	eng := j.eng
	j.eng = nil
	return eng
}

// Trim implements journal.Journal.
func (j *Journal) Trim(ctx context.Context, through uint64) error {
	if err := j.enter(); err != nil {
		return err
	}
	defer j.calls.Done()
	last := j.last.Load()
	if last == 0 {
		return nil
	}
	eng, err := j.engine()
	if err != nil {
		return err
	}
	if err := eng.purge(ctx, min(through, last-1)); err != nil {
		return vedette.Errorf(vedette.CodeUnavailable, "trim the journal: %w", err)
	}
	return nil
}

// State implements journal.Journal.
func (j *Journal) State(ctx context.Context) (journal.State, error) {
	if err := j.enter(); err != nil {
		return journal.State{}, err
	}
	defer j.calls.Done()
	eng, err := j.engine()
	if err != nil {
		return journal.State{}, err
	}
	s, err := eng.state(ctx)
	if err != nil {
		return journal.State{}, vedette.Errorf(vedette.CodeUnavailable, "look at the journal: %w", err)
	}
	state := journal.State{
		First:   s.FirstSeq,
		Last:    j.last.Load(),
		Bytes:   int64(min(s.Bytes, 1<<62)),
		Limit:   j.cfg.MaxBytes,
		Damaged: j.damaged.Load(),
	}
	if s.Msgs == 0 {
		state.First = state.Last + 1
	}
	return state, nil
}

// advance makes the batches up to seq visible to readers.
func (j *Journal) advance(seq uint64) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if seq > j.last.Load() {
		j.last.Store(seq)
	}
	close(j.wakeup)
	j.wakeup = make(chan struct{})
}

// news returns a channel that is closed when something new can be read.
func (j *Journal) news() <-chan struct{} {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.wakeup
}
