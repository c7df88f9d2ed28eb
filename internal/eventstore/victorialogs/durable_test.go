package victorialogs

import (
	"testing"
	"time"
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
