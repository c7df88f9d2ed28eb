package triage_test

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/entity"
	"github.com/vedette-soc/vedette/internal/statestore"
	"github.com/vedette-soc/vedette/internal/triage"
)

func fact(id string, kind vedette.FactKind, source string, refs ...vedette.EntityRef) vedette.Fact {
	return vedette.Fact{
		ID: id, Tenant: vedette.DefaultTenant, Kind: kind, Entities: refs, From: day.Add(-time.Hour), Until: day.Add(80 * 24 * time.Hour),
		Text: "Patches are installed", Source: source, By: source + "-token", Ref: "CHG-7", Created: day,
	}
}

func knowing(facts ...vedette.Fact) triage.Knowledge {
	return triage.Knowledge{Facts: triage.NewFacts(facts).Of}
}

// worked is one attack on ws-007 on the third day.
func worked() *script {
	return quietAttack(ordinary(&script{}, 40, 3*24*time.Hour), 50*time.Hour, "ws-007")
}

// One source of facts takes points off, but nothing out of the queue; two that know nothing of one another do.
func TestOneSourceOfFactsHidesNothing(t *testing.T) {
	plain := feed(engine(t, triage.Knowledge{}), worked())
	window, change := fact("f1", vedette.FactMaintenance, "calendar", host("ws-007")), fact("f2", vedette.FactChange, "tickets", host("ws-007"))
	same := change
	same.Source, same.By = window.Source, "somebody"
	one := feed(engine(t, knowing(window, same)), worked())
	if len(plain) != 1 || len(one) != 1 {
		t.Fatalf("without facts %v, with those of one source %v", names(plain), names(one))
	}
	if one[0].Score >= plain[0].Score || one[0].Score < triage.DefaultLine {
		t.Errorf("the word of one source makes %d of %d; the line is %d", one[0].Score, plain[0].Score, triage.DefaultLine)
	}
	for _, o := range one {
		check(t, &o.Incident)
		said := 0
		for _, r := range o.Reasons {
			if r.Family == vedette.FamilyExculpatory && r.Detector == "calendar" {
				if said++; r.Weight >= 0 || r.Points > 0 || r.Without < o.Score || !strings.Contains(r.Text.En, "CHG-7") || !strings.Contains(r.Text.En, "one source alone") {
					t.Errorf("reason %+v", r)
				}
			}
		}
		if said != 2 {
			t.Errorf("%d reasons are facts, want 2", said)
		}
	}
	if two := feed(engine(t, knowing(window, change)), worked()); len(two) != 0 {
		t.Errorf("two sources agree, and in the queue are %v", names(two))
	}
}

// A fact that explains a part of an incident explains nothing.
func TestFactsExplainAllOrNothing(t *testing.T) {
	with := func(f vedette.Fact) int {
		s := worked()
		s.at(50*time.Hour+13*time.Minute, odd, host("ws-007"), user("li.wei"))
		shown := feed(engine(t, knowing(f)), s)
		if len(shown) != 1 {
			t.Fatalf("want one incident: %v", names(shown))
		}
		return shown[0].Score
	}
	none := with(fact("f", vedette.FactMaintenance, "calendar", host("ws-999")))
	all := with(fact("f", vedette.FactMaintenance, "calendar", host("WS-007")))
	one := with(fact("f", vedette.FactMaintenance, "calendar", user("li.wei")))
	early := fact("f", vedette.FactMaintenance, "calendar", host("ws-007"))
	early.Until = day.Add(50*time.Hour + 10*time.Minute)
	narrow := fact("f", vedette.FactMaintenance, "calendar", host("ws-007"))
	narrow.Rules = []string{"probe", "shell"}
	if all >= none || one != none || with(early) != none || with(narrow) != none {
		t.Errorf("without %d, of everything %d, of one alert %d, over too early %d, of two rules %d", none, all, one, with(early), with(narrow))
	}
}

func TestWhatEachKindOfFactExplains(t *testing.T) {
	scanner := vedette.EntityRef{Kind: vedette.EntityAddress, Name: "10.9.0.0/24"}
	exploit := rule{"exploit", "Log4Shell tried", vedette.Medium, "initial-access", []string{"T1190"}, map[string]string{"rule.name": "ET EXPLOIT CVE-2021-44228"}}
	unnamed := rule{"exploit", "Something tried", vedette.Medium, "initial-access", []string{"T1190"}, nil}
	absent := fact("f", vedette.FactNotVulnerable, "scanner", host("web-01"))
	absent.CVEs = []string{"cve-2021-44228"}
	factor := fact("f", vedette.FactMFA, "idp", user("li.wei"), host("ws-007"))
	for name, test := range map[string]struct {
		fact vedette.Fact
		rule rule
		refs []vedette.EntityRef
		want bool
	}{
		"the scanner scans":                {fact("f", vedette.FactScanner, "it", scanner), scan, []vedette.EntityRef{from("10.9.0.7"), target("10.1.0.1")}, true},
		"another one scans":                {fact("f", vedette.FactScanner, "it", scanner), scan, []vedette.EntityRef{from("10.9.1.7"), target("10.1.0.1")}, false},
		"the scanner is scanned":           {fact("f", vedette.FactScanner, "it", scanner), scan, []vedette.EntityRef{from("10.2.0.7"), target("10.9.0.7")}, false},
		"somebody logs in on the scanner":  {fact("f", vedette.FactScanner, "it", scanner), login, []vedette.EntityRef{from("10.9.0.7"), host("web-01")}, false},
		"the scanner sends data":           {fact("f", vedette.FactScanner, "it", scanner), upload, []vedette.EntityRef{from("10.9.0.7")}, false},
		"a weakness that is not there":     {absent, exploit, []vedette.EntityRef{host("web-01")}, true},
		"the same on another machine":      {absent, exploit, []vedette.EntityRef{host("web-02")}, false},
		"an attack that names no weakness": {absent, unnamed, []vedette.EntityRef{host("web-01")}, false},
		"a login with a second factor":     {factor, login, []vedette.EntityRef{user("li.wei"), host("ws-007")}, true},
		"a login from another device":      {factor, login, []vedette.EntityRef{user("li.wei"), host("ws-008")}, false},
		"what is no login":                 {factor, shadow, []vedette.EntityRef{user("li.wei"), host("ws-007")}, false},
		"a change of the machine":          {fact("f", vedette.FactChange, "it", host("ws-007")), shadow, []vedette.EntityRef{host("ws-007")}, true},
	} {
		if err := test.fact.Check(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		a := (&script{}).at(time.Hour, test.rule, test.refs...).alerts[0]
		if got := len(triage.NewFacts([]vedette.Fact{test.fact}).Of(&a)) == 1; got != test.want {
			t.Errorf("%s: explained %v, want %v", name, got, test.want)
		}
		foreign := a
		foreign.Tenant = "another"
		ended := test.fact
		ended.Ended = day
		if len(triage.NewFacts([]vedette.Fact{test.fact}).Of(&foreign)) > 0 || len(triage.NewFacts([]vedette.Fact{ended}).Of(&a)) > 0 {
			t.Errorf("%s: a fact of another tenant, or one taken back, explains something", name)
		}
	}
}

// Whatever facts there are, an alert more never takes points off, unless none was there before.
func TestEvidenceNeverLessensAmidFacts(t *testing.T) {
	machines := []string{"a", "b", "c"}
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 1))
		var facts []vedette.Fact
		for i := range 1 + r.IntN(4) {
			f := fact(string(rune('p'+i)), vedette.FactKinds()[r.IntN(2)], []string{"x", "y"}[r.IntN(2)], host(machines[r.IntN(3)]))
			f.Until = day.Add(time.Duration(40+r.IntN(60)) * time.Minute)
			facts = append(facts, f)
		}
		store := openStore(t)
		tr, err := triage.New(triage.DefaultConfig(), store, entity.Networks{}, knowing(facts...), func() time.Time { return day.Add(12 * time.Hour) }, nil)
		if err != nil {
			t.Fatal(err)
		}
		var seq uint64
		before := map[string]int{}
		for i := range 14 {
			rules := []rule{download, shadow, move, upload, odd}
			s := (&script{}).at(time.Duration(i)*5*time.Minute, rules[r.IntN(len(rules))], host(machines[r.IntN(3)]), user("li.wei"))
			s.alerts[0].ID += string(rune('a' + i))
			fold(t, tr, &seq, s.alerts, 1)
			for _, in := range incidents(t, store) {
				if in.Score < before[in.ID] && in.Merged == "" {
					t.Errorf("seed %d, alert %d: %s falls from %d to %d", seed, i, in.ID, before[in.ID], in.Score)
				}
				before[in.ID] = in.Score
			}
		}
	}
}

// A fact that is learned later weighs on what is open, is in the ledger, and one that is taken back no longer weighs.
func TestFactsOfLater(t *testing.T) {
	store := openStore(t)
	var known []vedette.Fact
	know := triage.Knowledge{Facts: func(a *vedette.Alert) []*vedette.Fact { return triage.NewFacts(known).Of(a) }}
	tr, err := triage.New(triage.DefaultConfig(), store, entity.Networks{}, know, func() time.Time { return day.Add(60 * time.Hour) }, nil)
	if err != nil {
		t.Fatal(err)
	}
	var seq uint64
	s := quietAttack(ordinary(&script{}, 10, 50*time.Hour), 50*time.Hour, "ws-007").join(&script{})
	fold(t, tr, &seq, s.alerts[:len(s.alerts)-1], 64)
	before := shownOf(t, store)
	if len(before) != 1 {
		t.Fatalf("want one incident, not %d", len(before))
	}
	weigh := func(facts ...vedette.Fact) vedette.Incident {
		known = facts
		if n, err := tr.Weigh(t.Context(), vedette.DefaultTenant, time.Time{}); err != nil || n == 0 {
			t.Fatalf("%d incidents are weighed again, %v", n, err)
		}
		in, err := store.Incident(t.Context(), vedette.DefaultTenant, before[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		check(t, &in)
		return in
	}
	one := weigh(fact("f1", vedette.FactMaintenance, "calendar", host("ws-007")))
	if one.Below || one.Score >= before[0].Score {
		t.Errorf("with one fact: score %d after %d, below the line: %v", one.Score, before[0].Score, one.Below)
	}
	if two := weigh(known[0], fact("f2", vedette.FactChange, "tickets", host("ws-007"))); !two.Below || two.Score >= one.Score {
		t.Errorf("with two: score %d after %d, below the line: %v", two.Score, one.Score, two.Below)
	}
	if none := weigh(); none.Below || none.Score != before[0].Score {
		t.Errorf("with none any more: score %d, before %d, below the line: %v", none.Score, before[0].Score, none.Below)
	}
	ledger, _, _, err := store.Evidence(t.Context(), vedette.DefaultTenant, before[0].ID, statestore.Page{Limit: 200})
	if err != nil {
		t.Fatal(err)
	}
	lines := map[string]int{}
	for _, l := range ledger {
		if l.Kind == vedette.EvidenceExculpatory {
			lines[l.Key]++
		}
	}
	if lines["fact=f1"] != 2 || lines["fact=f2"] != 2 {
		t.Errorf("lines of the ledger about facts: %v, want two of each", lines)
	}
}
