package eventstoretest

import (
	"context"
	"fmt"
	"io"
	"testing"
	"time"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/eventstore"
)

// Store is an event store that can be closed.
type Store interface {
	eventstore.Writer
	eventstore.Searcher
	eventstore.Scanner
	eventstore.Reader
	eventstore.Recoverer
	io.Closer
	Stats(ctx context.Context) (eventstore.Stats, error)
}

// Options are the limits that tests set; what is zero is the implementation's default.
type Options struct {
	Dir        string
	QueryTime  time.Duration
	QueryRows  int
	QueryBytes int64
}

// Open opens the implementation under test.
type Open func(o Options) (Store, error)

// patience bounds every wait of the suite.
const patience = 30 * time.Second

func mustOpen(t *testing.T, open Open, o Options) Store {
	t.Helper()
	if o.Dir == "" {
		o.Dir = t.TempDir()
	}
	s, err := open(o)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() { mustClose(t, s) })
	return s
}

func mustClose(t *testing.T, s Store) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Fatalf("close: %v", err)
	}
}

func mustAppend(t *testing.T, s Store, events []*vedette.Event, alerts ...vedette.Alert) {
	t.Helper()
	if err := s.Append(t.Context(), events, alerts); err != nil {
		t.Fatalf("append: %v", err)
	}
}

func search(t *testing.T, s Store, q eventstore.Query) []eventstore.Row {
	t.Helper()
	rows, err := trySearch(t.Context(), s, q)
	if err != nil {
		t.Fatalf("search %q: %v", q.Text, err)
	}
	return rows
}

func trySearch(ctx context.Context, s Store, q eventstore.Query) ([]eventstore.Row, error) {
	var rows []eventstore.Row
	err := s.Search(ctx, q, func(r eventstore.Row) error {
		rows = append(rows, r)
		return nil
	})
	return rows, err
}

// settle waits until so many rows of a tenant are searchable.
func settle(t *testing.T, s Store, tenant string, rows int) {
	t.Helper()
	count := func() int {
		found := search(t, s, eventstore.Query{Tenant: tenant, Text: "* | stats count() n", Limit: 1})
		if len(found) == 0 {
			return 0
		}
		n := 0
		fmt.Sscan(found[0].Value("n"), &n)
		return n
	}
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(patience)
	for {
		n := count()
		if n == rows {
			return
		}
		if n > rows {
			t.Fatalf("tenant %q has %d rows, want %d", tenant, n, rows)
		}
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("tenant %q has %d rows, want %d", tenant, n, rows)
		}
	}
}

// moment is when test events happen: recent, and at noon, so that a test does not depend on the time of day.
func moment() time.Time {
	return time.Now().UTC().Truncate(24 * time.Hour).Add(-36 * time.Hour)
}

// event makes the i-th test event, a second after the one before.
func event(i int) *vedette.Event {
	ev := &vedette.Event{
		Tenant:    vedette.DefaultTenant,
		Seq:       uint64(1 + i/100),
		Place:     uint32(i % 100),
		Time:      moment().Add(time.Duration(i) * time.Second),
		Received:  moment().Add(time.Duration(i)*time.Second + 50*time.Millisecond),
		Source:    "syslog/10.0.0.7",
		Dataset:   "linux.sshd",
		Logsource: vedette.Logsource{Product: "linux", Service: "sshd"},
		Raw:       fmt.Sprintf("sshd[%d]: Failed password for root from 203.0.113.%d port 22 ssh2", i, i%10),
	}
	ev.Add("event.action", "ssh_login")
	ev.Add("event.outcome", "failure")
	ev.Add("source.ip", fmt.Sprintf("203.0.113.%d", i%10))
	ev.Add("user.name", "root")
	ev.AddKind("process.pid", fmt.Sprint(i), vedette.KindNumber)
	return ev
}

func events(n int) []*vedette.Event {
	list := make([]*vedette.Event, n)
	for i := range list {
		list[i] = event(i)
	}
	return list
}

// alert makes an alert about the i-th test event.
func alert(i int) vedette.Alert {
	ev := event(i)
	return vedette.Alert{
		ID:        fmt.Sprintf("alert-%d", i),
		Tenant:    ev.Tenant,
		Time:      ev.Time,
		Received:  ev.Received,
		Detected:  ev.Received.Add(time.Millisecond),
		RuleID:    fmt.Sprintf("rule-%d", i%3),
		RuleTitle: "SSH password guessing",
		Severity:  vedette.Severity(i % 5),
		Tags:      []string{"attack.t1110"},
		Tactics:   []string{"credential-access"},
		EventID:   ev.ID(),
		Source:    ev.Source,
		Dataset:   ev.Dataset,
		Matched:   map[string]string{"event.outcome": "failure"},
		Entities: []vedette.EntityRef{
			{Kind: vedette.EntityAddress, Name: fmt.Sprintf("203.0.113.%d", i%10), Role: vedette.RoleActor},
			{Kind: vedette.EntityUser, Name: `ACME\root`},
		},
		IncidentID: fmt.Sprintf("incident-%d", i%2),
	}
}
