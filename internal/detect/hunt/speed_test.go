package hunt_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/detect/hunt"
	"github.com/vedette-soc/vedette/internal/eventstore"
)

// manyEvents calls fn with batches of made-up events of Windows, a third of them processes, over ten days.
func manyEvents(n int, fn func([]*vedette.Event)) {
	r := rand.New(rand.NewPCG(1, 2))
	images := []string{"svchost", "explorer", "chrome", "powershell", "cmd", "msedge", "Teams", "OUTLOOK", "conhost", "WmiPrvSE"}
	start := time.Now().Add(-10 * 24 * time.Hour)
	step := 10 * 24 * time.Hour / time.Duration(n)
	batch := make([]*vedette.Event, 0, 2000)
	for i := range n {
		at := start.Add(time.Duration(i) * step)
		ev := &vedette.Event{
			Tenant: vedette.DefaultTenant, Seq: uint64(1 + i/1000), Place: uint32(i % 1000), Time: at, Received: at, Source: "wef", Dataset: "windows.sysmon",
			Logsource: vedette.Logsource{Product: "windows", Service: "sysmon", Categories: []string{[]string{"process_creation", "network_connection", "registry_set"}[i%3]}},
		}
		image := images[r.IntN(len(images))]
		ev.Add("event.code", []string{"1", "3", "13"}[i%3])
		ev.Add("host.name", fmt.Sprintf("WS-%04d", r.IntN(400)))
		ev.Add("user.name", fmt.Sprintf("user%d", r.IntN(2000)))
		ev.Add("process.executable", `C:\Windows\System32\`+image+".exe")
		ev.Add("process.pid", strconv.Itoa(r.IntN(30000)))
		ev.Add("process.entity_id", fmt.Sprintf("{%016x-%016x}", r.Uint64(), r.Uint64()))
		ev.Add("process.hash.sha256", fmt.Sprintf("%064x", r.Uint64N(20000)))
		switch i % 3 {
		case 0:
			line := fmt.Sprintf(`"C:\Windows\System32\%s.exe" -k netsvcs -p -s Service%d --session %x --profile "C:\Users\user%d\AppData"`, image, r.IntN(5000), r.Uint64(), r.IntN(2000))
			if i%30_000 == 0 {
				line = `powershell.exe -NoP -W hidden -EncodedCommand ` + fmt.Sprintf("%x", r.Uint64())
			}
			ev.Add("process.command_line", line)
			ev.Add("process.parent.executable", `C:\Windows\System32\services.exe`)
		case 1:
			ev.Add("destination.ip", fmt.Sprintf("203.0.%d.%d", r.IntN(256), r.IntN(256)))
			ev.Add("destination.port", strconv.Itoa(r.IntN(65536)))
		default:
			ev.Add("registry.path", fmt.Sprintf(`HKLM\System\CurrentControlSet\Services\Service%d\Start`, r.IntN(5000)))
			ev.Add("registry.data.strings", fmt.Sprintf("DWORD (0x%08x)", r.IntN(8)))
		}
		ev.Raw = fmt.Sprintf("Sysmon event %d of %s: %s", i, ev.Value("host.name"), ev.Value("process.command_line"))
		if batch = append(batch, ev); len(batch) == cap(batch) || i == n-1 {
			fn(batch)
			batch = batch[:0]
		}
	}
}

const processRule = "title: %[1]s\nid: %[1]s\nlevel: high\nlogsource: {product: windows, category: process_creation}\ndetection:\n  sel: %[2]s\n  condition: sel\n"

// BenchmarkHunt measures hunts through VEDETTE_HUNT_ROWS rows, 100,000 unless that says otherwise; the figures of
// docs/explanation/retro-hunt.md are of 1,000,000.
func BenchmarkHunt(b *testing.B) {
	n, err := strconv.Atoi(os.Getenv("VEDETTE_HUNT_ROWS"))
	if err != nil {
		n = 100_000
	}
	store := openStore(b)
	start := time.Now()
	manyEvents(n, func(batch []*vedette.Event) {
		if err := store.Append(b.Context(), batch, nil); err != nil {
			b.Fatal(err)
		}
	})
	b.Logf("%d events stored in %s", n, time.Since(start))
	span := hunt.Span{Tenant: vedette.DefaultTenant, Since: time.Now().Add(-11 * 24 * time.Hour), Until: time.Now().Add(time.Hour)}
	for name, selection := range map[string]string{
		"words":               `{process.command_line|contains: ' -encodedcommand '}`,
		"end of a path":       `{process.executable|endswith: '\powershell.exe', process.command_line|contains: '-enc'}`,
		"part of a word":      `{process.command_line|contains: encodedcomm}`,
		"pattern with a word": `{process.command_line|re: '(?i)\s-e(nc|c)?\w*\s+[a-f0-9]{8,}|-encodedcommand\s+[a-z0-9]+'}`,
		"pattern, guarded":    `{process.command_line|re: '(?i)powershell.*\s-encodedcommand\s+[a-f0-9]+'}`,
		"hash":                `{process.hash.sha256: '` + fmt.Sprintf("%064x", 77) + `'}`,
		"number":              `{process.pid|gt: 29990}`,
		"nothing to look for": `{process.command_line|re: '[x-z]{6}'}`,
	} {
		b.Run(name, func(b *testing.B) { benchRule(b, store, fmt.Sprintf(processRule, "r", selection), span) })
	}
	for name, text := range map[string]string{
		"store, pattern alone":          `"process.command_line":~"(?i)powershell.*\\s-encodedcommand\\s+[a-f0-9]+"`,
		"store, pattern behind a guard": `"process.command_line":i("encodedcommand") "process.command_line":~"(?i)powershell.*\\s-encodedcommand\\s+[a-f0-9]+"`,
	} {
		b.Run(name, func(b *testing.B) { benchScan(b, store, text, span) })
	}
	b.Run("all public rules", func(b *testing.B) {
		rs := activeRules(b)
		h := newHunter(b, store)
		for b.Loop() {
			report, err := h.Hunt(b.Context(), rs, nil, span, func(hunt.Match) error { return nil })
			if err != nil || !report.Complete {
				b.Fatalf("%+v %v", report, err)
			}
			tell(b, report)
		}
	})
}

func benchRule(b *testing.B, store hunt.Store, doc string, span hunt.Span) {
	rs := compile(b, doc)
	h := newHunter(b, store)
	for b.Loop() {
		report, err := h.Hunt(b.Context(), rs, nil, span, func(hunt.Match) error { return nil })
		if err != nil || !report.Complete {
			b.Fatalf("%+v %v", report, err)
		}
		tell(b, report)
	}
}

func tell(b *testing.B, report hunt.Report) {
	b.ReportMetric(float64(report.Read), "rows/op")
	b.ReportMetric(float64(report.Matched), "matches/op")
	if report.Read > 0 {
		b.ReportMetric(float64(report.Judging.Nanoseconds())/float64(report.Read), "ns/row")
	}
}

func benchScan(b *testing.B, store hunt.Store, text string, span hunt.Span) {
	q := eventstore.Query{Tenant: span.Tenant, Kind: eventstore.KindEvent, Text: text, Since: span.Since, Until: span.Until}
	for b.Loop() {
		stats, err := store.Scan(b.Context(), q, func(eventstore.Row) error { return nil })
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(stats.Found), "rows/op")
	}
}
