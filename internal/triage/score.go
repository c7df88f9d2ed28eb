package triage

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/triage/advise"
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

// weigh adds up what an incident shows. It depends on nothing but the document and what is known of the assets. Words are
// only made when asked for: most sums are made to see whether an incident reaches the line.
func (f *caseFile) weigh(prior float64, broke *group, words bool) fused {
	var pieces []piece
	for i := range f.Rules {
		pieces = f.piecesOf(pieces, i, words)
	}
	pieces = append(pieces, f.wholePieces(broke, words)...)
	var against []piece
	if f.trying {
		against = append(against, piece{family: vedette.FamilyExculpatory, code: "attempt_only", rule: -1, raw: attemptOnly, reason: vedette.Reason{
			Text: vedette.Text{En: "Only attempts were seen, nothing succeeded", Zh: "只见到尝试，未见成功"},
		}})
	}
	return fuse(prior, pieces, append(against, factPieces(f.facts)...))
}

// attemptOnly is what speaks against an incident in which nobody got anywhere.
const attemptOnly = -1.5

// piecesOf adds what one rule or detector contributes.
func (f *caseFile) piecesOf(to []piece, at int, words bool) []piece {
	r := &f.Rules[at]
	s := r.Signal
	severity := min(max(r.Severity, vedette.Info), vedette.Critical)
	if s == nil { // written by an older version
		s = &vedette.Signal{Rule: severityWeight[severity]}
	}
	add := func(family vedette.Family, code string, raw float64) {
		if raw > 0.005 {
			to = append(to, piece{family: family, code: code, rule: at, raw: raw, vouched: severity >= vedette.High && (code == "severity" || code == "indicator")})
		}
	}
	from := len(to)
	if s.Indicator {
		add(vedette.FamilyIntel, "indicator", s.Rule)
	} else {
		add(vedette.FamilyRule, "severity", s.Rule)
	}
	add(vedette.FamilyNovelty, "first-seen", s.Novelty)
	add(vedette.FamilyVolume, "burst", s.Volume)
	add(vedette.FamilyExfil, "exfiltration", s.Exfil)
	add(cmp.Or(s.Family, vedette.FamilyNovelty), "anomaly", s.Anomaly)
	if s.Machines >= 3 && s.How != string(noveltyRare) {
		add(vedette.FamilySpread, "spread", math.Log2(float64(s.Machines))*spreadWeight)
	}
	if words {
		cites := f.citing(r.RuleID)
		for i := range to[from:] {
			p := &to[from+i]
			p.reason = reasonOf(p.code, r, s)
			p.reason.Detector, p.reason.Evidence = r.RuleID, cites
		}
	}
	return to
}

const spreadWeight = 0.8 // for each doubling of the machines on which a rule is new

// reasonOf says in words what a rule contributes.
func reasonOf(code string, r *vedette.RuleCount, s *vedette.Signal) vedette.Reason {
	en, zh := clean(r.Title, 80), clean(cmp.Or(r.TitleZh, r.Title), 80)
	severity := min(max(r.Severity, vedette.Info), vedette.Critical)
	text := func(en, zh string, params ...string) vedette.Reason {
		out := vedette.Reason{Text: vedette.Text{En: en, Zh: spaced(zh)}}
		for i := 0; i+1 < len(params); i += 2 {
			if out.Params == nil {
				out.Params = make(map[string]string, len(params)/2)
			}
			out.Params[params[i]] = params[i+1]
		}
		return out
	}
	switch code {
	case "indicator":
		return text(fmt.Sprintf("“%s” is known to intelligence", en), fmt.Sprintf("“%s”为已知情报指标", zh))
	case "severity":
		return text(fmt.Sprintf("“%s” is %s", en, severity), fmt.Sprintf("“%s”为%s级", zh, severityZh(severity)), "rule", r.RuleID)
	case "first-seen":
		en, zh = noveltyText(s, en, zh)
		return text(en, zh, "how", s.How)
	case "burst":
		return text(fmt.Sprintf("“%s” came %d times within five minutes; %s", en, s.Most, usualEn(s.Usual)),
			fmt.Sprintf("“%s”五分钟内出现 %d 次；%s", zh, s.Most, usualZh(s.Usual)), "observed", strconv.Itoa(s.Most), "expected", strconv.Itoa(s.Usual))
	case "exfiltration":
		return text(fmt.Sprintf("“%s” is a sign of data leaving, and it keeps coming", en), fmt.Sprintf("“%s”是数据外传的迹象，且反复出现", zh))
	case "spread":
		return text(fmt.Sprintf("“%s” was new on %d machines", en, s.Machines), fmt.Sprintf("“%s”在 %d 台机器上首次出现", zh, s.Machines), "machines", strconv.Itoa(s.Machines))
	}
	return text(en, zh)
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
func (f *caseFile) wholePieces(broke *group, words bool) []piece {
	var all []piece
	add := func(code string, raw float64, say func() vedette.Reason) {
		p := piece{family: vedette.FamilySequence, code: code, rule: -1, raw: raw}
		if words {
			p.reason = say()
			p.reason.Text.Zh = spaced(p.reason.Text.Zh)
		}
		all = append(all, p)
	}
	if n := len(f.Tactics); n > 1 {
		add("stages", min(2.5, 0.5*float64(n-1)), func() vedette.Reason {
			return vedette.Reason{
				Text: vedette.Text{
					En: fmt.Sprintf("%d stages of an attack were seen: %s", n, strings.Join(namesOf(f.Tactics, false), ", ")),
					Zh: fmt.Sprintf("出现了 %d 个攻击阶段：%s", n, strings.Join(namesOf(f.Tactics, true), "、")),
				},
				Params: map[string]string{"count": strconv.Itoa(n)},
			}
		})
	}
	if at, deep := depthOf(f.Tactics); deep > 0 {
		add("depth", deep, func() vedette.Reason {
			return vedette.Reason{
				Text:   vedette.Text{En: "The attack has come as far as " + advise.Stage(at).En, Zh: "攻击已到“" + advise.Stage(at).Zh + "”阶段"},
				Params: map[string]string{"tactic": advise.Stage(at).Name},
			}
		})
	}
	if hosts := f.heldHosts(); hosts > 1 {
		add("breadth", min(1, 0.3*float64(hosts-1)), func() vedette.Reason {
			return vedette.Reason{
				Text:   vedette.Text{En: fmt.Sprintf("%d hosts are involved", hosts), Zh: fmt.Sprintf("涉及 %d 台主机", hosts)},
				Params: map[string]string{"hosts": strconv.Itoa(hosts)},
			}
		})
	}
	if broke != nil {
		add("success", 1.5, func() vedette.Reason {
			return vedette.Reason{Text: vedette.Text{En: "Somebody got in after guessing passwords", Zh: "猜测口令之后登录成功"}, Evidence: f.citing(broke.first.RuleID)}
		})
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
			all = append(all, advise.Stage(stageOf(name)).Zh)
		} else {
			all = append(all, advise.Stage(stageOf(name)).En)
		}
	}
	return all
}
