package entity_test

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/entity"
)

var noon = time.Date(2026, 3, 9, 12, 0, 0, 0, time.UTC)

func stake(id string, score int, age time.Duration, seen ...uint64) vedette.Stake {
	return vedette.Stake{Incident: id, Score: score, Share: 1, Seen: seen, First: noon.Add(-age - time.Hour), Last: noon.Add(-age)}
}

func riskOf(stakes []vedette.Stake, at time.Time) int {
	risk, points := entity.Points(entity.Weigh(stakes, at, 1))
	sum := 0
	for _, p := range points {
		sum += p
	}
	if sum != risk {
		panic(fmt.Sprintf("points add up to %d, the risk is %d", sum, risk))
	}
	return risk
}

func TestRiskDecaysByHalfInAWeek(t *testing.T) {
	one := []vedette.Stake{stake("a", 80, 0, 1)}
	for age, want := range map[time.Duration]int{0: 80, entity.RiskHalfLife: 40, 2 * entity.RiskHalfLife: 20, 61 * 24 * time.Hour: 0} {
		if got := riskOf(one, noon.Add(age)); got != want {
			t.Errorf("after %s the risk is %d, want %d", age, got, want)
		}
	}
	if got := riskOf(one, noon.Add(-2*time.Hour)); got != 0 {
		t.Errorf("before the incident the risk is %d", got)
	}
	if got := riskOf(one, noon.Add(-30*time.Minute)); got != 80 {
		t.Errorf("while the incident goes on the risk is %d, want 80", got)
	}
}

func TestTheSameEvidenceCountsOnce(t *testing.T) {
	a, b := stake("a", 60, 0, 1, 2, 3, 4), stake("b", 40, 0, 1, 2, 3, 4)
	if got := riskOf([]vedette.Stake{a, b}, noon); got != 60 {
		t.Errorf("the same events in two incidents make %d, want 60", got)
	}
	b.Seen = []uint64{3, 4, 5, 6}
	list := entity.Weigh([]vedette.Stake{b, a}, noon, 1)
	if list[0].Incident != "a" || list[1].Fresh != 0.5 {
		t.Errorf("half of b is new, not %v", list[1].Fresh)
	}
	if got, want := list[1].Value, 40*0.5/math.Pow(2, 1.5); math.Abs(got-want) > 1e-9 {
		t.Errorf("b gives %v, want %v", got, want)
	}
}

func TestRiskIsBoundedAndDamped(t *testing.T) {
	var many []vedette.Stake
	for i := range 500 {
		many = append(many, stake(fmt.Sprintf("i%03d", i), 20, 0, uint64(i)))
	}
	if got := riskOf(many, noon); got != 50 { // 20 × (zeta(1.5) − what follows the 500th)
		t.Errorf("five hundred small incidents make %d, want 50", got)
	}
	if got := riskOf([]vedette.Stake{stake("a", 97, 0, 1), stake("b", 97, 0, 2)}, noon); got != 100 {
		t.Errorf("two great ones make %d, want 100", got)
	}
}

func TestStandingKeepsTheOrder(t *testing.T) {
	low, high := []vedette.Stake{stake("a", 50, 0, 1)}, []vedette.Stake{stake("b", 90, 5*24*time.Hour, 2), stake("c", 40, 0, 3)}
	for _, later := range []time.Duration{0, 24 * time.Hour, 30 * 24 * time.Hour} {
		at := noon.Add(later)
		if entity.Standing(low, at, 1) >= entity.Standing(high, at, 1) {
			t.Errorf("%s later the order is another", later)
		}
		if got, want := entity.RiskOf(entity.Standing(high, noon, 1), at), riskOf(high, at); got != want {
			t.Errorf("%s later the standing means %d, the risk is %d", later, got, want)
		}
	}
	if s := entity.Standing(nil, noon, 1); s != 0 || entity.RiskOf(s, noon) != 0 {
		t.Error("nothing is no risk")
	}
	if got, want := entity.RiskOf(entity.Standing(low, noon, entity.RiskFactor(4, true)), noon), 75; got != want {
		t.Errorf("a critical asset is at %d, want %d", got, want)
	}
}

func TestStakes(t *testing.T) {
	host := vedette.EntityRef{Kind: vedette.EntityHost, Name: "web-01", Role: vedette.RoleTarget}
	from := vedette.EntityRef{Kind: vedette.EntityAddress, Name: "203.0.113.9", Role: vedette.RoleActor}
	alert := func(event string, refs ...vedette.EntityRef) vedette.Evidence {
		return vedette.Evidence{Alert: vedette.Alert{EventID: event, Entities: refs, Tags: []string{"attack.t1190", "cve.2021-44228"}, RuleTitle: "Log4Shell"}}
	}
	in := vedette.Incident{ID: "i", Score: 90, Entities: []vedette.EntityRef{host, from}, First: noon, Last: noon, Result: vedette.ResultAttempted,
		Evidence: []vedette.Evidence{alert("1-1", host, from), alert("1-2", from), alert("1-1", host)}}
	list := entity.Stakes(&in)
	if len(list) != 2 || list[0].Share != 0.6 || list[1].Share != 1 || len(list[0].Seen) != 1 || len(list[1].Seen) != 2 {
		t.Errorf("stakes are %+v", list)
	}
	weak := entity.Weaknesses(&in)
	if len(weak) != 2 || weak[0].ID != "CVE-2021-44228" || weak[0].Ref != host {
		t.Errorf("weaknesses are %+v", weak)
	}
	in.Verdict = vedette.VerdictFalse
	if list = entity.Stakes(&in); list[0].Share != 0 || list[1].Share != 0 {
		t.Error("a false positive says nothing against anybody")
	}
	sure := entity.Stakes(&vedette.Incident{Result: vedette.ResultCompromised, Entities: []vedette.EntityRef{host}})
	if sure[0].Share != 1 {
		t.Error("a compromised host has all of the score")
	}
}

func TestWeaknessesInText(t *testing.T) {
	host := vedette.EntityRef{Kind: vedette.EntityHost, Name: "w", Role: vedette.RoleTarget}
	for title, want := range map[string][]string{
		"ET EXPLOIT CVE-2021-44228 and cve_2022_1388": {"CVE-2021-44228", "CVE-2022-1388"},
		"CVE": nil, "CVE-21-1": nil, "CVE-2021-": nil, "cve 2014 0160 in a title": {"CVE-2014-0160"},
	} {
		in := vedette.Incident{Evidence: []vedette.Evidence{{Alert: vedette.Alert{EventID: "1-1", RuleTitle: title, Entities: []vedette.EntityRef{host}}}}}
		var got []string
		for _, w := range entity.Weaknesses(&in) {
			got = append(got, w.ID)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q names %q, want %q", title, got, want)
		}
	}
}
