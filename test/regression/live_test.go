package regression_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/recording"
	"github.com/vedette-soc/vedette/test/harness"
)

// The same recordings sent to a running server that has the whole public collection: every record over HTTP, through the
// journal, the parsers, the engine and the store, and the alerts asked of the API.
func TestEachRuleFindsItsRecordedAttackLive(t *testing.T) {
	archive := data(t, "sigma/regression.tar.gz")
	rules, err := filepath.Abs(data(t, "sigma/rules.tar.gz"))
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	cases := unpackCases(t, archive, folder)
	s := harness.Start(t, harness.Settings{"RULES_PATHS": rules, "RULES_STARTER": "false", "EVENTS_RETENTION": "3650d"})
	c := s.Client()
	sent := 0
	for i, one := range cases {
		lines := caseLines(t, filepath.Join(folder, filepath.FromSlash(one.name))+".json")
		sent += bytes.Count(lines, []byte("\n"))
		harness.Eventually(t, time.Minute, "the server takes "+one.name, func() bool {
			status, err := c.Ingest(t.Context(), fmt.Sprintf("case-%d", i), lines)
			return err == nil && status == 200
		})
	}
	found := map[string]map[string]int{} // by case and rule
	missing := func() (out []string) {
		for i, one := range cases {
			if n := found[fmt.Sprintf("case-%d", i)][one.ruleID]; n < one.want {
				out = append(out, fmt.Sprintf("%s: %d alerts, want %d", one.name, n, one.want))
			}
		}
		return out
	}
	harness.Eventually(t, time.Minute, "everything is processed", func() bool {
		backlog, err := c.Backlog(t.Context())
		return err == nil && backlog == 0
	})
	harness.Within(30*time.Second, func() bool {
		clear(found)
		err := harness.Each(t.Context(), c, "/api/v1/alerts?since=2000-01-01T00:00:00Z", func(a vedette.Alert) {
			source := a.Source[strings.LastIndex(a.Source, "/")+1:]
			if found[source] == nil {
				found[source] = map[string]int{}
			}
			found[source][a.RuleID]++
		})
		return err == nil && len(missing()) == 0
	})
	left := missing()
	for _, one := range left {
		t.Error(one)
	}
	t.Logf("%d of %d cases, %d records", len(cases)-len(left), len(cases), sent)
}

// caseLines writes a recording's JSON, which holds objects one after the other over several lines, as lines.
func caseLines(t *testing.T, file string) []byte {
	t.Helper()
	var out bytes.Buffer
	if _, err := os.Stat(file); err != nil {
		t.Fatal(err)
	}
	sum, err := recording.Walk(file, func(it recording.Item) error {
		out.Write(bytes.ReplaceAll(it.Data, []byte("\n"), []byte(" ")))
		out.WriteByte('\n')
		return nil
	})
	if err != nil || len(sum.Problems) > 0 {
		t.Fatalf("%s: %v %v", file, err, sum.Problems)
	}
	return out.Bytes()
}
