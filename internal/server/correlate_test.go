package server

import (
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/catalog"
	"github.com/vedette-soc/vedette/internal/detect"
	"github.com/vedette-soc/vedette/internal/detect/correlate"
	"github.com/vedette-soc/vedette/internal/telemetry"
)

const correlatedRules = "title: R\nid: r\nname: r\nlogsource: {product: testos}\ndetection: {s: {K: 1}, condition: s}\n" +
	"---\ntitle: Many\nid: many\ncorrelation:\n  type: event_count\n  rules: [r]\n  group-by: [G]\n  timespan: 10m\n  condition: {gte: 5}\n" +
	"---\ntitle: Few\nid: few\ncorrelation:\n  type: event_count\n  rules: [r]\n  group-by: [G]\n  timespan: 20s\n  condition: {lt: 3}\n"

func newTestCorrelations(t *testing.T, dir string) *correlations {
	t.Helper()
	rs := detect.Compile([]catalog.File{{Path: "r.yml", Data: []byte(correlatedRules)}})
	if len(rs.Problems) > 0 {
		t.Fatal(rs.Problems)
	}
	var none *telemetry.Metrics
	c := &correlations{
		path: filepath.Join(dir, snapshotFile), log: slog.New(slog.DiscardHandler), rules: rs, taken: time.Now(),
		defect: func(stage string) { t.Error("a defect in", stage) }, engine: correlate.New(correlate.Config{Lateness: time.Second}, rs),
		counts: correlateCounts{groups: none.Gauge("g", ""), bytes: none.Gauge("b", ""), forgotten: none.Counter("c", "", "reason")},
	}
	if err := c.load(); err != nil {
		t.Fatal(err)
	}
	return c
}

// step is one journal batch: a match of one of three groups, or only the time.
func (c *correlations) step(seq uint64) []vedette.Alert {
	at := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(seq) * 3 * time.Second)
	if seq%7 == 0 {
		return c.observe(seq, c.rules, nil, at)
	}
	ev := &vedette.Event{Tenant: "t", Seq: seq, Time: at, Received: at}
	ev.Add("src.G", fmt.Sprint("g", seq%3))
	return c.observe(seq, c.rules, []detect.Match{{Rule: c.rules.Rules[0], Event: ev}}, at)
}

// However often the server is killed, wherever the checkpoint and the state on disk were: every alert comes, and always
// with the same id, so that the comparison with the eventstore keeps it once.
func TestCorrelationsAfterKills(t *testing.T) {
	const last = 900
	want := map[string]bool{}
	whole := newTestCorrelations(t, t.TempDir())
	whole.begin(0, 0)
	for seq := uint64(1); seq <= last; seq++ {
		for _, a := range whole.step(seq) {
			want[a.ID] = true
		}
	}
	if len(want) < 20 {
		t.Fatalf("only %d alerts: nothing is proved", len(want))
	}
	for seed := range uint64(12) {
		random, dir := rand.New(rand.NewPCG(seed, 5)), t.TempDir()
		stored, indexed, trimmed := map[string]bool{}, uint64(0), uint64(0)
		for reached := uint64(0); reached < last; {
			c := newTestCorrelations(t, dir)
			from := c.begin(indexed, reached)
			if from <= trimmed {
				t.Fatalf("seed %d: begins at %d, and the journal was trimmed through %d", seed, from, trimmed)
			}
			killed := min(reached+1+random.Uint64N(120), last)
			durable := map[uint64][]vedette.Alert{} // stored, and lost by a kill unless the checkpoint passes it
			for seq := from; seq <= killed; seq++ {
				durable[seq] = c.step(seq)
				if random.IntN(9) > 0 {
					continue
				}
				for ; indexed < seq-random.Uint64N(min(seq, 8)); indexed++ { // the checkpoint follows behind
					for _, a := range durable[indexed+1] {
						stored[a.ID] = true
					}
				}
				c.taken = time.Time{}
				through, err := c.keep(indexed)
				if err != nil {
					t.Fatal(err)
				}
				trimmed = max(trimmed, min(through, indexed))
			}
			if reached = killed; reached == last {
				for _, alerts := range durable {
					for _, a := range alerts {
						stored[a.ID] = true
					}
				}
			}
		}
		for id := range stored {
			if !want[id] {
				t.Fatalf("seed %d: an alert %s that an undisturbed run does not raise", seed, id)
			}
		}
		if len(stored) != len(want) {
			t.Fatalf("seed %d: %d alerts, want %d", seed, len(stored), len(want))
		}
	}
}

func TestADamagedStateOfCorrelationsIsLeftBehind(t *testing.T) {
	dir := t.TempDir()
	c := newTestCorrelations(t, dir)
	c.begin(0, 0)
	c.step(1)
	if through, err := c.finish(1); err != nil || through != 1 {
		t.Fatal(through, err)
	}
	if again := newTestCorrelations(t, dir); again.begin(1, 1) != 2 || again.engine.Stats().Groups == 0 {
		t.Fatal("an orderly stop lost the open windows")
	}
	if ahead := newTestCorrelations(t, dir); ahead.begin(0, 0) != 1 || ahead.engine.Stats().Groups != 0 {
		t.Fatal("the state of another journal was believed")
	}
	if err := os.WriteFile(c.path, []byte("VEDCOR01 nonsense"), 0o600); err != nil {
		t.Fatal(err)
	}
	c.saved = 0
	if err := c.load(); vedette.CodeOf(err) != vedette.CodeInvalid || c.saved != 0 || c.begin(1, 1) != 1 {
		t.Fatalf("%v", err)
	}
}

func TestTicksAreNoEvents(t *testing.T) {
	now := time.Now()
	rest, newest := withoutTicks([]vedette.Record{{Receiver: "http", Received: now.Add(-time.Hour)}, {Receiver: tickReceiver, Received: now}})
	if len(rest) != 1 || rest[0].Receiver != "http" || !newest.Equal(now) {
		t.Errorf("%v, %v", rest, newest)
	}
}
