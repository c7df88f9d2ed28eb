package triage

import (
	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/entity"
	"github.com/vedette-soc/vedette/internal/triage/advise"
)

// entries are the new lines of an incident's evidence ledger: one for each kind of alert when it first comes, and again
// when its count has doubled or it weighs clearly more. A million alerts of one kind are twenty lines.
func (f *caseFile) entries(networks entity.Networks) []vedette.EvidenceEntry {
	var all []vedette.EvidenceEntry
	for _, g := range f.shown {
		weight := g.weights.sum()
		if g.noted != 0 && g.count < 2*g.noted && weight < g.notedWeight+notedStep {
			continue
		}
		g.noted, g.notedWeight = g.count, weight
		all = append(all, f.entry(g, weight, networks))
	}
	return append(all, f.factEntries()...)
}

const notedStep = 0.5 // nats by which a kind of alert must weigh more to be noted again

func (f *caseFile) entry(g *group, weight float64, networks entity.Networks) vedette.EvidenceEntry {
	a := &g.first
	if g.count > 1 {
		a = &g.last
	}
	e := vedette.EvidenceEntry{
		Tenant: f.Tenant, IncidentID: f.ID, Time: a.Time, Kind: vedette.EvidenceAlert, Detector: a.RuleID, Family: vedette.FamilyRule, Key: g.key,
		Text: advise.EvidenceText(a, g.count, networks), Entities: a.Entities, AlertID: a.ID, Count: g.count, Weight: round3(weight),
		Baseline: int64(g.weights.before),
	}
	if a.EventID != "" {
		e.Events = []string{g.first.EventID}
		if a.EventID != g.first.EventID {
			e.Events = append(e.Events, a.EventID)
		}
	}
	switch {
	case a.Anomaly != nil:
		e.Kind, e.Family, e.Text = vedette.EvidenceAnomaly, a.Anomaly.Family, a.Anomaly.Text
		e.Measured, e.Observed, e.Expected, e.Unit, e.Baseline = true, a.Anomaly.Observed, a.Anomaly.Expected, a.Anomaly.Unit, a.Anomaly.Baseline
	case a.Indicator != nil:
		e.Kind, e.Family = vedette.EvidenceIndicator, vedette.FamilyIntel
	default:
		g.weights.measured(&e)
	}
	return e
}

// measured says what an alert was measured against when that weighs more than what its rule says: the most within five
// minutes against the most that was learned, sessions of data leaving against none, and the session that began against how
// many a day there were before it.
func (w *weights) measured(e *vedette.EvidenceEntry) {
	switch {
	case w.volume > w.novel && w.volume > w.rule:
		e.Family, e.Observed, e.Expected, e.Unit = vedette.FamilyVolume, float64(w.most), float64(w.usual), "alerts in five minutes"
	case w.exfil > w.rule:
		e.Family, e.Observed, e.Unit = vedette.FamilyExfil, float64(w.sessions), "sessions"
	case w.novel > w.rule:
		e.Family, e.Observed, e.Expected, e.Unit = vedette.FamilyNovelty, 1, w.usually(), "sessions a day"
	}
	e.Measured = e.Unit != ""
}

// usually is how many sessions a day there were before the one that was weighed, which the rate counts as well.
func (w *weights) usually() float64 { return round3(w.rate * float64(w.before) / float64(w.before+1)) }
