package telemetry_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/telemetry"
)

// clock is a time that a test moves.
type clock struct{ now time.Time }

func record(name string, at time.Time) *vedette.Record {
	return &vedette.Record{Tenant: "default", Source: name, Receiver: "syslog", Received: at, Data: []byte("x")}
}

func newSources(limit int) (*telemetry.Sources, *clock) {
	c := &clock{time.Date(2026, 3, 4, 10, 0, 30, 0, time.UTC)}
	return telemetry.NewSources(limit, func() time.Time { return c.now }), c
}

func state(t *testing.T, s *telemetry.Sources, name string) vedette.SourceStatus {
	t.Helper()
	for _, src := range s.List("default") {
		if src.Name == name {
			return src
		}
	}
	t.Fatalf("no source %s", name)
	return vedette.SourceStatus{}
}

func TestASourceThatStopsIsSilentSoonerTheMoreRegularItWas(t *testing.T) {
	s, c := newSources(10)
	s.Accepted(record("hourly", c.now.Add(-time.Hour)))
	s.Accepted(record("hourly", c.now))
	for i := range 60 {
		s.Accepted(record("steady", c.now.Add(time.Duration(i)*time.Second)))
	}
	c.now = c.now.Add(10 * time.Minute)
	if got := state(t, s, "steady").State; got != vedette.SourceSilent {
		t.Errorf("the steady source is %s after ten minutes", got)
	}
	if got := state(t, s, "hourly").State; got == vedette.SourceSilent {
		t.Error("the hourly source is called silent after ten minutes")
	}
	c.now = c.now.Add(5 * time.Hour)
	if got := state(t, s, "hourly").State; got != vedette.SourceSilent {
		t.Errorf("the hourly source is %s after five hours", got)
	}
}

func TestASourceWhoseRecordsCannotBeParsedIsFailing(t *testing.T) {
	s, c := newSources(10)
	for i := range 10 {
		rec := record("fw", c.now)
		s.Accepted(rec)
		if i%2 == 0 {
			s.Failed(rec, "invalid_json")
		}
	}
	src := state(t, s, "fw")
	if src.State != vedette.SourceFailing || src.Failures != 5 || len(src.Samples) != 1 || src.Samples[0].Count != 5 {
		t.Fatalf("%+v", src)
	}
}

func TestTheRegisterIsBounded(t *testing.T) {
	s, c := newSources(5)
	for i := range 1000 {
		rec := record(fmt.Sprintf("host-%d", i), c.now)
		s.Accepted(rec)
		s.Dropped(rec, fmt.Sprintf("reason-%d", i), 1)
		s.Parsed(&vedette.Event{Dataset: fmt.Sprintf("set-%d", i), Time: c.now, Received: c.now}, rec)
	}
	list := s.List("default")
	total := int64(0)
	for _, src := range list {
		total += src.Records
		if len(src.Dropped) > 20 || len(src.Datasets) > 40 {
			t.Errorf("%s tells %d reasons and %d datasets apart", src.Name, len(src.Dropped), len(src.Datasets))
		}
	}
	if len(list) != 6 || total != 1000 {
		t.Fatalf("%d sources with %d records", len(list), total)
	}
}

func TestRatesAreByMinuteAndASnapshotKeepsThem(t *testing.T) {
	s, c := newSources(5)
	for range 120 {
		s.Accepted(record("web", c.now))
	}
	c.now = c.now.Add(2 * time.Minute)
	snapshot, err := s.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	restored, clock := newSources(5)
	clock.now = c.now
	if err := restored.Restore(snapshot); err != nil {
		t.Fatal(err)
	}
	for _, register := range []*telemetry.Sources{s, restored} {
		rate := state(t, register, "web").Rate
		if len(rate) != 60 || rate[57] != 2 || rate[58] != 0 || rate[59] != 0 {
			t.Fatalf("the last rates are %v", rate[55:])
		}
	}
	if state(t, restored, "web").Records != 120 {
		t.Fatal("the snapshot lost the count")
	}
}
