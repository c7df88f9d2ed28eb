package triage

import (
	"fmt"
	"slices"
	"time"

	vedette "github.com/vedette-soc/vedette"
)

// factPieces are what facts contribute.
func factPieces(facts []*vedette.Fact) []piece {
	var out []piece
	sure := agreed(facts)
	for _, x := range facts {
		p := piece{family: vedette.FamilyExculpatory, code: string(x.Kind), rule: -1, raw: factWeight[x.Kind], fact: x}
		p.reason = vedette.Reason{Detector: x.Source, Text: factText(x, sure), Params: map[string]string{"fact": x.ID, "source": x.Source, "by": x.By}}
		if !ofEvent(x) {
			p.reason.Params["until"] = x.Until.UTC().Format(time.RFC3339)
		}
		if x.Ref != "" {
			p.reason.Params["ref"] = x.Ref
		}
		out = append(out, p)
	}
	return out
}

func factText(x *vedette.Fact, sure bool) vedette.Text {
	name := map[vedette.FactKind]vedette.Text{
		vedette.FactChange:        {En: "A planned change accounts for it", Zh: "已登记的变更可以解释"},
		vedette.FactMaintenance:   {En: "It falls into a maintenance window", Zh: "处于维护窗口内"},
		vedette.FactScanner:       {En: "It is a scanner of the house's own", Zh: "来自本单位已登记的扫描器"},
		vedette.FactNotVulnerable: {En: "The weakness that was tried is not there", Zh: "所尝试的漏洞在此并不存在"},
		vedette.FactMFA:           {En: "The user gave a second factor from a known device", Zh: "用户在已知设备上通过了二次认证"},
	}[x.Kind]
	what, source := clean(x.Text, 120), clean(x.Source, 60)
	if ref := clean(x.Ref, 60); ref != "" {
		what += " (" + ref + ")"
	}
	en, zh := fmt.Sprintf("%s: %s, says %s", name.En, what, source), fmt.Sprintf("%s：%s，据 %s", name.Zh, what, source)
	if ofEvent(x) {
		en, zh = fmt.Sprintf("%s, as the login itself says (%s)", name.En, source), fmt.Sprintf("%s，登录记录本身如此记载（%s）", name.Zh, source)
	}
	if !sure {
		en += "; one source alone takes no incident out of the queue"
		zh += "；仅凭单一来源，事件不会移出队列"
	}
	return vedette.Text{En: en, Zh: spaced(zh)}
}

// factEntries are the new lines of the ledger about facts: each when it begins to speak against the incident, and when it
// does no longer.
func (f *caseFile) factEntries() []vedette.EvidenceEntry {
	var all []vedette.EvidenceEntry
	for _, x := range f.facts {
		if slices.Contains(f.factsNoted, x.ID) {
			continue
		}
		f.factsNoted = append(f.factsNoted, x.ID)
		all = append(all, vedette.EvidenceEntry{
			Tenant: f.Tenant, IncidentID: f.ID, Time: f.Last, Kind: vedette.EvidenceExculpatory, Detector: x.Source, Family: vedette.FamilyExculpatory,
			Key: "fact=" + x.ID, Text: factText(x, true), Entities: x.Entities, Count: 1, Weight: factWeight[x.Kind],
		})
	}
	now := factIDs(f.facts)
	f.factsNoted = slices.DeleteFunc(f.factsNoted, func(id string) bool {
		if slices.Contains(now, id) {
			return false
		}
		all = append(all, vedette.EvidenceEntry{
			Tenant: f.Tenant, IncidentID: f.ID, Time: f.Last, Kind: vedette.EvidenceExculpatory, Detector: id, Family: vedette.FamilyExculpatory,
			Key: "fact=" + id, Text: vedette.Text{En: "It no longer explains everything in the incident, or was taken back", Zh: "它已不能解释事件中的全部内容，或已被撤回"}, Count: 1,
		})
		return true
	})
	return all
}
