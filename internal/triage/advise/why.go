package advise

import (
	"fmt"
	"math"
	"slices"
	"strings"

	vedette "github.com/vedette-soc/vedette"
)

const (
	maxWhy    = 6
	maxWhyNot = 10
	slope     = 2.0 // nats of log-odds behind the score; see the scale of internal/triage
)

// why says what the score stands on, the strongest contribution first.
func (v *view) why() []vedette.Text {
	var out []vedette.Text
	for _, r := range v.strongest() {
		if len(out) == maxWhy {
			break
		}
		en, zh := bare(r.Text)
		cites := citeAll(v.valid(r.Evidence))
		out = append(out, text(
			fmt.Sprintf("%+d points: %s%s; without it the score would be %d instead of %d.", r.Points, en, prefixed(" ", cites), r.Without, v.Score),
			Spaced(fmt.Sprintf("%+d 分：%s%s；若无此项，得分为 %d（现为 %d）。", r.Points, zh, cites, r.Without, v.Score))))
	}
	return out
}

// strongest lists the contributions that speak for it, the strongest first. What the assets are worth is none of them.
func (v *view) strongest() []vedette.Reason {
	var all []vedette.Reason
	for _, r := range v.Reasons {
		if r.Points > 0 && r.Family != vedette.FamilyPrior && r.Family != vedette.FamilyExculpatory {
			all = append(all, r)
		}
	}
	slices.SortStableFunc(all, func(a, b vedette.Reason) int { return b.Points - a.Points })
	return all
}

// whyNot says what speaks against it, why the score is not lower, why it is not higher, and what could not be seen.
func (v *view) whyNot() []vedette.Text {
	var out []vedette.Text
	add := func(en, zh string) {
		if len(out) < maxWhyNot {
			out = append(out, text(capital(en), Spaced(zh)))
		}
	}
	for _, r := range v.Reasons {
		if r.Family == vedette.FamilyExculpatory || r.Points < 0 {
			en, zh := bare(r.Text)
			cites := citeAll(v.valid(r.Evidence))
			add(fmt.Sprintf("Against it: %s (%d points)%s.", en, r.Points, prefixed(" ", cites)), fmt.Sprintf("反面：%s（%d 分）%s。", zh, r.Points, cites))
		}
	}
	v.doubts(add)
	v.notLower(add)
	v.notHigher(add)
	return out
}

// doubts names what makes the evidence weaker than it looks.
func (v *view) doubts(add func(en, zh string)) {
	var learning, refused []*piece
	for i := range v.pieces {
		p := &v.pieces[i]
		if p.Anomaly != nil && p.Anomaly.Learning {
			learning = append(learning, p)
		}
		if p.ended == stopped || p.ended == failed {
			refused = append(refused, p)
		}
	}
	if len(v.Rules) == 1 && len(v.pieces) > 0 {
		first := &v.pieces[0]
		add("Only one detector saw it, “"+Clean(first.RuleTitle, 100)+"”; no second kind of evidence agrees "+cite(first)+".",
			"仅有一个检测器发现（“"+TitleZh(first.Alert)+"”），没有第二类证据佐证"+cite(first)+"。")
	}
	if len(learning) > 0 {
		learning = choose(learning)
		add("The baseline was still being learnt when this was seen, so it may be usual "+cite(learning...)+".", "发现时基线仍在学习，可能属于正常现象"+cite(learning...)+"。")
	}
	if len(refused) > 0 && v.verdict.result != vedette.ResultAttempted {
		refused = choose(refused)
		add("Part of it was refused or blocked "+cite(refused...)+".", "其中一部分已被拒绝或拦截"+cite(refused...)+"。")
	}
}

// notLower says what the score would be without its strongest contributions.
func (v *view) notLower(add func(en, zh string)) {
	top := v.strongest()
	if len(top) == 0 {
		return
	}
	en, zh := bare(top[0].Text)
	under, underZh := v.under(top[0].Without)
	en = fmt.Sprintf("Why not lower than %d: %s; without it the score would be %d%s", v.Score, en, top[0].Without, under)
	zh = fmt.Sprintf("为何不低于 %d 分：%s；若无此项，得分为 %d%s", v.Score, zh, top[0].Without, underZh)
	if rest, ok := v.without(top, 3); ok {
		under, underZh = v.under(rest)
		en += fmt.Sprintf(", without the three strongest contributions about %d%s", rest, under)
		zh += fmt.Sprintf("；若去掉最强的三项，约为 %d%s", rest, underZh)
	}
	add(en+".", zh+"。")
}

// under says whether a score would lie under the line, when the line is known.
func (v *view) under(score int) (en, zh string) {
	switch {
	case v.set.Line == 0 || v.Below:
		return "", ""
	case score < v.set.Line:
		return fmt.Sprintf(", below the line of %d", v.set.Line), fmt.Sprintf("，低于门槛 %d", v.set.Line)
	}
	return ", still in the queue", "，仍在队列中"
}

// without estimates the score without the n strongest contributions; ok is false when the weights do not explain the score.
func (v *view) without(top []vedette.Reason, n int) (score int, ok bool) {
	if len(top) < n {
		return 0, false
	}
	odds := 0.0
	for _, r := range v.Reasons {
		odds += r.Weight
	}
	if math.Abs(points(odds)-float64(v.Score)) > 1.5 {
		return 0, false
	}
	for _, r := range top[:n] {
		odds -= r.Weight
	}
	return int(math.Round(points(odds))), true
}

func points(odds float64) float64 { return 100 / (1 + math.Exp(-odds/slope)) }

// topScore is from where on there is nothing higher to speak of.
const topScore = 99

// notHigher says what was not seen that would weigh more.
func (v *view) notHigher(add func(en, zh string)) {
	if v.Score >= topScore {
		return
	}
	var en, zh []string
	missing := func(is bool, e, z string) {
		if is {
			en, zh = append(en, e), append(zh, z)
		}
	}
	var machines, leaves, known, odd, within bool
	for i := range v.pieces {
		p := &v.pieces[i]
		machines = machines || p.machines&v.pieces[0].machines == 0 && p.machines != 0 && v.pieces[0].machines != 0 || len(p.hosts) > 1
		if p.Anomaly != nil {
			leaves, machines = leaves || p.Anomaly.Family == vedette.FamilyExfil, machines || p.Anomaly.Family == vedette.FamilySpread
		}
		leaves, known, odd = leaves || p.step == StepLeave, known || p.Indicator != nil, odd || p.Anomaly != nil
		within = within || p.inside(vedette.Low)
	}
	missing(v.verdict.result == "" || v.verdict.result == vedette.ResultAttempted, "a sign that it worked", "得手的迹象")
	missing(!within, "a step by somebody who is in", "入侵之后的动作")
	missing(!machines, "a second machine", "第二台主机")
	missing(!leaves, "data leaving", "数据外传")
	missing(!known, "an address, name or file known to be bad", "情报命中")
	missing(!odd, "a departure from what is usual", "偏离常态的行为")
	if len(en) > 0 {
		add(fmt.Sprintf("Why not higher than %d: nothing shows %s.", v.Score, joinEn(en)), fmt.Sprintf("为何不高于 %d 分：未见%s。", v.Score, strings.Join(zh, "、")))
	}
}

func joinEn(list []string) string {
	if len(list) < 2 {
		return strings.Join(list, "")
	}
	return strings.Join(list[:len(list)-1], ", ") + " or " + list[len(list)-1]
}

// Unseen says which sources were silent while an incident went on. It is for whoever reads the incident now: silence is no
// part of the document, which comes from its evidence alone.
func Unseen(sources []string) vedette.Text {
	var names []string
	for _, name := range sources {
		names = addName(names, name)
	}
	return vedette.Text{
		En: "Silent meanwhile, so what they would have shown is missing: " + listEn(names) + ".",
		Zh: "期间没有数据的来源，其内容无从得知：" + listZh(names) + "。",
	}
}
