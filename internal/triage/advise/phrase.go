package advise

import (
	"slices"

	vedette "github.com/vedette-soc/vedette"
)

// phrase says what happened in an act, as a clause of a sentence.
func (a *act) phrase() vedette.Text {
	who, whoZh := or(listEn(a.actors), "somebody"), or(listZh(a.actors), "有人")
	where, whereZh := or(listEn(a.hosts), "our systems"), or(listZh(a.hosts), "内部系统")
	as, by, byZh := prefixed(" as ", listEn(a.users)), prefixed(" by ", listEn(a.users)), wrapped("以 ", listZh(a.users), " 身份")
	from, fromZh := prefixed(" from ", listEn(a.peers)), wrapped("（来自 ", listZh(a.peers), "）")
	with, withZh := prefixed(" with ", listEn(a.things)), wrapped("（", listZh(a.things), "）")
	switch a.step {
	case StepScan:
		return vedette.Text{En: who + " probed " + where, Zh: whoZh + "探测了" + whereZh}
	case StepGuess:
		whom, whomZh := prefixed(" for ", listEn(a.users)), wrapped("（账户 ", listZh(a.users), "）")
		if len(a.users) > 1 {
			whom, whomZh = " for several accounts", "（多个账户）" // only the first and last are kept
		}
		return vedette.Text{En: who + " guessed passwords on " + where + whom, Zh: whoZh + "对" + whereZh + "猜测口令" + whomZh}
	case StepExploit:
		return vedette.Text{En: who + " attacked " + where, Zh: whoZh + "攻击了" + whereZh}
	case StepPhish:
		return vedette.Text{En: "a malicious message reached " + or(listEn(a.users), where), Zh: "恶意消息到达" + or(listZh(a.users), whereZh)}
	case StepLogin:
		return vedette.Text{En: who + " logged in to " + where + as, Zh: whoZh + byZh + "登录了" + whereZh}
	case StepDownload:
		return vedette.Text{En: "a tool was downloaded to " + where + from + by, Zh: byZh + "向" + whereZh + "下载了工具" + fromZh}
	case StepRun:
		return vedette.Text{En: "suspicious commands ran on " + where + as + with, Zh: byZh + "在" + whereZh + "执行了可疑命令" + withZh}
	case StepPersist:
		if a.allAre("T1505.003") {
			return vedette.Text{En: "the web server ran commands on " + where + as, Zh: "Web 服务器在" + whereZh + byZh + "执行了命令"}
		}
		return vedette.Text{En: "a way back in was prepared on " + where + by, Zh: byZh + "在" + whereZh + "留下了持久化手段"}
	case StepEscalate:
		return vedette.Text{En: "higher rights were taken on " + where + by, Zh: byZh + "在" + whereZh + "提升了权限"}
	case StepEvade:
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
	case StepSteal:
		return vedette.Text{En: "credentials were read on " + where + by, Zh: byZh + "在" + whereZh + "读取了凭据"}
	case StepDiscover:
		return vedette.Text{En: "the surroundings were explored from " + where + by, Zh: byZh + "在" + whereZh + "探查了环境"}
	case StepMove:
		return vedette.Text{
			En: where + was + " reached" + prefixed(" from ", listEn(a.actors)) + prefixed(" as ", listEn(a.users)),
			Zh: byZh + wrapped("从 ", listZh(a.actors), " ") + "进入了" + whereZh,
		}
	case StepCollect:
		return vedette.Text{En: "data was gathered on " + where + by, Zh: byZh + "在" + whereZh + "收集了数据"}
	case StepCall:
		return vedette.Text{En: where + " called " + or(listEn(a.peers), "an outside server"), Zh: whereZh + "联系了" + or(listZh(a.peers), "外部服务器")}
	case StepLeave:
		data, dataZh := "data", "数据"
		if a.bytes > 0 {
			data, dataZh = size(a.bytes), " "+size(a.bytes)+" 数据"
		}
		return vedette.Text{En: data + " left " + where + prefixed(" to ", listEn(a.peers)), Zh: whereZh + "有" + dataZh + "外传" + wrapped("到 ", listZh(a.peers), "")}
	case StepDamage:
		return vedette.Text{En: "data or recovery was damaged on " + where + by, Zh: byZh + "破坏了" + whereZh + "的数据或恢复手段"}
	}
	if a.step == StepKnown {
		return a.knownPhrase(where, whereZh)
	}
	return vedette.Text{En: "“" + a.titles.En + "” fired" + prefixed(" on ", listEn(a.hosts)), Zh: wrapped("在 ", listZh(a.hosts), " 上，") + a.titles.Zh}
}

// knownPhrase says what known to be bad was met, and who says so.
func (a *act) knownPhrase(where, whereZh string) vedette.Text {
	var values, feeds []string
	for _, p := range a.pieces {
		if p.Indicator != nil {
			values = addName(values, p.Indicator.Value)
			for _, feed := range p.Indicator.Feeds {
				feeds = addName(feeds, feed)
			}
		}
	}
	if len(a.hosts) == 0 && len(a.actors) > 0 {
		where, whereZh = listEn(a.actors), listZh(a.actors)
	}
	return vedette.Text{
		En: where + " was in contact with " + listEn(values) + ", known to be bad" + prefixed(" according to ", listEn(feeds)),
		Zh: whereZh + "接触了" + or(wrapped("被 ", listZh(feeds), " 标记为恶意的 "), "已知恶意的 ") + listZh(values),
	}
}

// allAre tells whether all pieces bear a technique.
func (a *act) allAre(technique string) bool {
	return !slices.ContainsFunc(a.pieces, func(p *piece) bool { return !HasTechnique(p.Techniques, technique) })
}
