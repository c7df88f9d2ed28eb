package telemetry_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/vedette-soc/vedette/internal/telemetry"
)

// heard lets something be heard so many times, every so often.
func heard(r *telemetry.Rhythm, from time.Time, every time.Duration, times int) time.Time {
	for range times {
		from = from.Add(every)
		r.Heard(from, 1)
	}
	return from
}

func TestPatienceFollowsTheRhythm(t *testing.T) {
	start := time.Date(2026, 3, 4, 10, 0, 0, 0, time.UTC)
	for every, silent := range map[time.Duration]time.Duration{
		time.Second: 31 * time.Second, 10 * time.Second: 50 * time.Second, 20 * time.Second: 100 * time.Second, 10 * time.Minute: 50 * time.Minute,
	} {
		var r telemetry.Rhythm
		last := heard(&r, start, every, 30)
		if r.Silent(last.Add(silent*95/100)) || !r.Silent(last.Add(silent)) {
			t.Errorf("every %s: its patience is %s", every, r.Patience())
		}
	}
}

func TestAnUploadIsNoRhythm(t *testing.T) {
	start := time.Date(2026, 3, 4, 10, 0, 0, 0, time.UTC)
	var r telemetry.Rhythm
	last := heard(&r, start, time.Millisecond, 5000)
	if _, ok := r.AlertAfter(time.Minute); r.Learned() || ok || r.Silent(last.Add(4*time.Minute)) || !r.Silent(last.Add(6*time.Minute)) || !r.Forgotten(last.Add(2*time.Hour)) {
		t.Errorf("%+v", r)
	}
}

// Who sends at random, ten times faster at first, is not called silent for a pause of twice the longest one so far.
func TestASlowerPaceIsLearned(t *testing.T) {
	var r telemetry.Rhythm
	chance := rand.New(rand.NewPCG(1, 2))
	at := heard(&r, time.Date(2026, 3, 4, 10, 0, 0, 0, time.UTC), 50*time.Millisecond, 500)
	silences := 0
	for n := range 1000 {
		next := at.Add(time.Duration(chance.ExpFloat64() * float64(15*time.Second)))
		if n > 10 && r.Silent(next) {
			silences++
		}
		at = next
		r.Heard(at, 1)
	}
	if silences > 10 {
		t.Errorf("%d of 1000 pauses were called a silence; its patience is %s", silences, r.Patience())
	}
}

// One outage must not make the next one look usual; a pause that comes again and again is.
func TestAnOutageIsNotLearnedAtOnce(t *testing.T) {
	start := time.Date(2026, 3, 4, 10, 0, 0, 0, time.UTC)
	var r telemetry.Rhythm
	last := heard(&r, start, time.Second, 3600)
	last = heard(&r, last.Add(2*time.Hour), time.Second, 60)
	if !r.Silent(last.Add(2 * time.Minute)) {
		t.Errorf("after one outage its patience is %s", r.Patience())
	}
	for range 12 {
		last = heard(&r, last.Add(time.Hour), time.Second, 60)
	}
	if r.Silent(last.Add(time.Hour)) {
		t.Errorf("after twelve equal pauses its patience is %s", r.Patience())
	}
}

func TestWhoSendsAllTheTimeIsMissedSooner(t *testing.T) {
	start := time.Date(2026, 3, 4, 10, 0, 0, 0, time.UTC)
	for every, want := range map[time.Duration]time.Duration{time.Second: time.Minute, 30 * time.Second: 5 * time.Minute, 5 * time.Minute: 20 * time.Minute} {
		var r telemetry.Rhythm
		heard(&r, start, every, int(7*time.Hour/every))
		if after, ok := r.AlertAfter(5 * time.Minute); !ok || after != want {
			t.Errorf("every %s: people are told after %s, %v", every, after, ok)
		}
	}
}

// Nobody is silent for the time in which nobody listened; who was silent before stays silent.
func TestARestartIsNoSilence(t *testing.T) {
	s, c := newSources(5)
	for i := range 60 {
		s.Accepted(record("dead", c.now.Add(time.Duration(i)*time.Second)))
	}
	c.now = c.now.Add(10 * time.Minute)
	for i := range 60 {
		s.Accepted(record("alive", c.now.Add(time.Duration(i-60)*time.Second)))
	}
	snapshot, err := s.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	restored, clock := newSources(5)
	clock.now = c.now.Add(20 * time.Minute)
	if err := restored.Restore(snapshot); err != nil {
		t.Fatal(err)
	}
	if got := state(t, restored, "alive").State; got == "silent" {
		t.Error("a source is called silent for the time in which nobody listened")
	}
	if got := state(t, restored, "dead").State; got != "silent" {
		t.Errorf("a source that was silent is %s after a restart", got)
	}
	clock.now = clock.now.Add(time.Minute)
	if got := state(t, restored, "alive").State; got != "silent" {
		t.Errorf("a source that does not come back is %s", got)
	}
}
