package intel

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/vedette-soc/vedette"
)

const maxMatchedValue = 4096 // bytes of a field that an alert repeats

// AlertID names the alert that an indicator raises on an event: always the same for the same two.
func AlertID(indicatorID, eventID string) string {
	sum := sha256.Sum256([]byte("indicator\x00" + indicatorID + "\x00" + eventID))
	return "alr_" + hex.EncodeToString(sum[:10])
}

// RuleID is what alerts about a kind of indicator name as their rule.
func RuleID(kind vedette.IndicatorKind) string { return "indicator:" + string(kind) }

// tell makes alerts of the hits that may fire.
func (m *Matcher) tell(s *scan, fn func(vedette.Alert)) {
	now := m.cfg.Now()
	for i := range s.hits {
		h := &s.hits[i]
		if slices.ContainsFunc(s.hits[:i], func(other hit) bool { return other.entry == h.entry }) {
			continue
		}
		confidence, held := m.holds(h, s.hits[i:], now)
		if held >= 0 {
			m.suppressed[held].Add(1)
			continue
		}
		m.fired.Add(1)
		fn(m.alert(s, i, confidence, now))
	}
}

// holds returns the confidence that is left, and why the indicator must not fire, or -1.
func (m *Matcher) holds(h *hit, rest []hit, now time.Time) (confidence, why int) {
	e, at := h.entry, seconds(now)
	kind := kindsByCode[e.kind]
	confidence = m.cfg.Policy.Confidence(kind, int(e.base), now.Sub(time.Unix(int64(e.asserted), 0)))
	switch {
	case e.until <= at:
		return 0, heldExpired
	case e.from > at:
		return 0, heldFuture
	case e.flags&flagAllowed != 0:
		return 0, heldAllowed
	case confidence < m.cfg.Policy.CutOff:
		return 0, heldFaded
	}
	allow := m.allow.Load()
	for i := range rest { // what was seen may be good although the indicator is wider
		if rest[i].entry != e {
			continue
		}
		if _, good := allow.find(rest[i].as, rest[i].seen); !good {
			return confidence, -1
		}
	}
	return 0, heldAllowed
}

// alert builds what the i-th hit says about the event.
func (m *Matcher) alert(s *scan, i, confidence int, now time.Time) vedette.Alert {
	h, ev := &s.hits[i], s.ev
	e := h.entry
	kind, value := kindsByCode[e.kind], valueOf(e.kind, h.shard.keyOf(e))
	feeds, labels := h.shard.detailOf(e)
	id := ev.ID()
	a := vedette.Alert{
		Tenant: ev.Tenant, Time: ev.Time, Received: ev.Received, Detected: now, RuleID: RuleID(kind), Severity: e.severity(),
		Tags: []string{}, Tactics: []string{}, Techniques: []string{}, EventID: id, Source: ev.Source, Dataset: ev.Dataset,
		Matched: map[string]string{}, Selections: []string{"indicator"}, Entities: m.cfg.Entities(ev),
		Indicator: &vedette.Sighting{
			IndicatorID: IndicatorID(kind, value), Kind: kind, Value: value, Field: ev.Fields[h.field].Name, Feeds: feeds, Confidence: confidence,
			TLP: e.tlp(), ValidUntil: time.Unix(int64(e.until), 0).UTC(), Labels: labels,
		},
	}
	a.ID = AlertID(a.Indicator.IndicatorID, id)
	a.RuleTitle, a.RuleTitleZh = title(kind)
	inbound := true
	for j := range s.hits[i:] {
		other := &s.hits[i+j]
		if other.entry != e {
			continue
		}
		inbound = inbound && other.inbound
		f := &ev.Fields[other.field]
		a.Matched[f.Name] = vedette.Shorten(strings.Clone(f.Value), maxMatchedValue)
	}
	if inbound && a.Severity > vedette.Low { // the whole internet knocks at doors; what goes out to it was let in
		a.Severity--
	}
	attack(&a, labels)
	return a
}

func title(kind vedette.IndicatorKind) (en, zh string) {
	switch kind {
	case vedette.IndicatorAddress:
		return "Traffic with a known bad address", "与已知恶意地址通信"
	case vedette.IndicatorNetwork:
		return "Traffic with a known bad network", "与已知恶意网段通信"
	case vedette.IndicatorDomain:
		return "A known bad domain was asked for", "访问已知恶意域名"
	case vedette.IndicatorURL:
		return "A known bad URL was asked for", "访问已知恶意网址"
	case vedette.IndicatorEmail:
		return "Mail with a known bad address", "与已知恶意邮箱往来邮件"
	case vedette.IndicatorImphash:
		return "A program of a known bad family", "出现已知恶意程序家族"
	}
	return "A file known to be bad", "出现已知恶意文件"
}

// techniqueName finds ATT&CK techniques in labels such as "attack.t1071.001" and "Application Layer Protocol - T1071".
// It is read-only.
var techniqueName = regexp.MustCompile(`(?i)(?:^|[^a-z0-9])(t1\d{3}(?:\.\d{3})?)(?:$|[^0-9.])`)

// attack reads techniques and tactics out of an indicator's labels.
func attack(a *vedette.Alert, labels []string) {
	for _, label := range labels {
		if m := techniqueName.FindStringSubmatch(label); m != nil {
			name := strings.ToUpper(m[1])
			if !slices.Contains(a.Techniques, name) {
				a.Techniques = append(a.Techniques, name)
				a.Tags = append(a.Tags, "attack."+strings.ToLower(name))
			}
			continue
		}
		phase, ok := strings.CutPrefix(label, PhasePrefix)
		if tactic := tacticOf(phase); ok && tactic != "" && !slices.Contains(a.Tactics, tactic) {
			a.Tactics = append(a.Tactics, tactic)
			a.Tags = append(a.Tags, "attack."+tactic)
		}
	}
}

// PhasePrefix stands before the phase of a kill chain in the labels of an indicator.
const PhasePrefix = "phase:"

// tacticOf is the ATT&CK tactic of a phase, by ATT&CK's own names or those of Lockheed Martin's kill chain.
func tacticOf(phase string) string {
	switch phase {
	case "reconnaissance", "resource-development", "initial-access", "execution", "persistence", "privilege-escalation", "defense-evasion",
		"credential-access", "discovery", "lateral-movement", "collection", "command-and-control", "exfiltration", "impact":
		return phase
	case "weaponization":
		return "resource-development"
	case "delivery":
		return "initial-access"
	case "exploitation":
		return "execution"
	case "installation":
		return "persistence"
	case "actions-on-objectives", "actions-on-objective":
		return "impact"
	}
	return ""
}
