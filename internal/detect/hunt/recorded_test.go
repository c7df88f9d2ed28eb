package hunt_test

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/catalog"
	"github.com/vedette-soc/vedette/internal/detect"
	"github.com/vedette-soc/vedette/internal/detect/hunt"
	"github.com/vedette-soc/vedette/internal/eventstore"
	"github.com/vedette-soc/vedette/internal/eventstore/victorialogs"
	"github.com/vedette-soc/vedette/internal/normalize"
	"github.com/vedette-soc/vedette/internal/normalize/all"
	"github.com/vedette-soc/vedette/internal/recording"
)

// everything tells whether all recorded events and rules are gone through, not a sample.
func everything() bool { return os.Getenv("VEDETTE_TEST_ALL") != "" }

func data(tb testing.TB, name string) string {
	tb.Helper()
	root := os.Getenv("VEDETTE_DATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "..", "shared", "data")
	}
	full := filepath.Join(root, filepath.FromSlash(name))
	if _, err := os.Stat(full); err != nil {
		tb.Skipf("recorded data is not there: %v", err)
	}
	return full
}

// activeRules compiles the public rule collection without its retired part.
func activeRules(tb testing.TB) *detect.Ruleset {
	tb.Helper()
	files, problems := catalog.Load(context.Background(), []string{data(tb, "sigma/rules.tar.gz")})
	for _, p := range problems {
		tb.Fatalf("load rules: %s", p)
	}
	return detect.Compile(slices.DeleteFunc(files, func(f catalog.File) bool {
		_, member, _ := strings.Cut(f.Path, "!")
		return !strings.HasPrefix(member, "rules")
	}))
}

// recordings are attacks and everyday logs of many kinds; of each, every so many-th record is taken.
func recordings() map[string]int {
	if everything() {
		return map[string]int{
			"windows/evtx-attack-samples.tar.gz": 1, "mordor/windows": 4, "mordor/linux": 1, "mordor/aws": 1,
			"cloud/stratus-detonation-logs.tar.gz": 1, "cloud/aws-cloudtrail-invictus.tar.gz": 1, "logs/elastic-examples.tar.gz": 1,
			"logs/loghub-2k.tar.gz": 1, "logs/crowdsec-hub-cases.tar.gz": 1, "network/suricata-eve.tar.gz": 1,
			"network/zeek-json.tar.gz": 1, "network/zeek-logs.tar.gz": 4,
		}
	}
	return map[string]int{
		"windows/evtx-attack-samples.tar.gz": 5, "mordor/linux": 2, "mordor/windows/credential_access": 40,
		"cloud/stratus-detonation-logs.tar.gz": 2, "logs/elastic-examples.tar.gz": 12, "logs/crowdsec-hub-cases.tar.gz": 2,
		"network/zeek-json.tar.gz": 20,
	}
}

// recordedEvents reads recordings as the corridor would. Half of the events are given a time of today and a zone; the
// others keep a clock that nobody believes any more.
func recordedEvents(tb testing.TB) []*vedette.Event {
	tb.Helper()
	norm, err := normalize.New(normalize.Config{}, all.Parsers(), slog.New(slog.DiscardHandler))
	if err != nil {
		tb.Fatal(err)
	}
	now := time.Now()
	var out []*vedette.Event
	for _, name := range slices.Sorted(maps.Keys(recordings())) {
		every, n := recordings()[name], 0
		if _, err := recording.Walk(data(tb, name), func(item recording.Item) error {
			if n++; n%every != 0 {
				return nil
			}
			norm.Normalize(&vedette.Record{
				Tenant: vedette.DefaultTenant, Source: "file", Receiver: "file", Peer: item.File, Format: item.Format,
				Received: now, Data: item.Data,
			}, func(ev *vedette.Event) {
				ev.Seq, ev.Place = uint64(1+len(out)/500), uint32(len(out)%500)
				if len(out)%2 == 0 {
					ev.Time = now.Add(-time.Duration(len(out)) * time.Millisecond)
				}
				out = append(out, ev)
			})
			return nil
		}); err != nil {
			tb.Fatalf("read %s: %v", name, err)
		}
	}
	return out
}

func openStore(tb testing.TB) *victorialogs.Store {
	tb.Helper()
	store, err := victorialogs.Open(victorialogs.DefaultConfig(tb.TempDir()), slog.New(slog.DiscardHandler))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := store.Close(); err != nil {
			tb.Error(err)
		}
	})
	return store
}

// keep stores events and waits until they can be searched.
func keep(tb testing.TB, store *victorialogs.Store, events []*vedette.Event) {
	tb.Helper()
	for part := range slices.Chunk(events, 1000) {
		if err := store.Append(context.Background(), part, nil); err != nil {
			tb.Fatal(err)
		}
	}
	q := eventstore.Query{Kind: eventstore.KindEvent, Text: "* | stats count() rows", Limit: 1}
	for rows := ""; rows != fmt.Sprint(len(events)); {
		if err := store.Search(tb.Context(), q, func(r eventstore.Row) error { rows = r.Value("rows"); return nil }); err != nil {
			tb.Fatal(err)
		}
	}
}

func newHunter(tb testing.TB, store hunt.Store) *hunt.Hunter {
	tb.Helper()
	cfg := hunt.DefaultConfig()
	cfg.Time = 20 * time.Minute
	h, err := hunt.New(cfg, store)
	if err != nil {
		tb.Fatal(err)
	}
	return h
}

// lately is a span that holds all that was kept.
func lately() hunt.Span {
	return hunt.Span{Tenant: vedette.DefaultTenant, Since: time.Now().AddDate(0, 0, -31), Until: time.Now().AddDate(0, 0, 2)}
}

// pairs is rule and event ids.
type pairs map[string]map[string]bool

func (p pairs) add(rule, event string) {
	if p[rule] == nil {
		p[rule] = make(map[string]bool)
	}
	p[rule][event] = true
}

func (p pairs) count() (n int) {
	for _, events := range p {
		n += len(events)
	}
	return n
}

// TestHuntFindsWhatTheEngineFinds is the promise of the package.
func TestHuntFindsWhatTheEngineFinds(t *testing.T) {
	rs := activeRules(t)
	events := recordedEvents(t)
	store := openStore(t)
	keep(t, store, events)
	live := make(pairs)
	engine := detect.New(detect.Config{Entities: func(*vedette.Event) []vedette.EntityRef { return nil }}, rs)
	for _, ev := range events {
		engine.Detect(ev, func(a vedette.Alert) { live.add(a.RuleID, a.EventID) })
	}
	t.Logf("%d events, %d rules: %d matches of %d rules", len(events), len(rs.Rules), live.count(), len(live))
	if len(live) < 20 {
		t.Errorf("only %d rules match anything, which proves little", len(live))
	}
	h := newHunter(t, store)
	t.Run("the whole ruleset at once", func(t *testing.T) {
		found := make(pairs)
		report, err := h.Hunt(t.Context(), rs, nil, lately(), func(m hunt.Match) error {
			found.add(m.Rule.ID, m.Event.ID())
			return nil
		})
		if err != nil || !report.Complete {
			t.Fatalf("%+v %v", report, err)
		}
		compare(t, rs, live, found)
		t.Logf("%d questions, %d rows looked at, %d judged, %d matches in %s", report.Queries, report.Looked, report.Read, report.Matched, report.Took)
	})
	t.Run("rule by rule", func(t *testing.T) { eachRule(t, h, rs, live, len(events)) })
}

func eachRule(t *testing.T, h *hunt.Hunter, rs *detect.Ruleset, live pairs, events int) {
	var mu sync.Mutex
	found, tried, read := make(pairs), make(pairs), int64(0)
	start, n := time.Now(), 0
	for i, r := range rs.Rules {
		if !everything() && live[r.ID] == nil && i%10 != 0 {
			continue
		}
		n++
		tried[r.ID] = live[r.ID]
		report, err := h.Hunt(t.Context(), rs, []*detect.Rule{r}, lately(), func(m hunt.Match) error {
			mu.Lock()
			defer mu.Unlock()
			found.add(m.Rule.ID, m.Event.ID())
			return nil
		})
		if err != nil || !report.Complete {
			t.Fatalf("%s: %+v %v\n%s", r.Title, report, err, report.Query)
		}
		read += report.Read
	}
	compare(t, rs, tried, found)
	t.Logf("%d rules, %.1f of %d events judged for each, %s for each", n, float64(read)/float64(n), events, time.Since(start)/time.Duration(n))
}

// compare tells of each rule what was found too much or too little.
func compare(t *testing.T, rs *detect.Ruleset, want, got pairs) {
	t.Helper()
	for _, r := range rs.Rules {
		var missing, extra []string
		for id := range want[r.ID] {
			if !got[r.ID][id] {
				missing = append(missing, id)
			}
		}
		for id := range got[r.ID] {
			if !want[r.ID][id] {
				extra = append(extra, id)
			}
		}
		if len(missing)+len(extra) > 0 {
			t.Errorf("%s (%s): missing %v, too much %v\n%s", r.Title, r.File, head(missing), head(extra), hunt.Query(r))
		}
	}
}

func head(ids []string) []string {
	slices.Sort(ids)
	return ids[:min(len(ids), 5)]
}
