package casework

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/triage/tally"
)

var morning = time.Date(2026, 3, 9, 8, 0, 0, 0, time.UTC)

// made is a random incident: some rules, of each some kinds of alerts, and some that no evidence stands for.
func made(r *rand.Rand, id string) Sheet {
	in := vedette.Incident{ID: id, Tenant: "default", Status: vedette.StatusOpen, Created: morning, Owner: "ana"}
	var all []*batch
	for rule := range 1 + r.IntN(4) {
		count := vedette.RuleCount{RuleID: fmt.Sprintf("rule-%d", rule), Tactics: []string{fmt.Sprintf("tactic-%d", rule)}}
		for kind := range 1 + r.IntN(3) {
			name := vedette.EntityRef{Kind: vedette.EntityHost, Name: fmt.Sprintf("host-%d", kind)}
			b := &batch{key: name.Name, rule: count.RuleID, count: 1 + int64(r.IntN(5))}
			from := morning.Add(time.Duration(r.IntN(1000)) * time.Second)
			b.first.Alert = vedette.Alert{ID: fmt.Sprintf("%s-%d-%d-a", id, rule, kind), RuleID: b.rule, Time: from, Entities: []vedette.EntityRef{name}}
			b.last = b.first
			if b.count > 1 {
				b.last.Alert.ID, b.last.Alert.Time = b.first.Alert.ID+"z", from.Add(time.Minute)
			}
			all = append(all, b)
			count.Count += b.count
			count.First, count.Last = earlier(count.First, from), later(count.Last, b.last.Alert.Time)
			in.Entities = joinEntities(in.Entities, []vedette.EntityRef{name})
		}
		count.Count += int64(r.IntN(2) * r.IntN(100))
		in.Rules = append(in.Rules, count)
		in.Alerts += count.Count
		in.Tactics = union(in.Tactics, count.Tactics)
		in.First, in.Last = earlier(in.First, count.First), later(in.Last, count.Last)
	}
	s := Sheet{Incident: in}
	s.Evidence, s.Keys = evidence(all)
	return s
}

// counted is everything that must not be lost or doubled.
func counted(sheets ...Sheet) map[string]int64 {
	sum := make(map[string]int64)
	for _, s := range sheets {
		sum["alerts"] += s.Alerts
		for _, r := range s.Rules {
			sum["rule "+r.RuleID] += r.Count
		}
		sum["over time"] += 0
		for _, n := range tally.Of(&s.Incident).Doc(&s.Incident).Times {
			sum["over time"] += n
		}
		for _, b := range s.batches() {
			sum["kind "+b.name()] += b.count
		}
	}
	return sum
}

func copied(t *testing.T, s Sheet) string {
	t.Helper()
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestNothingIsLostOrDoubled(t *testing.T) {
	parted := 0
	for seed := range uint64(500) {
		r := rand.New(rand.NewPCG(seed, 1))
		a, b := made(r, "a"), made(r, "b")
		textA, textB := copied(t, a), copied(t, b)
		sum := Join(a, b)
		if got, want := counted(sum), counted(a, b); !reflect.DeepEqual(got, want) {
			t.Fatalf("seed %d: joined %v, want %v", seed, got, want)
		}
		choice := Choice{Evidence: []int{1 + r.IntN(len(sum.Evidence))}}
		if r.IntN(2) == 0 {
			choice = Choice{Rules: []string{fmt.Sprintf("rule-%d", r.IntN(4))}}
		}
		stays, goes, err := Part(sum, choice)
		if err == nil {
			parted++
			if got, want := counted(stays, goes), counted(sum); !reflect.DeepEqual(got, want) {
				t.Fatalf("seed %d: parted %v, want %v", seed, got, want)
			}
			if goes.First.Before(sum.First) || goes.Last.After(sum.Last) || stays.First.Before(sum.First) || stays.Last.After(sum.Last) {
				t.Fatalf("seed %d: the times of the parts lie outside the whole", seed)
			}
			fresh, arrived := Since(stays, Join(stays, goes))
			if got, want := counted(fresh), counted(goes); !arrived || !reflect.DeepEqual(got, want) {
				t.Fatalf("seed %d: since then %v, want %v", seed, got, want)
			}
		}
		if copied(t, a) != textA || copied(t, b) != textB {
			t.Fatalf("seed %d: what was given was changed", seed)
		}
		if _, arrived := Since(a, a); arrived {
			t.Fatalf("seed %d: something arrived between one state and the same", seed)
		}
	}
	if parted < 300 {
		t.Errorf("only %d parts", parted)
	}
}

func TestEqualAlertsStayTogether(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	for range 100 {
		in := made(r, "a")
		for i, e := range in.Evidence {
			_, goes, err := Part(in, Choice{Alerts: []string{e.Alert.ID}})
			if err != nil {
				continue
			}
			for j, other := range in.Evidence {
				together := in.Keys[i] == in.Keys[j] && e.Alert.RuleID == other.Alert.RuleID
				gone := false
				for _, g := range goes.Evidence {
					gone = gone || g.Alert.ID == other.Alert.ID
				}
				if gone != together {
					t.Fatalf("%s went: %v, though %s was chosen", other.Alert.ID, gone, e.Alert.ID)
				}
			}
		}
	}
}

func TestWhatGoesBack(t *testing.T) {
	host := func(name string, n int64) Sheet {
		s := Sheet{Incident: vedette.Incident{Alerts: n, Rules: []vedette.RuleCount{{RuleID: "r", Count: n}}}}
		s.Evidence, s.Keys = evidence([]*batch{{key: name, rule: "r", count: n, first: vedette.Evidence{Alert: vedette.Alert{ID: name, RuleID: "r"}}, last: vedette.Evidence{Alert: vedette.Alert{ID: name + "z", RuleID: "r", Time: morning}}}})
		return s
	}
	fresh := Join(host("moved", 2), host("own", 3))
	stays, back := Back(fresh, host("own", 1), host("moved", 9))
	if back.Alerts != 2 || stays.Alerts != 3 {
		t.Errorf("%d go back and %d stay, want 2 and 3", back.Alerts, stays.Alerts)
	}
	if stays, back = Back(host("new", 4), host("own", 1), host("moved", 9)); back.Alerts != 0 || stays.Alerts != 4 {
		t.Errorf("%d go back and %d stay, want 0 and 4", back.Alerts, stays.Alerts)
	}
}

func TestWrongChoices(t *testing.T) {
	in := made(rand.New(rand.NewPCG(1, 1)), "a")
	var every []int
	for _, e := range in.Evidence {
		every = append(every, e.Number)
	}
	for name, c := range map[string]Choice{
		"no such number": {Evidence: []int{99}}, "no such alert": {Alerts: []string{"none"}}, "no such rule": {Rules: []string{"none"}},
		"no such entity": {Entities: []vedette.EntityRef{{Kind: vedette.EntityUser, Name: "none"}}}, "everything": {Evidence: every}, "nothing": {},
	} {
		if _, _, err := Part(in, c); vedette.CodeOf(err) != vedette.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}
