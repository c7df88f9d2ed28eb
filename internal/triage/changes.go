package triage

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/statestore"
	"github.com/vedette-soc/vedette/internal/triage/casework"
)

// What triage joins or takes apart by itself, after people could see it, is a change as people make them: it is listed, and it
// can be taken back. Alerts that only find their place in the batch with which they came are none.

// Why triage rearranges incidents by itself. Read-only.
var (
	whyOneMachine = vedette.Text{En: "both went on at the same time on the same machine", Zh: "两者同时发生在同一台机器上"}
	whyContext    = vedette.Text{En: "it happened while this went on, and hardly by chance", Zh: "发生在本事件期间，不太可能是巧合"}
	whyFlood      = vedette.Text{En: "it grew into a flood of its own", Zh: "已发展为独立的告警洪流"}
)

func whyMoved(to *caseFile) vedette.Text {
	if len(to.groups) == 0 {
		return whyFlood
	}
	return whyContext
}

// begun is a change before it is made.
type begun struct {
	kind     vedette.ChangeKind
	why      vedette.Text
	from, to *caseFile
	before   [2]vedette.Incident // in the order of the change's sides
	alerts   int64
	rules    []vedette.RuleCount
}

// begin notes how two incidents are before everything of one goes to the other, or the running session of a group does. It
// returns nil when nobody can have seen it otherwise.
func (e *Engine) begin(from, to *caseFile, g *group, why vedette.Text) *begun {
	if !e.memory.keeps || from.Version == 0 {
		return nil
	}
	b := &begun{kind: vedette.ChangeMerge, why: why, from: from, to: to, alerts: from.Alerts, rules: slices.Clone(from.Rules)}
	if g != nil {
		if g.session.count <= g.count-g.stored {
			return nil // all of it came with this batch
		}
		b.alerts = g.session.count
		if at := slices.IndexFunc(from.Rules, func(r vedette.RuleCount) bool { return r.RuleID == g.first.RuleID }); at >= 0 {
			b.rules = slices.Clone(from.Rules[at : at+1])
		}
		switch {
		case len(to.groups) == 0:
			b.kind = vedette.ChangeSplit
		case len(from.groups) > 1 || g.count > g.session.count:
			b.kind = vedette.ChangeMove
		}
	}
	b.before = b.sides(e)
	return b
}

// sides are the two incidents as they are, the one first that stays. What begins with the change is empty.
func (b *begun) sides(e *Engine) [2]vedette.Incident {
	first, second := b.from, b.to
	if b.kind == vedette.ChangeMerge {
		first, second = b.to, b.from
	}
	return [2]vedette.Incident{e.picture(first), e.picture(second)}
}

// picture is an incident as it is now, complete.
func (e *Engine) picture(f *caseFile) vedette.Incident {
	switch {
	case len(f.groups) > 0:
		e.seal(f)
	case f.Merged == "":
		return vedette.Incident{} // it has not begun
	}
	return copyOf(f.Incident)
}

// end notes how the incidents are after it.
func (e *Engine) end(b *begun) {
	if b == nil {
		return
	}
	c := vedette.IncidentChange{Tenant: b.to.Tenant, Kind: b.kind, By: casework.Triage, Why: b.why, Alerts: b.alerts, Rules: casework.Titles(b.rules)}
	after := b.sides(e)
	for i := range after {
		c.Sides = append(c.Sides, casework.Side(b.before[i], after[i]))
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %s %q %d %q %d %d", c.Tenant, c.Kind, b.from.ID, b.from.Version, b.to.ID, b.to.Version, len(e.changes)))
	c.ID = "chg-" + hex.EncodeToString(sum[:8])
	e.changes = append(e.changes, statestore.Rearrangement{Change: c, Before: b.before[:], After: after[:]})
}

// took tells whether an incident took something that people could see before everything of it went on to another.
func (e *Engine) took(f *caseFile) bool {
	return slices.ContainsFunc(e.changes, func(r statestore.Rearrangement) bool {
		return slices.ContainsFunc(r.After, func(in vedette.Incident) bool { return in.ID == f.ID })
	})
}

// rearranged returns what triage did by itself since it was last asked, with the lines for the ledgers.
func (e *Engine) rearranged(files []*caseFile, now time.Time) []statestore.Rearrangement {
	all := e.changes
	e.changes = nil
	made := make(map[string]time.Time, len(files))
	for _, f := range files {
		made[f.ID] = f.Created
	}
	for i := range all {
		r := &all[i]
		for k := range r.After {
			id := r.After[k].ID
			if r.Before[k].ID != "" {
				r.Before[k].Created = made[id]
			}
			r.After[k].Created = made[id]
			r.Evidence = append(r.Evidence, casework.Line(r.Change, id, k, now))
		}
	}
	return all
}

// follow tells alerts where they are of which the incident began with this batch and went on to another within it.
func follow(alerts []vedette.Alert, emptied []*caseFile) {
	went := make(map[string]string)
	for _, f := range emptied {
		if f.Version == 0 {
			went[f.ID] = f.Merged
		}
	}
	if len(went) == 0 {
		return
	}
	for i := range alerts {
		for range emptied {
			if to := went[alerts[i].IncidentID]; to != "" {
				alerts[i].IncidentID = to
			}
		}
	}
}
