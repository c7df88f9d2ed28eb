package triage

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	vedette "github.com/vedette-soc/vedette"
)

// severityOf reads an incident's severity from its score.
func severityOf(score int) vedette.Severity {
	switch {
	case score >= 85:
		return vedette.Critical
	case score >= 60:
		return vedette.High
	case score >= 35:
		return vedette.Medium
	case score >= 12:
		return vedette.Low
	}
	return vedette.Info
}

// weigh adds up what an incident shows. It depends on nothing but the document and what is known of the assets.
func (f *caseFile) weigh(prior float64, broke *group) fused {
	var pieces []piece
	for i := range f.Rules {
		pieces = append(pieces, f.piecesOf(i)...)
	}
	pieces = append(pieces, f.wholePieces(broke)...)
	var against []piece
	if f.trying {
		against = append(against, piece{family: vedette.FamilyExculpatory, code: "attempt_only", rule: -1, raw: -1.5, reason: vedette.Reason{
			Text: vedette.Text{En: "Only attempts were seen, nothing succeeded", Zh: "只见到尝试，未见成功"},
		}})
	}
	return fuse(prior, pieces, against)
}

// piecesOf is what one rule or detector contributes.
func (f *caseFile) piecesOf(at int) []piece {
	r := &f.Rules[at]
	s := r.Signal
	if s == nil { // written by an older version
		s = &vedette.Signal{Rule: severityWeight[min(max(r.Severity, vedette.Info), vedette.Critical)]}
	}
	cites := f.citing(r.RuleID)
	titleEn, titleZh := clean(r.Title, 80), clean(cmp.Or(r.TitleZh, r.Title), 80)
	var all []piece
	add := func(family vedette.Family, code string, raw float64, en, zh string, params map[string]string) {
		if raw > 0.005 {
			all = append(all, piece{
				family: family, code: code, rule: at, raw: raw, vouched: r.Severity >= vedette.High && (code == "severity" || code == "indicator"),
				reason: vedette.Reason{Detector: r.RuleID, Evidence: cites, Text: vedette.Text{En: en, Zh: spaced(zh)}, Params: params},
			})
		}
	}
	severity := min(max(r.Severity, vedette.Info), vedette.Critical)
	if s.Indicator {
		add(vedette.FamilyIntel, "indicator", s.Rule, fmt.Sprintf("“%s” is known to intelligence", titleEn), fmt.Sprintf("“%s”为已知情报指标", titleZh), nil)
	} else {
		add(vedette.FamilyRule, "severity", s.Rule, fmt.Sprintf("“%s” is %s", titleEn, severity), fmt.Sprintf("“%s”为%s级", titleZh, severityZh[severity]), map[string]string{"rule": r.RuleID})
	}
	en, zh := noveltyText(s, titleEn, titleZh)
	add(vedette.FamilyNovelty, "first-seen", s.Novelty, en, zh, map[string]string{"how": s.How})
	add(vedette.FamilyVolume, "burst", s.Volume,
		fmt.Sprintf("“%s” came %d times within five minutes; %s", titleEn, s.Most, usualEn(s.Usual)),
		fmt.Sprintf("“%s”五分钟内出现 %d 次；%s", titleZh, s.Most, usualZh(s.Usual)), map[string]string{"observed": strconv.Itoa(s.Most), "expected": strconv.Itoa(s.Usual)})
	add(vedette.FamilyExfil, "exfiltration", s.Exfil, fmt.Sprintf("“%s” is a sign of data leaving, and it keeps coming", titleEn), fmt.Sprintf("“%s”是数据外传的迹象，且反复出现", titleZh), nil)
	add(cmp.Or(s.Family, vedette.FamilyNovelty), "anomaly", s.Anomaly, titleEn, titleZh, nil)
	if s.Machines >= 3 && s.How != string(noveltyRare) {
		add(vedette.FamilySpread, "spread", math.Log2(float64(s.Machines))*0.8,
			fmt.Sprintf("“%s” was new on %d machines", titleEn, s.Machines), fmt.Sprintf("“%s”在 %d 台机器上首次出现", titleZh, s.Machines), map[string]string{"machines": strconv.Itoa(s.Machines)})
	}
	return all
}

func usualEn(n int) string {
	if n == 0 {
		return "no more than a few were usual"
	}
	return fmt.Sprintf("at most %d were usual", n)
}

func usualZh(n int) string {
	if n == 0 {
		return "平时只有零星几次"
	}
	return fmt.Sprintf("平时最多 %d 次", n)
}

func noveltyText(s *vedette.Signal, en, zh string) (string, string) {
	switch novelty(s.How) {
	case noveltyFirst:
		return fmt.Sprintf("“%s” never fired here before", en), fmt.Sprintf("“%s”在此处从未触发过", zh)
	case noveltySpread:
		return fmt.Sprintf("“%s”, new just now, went from machine to machine", en), fmt.Sprintf("“%s”刚刚首次出现，并接连出现在多台机器上", zh)
	case noveltyMachine:
		return fmt.Sprintf("“%s” never fired on this machine before", en), fmt.Sprintf("“%s”在这台机器上从未触发过", zh)
	}
	return fmt.Sprintf("“%s” is rare on this machine: %d times before", en, s.Before), fmt.Sprintf("“%s”在这台机器上很少见：此前 %d 次", zh, s.Before)
}

// wholePieces are what the incident as a whole shows: how it went through the stages of an attack, how many machines it
// holds, and that guessing passwords worked.
func (f *caseFile) wholePieces(broke *group) []piece {
	var all []piece
	add := func(code string, raw float64, en, zh string, params map[string]string, cites []int) {
		all = append(all, piece{family: vedette.FamilySequence, code: code, rule: -1, raw: raw, reason: vedette.Reason{
			Text: vedette.Text{En: en, Zh: spaced(zh)}, Params: params, Evidence: cites,
		}})
	}
	if n := len(f.Tactics); n > 1 {
		add("stages", min(2.5, 0.5*float64(n-1)), fmt.Sprintf("%d stages of an attack were seen: %s", n, strings.Join(namesOf(f.Tactics, false), ", ")),
			fmt.Sprintf("出现了 %d 个攻击阶段：%s", n, strings.Join(namesOf(f.Tactics, true), "、")), map[string]string{"count": strconv.Itoa(n)}, nil)
	}
	if at, deep := depthOf(f.Tactics); deep > 0 {
		add("depth", deep, "The attack has come as far as "+tactics[at].en, "攻击已到“"+tactics[at].zh+"”阶段", map[string]string{"tactic": tactics[at].name}, nil)
	}
	if hosts := f.heldHosts(); hosts > 1 {
		add("breadth", min(1, 0.3*float64(hosts-1)), fmt.Sprintf("%d hosts are involved", hosts), fmt.Sprintf("涉及 %d 台主机", hosts), map[string]string{"hosts": strconv.Itoa(hosts)}, nil)
	}
	if broke != nil {
		add("success", 1.5, "Somebody got in after guessing passwords", "猜测口令之后登录成功", nil, f.citing(broke.first.RuleID))
	}
	return all
}

// depthOf tells how far an attack has come: the place of its last tactic, and what that weighs.
func depthOf(names []string) (at int, weight float64) {
	for _, name := range names {
		at = max(at, stageOf(name))
	}
	switch {
	case len(names) < 2 || at < stageOf("lateral-movement"):
		return at, 0
	case at < stageOf("exfiltration"):
		return at, 0.5
	}
	return at, 1
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

// citing lists the numbers of the evidence of one rule.
func (f *caseFile) citing(rule string) []int {
	var all []int
	for i := range f.Evidence {
		if f.Evidence[i].Alert.RuleID == rule && len(all) < maxCitation {
			all = append(all, f.Evidence[i].Number)
		}
	}
	slices.Sort(all)
	return all
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
