package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/vedette-soc/vedette"
)

type latencyOptions struct {
	rate    int
	seconds int
	every   int
}

func newBenchLatency(s streams) *cobra.Command {
	var o latencyOptions
	cmd := &cobra.Command{
		Use: "latency", Short: "From a record's arrival until its alert can be seen in the API", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return o.run(cmd.Context(), s.out, s.err) },
	}
	cmd.Flags().IntVar(&o.rate, "rate", 1000, "events a second")
	cmd.Flags().IntVar(&o.seconds, "seconds", 20, "for how long")
	cmd.Flags().IntVar(&o.every, "every", 50, "one in so many events fires a rule")
	return cmd
}

func (o *latencyOptions) run(ctx context.Context, out, say io.Writer) error {
	b, err := startBench(ctx)
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintf(say, "sending %d events a second for %d s\n", o.rate, o.seconds)
	sent := make(chan error, 1)
	go func() { sent <- o.send(ctx, b) }()
	times, err := o.watch(ctx, b, sent)
	if err != nil {
		_ = b.stop()
		return err
	}
	if err := b.stop(); err != nil {
		return err
	}
	slices.Sort(times)
	return result(out, map[string]any{
		"rate": o.rate, "alerts": len(times), "alert_p50_ms": millis(quantile(times, 0.50)), "alert_p99_ms": millis(quantile(times, 0.99)),
	})
}

// send sends a request every 20 ms; each wanted event is one that a rule of the starter pack knows.
func (o *latencyOptions) send(ctx context.Context, b *bencher) error {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	var body bytes.Buffer
	for i, total := 0, o.rate*o.seconds; i < total; {
		body.Reset()
		for range max(o.rate/50, 1) {
			if i%o.every == 0 {
				fmt.Fprintf(&body, `{"EventID":1,"Channel":"Microsoft-Windows-Sysmon/Operational","Computer":"ws-%03d","UtcTime":%q,"Image":"C:\\Windows\\System32\\rundll32.exe","CommandLine":"rundll32.exe comsvcs.dll, MiniDump %d C:\\l.dmp full"}`+"\n",
					i%97, time.Now().UTC().Format("2006-01-02 15:04:05.000"), i)
			} else {
				benchEvent(&body, i)
			}
			i++
		}
		if err := b.client.ingest(ctx, "bench", body.Bytes()); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
	return nil
}

// watch asks the API for alerts again and again, and notes for each how long after its record's arrival it was there.
func (o *latencyOptions) watch(ctx context.Context, b *bencher, sent <-chan error) ([]time.Duration, error) {
	want := (o.rate*o.seconds + o.every - 1) / o.every
	seen := map[string]bool{}
	var times []time.Duration
	var deadline <-chan time.Time
	for len(times) < want {
		q := url.Values{"limit": {"100"}, "since": {time.Now().Add(-time.Minute).UTC().Format(time.RFC3339)}}
		var page struct{ Items []vedette.Alert }
		if err := b.client.do(ctx, http.MethodGet, "/api/v1/alerts?"+q.Encode(), nil, &page); err != nil {
			return nil, err
		}
		now := time.Now()
		for i := range page.Items {
			if a := &page.Items[i]; !seen[a.ID] {
				seen[a.ID] = true
				times = append(times, now.Sub(a.Received))
			}
		}
		select {
		case err := <-sent:
			if err != nil {
				return nil, err
			}
			deadline, sent = time.After(10*time.Second), nil
		case <-deadline:
			return nil, fmt.Errorf("only %d of %d alerts appeared", len(times), want)
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(25 * time.Millisecond):
		}
	}
	return times, nil
}

// quantile of sorted times.
func quantile(times []time.Duration, q float64) time.Duration {
	if len(times) == 0 {
		return 0
	}
	return times[min(int(q*float64(len(times))), len(times)-1)]
}

func millis(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
