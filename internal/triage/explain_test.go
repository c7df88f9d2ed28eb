package triage_test

import (
	"log/slog"
	"slices"
	"testing"
	"time"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/entity"
	"github.com/vedette-soc/vedette/internal/statestore"
	"github.com/vedette-soc/vedette/internal/triage"
)

// Where something comes from is who acts, not whatever else an alert names.
func TestAFactIsAboutWhoActs(t *testing.T) {
	scanner := fact("f", vedette.FactScanner, "it", vedette.EntityRef{Kind: vedette.EntityAddress, Name: "10.9.0.7"})
	factor := fact("f", vedette.FactMFA, "idp", user("li.wei"), host("ws-007"))
	absent := fact("f", vedette.FactNotVulnerable, "scanner", host("web-01"))
	absent.CVEs = []string{"CVE-2021-44228"}
	exploit := rule{"exploit", "CVE-2021-44228 tried", vedette.Medium, "initial-access", []string{"T1190"}, nil}
	answered := rule{"exploit", "Something tried", vedette.Medium, "initial-access", []string{"T1190"}, map[string]string{"event.outcome": "success"}}
	laptop := vedette.EntityRef{Kind: vedette.EntityHost, Name: "ws-007", Role: vedette.RoleActor}
	attacker := vedette.EntityRef{Kind: vedette.EntityHost, Name: "web-01", Role: vedette.RoleActor}
	for name, test := range map[string]struct {
		fact vedette.Fact
		rule rule
		refs []vedette.EntityRef
		want bool
	}{
		"the scanner, by its own address":         {scanner, scan, []vedette.EntityRef{own("10.9.0.7"), host("scan-01")}, true},
		"the scanner's own address, a stranger":   {scanner, scan, []vedette.EntityRef{from("203.0.113.9"), own("10.9.0.7"), host("scan-01")}, false},
		"the scanner got in":                      {scanner, answered, []vedette.EntityRef{from("10.9.0.7"), host("web-01")}, false},
		"a login from the device to a server":     {factor, login, []vedette.EntityRef{user("li.wei"), host("db-02"), laptop}, true},
		"a login of a stranger onto the device":   {factor, login, []vedette.EntityRef{user("li.wei"), host("ws-007"), from("203.0.113.9")}, false},
		"the weakness tried here":                 {absent, exploit, []vedette.EntityRef{host("web-01"), from("203.0.113.9")}, true},
		"the weakness tried from here, elsewhere": {absent, exploit, []vedette.EntityRef{attacker, host("db-02")}, false},
	} {
		a := (&script{}).at(time.Hour, test.rule, test.refs...).alerts[0]
		if got := len(triage.NewFacts([]vedette.Fact{test.fact}).Of(&a)) == 1; got != test.want {
			t.Errorf("%s: explained %v, want %v", name, got, test.want)
		}
	}
}

// A login whose event says that a second factor was given on a device in order speaks for itself, until one without comes.
func TestTheEventItselfTellsOfASecondFactor(t *testing.T) {
	abroad := rule{"abroad", "Login from a country never seen", vedette.High, "initial-access", []string{"T1078.004"}, nil}
	play := func(facts ...map[string]string) vedette.Incident {
		s := &script{}
		for i, said := range facts {
			s.at(time.Duration(i)*time.Minute, abroad, user("li.wei"), host("cloud"))
			s.alerts[i].Dataset, s.alerts[i].Facts = "azure.signinlogs", said
		}
		e := engine(t, triage.Knowledge{})
		for i := range s.alerts {
			e.Add(&s.alerts[i], int64(i+1))
		}
		all := e.Flush()
		if len(all) != 1 {
			t.Fatalf("want one incident: %v", names(all))
		}
		check(t, &all[0].Incident)
		return all[0].Incident
	}
	with := map[string]string{"event.outcome": "success", "src.authenticationRequirement": "multiFactorAuthentication", "src.deviceDetail.isCompliant": "true"}
	single := map[string]string{"event.outcome": "success", "src.authenticationRequirement": "singleFactorAuthentication", "src.deviceDetail.isCompliant": "true"}
	strange := map[string]string{"event.outcome": "success", "src.authenticationRequirement": "multiFactorAuthentication", "src.deviceDetail.isCompliant": "false"}
	failed := map[string]string{"event.outcome": "failure", "src.authenticationRequirement": "multiFactorAuthentication", "src.deviceDetail.isCompliant": "true"}
	plain := play(single)
	sure := play(with, with)
	at := slices.IndexFunc(sure.Reasons, func(r vedette.Reason) bool { return r.Code == "mfa" })
	if sure.Score >= plain.Score || at < 0 || sure.Reasons[at].Points >= 0 || sure.Reasons[at].Without <= sure.Score {
		t.Errorf("with a second factor %d, without %d; %+v", sure.Score, plain.Score, sure.Reasons)
	}
	for name, said := range map[string]map[string]string{"one factor": single, "a device not in order": strange, "a refused login": failed} {
		if in := play(with, said); slices.ContainsFunc(in.Reasons, func(r vedette.Reason) bool { return r.Code == "mfa" }) || in.Score < plain.Score {
			t.Errorf("%s among them: score %d of %d", name, in.Score, plain.Score)
		}
	}
}

// What is open but was left alone for days is weighed again too, and says so in its ledger.
func TestFactsWeighOnOldIncidents(t *testing.T) {
	store := openStore(t)
	var known []vedette.Fact
	know := triage.Knowledge{Facts: func(a *vedette.Alert) []*vedette.Fact { return triage.NewFacts(known).Of(a) }}
	now := day.Add(time.Hour)
	tr, err := triage.New(triage.DefaultConfig(), store, entity.Networks{}, know, func() time.Time { return now }, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	var seq uint64
	fold(t, tr, &seq, (&script{}).at(0, shadow, host("db-02")).alerts, 1)
	id := incidents(t, store)[0].ID
	now = day.Add(10 * 24 * time.Hour)
	later := (&script{}).at(240*time.Hour, odd, host("ws-001"))
	later.alerts[0].ID = "later"
	fold(t, tr, &seq, later.alerts, 1)
	if open := tr.Stats().Open; open != 1 {
		t.Fatalf("%d incidents in memory, want the new one", open)
	}
	before := incidentOf(t, store, id)
	weigh := func(since time.Duration, want int, facts ...vedette.Fact) vedette.Incident {
		known = facts
		n, err := tr.Weigh(t.Context(), vedette.DefaultTenant, day.Add(since))
		if err != nil || n != want {
			t.Errorf("%d incidents are weighed again, want %d: %v", n, want, err)
		}
		return incidentOf(t, store, before.ID)
	}
	window := fact("f1", vedette.FactMaintenance, "calendar", host("db-02"))
	effects, err := tr.Suppose(t.Context(), window)
	if err != nil || len(effects) != 1 || effects[0].Before != before.Score {
		t.Fatalf("supposed %+v, %v", effects, err)
	}
	if in := weigh(48*time.Hour, 0, window); in.Score != before.Score {
		t.Error("weighed although its alerts are older")
	}
	in := weigh(-time.Hour, 1, window)
	if in.Score != effects[0].After || in.Score >= before.Score || in.Version == before.Version {
		t.Errorf("score %d, supposed %d", in.Score, effects[0].After)
	}
	check(t, &in)
	if in = weigh(-time.Hour, 0, window); in.Score != effects[0].After {
		t.Error("weighed twice")
	}
	if in = weigh(-time.Hour, 1); in.Score != before.Score {
		t.Errorf("taken back: score %d, before %d", in.Score, before.Score)
	}
	ledger, _, intact, err := store.Evidence(t.Context(), vedette.DefaultTenant, before.ID, statestore.Page{Limit: 50})
	if err != nil || len(ledger) != 3 || ledger[1].Kind != vedette.EvidenceExculpatory || ledger[2].Kind != vedette.EvidenceExculpatory {
		t.Errorf("ledger %+v, %v %v", ledger, intact, err)
	}
}

// Facts change nothing of that a restart changes nothing.
func TestFactsSurviveARestart(t *testing.T) {
	facts := []vedette.Fact{fact("f1", vedette.FactMaintenance, "calendar", host("ws-007")), fact("f2", vedette.FactChange, "tickets", host("ws-003"))}
	facts[0].Until = day.Add(50*time.Hour + 7*time.Minute)
	play := func(restart int) string {
		store := openStore(t)
		var tr *triage.Triage
		var seq uint64
		for i, batch := range slices.Collect(slices.Chunk(worked().join(&script{}).alerts, 200)) {
			if tr == nil || i == restart {
				var err error
				if tr, err = triage.New(triage.DefaultConfig(), store, entity.Networks{}, knowing(facts...), func() time.Time { return day.Add(60 * time.Hour) }, slog.New(slog.DiscardHandler)); err != nil {
					t.Fatal(err)
				}
			}
			fold(t, tr, &seq, batch, 200)
		}
		return asJSON(t, incidents(t, store))
	}
	want := play(-1)
	for restart := 5; restart < 12; restart += 2 {
		if got := play(restart); got != want {
			t.Fatalf("a restart before batch %d changes the incidents:\n%s\nwithout:\n%s", restart, got, want)
		}
	}
}
