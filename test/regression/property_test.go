package regression_test

import (
	"context"
	"errors"
	"os"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/catalog"
	"github.com/vedette-soc/vedette/internal/detect"
	"github.com/vedette-soc/vedette/internal/recording"
)

// recordings are where the events of the comparison come from, those that hold most attacks for their size first, and
// of how many of their records the short comparison takes one.
var recordings = []struct {
	name string
	step int
}{
	{"sigma/regression.tar.gz", 1}, {"windows/evtx-attack-samples.tar.gz", 10}, {"cloud/stratus-detonation-logs.tar.gz", 4},
	{"cloud/aws-cloudtrail-invictus.tar.gz", 4}, {"logs/elastic-examples.tar.gz", 2}, {"logs/loghub-2k.tar.gz", 20},
	{"logs/crowdsec-hub-cases.tar.gz", 2}, {"network/suricata-eve.tar.gz", 1}, {"network/zeek-json.tar.gz", 40},
	{"mordor/linux", 4}, {"mordor/aws", 4}, {"mordor/windows", 250},
}

// placeholderNames gives every placeholder of a collection a few values.
func placeholderNames(files []catalog.File) map[string][]string {
	out := make(map[string][]string)
	for _, f := range files {
		if !strings.Contains(string(f.Data), "|expand") {
			continue
		}
		for _, m := range regexp.MustCompile(`%([A-Za-z0-9_-]+)%`).FindAllStringSubmatch(string(f.Data), -1) {
			out[m[1]] = []string{"Administrator", "WORKSTATION5", "pgustavo"}
		}
	}
	return out
}

// activeFiles are the rules of the public collection that its authors stand by.
func activeFiles(tb testing.TB) []catalog.File {
	tb.Helper()
	files, problems := catalog.Load(context.Background(), []string{data(tb, "sigma/rules.tar.gz")})
	for _, p := range problems {
		tb.Fatalf("load rules: %s", p)
	}
	var keep []catalog.File
	for _, f := range files {
		if _, member, _ := strings.Cut(f.Path, "!"); strings.HasPrefix(member, "rules") {
			keep = append(keep, f)
		}
	}
	return keep
}

// comparison runs the engine and the oracles over the same events.
type comparison struct {
	tb      testing.TB
	engine  *detect.Engine
	rules   *detect.Ruleset
	oracles []*oracle // by place among the rules
	routes  sync.Map  // log source → places of the rules that are for it

	events, pairs, hits, wrong atomic.Int64
}

func newComparison(t *testing.T) *comparison {
	files := activeFiles(t)
	placeholders := placeholderNames(files)
	c := &comparison{tb: t, rules: detect.CompileWith(detect.Options{Placeholders: placeholders}, files)}
	if len(c.rules.Problems) > 0 || len(c.rules.Rules) != len(files) {
		t.Fatalf("%d of %d rules load: %v", len(c.rules.Rules), len(files), c.rules.Problems)
	}
	c.engine = detect.New(detect.Config{Budget: -1, OnFault: func(f detect.Fault) { t.Errorf("%s: %s", f.RuleTitle, f.Reason) }}, c.rules)
	for _, r := range c.rules.Rules {
		o, err := oracleOf(r.Source, placeholders)
		if err != nil {
			t.Fatalf("%s: the oracle cannot read it: %v", r.File, err)
		}
		c.oracles = append(c.oracles, o)
	}
	return c
}

// routed lists the rules for a log source.
func (c *comparison) routed(l vedette.Logsource) []int {
	key := l.Product + "\x00" + l.Service + "\x00" + strings.Join(l.Categories, "\x00")
	if known, ok := c.routes.Load(key); ok {
		return known.([]int)
	}
	var places []int
	for i, o := range c.oracles {
		if l.Fits(o.product, o.category, o.service) {
			places = append(places, i)
		}
	}
	c.routes.Store(key, places)
	return places
}

// judge compares one event.
func (c *comparison) judge(ev *vedette.Event) {
	fired := make(map[string]bool)
	c.engine.Detect(ev, func(a vedette.Alert) { fired[a.RuleID] = true })
	plain := newPlainEvent(ev)
	for _, place := range c.routed(ev.Logsource) {
		r := c.rules.Rules[place]
		want := c.oracles[place].holds(plain)
		c.pairs.Add(1)
		if want {
			c.hits.Add(1)
		}
		if fired[r.ID] != want && c.wrong.Add(1) <= 20 {
			c.tb.Errorf("%s: the engine says %v, the oracle %v\n  %s\n  %+v\n  %.2000s", r.File, fired[r.ID], want, r.Explain(ev).FirstFailed, ev.Logsource, ev.Raw)
		}
		delete(fired, r.ID)
	}
	for id := range fired {
		if c.wrong.Add(1) <= 20 {
			c.tb.Errorf("the rule %s fired on an event that is not of its log source %+v", id, ev.Logsource)
		}
	}
	c.events.Add(1)
}

var errTime = errors.New("the time is over")

// The engine must agree with a plain reading of every public rule on recorded events: every rule that is for the event's
// log source is judged by both. A sample of the events is compared in half a minute; VEDETTE_TEST_ALL=1 compares them all,
// for six minutes at most.
func TestEngineAgreesWithOracleOnRecordedEvents(t *testing.T) {
	c := newComparison(t)
	limit, least, full := 30*time.Second, int64(5_000), os.Getenv("VEDETTE_TEST_ALL") != ""
	if full {
		limit, least = 6*time.Minute, 100_000
	}
	queue := make(chan *vedette.Event, 256)
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), 8) {
		workers.Go(func() {
			for ev := range queue {
				c.judge(ev)
			}
		})
	}
	read := newReader(t)
	end := time.Now().Add(limit)
	seen, whole := 0, true
	for _, from := range recordings {
		_, err := recording.Walk(data(t, from.name), func(it recording.Item) error {
			if seen++; !full && seen%from.step != 0 {
				return nil
			}
			if time.Now().After(end) {
				return errTime
			}
			rec := &vedette.Record{Tenant: vedette.DefaultTenant, Source: "file", Receiver: "file", Peer: it.File, Format: it.Format, Data: it.Data}
			read.norm.Normalize(rec, func(ev *vedette.Event) {
				ev.Seq, ev.Place = 1, uint32(seen)
				queue <- ev
			})
			return nil
		})
		if errors.Is(err, errTime) {
			whole = false
			break
		}
		if err != nil {
			t.Errorf("read %s: %v", from.name, err)
		}
	}
	close(queue)
	workers.Wait()
	t.Logf("%d records, %d events compared, %d rules, %d judgements, %d of them matches, %d wrong; all read: %v",
		seen, c.events.Load(), len(c.oracles), c.pairs.Load(), c.hits.Load(), c.wrong.Load(), whole)
	if c.events.Load() < least || c.hits.Load() < 1000 {
		t.Errorf("only %d events with %d matches were compared: want %d", c.events.Load(), c.hits.Load(), least)
	}
}
