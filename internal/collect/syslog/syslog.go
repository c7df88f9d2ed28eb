package syslog

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/collect"
)

// drainTime is how long, after the server was asked to stop, what a client has already sent is still read.
const drainTime = 500 * time.Millisecond

// Receiver listens on its UDP and TCP ports from New on and serves them in Run.
type Receiver struct {
	cfg Config
	log *slog.Logger
	udp *net.UDPConn
	tcp net.Listener

	clients atomic.Int64        // TCP connections
	long    *semaphore.Weighted // bytes that long messages may take in memory
}

var _ collect.Receiver = (*Receiver)(nil)

// New binds the ports, so that a port in use is an error at start.
func New(cfg Config, log *slog.Logger) (*Receiver, error) {
	r := &Receiver{cfg: cfg, log: log, long: semaphore.NewWeighted(longMemory)}
	if cfg.UDP != "" {
		conn, err := net.ListenPacket("udp", cfg.UDP)
		if err != nil {
			return nil, fmt.Errorf("listen for syslog over UDP: %w", err)
		}
		r.udp = conn.(*net.UDPConn)
	}
	if cfg.TCP != "" {
		listener, err := net.Listen("tcp", cfg.TCP)
		if err != nil {
			if r.udp != nil {
				_ = r.udp.Close()
			}
			return nil, fmt.Errorf("listen for syslog over TCP: %w", err)
		}
		r.tcp = listener
	}
	return r, nil
}

// Name is "syslog".
func (r *Receiver) Name() string { return "syslog" }

// UDPAddr and TCPAddr are where it listens; empty where it does not.
func (r *Receiver) UDPAddr() string {
	if r.udp == nil {
		return ""
	}
	return r.udp.LocalAddr().String()
}

// TCPAddr is where it listens for TCP; empty when it does not.
func (r *Receiver) TCPAddr() string {
	if r.tcp == nil {
		return ""
	}
	return r.tcp.Addr().String()
}

// Close lets go of the ports of a receiver that is not run.
func (r *Receiver) Close() {
	if r.udp != nil {
		_ = r.udp.Close()
	}
	if r.tcp != nil {
		_ = r.tcp.Close()
	}
}

// Run serves both ports until the context ends and everything read is handed in.
func (r *Receiver) Run(ctx context.Context, sink collect.Sink) error {
	group, ctx := errgroup.WithContext(ctx)
	if r.udp != nil {
		group.Go(func() error {
			defer func() { _ = r.udp.Close() }()
			return r.serveUDP(ctx, sink)
		})
	}
	if r.tcp != nil {
		group.Go(func() error { return r.serveTCP(ctx, sink) })
	}
	return group.Wait()
}

func (r *Receiver) record(peer string, msg []byte) vedette.Record {
	return vedette.Record{
		Source: "syslog/" + peer, Receiver: "syslog", Peer: peer, Format: vedette.FormatSyslog,
		Received: time.Now(), Data: msg,
	}
}

func (r *Receiver) drop(sink collect.Sink, peer, reason string, n int) {
	rec := r.record(peer, nil)
	collect.Drop(sink, &rec, reason, n)
}

func peerOf(addr net.Addr) string {
	ap, err := netip.ParseAddrPort(addr.String())
	if err != nil {
		return addr.String()
	}
	return ap.Addr().Unmap().String()
}
