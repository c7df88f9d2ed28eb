// Package statestoretest is the suite that the state store must pass on each of its engines.
//
// In comes a function that opens an empty store with a clock of the test's own; out come the test's failures. What the
// suite checks is what statestore promises in its package documentation and at each method.
package statestoretest

import (
	"errors"
	"fmt"
	"reflect"
	"sync"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/statestore"
)

// Open opens a store over an empty database that is closed and removed when the test ends.
type Open func(t *testing.T, now func() time.Time) *statestore.Store

// Run runs the whole suite.
func Run(t *testing.T, open Open) {
	for _, part := range []struct {
		name string
		test func(*testing.T, *bench)
	}{
		{"progress", progress}, {"settings", settings}, {"snapshots", snapshots},
		{"fold stores and counts", foldStores}, {"fold happens once", foldOnce}, {"fold is whole or not at all", foldWhole},
		{"fold keeps what people decided", foldKeepsPeople}, {"fold takes hostile text", foldHostile},
		{"incident editing", incidentEditing}, {"incident filters", incidentFilters}, {"incident paging", incidentPaging},
		{"incident paging while rows are added", incidentPagingLive}, {"wrong cursors", wrongCursors}, {"open incidents", openIncidents},
		{"edits at once", editsAtOnce}, {"notes", notes},
		{"evidence", evidenceLedger}, {"evidence is bounded", evidenceBounded}, {"changes", changes}, {"changes in order", changesInOrder}, {"changes of triage", changesOfTriage},
		{"tasks", tasks}, {"verdicts with reasons", verdicts}, {"similar incidents", similar},
		{"actions", actions}, {"action lists", actionLists}, {"entities", entities},
		{"profiles", profiles}, {"names of entities", names}, {"logons", logons}, {"peers", peers}, {"risk of entities", risk}, {"exposures", exposures}, {"what was seen is bounded", seenBounded},
		{"rules", rules}, {"uploads", uploads}, {"rule versions", ruleVersions}, {"rule verdicts", ruleVerdicts}, {"exceptions", exceptions},
		{"suppressions", suppressions}, {"judgements", judgements}, {"bounds of tenants", boundsOfTenants}, {"noise", noise}, {"budgets", budgets}, {"recalls", recalls},
		{"facts", facts}, {"teams", teams}, {"teams of incidents", teamsOfIncidents}, {"on the wrong side of the line", misplaced},
		{"audit", audit}, {"audit at once", auditAtOnce}, {"audit with a change", auditWithChange},
		{"users", users}, {"last administrator", lastAdministrator}, {"sessions", sessions}, {"tokens", tokens},
		{"ledger", ledgerAccount}, {"indicators", indicators}, {"indicator lists", indicatorLists}, {"feeds", feeds}, {"sightings", sightings},
		{"today", today}, {"prune", prune}, {"cancelled", cancelled},
	} {
		t.Run(part.name, func(t *testing.T) {
			clock := &clock{at: start}
			part.test(t, &bench{Store: open(t, clock.now), clock: clock})
		})
	}
}

// start is when each test begins, with more digits than are kept.
var start = time.Date(2026, 3, 9, 10, 20, 30, 123456789, time.UTC)

// kept is a time as the store keeps it.
func kept(t time.Time) time.Time { return t.Truncate(time.Microsecond) }

// bench is a store and the clock that it sees.
type bench struct {
	*statestore.Store
	clock *clock
}

type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) advance(d time.Duration) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
	return c.at
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("unexpected error: %v (cause: %v)", err, errors.Unwrap(err))
	}
}

// code checks that an error carries a code.
func code(t *testing.T, err error, want vedette.Code) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want %s", want)
	}
	if got := vedette.CodeOf(err); got != want {
		t.Fatalf("error %q has code %s, want %s", err, got, want)
	}
}

func same[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("%s:\n got %+v\nwant %+v", what, got, want)
	}
}

// incident makes the n-th incident of a series: distinct in all that lists sort and choose by.
func incident(n int) vedette.Incident {
	at := start.Add(time.Duration(n) * time.Minute)
	return vedette.Incident{
		ID: fmt.Sprintf("inc-%03d", n), Tenant: "default",
		Title:    vedette.Text{En: fmt.Sprintf("Password guessing number %d", n), Zh: fmt.Sprintf("口令猜测 %d", n)},
		Story:    vedette.Text{En: "Someone tried [1].", Zh: "有人尝试 [1]。"},
		Status:   vedette.StatusOpen,
		Severity: vedette.Severity(n % 5), Score: (n * 37) % 101, Below: n%8 == 7,
		Reasons:  []vedette.Reason{{Code: "severity", Points: 10, Params: map[string]string{"word": "high"}}},
		Entities: []vedette.EntityRef{{Kind: vedette.EntityHost, Name: fmt.Sprintf("host-%d", n%7), Role: vedette.RoleTarget}},
		Tactics:  []string{"credential-access"}, Alerts: int64(n) + 1,
		Rules:    []vedette.RuleCount{{RuleID: fmt.Sprintf("rule-%d", n%3), Title: "SSH guessing", Count: 2, First: at, Last: at}},
		Evidence: []vedette.Evidence{{Number: 1, Alert: vedette.Alert{ID: "a1", RuleID: "rule-1"}, Count: 3}},
		First:    at, Last: at.Add(30 * time.Second), Created: at.Add(2 * time.Second), Updated: at, Detected: at.Add(time.Second),
	}
}

// series stores incidents 0 to n-1, one fold each fifty.
func series(t *testing.T, b *bench, n int) {
	t.Helper()
	for from := 0; from < n; from += 50 {
		var fold statestore.Fold
		for i := from; i < min(n, from+50); i++ {
			fold.Incidents = append(fold.Incidents, incident(i))
		}
		must(t, b.SaveFold(t.Context(), fold))
	}
}
