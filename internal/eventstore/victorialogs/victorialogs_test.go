package victorialogs_test

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"syscall"
	"testing"
	"time"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/eventstore"
	"github.com/vedette-soc/vedette/internal/eventstore/eventstoretest"
	"github.com/vedette-soc/vedette/internal/eventstore/victorialogs"
)

func open(o eventstoretest.Options) (eventstoretest.Store, error) {
	cfg := victorialogs.DefaultConfig(o.Dir)
	cfg.MinFreeBytes = 64 << 20
	if o.QueryTime > 0 {
		cfg.QueryTime = o.QueryTime
	}
	if o.QueryRows > 0 {
		cfg.QueryRows = o.QueryRows
	}
	if o.QueryBytes > 0 {
		cfg.QueryBytes = o.QueryBytes
	}
	return victorialogs.Open(cfg, slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})))
}

func TestMain(m *testing.M) { os.Exit(eventstoretest.Main(m, open)) }

func TestStore(t *testing.T) { eventstoretest.Run(t, open) }

func TestTwoCannotShareADirectory(t *testing.T) {
	dir := t.TempDir()
	first, err := open(eventstoretest.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	if _, err := victorialogs.Open(victorialogs.DefaultConfig(dir), slog.New(slog.DiscardHandler)); vedette.CodeOf(err) != vedette.CodeConflict {
		t.Fatalf("a second store on the directory: %v, want code conflict", err)
	}
}

func TestFullDiskIsNotWritten(t *testing.T) {
	cfg := victorialogs.DefaultConfig(t.TempDir())
	cfg.MinFreeBytes = 1 << 60
	s, err := victorialogs.Open(cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Append(t.Context(), benchEvents(1), nil); vedette.CodeOf(err) != vedette.CodeUnavailable {
		t.Fatalf("append: %v, want code unavailable", err)
	}
	if stats, err := s.Stats(t.Context()); err != nil || !stats.ReadOnly {
		t.Fatalf("stats %+v, %v; want read-only", stats, err)
	}
}

func TestWrongConfigurationsAreRefused(t *testing.T) {
	for name, change := range map[string]func(*victorialogs.Config){
		"no directory":      func(c *victorialogs.Config) { c.Dir = "" },
		"no retention":      func(c *victorialogs.Config) { c.Retention = time.Hour },
		"far future":        func(c *victorialogs.Config) { c.MaxFuture = 1000 * 24 * time.Hour },
		"no memory":         func(c *victorialogs.Config) { c.MemoryBytes = 1 },
		"visible too late":  func(c *victorialogs.Config) { c.Visible = time.Minute },
		"queries forbidden": func(c *victorialogs.Config) { c.Queries = 0 },
	} {
		cfg := victorialogs.DefaultConfig(t.TempDir())
		change(&cfg)
		if _, err := victorialogs.Open(cfg, slog.New(slog.DiscardHandler)); vedette.CodeOf(err) != vedette.CodeInvalid {
			t.Errorf("%s: got %v, want code invalid", name, err)
		}
	}
}

// FuzzQuery runs any text against a small store: it may fail, and must not end the process or show another tenant.
func FuzzQuery(f *testing.F) {
	s, err := open(eventstoretest.Options{Dir: f.TempDir(), QueryTime: 5 * time.Second, QueryRows: 100})
	if err != nil {
		f.Fatal(err)
	}
	defer s.Close()
	list := benchEvents(200)
	for i, ev := range list {
		ev.Time = ev.Time.Add(-time.Duration(i) * time.Minute)
		ev.Raw += fmt.Sprintf(" from 10.0.0.%d took %dms", i, i)
	}
	theirs := benchEvents(1)
	theirs[0].Tenant, theirs[0].Raw = "theirs", "secret"
	if err := s.Append(f.Context(), append(list, theirs...), []vedette.Alert{{ID: "a", EventID: "0-1", Tenant: "default"}}); err != nil {
		f.Fatal(err)
	}
	for _, text := range []string{
		"*", "error | stats by (a) count() n", `a:in(b | fields c)`, `{vedette.kind="event"} | sort by (_time) | limit 3`,
		`* | extract "<a>:<b>" from x | uniq by (a) | top 3 by (b)`, `* | math a + b as c | filter c:>3`, `a:ipv4_range(1.2.3.0/24)`,
		`* | join by (a) (b | stats by (a) sum(c) d)`, `* | union (b)`, `* | unpack_json from a | pack_json as b`, `_time:5m`,
		`* | facets 3`, `* | stats by (_time:1h offset 2h) quantile(0.5, a), count_uniq(b) limit 5`, `* | replace_regexp ("a(b)", "$1") at c`,
		`seq("a", "b")`, `a:len_range(3, 9)`, `_stream_id:in(* | fields _stream_id)`, `* | field_values a`, `* | blocks_count`,
		`* | running_stats sum(a) b`, `* | collapse_nums at _msg`, `* | split "," from a | unroll by (a)`, `* | json_array_len(a) as b`,
		`day_range[08:00, 18:00] week_range[Mon, Fri]`, `* | sample 3`, `* | first 3 by (a) partition by (b)`, `* | hash(a) as b`,
		`* | time_add 1h`, `* | set_stream_fields a, b`, `* | query_stats`, `* | histogram(a)`, `* | decolorize _msg`, `* | len(a) as b`,
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		err := s.Search(t.Context(), eventstore.Query{Text: text}, func(row eventstore.Row) error {
			if row.Value("_msg") == "secret" {
				return errors.New("another tenant's row")
			}
			return nil
		})
		switch vedette.CodeOf(err) {
		case vedette.CodeInvalid, vedette.CodeLimited:
		default:
			if err != nil {
				t.Errorf("%q: %v", text, err)
			}
		}
		_, _ = s.Histogram(t.Context(), eventstore.Query{Text: text}, 20)
		_, _ = s.Fields(t.Context(), eventstore.Query{Text: text}, 20)
		_, _ = s.Values(t.Context(), eventstore.Query{Text: text}, "user.name", 20)
	})
}

// benchEvents makes events like those of a Windows host: 30 fields, 1.1 KB.
func benchEvents(n int) []*vedette.Event {
	now := time.Now()
	list := make([]*vedette.Event, n)
	for i := range list {
		ev := &vedette.Event{
			Tenant: vedette.DefaultTenant, Place: uint32(i), Received: now, Source: fmt.Sprintf("http/ws-%02d", i%40),
			Dataset: "windows.sysmon",
			Raw:     fmt.Sprintf(`{"EventID":1,"Computer":"ws-%02d.corp.example","ProcessId":%d,"Image":"C:\Windows\System32\cmd.exe"}`, i%40, i*7919%100000),
		}
		for j := range 26 {
			ev.Add(fmt.Sprintf("src.Field%02d", j), fmt.Sprintf("value %d of %d", (i*31+j*17)%(1+j*j*40), j))
		}
		ev.Add("process.command_line", fmt.Sprintf(`cmd.exe /c "C:\Program Files\Tool	ool.exe" --job %x --user user%d`, i*2654435761, i%500))
		ev.Add("host.name", fmt.Sprintf("ws-%02d.corp.example", i%40))
		ev.Add("user.name", fmt.Sprintf("user%d", i%500))
		ev.Add("process.hash.sha256", fmt.Sprintf("%064x", uint64(i%2000)*11400714819323198485))
		list[i] = ev
	}
	return list
}

func openQuiet(b *testing.B) *victorialogs.Store {
	s, err := victorialogs.Open(victorialogs.DefaultConfig(b.TempDir()), slog.New(slog.DiscardHandler))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	return s
}

func BenchmarkAppend(b *testing.B) {
	const size = 500
	s := openQuiet(b)
	list := benchEvents(size)
	b.ReportAllocs()
	n := 0
	seq := uint64(1)
	for b.Loop() {
		at := time.Now()
		for _, ev := range list {
			ev.Seq, ev.Time = seq, at
		}
		if err := s.Append(b.Context(), list, nil); err != nil {
			b.Fatal(err)
		}
		seq++
		n += size
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "events/s")
}

// BenchmarkSteady appends 10,000 events a second and reports what it costs.
func BenchmarkSteady(b *testing.B) {
	for _, visible := range []time.Duration{50 * time.Millisecond, 100 * time.Millisecond, 200 * time.Millisecond, time.Second} {
		b.Run(visible.String(), func(b *testing.B) {
			cfg := victorialogs.DefaultConfig(b.TempDir())
			cfg.Visible = visible
			s, err := victorialogs.Open(cfg, slog.New(slog.DiscardHandler))
			if err != nil {
				b.Fatal(err)
			}
			list := benchEvents(250)
			tick := time.NewTicker(25 * time.Millisecond)
			defer tick.Stop()
			before := cpu(b)
			start := time.Now()
			seq := uint64(1)
			for b.Loop() {
				<-tick.C
				for _, ev := range list {
					ev.Seq, ev.Time = seq, time.Now()
				}
				if err := s.Append(b.Context(), list, nil); err != nil {
					b.Fatal(err)
				}
				seq++
			}
			b.ReportMetric((cpu(b)-before).Seconds()/time.Since(start).Seconds(), "cores")
			b.ReportMetric(float64(seq*250)/time.Since(start).Seconds(), "events/s")
			if err := s.Close(); err != nil {
				b.Fatal(err)
			}
		})
	}
}

func cpu(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func BenchmarkSearch(b *testing.B) {
	s := openQuiet(b)
	start := time.Now().Add(-24 * time.Hour)
	for seq := range 400 {
		list := benchEvents(500)
		for i, ev := range list {
			ev.Seq, ev.Time = uint64(seq+1), start.Add(time.Duration(seq*500+i)*86*time.Second/200)
		}
		if err := s.Append(b.Context(), list, nil); err != nil {
			b.Fatal(err)
		}
	}
	for _, c := range []struct{ name, text string }{
		{"newest of all", "*"},
		{"newest of a user", "user.name:=user77"},
		{"newest of a word", `"job" command`},
		{"rare word in any field", `*:"user499"`},
		{"nothing", "user.name:=nobody"},
		{"group", "* | stats by (user.name) count() n | sort by (n) desc | limit 10"},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				if err := s.Search(b.Context(), eventstore.Query{Text: c.text}, func(eventstore.Row) error { return nil }); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("present", func(b *testing.B) {
		for b.Loop() {
			if p, err := s.Present(b.Context(), 1, 400); err != nil || p.Events() != 200_000 {
				b.Fatal(p.Events(), err)
			}
		}
	})
	b.Run("present of the last", func(b *testing.B) {
		for b.Loop() {
			if p, err := s.Present(b.Context(), 390, 400); err != nil || p.Events() != 5500 {
				b.Fatal(p.Events(), err)
			}
		}
	})
	b.Run("event by id", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.Event(b.Context(), "", "200-77"); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func TestKilled(t *testing.T) { eventstoretest.RunCrash(t, open, 3) }
