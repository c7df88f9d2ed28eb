package crash_test

import (
	"context"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/vedette-soc/vedette/test/harness"
)

func TestMain(m *testing.M) { harness.Main(m) }

// number reads a setting of the test from the environment.
func number(t *testing.T, name string, otherwise uint64) uint64 {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

func kills(t *testing.T) int {
	t.Helper()
	if harness.All() {
		return int(number(t, "VEDETTE_CRASH_KILLS", 10))
	}
	return int(number(t, "VEDETTE_CRASH_KILLS", 3))
}

// TestKilledUnderLoad is the promise of the house: what was acknowledged is there once, whatever happens.
func TestKilledUnderLoad(t *testing.T) {
	seed := number(t, "VEDETTE_CRASH_SEED", uint64(time.Now().UnixNano()))
	t.Logf("VEDETTE_CRASH_SEED=%d", seed)
	random := rand.New(rand.NewPCG(seed, 1))
	s, l, begin := harness.Start(t, nil), newLedger(), time.Now()
	for round := range kills(t) {
		ld := &load{server: s, ledger: l, round: round, pause: often}
		after := 300*time.Millisecond + time.Duration(random.Int64N(int64(2500*time.Millisecond)))
		switch {
		case round == 1 && harness.All(): // long enough for the checkpoint to move on and the journal to be trimmed
			after, ld.pause = 72*time.Second, seldom
		case round%4 == 1: // long enough for the eventstore to have some on disk and some not; it writes after ten seconds
			after, ld.pause = after+11*time.Second, seldom
		}
		start := time.Now()
		ld.start(t.Context(), seed)
		pass(t.Context(), after)
		s.Kill()
		ld.stop()
		again := 0
		for random.IntN(2) == 0 && again < 3 { // and again while it recovers
			s.Launch()
			pass(t.Context(), time.Duration(random.Int64N(int64(1500*time.Millisecond))))
			s.Kill()
			again++
		}
		restart := time.Now()
		s.Restart()
		ready := time.Since(restart)
		settled(t, s, l)
		l.compareRound(t, s.Client(), round, start)
		alerts, incidents := l.compareAlerts(t, s.Client())
		n, all := l.tally(round), l.tally(every)
		t.Logf("kill %2d after %4.1f s, %d more while recovering: sent %d, acknowledged %d (%d fire a rule); ready after %.1f s, %s; "+
			"in all %d stored = %d acknowledged + %d of unanswered requests + %d syslog lines; %d alerts in %d incidents",
			round+1, after.Seconds(), again, n.sent, n.acknowledged, n.fired, ready.Seconds(), compared(s.Log()),
			all.stored, all.acknowledged, all.unanswered, all.lines, alerts, incidents)
		if t.Failed() {
			return
		}
	}
	if code, took := s.Stop(10 * time.Second); code != 0 {
		t.Errorf("asked to stop, the server ended with %d after %s", code, took)
	}
	s.Restart()
	settled(t, s, l)
	l.compare(t, s.Client(), every, begin.Add(-time.Second))
	l.compareAlerts(t, s.Client())
}

// TestStoppedUnderLoad asks the server to stop while clients send.
func TestStoppedUnderLoad(t *testing.T) {
	s, l := harness.Start(t, nil), newLedger()
	for round := range 2 {
		start := time.Now()
		ld := (&load{server: s, ledger: l, round: round, pause: often}).start(t.Context(), 7)
		pass(t.Context(), 2*time.Second)
		code, took := s.Stop(10 * time.Second)
		ld.stop()
		if code != 0 {
			t.Fatalf("the server ended with %d after %s; want 0 within 10 s\n%s", code, took, s.Log().Tail(20))
		}
		if _, err := os.Stat(s.Dir + "/run.json"); err == nil {
			t.Error("the run file stayed behind after an orderly stop")
		}
		s.Restart()
		settled(t, s, l)
		l.compareRound(t, s.Client(), round, start)
		alerts, incidents := l.compareAlerts(t, s.Client())
		n := l.tally(round)
		t.Logf("stop %d took %.1f s: sent %d, acknowledged %d; stored %d, %d of them syslog lines; %d alerts in %d incidents",
			round+1, took.Seconds(), n.sent, n.acknowledged, n.stored, n.lines, alerts, incidents)
	}
}

// pass lets the clients send for a while: the moment of a kill is what this test is about.
func pass(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// compared is what the newest start said of its recovery.
func compared(log *harness.Log) string {
	lines := strings.Split(log.String(), "\n")
	for i := len(lines) - 1; i >= 0 && !strings.Contains(lines[i], "── killed"); i-- {
		if _, what, ok := strings.Cut(lines[i], "comparing the journal with the eventstore after a stop"); ok {
			return "compared " + strings.Trim(what, "\" ")
		}
	}
	return "nothing to compare"
}
