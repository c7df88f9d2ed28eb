package eventstoretest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/eventstore"
)

// What rules see of an event must survive the store: values that a column cannot hold as well.
func testRestore(t *testing.T, open Open) {
	s := mustOpen(t, open, Options{})
	plain := event(1)
	odd := event(2)
	odd.Logsource = vedette.Logsource{Product: "windows", Service: "sysmon", Categories: []string{"registry_event", "registry_set"}}
	odd.Time = odd.Time.In(time.FixedZone("", -5*3600-1800))
	odd.Add("tags", "one")
	odd.Add("tags", `two "quoted" \ and a`+"\n\x01line")
	odd.Add("tags", "")
	odd.Add("user.email", "")
	odd.AddKind("src.Null", "", vedette.KindNull)
	odd.Add("src.Looks", `["like","a list"]`)
	odd.Add("src.name with blanks %41 é", "")
	wide := event(3)
	wide.Logsource = vedette.Logsource{}
	for i := range 900 {
		wide.Add(fmt.Sprintf("src.n%d", i), fmt.Sprint(i))
	}
	wide.Add("src.n899", "again")
	skewed := event(4)
	skewed.Time = skewed.Time.AddDate(-30, 0, 0)
	all := []*vedette.Event{plain, odd, wide, skewed}
	mustAppend(t, s, all)
	settle(t, s, "", len(all))
	var mu sync.Mutex
	found := map[string]string{}
	exact := map[string]bool{}
	if _, err := s.Scan(t.Context(), eventstore.Query{Kind: eventstore.KindEvent}, func(row eventstore.Row) error {
		var ev vedette.Event
		ok := eventstore.Restore(row, vedette.DefaultTenant, &ev)
		mu.Lock()
		defer mu.Unlock()
		found[ev.ID()], exact[ev.ID()] = portrait(&ev), ok
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for _, ev := range all {
		if want := portrait(ev); found[ev.ID()] != want {
			t.Errorf("event %s\n got %s\nwant %s", ev.ID(), found[ev.ID()], want)
		}
		if exact[ev.ID()] == (ev == wide) {
			t.Errorf("event %s: exact is %v", ev.ID(), exact[ev.ID()])
		}
	}
}

// portrait writes down what rules can see of an event.
func portrait(ev *vedette.Event) string {
	var fields []string
	for _, f := range ev.Fields {
		fields = append(fields, fmt.Sprintf("%q=%q %v", f.Name, f.Value, f.Kind == vedette.KindNull))
	}
	slices.Sort(fields)
	return fmt.Sprintf("%s %s %s %s %s %+v %q %s %q", ev.Tenant, ev.ID(), ev.Time.Format(time.RFC3339Nano),
		ev.Received.UTC().Format(time.RFC3339Nano), ev.Source+" "+ev.Dataset, ev.Logsource, ev.Raw, ev.Time.Format(time.RFC3339Nano), fields)
}

func testScan(t *testing.T, open Open) {
	s := mustOpen(t, open, Options{QueryRows: 10})
	mustAppend(t, s, events(3000), alert(5))
	settle(t, s, "", 3001)
	q := eventstore.Query{Kind: eventstore.KindEvent, Text: `"source.ip":="203.0.113.3"`, Limit: 5}
	var mu sync.Mutex
	n := 0
	stats, err := s.Scan(t.Context(), q, func(row eventstore.Row) error {
		mu.Lock()
		defer mu.Unlock()
		if n++; row.Value("source.ip") != "203.0.113.3" {
			t.Errorf("a row that was not asked for: %v", row)
		}
		return nil
	})
	if err != nil || n != 300 || stats.Found != 300 || stats.Looked < 300 {
		t.Errorf("%d rows of 300, %+v, %v", n, stats, err)
	}
	enough := errors.New("enough")
	if _, err := s.Scan(t.Context(), q, func(eventstore.Row) error { return enough }); !errors.Is(err, enough) {
		t.Errorf("fn's error: got %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	_, err = s.Scan(ctx, q, func(eventstore.Row) error { cancel(); return nil })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("a context that ended: got %v", err)
	}
	if _, err := s.Scan(t.Context(), eventstore.Query{Text: "* | stats count()"}, func(eventstore.Row) error { return nil }); vedette.CodeOf(err) != vedette.CodeInvalid {
		t.Errorf("a scan with pipes: got %v", err)
	}
}
