package baseline

import (
	"crypto/sha256"
	"encoding/hex"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/entity"
)

// RulePrefix stands before a detector's name in the rule id of its alerts.
const RulePrefix = "anomaly."

// alertID names the alert of a finding: always the same for the same detector, event and thing. What is weighed again after
// learning has another, because it says something else.
func alertID(n *finding, event string, again bool) string {
	text := RulePrefix + specs[n.as].name + "\x00" + event + "\x00" + n.feature + "\x00" + n.what
	if again {
		text += "\x00again"
	}
	sum := sha256.Sum256([]byte(text))
	return "alr_" + hex.EncodeToString(sum[:10])
}

// alert builds what the analyst gets.
func (t *tenant) alert(f *facts, n *finding) vedette.Alert {
	ev, s := f.ev, &specs[n.as]
	id := ev.ID()
	learning := !t.learned && !n.known
	a := vedette.Alert{
		ID: alertID(n, id, false), Tenant: ev.Tenant, Time: ev.Time, Received: ev.Received, Detected: t.b.cfg.Now(),
		RuleID: RulePrefix + s.name, RuleTitle: s.en, RuleTitleZh: s.zh, Severity: s.severity,
		Tags: orEmpty(s.tags), Tactics: orEmpty(s.tactics), Techniques: orEmpty(s.techniques),
		EventID: id, Source: ev.Source, Dataset: ev.Dataset, Matched: map[string]string{}, Selections: []string{},
		Entities: withEntities(entity.Of(ev), n.entities),
		Anomaly: &vedette.Anomaly{
			Detector: s.name, Family: s.family, Feature: n.feature, Observed: round(n.observed), Expected: round(n.expected), Unit: n.unit,
			Baseline: n.baseline, Weight: round(n.weight), Learning: learning, Text: n.text,
		},
	}
	for k, v := range n.matched {
		a.Matched[k] = vedette.Shorten(v, 1<<10)
	}
	a.Facts = ev.Telling(a.Matched)
	if n.since > 0 {
		a.Anomaly.Since = time.Unix(n.since, 0).UTC()
	}
	if learning {
		a.Anomaly.Weight = round(n.weight * learningShare)
		a.Severity = vedette.Info
	}
	for i := range a.Entities { // an event's texts live in its record, which may be large
		a.Entities[i].Name = strings.Clone(a.Entities[i].Name)
	}
	return a
}

func orEmpty(list []string) []string {
	if list == nil {
		return []string{}
	}
	return slices.Clone(list)
}

func round(v float64) float64 {
	if math.IsInf(v, 0) || math.IsNaN(v) {
		return 0
	}
	return math.Round(v*1000) / 1000
}

// withEntities adds those that are not named yet.
func withEntities(list, more []vedette.EntityRef) []vedette.EntityRef {
	for _, e := range more {
		known := slices.ContainsFunc(list, func(o vedette.EntityRef) bool { return o.Kind == e.Kind && o.Name == e.Name })
		if !known && e.Name != "" && len(list) < entity.MaxRefs {
			list = append(list, e)
		}
	}
	return list
}

// show prepares a text that somebody else wrote for a sentence.
func show(text string) string {
	text = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x200b && r <= 0x200f || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return -1
		}
		return r
	}, vedette.Cut(text, 300))
	return vedette.Shorten(text, 120)
}
