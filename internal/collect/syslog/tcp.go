package syslog

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/collect"
)

const (
	readBuffer   = 64 << 10 // bytes buffered of one TCP client
	maxBatch     = 512      // messages handed in together
	maxBatchSize = 1 << 20  // bytes handed in together
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
			clients.Go(func() {
				defer func() { <-room }()
				r.serveConn(ctx, conn, sink)
			})
		default:
			r.drop(sink, peerOf(conn.RemoteAddr()), "too_many_connections", 1)
			_ = conn.Close()
		}
	}
}

// serveConn reads one client until it leaves, and hands in everything it had sent before the server stops.
func (r *Receiver) serveConn(ctx context.Context, conn net.Conn, sink collect.Sink) {
	defer func() { _ = conn.Close() }()
	// When the server stops, what the client's window already delivered is still read: for a moment.
	stop := context.AfterFunc(ctx, func() { _ = conn.SetReadDeadline(time.Now().Add(drainTime)) })
	defer stop()
	peer := peerOf(conn.RemoteAddr())
	in := bufio.NewReaderSize(conn, readBuffer)
	for {
		if ctx.Err() == nil {
			_ = conn.SetReadDeadline(time.Now().Add(r.cfg.IdleTimeout))
		}
		batch, err := r.readBatch(in, peer, sink)
		if len(batch) > 0 {
			if err := collect.AcceptPatiently(context.WithoutCancel(ctx), sink, batch); err != nil {
				r.log.Error("hand in syslog messages", "peer", peer, "error", err)
				return
			}
		}
		if f := (errForeign{}); errors.As(err, &f) {
			r.drop(sink, peer, "not_syslog_"+f.protocol, 1)
			_, _ = io.WriteString(conn, f.hint)
		}
		if err != nil {
			return
		}
	}
}

// readBatch waits for one message and takes with it those that are already buffered.
func (r *Receiver) readBatch(in *bufio.Reader, peer string, sink collect.Sink) (batch []vedette.Record, err error) {
	size := 0
	for {
		msg, cut, err := frame(in, int(r.cfg.MaxMessage))
		if cut > 0 {
			r.drop(sink, peer, "message_cut", 1)
		}
		if len(msg) > 0 {
			batch = append(batch, r.record(peer, msg))
			size += len(msg)
		}
		if err != nil {
			return batch, err
		}
		if in.Buffered() == 0 || len(batch) >= maxBatch || size >= maxBatchSize {
			return batch, nil
		}
	}
}
