package all_test

import (
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/valyala/fastjson"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/normalize/all"
	"github.com/vedette-soc/vedette/internal/normalize/normalizetest"
	"github.com/vedette-soc/vedette/internal/recording"
)

// recordedJSON reads the JSON records of a recording, every so many of them.
func recordedJSON(tb testing.TB, path string, every int) []vedette.Record {
	tb.Helper()
	var out []vedette.Record
	n := 0
	_, err := recording.Walk(filepath.Join(dataFolder(tb), path), func(it recording.Item) error {
		if n++; it.Format != vedette.FormatJSON || n%every != 0 {
			return nil
		}
		out = append(out, vedette.Record{
			Tenant: vedette.DefaultTenant, Source: "bench", Format: vedette.FormatJSON, Received: normalizetest.Received(), Data: it.Data,
		})
		return nil
	})
	if err != nil {
		tb.Skip("recorded data is not here: " + err.Error())
	}
	return out
}

// How fast recorded JSON becomes events, with every parser in the list, beside a bare scan of the same bytes.
func BenchmarkRecorded(b *testing.B) {
	for _, set := range []struct {
		name, path, service string
		every               int
	}{
		{"windows", "windows/evtx-attack-samples.tar.gz", "", 1},
		{"sysmon", "windows/evtx-attack-samples.tar.gz", "sysmon", 1},
		{"mordor", "mordor/windows", "", 50},
	} {
		records := recordedJSON(b, set.path, set.every)
		n := normalizetest.New(b, all.Parsers()...)
		kept, size := records[:0:0], 0
		for i := range records {
			n.Normalize(&records[i], func(ev *vedette.Event) {
				if set.service == "" || ev.Logsource.Service == set.service {
					kept = append(kept, records[i])
					size += len(records[i].Data)
				}
			})
		}
		b.Run(set.name+"/events", func(b *testing.B) { benchRecords(b, n.Normalize, kept, size) })
		b.Run(set.name+"/glance", func(b *testing.B) { benchRecords(b, n.Glance, kept, size) })
		b.Run(set.name+"/scan", func(b *testing.B) {
			var p fastjson.Parser
			b.SetBytes(int64(size / len(kept)))
			i := 0
			start := processorTime(b)
			for b.Loop() {
				_, _ = p.ParseBytes(kept[i%len(kept)].Data)
				i++
			}
			b.ReportMetric(float64(processorTime(b)-start)/float64(b.N), "cpu-ns/op")
		})
	}
}

func benchRecords(b *testing.B, read func(*vedette.Record, func(*vedette.Event)), records []vedette.Record, size int) {
	b.SetBytes(int64(size / len(records)))
	b.ReportAllocs()
	i := 0
	start := processorTime(b)
	for b.Loop() {
		read(&records[i%len(records)], func(*vedette.Event) {})
		i++
	}
	b.ReportMetric(float64(processorTime(b)-start)/float64(b.N), "cpu-ns/op")
}

// processorTime is what this process used so far: neighbours on the machine do not count.
func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
