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

// opened is written whenever somebody logs in or changes the user: all day long, on every machine.
var opened = rule{"opened", "Session opened", vedette.Info, "", nil, nil}

func sessions(s *script, machine string, span time.Duration) *script {
	for at := time.Duration(0); at < span; at += 20 * time.Minute {
		s.at(at, opened, host(machine))
	}
	return s
}

// whereabouts tells which incident each of the alerts at some times is linked in: its place among those shown, or -1.
func whereabouts(shown []triage.Outcome, s *script, rule string, at ...time.Duration) []int {
	out := make([]int, len(at))
	for i := range at {
		out[i] = -1
		for record := range s.alerts {
			if s.alerts[record].RuleID != rule || !s.alerts[record].Time.Equal(day.Add(at[i])) {
				continue
			}
			for n := range shown {
				for _, span := range shown[n].Records {
					if int64(record+1) >= span[0] && int64(record+1) <= span[1] {
						out[i] = n
					}
				}
			}
		}
	}
	return out
}

// What a usual detector says in the instant of a step belongs to the step, and what it says an hour later does not.
func TestOneActIsOneThing(t *testing.T) {
	begin := 50*time.Hour + 7*time.Minute
	step := begin + 8*time.Minute // the account changes its user
	s := sessions(quietAttack(ordinary(&script{}, 40, 3*24*time.Hour), begin, "ws-007"), "ws-007", 3*24*time.Hour)
	s.at(step+time.Second, opened, host("ws-007"))
	s.at(step+time.Second+100*time.Millisecond, opened, host("ws-008")) // the same instant, another machine
	shown := feed(engine(t, triage.Knowledge{}), s)
	if len(shown) != 1 {
		t.Fatalf("want one incident: %v", names(shown))
	}
	if got := whereabouts(shown, s, opened.id, step+time.Second, step+time.Second+100*time.Millisecond, begin+73*time.Minute); got[0] != 0 || got[1] != -1 || got[2] != -1 {
		t.Errorf("the session of the step, one on another machine and one of later are in %v, want 0, -1, -1", got)
	}
}

// What a machine writes all the time is in every instant by chance.
func TestWhatIsAlwaysThereIsNoPartOfAnAct(t *testing.T) {
	begin := 50 * time.Hour
	s := quietAttack(ordinary(&script{}, 40, 3*24*time.Hour), begin, "ws-007")
	for at := time.Duration(0); at < 3*24*time.Hour; at += 5 * time.Second {
		s.at(at, opened, host("ws-007"))
	}
	shown := feed(engine(t, triage.Knowledge{}), s)
	if len(shown) != 1 || shown[0].Alerts > 12 {
		t.Errorf("want one incident without what is always written: %v", names(shown))
	}
}

// Two attacks at once in two parts of the network: what names nobody belongs to the one in whose part it happens.
func TestContextBelongsToItsSegment(t *testing.T) {
	rare := rule{"rare", "Load of a processor is out of range", vedette.Low, "", nil, nil}
	s := ordinary(&script{}, 10, 3*24*time.Hour)
	begin := 50 * time.Hour
	for i, segment := range []string{"10.1.7.", "10.2.9."} {
		machine := []string{"north-1", "south-1"}[i]
		for n, step := range []string{"probe", "shell", "who", "pack"} {
			r := rule{step + machine, "Step " + step, vedette.Medium, []string{"initial-access", "execution", "privilege-escalation", "collection"}[n], nil, nil}
			s.at(begin+time.Duration(n)*4*time.Minute+time.Duration(i)*time.Minute, r, host(machine), own(segment+"20"))
		}
	}
	for _, at := range []time.Duration{time.Hour, 20 * time.Hour} {
		s.at(at, rare, host("south-9"), own("10.2.9.90")) // it is known
	}
	s.at(begin+9*time.Minute, rare, host("south-9"), own("10.2.9.90"))
	shown := feed(engine(t, triage.Knowledge{}), s)
	if len(shown) != 2 {
		t.Fatalf("want two incidents: %v", names(shown))
	}
	south := 0
	for _, ref := range shown[1].Entities {
		if ref.Name == "south-1" {
			south = 1
		}
	}
	if got := whereabouts(shown, s, rare.id, begin+9*time.Minute); got[0] != south {
		t.Errorf("it is in incident %d, want %d: %v", got[0], south, names(shown))
	}
}

// An incident teaches nothing: the same rules on another machine a day later are as new as on the first day. When people said
// that it was no attack, they are not.
func TestAnIncidentTeachesNothingUntilPeopleSayItWasNone(t *testing.T) {
	score := map[vedette.Verdict]int{}
	for _, verdict := range []vedette.Verdict{vedette.VerdictTrue, vedette.VerdictFalse} {
		store := openStore(t)
		tr := open(t, store)
		var seq uint64
		first := quietAttack(ordinary(&script{}, 10, 50*time.Hour), 50*time.Hour, "ws-007")
		fold(t, tr, &seq, first.join(&script{}).alerts, 16)
		shown := shownOf(t, store)
		if len(shown) != 1 {
			t.Fatalf("want one incident, not %d", len(shown))
		}
		closed := vedette.StatusClosed
		if _, err := store.EditIncident(t.Context(), vedette.DefaultTenant, shown[0].ID, 0, statestore.IncidentEdit{Status: &closed, Verdict: &verdict}); err != nil {
			t.Fatal(err)
		}
		if err := tr.Reload(t.Context(), vedette.DefaultTenant, shown[0].ID); err != nil {
			t.Fatal(err)
		}
		second := quietAttack(&script{}, 74*time.Hour, "ws-008")
		for i := range second.alerts {
			second.alerts[i].ID += "-again"
		}
		fold(t, tr, &seq, second.alerts, 16)
		again := shownOf(t, store)
		if len(again) != 1 {
			t.Fatalf("after %s the same on another machine makes %d incidents, want 1", verdict, len(again))
		}
		score[verdict] = again[0].Score
		for _, r := range again[0].Rules {
			if verdict == vedette.VerdictTrue && strings.HasPrefix(r.RuleID, "probe") && (r.Signal == nil || r.Signal.How != "first") {
				t.Errorf("the second time %s is no longer new: %+v", r.RuleID, r.Signal)
			}
		}
	}
	if score[vedette.VerdictFalse] >= score[vedette.VerdictTrue] {
		t.Errorf("after people said that it was no attack the same scores %d, otherwise %d", score[vedette.VerdictFalse], score[vedette.VerdictTrue])
	}
}

// shownOf lists the open incidents in the queue.
func shownOf(t *testing.T, store *statestore.Store) []vedette.Incident {
	t.Helper()
	return slices.DeleteFunc(incidents(t, store), func(in vedette.Incident) bool { return in.Below || in.Status == vedette.StatusClosed })
}
