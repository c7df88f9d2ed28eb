package harness

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// All tells whether everything was asked for, long tests and those that need more than Go.
func All() bool { return os.Getenv("VEDETTE_TEST_ALL") == "1" }

// NeedAll skips a test that is not for every day.
func NeedAll(tb testing.TB) {
	tb.Helper()
	if !All() {
		tb.Skip("only with VEDETTE_TEST_ALL=1")
	}
}

// NeedProgram finds a program, or skips the test and names the package that brings it.
func NeedProgram(tb testing.TB, name, pkg string) string {
	tb.Helper()
	for _, dir := range []string{"", "/usr/sbin/", "/sbin/"} {
		if path, err := exec.LookPath(dir + name); err == nil {
			return path
		}
	}
	tb.Skipf("%s is not installed (package %s)", name, pkg)
	return ""
}

// NeedRoot skips a test that only root can run.
func NeedRoot(tb testing.TB, why string) {
	tb.Helper()
	if os.Geteuid() != 0 {
		tb.Skip("needs root: " + why)
	}
}

// built is the binary of this test process.
type built struct {
	once sync.Once
	dir  string
	path string
	err  error
}

var binary built //nolint:gochecknoglobals // one build for all tests of a process; Main removes it

// Main runs the tests of a package and removes the binary that they built.
func Main(m *testing.M) {
	code := m.Run()
	if binary.dir != "" {
		_ = os.RemoveAll(binary.dir)
	}
	os.Exit(code)
}

// Binary is the path of the program, built from this tree unless VEDETTE_BIN names one.
func Binary(tb testing.TB) string {
	tb.Helper()
	if path := os.Getenv("VEDETTE_BIN"); path != "" {
		return path
	}
	binary.once.Do(func() { binary.build() })
	if binary.err != nil {
		tb.Fatal(binary.err)
	}
	return binary.path
}

func (b *built) build() {
	root, err := Root()
	if err != nil {
		b.err = err
		return
	}
	if b.dir, b.err = os.MkdirTemp("", "vedette-binary-"); b.err != nil {
		return
	}
	b.path = filepath.Join(b.dir, "vedette")
	cmd := exec.Command("go", "build", "-o", b.path, "./cmd/vedette")
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		b.err = fmt.Errorf("build the program: %w\n%s", err, out)
	}
}

// Root is the folder of the module, found upwards from the working folder.
func Root() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("find the module: %w", err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("find the module: no go.mod above the working folder")
		}
		dir = filepath.Dir(dir)
	}
}
