package victorialogs

import (
	"log/slog"
	"testing"
	"time"

	vedette "github.com/vedette-soc/vedette"
)

func TestDurability(t *testing.T) {
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	at := func(seconds int) time.Time { return start.Add(time.Duration(seconds) * time.Second) }
	want := func(d *durability, seq uint64, why string) {
		t.Helper()
		if got := d.through(); got != seq {
			t.Errorf("%s: durable through %d, want %d", why, got, seq)
		}
	}

	var d durability
	want(&d, 0, "nothing appended")
	for i := range 100 {
		d.appended(at(i), uint64(i+1), uint64(i+1), 10)
	}
	want(&d, 0, "nothing looked at")
	d.look(at(100), 600)
	want(&d, 40, "a hundred seconds, the first forty old enough")
	d.look(at(120), 401)
	want(&d, 40, "more in memory than was appended lately: flushing lags")
	d.look(at(120), 400)
	want(&d, 60, "as much in memory as was appended lately")
	d.barrier(at(80))
	want(&d, 80, "the engine held nothing at second 80")
	d.appended(at(121), 7, 9, 5)
	want(&d, 6, "an early sequence was appended late")
	d.look(at(182), 0)
	want(&d, 100, "that is old too")
	d.appended(at(190), 101, 150, 5)
	d.appended(at(190).Add(time.Millisecond), 90, 95, 5)
	want(&d, 89, "within one second")
	d.all()
	want(&d, 150, "closed")

	var first durability
	first.appended(at(0), 1, 1, 1)
	want(&first, 0, "the very first")
	first.barrier(at(0))
	want(&first, 0, "appended at the barrier, not before it")
	first.barrier(at(1))
	want(&first, 1, "appended before the barrier")
}

// Alerts about events of long ago do not hold back what is taken for safe.
func TestAlertsOfThePastHoldNothingBack(t *testing.T) {
	cfg := DefaultConfig(t.TempDir())
	cfg.MinFreeBytes = 0
	s, err := Open(cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	now := time.Now()
	ev := &vedette.Event{Tenant: vedette.DefaultTenant, Seq: 900, Time: now, Received: now, Source: "s", Dataset: "d"}
	late := vedette.Alert{ID: "a", Tenant: vedette.DefaultTenant, EventID: "7-0", Time: now, Received: now, Detected: now}
	retro := late
	retro.ID, retro.Indicator = "b", &vedette.Sighting{Retro: true}
	for _, alerts := range [][]vedette.Alert{{late}, {retro}} {
		events := []*vedette.Event{ev}
		if alerts[0].Indicator != nil {
			events = nil
		}
		if err := s.Append(t.Context(), events, alerts); err != nil {
			t.Fatal(err)
		}
	}
	s.safe.mu.Lock()
	defer s.safe.mu.Unlock()
	rows := int64(0)
	for _, m := range s.safe.recent {
		rows += m.rows
		if m.min < 900 {
			t.Errorf("sequences from %d on are taken for unsafe", m.min)
		}
	}
	if rows != 3 {
		t.Errorf("%d rows are counted", rows)
	}
}
