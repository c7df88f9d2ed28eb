package triage

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	vedette "github.com/vedette-soc/vedette"
)

// The parts of a score. Their greatest values add up to 100.
var (
	severityPoints = [...]int{vedette.Info: 3, vedette.Low: 12, vedette.Medium: 30, vedette.High: 50, vedette.Critical: 65}
	stagePoints    = [...]int{0, 0, 5, 8, 10, 12, 13, 14, 15} // by distinct tactics, each adding less than the one before
	attemptPoints  = [...]int{vedette.Info: 0, vedette.Low: -4, vedette.Medium: -8, vedette.High: -12, vedette.Critical: -12}
)

const (
	deepPoints    = 3 // moving on, gathering, calling home
	deepestPoints = 5 // data leaves, or damage is done
	hostPoints    = 2 // for each further host that was held
	maxHostPoints = 6
	brokePoints   = 7
	rarePoints    = 2
)

// severityOf reads an incident's severity from its score.
func severityOf(score int) vedette.Severity {
	switch {
	case score >= 75:
		return vedette.Critical
	case score >= 50:
		return vedette.High
	case score >= 30:
		return vedette.Medium
	case score >= 10:
		return vedette.Low
	}
	return vedette.Info
}

// reasons explains the score: every reason with the points it gives or takes.
func (b *book) reasons(f *caseFile, broke *group) []vedette.Reason {
	var all []vedette.Reason
	add := func(code string, points int, en, zh string, params map[string]string) {
		if points != 0 {
			all = append(all, vedette.Reason{Code: code, Points: points, Text: vedette.Text{En: en, Zh: zh}, Params: params})
		}
	}
	worst := worstRule(f.Rules)
	severity := min(worst.Severity, vedette.Critical)
	add("severity", severityPoints[severity],
		fmt.Sprintf("The worst rule, “%s”, is %s", clean(worst.Title, 80), severity),
		fmt.Sprintf("最严重的规则“%s”为%s级", clean(cmp.Or(worst.TitleZh, worst.Title), 80), severityZh[severity]), map[string]string{"rule": worst.RuleID})
	stages := stagePoints[min(len(f.Tactics), len(stagePoints)-1)]
	add("stages", stages, fmt.Sprintf("%d stages of an attack were seen: %s", len(f.Tactics), strings.Join(namesOf(f.Tactics, false), ", ")),
		fmt.Sprintf("出现了 %d 个攻击阶段：%s", len(f.Tactics), strings.Join(namesOf(f.Tactics, true), "、")), map[string]string{"count": strconv.Itoa(len(f.Tactics))})
	if at, points := depthOf(f.Tactics); points > 0 {
		add("depth", points, "The attack has come as far as "+tactics[at].en, "攻击已到“"+tactics[at].zh+"”阶段", map[string]string{"tactic": tactics[at].name})
	}
	if hosts := f.heldHosts(); hosts > 1 {
		add("breadth", min((hosts-1)*hostPoints, maxHostPoints), fmt.Sprintf("%d hosts are involved", hosts),
			fmt.Sprintf("涉及 %d 台主机", hosts), map[string]string{"hosts": strconv.Itoa(hosts)})
	}
	if broke != nil {
		add("success", brokePoints, "Somebody got in after guessing passwords", "猜测口令之后登录成功", nil)
	}
	if n := b.rules[f.Tenant+"\x00"+worst.RuleID]; n <= 1 && severity >= vedette.Medium {
		add("rarity", rarePoints, "No other open incident shows this rule", "没有其他未关闭事件触发过该规则", map[string]string{"rule": worst.RuleID})
	}
	if f.trying {
		add("attempt_only", attemptPoints[severity], "Only attempts were seen, nothing succeeded", "只见到尝试，未见成功", nil)
	}
	return all
}

// depthOf gives points for how far an attack has come: the place of its last tactic, and what that is worth.
func depthOf(names []string) (at, points int) {
	for _, name := range names {
		at = max(at, stageOf(name))
	}
	switch {
	case at < stageOf("lateral-movement"):
		return at, 0
	case at < stageOf("exfiltration"):
		return at, deepPoints
	}
	return at, deepestPoints
}

// heldHosts counts the hosts that were more than aimed at.
func (f *caseFile) heldHosts() int {
	n := 0
	for key, k := range f.knots {
		if key.kind == vedette.EntityHost && k.grip == held {
			n++
		}
	}
	return n
}

// worstRule returns the rule with the highest severity, of those the one that fired first.
func worstRule(rules []vedette.RuleCount) vedette.RuleCount {
	worst := rules[0]
	for _, r := range rules[1:] {
		if r.Severity > worst.Severity || r.Severity == worst.Severity && r.First.Before(worst.First) {
			worst = r
		}
	}
	return worst
}

// namesOf writes tactics for people.
func namesOf(names []string, zh bool) []string {
	var all []string
	for _, name := range names {
		if zh {
			all = append(all, tactics[stageOf(name)].zh)
		} else {
			all = append(all, tactics[stageOf(name)].en)
		}
	}
	return all
}
