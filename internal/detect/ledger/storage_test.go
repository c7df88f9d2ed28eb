package ledger_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/detect/ledger"
)

// A day of 100 sources with 10 kinds of records each, at rates that vary, must take little room. It also shows that hours
// are put together and that nothing is lost by it.
func TestADayTakesLittleRoom(t *testing.T) {
	if testing.Short() {
		t.Skip("plays a whole day: not in short mode")
	}
	s := newStage(t)
	random := rand.New(rand.NewPCG(1, 2))
	const sources, kinds, most = 100, 10, 4 << 20
	var sent int64
	templates := make([]vedette.Event, sources*kinds)
	for i := range templates {
		templates[i] = vedette.Event{Tenant: vedette.DefaultTenant, Source: fmt.Sprintf("syslog/host-%03d", i/kinds),
			Logsource: vedette.Logsource{Product: "linux", Service: fmt.Sprintf("service-%d", i%kinds)}}
	}
	for minute := range 24 * 60 {
		s.now = s.now.Add(time.Minute)
		var events []*vedette.Event
		for i := range templates {
			templates[i].Received = s.now
			for range 1 + random.IntN(3+i/kinds%5*(i%kinds)) {
				events = append(events, &templates[i])
			}
		}
		sent += int64(len(events))
		s.ledger.Observe(uint64(minute+1), events)
		if minute%5 == 4 {
			s.flush()
		}
	}
	s.now = s.now.Add(2 * time.Hour)
	s.flush()
	var found int64
	for _, r := range s.rows(func(q *ledger.Query) { q.Since = s.now.Add(-27 * time.Hour) }) {
		found += r.Events
	}
	if found != sent {
		t.Errorf("%d events were counted and %d are found", sent, found)
	}
	if err := s.ledger.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.store.Close(); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(strings.TrimPrefix(s.url, "sqlite://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("a day of %d events of %d pairs takes %d bytes", sent, sources*kinds, info.Size())
	if info.Size() > most {
		t.Errorf("a day takes %d bytes, more than %d", info.Size(), most)
	}
}
