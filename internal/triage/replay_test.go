package triage_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/statestore"
)

// days is what a house sees in three days: everyday things, a stranger who gets in, one at the door of a machine in which
// something happens, a quiet attack with what belongs to it, a flood, a mass deployment and something that no rule describes.
func days() []vedette.Alert {
	s := ordinary(&script{}, 4, 72*time.Hour)
	for _, a := range first().alerts {
		a.Time, a.Received, a.Detected = a.Time.Add(30*time.Hour), a.Received.Add(30*time.Hour), a.Detected.Add(30*time.Hour)
		s.alerts = append(s.alerts, a)
	}
	s.alerts = append(s.alerts, united(40*time.Hour).alerts...)
	quietAttack(s, 50*time.Hour, "ws-007")
	deployment(s, 60*time.Hour, 30, vedette.High)
	rare := rule{"rare", "Load of a processor is out of range", vedette.Low, "", nil, nil}
	for _, at := range []time.Duration{time.Hour, 24 * time.Hour, 45 * time.Hour, 50*time.Hour + time.Minute} {
		s.at(at, rare, host("south-9"))
	}
	for i := range 300 {
		s.at(65*time.Hour+time.Duration(i)*time.Second, rule{"usual-1", "Everyday thing 1", vedette.Low, "discovery", []string{"T1082"}, nil}, host("ws-004"))
	}
	s.at(66*time.Hour, odd, host("ws-011"))
	s.alerts[len(s.alerts)-1].Anomaly = &vedette.Anomaly{Detector: "volume", Family: vedette.FamilyExfil, Observed: 9e9, Expected: 0, Unit: "bytes", Weight: 3, Text: vedette.Text{En: "9 GB", Zh: "9 GB"}}
	return s.join(&script{}).alerts
}

// played is everything that is stored when the days were folded in batches, with restarts before some of them: incidents with
// their reasons, changes and ledgers, byte for byte.
func played(t *testing.T, size int, restarts ...int) string {
	t.Helper()
	clock := func() time.Time { return day.Add(100 * time.Hour) }
	address := "sqlite://" + filepath.Join(t.TempDir(), "state.db")
	start := func() *statestore.Store {
		store, err := statestore.Open(t.Context(), statestore.Config{URL: address, Now: clock})
		if err != nil {
			t.Fatal(err)
		}
		return store
	}
	store := start()
	tr, n := open(t, store), 0
	for batch := range slices.Chunk(days(), size) {
		if slices.Contains(restarts, n) {
			store.Close()
			store = start()
			tr = open(t, store)
		}
		n++
		if _, err := tr.Fold(t.Context(), uint64(n), batch); err != nil {
			t.Fatal(err)
		}
		if n%7 == 0 { // a batch that comes again is folded once
			if _, err := tr.Fold(t.Context(), uint64(n), batch); err != nil {
				t.Fatal(err)
			}
		}
	}
	defer store.Close()
	all, _, _, err := store.Incidents(t.Context(), statestore.IncidentFilter{Tenant: vedette.DefaultTenant}, statestore.Page{Limit: 500})
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(all, func(a, b vedette.Incident) int { return strings.Compare(a.ID, b.ID) })
	var text strings.Builder
	for _, in := range all {
		text.WriteString(asJSON(t, incidentOf(t, store, in.ID)))
		changes, err := store.Changes(t.Context(), in.Tenant, in.ID)
		if err != nil {
			t.Fatal(err)
		}
		text.WriteString(asJSON(t, changes))
		lines, _, _, err := store.Evidence(t.Context(), in.Tenant, in.ID, statestore.Page{Limit: 500})
		if err != nil {
			t.Fatal(err)
		}
		text.WriteString(asJSON(t, lines))
	}
	return text.String()
}

// The same alerts give the same incidents, reasons, changes and ledgers, byte for byte: again in another store, and with restarts
// in the middle of everything.
func TestReplayIsTheSameByteForByte(t *testing.T) {
	for _, size := range []int{3, 40} {
		want := played(t, size)
		if len(want) < 100_000 || !strings.Contains(want, `"vedette"`) {
			t.Fatalf("batches of %d: too little happens: %d bytes", size, len(want))
		}
		for name, restarts := range map[string][]int{"again": nil, "with restarts": {3, 11, 17, 18, 19, 20, 25, 27, 60, 110, 170, 200, 333, 500, 700}} {
			if got := played(t, size, restarts...); got != want {
				t.Errorf("batches of %d, %s: %s", size, name, firstDifference(got, want))
			}
		}
	}
}

// firstDifference shows where two texts part.
func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			from := max(0, i-12)
			return "got\n" + strings.Join(g[from:min(i+4, len(g))], "\n") + "\nwant\n" + strings.Join(w[from:min(i+4, len(w))], "\n")
		}
	}
	return "one is longer"
}
