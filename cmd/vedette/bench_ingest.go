package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"
)

type ingestOptions struct {
	events, batch, clients int
}

func newBenchIngest(s streams) *cobra.Command {
	var o ingestOptions
	cmd := &cobra.Command{
		Use: "ingest", Short: "Durable acceptance over HTTP, 1 KB events, detection on", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return o.run(cmd.Context(), s.out, s.err) },
	}
	cmd.Flags().IntVar(&o.events, "events", 300_000, "how many events are sent")
	cmd.Flags().IntVar(&o.batch, "batch", 500, "events in one request")
	cmd.Flags().IntVar(&o.clients, "clients", 4, "clients that send at the same time")
	return cmd
}

func (o *ingestOptions) run(ctx context.Context, out, say io.Writer) (err error) {
	b, err := startBench(ctx)
	if err != nil {
		return err
	}
	idle := b.rss()
	_, _ = fmt.Fprintf(say, "ready after %s with %.0f MiB; sending %d events of 1 KB\n", b.start.Round(time.Millisecond), idle, o.events)
	begin := time.Now()
	if err := o.send(ctx, b); err != nil {
		_ = b.stop()
		return err
	}
	accepted := time.Since(begin)
	rows, unique, searchable, err := o.settle(ctx, b, begin)
	if err != nil {
		_ = b.stop()
		return err
	}
	rss, cpu := b.rss(), b.cpu()
	disk := b.diskBytes("events/victorialogs")
	if err := b.stop(); err != nil {
		return err
	}
	return result(out, map[string]any{
		"events": o.events, "accepted_eps": int(float64(o.events) / accepted.Seconds()), "searchable_eps": int(float64(o.events) / searchable.Seconds()),
		"lost": int64(o.events) - unique, "duplicated": rows - unique, "rss_mib": int(rss), "rss_idle_mib": int(idle),
		"disk_bytes_per_event": int(float64(disk) / float64(o.events)), "cpu_us_per_event": cpu.Microseconds() / int64(o.events), "start_ms": b.start.Milliseconds(),
	})
}

// send shares the events out over the clients. Each request waits for its answer, as a client that may lose nothing does.
func (o *ingestOptions) send(ctx context.Context, b *bencher) error {
	var next atomic.Int64
	var wait sync.WaitGroup
	errs := make(chan error, o.clients)
	for range o.clients {
		wait.Go(func() {
			var body bytes.Buffer
			for {
				from := int(next.Add(int64(o.batch))) - o.batch
				if from >= o.events {
					return
				}
				body.Reset()
				for i := from; i < min(from+o.batch, o.events); i++ {
					benchEvent(&body, i)
				}
				if err := b.client.ingest(ctx, "bench", body.Bytes()); err != nil {
					errs <- err
					return
				}
			}
		})
	}
	wait.Wait()
	select {
	case err := <-errs:
		return err
	default:
		return nil
	}
}

// settle waits until all events can be searched, or no more come.
func (o *ingestOptions) settle(ctx context.Context, b *bencher, begin time.Time) (rows, unique int64, took time.Duration, err error) {
	last, since := int64(-1), time.Now()
	for {
		if rows, unique, err = b.count(ctx, "vedette.source:=http/bench", "src.bench_id"); err != nil {
			return 0, 0, 0, err
		}
		if rows >= int64(o.events) {
			return rows, unique, time.Since(begin), nil
		}
		if rows != last {
			last, since = rows, time.Now()
		}
		if time.Since(since) > 20*time.Second {
			return rows, unique, time.Since(begin), nil
		}
		select {
		case <-ctx.Done():
			return rows, unique, time.Since(begin), ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// benchEvent writes one event of about 1 KB, as an endpoint would send it.
func benchEvent(w *bytes.Buffer, i int) {
	now := time.Now().UTC().Format("2006-01-02T15:04:05.000Z")
	fmt.Fprintf(w, `{"@timestamp":%q,"bench_id":"b%08d","EventID":1,"Channel":"Microsoft-Windows-Sysmon/Operational","Computer":"ws-%03d.corp.example",`+
		`"Provider_Name":"Microsoft-Windows-Sysmon","UtcTime":%q,"ProcessGuid":"{b3c1a2d4-%04x-6789-0000-00100000%04x}","ProcessId":"%d",`+
		`"Image":"C:\\Program Files\\Vendor\\App %d\\service-%d.exe","CommandLine":"\"C:\\Program Files\\Vendor\\App %d\\service-%d.exe\" --run --instance %d --config C:\\ProgramData\\Vendor\\conf\\%d.json --log-level info --parent-handle 0x%x",`+
		`"CurrentDirectory":"C:\\Windows\\system32\\","User":"CORP\\user%03d","LogonId":"0x%x","IntegrityLevel":"Medium","ParentProcessId":"%d",`+
		`"ParentImage":"C:\\Windows\\System32\\svchost.exe","ParentCommandLine":"C:\\Windows\\system32\\svchost.exe -k netsvcs -p -s Schedule",`+
		`"OriginalFileName":"service.exe","Company":"Vendor Corporation","Product":"Vendor Application Suite","Description":"Background service of the application suite",`+
		`"Hashes":"SHA256=%064x"}`+"\n",
		now, i, i%400, now, i&0xffff, i>>8&0xffff, 1000+i%30000, i%50, i%9, i%50, i%9, i, i%1000, i, i%2000, i%65536, 900+i%100, uint64(i)*0x9E3779B97F4A7C15)
}
