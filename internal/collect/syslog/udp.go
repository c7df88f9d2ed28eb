package syslog

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/collect"
)

const (
	udpQueue  = 16 << 10         // messages that wait for the journal
	udpBuffer = 8 << 20          // bytes asked of the kernel, which may give less
	dropsLook = 10 * time.Second // how often the kernel's own drops are read
)

// serveUDP reads datagrams as fast as it can and hands them in by batches. Nothing can slow a UDP sender, so what finds
// the queue full is dropped and counted.
func (r *Receiver) serveUDP(ctx context.Context, sink collect.Sink) error {
	_ = r.udp.SetReadBuffer(udpBuffer)
	queue := make(chan vedette.Record, udpQueue)
	var handing sync.WaitGroup
	handing.Go(func() { r.handIn(context.WithoutCancel(ctx), queue, sink) })
	handing.Go(func() { r.watchDrops(ctx, sink) })
	defer handing.Wait()
	defer close(queue)
	stop := context.AfterFunc(ctx, func() { _ = r.udp.SetReadDeadline(time.Now()) })
	defer stop()
	buf := make([]byte, 64<<10)
	for {
		n, from, err := r.udp.ReadFromUDPAddrPort(buf)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read syslog datagrams: %w", err)
		}
		msg := bytes.TrimRight(buf[:n], "\r\n\x00")
		if len(msg) == 0 {
			continue
		}
		peer := from.Addr().Unmap().String()
		select {
		case queue <- r.record(peer, bytes.Clone(msg)):
		default:
			r.drop(sink, peer, "udp_queue_full", 1)
		}
	}
}

func (r *Receiver) handIn(ctx context.Context, queue <-chan vedette.Record, sink collect.Sink) {
	for rec := range queue {
		batch, size := []vedette.Record{rec}, len(rec.Data)
		for more := true; more && len(batch) < maxBatch && size < maxBatchSize; {
			select {
			case next, open := <-queue:
				if more = open; open {
					batch, size = append(batch, next), size+len(next.Data)
				}
			default:
				more = false
			}
		}
		if err := collect.AcceptPatiently(ctx, sink, batch); err != nil {
			r.log.Error("hand in syslog datagrams", "error", err)
			r.drop(sink, batch[0].Peer, "journal_failed", len(batch))
		}
	}
}

// watchDrops counts the datagrams that the kernel dropped because they came faster than they were read.
func (r *Receiver) watchDrops(ctx context.Context, sink collect.Sink) {
	tick := time.NewTicker(dropsLook)
	defer tick.Stop()
	var seen int64
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if now := kernelDrops(r.udp.LocalAddr().(*net.UDPAddr).Port); now > seen {
			r.drop(sink, "", "udp_kernel_buffer_full", int(now-seen))
			seen = now
		}
	}
}

// kernelDrops reads the drops column of the sockets bound to a port from Linux's tables; 0 where there are none.
func kernelDrops(port int) (drops int64) {
	for _, table := range []string{"/proc/self/net/udp", "/proc/self/net/udp6"} {
		text, err := os.ReadFile(table)
		if err != nil {
			continue
		}
		lines := bufio.NewScanner(bytes.NewReader(text))
		for lines.Scan() {
			col := strings.Fields(lines.Text())
			if len(col) < 13 || !strings.HasSuffix(col[1], fmt.Sprintf(":%04X", port)) {
				continue
			}
			n, _ := strconv.ParseInt(col[len(col)-1], 10, 64)
			drops += n
		}
	}
	return drops
}
