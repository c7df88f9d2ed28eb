package entity

import (
	"fmt"
	"math"
	"strings"
	"time"

	vedette "github.com/vedette-soc/vedette"
)

// Shape of what is shown of a risk.
const (
	seriesSpan       = 30 * 24 * time.Hour
	seriesStep       = 6 * time.Hour
	seriesParts      = 5
	maxContributions = 30
)

// Assess makes of the stakes of an entity the risk that its page shows: now, over the last 30 days, and what it is made
// of. level is nil when nobody has said how critical the entity is. Titles are copied from the stakes.
//
// The past is computed with what is known today: an incident that turned out to be false never was a risk.
func Assess(stakes []vedette.Stake, now time.Time, level *int) vedette.EntityRisk {
	factor := RiskFactor(0, false)
	if level != nil {
		factor = RiskFactor(*level, true)
	}
	list := Weigh(stakes, now, factor)
	risk, points := Points(list)
	r := vedette.EntityRisk{Now: risk, HalfLife: RiskHalfLife.Hours() / 24, Factor: factor, Contributions: []vedette.RiskContribution{}}
	for i := range list[:min(len(list), maxContributions)] {
		r.Contributions = append(r.Contributions, contribution(&list[i], points[i]))
	}
	if rest := len(list); rest > maxContributions { // what is not shown is given to the last that is, so that all adds up
		for _, p := range points[maxContributions:] {
			r.Contributions[maxContributions-1].Points += p
		}
	}
	for at := now.Add(-seriesSpan); at.Before(now); at = at.Add(seriesStep) {
		r.Series = append(r.Series, point(stakes, at, factor))
	}
	r.Series = append(r.Series, point(stakes, now, factor))
	return r
}

func point(stakes []vedette.Stake, at time.Time, factor float64) vedette.RiskPoint {
	list := Weigh(stakes, at, factor)
	risk, points := Points(list)
	p := vedette.RiskPoint{Time: at.UTC().Truncate(time.Second), Score: risk, Of: []vedette.RiskPart{}}
	for i := range list[:min(len(list), seriesParts)] {
		if points[i] > 0 {
			p.Of = append(p.Of, vedette.RiskPart{Incident: list[i].Incident, Points: points[i]})
		}
	}
	return p
}

func contribution(w *Weighed, points int) vedette.RiskContribution {
	return vedette.RiskContribution{
		Incident: w.Incident, Title: w.Title, Severity: w.Severity, Status: w.Status, Verdict: w.Verdict, Points: points, Score: w.Score,
		Role: w.Ref.Role, Share: w.Share, Fresh: round3(w.Fresh), Rank: w.Rank, Damping: round3(w.Damping),
		Age: round3(w.Age.Hours() / 24), Decay: round3(w.Decay), First: w.First, Last: w.Last, Text: explain(w),
	}
}

func round3(f float64) float64 { return math.Round(f*1000) / 1000 }

// explain says how the points come about.
func explain(w *Weighed) vedette.Text {
	if w.Share == 0 {
		return vedette.Text{En: "Judged harmless or a duplicate, so it counts for nothing.", Zh: "已判定为无害或重复，不计入风险。"}
	}
	en := []string{fmt.Sprintf("score %d", w.Score)}
	zh := []string{fmt.Sprintf("事件评分 %d", w.Score)}
	add := func(share float64, english, chinese string) {
		if p := math.Round(share * 100); p < 100 {
			en, zh = append(en, fmt.Sprintf("%s %.0f %%", english, p)), append(zh, fmt.Sprintf("%s %.0f %%", chinese, p))
		}
	}
	part, ofPart := "by its part", "按其角色"
	switch w.Ref.Role {
	case vedette.RoleActor:
		part, ofPart = "as who acted", "作为发起方"
	case vedette.RoleTarget:
		part, ofPart = "as what was attacked", "作为被攻击方"
	case vedette.RoleObject:
		part, ofPart = "as what was used", "作为被利用对象"
	}
	add(w.Share, part, ofPart)
	add(w.Fresh, "evidence not counted before", "未重复计算的证据")
	add(w.Decay, "left after "+days(w.Age, "day", "days"), "经过 "+days(w.Age, "天", "天")+"后剩余")
	if w.Rank > 1 {
		add(w.Damping, fmt.Sprintf("as number %d of its incidents", w.Rank), fmt.Sprintf("位列第 %d", w.Rank))
	}
	text := strings.Join(en, " × ")
	return vedette.Text{En: strings.ToUpper(text[:1]) + text[1:], Zh: strings.Join(zh, " × ")}
}

func days(age time.Duration, one, many string) string {
	n := age.Hours() / 24
	word := many
	if math.Abs(n-1) < 0.05 {
		word = one
	}
	return fmt.Sprintf("%.3g %s", math.Round(n*10)/10, word)
}
