package crash_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/test/harness"
)

// firedRule is the rule of the starter pack that the records which fire are written for.
const firedRule = "f9e62e9c-6a2d-5386-b3cd-e4122df28401"

// ledger is what the clients know: which records they sent, which were acknowledged, which must have fired a rule.
type ledger struct {
	mu    sync.Mutex
	known map[string]entry
}

type entry struct{ acknowledged, fires bool }

func newLedger() *ledger { return &ledger{known: map[string]entry{}} }

func (l *ledger) sent(id string, fires bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.known[id] = entry{fires: fires}
}

func (l *ledger) acknowledged(ids []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, id := range ids {
		e := l.known[id]
		e.acknowledged = true
		l.known[id] = e
	}
}

// count tells how many records of a round, or of all rounds with round < 0, were sent, acknowledged, and acknowledged
// among those that fire.
func (l *ledger) count(round int) (sent, acknowledged, fired int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for id, e := range l.known {
		if round >= 0 && !strings.HasPrefix(id, fmt.Sprintf("crash-h%d-", round)) && !strings.HasPrefix(id, fmt.Sprintf("crash-s%d-", round)) {
			continue
		}
		sent++
		if e.acknowledged {
			acknowledged++
			if e.fires {
				fired++
			}
		}
	}
	return sent, acknowledged, fired
}

var idPattern = regexp.MustCompile(`crash-[hs]\d+-\d+-\d+-x`)

// result is what a comparison found.
type result struct {
	stored, acknowledged, unacknowledged, lines, alerts, incidents int
}

// settled waits until the server has processed what its journal holds and shows at least the acknowledged records.
func settled(t *testing.T, s *harness.Server, l *ledger) {
	t.Helper()
	_, acknowledged, _ := l.count(-1)
	var rows int64
	ok := harness.Within(90*time.Second, func() bool {
		backlog, err := s.Client().Backlog(t.Context())
		if err != nil || backlog > 0 {
			return false
		}
		rows, _, err = s.Client().Count(t.Context(), "vedette.source:~\"^http/crash-\"", "_msg")
		return err == nil && rows >= int64(acknowledged)
	})
	if !ok {
		t.Errorf("%d events were acknowledged and only %d are found", acknowledged, rows)
	}
}

// compare compares what the API finds with the ledger, for all rounds so far.
func (l *ledger) compare(t *testing.T, c *harness.Client) (r result) {
	t.Helper()
	seen := map[string]int{}
	if err := c.Export(t.Context(), "*", "vedette.seq", func(ev harness.Event) { seen[idPattern.FindString(ev.Message)]++ }); err != nil {
		t.Fatal(err)
	}
	rows, unique, err := c.Count(t.Context(), "*", "_msg")
	if err != nil {
		t.Fatal(err)
	}
	if int(unique) != len(seen) || rows != unique {
		t.Errorf("the store counts %d rows and %d different ones; an export has %d different ones", rows, unique, len(seen))
	}
	var twice, lost, strange []string
	l.mu.Lock()
	for id, n := range seen {
		e, known := l.known[id]
		switch {
		case !known:
			strange = append(strange, id)
		case n > 1:
			twice = append(twice, id)
		}
		r.stored++
		if strings.HasPrefix(id, "crash-s") {
			r.lines++
		} else if !e.acknowledged {
			r.unacknowledged++
		}
	}
	for id, e := range l.known {
		if !e.acknowledged {
			continue
		}
		r.acknowledged++
		if seen[id] == 0 {
			lost = append(lost, id)
		}
	}
	l.mu.Unlock()
	report(t, "acknowledged but lost", lost)
	report(t, "stored twice", twice)
	report(t, "never sent", strange)
	r.alerts, r.incidents = l.compareAlerts(t, c, seen)
	return r
}

// compareAlerts checks that every stored record that fires has its alert once, and that incidents count their alerts.
func (l *ledger) compareAlerts(t *testing.T, c *harness.Client, stored map[string]int) (alerts, incidents int) {
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
		case e.fires && n != 1 && stored[id] > 0:
			missing = append(missing, fmt.Sprintf("%s has %d alerts", id, n))
		case (!e.fires || stored[id] == 0) && n > 0:
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
