package baseline_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/baseline"
	"github.com/vedette-soc/vedette/internal/demo"
)

func aWeekAndAnIntrusion(t *testing.T) (events []*vedette.Event) {
	t.Helper()
	r := newReader(t)
	for _, it := range ordinary(5, 4, 6_000) {
		events = append(events, r.read(it)...)
	}
	for it := range demo.Day(demo.Options{Seed: 3, End: monday.AddDate(0, 0, 5), Length: 24 * time.Hour, Benign: 40}) {
		events = append(events, r.read(it)...)
	}
	return events
}

func written(alerts []vedette.Alert) string {
	var b strings.Builder
	for i := range alerts {
		text, _ := json.Marshal(alerts[i])
		b.Write(text)
		b.WriteByte('\n')
	}
	return b.String()
}

// A run that is written down and read again, often and anywhere, says byte for byte what an undisturbed one says.
func TestARestartIsNoRestart(t *testing.T) {
	events := aWeekAndAnIntrusion(t)
	var want, got []vedette.Alert
	whole, part := newBaseline(t, baseline.Config{Seed: 7}), newBaseline(t, baseline.Config{Seed: 7})
	suspect := vedette.EntityRef{Kind: vedette.EntityHost, Name: "ws-03"}
	for i, ev := range events {
		if i == len(events)/2 {
			whole.Quarantine("t", suspect)
			part.Quarantine("t", suspect)
		}
		whole.Observe(ev, func(a vedette.Alert) { want = append(want, a) })
		part.Observe(ev, func(a vedette.Alert) { got = append(got, a) })
		if i%2777 == 100 {
			var state bytes.Buffer
			if err := part.Snapshot(&state, uint64(i)); err != nil {
				t.Fatal(err)
			}
			part = newBaseline(t, baseline.Config{Seed: uint64(i)}) // another seed: that of the state counts
			if seq, err := part.Restore(bytes.NewReader(state.Bytes())); err != nil || seq != uint64(i) {
				t.Fatal(seq, err)
			}
		}
	}
	if len(want) < 20 {
		t.Fatalf("only %d alerts: nothing is proved", len(want))
	}
	if written(want) != written(got) {
		t.Errorf("%d alerts without restarts, %d with, or others", len(want), len(got))
	}
	var a, b bytes.Buffer
	_, _ = whole.Snapshot(&a, 1), part.Snapshot(&b, 1)
	if a.Len() != b.Len() {
		t.Errorf("the states differ: %d and %d bytes", a.Len(), b.Len())
	}
}

func TestADamagedStateIsRefused(t *testing.T) {
	b := newBaseline(t, baseline.Config{})
	for _, ev := range aWeekAndAnIntrusion(t)[:3000] {
		b.Observe(ev, func(vedette.Alert) {})
	}
	var state bytes.Buffer
	if err := b.Snapshot(&state, 9); err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(1, 1))
	for range 60 {
		bad := bytes.Clone(state.Bytes())
		switch at := random.IntN(len(bad)); random.IntN(3) {
		case 0:
			bad = bad[:at]
		case 1:
			bad[at] ^= 1 << random.IntN(8)
		default:
			bad[8+at%64] = byte(random.Uint32())
			if bytes.Equal(bad, state.Bytes()) {
				continue
			}
		}
		if _, err := b.Restore(bytes.NewReader(bad)); vedette.CodeOf(err) != vedette.CodeInvalid {
			t.Fatalf("a damaged state was taken: %v", err)
		}
		if n := b.Stats().Keys; n != 0 {
			t.Fatalf("%d keys are known after a damaged state", n)
		}
	}
}

// Two tenants see each what they would see alone.
func TestTenantsNeverMeet(t *testing.T) {
	events := aWeekAndAnIntrusion(t)
	other := make([]*vedette.Event, 0, len(events))
	for i, ev := range events {
		e := *ev
		e.Tenant, e.Place = "u", ev.Place+1000
		if i%3 != 0 {
			other = append(other, &e)
		}
	}
	alone, together := map[string][]vedette.Alert{}, map[string][]vedette.Alert{}
	for _, one := range [][]*vedette.Event{events, other} {
		b := newBaseline(t, baseline.Config{})
		for _, ev := range one {
			b.Observe(ev, func(a vedette.Alert) { alone[a.Tenant] = append(alone[a.Tenant], a) })
		}
	}
	b := newBaseline(t, baseline.Config{})
	take := func(a vedette.Alert) { together[a.Tenant] = append(together[a.Tenant], a) }
	for i, ev := range events {
		b.Observe(ev, take)
		if i < len(other) {
			b.Observe(other[i], take)
		}
	}
	for _, tenant := range []string{"t", "u"} {
		if len(alone[tenant]) < 10 || written(alone[tenant]) != written(together[tenant]) {
			t.Errorf("tenant %s: %d alerts alone, %d together, or others", tenant, len(alone[tenant]), len(together[tenant]))
		}
	}
}

// Whatever a sender writes: no panic, no endless memory, no control characters in sentences.
func TestHostileValues(t *testing.T) {
	b := newBaseline(t, baseline.Config{Memory: 16 << 20})
	random := rand.New(rand.NewPCG(8, 8))
	names := vedette.CanonicalNames()
	evil := []string{"", "\x00", strings.Repeat("A", 70_000), "\xff\xfe", "-1", "999999999999999999999", "NaN", "::ffff:10.0.0.1%eth0", "..", ".", "a..b", strings.Repeat("a.", 200),
		"\u202egnp.exe", "<script>", "%s%d%!", `C:\Users\`, "/home/", "4625", "authentication", "failure", "10.0.0.1", "198.51.100.7", "443", strings.Repeat("= ", 5000)}
	for i := range 60_000 {
		ev := &vedette.Event{Tenant: "t", Seq: uint64(i), Time: time.Unix(random.Int64N(4_000_000_000)-1_000_000_000, 0), Received: monday.Add(time.Duration(i) * time.Second), Raw: evil[random.IntN(len(evil))]}
		if i%50 == 0 {
			ev.Received = time.Time{}
		}
		for range random.IntN(20) {
			value := evil[random.IntN(len(evil))]
			if random.IntN(3) == 0 {
				value = fmt.Sprint(random.Uint64())
			}
			ev.Add(names[random.IntN(len(names))], value)
		}
		b.Observe(ev, func(a vedette.Alert) {
			if strings.ContainsAny(a.Anomaly.Text.En+a.Anomaly.Text.Zh, "\x00\n\u202e") {
				t.Fatalf("a sentence with control characters: %q", a.Anomaly.Text.En)
			}
			if a.Severity > vedette.Low || a.Anomaly.Weight > 5 || a.Anomaly.Weight < 0 {
				t.Fatalf("severity %s, weight %v", a.Severity, a.Anomaly.Weight)
			}
		})
	}
	if n := b.Stats().Bytes; n > 24<<20 {
		t.Errorf("%d bytes", n)
	}
}

// A hundred thousand entities with twenty habits each fit into 150 MiB, and what is frequent is not forgotten for what
// came once.
func TestMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("three million events")
	}
	b := newBaseline(t, baseline.Config{})
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	random := rand.New(rand.NewPCG(1, 9))
	ev := &vedette.Event{Tenant: "t"}
	for i := range 1_500_000 {
		at := monday.Add(time.Duration(i) * 200 * time.Millisecond)
		host, user := i%50_000, (i*7)%50_000
		ev.Reset()
		ev.Tenant, ev.Seq, ev.Time, ev.Received = "t", uint64(i), at, at
		ev.Add("host.name", fmt.Sprint("host-", host))
		ev.Add("user.name", fmt.Sprint("user-", user))
		ev.Add("event.category", "authentication")
		ev.Add("event.action", []string{"login", "logout", "sudo"}[i%3])
		ev.Add("source.ip", fmt.Sprintf("10.%d.%d.%d", random.IntN(4), random.IntN(250), random.IntN(100)))
		ev.Add("destination.ip", fmt.Sprintf("198.51.%d.%d", random.IntN(100), random.IntN(250)))
		ev.Add("source.bytes", "1200")
		ev.Add("process.executable", fmt.Sprint("/opt/", random.IntN(20)))
		ev.Add("process.parent.executable", "/bin/sh")
		ev.Add("process.command_line", fmt.Sprint("run ", random.IntN(1000)))
		ev.Add("dns.question.name", fmt.Sprintf("h%d.d%d.example", random.IntN(100), random.IntN(60_000)))
		b.Observe(ev, func(vedette.Alert) {})
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	s := b.Stats()
	used := int64(after.HeapAlloc) - int64(before.HeapAlloc)
	t.Logf("%d MiB by its own count, %d MiB of heap, %d keys, %d forgotten", s.Bytes>>20, used>>20, s.Keys, s.Forgotten)
	if s.Bytes > 150<<20 || used > 150<<20 {
		t.Errorf("%d MiB by its own count, %d MiB of heap, want 150 at the most", s.Bytes>>20, used>>20)
	}
}
