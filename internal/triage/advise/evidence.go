package advise

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/entity"
)

// EvidenceText says in one sentence what an alert saw, and about whom. count is how many equal alerts it stands for.
func EvidenceText(a *vedette.Alert, count int64, networks entity.Networks) vedette.Text {
	who := piece{Alert: a}
	who.name(networks)
	en := strings.TrimRight(Clean(a.RuleTitle, 160), ". ")
	en += prefixed(" on ", listEn(who.hosts)) + prefixed(" by ", listEn(who.users)) + prefixed(" from ", listEn(who.actors)) + prefixed(" to ", listEn(who.peers))
	parts := slices.DeleteFunc([]string{
		wrapped("主机 ", listZh(who.hosts), ""), wrapped("用户 ", listZh(who.users), ""), wrapped("来源 ", listZh(who.actors), ""),
		wrapped("目的 ", listZh(who.peers), ""),
	}, func(part string) bool { return part == "" })
	zh := TitleZh(a) + prefixed("：", strings.Join(parts, "，"))
	if a.Anomaly != nil && a.Anomaly.Text.En != "" { // which says better than a field what was seen, and at whom
		en = strings.TrimRight(Clean(a.RuleTitle, 160), ". ") + ": " + Clean(a.Anomaly.Text.En, 300)
		zh = TitleZh(a) + "：" + cmp.Or(Clean(a.Anomaly.Text.Zh, 300), Clean(a.Anomaly.Text.En, 300))
	} else if field, value := telling(a); field != "" {
		en += " (" + field + " = " + value + ")"
		zh += "（" + field + " = " + value + "）"
	}
	if count > 1 {
		en += fmt.Sprintf(", the latest of %d", count)
		zh += fmt.Sprintf("，共 %d 次中的最近一次", count)
	}
	return text(en+".", Spaced(zh+"。"))
}

// tellingFields are those that say most about an alert, in order. Read-only.
var tellingFields = [...]string{
	"process.command_line", "url.original", "url.path", "dns.question.name", "file.path", "registry.path", "service.name",
	"event.action", "message", "process.executable", "user_agent.original",
}

// telling picks the field that says most: one that the rule asked for, else the one that names the thing done.
func telling(a *vedette.Alert) (field, value string) {
	for _, name := range tellingFields {
		if v := Clean(a.Matched[name], 160); v != "" {
			return name, v
		}
	}
	first := ""
	for name, v := range a.Matched {
		if v != "" && (first == "" || name < first) {
			first = name
		}
	}
	if first == "" {
		return "", ""
	}
	return Clean(first, 60), Clean(a.Matched[first], 160)
}

// SeverityZh names a severity in Chinese.
func SeverityZh(s vedette.Severity) string {
	return [...]string{vedette.Info: "提示", vedette.Low: "低", vedette.Medium: "中", vedette.High: "高", vedette.Critical: "严重"}[min(s, vedette.Critical)]
}
