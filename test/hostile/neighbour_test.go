package hostile_test

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/vedette-soc/vedette/test/harness"
)

// neighbour is a sender who behaves well while others do not: a request and a syslog line, over and over.
type neighbour struct {
	server *harness.Server
	cancel context.CancelFunc
	wait   sync.WaitGroup

	mu       sync.Mutex
	requests int
	lines    int
	slowest  time.Duration
	failed   error
}

// patience is how long a request of the neighbour may take; test machines are busy.
const patience = 8 * time.Second

func startNeighbour(t *testing.T, s *harness.Server) *neighbour {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	n := &neighbour{server: s, cancel: cancel}
	n.wait.Go(func() { n.fail(n.send(ctx)) })
	n.wait.Go(func() { n.fail(n.log(ctx)) })
	t.Cleanup(func() { cancel(); n.wait.Wait() })
	return n
}

func (n *neighbour) fail(err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.failed == nil {
		n.failed = err
	}
}

func (n *neighbour) send(ctx context.Context) error {
	c := n.server.Client()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for i := 0; ctx.Err() == nil; i++ {
		begin := time.Now()
		body := fmt.Appendf(nil, `{"@timestamp":%q,"event":{"action":"neighbour"},"n":%d}`, begin.UTC().Format(time.RFC3339Nano), i)
		if status, err := c.Ingest(context.WithoutCancel(ctx), "neighbour", body); status != 200 {
			return fmt.Errorf("the neighbour's request %d was answered %d: %w", i, status, err)
		}
		n.mu.Lock()
		n.requests++
		n.slowest = max(n.slowest, time.Since(begin))
		n.mu.Unlock()
		<-tick.C
	}
	return nil
}

func (n *neighbour) log(ctx context.Context) error {
	conn, err := net.Dial("tcp", n.server.Run().Syslog)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for i := 0; ctx.Err() == nil; i++ {
		line := fmt.Appendf(nil, "<134>1 %s good app - - - neighbour line %d\n", time.Now().UTC().Format(time.RFC3339Nano), i)
		_ = conn.SetWriteDeadline(time.Now().Add(patience))
		if _, err := conn.Write(line); err != nil {
			return fmt.Errorf("the neighbour's line %d: %w", i, err)
		}
		n.mu.Lock()
		n.lines++
		n.mu.Unlock()
		<-tick.C
	}
	return nil
}

// progress returns how much the neighbour has sent.
func (n *neighbour) progress() (requests, lines int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.requests, n.lines
}

// undisturbed checks that the neighbour got on since the last look and was answered in time.
func (n *neighbour) undisturbed(t *testing.T) {
	t.Helper()
	requests, lines := n.progress()
	harness.Eventually(t, patience, "the neighbour gets on", func() bool {
		r, l := n.progress()
		n.mu.Lock()
		defer n.mu.Unlock()
		return n.failed != nil || r >= requests+3 && l >= lines+3
	})
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.failed != nil {
		t.Fatal(n.failed)
	}
	if n.slowest > patience {
		t.Errorf("the neighbour waited %s for an answer", n.slowest)
	}
	t.Logf("the neighbour's slowest answer took %s", n.slowest.Round(time.Millisecond))
	n.slowest = 0
}

// leave ends the neighbour and checks that everything it sent is there once.
func (n *neighbour) leave(t *testing.T) {
	t.Helper()
	n.cancel()
	n.wait.Wait()
	requests, lines := n.progress()
	for query, want := range map[string]int{`vedette.source:="http/neighbour"`: requests, `"neighbour line"`: lines} {
		var rows, unique int64
		if !harness.Within(30*time.Second, func() bool {
			var err error
			rows, unique, err = n.server.Client().Count(t.Context(), query, "_msg")
			return err == nil && rows >= int64(want)
		}) || rows != unique || rows != int64(want) {
			t.Errorf("%s finds %d rows, %d different; %d were sent", query, rows, unique, want)
		}
	}
}

// repeated is an endless reader of the same bytes.
type repeated struct {
	piece []byte
	at    int
}

func (r *repeated) Read(p []byte) (int, error) {
	n := copy(p, bytes.Repeat(r.piece, len(p)/len(r.piece)+1)[r.at:])
	r.at = (r.at + n) % len(r.piece)
	return n, nil
}
