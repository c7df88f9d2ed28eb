package advise

import (
	"fmt"
	"slices"
	"strings"
	"time"

	vedette "github.com/vedette-soc/vedette"
)

// title says in one line what happened, to whom.
func (v *view) title() vedette.Text {
	acts := v.acts
	if len(acts) == 0 {
		return v.oddTitle()
	}
	first := acts[0]
	if guess, login := v.brokeIn(); login != nil {
		return v.brokenIn(guess, login)
	}
	if v.verdict.by == "login-correlated" {
		p := &v.pieces[v.verdict.proof[0]-1]
		return v.brokenIn(p, p)
	}
	if last := furthest(acts, first.step); len(acts) > 1 && last != nil && last.step > first.step {
		p, q := first.phrase(), last.phrase()
		return line(p.En+", then "+q.En, p.Zh+"，随后"+q.Zh)
	}
	if first.step <= StepGuess && len(acts) == 1 {
		p := first.phrase()
		return line(p.En, p.Zh)
	}
	worst := first
	for _, a := range acts {
		if a.worst > worst.worst {
			worst = a
		}
	}
	return worst.label(worst.titles)
}

// label puts those concerned behind a title.
func (a *act) label(of vedette.Text) vedette.Text {
	en, zh := of.En, of.Zh
	if len(a.hosts) == 0 && len(a.actors) > 0 {
		en, zh = en+" from "+listEn(a.actors), listZh(a.actors)+"："+zh
	}
	if len(a.hosts) > 0 {
		en, zh = en+" on "+listEn(a.hosts), listZh(a.hosts)+"："+zh
	}
	if len(a.users) > 0 {
		en, zh = en+" by "+listEn(a.users), zh+"（"+listZh(a.users)+"）"
	}
	return line(en, zh)
}

// oddTitle is the title of an incident that holds nothing but what is unusual: its strongest finding.
func (v *view) oddTitle() vedette.Text {
	odd := v.odd()
	if len(odd) == 0 {
		return v.Title
	}
	a := &act{pieces: odd[:1]}
	a.sum()
	return a.label(text(strings.TrimRight(a.titles.En, "."), strings.TrimRight(a.titles.Zh, "。")))
}

// brokenIn is the title of an incident in which guessing passwords worked.
func (v *view) brokenIn(guess, login *piece) vedette.Text {
	hosts := login.hosts
	en := "Password guessing" + prefixed(" from ", listEn(guess.actors)) + prefixed(" against ", listEn(hosts)) + " succeeded" + prefixed(" for ", listEn(login.users))
	zh := listZh(guess.actors) + "对" + or(listZh(hosts), "内部主机") + "猜测口令得手" + wrapped("（账户 ", listZh(login.users), "）")
	if last := furthest(v.acts, StepScan, StepGuess, StepLogin); last != nil && last.step > StepLogin {
		p := last.phrase()
		en, zh = en+", then "+p.En, zh+"，随后"+p.Zh
	}
	return line(en, zh)
}

// paragraph collects sentences in both languages.
type paragraph struct{ en, zh []string }

func (p *paragraph) add(en, zh string) {
	p.en, p.zh = append(p.en, capital(en)), append(p.zh, Spaced(zh))
}

func (p *paragraph) text() vedette.Text {
	return text(strings.Join(p.en, " "), strings.Join(p.zh, ""))
}

// story tells what happened in one paragraph; every sentence cites its evidence.
func (v *view) story() vedette.Text {
	var p paragraph
	day := ""
	odd := v.odd()
	odd = odd[:min(len(odd), maxOdd)]
	slices.SortFunc(odd, func(p, q *piece) int { return p.n - q.n })
	for _, a := range v.acts {
		for len(odd) > 0 && odd[0].Time.Before(a.from) {
			odd[0].unusual(&p, &day)
			odd = odd[1:]
		}
		a.sentence(&p, &day)
	}
	for _, o := range odd {
		o.unusual(&p, &day)
	}
	if why := v.verdict.why; why.En != "" {
		p.add(why.En, why.Zh)
	}
	v.stages(&p)
	v.against(&p)
	v.open(&p)
	return p.text()
}

// sentence tells one act.
func (a *act) sentence(p *paragraph, day *string) {
	what := a.phrase()
	when, whenZh := a.when(day)
	var more, moreZh string
	switch {
	case a.count > 2 && a.more:
		more, moreZh = fmt.Sprintf(" (at least %d alerts)", a.count), fmt.Sprintf("（至少 %d 条告警）", a.count)
	case a.count > 2:
		more, moreZh = fmt.Sprintf(" (%d alerts)", a.count), fmt.Sprintf("（%d 条告警）", a.count)
	}
	switch {
	case a.ended == stopped:
		more, moreZh = more+", which was blocked", moreZh+"，已被拦截"
	case a.ended == failed && a.step != StepGuess:
		more, moreZh = more+", which was refused", moreZh+"，均被拒绝"
	}
	cites := cite(a.pieces...)
	p.add(when+what.En+more+" "+cites+".", whenZh+what.Zh+moreZh+cites+"。")
}

// when writes the time of an act in UTC; the day only where it changes, the zone only once.
func (a *act) when(day *string) (en, zh string) {
	from, to := a.from.UTC(), a.to.UTC()
	zone, zoneZh, first := "", "", *day == ""
	if d := from.Format(time.DateOnly); d != *day {
		*day = d
		en, zh = "on "+d+" ", d+" "
		if first {
			zone, zoneZh = " UTC", "（UTC）"
		}
	}
	clock := from.Format("15:04")
	if to.Sub(from) < time.Minute {
		return en + "at " + clock + zone + ", ", zh + clock + zoneZh + "，"
	}
	end := to.Format("15:04")
	if to.Format(time.DateOnly) != from.Format(time.DateOnly) {
		end = to.Format("2006-01-02 15:04")
	}
	return en + "from " + clock + " to " + end + zone + ", ", zh + clock + "–" + end + zoneZh + "，"
}

const maxOdd = 3 // findings of the unknown that a story spells out

// odd lists the evidence of what is unusual, the strongest first, one of each detector and feature.
func (v *view) odd() []*piece {
	var all []*piece
	for i := range v.pieces {
		p := &v.pieces[i]
		if p.Anomaly == nil {
			continue
		}
		same := slices.IndexFunc(all, func(q *piece) bool {
			return q.Anomaly.Detector == p.Anomaly.Detector && q.Anomaly.Feature == p.Anomaly.Feature && slices.Equal(q.hosts, p.hosts) && slices.Equal(q.users, p.users)
		})
		switch {
		case same < 0:
			all = append(all, p)
		case p.Anomaly.Weight > all[same].Anomaly.Weight:
			all[same] = p
		}
	}
	slices.SortStableFunc(all, func(p, q *piece) int {
		switch {
		case p.Anomaly.Weight > q.Anomaly.Weight:
			return -1
		case p.Anomaly.Weight < q.Anomaly.Weight:
			return 1
		}
		return p.n - q.n
	})
	return all
}

// unusual tells what was observed and what was expected.
func (p *piece) unusual(to *paragraph, day *string) {
	when, whenZh := (&act{from: p.Time, to: p.Time}).when(day)
	en, zh := p.findings()
	who, whoZh := p.where()
	var learning, learningZh string
	if p.Anomaly.Learning {
		learning, learningZh = ", though the baseline was still being learnt", "（当时基线仍在学习）"
	}
	to.add(when+"this was unusual"+who+": "+en+learning+" "+cite(p)+".", whenZh+whoZh+"出现异常："+zh+learningZh+cite(p)+"。")
}

// where names whom a finding is about.
func (p *piece) where() (en, zh string) {
	en = prefixed(" on ", listEn(p.hosts)) + prefixed(" by ", listEn(p.users))
	parts := slices.DeleteFunc([]string{listZh(p.hosts), wrapped("用户 ", listZh(p.users), "")}, func(s string) bool { return s == "" })
	if en == "" {
		return prefixed(" from ", listEn(p.actors)), listZh(p.actors)
	}
	return en, strings.Join(parts, "、")
}

// findings says what was observed and what was expected: in the words of the detector, else by its figures.
func (p *piece) findings() (en, zh string) {
	an := p.Anomaly
	en, zh = strings.TrimRight(Clean(an.Text.En, 240), ". "), strings.TrimRight(Clean(an.Text.Zh, 240), "。 ")
	if en != "" && zh != "" {
		return en, zh
	}
	feature, unit := or(Clean(an.Feature, maxName), Clean(an.Detector, maxName)), prefixed(" ", Clean(an.Unit, 20))
	en = fmt.Sprintf("%s: %s%s where %s was usual", feature, figure(an.Observed), unit, figure(an.Expected))
	zh = fmt.Sprintf("%s：观察到 %s%s，通常为 %s", feature, figure(an.Observed), unit, figure(an.Expected))
	return en, zh
}

// figure writes a number shortly.
func figure(x float64) string {
	if x == float64(int64(x)) {
		return fmt.Sprintf("%d", int64(x))
	}
	return fmt.Sprintf("%.3g", x)
}
