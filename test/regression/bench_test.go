package regression_test

import (
	"context"
	"syscall"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/catalog"
	"github.com/vedette-soc/vedette/internal/detect"
)

// recorded reads at most n events of the recorded attack samples, spread over all of them.
func recorded(b *testing.B, service string, n int) []*vedette.Event {
	b.Helper()
	var out []*vedette.Event
	for _, ev := range newReader(b).events(data(b, "windows/evtx-attack-samples.tar.gz")) {
		if service == "" || ev.Logsource.Service == service {
			out = append(out, ev)
		}
	}
	if len(out) == 0 {
		b.Skip("no such events recorded")
	}
	step := max(1, len(out)/n)
	kept := out[:0]
	for i := 0; i < len(out); i += step {
		kept = append(kept, out[i])
	}
	return kept
}

func benchmarkDetect(b *testing.B, rs *detect.Ruleset, events []*vedette.Event) {
	engine := detect.New(detect.Config{}, rs)
	alerts := 0
	b.ReportAllocs()
	i := 0
	start := processorTime(b)
	for b.Loop() {
		engine.Detect(events[i%len(events)], func(vedette.Alert) { alerts++ })
		i++
	}
	b.ReportMetric(float64(b.N)/(processorTime(b)-start).Seconds(), "events/cpu-s")
	b.ReportMetric(float64(alerts)/float64(b.N), "alerts/event")
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

// All active rules over recorded attacks, the densest stream there is.
func BenchmarkDetectAllRules(b *testing.B) {
	rs := activeRules(b)
	for name, service := range map[string]string{"sysmon": "sysmon", "security": "security", "mixed": ""} {
		b.Run(name, func(b *testing.B) { benchmarkDetect(b, rs, recorded(b, service, 4000)) })
	}
}

// About as many rules as the starter pack has.
func BenchmarkDetectFewRules(b *testing.B) {
	files, _ := catalog.Load(context.Background(), []string{data(b, "sigma/rules.tar.gz")})
	var few []catalog.File
	for i := 0; i < len(files); i += len(files) / 70 {
		few = append(few, files[i])
	}
	rs := detect.Compile(few)
	b.Run("sysmon", func(b *testing.B) { benchmarkDetect(b, rs, recorded(b, "sysmon", 4000)) })
	b.Run("mixed", func(b *testing.B) { benchmarkDetect(b, rs, recorded(b, "", 4000)) })
}

func BenchmarkCompileAllRules(b *testing.B) {
	files, _ := catalog.Load(context.Background(), []string{data(b, "sigma/rules.tar.gz")})
	b.ReportAllocs()
	for b.Loop() {
		detect.Compile(files)
	}
}
