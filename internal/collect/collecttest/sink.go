// Package collecttest holds what the tests of every receiver need: a sink that remembers, and waits that cannot hang.
package collecttest

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/collect"
)

// Sink keeps what it is given. While Refuse is set it refuses with that error, as a full journal does.
type Sink struct {
	mu      sync.Mutex
	records []vedette.Record
	dropped map[string]int
	refuse  error
	changed chan struct{}
}

var (
	_ collect.Sink    = (*Sink)(nil)
	_ collect.Dropper = (*Sink)(nil)
)

// New makes an empty sink.
func New() *Sink { return &Sink{dropped: map[string]int{}, changed: make(chan struct{})} }

// Accept keeps the records.
func (s *Sink) Accept(_ context.Context, records []vedette.Record) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.refuse != nil {
		return s.refuse
	}
	s.records = append(s.records, records...)
	close(s.changed)
	s.changed = make(chan struct{})
	return nil
}

// Drop counts by reason.
func (s *Sink) Drop(_ *vedette.Record, reason string, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dropped[reason] += n
	close(s.changed)
	s.changed = make(chan struct{})
}

// Refuse makes the sink refuse from now on; nil ends it.
func (s *Sink) Refuse(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuse = err
}

// Dropped is how many were dropped for a reason.
func (s *Sink) Dropped(reason string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dropped[reason]
}

// Records are those accepted so far.
func (s *Sink) Records() []vedette.Record {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]vedette.Record(nil), s.records...)
}

// Wait waits until the condition holds, looking at each change, and fails the test after ten seconds.
func (s *Sink) Wait(t *testing.T, what string, condition func() bool) {
	t.Helper()
	deadline := time.After(10 * time.Second)
	for {
		s.mu.Lock()
		changed := s.changed
		s.mu.Unlock()
		if condition() {
			return
		}
		select {
		case <-changed:
		case <-deadline:
			t.Fatalf("waited in vain for %s; %d records are there", what, len(s.Records()))
		}
	}
}

// WaitFor waits for n records.
func (s *Sink) WaitFor(t *testing.T, n int) []vedette.Record {
	t.Helper()
	s.Wait(t, "records", func() bool { return len(s.Records()) >= n })
	return s.Records()
}
