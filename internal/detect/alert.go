package detect

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/vedette-soc/vedette"
)

// Bounds on what an alert repeats of its event, which keeps everything.
const (
	maxMatched      = 64       // fields
	maxMatchedValue = 16 << 10 // bytes of one value
)

// RawField is the name under which an alert shows a keyword that was found in the raw record and in no field of it.
const RawField = "raw"

// AlertID names the alert that a rule raises on an event: always the same for the same two.
func AlertID(ruleID, eventID string) string {
	sum := sha256.Sum256([]byte(ruleID + "\x00" + eventID))
	return "alr_" + hex.EncodeToString(sum[:10])
}

// alert builds what the rule says about the event in view, apart from when and about whom.
func (r *Rule) alert(v *view) vedette.Alert {
	ev := v.ev
	id := ev.ID()
	a := vedette.Alert{
		ID: AlertID(r.ID, id), Tenant: ev.Tenant, Time: ev.Time, Received: ev.Received,
		RuleID: r.ID, RuleTitle: r.Title, RuleTitleZh: r.TitleZh, Severity: r.Severity, Attribution: r.Attribution,
		Tags: r.Tags, Tactics: r.Tactics, Techniques: r.Techniques,
		EventID: id, Source: ev.Source, Dataset: ev.Dataset,
		Matched: make(map[string]string), Selections: []string{},
	}
	for i := range r.selections {
		s := &r.selections[i]
		if !s.used || !r.holds(s.root, v) {
			continue
		}
		a.Selections = append(a.Selections, s.name)
		if s.positive {
			r.evidence(s.root, v, a.Matched)
		}
	}
	a.Facts = ev.Telling(a.Matched)
	return a
}

// evidence gathers the fields and values that make an expression true. The expression must be true.
func (r *Rule) evidence(e *expr, v *view, into map[string]string) {
	switch e.op {
	case opTest:
		e.test.evidence(v, into)
	case opAnd:
		for _, kid := range e.kids {
			r.evidence(kid, v, into)
		}
	case opOr:
		for _, kid := range e.kids {
			if r.holds(kid, v) {
				r.evidence(kid, v, into)
			}
		}
	}
}

func (t *test) evidence(v *view, into map[string]string) {
	if t.field == "" {
		t.keywordEvidence(v, into)
		return
	}
	for at := v.first(t.slots); at != 0; at = v.next[at-1] {
		place := int(at - 1)
		if t.exists || t.negate || t.matchesAny(v, place) {
			note(into, v.ev.Fields[place].Name, v.text(place))
		}
	}
}

// matchesAny tells whether some value of the rule matches the text at a place.
func (t *test) matchesAny(v *view, place int) bool {
	for i := range t.groups {
		g := &t.groups[i]
		if v.isNull(place) && g.null || !v.isNull(place) && g.matches(v, place) {
			return true
		}
	}
	return false
}

// keywordEvidence names, for each group of keywords, the first field that holds one, or shows the raw record around it.
func (t *test) keywordEvidence(v *view, into map[string]string) {
	if t.negate {
		return
	}
	for i := range t.groups {
		for place := 0; place <= v.raw(); place++ {
			if v.isNull(place) || !t.groups[i].matches(v, place) {
				continue
			}
			if place < v.raw() {
				note(into, v.ev.Fields[place].Name, v.text(place))
			} else {
				note(into, RawField, v.text(place))
			}
			break
		}
	}
}

// note adds a value to the evidence; further values of one field are joined to the first.
func note(into map[string]string, name, value string) {
	value = vedette.Shorten(value, maxMatchedValue)
	had, ok := into[name]
	switch {
	case !ok && len(into) < maxMatched:
		into[name] = strings.Clone(value)
	case ok && had != value && !strings.Contains(", "+had+", ", ", "+value+", ") && len(had)+len(value) < maxMatchedValue:
		into[name] = had + ", " + value
	}
}
