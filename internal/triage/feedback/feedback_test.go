package feedback_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/triage/feedback"
)

var now = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

func host(name string) vedette.EntityRef {
	return vedette.EntityRef{Kind: vedette.EntityHost, Name: name}
}

func user(name string) vedette.EntityRef {
	return vedette.EntityRef{Kind: vedette.EntityUser, Name: name}
}

func judged(n int, v vedette.Verdict, by string, entities ...vedette.EntityRef) feedback.Verdict {
	return feedback.Verdict{
		Tenant: "t", Incident: fmt.Sprintf("inc-%d", n), Verdict: v, By: by, Time: now.Add(-time.Duration(n) * 7 * time.Hour),
		Rules: []vedette.JudgedRule{{ID: "r", Title: vedette.Text{En: "Rule", Zh: "规则"}, Severity: vedette.Medium, Alerts: 1, Entities: entities}},
	}
}

func TestNobodySaidAnything(t *testing.T) {
	f, why := feedback.New(nil, now).Factor("t", "r", []vedette.EntityRef{host("a")})
	if f != 1 || why != nil {
		t.Errorf("factor %v with %v", f, why)
	}
	var none *feedback.Weights
	if f, _ := none.Factor("t", "r", nil); f != 1 {
		t.Errorf("factor of no weights: %v", f)
	}
}

func TestFalseVerdictsLowerWithinBounds(t *testing.T) {
	var all []feedback.Verdict
	before := 1.0
	for n := range 200 {
		all = append(all, judged(n, vedette.VerdictFalse, fmt.Sprint("p", n%4), host("a")))
		f, why := feedback.New(all, now).Factor("t", "r", []vedette.EntityRef{host("a")})
		if f < feedback.MinFactor || before-f > feedback.MaxStep || f > before+0.02 {
			t.Fatalf("after %d verdicts %v, before %v", n+1, f, before)
		}
		if why == nil || why.Text().Zh == "" {
			t.Fatal("no reason given")
		}
		before = f
	}
	if before > 0.4 {
		t.Errorf("200 verdicts of four people leave %v", before)
	}
	elsewhere, _ := feedback.New(all, now).Factor("t", "r", []vedette.EntityRef{host("b")})
	if elsewhere < before+0.2 {
		t.Errorf("one loud machine discredits the rule elsewhere: %v, there %v", elsewhere, before)
	}
	if f, _ := feedback.New(all, now).Factor("other", "r", []vedette.EntityRef{host("a")}); f != 1 {
		t.Errorf("another tenant learns: %v", f)
	}
}

func TestOnePersonCannotSwitchADetectorOff(t *testing.T) {
	var all []feedback.Verdict
	for n := range 1000 {
		v := judged(n, vedette.VerdictFalse, "mallory", host(fmt.Sprint("h", n)))
		v.Time = now.Add(-time.Duration(n) * time.Hour)
		all = append(all, v)
	}
	if f, _ := feedback.New(all, now).Factor("t", "r", []vedette.EntityRef{host("fresh")}); f < feedback.MinAlone {
		t.Errorf("one person: %v", f)
	}
	for i := range all {
		all[i].Time = now.Add(-time.Hour)
	}
	if f, _ := feedback.New(all, now).Factor("t", "r", nil); f < 0.8 {
		t.Errorf("one person in one day: %v", f)
	}
	for i := range all {
		all[i].Verdict = vedette.VerdictTrue
	}
	if f, _ := feedback.New(all, now).Factor("t", "r", nil); f > feedback.MaxAlone {
		t.Errorf("one person raises to %v", f)
	}
}

// TestOneDayMovesNothing: whatever many people say on one day, and each further day is a step.
func TestOneDayMovesNothing(t *testing.T) {
	at := []vedette.EntityRef{host("a")}
	for _, verdict := range []vedette.Verdict{vedette.VerdictFalse, vedette.VerdictTrue} {
		var all []feedback.Verdict
		for day := range 4 {
			for n := range 40 {
				v := judged(40*day+n, verdict, fmt.Sprint("p", n%3), host("a"))
				v.Time = now.Add(-time.Duration(day)*24*time.Hour - time.Duration(n)*time.Minute)
				all = append(all, v)
			}
			f, _ := feedback.New(all, now).Factor("t", "r", at)
			if moved := max(f-1, 1-f); day == 0 && moved != 0 || day == 1 && moved < 0.2 || moved > feedback.MaxStep*float64(day) {
				t.Errorf("forty verdicts %q a day of %d days: %v", verdict, day+1, f)
			}
		}
	}
}

// TestAnAttackRaisesOnlyWhatMadeIt: an attack of many rules holds much that only happened at the same time. It makes them be
// believed again, and no more than that.
func TestAnAttackRaisesOnlyWhatMadeIt(t *testing.T) {
	at := []vedette.EntityRef{host("a")}
	of := func(rules, before int) float64 {
		var all []feedback.Verdict
		for n := range 4 + before {
			verdict := vedette.VerdictTrue
			if n >= 4 {
				verdict = vedette.VerdictFalse
			}
			one := judged(n*4, verdict, fmt.Sprint("p", n%2), host("a"))
			for i := 1; i < rules; i++ {
				one.Rules = append(one.Rules, vedette.JudgedRule{ID: fmt.Sprint("r", i), Severity: vedette.Low, Entities: at})
			}
			all = append(all, one)
		}
		f, _ := feedback.New(all, now).Factor("t", "r", at)
		return f
	}
	if few, many := of(2, 0), of(20, 0); few <= 1.1 || many != 1 {
		t.Errorf("four attacks of 2 rules raise one to %v, of 20 rules to %v", few, many)
	}
	if back := of(20, 4); back < 0.9 {
		t.Errorf("after four attacks what was called false four times before weighs %v", back)
	}
}

func TestSevereRulesKeepHalf(t *testing.T) {
	var all []feedback.Verdict
	for n := range 300 {
		v := judged(n, vedette.VerdictFalse, fmt.Sprint("p", n%5), host("a"))
		v.Rules[0].Severity = vedette.Critical
		all = append(all, v)
	}
	if f, _ := feedback.New(all, now).Factor("t", "r", []vedette.EntityRef{host("a")}); f < feedback.MinFactorSevere {
		t.Errorf("factor %v", f)
	}
}

// TestWrongVerdicts: of a detector that is right, 5 % of the verdicts are wrong, and the other way round.
func TestWrongVerdicts(t *testing.T) {
	for seed := range uint64(50) {
		random := rand.New(rand.NewPCG(seed, 1))
		var right, noise []feedback.Verdict
		for n := range 60 {
			good, bad := vedette.VerdictTrue, vedette.VerdictFalse
			if random.Float64() < 0.05 {
				good, bad = bad, good
			}
			h, by := host(fmt.Sprint("h", random.IntN(5))), fmt.Sprint("p", random.IntN(3))
			right, noise = append(right, judged(n, good, by, h)), append(noise, judged(n, bad, by, h))
		}
		at := []vedette.EntityRef{host("h1")}
		if f, _ := feedback.New(right, now).Factor("t", "r", at); f < 1 {
			t.Errorf("seed %d: a detector that is right weighs %v", seed, f)
		}
		if f, _ := feedback.New(noise, now).Factor("t", "r", at); f > 0.8 {
			t.Errorf("seed %d: one that is wrong weighs %v", seed, f)
		}
	}
}

func TestWhatWasNoiseIsBelievedAgain(t *testing.T) {
	var all []feedback.Verdict
	for n := range 60 {
		v := judged(n+20, vedette.VerdictFalse, fmt.Sprint("p", n%3), host("a"))
		all = append(all, v)
	}
	low, _ := feedback.New(all, now).Factor("t", "r", []vedette.EntityRef{host("a")})
	for n := range 6 {
		all = append(all, judged(n, vedette.VerdictTrue, fmt.Sprint("p", n%3), host("a")))
	}
	high, _ := feedback.New(all, now).Factor("t", "r", []vedette.EntityRef{host("a")})
	if high < 2*low {
		t.Errorf("from %v only to %v after six attacks", low, high)
	}
}

func TestOrderAndRepetitionChangeNothing(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	words := []vedette.Verdict{vedette.VerdictTrue, vedette.VerdictBenign, vedette.VerdictFalse, vedette.VerdictDuplicate, vedette.VerdictUndetermined}
	var all []feedback.Verdict
	for n := range 120 {
		all = append(all, judged(n%80, words[random.IntN(len(words))], fmt.Sprint("p", n%3), host(fmt.Sprint("h", n%7)), user("svc")))
		all[n].Time = all[n].Time.Add(time.Duration(n) * time.Second)
	}
	at := []vedette.EntityRef{host("H3"), user("svc")}
	want, why := feedback.New(all, now).Factor("t", "r", at)
	proposals := feedback.Propose(all, now)
	for range 20 {
		random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		got, again := feedback.New(append(slices.Clone(all), all...), now).Factor("t", "r", at)
		if got != want || again.Text() != why.Text() {
			t.Fatalf("%v, then %v", want, got)
		}
		if other := feedback.Propose(all, now); len(other) != len(proposals) || len(other) > 0 && other[0].ID != proposals[0].ID {
			t.Fatal("other proposals")
		}
	}
}

func TestProposalsAreNarrow(t *testing.T) {
	var all []feedback.Verdict
	for n := range 5 {
		all = append(all, judged(n, vedette.VerdictFalse, "ann", host("backup-01"), user("svc-backup"), user(fmt.Sprint("u", n))))
	}
	all = append(all, judged(7, vedette.VerdictTrue, "bob", host("backup-01"), user("root")))
	all = append(all, judged(8, vedette.VerdictFalse, "bob", host("web-01"), user("x")))
	got := feedback.Propose(all, now)
	if len(got) != 1 {
		t.Fatalf("%d proposals", len(got))
	}
	p := got[0]
	want := []vedette.EntityRef{host("backup-01"), user("svc-backup")}
	if !slices.Equal(p.Entities, want) || p.False != 5 || p.True != 0 || p.Owner != "ann" || !p.Expires.Equal(now.Add(vedette.DefaultSuppressionTime)) {
		t.Errorf("%+v", p)
	}
	for n := range 3 {
		all = append(all, judged(20+n, vedette.VerdictTrue, "bob", host("backup-01"), user("svc-backup")))
	}
	if got := feedback.Propose(all, now); len(got) != 0 {
		t.Errorf("proposes to hide attacks: %+v", got)
	}
}

// However much another tenant's people say, what this one's said counts as it did.
func TestTenantsDoNotCrowdEachOther(t *testing.T) {
	var all []feedback.Verdict
	for n := range 60 {
		all = append(all, judged(n, vedette.VerdictFalse, fmt.Sprint("p", n%3), host("a")))
	}
	want, _ := feedback.New(all, now).Factor("t", "r", nil)
	for n := range feedback.MaxVerdicts {
		v := judged(n, vedette.VerdictFalse, "x")
		v.Tenant, v.Time = "other", now.Add(time.Minute)
		for k := range 12 {
			v.Rules[0].Entities = append(v.Rules[0].Entities, host(fmt.Sprint(n, " ", k)))
		}
		all = append(all, v)
	}
	if got, _ := feedback.New(all, now).Factor("t", "r", nil); got != want || want > 0.8 {
		t.Errorf("the factor is %.2f, after the verdicts of another tenant %.2f", want, got)
	}
}
