package triage_test

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/triage"
)

// flooded is one story that does not end: a stranger, sixty machines, nine hundred accounts, three rules, over two days.
func flooded(a *vedette.Alert, i, n int) {
	rules := [...]rule{scan, guess, login}
	r := rules[i%3]
	if i%3 == 2 && i > 3000 {
		r = guess
	}
	at := day.Add(time.Duration(i) * (47 * time.Hour / time.Duration(n)))
	*a = vedette.Alert{
		ID: fmt.Sprintf("alert-%d", i), Tenant: vedette.DefaultTenant, Time: at, Received: at, Detected: at, RuleID: r.id, RuleTitle: r.title, Severity: r.severity,
		Tactics: []string{r.tactic}, Techniques: r.techniques, Matched: r.matched, Source: "test", EventID: fmt.Sprintf("%d-0", i),
		Entities: []vedette.EntityRef{host(fmt.Sprintf("srv-%02d", i%60)), from("203.0.113.9"), user(fmt.Sprintf("person%d", i/10%900))},
	}
}

// counted holds an incident of a flood to its numbers: nothing is capped in silence.
func counted(t *testing.T, in *vedette.Incident, n int64) {
	t.Helper()
	rules, spans, attacker := int64(0), int64(0), int64(0)
	for _, r := range in.Rules {
		rules += r.Count
	}
	for _, x := range in.Tally.Times {
		spans += x
	}
	for _, e := range in.Tally.Entities {
		if e.Name == "203.0.113.9" {
			attacker = e.Alerts
		}
	}
	if in.Alerts != n || rules != n || spans != n || attacker != n {
		t.Errorf("%d alerts: counted %d, by rule %d, over time %d, of the stranger %d", n, in.Alerts, rules, spans, attacker)
	}
	if in.Tally.Step != 3600 || len(in.Tally.Times) < 47 || len(in.Tally.Entities) != len(in.Entities) || in.Tally.OtherRules != 0 {
		t.Errorf("%d spans of %d s, %d of %d entities counted, %d of other rules", len(in.Tally.Times), in.Tally.Step, len(in.Tally.Entities), len(in.Entities), in.Tally.OtherRules)
	}
	if others := in.Tally.Unlisted + int64(len(in.Entities)); others < 800 || others > 1150 {
		t.Errorf("961 entities are said to be %d", others)
	}
}

// A million alerts of one story are one row: exact counts, a document under 192 KiB and a heap that stays under 64 MiB.
func TestAMillionAlertsOfOneStory(t *testing.T) {
	const n = 1_000_000
	e := engine(t, triage.Knowledge{})
	var a vedette.Alert
	for i := range n {
		flooded(&a, i, n)
		e.Add(&a, int64(i+1))
	}
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	out := e.Flush()
	if len(out) != 1 || out[0].Below {
		t.Fatalf("%d incidents: %v", len(out), names(out[:min(len(out), 5)]))
	}
	counted(t, &out[0].Incident, n)
	size := len(asJSON(t, out[0].Incident))
	t.Logf("%d KiB, heap %d MiB", size>>10, m.HeapAlloc>>20)
	if size > 192<<10 || m.HeapAlloc > 64<<20 {
		t.Errorf("the document has %d bytes, the heap %d", size, m.HeapAlloc)
	}
}

// The same live, through the store and a restart in the middle; the ledger stays short, too.
func TestAFloodIsStoredAsOneRow(t *testing.T) {
	const n, batch = 60_000, 2000
	store := openStore(t)
	tr := open(t, store)
	var seq uint64
	var last []vedette.Alert
	for i := 0; i < n; i += batch {
		if i == n/2 {
			tr = open(t, store)
		}
		alerts := make([]vedette.Alert, batch)
		for k := range alerts {
			flooded(&alerts[k], i+k, n)
		}
		last = fold(t, tr, &seq, alerts, batch)
	}
	all := incidents(t, store)
	if len(all) != 1 {
		t.Fatalf("%d incidents", len(all))
	}
	counted(t, &all[0], n)
	proof, err := store.VerifyEvidence(t.Context(), vedette.DefaultTenant, last[0].IncidentID)
	if err != nil || !proof.Intact() || proof.Entries > 4096 {
		t.Errorf("%+v %v", proof, err)
	}
}
