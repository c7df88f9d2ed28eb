package journaltest

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/journal"
)

// childEnv makes a test binary the process that is killed: it names the journal's directory, and the life.
const childEnv = "VEDETTE_JOURNAL_CHILD"

// Main runs the tests, or the child of RunCrash when the process is one. Call it from TestMain and exit with its result.
func Main(m *testing.M, open Open) int {
	if v := os.Getenv(childEnv); v != "" {
		return child(v, open)
	}
	return m.Run()
}

// child appends without end and says what was acknowledged, one line each: "ack <sequence> <data>". It trims behind
// itself now and then, saying "trim <sequence>" before it does.
func child(v string, open Open) int {
	dir, life, _ := strings.Cut(v, "|")
	s, err := open(journal.DefaultConfig(dir))
	if err != nil {
		fmt.Fprintln(os.Stderr, "child:", err)
		return 1
	}
	var mu sync.Mutex
	say := func(format string, args ...any) {
		mu.Lock()
		defer mu.Unlock()
		fmt.Fprintf(os.Stdout, format+"\n", args...)
	}
	for c := range 4 {
		go func() {
			for i := 0; ; i += 3 {
				var records []vedette.Record
				for j := range 3 {
					records = append(records, record(fmt.Sprintf("%s.%d", life, c), i+j))
				}
				seq, err := s.Append(context.Background(), records)
				if err != nil {
					fmt.Fprintln(os.Stderr, "child:", err)
					os.Exit(1)
				}
				for _, r := range records {
					say("ack %d %s", seq, r.Data)
				}
				if c == 0 && i%150 == 147 {
					through := seq - min(seq, 60)
					say("trim %d", through)
					if err := s.Trim(context.Background(), through); err != nil {
						fmt.Fprintln(os.Stderr, "child:", err)
						os.Exit(1)
					}
				}
			}
		}()
	}
	select {}
}

// RunCrash kills a process that appends, several times over on one directory, and checks after each that every
// acknowledged record is there once, in the batch that was told, unless it was trimmed.
func RunCrash(t *testing.T, open Open, kills int) {
	dir := t.TempDir()
	acked := make(map[string]uint64)
	var trimmed, highest uint64
	for life := range kills {
		lines := runAndKill(t, fmt.Sprintf("%s|%d", dir, life), 300+450*life)
		for _, line := range lines {
			var seq uint64
			if n, _ := fmt.Sscanf(line, "trim %d", &seq); n == 1 {
				trimmed = max(trimmed, seq)
			} else if n, _ := fmt.Sscanf(line, "ack %d ", &seq); n == 1 {
				_, data, _ := strings.Cut(line[len("ack "):], " ")
				acked[data] = seq
				highest = max(highest, seq)
			}
		}
		verify(t, open, dir, acked, trimmed, highest)
	}
	t.Logf("%d kills: %d acknowledged records, batches up to %d, trimmed up to %d", kills, len(acked), highest, trimmed)
}

// runAndKill lets a child live until it has said so many lines, and returns all that it said.
func runAndKill(t *testing.T, env string, lines int) []string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, os.Args[0])
	cmd.Env = append(os.Environ(), childEnv+"="+env)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var said []string
	for in := bufio.NewScanner(out); in.Scan(); {
		said = append(said, in.Text())
		if len(said) == lines {
			_ = cmd.Process.Kill() // SIGKILL; what it said before is still in the pipe
		}
	}
	_ = cmd.Wait() // "signal: killed"
	if len(said) < lines {
		t.Fatalf("the child ended by itself after %d lines", len(said))
	}
	return said
}

func verify(t *testing.T, open Open, dir string, acked map[string]uint64, trimmed, highest uint64) {
	t.Helper()
	s, err := open(journal.DefaultConfig(dir))
	if err != nil {
		t.Fatalf("open after a kill: %v", err)
	}
	defer mustClose(t, s)
	state := mustState(t, s)
	if state.Last < highest {
		t.Fatalf("after a kill the last batch is %d; %d was acknowledged", state.Last, highest)
	}
	seen := make(map[string]uint64)
	for _, b := range readThrough(t, s, 1, state.Last) {
		for _, r := range b.records {
			if before, twice := seen[string(r.Data)]; twice {
				t.Fatalf("%q is in batch %d and in batch %d", r.Data, before, b.seq)
			}
			seen[string(r.Data)] = b.seq
		}
	}
	for data, seq := range acked {
		if seq > trimmed && seen[data] != seq {
			t.Fatalf("%q was acknowledged in batch %d and is in %d (0: nowhere)", data, seq, seen[data])
		}
	}
	if state := mustState(t, s); state.Damaged != 0 {
		t.Fatalf("%d batches are damaged", state.Damaged)
	}
}
