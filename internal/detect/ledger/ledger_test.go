package ledger_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/catalog"
	"github.com/vedette-soc/vedette/internal/detect"
	"github.com/vedette-soc/vedette/internal/detect/ledger"
	"github.com/vedette-soc/vedette/internal/statestore"
	"github.com/vedette-soc/vedette/internal/telemetry"
)

const (
	sshRule = `title: SSH failure
id: 11111111-1111-4111-8111-111111111111
level: high
logsource: {product: linux, service: sshd}
detection: {a: {event.outcome: failure}, condition: a}
`
	webRule = `title: Web probe
id: 22222222-2222-4222-8222-222222222222
level: low
logsource: {category: webserver}
detection: {a: {url.path: /x}, condition: a}
`
	wrongRule = `title: Wrong
id: 33333333-3333-4333-8333-333333333333
level: low
logsource: {category: webserver}
detection: {a: {url.path|nonsense: /x}, condition: a}
`
	sshID = "11111111-1111-4111-8111-111111111111"
)

// stage is a ledger with everything around it in the hands of the test.
type stage struct {
	t       *testing.T
	url     string
	now     time.Time
	seq     uint64
	behind  bool
	rules   *detect.Ruleset
	sources *telemetry.Sources
	store   *statestore.Store
	ledger  *ledger.Ledger
	told    []vedette.LedgerGap
}

var (
	ssh = vedette.Logsource{Product: "linux", Service: "sshd"}
	web = vedette.Logsource{Product: "nginx", Categories: []string{"webserver"}}
)

func compile(texts ...string) *detect.Ruleset {
	var files []catalog.File
	for i, text := range texts {
		files = append(files, catalog.File{Path: fmt.Sprintf("rule-%d.yml", i), Data: []byte(text)})
	}
	return detect.Compile(files)
}

func newStage(t *testing.T) *stage {
	t.Helper()
	s := &stage{t: t, url: "sqlite://" + filepath.Join(t.TempDir(), "state.db"), now: time.Date(2026, 3, 4, 10, 0, 0, 0, time.UTC), rules: compile(sshRule, webRule)}
	s.sources = telemetry.NewSources(1000, s.clock)
	s.start()
	return s
}

func (s *stage) clock() time.Time { return s.now }

func (s *stage) start() {
	s.t.Helper()
	var err error
	if s.store, err = statestore.Open(s.t.Context(), statestore.Config{URL: s.url, Now: s.clock}); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = s.store.Close() })
	s.ledger, err = ledger.New(s.t.Context(), ledger.DefaultConfig(), ledger.Deps{
		Store: s.store, Rules: func() *detect.Ruleset { return s.rules }, Sources: s.sources.Health, Behind: func() bool { return s.behind },
		Tell: func(g vedette.LedgerGap) { s.told = append(s.told, g) }, Now: s.clock,
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

// send lets a source send n events now; they are processed unless the process is behind.
func (s *stage) send(source string, kind vedette.Logsource, n int) []*vedette.Event {
	var events []*vedette.Event
	for range n {
		s.sources.Accepted(&vedette.Record{Tenant: vedette.DefaultTenant, Source: source, Receiver: "http", Received: s.now, Data: []byte("x")})
		events = append(events, &vedette.Event{Tenant: vedette.DefaultTenant, Source: source, Received: s.now, Time: s.now, Logsource: kind})
	}
	if !s.behind {
		s.seq++
		s.ledger.Observe(s.seq, events)
	}
	return events
}

// tick lets time pass in seconds, watching and flushing as the server does; each runs in every second.
func (s *stage) tick(seconds int, each func()) {
	s.t.Helper()
	for range seconds {
		s.now = s.now.Add(time.Second)
		if each != nil {
			each()
		}
		if s.now.Unix()%5 == 0 {
			s.ledger.Watch()
		}
		if s.now.Unix()%15 == 0 {
			s.flush()
		}
	}
}

func (s *stage) flush() {
	s.t.Helper()
	if err := s.ledger.Flush(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
}

func (s *stage) rows(edit func(*ledger.Query)) []vedette.LedgerRow {
	s.t.Helper()
	q := ledger.Query{Tenant: vedette.DefaultTenant, Since: s.now.Add(-24 * time.Hour), Until: s.now.Add(time.Second)}
	if edit != nil {
		edit(&q)
	}
	rows, err := s.ledger.Rows(s.t.Context(), q)
	if err != nil {
		s.t.Fatal(err)
	}
	return rows
}

func (s *stage) gaps() []vedette.LedgerGap {
	s.t.Helper()
	gaps, err := s.ledger.Gaps(s.t.Context(), vedette.DefaultTenant, s.now.Add(-24*time.Hour), s.now.Add(time.Second))
	if err != nil {
		s.t.Fatal(err)
	}
	s.ledger.Blind(gaps, 10)
	return gaps
}

func states(rows []vedette.LedgerRow) (out []vedette.LedgerState) {
	for _, r := range rows {
		out = append(out, r.State)
	}
	return out
}

func TestADeadSourceIsInTheLedgerWithinAMinute(t *testing.T) {
	s := newStage(t)
	s.tick(40*60, func() { s.send("syslog/web-01", ssh, 1) })
	if got := s.gaps(); len(got) != 0 || len(s.told) != 0 {
		t.Fatalf("a source that sends has gaps: %+v", got)
	}
	died := s.now
	s.tick(45, nil)
	gaps := s.gaps()
	if len(gaps) != 1 || gaps[0].Kind != vedette.GapSilent || gaps[0].Source != "syslog/web-01" || !gaps[0].Until.IsZero() {
		t.Fatalf("45 seconds after its death: %+v", gaps)
	}
	if gaps[0].Rules != 1 || len(gaps[0].Blind) != 1 || gaps[0].Blind[0].ID != sshID || !gaps[0].Since.Equal(died) {
		t.Errorf("the gap says %+v", gaps[0])
	}
	rows := s.rows(nil)
	last := rows[len(rows)-1]
	if last.State != vedette.LedgerNoData || !last.From.Equal(died) || last.Source != "syslog/web-01" || last.Rules != 1 {
		t.Errorf("the last row is %+v", last)
	}
	if s.sources.List(vedette.DefaultTenant)[0].State != vedette.SourceSilent {
		t.Error("the list of sources does not agree with the ledger")
	}
	// A source that sends all the time is missed after a minute; people are told once, and once more when it is back.
	s.tick(20, nil)
	if len(s.told) != 1 || s.told[0].Kind != vedette.GapSilent || !s.told[0].Until.IsZero() {
		t.Fatalf("after 65 seconds people were told %+v", s.told)
	}
	s.tick(10*60, nil)
	s.tick(30, func() { s.send("syslog/web-01", ssh, 1) })
	gaps = s.gaps()
	if len(s.told) != 2 || s.told[1].Until.IsZero() || len(gaps) != 1 || gaps[0].Until.IsZero() {
		t.Fatalf("after its return: told %+v, gaps %+v", s.told, gaps)
	}
	want := []vedette.LedgerState{vedette.LedgerEvaluated, vedette.LedgerNoData, vedette.LedgerEvaluated}
	if got := states(s.rows(nil)); !slices.Equal(got, want) {
		t.Errorf("rows are %v, want %v", got, want)
	}
}

func TestAShortUploadIsNotMissed(t *testing.T) {
	s := newStage(t)
	s.send("http/upload", web, 5000)
	s.tick(50, func() { s.send("syslog/steady", ssh, 1) })
	s.send("http/upload", web, 5000)
	s.tick(30*60, func() { s.send("syslog/steady", ssh, 1) })
	if len(s.told) != 0 {
		t.Fatalf("people were told %+v", s.told)
	}
}

func TestAKindOfRecordThatStaysAwayIsAGapOfItsOwn(t *testing.T) {
	s := newStage(t)
	s.tick(35*60, func() { s.send("http/web-01", ssh, 1); s.send("http/web-01", web, 1) })
	s.tick(40, func() { s.send("http/web-01", ssh, 1) })
	gaps := s.gaps()
	if len(gaps) != 1 || gaps[0].Logsource != "nginx/webserver" || gaps[0].Source != "http/web-01" {
		t.Fatalf("%+v", gaps)
	}
}

func TestRulesHaveStatesOfTheirOwn(t *testing.T) {
	s := newStage(t)
	s.tick(120, func() { s.send("syslog/web-01", ssh, 1) })
	before := s.now
	s.rules = compile(sshRule, webRule, wrongRule)
	s.rules = s.rules.With(off(sshID))
	s.tick(120, func() { s.send("syslog/web-01", ssh, 1) })
	s.rules = s.rules.With(detect.Settings{})
	s.tick(120, func() { s.send("syslog/web-01", ssh, 1) })
	rows := s.rows(func(q *ledger.Query) { q.Rule = sshID })
	want := []vedette.LedgerState{vedette.LedgerEvaluated, vedette.LedgerDisabled, vedette.LedgerEvaluated}
	if got := states(rows); !slices.Equal(got, want) {
		t.Fatalf("rows %+v", rows)
	}
	if d := rows[1].From.Sub(before); d < 0 || d > 5*time.Second {
		t.Errorf("disabled since %s, switched off at %s", rows[1].From, before)
	}
	if rows := s.rows(func(q *ledger.Query) { q.State = vedette.LedgerDisabled }); len(rows) != 1 || rows[0].RuleIDs[0] != sshID {
		t.Errorf("disabled rows %+v", rows)
	}
	gaps := s.gaps()
	if len(gaps) != 1 || gaps[0].Kind != vedette.GapRejected || gaps[0].Rules != 1 || gaps[0].Blind[0].Title != "Wrong" {
		t.Errorf("gaps %+v", gaps)
	}
	s.ledger.Mark("", sshID, vedette.GapCapped, "90 groups were forgotten")
	s.tick(30, func() { s.send("syslog/web-01", ssh, 1) })
	rows = s.rows(func(q *ledger.Query) { q.Rule = sshID })
	if last := rows[len(rows)-1]; last.State != vedette.LedgerCapped || last.Reason != "90 groups were forgotten" {
		t.Errorf("the last row is %+v", last)
	}
	if len(s.told) != 1 || s.told[0].Kind != vedette.GapCapped {
		t.Errorf("people were told %+v", s.told)
	}
	s.tick(6*60, func() { s.send("syslog/web-01", ssh, 1) })
	rows = s.rows(func(q *ledger.Query) { q.Rule = sshID })
	if last := rows[len(rows)-1]; last.State != vedette.LedgerEvaluated {
		t.Errorf("the mark stays: %+v", last)
	}
}

func TestWhatWaitsIsPending(t *testing.T) {
	s := newStage(t)
	s.tick(5*60, func() { s.send("syslog/web-01", ssh, 1) })
	s.behind = true
	var waiting []*vedette.Event
	s.tick(7*60, func() { waiting = append(waiting, s.send("syslog/web-01", ssh, 1)...) })
	rows := s.rows(nil)
	if last := rows[len(rows)-1]; last.State != vedette.LedgerPending || last.Events != 0 {
		t.Fatalf("%+v", rows)
	}
	if len(s.told) != 1 || s.told[0].Kind != vedette.GapBacklog {
		t.Errorf("told %+v", s.told)
	}
	s.behind = false
	s.seq++
	s.ledger.Observe(s.seq, waiting)
	s.ledger.Observe(s.seq, waiting) // a replay
	rows = s.rows(nil)
	if len(rows) != 1 || rows[0].State != vedette.LedgerEvaluated || rows[0].Events != 12*60 {
		t.Errorf("caught up: %+v", rows)
	}
}

func TestARestartKeepsTheAccount(t *testing.T) {
	s := newStage(t)
	s.tick(3*3600+120, func() { s.send("syslog/web-01", ssh, 2) })
	s.tick(60, nil)
	if err := s.ledger.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.store.Close(); err != nil {
		t.Fatal(err)
	}
	before, seq := s.told, s.seq
	s.now = s.now.Add(10 * time.Minute)
	s.start()
	s.ledger.Observe(seq, []*vedette.Event{{Tenant: vedette.DefaultTenant, Source: "syslog/web-01", Received: s.now, Logsource: ssh}})
	var events int64
	for _, r := range s.rows(nil) {
		events += r.Events
	}
	if events != 2*(3*3600+120) {
		t.Errorf("%d events after the restart", events)
	}
	var kinds []vedette.GapKind
	for _, g := range s.gaps() {
		kinds = append(kinds, g.Kind)
	}
	slices.Sort(kinds)
	if !slices.Equal(kinds, []vedette.GapKind{vedette.GapSilent, vedette.GapStopped}) {
		t.Errorf("gaps after the restart: %v", kinds)
	}
	if len(s.told) != len(before)+1 || s.told[len(before)].Kind != vedette.GapStopped {
		t.Errorf("told %+v", s.told[len(before):])
	}
}

func TestTheOverviewShowsSourcesOverTime(t *testing.T) {
	s := newStage(t)
	s.tick(30*60, func() { s.send("syslog/a", ssh, 1); s.send("syslog/b", web, 3) })
	s.tick(10*60, func() { s.send("syslog/b", web, 3) })
	view, err := s.ledger.Overview(t.Context(), ledger.Query{Tenant: vedette.DefaultTenant, Since: s.now.Add(-time.Hour), Until: s.now}, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if len(view.Sources) != 2 || view.Sources[0].Source != "syslog/a" || view.Sources[0].State != vedette.LedgerNoData || view.Sources[1].State != vedette.LedgerEvaluated {
		t.Fatalf("%+v", view.Sources)
	}
	a := view.Sources[0]
	if n := len(a.States); n != 61 || a.States[0] != "" || a.States[30] != vedette.LedgerEvaluated || a.Events[30] != 60 || a.States[n-2] != vedette.LedgerNoData {
		t.Errorf("%d steps: %v %v", len(a.States), a.States, a.Events)
	}
}

// Tenants see their own: sources, gaps and settings of rules.
func TestTenantsSeeTheirOwn(t *testing.T) {
	s := newStage(t)
	s.rules = s.rules.With(detect.Settings{Tenants: map[string]map[string]detect.Setting{"acme": {sshID: {Stage: vedette.StageOff}}}})
	seq := uint64(0)
	s.tick(60, func() {
		seq++
		s.ledger.Observe(seq, []*vedette.Event{
			{Tenant: "acme", Source: "syslog/a", Received: s.now, Logsource: ssh}, {Tenant: vedette.DefaultTenant, Source: "syslog/b", Received: s.now, Logsource: ssh},
		})
	})
	for tenant, want := range map[string]vedette.LedgerState{"acme": vedette.LedgerDisabled, vedette.DefaultTenant: vedette.LedgerEvaluated} {
		rows := s.rows(func(q *ledger.Query) { q.Tenant, q.Rule = tenant, sshID })
		if len(rows) == 0 || rows[len(rows)-1].State != want {
			t.Errorf("%s: %+v", tenant, rows)
		}
		for _, r := range rows {
			if (r.Source == "syslog/a") != (tenant == "acme") {
				t.Errorf("%s sees %s", tenant, r.Source)
			}
		}
	}
}

// Whoever makes sources and kinds of records up without end gets no more than the bounds.
func TestTheLedgerIsBounded(t *testing.T) {
	s := newStage(t)
	var events []*vedette.Event
	for i := range 60_000 {
		events = append(events, &vedette.Event{Tenant: vedette.DefaultTenant, Source: fmt.Sprintf("http/%d", i), Received: s.now,
			Logsource: vedette.Logsource{Product: "p", Service: "s"}})
	}
	for i := range 1000 {
		events = append(events, &vedette.Event{Tenant: vedette.DefaultTenant, Source: "http/0", Received: s.now,
			Logsource: vedette.Logsource{Product: "p", Service: fmt.Sprint(i)}})
	}
	s.ledger.Observe(1, events)
	s.flush()
	var pairs, total int64
	err := s.store.LedgerBlocks(t.Context(), 0, s.now.Unix(), func(statestore.LedgerBlock) error { pairs++; return nil })
	if err != nil || pairs != 1 {
		t.Fatalf("%d blocks, %v", pairs, err)
	}
	kept, err := s.store.LedgerPairs(t.Context())
	if err != nil || len(kept) > ledger.DefaultConfig().MaxPairs+1 {
		t.Fatalf("%d pairs are kept, %v", len(kept), err)
	}
	view, err := s.ledger.Overview(t.Context(), ledger.Query{Tenant: vedette.DefaultTenant, Since: s.now.Add(-time.Hour), Until: s.now.Add(time.Minute)}, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, source := range view.Sources {
		for _, n := range source.Events {
			total += n
		}
	}
	if total != int64(len(events)) {
		t.Errorf("%d of %d events are counted", total, len(events))
	}
}
