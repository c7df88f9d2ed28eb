package main

import (
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/catalog"
	"github.com/vedette-soc/vedette/internal/detect"
	"github.com/vedette-soc/vedette/internal/detect/correlate"
)

type correlateOptions struct {
	events, groups int
	kind           string
}

func newBenchCorrelate(s streams) *cobra.Command {
	var o correlateOptions
	cmd := &cobra.Command{
		Use: "correlate", Short: "Correlations: matches counted into many groups on one core", Args: cobra.NoArgs,
		Long: "Counts matches into groups drawn at random, in process and on one core, and measures processor time. No group fires; every match is remembered.",
		RunE: func(*cobra.Command, []string) error { return o.run(s.out, s.err) },
	}
	cmd.Flags().IntVar(&o.events, "events", 4_000_000, "how many matches are counted")
	cmd.Flags().IntVar(&o.groups, "groups", 1_000_000, "into how many groups")
	cmd.Flags().StringVar(&o.kind, "type", "event_count", "event_count, value_count, value_sum or temporal")
	return cmd
}

// benchCorrelations are the rules under measurement. Their conditions are never met.
var benchCorrelations = map[string]string{
	"event_count": "type: event_count\n  condition: {gte: 30000}",
	"value_count": "type: value_count\n  field: user.name\n  condition: {gte: 30000}",
	"value_sum":   "type: value_sum\n  field: source.bytes\n  condition: {gte: 1e200}",
	"temporal":    "type: temporal\n  condition: bench_a and bench_b",
}

func benchRuleset(kind string) (*detect.Ruleset, error) {
	body, ok := benchCorrelations[kind]
	if !ok {
		return nil, vedette.Errorf(vedette.CodeInvalid, "the type %q is not one of event_count, value_count, value_sum, temporal", kind)
	}
	const rule = "title: %[1]s\nid: %[1]s\nname: %[1]s\nlogsource: {product: linux, service: sshd}\ndetection: {s: {event.action: %[1]s}, condition: s}\n---\n"
	text := fmt.Sprintf(rule, "bench_a") + fmt.Sprintf(rule, "bench_b") +
		"title: C\nid: c\ncorrelation:\n  rules: [bench_a, bench_b]\n  group-by: [source.ip]\n  timespan: 5m\n  " + body + "\n"
	rs := detect.Compile([]catalog.File{{Path: "bench.yml", Data: []byte(text)}})
	if len(rs.Problems) > 0 {
		return nil, vedette.Errorf(vedette.CodeInternal, "compile the benchmark's rules: %s", rs.Problems[0])
	}
	return rs, nil
}

func (o *correlateOptions) run(out, say io.Writer) error {
	if o.events < 1 || o.groups < 1 {
		return vedette.Errorf(vedette.CodeInvalid, "--events and --groups must be at least 1")
	}
	rs, err := benchRuleset(o.kind)
	if err != nil {
		return err
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	before := heapBytes()
	c := correlate.New(correlate.Config{Groups: o.groups, Events: max(2*o.events, 4_000_000)}, rs)
	feed := newBenchFeed(rs, o.groups)
	_, _ = fmt.Fprintf(say, "filling %d groups\n", o.groups)
	for i := range o.groups {
		feed.next(c, uint32(i))
	}
	allocs := mallocs()
	begin := cpuTime()
	for range o.events {
		feed.next(c, feed.random.Uint32N(uint32(o.groups)))
	}
	took := cpuTime() - begin
	idle := cpuTime()
	for range o.events {
		feed.prepare(feed.random.Uint32N(uint32(o.groups)))
	}
	took -= cpuTime() - idle // what making the events costs is not the correlator's
	allocs = mallocs() - allocs
	stats := c.Stats()
	heap := float64(heapBytes() - before)
	runtime.KeepAlive(c)
	return result(out, map[string]any{
		"type": o.kind, "events": o.events, "groups": stats.Groups, "events_per_sec_core": int(float64(o.events) / took.Seconds()),
		"mib": int(heap / (1 << 20)), "bytes_per_group": int(float64(stats.Bytes) / float64(max(stats.Groups, 1))), "remembered": stats.Entries,
		"evicted": stats.Totals.Evicted, "fired": stats.Totals.Fired, "allocs_per_event": float64(allocs) / float64(o.events),
	})
}

// benchFeed makes matches: an SSH login of one address out of many, as a parser would make the event.
type benchFeed struct {
	rs     *detect.Ruleset
	random *rand.Rand
	ev     vedette.Event
	at     time.Time
	n      uint64
	names  []string
}

func newBenchFeed(rs *detect.Ruleset, groups int) *benchFeed {
	f := &benchFeed{rs: rs, random: rand.New(rand.NewPCG(1, 2)), at: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), names: make([]string, groups)}
	for i := range f.names {
		f.names[i] = fmt.Sprintf("10.%d.%d.%d", i>>16&255, i>>8&255, i&255)
	}
	for _, field := range [][2]string{
		{"event.action", "bench_a"}, {"event.outcome", "failure"}, {"host.name", "web-01"}, {"process.name", "sshd"}, {"user.name", "root"},
		{"source.port", "40022"}, {"source.bytes", "1200"}, {"source.ip", ""}, {"message", "Failed password for root"},
	} {
		f.ev.Add(field[0], field[1])
	}
	f.ev.Tenant, f.ev.Source = vedette.DefaultTenant, "syslog/10.0.0.1"
	return f
}

const benchAddress = 7 // place of source.ip among the fields

func (f *benchFeed) prepare(group uint32) {
	f.n++
	f.ev.Seq, f.ev.Place = f.n>>9+1, uint32(f.n&511)
	f.at = f.at.Add(20 * time.Microsecond)
	f.ev.Time, f.ev.Received = f.at, f.at
	f.ev.Fields[benchAddress].Value = f.names[group]
}

func (f *benchFeed) next(c *correlate.Correlator, group uint32) {
	f.prepare(group)
	c.Observe(detect.Match{Rule: f.rs.Rules[0], Place: 0, Event: &f.ev}, func(vedette.Alert) {})
}

func cpuTime() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func heapBytes() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func mallocs() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.Mallocs
}
