package triage_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/statestore"
	"github.com/vedette-soc/vedette/internal/triage"
)

// united is a story of a stranger at the door of a machine and one of what happens in it, which triage joins once the second
// reaches the line.
func united(at time.Duration) *script {
	exploit := rule{"exploit", "Shell command in a request", vedette.High, "initial-access", []string{"T1190"}, nil}
	s := (&script{}).at(at, rule{"probe", "Archive made of a share", vedette.Medium, "collection", []string{"T1560"}, nil}, host("ws-007"))
	s.at(at+time.Minute, exploit, from("203.0.113.9"), host("ws-007"))
	s.at(at+3*time.Minute, rule{"shell", "Shell under the web server", vedette.Medium, "execution", []string{"T1059.004"}, nil}, host("ws-007"))
	s.at(at+5*time.Minute, rule{"who", "Account changed its user", vedette.Medium, "privilege-escalation", []string{"T1548.003"}, nil}, host("ws-007"))
	for i := range s.alerts {
		s.alerts[i].ID += "-united"
	}
	return s
}

// changesOf lists the changes of one kind of an incident, newest first.
func changesOf(t *testing.T, store *statestore.Store, id string, kind vedette.ChangeKind) []vedette.IncidentChange {
	t.Helper()
	all, err := store.Changes(t.Context(), vedette.DefaultTenant, id)
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(all, func(c vedette.IncidentChange) bool { return c.Kind != kind })
}

func incidentOf(t *testing.T, store *statestore.Store, id string) vedette.Incident {
	t.Helper()
	in, err := store.Incident(t.Context(), vedette.DefaultTenant, id)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

// What triage joins after people could see it is a change like theirs: listed with its reason, told in the ledgers of both, with
// the documents to take it back.
func TestWhatTriageMergesIsAChange(t *testing.T) {
	for _, size := range []int{1, 2, 4} {
		store := openStore(t)
		tr := open(t, store)
		var seq uint64
		fold(t, tr, &seq, ordinary(&script{}, 1, 49*time.Hour).join(&script{}).alerts, 64)
		out := fold(t, tr, &seq, united(50*time.Hour).alerts, size)
		inside, door := out[0].IncidentID, out[1].IncidentID
		if size == 4 { // nobody saw them apart
			if n := len(changesOf(t, store, inside, vedette.ChangeMerge)); n != 0 || door != inside {
				t.Errorf("%d changes are listed of what nobody could see, and an alert is said to be in %s, not %s", n, door, inside)
			}
			continue
		}
		gone, stays := incidentOf(t, store, door), incidentOf(t, store, inside)
		if gone.Merged != inside || gone.Status != vedette.StatusClosed || stays.Alerts < 4 || stays.Below {
			t.Fatalf("batches of %d: %s: merged into %q, %s; %s has %d alerts", size, door, gone.Merged, gone.Status, inside, stays.Alerts)
		}
		for _, id := range []string{inside, door} {
			all := changesOf(t, store, id, vedette.ChangeMerge)
			if len(all) != 1 || all[0].Kind != vedette.ChangeMerge || all[0].By != "vedette" || all[0].Why.Zh == "" || all[0].Alerts != 1 ||
				len(all[0].Sides) != 2 || all[0].Sides[0].Incident != inside || all[0].Sides[1].Incident != door || all[0].Time.IsZero() {
				t.Fatalf("the changes of %s: %+v", id, all)
			}
			lines, _, _, err := store.Evidence(t.Context(), vedette.DefaultTenant, id, statestore.Page{})
			told := 0
			for _, e := range lines {
				if e.Kind == vedette.EvidencePerson && e.IncidentID == id && e.Detector == "vedette" && strings.Contains(e.Text.En, "merged") {
					told++
				}
			}
			if err != nil || told != 1 {
				t.Errorf("the ledger of %s tells of it %d times: %v", id, told, err)
			}
		}
		r, err := store.Change(t.Context(), vedette.DefaultTenant, changesOf(t, store, inside, vedette.ChangeMerge)[0].ID)
		if err != nil || len(r.Before) != 2 || r.Before[0].Alerts+r.Before[1].Alerts != r.After[0].Alerts || r.Before[1].Status != vedette.StatusOpen || r.Before[1].Created.IsZero() {
			t.Errorf("the documents: %+v %v", r, err)
		}
	}
}

// Taking it back is learned: triage does not join them again, nor anything that is just like them.
func TestWhatTriageMergedIsNotMergedAgain(t *testing.T) {
	host7 := vedette.EntityRef{Kind: vedette.EntityHost, Name: "ws-007"}
	for _, learned := range []bool{false, true} {
		store := openStore(t)
		tr := open(t, store)
		var seq uint64
		fold(t, tr, &seq, ordinary(&script{}, 1, 49*time.Hour).join(&script{}).alerts, 64)
		if learned {
			err := store.UndoChange(t.Context(), undoable(t, store, []vedette.LinkFeedback{{Tenant: vedette.DefaultTenant, A: host7, B: host7, Apart: 1}}))
			if err != nil {
				t.Fatal(err)
			}
			if err := tr.Reload(t.Context(), vedette.DefaultTenant); err != nil {
				t.Fatal(err)
			}
		}
		out := fold(t, tr, &seq, united(50*time.Hour).alerts, 1)
		if merged := incidentOf(t, store, out[1].IncidentID).Merged != ""; merged == learned {
			t.Errorf("people took it back: %v; triage joined them: %v", learned, merged)
		}
	}
}

// undoable stores a change that teaches something when it is taken back.
func undoable(t *testing.T, store *statestore.Store, learned []vedette.LinkFeedback) statestore.Rearrangement {
	t.Helper()
	in := incidents(t, store)[0]
	r := statestore.Rearrangement{Change: vedette.IncidentChange{Tenant: in.Tenant, Kind: vedette.ChangeMove, Sides: []vedette.ChangeSide{{Incident: in.ID}}},
		Before: []vedette.Incident{in}, After: []vedette.Incident{in}}
	change, err := store.SaveChange(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	r.Change, r.Learned = change, learned
	return r
}

// A rule that only informs comes once in a while; what it says while an attack goes on is its context, also when people saw it
// before the attack reached the line. That is a move, and the sums add up.
func TestWhatTriageMovesIsAChange(t *testing.T) {
	rare := rule{"rare", "Load of a processor is out of range", vedette.Low, "", nil, nil}
	store := openStore(t)
	tr := open(t, store)
	var seq uint64
	s := ordinary(&script{}, 10, 50*time.Hour)
	for _, at := range []time.Duration{time.Hour, 24 * time.Hour, 45 * time.Hour} {
		s.at(at, rare, host("south-9"))
	}
	fold(t, tr, &seq, s.join(&script{}).alerts, 64)
	attack := quietAttack((&script{}).at(50*time.Hour+time.Minute, rare, host("south-9")), 50*time.Hour, "ws-007")
	attack.join(&script{})
	for i := range attack.alerts {
		attack.alerts[i].ID += "-attack"
	}
	out := fold(t, tr, &seq, attack.alerts, 1)
	at := 0
	for out[at].RuleID != rare.id {
		at++
	}
	source, story := out[at].IncidentID, out[len(out)-1].IncidentID
	all := changesOf(t, store, story, vedette.ChangeMove)
	all = slices.DeleteFunc(all, func(c vedette.IncidentChange) bool { return c.Rules[0] != rare.title })
	if len(all) != 1 || all[0].By != "vedette" || all[0].Alerts != 1 || source == story {
		t.Fatalf("from %s to %s: %+v", source, story, all)
	}
	r, err := store.Change(t.Context(), vedette.DefaultTenant, all[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	before, after := int64(0), int64(0)
	for i := range r.Before {
		before, after = before+r.Before[i].Alerts, after+r.After[i].Alerts
	}
	if before != after || after == 0 || r.After[0].Alerts != r.Before[0].Alerts-1 {
		t.Errorf("%d alerts before, %d after", before, after)
	}
}

// Whatever triage rearranges while it is restarted now and then, the store takes it.
func TestChangesOfTriageAreStoredInAnyBatch(t *testing.T) {
	for _, size := range []int{3, 50} {
		store := openStore(t)
		var seq uint64
		s := ordinary(first(), 6, 60*time.Hour)
		for i := range 6 {
			s.join(united(time.Duration(30+4*i) * time.Hour))
		}
		s.join(quietAttack(&script{}, 52*time.Hour, "ws-003"))
		total := int64(0)
		for _, part := range [][]vedette.Alert{s.alerts[:len(s.alerts)/2], s.alerts[len(s.alerts)/2:]} {
			total += int64(len(fold(t, open(t, store, func(c *triage.Config) { c.MaxOpen = 400 }), &seq, part, size)))
		}
		all, _, _, err := store.Incidents(t.Context(), statestore.IncidentFilter{Tenant: vedette.DefaultTenant}, statestore.Page{Limit: 500})
		if err != nil {
			t.Fatal(err)
		}
		stored := int64(0)
		for _, in := range all {
			if in.Merged != "" {
				incidentOf(t, store, in.Merged) // it is there
				continue
			}
			stored += in.Alerts
		}
		if stored != total {
			t.Errorf("batches of %d: %d alerts are in incidents, %d were folded", size, stored, total)
		}
	}
}
