package api

import (
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/triage/casework"
)

// verdictWords are the verdicts for people. Read-only.
var verdictWords = map[vedette.Verdict]vedette.Text{
	vedette.VerdictTrue:         {En: "an attack", Zh: "真实攻击"},
	vedette.VerdictBenign:       {En: "true but harmless", Zh: "属实但无害"},
	vedette.VerdictFalse:        {En: "a false alarm", Zh: "误报"},
	vedette.VerdictUndetermined: {En: "undetermined", Zh: "无法判定"},
	vedette.VerdictDuplicate:    {En: "a duplicate", Zh: "重复事件"},
}

// reasonWords are the reasons of verdicts for people. Read-only.
var reasonWords = map[vedette.VerdictReason]vedette.Text{
	vedette.ReasonScanByUs:         {En: "a scan of our own", Zh: "我方扫描"},
	vedette.ReasonMaintenance:      {En: "maintenance", Zh: "维护操作"},
	vedette.ReasonExpectedAdmin:    {En: "expected administration", Zh: "预期内的管理操作"},
	vedette.ReasonTest:             {En: "a test", Zh: "测试"},
	vedette.ReasonMisconfiguration: {En: "a misconfiguration", Zh: "配置错误"},
	vedette.ReasonRuleTooBroad:     {En: "the rule is too broad", Zh: "规则过宽"},
	vedette.ReasonNotReproducible:  {En: "it could not be confirmed", Zh: "无法复现"},
	vedette.ReasonDuplicateOf:      {En: "the same as another incident", Zh: "与另一事件相同"},
	vedette.ReasonOther:            {En: "another reason", Zh: "其他原因"},
}

const maxQuoted = 300 // bytes of people's words within a line of the ledger

// verdictText says who decided what, and why.
func verdictText(who string, edit IncidentEdit, why vedette.VerdictReason, text string) vedette.Text {
	verdict := verdictWords[*edit.Verdict]
	if *edit.Verdict == "" {
		return vedette.Text{En: who + " took the verdict back", Zh: who + " 撤回了结论"}
	}
	out := vedette.Text{En: who + " judged it " + verdict.En, Zh: who + " 判定为" + verdict.Zh}
	if edit.DuplicateOf != "" {
		out.En, out.Zh = out.En+" of "+edit.DuplicateOf, out.Zh+"（同 "+edit.DuplicateOf+"）"
	}
	if why != "" {
		out.En, out.Zh = out.En+": "+reasonWords[why].En, out.Zh+"："+reasonWords[why].Zh
	}
	if text != "" {
		quoted := vedette.Shorten(text, maxQuoted)
		out.En, out.Zh = out.En+" — "+quoted, out.Zh+"——"+quoted
	}
	return out
}

// verdictLine is a verdict as the ledger of its incident keeps it.
func verdictLine(tenant, id, who string, verdict vedette.Verdict, at time.Time, text vedette.Text) vedette.EvidenceEntry {
	return vedette.EvidenceEntry{Tenant: tenant, IncidentID: id, Time: at, Kind: vedette.EvidenceVerdict, Detector: who, Key: string(verdict), Text: text, Count: 1}
}

// changeLines are a rearrangement as the ledgers of its incidents keep it. What went to another incident is written down
// there once more, one line for each kind of alert.
func changeLines(p plan, now time.Time) []vedette.EvidenceEntry {
	var all []vedette.EvidenceEntry
	for i, in := range p.After {
		all = append(all, casework.Line(p.Change, in.ID, i, now))
	}
	if p.Change.Kind == vedette.ChangeMerge {
		return all // the ledgers of what was absorbed are read together with the one that stays
	}
	return append(all, movedLines(p.taken, p.After[1].ID)...)
}

// movedLines are the alerts that went to an incident, one line for each kind.
func movedLines(taken vedette.Incident, to string) []vedette.EvidenceEntry {
	var all []vedette.EvidenceEntry
	for _, e := range taken.Evidence {
		a := &e.Alert
		line := vedette.EvidenceEntry{
			Tenant: taken.Tenant, IncidentID: to, Time: a.Time, Kind: vedette.EvidenceAlert, Detector: a.RuleID, Family: vedette.FamilyRule, Text: e.Text,
			Entities: a.Entities, AlertID: a.ID, Count: e.Count,
		}
		if a.EventID != "" {
			line.Events = []string{a.EventID}
		}
		switch {
		case a.Anomaly != nil:
			x := a.Anomaly
			line.Kind, line.Detector, line.Family, line.Text = vedette.EvidenceAnomaly, x.Detector, x.Family, x.Text
			line.Measured, line.Observed, line.Expected, line.Unit, line.Baseline, line.Weight = true, x.Observed, x.Expected, x.Unit, x.Baseline, x.Weight
		case a.Indicator != nil:
			line.Kind, line.Family = vedette.EvidenceIndicator, vedette.FamilyIntel
		}
		all = append(all, line)
	}
	return all
}
