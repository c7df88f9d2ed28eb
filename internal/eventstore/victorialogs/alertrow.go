package victorialogs

import (
	"slices"
	"strconv"
	"strings"

	"github.com/VictoriaMetrics/VictoriaLogs/lib/logstorage"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/eventstore"
)

// Names of the fields of alert rows, beside the store's.
const (
	alertID         = "alert.id"
	alertRuleID     = "alert.rule_id"
	alertRuleTitle  = "alert.rule_title"
	alertSeverity   = "alert.severity"
	alertTags       = "alert.tags"
	alertTactics    = "alert.tactics"
	alertTechniques = "alert.techniques"
	alertEventID    = "alert.event_id"
	alertIncidentID = "alert.incident_id"
	alertShadow     = "alert.shadow"   // only where it is true
	alertEntities   = "alert.entities" // a list: each entity by its name, and by kind and name
)

// alert makes the row of an alert.
func (b *rowBuilder) alert(a *vedette.Alert, tenant logstorage.TenantID, seq uint64, place uint32) (streamFields int) {
	streamFields = b.begin(tenant, eventstore.KindAlert, a.Dataset)
	b.own(eventstore.FieldID, a.ID)
	b.own(eventstore.FieldSeq, strconv.FormatUint(seq, 10))
	b.own(eventstore.FieldPlace, strconv.FormatUint(uint64(place), 10))
	b.own(eventstore.FieldSource, a.Source)
	b.own(eventstore.FieldReceived, stamp(a.Received))
	b.own(eventstore.FieldMessage, alertMessage(a))
	b.own(eventstore.FieldAlert, b.document(a))
	b.own(alertID, a.ID)
	b.own(alertRuleID, a.RuleID)
	b.own(alertRuleTitle, a.RuleTitle)
	b.own(alertSeverity, a.Severity.String())
	b.own(alertEventID, a.EventID)
	b.own(alertIncidentID, a.IncidentID)
	if a.Shadow {
		b.own(alertShadow, "true")
	}
	entities := make([]string, 0, 2*len(a.Entities))
	for _, e := range a.Entities {
		entities = append(entities, e.Name, string(e.Kind)+":"+e.Name)
	}
	for _, list := range []struct {
		name   string
		values []string
	}{{alertTags, a.Tags}, {alertTactics, a.Tactics}, {alertTechniques, a.Techniques}, {alertEntities, entities}} {
		if len(list.values) > 0 {
			b.own(list.name, toJSON(list.values))
		}
	}
	return streamFields
}

// document writes an alert as JSON that fits its row whole: half of an alert could not be read again.
func (b *rowBuilder) document(a *vedette.Alert) string {
	const room, value, count = maxRowBytes / 2, 4 << 10, 100
	text := toJSON(a)
	if len(text) <= room {
		return text
	}
	b.cuts.values++
	small := *a
	small.Matched = make(map[string]string, count)
	for name, v := range a.Matched {
		if len(small.Matched) < count {
			small.Matched[vedette.Cut(name, value)] = vedette.Cut(v, value)
		}
	}
	small.Tags, small.Selections = first(a.Tags, count), first(a.Selections, count)
	small.Tactics, small.Techniques, small.Entities = first(a.Tactics, count), first(a.Techniques, count), first(a.Entities, count)
	if text = toJSON(&small); len(text) <= room {
		return text
	}
	return toJSON(&vedette.Alert{ID: a.ID, Tenant: a.Tenant, Time: a.Time, Received: a.Received, Detected: a.Detected,
		RuleID: vedette.Cut(a.RuleID, value), RuleTitle: vedette.Cut(a.RuleTitle, value), Severity: a.Severity, EventID: a.EventID})
}

func first[T any](list []T, n int) []T { return list[:min(n, len(list))] }

// alertMessage is what a person reads in a list, and finds by a word.
func alertMessage(a *vedette.Alert) string {
	names := make([]string, 0, len(a.Matched))
	for name := range a.Matched {
		names = append(names, name)
	}
	slices.Sort(names)
	var out strings.Builder
	out.WriteString(a.RuleTitle)
	for _, name := range names {
		out.WriteString(" " + name + "=" + vedette.Cut(a.Matched[name], 1<<10))
	}
	return vedette.Cut(out.String(), 8<<10)
}
