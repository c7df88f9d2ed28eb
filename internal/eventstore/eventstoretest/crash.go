package eventstoretest

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/eventstore"
)

// childEnv makes a test binary the process that is killed: it names the directory, the first sequence and the last.
const childEnv = "VEDETTE_EVENTSTORE_CHILD"

// Main runs the tests, or the child of RunCrash when the process is one. Call it from TestMain and exit with its result.
func Main(m *testing.M, open Open) int {
	if v := os.Getenv(childEnv); v != "" {
		return child(v, open)
	}
	return m.Run()
}

const batchSize = 40

// journalBatch is what a journal would hold under a sequence: always the same events and alerts.
func journalBatch(seq uint64) ([]*vedette.Event, []vedette.Alert) {
	var events []*vedette.Event
	var alerts []vedette.Alert
	for i := range batchSize {
		ev := event(int(seq)*batchSize + i)
		ev.Seq, ev.Place = seq, uint32(i)
		events = append(events, ev)
		if i%20 == 3 {
			a := alert(int(seq)*batchSize + i)
			a.EventID = ev.ID()
			alerts = append(alerts, a)
		}
	}
	return events, alerts
}

// child does what the process loop does after a start: it asks what is present, appends what is missing, and goes on.
// It says "appended <seq>" after each batch and "durable <seq>" whenever that changes.
func child(v string, open Open) int {
	dir, rest, _ := strings.Cut(v, "|")
	var known, last uint64 // the journal of the life before reached to known; sequences above are new
	fmt.Sscan(rest, &known, &last)
	s, err := open(Options{Dir: dir})
	if err != nil {
		fmt.Fprintln(os.Stderr, "child:", err)
		return 1
	}
	present, err := s.Present(context.Background(), 1, known)
	if err != nil {
		fmt.Fprintln(os.Stderr, "child:", err)
		return 1
	}
	durable := uint64(0)
	tick := time.NewTicker(2 * time.Millisecond)
	for seq := uint64(1); ; {
		if seq <= last {
			if err := appendMissing(s, present, seq); err != nil {
				fmt.Fprintln(os.Stderr, "child:", err)
				return 1
			}
			fmt.Fprintln(os.Stdout, "appended", seq)
			seq++
		}
		if d := s.DurableThrough(); d > durable {
			durable = d
			fmt.Fprintln(os.Stdout, "durable", durable)
		}
		<-tick.C
	}
}

func appendMissing(s Store, present *eventstore.Presence, seq uint64) error {
	events, alerts := journalBatch(seq)
	var missing []*vedette.Event
	for _, ev := range events {
		if !present.Event(ev.Seq, ev.Place) {
			missing = append(missing, ev)
		}
	}
	var missingAlerts []vedette.Alert
	for _, a := range alerts {
		if !present.Alert(a.ID) {
			missingAlerts = append(missingAlerts, a)
		}
	}
	return s.Append(context.Background(), missing, missingAlerts)
}

// RunCrash kills a process that appends, several times over on one directory, and checks that what was said to be
// durable is there, and that in the end every event and alert is there exactly once.
func RunCrash(t *testing.T, open Open, kills int) {
	dir := t.TempDir()
	known, durable := uint64(0), uint64(0)
	for life := range kills {
		// One life is killed early; one when the store has said that all is safe; one in the middle of appends after it
		// has begun to write to disk.
		last := known + 400
		until := fmt.Sprintf("appended %d", known+100+uint64(life)*73%300)
		switch life % 3 {
		case 1:
			until = fmt.Sprintf("durable %d", last)
		case 2:
			last = known + 2900
			until = fmt.Sprintf("appended %d", known+2800)
		}
		for _, line := range runAndKill(t, fmt.Sprintf("%s|%d %d", dir, known, last), until) {
			var n uint64
			if c, _ := fmt.Sscanf(line, "durable %d", &n); c == 1 {
				durable = max(durable, n)
			}
		}
		known = last
		checkDurable(t, open, dir, durable)
	}
	s := mustOpen(t, open, Options{Dir: dir})
	present, err := s.Present(t.Context(), 1, known)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d kills: %d batches in the journal, %d said to be durable, %d of %d events there after the last kill",
		kills, known, durable, present.Events(), known*batchSize)
	for seq := uint64(1); seq <= known; seq++ {
		if err := appendMissing(s, present, seq); err != nil {
			t.Fatal(err)
		}
	}
	settle(t, s, "", int(known)*(batchSize+batchSize/20))
	q := eventstore.Query{Text: "* | stats count() n, count_uniq(vedette.id) u", Kind: eventstore.KindEvent}
	row := search(t, s, q)[0]
	if want := fmt.Sprint(known * batchSize); row.Value("n") != want || row.Value("u") != want {
		t.Errorf("%s events, %s different ones; want %s of both", row.Value("n"), row.Value("u"), want)
	}
	seen := 0 // by reading them, which is more than counting
	for page := (eventstore.Query{Kind: eventstore.KindEvent, Limit: 5000}); ; {
		rows := search(t, s, page)
		seen += len(rows)
		if len(rows) == 0 {
			break
		}
		page.After = rows[len(rows)-1].Cursor()
	}
	if seen != int(known)*batchSize {
		t.Errorf("%d events can be read, want %d", seen, known*batchSize)
	}
	q.Kind = eventstore.KindAlert
	row = search(t, s, q)[0]
	if want := fmt.Sprint(known * batchSize / 20); row.Value("n") != want || row.Value("u") != want {
		t.Errorf("%s alerts, %s different ones; want %s of both", row.Value("n"), row.Value("u"), want)
	}
}

func checkDurable(t *testing.T, open Open, dir string, durable uint64) {
	t.Helper()
	s, err := open(Options{Dir: dir})
	if err != nil {
		t.Fatalf("open after a kill: %v", err)
	}
	defer mustClose(t, s)
	present, err := s.Present(t.Context(), 1, durable)
	if err != nil {
		t.Fatal(err)
	}
	if present.Events() != int(durable)*batchSize || present.Alerts() != int(durable)*batchSize/20 {
		t.Fatalf("%d events and %d alerts are there; %d batches of %d were said to be durable",
			present.Events(), present.Alerts(), durable, batchSize)
	}
}

// runAndKill lets a child live until it says a line, and returns all that it said.
func runAndKill(t *testing.T, env, until string) []string {
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
	reached := false
	for in := bufio.NewScanner(out); in.Scan(); {
		said = append(said, in.Text())
		if in.Text() == until {
			reached = true
			_ = cmd.Process.Kill() // SIGKILL
		}
	}
	_ = cmd.Wait() // "signal: killed"
	if !reached {
		t.Fatalf("the child ended by itself before it said %q", until)
	}
	return said
}
