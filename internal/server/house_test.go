package server

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
)

// gathering is a sink that keeps what it gets; it gives every record on.
type gathering chan vedette.Record

func (g gathering) Accept(ctx context.Context, records []vedette.Record) error {
	for _, rec := range records {
		select {
		case g <- rec:
		case <-ctx.Done():
			return vedette.Errorf(vedette.CodeUnavailable, "the journal takes nothing")
		}
	}
	return nil
}

func fieldsOf(t *testing.T, rec vedette.Record) map[string]string {
	t.Helper()
	var fields map[string]string
	if err := json.Unmarshal(rec.Data, &fields); err != nil {
		t.Fatal(err)
	}
	return fields
}

func TestNewsBecomeRecordsOfTheHouse(t *testing.T) {
	now := time.Date(2026, 3, 4, 10, 0, 0, 0, time.UTC)
	sink := make(gathering, 1)
	h := newHouse(sink, func() time.Time { return now }, nil, slog.New(slog.DiscardHandler))
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- h.Run(ctx) }()
	h.Tell(News{Kind: "source.silent", Reason: "nothing came", Fields: map[string]string{"source": "syslog/web-01"}})
	rec := <-sink
	if f := fieldsOf(t, rec); rec.Source != "vedette" || rec.Receiver != "vedette" || rec.Tenant != "default" || f["kind"] != "source.silent" || f["phase"] != "began" || f["reason"] != "nothing came" {
		t.Errorf("%+v %s", rec, rec.Data)
	}
	stop()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}

func TestTheHouseDoesNotRepeatItself(t *testing.T) {
	now := time.Date(2026, 3, 4, 10, 0, 0, 0, time.UTC)
	h := newHouse(make(gathering), func() time.Time { return now }, nil, slog.New(slog.DiscardHandler))
	for range 1000 {
		h.Tell(News{Kind: "source.silent", Fields: map[string]string{"source": "a"}})
		h.Tell(News{Kind: "source.silent", Fields: map[string]string{"source": vedette.HouseSource}})
	}
	if n := len(h.queue); n != 1 {
		t.Fatalf("%d news wait", n)
	}
	for i := range 1000 {
		h.Tell(News{Kind: "source.silent", Fields: map[string]string{"source": fmt.Sprint(i)}})
	}
	if n := len(h.queue); n != newsPerKind {
		t.Fatalf("%d news of one kind wait", n)
	}
	h.sumUp()
	var last vedette.Record
	for range newsPerKind + 1 {
		last = <-h.queue
	}
	if f := fieldsOf(t, last); f["more"] != "981" || f["source"] != "" {
		t.Errorf("summed up: %v", f)
	}
	// A journal that takes nothing and a torrent of kinds fill nothing.
	for i := range 100_000 {
		now = now.Add(time.Second)
		h.Tell(News{Kind: fmt.Sprintf("kind-%d.x", i), Fields: map[string]string{"source": fmt.Sprint(i)}})
	}
	if len(h.queue) > newsWaiting || len(h.paces) > newsKinds || len(h.recent) > newsRecent {
		t.Errorf("%d wait, %d kinds, %d recent", len(h.queue), len(h.paces), len(h.recent))
	}
}

func TestAMachineIsReadOffASourcesName(t *testing.T) {
	for name, want := range map[string][2]string{
		"syslog/web-01": {"web-01", ""}, "syslog/10.0.0.7": {"", "10.0.0.7"}, "http/2001:db8::1": {"", "2001:db8::1"},
		"file//var/log/auth.log": {"", ""}, "vedette": {"", ""}, "http/a b": {"", ""},
	} {
		host, address := hostIn(name)
		if host != want[0] || address != want[1] {
			t.Errorf("%s: %q %q", name, host, address)
		}
	}
}
