package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/server"
)

func newBench(s streams) *cobra.Command {
	bench := &cobra.Command{
		Use: "bench", Short: "Measure this machine; the last line of output is one JSON object",
		Long: "Each benchmark but detect, correlate and triage starts a server of its own on loopback and an empty temporary data directory, loads it as clients would, and stops it.",
	}
	bench.AddCommand(newBenchIngest(s), newBenchLatency(s), newBenchRespond(s), newBenchDetect(s), newBenchCorrelate(s), newBenchTriage(s), newBenchUnknown(s))
	return bench
}

// bencher is a server process under measurement.
type bencher struct {
	client *client
	run    server.RunFile
	cmd    *exec.Cmd
	dir    string
	remove func()
	log    bytes.Buffer
	start  time.Duration // from the start of the process until it was ready

	transport http.RoundTripper // how the server is reached
	begun     time.Time
}

// startBench starts a server and waits until it is ready.
func startBench(ctx context.Context, settings ...string) (*bencher, error) {
	b, err := startBenchUnready(ctx, settings...)
	if err != nil {
		return nil, err
	}
	if err := b.await(ctx); err != nil {
		_ = b.stop()
		return nil, err
	}
	return b, nil
}

// startBenchUnready starts "vedette serve" with the starter pack, on loopback, as another process.
func startBenchUnready(ctx context.Context, settings ...string) (*bencher, error) {
	dir, remove, err := tempDir("vedette-bench-")
	if err != nil {
		return nil, err
	}
	b := &bencher{dir: dir, remove: remove, transport: &http.Transport{MaxIdleConnsPerHost: 16}, begun: time.Now()}
	self, err := os.Executable()
	if err != nil {
		remove()
		return nil, fmt.Errorf("find this program: %w", err)
	}
	b.cmd = exec.CommandContext(ctx, self, "serve", "--config", os.DevNull)
	b.cmd.Env = append(os.Environ(), append([]string{
		"VEDETTE_DATA_DIR=" + dir, "VEDETTE_HTTP_LISTEN=127.0.0.1:0", "VEDETTE_HTTP_TLS=", "VEDETTE_SYSLOG_UDP=", "VEDETTE_SYSLOG_TCP=127.0.0.1:0",
		"VEDETTE_LOG_LEVEL=warn", "VEDETTE_RESPOND_ACTUATOR=dry-run", "VEDETTE_EVENTS_MIN_FREE=64MiB",
	}, settings...)...)
	b.cmd.Stderr = &b.log
	b.cmd.Cancel = func() error { return b.cmd.Process.Signal(syscall.SIGTERM) }
	if err := b.cmd.Start(); err != nil {
		remove()
		return nil, fmt.Errorf("start the server: %w", err)
	}
	return b, nil
}

// await waits until the server says that it is ready.
func (b *bencher) await(ctx context.Context) error {
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); {
		if run, err := server.ReadRunFile(b.dir); err == nil {
			b.run = run
			b.client = &client{url: run.URL, token: run.Token, http: &http.Client{Timeout: time.Minute, Transport: b.transport}}
			if b.client.do(ctx, http.MethodGet, "/readyz", nil, nil) == nil {
				b.start = time.Since(b.begun)
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(5 * time.Millisecond):
		}
	}
	return vedette.Errorf(vedette.CodeUnavailable, "the server did not get ready: %s", b.log.String())
}

// stop asks the server to stop, waits for it and removes its data.
func (b *bencher) stop() error {
	defer b.remove()
	_ = b.cmd.Process.Signal(syscall.SIGTERM)
	if err := b.cmd.Wait(); err != nil {
		return fmt.Errorf("stop the server: %w: %s", err, b.log.String())
	}
	return nil
}

// rss is the server's resident memory in MiB.
func (b *bencher) rss() float64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", b.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	for line := range strings.SplitSeq(string(text), "\n") {
		if value, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kib, _ := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(value), "kB")), 64)
			return kib / 1024
		}
	}
	return 0
}

// cpu is the processor time that the server has taken so far.
func (b *bencher) cpu() time.Duration {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", b.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(text), ") ") // the name before may hold blanks
	col := strings.Fields(rest)
	if len(col) < 13 {
		return 0
	}
	user, _ := strconv.ParseInt(col[11], 10, 64)
	system, _ := strconv.ParseInt(col[12], 10, 64)
	const tick = 10 * time.Millisecond // USER_HZ is 100 on every Linux that Go runs on
	return time.Duration(user+system) * tick
}

// count asks how many rows a query matches, and how many different values a field has in them.
func (b *bencher) count(ctx context.Context, filter, field string) (rows, unique int64, err error) {
	q := url.Values{
		"query": {fmt.Sprintf("%s | stats count() rows, count_uniq(%s) unique", filter, field)},
		"since": {time.Now().Add(-24 * time.Hour).UTC().Format(time.RFC3339)},
	}
	var page struct{ Items []foundEvent }
	if err := b.client.do(ctx, http.MethodGet, "/api/v1/events?"+q.Encode(), nil, &page); err != nil || len(page.Items) == 0 {
		return 0, 0, err
	}
	number := func(name string) int64 {
		n, _ := strconv.ParseInt(fmt.Sprint(page.Items[0].Fields[name]), 10, 64)
		return n
	}
	return number("rows"), number("unique"), nil
}

// diskBytes is the size of a folder of the data directory.
func (b *bencher) diskBytes(name string) (total int64) {
	_ = filepath.WalkDir(filepath.Join(b.dir, name), func(_ string, entry os.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() {
			if info, err := entry.Info(); err == nil {
				total += info.Size()
			}
		}
		return nil
	})
	return total
}

// result prints the JSON object that ends every benchmark.
func result(out io.Writer, figures map[string]any) error {
	text, err := json.Marshal(figures)
	if err != nil {
		return fmt.Errorf("write the result: %w", err)
	}
	_, err = fmt.Fprintln(out, string(text))
	return err
}
