package browser_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/vedette-soc/vedette/test/harness"
)

func TestMain(m *testing.M) { harness.Main(m) }

// need skips when something that the browser needs is not there.
func need(t *testing.T) (root, node string) {
	t.Helper()
	harness.NeedAll(t)
	node = harness.NeedProgram(t, "node", "nodejs")
	if os.Getenv("CHROMIUM") == "" {
		harness.NeedProgram(t, "chromium", "chromium")
	}
	root, err := harness.Root()
	if err != nil {
		t.Fatal(err)
	}
	for path, how := range map[string]string{
		"console/node_modules/playwright-core": "npm ci in console", "console/dist/index.html": "make console", "console/e2e/run.mjs": "a whole checkout",
	} {
		if _, err := os.Stat(filepath.Join(root, path)); err != nil {
			t.Skipf("%s is missing: %s", path, how)
		}
	}
	return root, node
}

// demo starts the demo and waits until its day is played.
func demo(t *testing.T) (url, password string) {
	t.Helper()
	var said harness.Log
	cmd := exec.Command(harness.Binary(t), "demo", "--listen", "127.0.0.1:0")
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		select {
		case <-ended:
			if code := cmd.ProcessState.ExitCode(); code != 0 {
				t.Errorf("the demo ended with %d", code)
			}
		case <-time.After(15 * time.Second):
			_ = cmd.Process.Kill()
			<-ended
			t.Error("the demo did not end within 15 seconds")
		}
		if t.Failed() {
			t.Logf("the demo said:\n%s", said.Tail(40))
		}
	})
	harness.Eventually(t, 2*time.Minute, "the day is played", func() bool { return strings.Contains(said.String(), "Ctrl-C ends the demo") })
	find := func(pattern string) string {
		found := regexp.MustCompile(pattern).FindStringSubmatch(said.String())
		if found == nil {
			t.Fatalf("the demo does not say %s:\n%s", pattern, said.Tail(40))
		}
		return found[1]
	}
	return find(`Console +(http://\S+)`), find(`Password +(\S+)`)
}

// TestConsole runs console/e2e against the demo.
func TestConsole(t *testing.T) {
	root, node := need(t)
	url, password := demo(t)
	shots := t.TempDir()
	ctx, cancel := context.WithTimeout(t.Context(), 12*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, node, "e2e/run.mjs")
	cmd.Dir = filepath.Join(root, "console")
	cmd.Env = append(os.Environ(), "VEDETTE_URL="+url, "VEDETTE_USER=admin", "VEDETTE_PASSWORD="+password, "VEDETTE_SHOTS="+shots)
	out, err := cmd.CombinedOutput()
	t.Logf("%s", out)
	if err != nil {
		keep(t, shots, filepath.Join(os.TempDir(), "vedette-failed-shots"))
		t.Fatalf("the browser tests failed: %v", err)
	}
	if !regexp.MustCompile(`(?m)^[1-9]\d* passed, 0 failed$`).Match(out) {
		t.Fatal("no browser test ran")
	}
	if to := os.Getenv("VEDETTE_SHOTS"); to != "" {
		keep(t, shots, to)
		return
	}
	documented := filepath.Join(root, "docs", "screenshots")
	dropUnused(t, shots, documented)
	keep(t, shots, documented)
}

// dropUnused leaves out the pictures that the documents do not use.
func dropUnused(t *testing.T, shots, documented string) {
	t.Helper()
	pictures, err := filepath.Glob(filepath.Join(shots, "*.png"))
	if err != nil {
		t.Fatal(err)
	}
	for _, picture := range pictures {
		if _, err := os.Stat(filepath.Join(documented, filepath.Base(picture))); err != nil {
			_ = os.Remove(picture)
		}
	}
}

// keep copies the pictures.
func keep(t *testing.T, from, to string) {
	t.Helper()
	if err := os.MkdirAll(to, 0o755); err != nil {
		t.Fatal(err)
	}
	pictures, err := filepath.Glob(filepath.Join(from, "*.png"))
	if err != nil {
		t.Fatal(err)
	}
	for _, picture := range pictures {
		data, err := os.ReadFile(picture)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(to, filepath.Base(picture)), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d pictures are in %s", len(pictures), to)
}
