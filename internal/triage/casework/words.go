package casework

import (
	"fmt"
	"slices"
	"time"

	"github.com/vedette-soc/vedette"
)

// Triage is who made a change that triage made by itself.
const Triage = "vedette"

const (
	maxQuoted = 300 // bytes of people's words within a line of the ledger
	maxTitles = 16
)

// Side tells what a change means for one incident.
func Side(before, after vedette.Incident) vedette.ChangeSide {
	side := vedette.ChangeSide{Incident: after.ID, Title: after.Title, Before: before.Alerts, After: after.Alerts}
	if after.Merged != "" {
		side.After = 0
	}
	return side
}

// Titles names the rules of what went, at most 16.
func Titles(rules []vedette.RuleCount) []string {
	var titles []string
	for _, r := range rules[:min(len(rules), maxTitles)] {
		title := r.Title
		if title == "" {
			title = r.RuleID
		}
		titles = append(titles, title)
	}
	return slices.Compact(titles)
}

// Line says, for the ledger of the incident that is the change's side of that number, what was done to it.
func Line(c vedette.IncidentChange, id string, side int, now time.Time) vedette.EvidenceEntry {
	text := changeWords(c, side)
	text.En, text.Zh = c.By+" "+text.En, c.By+" "+text.Zh
	why := c.Why
	if c.Reason != "" {
		quoted := vedette.Shorten(c.Reason, maxQuoted)
		why = vedette.Text{En: quoted, Zh: quoted}
	}
	if why.En != "" {
		text.En, text.Zh = text.En+" — "+why.En, text.Zh+"——"+why.Zh
	}
	return vedette.EvidenceEntry{Tenant: c.Tenant, IncidentID: id, Time: now, Kind: vedette.EvidencePerson, Detector: c.By, Text: text, Count: max(c.Alerts, 1)}
}

// changeWords says what was done to the incident that is the change's side of that number.
func changeWords(c vedette.IncidentChange, side int) vedette.Text {
	first, other := c.Sides[0].Incident, c.Sides[1].Incident
	switch {
	case c.Kind == vedette.ChangeMerge && side == 0:
		return words("merged %d other incidents with %d alerts into this one", "将另外 %d 个事件（%d 条告警）并入本事件", len(c.Sides)-1, c.Alerts)
	case c.Kind == vedette.ChangeMerge:
		return words("merged this into %s", "将本事件并入 %s", first)
	case c.Kind == vedette.ChangeSplit && side == 0:
		return words("split off %d alerts as %s", "将 %d 条告警拆分为 %s", c.Alerts, other)
	case c.Kind == vedette.ChangeSplit:
		return words("split this off from %[2]s with %[1]d alerts", "将 %[1]d 条告警从 %[2]s 拆分为本事件", c.Alerts, first)
	case side == 0:
		return words("moved %d alerts to %s", "将 %d 条告警移至 %s", c.Alerts, other)
	}
	return words("moved %d alerts here from %s", "将 %d 条告警从 %s 移入", c.Alerts, first)
}

// words fills both languages.
func words(en, zh string, args ...any) vedette.Text {
	return vedette.Text{En: fmt.Sprintf(en, args...), Zh: fmt.Sprintf(zh, args...)}
}

// UndoLine says on one incident that a change was taken back.
func UndoLine(c vedette.IncidentChange, id string, now time.Time) vedette.EvidenceEntry {
	kinds := map[vedette.ChangeKind]vedette.Text{
		vedette.ChangeMerge: {En: "merge", Zh: "合并"}, vedette.ChangeSplit: {En: "split", Zh: "拆分"}, vedette.ChangeMove: {En: "move", Zh: "移动"},
	}
	kind := kinds[c.Kind]
	text := vedette.Text{En: c.UndoneBy + " took back the " + kind.En + " by " + c.By, Zh: c.UndoneBy + " 撤销了 " + c.By + " 的" + kind.Zh}
	return vedette.EvidenceEntry{Tenant: c.Tenant, IncidentID: id, Time: now, Kind: vedette.EvidencePerson, Detector: c.UndoneBy, Text: text, Count: max(c.Alerts, 1)}
}
