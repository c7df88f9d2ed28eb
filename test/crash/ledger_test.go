package crash_test

import (
	"fmt"
	"regexp"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/test/harness"
)

// firedRule is the rule of the starter pack that the records which fire are written for.
const firedRule = "f9e62e9c-6a2d-5386-b3cd-e4122df28401"

// ledger is what the clients know: which records they sent, which were acknowledged, which must have fired a rule; and
// what was found of them so far.
type ledger struct {
	mu    sync.Mutex
	known map[string]*entry
	rows  int // found in the rounds that were compared
}

type entry struct {
	round                       int
	line                        bool // sent by syslog, which does not acknowledge
	acknowledged, fires, stored bool
}

func newLedger() *ledger { return &ledger{known: map[string]*entry{}} }

func (l *ledger) sent(id string, e entry) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.known[id] = &e
}

func (l *ledger) acknowledged(ids []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, id := range ids {
		l.known[id].acknowledged = true
	}
}

// tally counts what is known of a round, or of all rounds when round is every.
type tally struct{ sent, acknowledged, fired, stored, unanswered, lines int }

const every = -1

func (l *ledger) tally(round int) (n tally) {
	l.mu.Lock()
	defer l.mu.Unlock()
	one := func(counter *int, yes bool) {
		if yes {
			*counter++
		}
	}
	for _, e := range l.known {
		if round != every && e.round != round {
			continue
		}
		n.sent++
		one(&n.acknowledged, e.acknowledged)
		one(&n.fired, e.acknowledged && e.fires)
		one(&n.stored, e.stored)
		one(&n.lines, e.stored && e.line)
		one(&n.unanswered, e.stored && !e.line && !e.acknowledged)
	}
	return n
}

var idPattern = regexp.MustCompile(`crash-[hs]\d+-\d+-\d+-x`)

// settled waits until the server has processed what its journal holds and shows at least what was acknowledged and what
// was there before, and no more comes.
func settled(t *testing.T, s *harness.Server, l *ledger) {
	t.Helper()
	acknowledged, c := int64(l.tally(every).acknowledged), s.Client()
	var rows int64
	quiet := time.Now()
	ok := harness.Within(90*time.Second, func() bool {
		backlog, err := c.Backlog(t.Context())
		if err != nil || backlog > 0 {
			quiet = time.Now()
			return false
		}
		now, err := c.Rows(t.Context(), `*`)
		if err != nil || now != rows || now < acknowledged {
			rows, quiet = now, time.Now()
			return false
		}
		return time.Since(quiet) > time.Second
	})
	if !ok {
		t.Errorf("%d events were acknowledged and only %d are found", acknowledged, rows)
	}
}

// compareRound compares what the API finds since a round began with the ledger, and how many rows there are in all with
// those of the rounds before.
func (l *ledger) compareRound(t *testing.T, c *harness.Client, round int, begin time.Time) {
	t.Helper()
	l.compare(t, c, round, begin.Add(-time.Second))
	rows, err := c.Rows(t.Context(), "*")
	if err != nil {
		t.Fatal(err)
	}
	if l.rows += l.tally(round).stored; int(rows) != l.rows {
		t.Errorf("the store counts %d rows; %d different records were found", rows, l.rows)
	}
}

// compare compares what the API finds since a time with the ledger's records of a round, or of every round.
func (l *ledger) compare(t *testing.T, c *harness.Client, round int, since time.Time) {
	t.Helper()
	seen := map[string]int{}
	if err := c.Export(t.Context(), since, func(ev harness.Event) { seen[idPattern.FindString(ev.Message)]++ }); err != nil {
		t.Fatal(err)
	}
	var twice, lost, strange []string
	l.mu.Lock()
	for id, n := range seen {
		if l.known[id] == nil {
			strange = append(strange, id)
		}
		if n > 1 {
			twice = append(twice, id)
		}
	}
	for id, e := range l.known {
		if round != every && e.round != round {
			continue
		}
		e.stored = seen[id] > 0
		if e.acknowledged && !e.stored {
			lost = append(lost, id)
		}
	}
	l.mu.Unlock()
	report(t, "acknowledged but lost", lost)
	report(t, "stored twice", twice)
	report(t, "never sent", strange)
}

// compareAlerts checks that every stored record that fires has its alert once, and that incidents count their alerts.
func (l *ledger) compareAlerts(t *testing.T, c *harness.Client) (alerts, incidents int) {
	t.Helper()
	ids, records, folded := map[string]int{}, map[string]int{}, map[string]int64{}
	err := harness.Each(t.Context(), c, "/api/v1/alerts", func(a vedette.Alert) {
		ids[a.ID]++
		folded[a.IncidentID]++
		if a.RuleID == firedRule {
			records[idPattern.FindString(fmt.Sprint(a.Matched))]++
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	var twice, missing []string
	for id, n := range ids {
		if n > 1 {
			twice = append(twice, id)
		}
	}
	l.mu.Lock()
	for id, e := range l.known {
		switch n := records[id]; {
		case e.fires && n != 1 && e.stored:
			missing = append(missing, fmt.Sprintf("%s has %d alerts", id, n))
		case (!e.fires || !e.stored) && n > 0:
			missing = append(missing, fmt.Sprintf("%s has %d alerts and should have none", id, n))
		}
	}
	l.mu.Unlock()
	report(t, "alerts stored twice", twice)
	report(t, "records without their one alert", missing)
	incidents = compareIncidents(t, c, folded)
	return len(ids), incidents
}

func compareIncidents(t *testing.T, c *harness.Client, folded map[string]int64) (incidents int) {
	t.Helper()
	err := harness.Each(t.Context(), c, "/api/v1/incidents", func(in vedette.Incident) {
		incidents++
		if in.Alerts != folded[in.ID] {
			t.Errorf("incident %s counts %d alerts; %d point at it", in.ID, in.Alerts, folded[in.ID])
		}
		var byRule int64
		for _, rule := range in.Rules {
			byRule += rule.Count
		}
		if byRule != in.Alerts {
			t.Errorf("incident %s counts %d alerts, its rules %d", in.ID, in.Alerts, byRule)
		}
		delete(folded, in.ID)
	})
	if err != nil {
		t.Fatal(err)
	}
	for id, n := range folded {
		t.Errorf("%d alerts point at incident %q, which is not there", n, id)
	}
	return incidents
}

func report(t *testing.T, what string, ids []string) {
	t.Helper()
	if len(ids) > 0 {
		slices.Sort(ids)
		t.Errorf("%d %s, such as %v", len(ids), what, ids[:min(len(ids), 8)])
	}
}
