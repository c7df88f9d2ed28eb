package syslog

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/collect"
)

// With the most clients that may connect, buffers, batches and long messages stay under some 160 MiB together.
const (
	readBuffer   = 32 << 10         // bytes buffered of one TCP client
	maxBatch     = 512              // messages handed in together
	maxBatchSize = 1 << 20          // bytes handed in together, when there are few clients
	batchMemory  = 64 << 20         // bytes in the batches of all clients
	longMemory   = 32 << 20         // bytes in the long messages of all clients
	longTime     = 30 * time.Second // in which a long message must end
	longRoom     = 5 * time.Second  // that a long message waits for room before it is cut
)

func (r *Receiver) serveTCP(ctx context.Context, sink collect.Sink) error {
	var clients sync.WaitGroup
	defer clients.Wait()
	stop := context.AfterFunc(ctx, func() { _ = r.tcp.Close() })
	defer stop()
	room := make(chan struct{}, r.cfg.MaxConnections)
	for {
		conn, err := r.tcp.Accept()
		if err != nil {
			if ctx.Err() != nil {
				return nil
			}
			if errors.Is(err, net.ErrClosed) {
				return fmt.Errorf("accept syslog clients: %w", err)
			}
			select { // out of file descriptors, or a client gone before it was accepted
			case <-ctx.Done():
			case <-time.After(50 * time.Millisecond):
			}
			continue
		}
		select {
		case room <- struct{}{}:
			r.clients.Add(1)
			clients.Go(func() {
				defer r.clients.Add(-1)
				defer func() { <-room }()
				r.serveConn(ctx, conn, sink)
			})
		default:
			r.drop(sink, peerOf(conn.RemoteAddr()), "too_many_connections", 1)
			_ = conn.Close()
		}
	}
}

// client is one TCP connection being read.
type client struct {
	*Receiver
	conn net.Conn
	in   *bufio.Reader
	peer string
	sink collect.Sink
	long int64 // bytes taken of Receiver.long for the batch
}

// serveConn reads one client until it leaves, and hands in everything it had sent before the server stops.
func (r *Receiver) serveConn(ctx context.Context, conn net.Conn, sink collect.Sink) {
	defer func() { _ = conn.Close() }()
	// When the server stops, what the client's window already delivered is still read: for a moment.
	stop := context.AfterFunc(ctx, func() { _ = conn.SetReadDeadline(time.Now().Add(drainTime)) })
	defer stop()
	c := &client{Receiver: r, conn: conn, in: bufio.NewReaderSize(conn, readBuffer), peer: peerOf(conn.RemoteAddr()), sink: sink}
	for {
		c.patience(ctx, r.cfg.IdleTimeout)
		batch, err := c.readBatch(ctx)
		if len(batch) > 0 {
			if err := collect.AcceptPatiently(context.WithoutCancel(ctx), sink, batch); err != nil {
				r.log.Error("hand in syslog messages", "peer", c.peer, "error", err)
				c.release()
				return
			}
		}
		c.release()
		if f := (foreignError{}); errors.As(err, &f) {
			r.drop(sink, c.peer, "not_syslog_"+f.protocol, 1)
			_, _ = io.WriteString(conn, f.hint)
		}
		if err != nil {
			return
		}
	}
}

// patience is how long from now on the client's next bytes are waited for: hardly any more when the server stops.
func (c *client) patience(ctx context.Context, d time.Duration) {
	_ = c.conn.SetReadDeadline(time.Now().Add(d))
	if ctx.Err() != nil { // it may have ended before the deadline above was set
		_ = c.conn.SetReadDeadline(time.Now().Add(drainTime))
	}
}

// room takes room for a long message, which then has to come soon, so that others get the room back.
func (c *client) room(ctx context.Context) bool {
	wait, cancel := context.WithTimeout(ctx, longRoom)
	defer cancel()
	if c.Receiver.long.Acquire(wait, c.cfg.MaxMessage) != nil {
		return false
	}
	c.long += c.cfg.MaxMessage
	c.patience(ctx, longTime)
	return true
}

func (c *client) release() {
	c.Receiver.long.Release(c.long)
	c.long = 0
}

// readBatch waits for one message and takes with it those that are already buffered.
func (c *client) readBatch(ctx context.Context) (batch []vedette.Record, err error) {
	most := bounds{limit: int(c.cfg.MaxMessage), room: func() bool { return c.room(ctx) }}
	share := max(readBuffer, min(maxBatchSize, batchMemory/int(max(c.clients.Load(), 1))))
	for size := 0; ; {
		msg, cut, err := frame(c.in, most)
		if cut > 0 {
			c.drop(c.sink, c.peer, "message_cut", 1)
		}
		if len(msg) > 0 {
			batch = append(batch, c.record(c.peer, msg))
			size += len(msg)
		}
		if errors.Is(err, os.ErrDeadlineExceeded) && c.long > 0 {
			c.drop(c.sink, c.peer, "message_unfinished", 1)
		}
		// One long message ends a batch, since no client may wait for room while it holds some.
		if err != nil || c.in.Buffered() == 0 || len(batch) >= maxBatch || size >= share || c.long > 0 {
			return batch, err
		}
	}
}
