package triage

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	vedette "github.com/vedette-soc/vedette"
)

const (
	maxTitle    = 200 // bytes
	maxNames    = 3   // spelled out in a list; the rest is counted
	maxCitation = 6   // numbers behind one sentence
)

// titleOf says in one line what happened, to whom.
func titleOf(f *caseFile, acts []*act, broke *group) vedette.Text {
	first := acts[0]
	if broke != nil {
		return brokenIn(acts)
	}
	if last := furthest(acts, first.step); len(acts) > 1 && last != nil && last.step > first.step {
		p, q := first.phrase(), last.phrase()
		return line(p.En+", then "+q.En, p.Zh+"，随后"+q.Zh)
	}
	if first.step <= stepGuess && len(acts) == 1 {
		p := first.phrase()
		return line(p.En, p.Zh)
	}
	worst := first
	for _, a := range acts {
		if a.worst > worst.worst {
			worst = a
		}
	}
	en, zh := worst.titles.En, worst.titles.Zh
	if len(worst.hosts) == 0 && len(worst.actors) > 0 {
		en, zh = en+" from "+listEn(worst.actors), listZh(worst.actors)+"："+zh
	}
	if len(worst.hosts) > 0 {
		en, zh = en+" on "+listEn(worst.hosts), listZh(worst.hosts)+"："+zh
	}
	if len(worst.users) > 0 {
		en, zh = en+" by "+listEn(worst.users), zh+"（"+listZh(worst.users)+"）"
	}
	return line(en, zh)
}

// brokenIn is the title of an incident in which guessing passwords worked.
func brokenIn(acts []*act) vedette.Text {
	guess := acts[slices.IndexFunc(acts, func(a *act) bool { return a.step == stepGuess })]
	login := acts[slices.IndexFunc(acts, func(a *act) bool { return a.step == stepLogin })]
	en := "Password guessing" + prefixed(" from ", listEn(guess.actors)) + prefixed(" against ", listEn(login.hosts)) + " succeeded" + prefixed(" for ", listEn(login.users))
	zh := prefixed("", listZh(guess.actors)) + "对" + or(listZh(login.hosts), "内部主机") + "猜测口令得手" + wrapped("（账户 ", listZh(login.users), "）")
	if last := furthest(acts, stepGuess, stepLogin); last != nil && last.step > stepLogin {
		p := last.phrase()
		en, zh = en+", then "+p.En, zh+"，随后"+p.Zh
	}
	return line(en, zh)
}

func line(en, zh string) vedette.Text {
	return vedette.Text{En: vedette.Shorten(capital(en), maxTitle), Zh: vedette.Shorten(spaced(zh), maxTitle)}
}

// storyOf tells what happened in one paragraph; every sentence cites its evidence.
func storyOf(acts []*act) vedette.Text {
	var en, zh []string
	day := ""
	for _, a := range acts {
		p := a.phrase()
		when, whenZh := a.when(&day)
		more, moreZh := "", ""
		if a.count > 2 {
			more, moreZh = fmt.Sprintf(" (%d alerts)", a.count), fmt.Sprintf("（%d 条告警）", a.count)
		}
		en = append(en, capital(when+p.En+more+" "+a.cited()+"."))
		zh = append(zh, whenZh+p.Zh+moreZh+a.cited()+"。")
	}
	return vedette.Text{En: strings.Join(en, " "), Zh: spaced(strings.Join(zh, ""))}
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

// cited writes the numbers of the evidence.
func (a *act) cited() string {
	var b strings.Builder
	for i, n := range a.cites {
		if i == maxCitation {
			break
		}
		b.WriteString("[" + strconv.Itoa(n) + "]")
	}
	return b.String()
}

// phrase says what happened in an act, as a clause of a sentence.
func (a *act) phrase() vedette.Text {
	who, whoZh := or(listEn(a.actors), "somebody"), or(listZh(a.actors), "有人")
	where, whereZh := or(listEn(a.hosts), "our systems"), or(listZh(a.hosts), "内部系统")
	as, by, byZh := prefixed(" as ", listEn(a.users)), prefixed(" by ", listEn(a.users)), wrapped("以 ", listZh(a.users), " 身份")
	from, fromZh := prefixed(" from ", listEn(a.peers)), wrapped("（来自 ", listZh(a.peers), "）")
	with, withZh := prefixed(" with ", listEn(a.things)), wrapped("（", listZh(a.things), "）")
	switch a.step {
	case stepScan:
		return vedette.Text{En: who + " probed " + where, Zh: whoZh + "探测了" + whereZh}
	case stepGuess:
		whom, whomZh := prefixed(" for ", listEn(a.users)), wrapped("（账户 ", listZh(a.users), "）")
		if len(a.users) > 1 {
			whom, whomZh = " for several accounts", "（多个账户）" // only the first and last are kept
		}
		return vedette.Text{En: who + " guessed passwords on " + where + whom, Zh: whoZh + "对" + whereZh + "猜测口令" + whomZh}
	case stepExploit:
		return vedette.Text{En: who + " attacked " + where, Zh: whoZh + "攻击了" + whereZh}
	case stepPhish:
		return vedette.Text{En: "a malicious message reached " + or(listEn(a.users), where), Zh: "恶意消息到达" + or(listZh(a.users), whereZh)}
	case stepLogin:
		return vedette.Text{En: who + " logged in to " + where + as, Zh: whoZh + byZh + "登录了" + whereZh}
	case stepDownload:
		return vedette.Text{En: "a tool was downloaded to " + where + from + by, Zh: byZh + "向" + whereZh + "下载了工具" + fromZh}
	case stepRun:
		return vedette.Text{En: "suspicious commands ran on " + where + as + with, Zh: byZh + "在" + whereZh + "执行了可疑命令" + withZh}
	case stepPersist:
		return vedette.Text{En: "a way back in was prepared on " + where + by, Zh: byZh + "在" + whereZh + "留下了持久化手段"}
	case stepEscalate:
		return vedette.Text{En: "higher rights were taken on " + where + by, Zh: byZh + "在" + whereZh + "提升了权限"}
	case stepEvade:
		return vedette.Text{En: "defences or traces were tampered with on " + where + by, Zh: byZh + "在" + whereZh + "规避防御或掩盖痕迹"}
	}
	return a.latePhrase(where, whereZh, by, byZh)
}

// latePhrase is phrase for the steps after an attacker is at home.
func (a *act) latePhrase(where, whereZh, by, byZh string) vedette.Text {
	was := " was"
	if len(a.hosts) != 1 {
		was = " were"
	}
	switch a.step {
	case stepSteal:
		return vedette.Text{En: "credentials were read on " + where + by, Zh: byZh + "在" + whereZh + "读取了凭据"}
	case stepDiscover:
		return vedette.Text{En: "the surroundings were explored from " + where + by, Zh: byZh + "在" + whereZh + "探查了环境"}
	case stepMove:
		return vedette.Text{
			En: where + was + " reached" + prefixed(" from ", listEn(a.actors)) + prefixed(" as ", listEn(a.users)),
			Zh: byZh + wrapped("从 ", listZh(a.actors), " ") + "进入了" + whereZh,
		}
	case stepCollect:
		return vedette.Text{En: "data was gathered on " + where + by, Zh: byZh + "在" + whereZh + "收集了数据"}
	case stepCall:
		return vedette.Text{En: where + " called " + or(listEn(a.peers), "an outside server"), Zh: whereZh + "联系了" + or(listZh(a.peers), "外部服务器")}
	case stepLeave:
		data, dataZh := "data", "数据"
		if a.bytes > 0 {
			data, dataZh = size(a.bytes), " "+size(a.bytes)+" 数据"
		}
		return vedette.Text{En: data + " left " + where + prefixed(" to ", listEn(a.peers)), Zh: whereZh + "有" + dataZh + "外传" + wrapped("到 ", listZh(a.peers), "")}
	case stepDamage:
		return vedette.Text{En: "data or recovery was damaged on " + where + by, Zh: byZh + "破坏了" + whereZh + "的数据或恢复手段"}
	}
	return vedette.Text{En: "“" + a.titles.En + "” fired" + prefixed(" on ", listEn(a.hosts)), Zh: wrapped("在 ", listZh(a.hosts), " 上，") + a.titles.Zh}
}
