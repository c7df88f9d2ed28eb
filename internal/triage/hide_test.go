package triage_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/statestore"
	"github.com/vedette-soc/vedette/internal/triage"
)

// However many mild rules fire first about the same machine and stranger, what is critical is in the queue, is listed and
// makes the incident critical.
func TestManyMildRulesHideNothing(t *testing.T) {
	for _, n := range []int{0, 64, 200} {
		s := ordinary(&script{}, 10, 60*time.Hour)
		for i := range n {
			s.at(61*time.Hour+time.Duration(i)*time.Second, rule{fmt.Sprintf("mild-%d", i), "Mild thing", vedette.Info, "discovery", nil, nil}, host("ws-001"), from("203.0.113.9"))
		}
		s.at(62*time.Hour, rule{"ransom", "Files encrypted", vedette.Critical, "impact", []string{"T1486"}, nil}, host("ws-001"), from("203.0.113.9"))
		found := false
		for _, o := range feed(engine(t, triage.Knowledge{}), s) {
			found = found || o.Severity == vedette.Critical && slices.ContainsFunc(o.Rules, func(r vedette.RuleCount) bool { return r.RuleID == "ransom" && r.Count == 1 })
		}
		if !found {
			t.Errorf("%d mild rules hide a critical one", n)
		}
	}
}

// One person's split of an incident on a machine is a hint: the next attack on that machine is one incident all the same.
func TestOneSplitTearsNoMachineApart(t *testing.T) {
	attack := func(apart int64) []vedette.Incident {
		store := openStore(t)
		ws := vedette.EntityRef{Kind: vedette.EntityHost, Name: "ws-007"}
		tr := open(t, &splits{store, []vedette.LinkFeedback{{Tenant: vedette.DefaultTenant, A: ws, B: ws, Apart: apart}}})
		var seq uint64
		fold(t, tr, &seq, quietAttack(ordinary(&script{}, 10, 3*24*time.Hour), 50*time.Hour, "ws-007").join(&script{}).alerts, 64)
		return shownOf(t, store)
	}
	if got := attack(1); len(got) != 1 || got[0].Alerts < 4 {
		t.Errorf("after one split an attack on the machine is %d incidents in the queue", len(got))
	}
	if got := attack(3); len(got) == 1 && got[0].Alerts >= 4 {
		t.Error("after three splits it is still one incident: people are not listened to")
	}
}

// splits is a store in which people said something of pairs.
type splits struct {
	*statestore.Store
	said []vedette.LinkFeedback
}

func (s *splits) LinkFeedback(context.Context, int) ([]vedette.LinkFeedback, error) {
	return s.said, nil
}

// An incident of hostile alerts is stored, and so is what came in the same batch.
func TestHostileAlertsFitIntoTheStore(t *testing.T) {
	store := openStore(t)
	tr := open(t, store)
	var all []vedette.Alert
	for i := range 80 {
		s := (&script{}).at(time.Duration(i)*time.Second, rule{fmt.Sprint("r", i), strings.Repeat("<", 160<<10), vedette.High, "execution", nil, map[string]string{}}, host(fmt.Sprint("h", i)), from("203.0.113.9"))
		a := s.alerts[0]
		a.Facts = map[string]string{}
		for f := range 16 {
			a.Matched[fmt.Sprint("field", f)], a.Facts[fmt.Sprint("fact", f)] = strings.Repeat("<\x01", 4000), strings.Repeat("&", 9000)
		}
		a.Tags = append(a.Tags, strings.Repeat("\x02", 1<<20))
		all = append(all, a)
	}
	all = append(all, (&script{}).at(time.Minute, lsass, host("dc01")).alerts...)
	out, err := tr.Fold(t.Context(), 1, all)
	if err != nil {
		t.Fatal(err)
	}
	for i := range out {
		if out[i].IncidentID == "" {
			t.Fatalf("alert %d is in no incident", i)
		}
	}
}
