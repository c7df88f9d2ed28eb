package ledger_test

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/test/harness"
)

func TestMain(m *testing.M) { harness.Main(m) }

const line = `{"message":"Nov 23 10:00:00 web-01 sshd[1]: Failed password for root from 203.0.113.7 port 22 ssh2"}`

// send hands in one record.
func send(t *testing.T, c *harness.Client, source string) {
	t.Helper()
	if status, err := c.Ingest(t.Context(), source, []byte(line)); err != nil || status >= 300 {
		t.Fatalf("%d %v", status, err)
	}
}

// list reads a page of the API.
func list[T any](t *testing.T, c *harness.Client, path string) []T {
	t.Helper()
	var page struct{ Items []T }
	if status, err := c.JSON(t.Context(), http.MethodGet, path, nil, &page); err != nil || status != http.StatusOK {
		t.Fatalf("%s: %d %v", path, status, err)
	}
	return page.Items
}

func TestADeadSourceIsVisibleWithinAMinute(t *testing.T) {
	harness.NeedAll(t)
	s := harness.Start(t, nil)
	c := s.Client()
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for range 25 {
		send(t, c, "web-01")
		<-tick.C
	}
	died := time.Now()
	if gaps := list[vedette.LedgerGap](t, c, "/api/v1/ledger/gaps"); len(gaps) != 0 {
		t.Fatalf("a source that sends has gaps: %+v", gaps)
	}
	harness.Eventually(t, time.Minute, "the ledger shows the dead source", func() bool {
		rows := list[vedette.LedgerRow](t, c, "/api/v1/ledger?state=no_data&source=http%2Fweb-01")
		gaps := list[vedette.LedgerGap](t, c, "/api/v1/ledger/gaps?open=true&kind=silent")
		return len(rows) == 1 && rows[0].Rules > 0 && len(gaps) == 1 && gaps[0].Source == "http/web-01" && gaps[0].Rules > 0 && len(gaps[0].Blind) > 0
	})
	took := time.Since(died)
	t.Logf("visible after %s", took.Round(time.Second))
	if took > time.Minute {
		t.Errorf("it took %s", took)
	}
	sources, err := c.Sources(t.Context())
	if err != nil || sources["http/web-01"].State != vedette.SourceSilent {
		t.Errorf("the list of sources says %q, %v", sources["http/web-01"].State, err)
	}
	send(t, c, "web-01")
	harness.Eventually(t, 20*time.Second, "the gap ends", func() bool {
		return len(list[vedette.LedgerGap](t, c, "/api/v1/ledger/gaps?open=true&kind=silent")) == 0
	})
}

func TestALossBecomesAnAlert(t *testing.T) {
	harness.NeedAll(t)
	s := harness.Start(t, harness.Settings{"LEDGER_ALERT_AFTER": "10s"})
	c := s.Client()
	if status, _ := c.Ingest(t.Context(), "fw-01", bytes.Repeat([]byte("a"), 3<<20)); status != http.StatusRequestEntityTooLarge {
		t.Fatalf("a record of 3 MiB: %d", status)
	}
	harness.Eventually(t, time.Minute, "an alert about the loss", func() bool {
		alerts := list[vedette.Alert](t, c, "/api/v1/alerts")
		return len(alerts) == 1 && alerts[0].Source == vedette.HouseSource && alerts[0].IncidentID != ""
	})
}

// A kill between two writes of the ledger makes nothing be counted twice or not at all.
func TestAKillKeepsTheAccount(t *testing.T) {
	harness.NeedAll(t)
	s := harness.Start(t, nil)
	tick := time.NewTicker(300 * time.Millisecond)
	defer tick.Stop()
	sent := int64(0)
	for round := range 3 {
		c := s.Client()
		for range 20 + 17*round {
			for i := range 5 {
				send(t, c, fmt.Sprintf("host-%d", i))
				sent++
			}
			<-tick.C
		}
		s.Kill()
		s.Launch()
		s.AwaitReady()
	}
	c := s.Client()
	counted := func() (n int64) {
		for _, row := range list[vedette.LedgerRow](t, c, "/api/v1/ledger?limit=500") {
			n += row.Events
		}
		return n
	}
	harness.Eventually(t, time.Minute, "all that was sent is counted", func() bool { return counted() >= sent })
	if n := counted(); n != sent {
		t.Errorf("%d records were sent and %d events are counted", sent, n)
	}
}

// slowRule needs expressions that take long: many repetitions, and nothing in them that an event could lack.
const slowRule = `title: Takes its time
id: 5e1b0c52-0d4f-4a77-9f0e-6a1f4c1f0b11
level: low
logsource: {product: windows, service: security}
detection:
    slow:
        CommandLine|re:
            - '^Z?(?:[a-z]{1,60}[0-9]?){1,15}[A-F][0-9]{9}'
            - 'ZA?(?:[a-z]{1,61}[0-9]?){1,15}[A-F][0-9]{8}'
            - 'ZA?(?:[a-z]{1,62}[0-9]?){1,15}[A-F][0-9]{7}'
    condition: slow
`

// A rule that is too slow is taken out of service, named in the ledger with the reason, and somebody is told.
func TestASlowRuleBecomesAnAlert(t *testing.T) {
	harness.NeedAll(t)
	rules := t.TempDir()
	if err := os.WriteFile(filepath.Join(rules, "slow.yml"), []byte(slowRule), 0o600); err != nil {
		t.Fatal(err)
	}
	s := harness.Start(t, harness.Settings{"RULES_PATHS": rules, "RULES_BUDGET": "100us", "LEDGER_ALERT_AFTER": "10s"})
	c := s.Client()
	record := `{"EventID":4688,"Channel":"Security","Computer":"ws-01","CommandLine":"ZA1234567890 ZA` + strings.Repeat("abcdefghijklm", 40) + `"}`
	batch := []byte(strings.Repeat(record+"\n", 500))
	for range 8 {
		if status, err := c.Ingest(t.Context(), "web-01", batch); err != nil || status >= 300 {
			t.Fatalf("%d %v", status, err)
		}
	}
	harness.Eventually(t, time.Minute, "the ledger names the rule and an alert says so", func() bool {
		gaps := list[vedette.LedgerGap](t, c, "/api/v1/ledger/gaps?open=true&kind=slow")
		rows := list[vedette.LedgerRow](t, c, "/api/v1/ledger?state=failed")
		named := len(gaps) == 1 && gaps[0].RuleID == "5e1b0c52-0d4f-4a77-9f0e-6a1f4c1f0b11" && strings.Contains(gaps[0].Reason, "too slow")
		told := slices.ContainsFunc(list[vedette.Alert](t, c, "/api/v1/alerts"), func(a vedette.Alert) bool {
			return a.Source == vedette.HouseSource && a.Matched["event.action"] == "rule.slow" && a.IncidentID != ""
		})
		return named && told && len(rows) == 1 && slices.Contains(rows[0].RuleIDs, gaps[0].RuleID)
	})
	var rule vedette.RuleStatus
	if status, err := c.JSON(t.Context(), http.MethodGet, "/api/v1/rules/5e1b0c52-0d4f-4a77-9f0e-6a1f4c1f0b11", nil, &rule); err != nil || status != http.StatusOK {
		t.Fatalf("%d %v", status, err)
	}
	if rule.State != vedette.RuleOff || !strings.Contains(rule.Problem, "too slow") {
		t.Errorf("the list of rules says %q, %q", rule.State, rule.Problem)
	}
}
