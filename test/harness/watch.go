package harness

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// Eventually asks again and again until the answer is yes, and fails the test when that takes too long.
func Eventually(tb testing.TB, within time.Duration, what string, yes func() bool) {
	tb.Helper()
	if !Within(within, yes) {
		tb.Fatalf("waited %s in vain until %s", within, what)
	}
}

// Within asks again and again until the answer is yes or the time is over, and returns the last answer.
func Within(within time.Duration, yes func() bool) bool {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(within); !yes(); <-tick.C {
		if time.Now().After(deadline) {
			return false
		}
	}
	return true
}

// maxLog bounds what is kept of a server's log, in bytes.
const maxLog = 4 << 20

// Log collects what a process writes.
type Log struct {
	mu   sync.Mutex
	text []byte
}

// Write keeps the newest part.
func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text = append(l.text, p...)
	if over := len(l.text) - maxLog; over > 0 {
		l.text = bytes.Clone(l.text[over:])
	}
	return len(p), nil
}

// Note writes a line of the test's own between those of the process.
func (l *Log) Note(line string) { _, _ = fmt.Fprintf(l, "── %s ──\n", line) }

// String is all that is kept.
func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return string(l.text)
}

// Tail is the last lines.
func (l *Log) Tail(lines int) string {
	all := strings.Split(strings.TrimRight(l.String(), "\n"), "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}

// procStatus reads a figure of /proc/<pid>/status in MiB.
func procStatus(pid int, name string) (float64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, fmt.Errorf("read the memory of a process: %w", err)
	}
	for line := range strings.SplitSeq(string(text), "\n") {
		if value, ok := strings.CutPrefix(line, name+":"); ok {
			kib, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(value), "kB")), 64)
			return kib / 1024, err
		}
	}
	return 0, fmt.Errorf("read the memory of a process: no %s", name)
}
