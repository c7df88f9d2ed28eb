package baseline

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/vedette-soc/vedette"
)

// usualShown is how many values of a feature are named.
const usualShown = 6

// Usual tells what is usual of an entity, as the detectors would judge it: when it is active, what it does, uses and comes
// from, and how much of it. Nothing where nothing is known of it.
func (b *Baseline) Usual(tenant string, ref vedette.EntityRef) []vedette.UsualFeature {
	b.mu.Lock()
	defer b.mu.Unlock()
	t := b.tenants[tenant]
	if t == nil {
		return nil
	}
	var who uint64
	switch ref.Kind {
	case vedette.EntityHost:
		who = b.names.of(nameHost, ref.Name).id
	case vedette.EntityUser:
		who = b.names.of(nameUser, ref.Name).id
	case vedette.EntityProcess:
		who = b.names.of(nameProgram, ref.Name).id
	case vedette.EntityAddress:
		who = b.address(ref.Name).id
	}
	if who == 0 {
		return nil
	}
	list := t.hours.describe(t, who)
	list = append(list, t.novel.describe(t, ref.Kind, who)...)
	list = append(list, t.volumes.describe(ref.Kind, who)...)
	list = append(list, t.peaks.describe(t, ref.Kind, who)...)
	return append(list, t.spread.describe(t, ref.Kind, who)...)
}

func dayTime(day uint16) time.Time {
	return time.Unix(int64(day)*secondsPerHour*hoursPerDay, 0).UTC()
}

// describe names the values of each feature that the entity has.
func (n *novelty) describe(t *tenant, kind vedette.EntityKind, who uint64) (list []vedette.UsualFeature) {
	type had struct {
		text string
		*seenEntry
	}
	var values [features][]had
	for _, w := range n.lexicon.words {
		if featureSpecs[w.as].kind != kind {
			continue
		}
		if e := n.seen.find(pairKey(w.as, who, w.value)); e != nil && e.count > 0 {
			values[w.as] = append(values[w.as], had{w.text, e})
		}
	}
	for as := range features {
		p := n.profiles.find(profileKey(as, who))
		if !as.spoken() || featureSpecs[as].kind != kind || p == nil || p.total == 0 {
			continue
		}
		slices.SortFunc(values[as], func(x, y had) int {
			return cmp.Or(cmp.Compare(y.days, x.days), cmp.Compare(y.count, x.count), strings.Compare(x.text, y.text))
		})
		u := vedette.UsualFeature{
			Feature: featureSpecs[as].name, Title: FeatureText(featureSpecs[as].name), Observations: int64(p.n), Since: dayTime(p.first),
			Learning: !t.learned || p.n < leastSeen,
			Text:     vedette.Text{En: fmt.Sprintf("%d different so far", p.total), Zh: fmt.Sprintf("迄今共 %d 个不同值", p.total)},
		}
		for _, v := range values[as][:min(len(values[as]), usualShown)] {
			u.Values = append(u.Values, show(v.text))
		}
		u.More = max(int(p.total)-len(u.Values), 0)
		list = append(list, u)
	}
	return list
}

// describe tells the hours in which an entity is active, by workday and weekend.
func (h *hours) describe(t *tenant, who uint64) []vedette.UsualFeature {
	w := h.table.find(weekKey(who))
	if w == nil {
		return nil
	}
	workdays, weekend := w.activeHours(time.Monday, 5), w.activeHours(time.Saturday, 2)
	u := vedette.UsualFeature{
		Feature: activityByHour, Title: FeatureText(activityByHour), Usual: workdays, Observations: int64(w.active),
		Since: time.Unix(int64(w.first)*secondsPerHour, 0).UTC(), Learning: t.hour-min(w.first, t.hour) < leastDays*hoursPerDay || w.active < 2*leastDays,
		Text: vedette.Text{
			En: fmt.Sprintf("on workdays; on weekends %s; in UTC, by %d active hours", cmp.Or(weekend, "quiet"), w.active),
			Zh: fmt.Sprintf("工作日；周末 %s；UTC 时间，基于 %d 个活跃小时", cmp.Or(weekend, "无活动"), w.active),
		},
	}
	if workdays == "" {
		u.Usual = cmp.Or(weekend, "—")
		u.Text = vedette.Text{En: fmt.Sprintf("on weekends; in UTC, by %d active hours", w.active), Zh: fmt.Sprintf("周末；UTC 时间，基于 %d 个活跃小时", w.active)}
		if weekend == "" {
			u.Text = vedette.Text{En: fmt.Sprintf("no hour stands out among %d active ones", w.active), Zh: fmt.Sprintf("%d 个活跃小时中没有固定时段", w.active)}
		}
	}
	return []vedette.UsualFeature{u}
}

// activeHours are the hours that are active on more than half of those days of the week that anything is known of.
func (w *week) activeHours(from time.Weekday, days int) string {
	var active [hoursPerDay]int
	known := 0
	for day := range days {
		some := false
		for hour := range hoursPerDay {
			// Hours are counted from a Thursday.
			if w.middle[((int(from)+day+7-int(time.Thursday))%7)*hoursPerDay+hour] > 0 {
				active[hour]++
				some = true
			}
		}
		if some {
			known++
		}
	}
	var parts []string
	for begin := 0; begin < hoursPerDay; begin++ {
		if active[begin]*2 <= known {
			continue
		}
		end := begin
		for end < hoursPerDay && active[end]*2 > known {
			end++
		}
		parts = append(parts, fmt.Sprintf("%02d:00–%02d:00", begin, end))
		begin = end
	}
	return strings.Join(parts, ", ")
}

func (v *volumes) describe(kind vedette.EntityKind, who uint64) []vedette.UsualFeature {
	of, known := map[vedette.EntityKind]volumeKind{vedette.EntityUser: ofAccount, vedette.EntityAddress: ofSource}[kind]
	if !known {
		return nil
	}
	o := v.table.find(join(who, 0x90000+uint64(of)))
	if o == nil || o.level.days == 0 {
		return nil
	}
	high := v.high(of, o)
	return []vedette.UsualFeature{{
		Feature: volumeFeatures[of], Title: FeatureText(volumeFeatures[of]), Usual: size(math.Exp2(float64(o.middle))), Observations: int64(o.level.days),
		Learning: o.level.days < volumeDays,
		Text: vedette.Text{
			En: "on a day in the middle; on 999 of 1,000 days no more than " + size(high),
			Zh: "为日中位数；99.9% 的日子不超过 " + size(high),
		},
	}}
}

// describe tells the most there was in five minutes; of a host, by the kinds of events that it has most of.
func (p *peaks) describe(t *tenant, kind vedette.EntityKind, who uint64) (list []vedette.UsualFeature) {
	type most struct {
		of   string
		kind peakKind
		*peak
	}
	var found []most
	for k := range peakKinds {
		if k == eventsOfHost || peakSpecs[k].kind != kind {
			continue
		}
		if e := p.table.find(join(who, 0x40000+uint64(k))); e != nil && e.windows > 0 {
			found = append(found, most{"", k, e})
		}
	}
	if kind == vedette.EntityHost {
		for _, w := range t.novel.lexicon.words {
			if w.as != codeOnHost {
				continue
			}
			if e := p.table.find(join(who+w.value, 0x40000+uint64(eventsOfHost))); e != nil && e.windows > 0 {
				found = append(found, most{w.text, eventsOfHost, e})
			}
		}
		slices.SortFunc(found, func(x, y most) int { return cmp.Or(cmp.Compare(y.most, x.most), strings.Compare(x.of, y.of)) })
		found = found[:min(len(found), 1)]
	}
	for _, m := range found {
		u := vedette.UsualFeature{
			Feature: peakSpecs[m.kind].feature, Title: FeatureText(peakSpecs[m.kind].feature), Usual: "≤ " + strconv.Itoa(int(math.Ceil(float64(m.most)))),
			Observations: int64(m.windows), Learning: !t.learned || m.windows < leastWindows,
			Text: vedette.Text{En: "within five minutes", Zh: "（五分钟内）"},
		}
		if m.of != "" {
			u.Text = vedette.Text{En: "of kind " + show(m.of) + " within five minutes, the most frequent kind", Zh: "（五分钟内，最多的类型 " + show(m.of) + "）"}
		}
		list = append(list, u)
	}
	return list
}

// describe tells how many different ones there were in an hour at the most.
func (s *spread) describe(t *tenant, kind vedette.EntityKind, who uint64) (list []vedette.UsualFeature) {
	for k := range spreadKinds {
		sp := &spreadSpecs[k]
		if sp.kind != kind || k == portsOfSource { // ports are counted by target
			continue
		}
		r := s.peaks.find(join(who, 0x70000+uint64(k)))
		if r == nil || r.hours == 0 {
			continue
		}
		list = append(list, vedette.UsualFeature{
			Feature: sp.feature, Title: FeatureText(sp.feature), Usual: "≤ " + strconv.Itoa(int(math.Ceil(float64(r.most)))), Observations: int64(r.hours), Learning: !t.learned,
			Text: vedette.Text{En: "different ones within an hour", Zh: "个不同对象（一小时内）"},
		})
	}
	return list
}
