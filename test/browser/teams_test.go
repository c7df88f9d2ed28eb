package browser_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/statestore"
	"github.com/vedette-soc/vedette/test/harness"
)

// past fills a data directory with four weeks of incidents about the machines of two departments, one of which is much
// noisier, and with what people say of the machines.
func past(t *testing.T, dir string) {
	t.Helper()
	store, err := statestore.Open(t.Context(), statestore.Config{URL: "sqlite://" + filepath.Join(dir, "state.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	random, now := rand.New(rand.NewPCG(4, 2)), time.Now().UTC().Truncate(time.Second)
	var fold statestore.Fold
	var said []statestore.ProfileOf
	for _, d := range []struct {
		name, host     string
		perDay, middle int
	}{{"Radiology", "pacs", 6, 28}, {"Identity", "idp", 20, 50}, {"", "ws", 4, 35}} {
		for k := range 5 {
			said = append(said, statestore.ProfileOf{Kind: vedette.EntityHost, Name: fmt.Sprintf("%s-%02d", d.host, k), Edit: statestore.ProfileEdit{Department: &d.name}})
		}
		for n := range d.perDay * 27 {
			at := now.Add(-time.Duration(n) * 24 * time.Hour / time.Duration(d.perDay)).Add(-time.Duration(random.IntN(3600)) * time.Second)
			score := min(max(d.middle+int(12*random.NormFloat64()), 1), 99)
			host := fmt.Sprintf("%s-%02d", d.host, random.IntN(5))
			in := vedette.Incident{
				ID: fmt.Sprintf("inc-%s-%d", d.host, n), Tenant: vedette.DefaultTenant, Score: score, Severity: vedette.Medium, Below: score < 60, Status: vedette.StatusOpen,
				Title:    vedette.Text{En: "Unusual logons on " + host, Zh: host + " 出现异常登录"},
				Entities: []vedette.EntityRef{{Kind: vedette.EntityHost, Name: host, Role: vedette.RoleTarget}}, Tactics: []string{"credential-access"},
				Rules:  []vedette.RuleCount{{RuleID: "rule-logons", Title: "Unusual logons", TitleZh: "异常登录", Severity: vedette.Medium, Count: 3, First: at, Last: at}},
				Alerts: 3, First: at, Last: at, Created: at, Updated: at, Detected: at,
			}
			if n > 2*d.perDay {
				in.Status, in.Verdict, in.Closed = vedette.StatusClosed, vedette.VerdictBenign, at.Add(time.Hour)
			}
			fold.Incidents = append(fold.Incidents, in)
		}
	}
	if err := store.SaveFold(t.Context(), fold); err != nil {
		t.Fatal(err)
	}
	if _, err := store.EditProfiles(t.Context(), vedette.EntityProfile{Tenant: vedette.DefaultTenant, Author: "import", Imported: true}, said); err != nil {
		t.Fatal(err)
	}
}

// TestTeams runs the browser tests of teams over weeks of history: there each team gets a line of its own.
func TestTeams(t *testing.T) {
	root, node := need(t)
	s := harness.New(t, nil)
	past(t, s.Dir)
	s.Launch()
	s.AwaitReady()
	password := regexp.MustCompile(`one-time password (\S+)`).FindStringSubmatch(s.Log().String())
	if password == nil {
		t.Fatalf("the server tells no first password:\n%s", s.Log().Tail(40))
	}
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
	defer cancel()
	shots := t.TempDir()
	cmd := exec.CommandContext(ctx, node, "e2e/run.mjs", "teams")
	cmd.Dir = filepath.Join(root, "console")
	cmd.Env = append(os.Environ(), "VEDETTE_URL="+s.Run().URL, "VEDETTE_USER=admin", "VEDETTE_PASSWORD="+password[1], "VEDETTE_SHOTS="+shots)
	out, err := cmd.CombinedOutput()
	t.Logf("%s", out)
	if to := os.Getenv("VEDETTE_SHOTS"); to != "" {
		keep(t, shots, to)
	}
	if err != nil || !regexp.MustCompile(`(?m)^4 passed, 0 failed$`).Match(out) {
		t.Fatalf("the browser tests of teams failed: %v", err)
	}
}
