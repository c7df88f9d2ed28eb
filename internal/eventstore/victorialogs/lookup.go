package victorialogs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/eventstore"
)

const maxAlerts = 1000

// Event implements eventstore.Reader.
func (s *Store) Event(ctx context.Context, tenant, id string) (eventstore.Row, error) {
	seq, place, err := vedette.ParseEventID(id)
	if err != nil {
		return eventstore.Row{}, err
	}
	text := fmt.Sprintf(`%q:=%d %q:=%d`, eventstore.FieldSeq, seq, eventstore.FieldPlace, place)
	row, err := s.one(ctx, eventstore.Query{Tenant: tenant, Text: text, Kind: eventstore.KindEvent, Limit: 1})
	if err != nil {
		return eventstore.Row{}, fmt.Errorf("find event %s: %w", id, err)
	}
	return row, nil
}

// Alert implements eventstore.Reader.
func (s *Store) Alert(ctx context.Context, tenant, id string) (vedette.Alert, error) {
	if id == "" {
		return vedette.Alert{}, vedette.Errorf(vedette.CodeInvalid, "an alert's id is not empty")
	}
	row, err := s.one(ctx, eventstore.Query{
		Tenant: tenant, Text: equals(alertID, id), Kind: eventstore.KindAlert, Limit: 1, Fields: []string{eventstore.FieldAlert},
	})
	if err != nil {
		return vedette.Alert{}, fmt.Errorf("find alert %.100q: %w", id, err)
	}
	return decodeAlert(row)
}

func (s *Store) one(ctx context.Context, q eventstore.Query) (found eventstore.Row, err error) {
	enough := errors.New("found")
	err = s.Search(ctx, q, func(row eventstore.Row) error {
		found = row
		return enough
	})
	switch {
	case errors.Is(err, enough):
		return found, nil
	case err == nil:
		return found, vedette.Errorf(vedette.CodeNotFound, "it is not in the event store")
	}
	return found, err
}

// Alerts implements eventstore.Reader.
func (s *Store) Alerts(ctx context.Context, f eventstore.AlertFilter) (alerts []vedette.Alert, next string, err error) {
	limit := f.Limit
	if limit == 0 {
		limit = defaultLimit
	}
	if limit < 0 || limit > maxAlerts {
		return nil, "", vedette.Errorf(vedette.CodeInvalid, "between 1 and %d alerts can be asked for, not %d", maxAlerts, limit)
	}
	q := eventstore.Query{
		Tenant: f.Tenant, Text: alertText(f), Kind: eventstore.KindAlert, Since: f.Since, Until: f.Until,
		Limit: limit + 1, After: f.Cursor, Fields: append([]string{eventstore.FieldAlert}, keyFields[:]...),
	}
	var last string
	err = s.Search(ctx, q, func(row eventstore.Row) error {
		if len(alerts) == limit {
			next = last // there is more
			return nil
		}
		alert, err := decodeAlert(row)
		if err != nil {
			return err
		}
		alerts = append(alerts, alert)
		last = row.Cursor()
		return nil
	})
	return alerts, next, err
}

// alertText writes a filter as LogsQL. Every value is quoted, so that none can be anything but a value.
func alertText(f eventstore.AlertFilter) string {
	parts := []string{"*"}
	if f.IncidentID != "" {
		parts = append(parts, equals(alertIncidentID, f.IncidentID))
	}
	if len(f.Incidents) > 0 {
		quoted := make([]string, len(f.Incidents))
		for i, id := range f.Incidents {
			quoted[i] = strconv.Quote(id)
		}
		parts = append(parts, strconv.Quote(alertIncidentID)+":in("+strings.Join(quoted, ",")+")")
	}
	if f.RuleID != "" {
		parts = append(parts, equals(alertRuleID, f.RuleID))
	}
	if f.Entity != "" {
		parts = append(parts, strconv.Quote(alertEntities)+":json_array_contains_any("+strconv.Quote(f.Entity)+")")
	}
	if f.MinSeverity > vedette.Info {
		var words []string
		for severity := f.MinSeverity; severity <= vedette.Critical; severity++ {
			words = append(words, strconv.Quote(severity.String()))
		}
		parts = append(parts, strconv.Quote(alertSeverity)+":in("+strings.Join(words, ",")+")")
	}
	if !f.Shadow {
		parts = append(parts, "!"+equals(alertShadow, "true"))
	}
	return strings.Join(parts, " ")
}

func equals(field, value string) string { return strconv.Quote(field) + ":=" + strconv.Quote(value) }

func decodeAlert(row eventstore.Row) (vedette.Alert, error) {
	var alert vedette.Alert
	if err := json.Unmarshal([]byte(row.Value(eventstore.FieldAlert)), &alert); err != nil {
		return alert, vedette.Errorf(vedette.CodeInternal, "read alert of %s: %w", row.Time.Format(time.RFC3339), err)
	}
	return alert, nil
}
