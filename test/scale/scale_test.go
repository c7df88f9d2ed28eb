package scale_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/statestore"
	"github.com/vedette-soc/vedette/test/harness"
)

// incidents is how many the list holds.
const incidents = 100_000

func TestMain(m *testing.M) { harness.Main(m) }

// fill writes the incidents into a data directory before the server starts.
func fill(t *testing.T, dir string) {
	t.Helper()
	store, err := statestore.Open(t.Context(), statestore.Config{URL: "sqlite://" + filepath.Join(dir, "state.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	}()
	begin := time.Now().Add(-30 * 24 * time.Hour)
	for from := 0; from < incidents; from += 1000 {
		var fold statestore.Fold
		for i := from; i < from+1000; i++ {
			at := begin.Add(time.Duration(i) * (30 * 24 * time.Hour / incidents))
			title := fmt.Sprintf("Incident %d: password guessing from 203.0.113.%d against host-%d", i, i%250, i%500)
			fold.Incidents = append(fold.Incidents, vedette.Incident{
				ID: fmt.Sprintf("inc-%08d", i), Tenant: vedette.DefaultTenant, Title: vedette.Text{En: title, Zh: title}, Story: vedette.Text{En: title + ".", Zh: title},
				Status: vedette.StatusOpen, Severity: vedette.Severity(i % 5), Score: i % 101, Alerts: int64(i%900 + 1),
				Reasons:  []vedette.Reason{{Code: "severity", Points: i % 101, Text: vedette.Text{En: "severity", Zh: "等级"}}},
				Entities: []vedette.EntityRef{{Kind: vedette.EntityAddress, Name: fmt.Sprintf("203.0.113.%d", i%250), Role: vedette.RoleActor}, {Kind: vedette.EntityHost, Name: fmt.Sprintf("host-%d", i%500), Role: vedette.RoleTarget}},
				Tactics:  []string{"credential-access"}, First: at, Last: at.Add(time.Minute), Created: at, Updated: at, Detected: at,
				Rules: []vedette.RuleCount{}, Evidence: []vedette.Evidence{},
			})
		}
		if err := store.SaveFold(t.Context(), fold); err != nil {
			t.Fatal(err)
		}
	}
}

// TestAHundredThousandIncidents opens the console on them in a real browser.
func TestAHundredThousandIncidents(t *testing.T) {
	harness.NeedAll(t)
	root, err := harness.Root()
	if err != nil {
		t.Fatal(err)
	}
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("node is not installed")
	}
	if _, err := os.Stat(filepath.Join(root, "console/node_modules/playwright-core")); err != nil {
		t.Skip("the console's packages are not installed: run npm ci in console")
	}
	if _, err := os.Stat("/usr/bin/chromium"); err != nil {
		t.Skip("Chromium is not installed")
	}
	server := harness.New(t, nil)
	fill(t, server.Dir)
	server.Launch()
	server.AwaitReady()
	begin := time.Now()
	var page struct{ Total int64 }
	if _, err := server.Client().JSON(t.Context(), http.MethodGet, "/api/v1/incidents?limit=50", nil, &page); err != nil || page.Total != incidents {
		t.Fatalf("%d incidents: %v", page.Total, err)
	}
	t.Logf("one page of %d in %s", page.Total, time.Since(begin).Round(time.Millisecond))
	figures := measure(t, node, root, server)
	t.Logf("%s", figures)
	var got struct {
		Today int     `json:"first_today_ms"`
		List  int     `json:"first_incidents_ms"`
		FPS   int     `json:"fps"`
		P50   float64 `json:"frame_p50_ms"`
	}
	if err := json.Unmarshal(figures, &got); err != nil || got.FPS == 0 {
		t.Fatalf("no figures: %v", err)
	}
	// Far from the goals (1.5 s, 60 frames a second) so that a busy machine does not fail it; the log has the figures.
	if got.Today > 6000 || got.List > 6000 || got.FPS < 20 {
		t.Errorf("too slow: %s", figures)
	}
}

func measure(t *testing.T, node, root string, server *harness.Server) []byte {
	t.Helper()
	user := []byte(`{"name":"scale","role":"analyst"}`)
	var created struct {
		Password string `json:"password"`
	}
	if status, err := server.Client().JSON(t.Context(), http.MethodPost, "/api/v1/users", user, &created); err != nil || created.Password == "" {
		t.Fatalf("make a user: %d %v", status, err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, node, filepath.Join(root, "console/e2e/scale.mjs"))
	cmd.Env = append(os.Environ(), "VEDETTE_URL="+server.Run().URL, "VEDETTE_USER=scale", "VEDETTE_PASSWORD="+created.Password)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v\n%s", err, errs.String())
	}
	return bytes.TrimSpace(out.Bytes())
}
