package offline

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/netip"
	"strings"
	"time"

	vedette "github.com/vedette-soc/vedette"
)

// maxKindBytes bounds what the different alerts of one file may hold in memory.
const maxKindBytes = 1 << 30

// ReadNDJSON reads one JSON object a line. Each may be an alert of ours, as the API or
// "vedette detect" write it, a Suricata EVE record (those that are no alerts are
// passed over), an alert of Wazuh, or the flat form {time, name, severity?, host?, ip?, user?, src_ip?, dst_ip?,
// techniques?}. Empty lines count as records and hold nothing.
func ReadNDJSON(name string, r io.Reader) (*Set, error) {
	in, b := newLines(r), NewBuilder(name)
	kinds := map[string]uint32{}
	for record := int64(1); ; record++ {
		line, cut, err := in.next()
		if errors.Is(err, io.EOF) {
			return b.Set(), nil
		}
		if err != nil {
			return nil, err
		}
		if err := readJSONLine(b, kinds, line, cut, record); err != nil {
			return nil, err
		}
	}
}

func readJSONLine(b *Builder, kinds map[string]uint32, line []byte, cut bool, record int64) error {
	if cut {
		return b.misread(record, "the line is longer than a record may be")
	}
	if line = bytes.TrimSpace(line); len(line) == 0 {
		return nil
	}
	a, ok, err := alertOf(line)
	switch {
	case err != nil:
		return b.misread(record, err.Error())
	case !ok:
		return nil
	}
	at := a.Time
	key, err := keyOf(&a)
	if err != nil {
		return b.misread(record, err.Error())
	}
	kind, known := kinds[key]
	if !known {
		if b.set.bytes += int64(2*len(key)) + 512; b.set.bytes > maxKindBytes {
			return vedette.Errorf(vedette.CodeLimited, "%s holds more different alerts than fit into memory", b.set.Name)
		}
		if kind, err = b.Kind(a); err != nil {
			return err
		}
		kinds[key] = kind
	}
	return b.Add(at, kind, record)
}

// keyOf sums up all of an alert that does not belong to the moment, and takes the moment out of it.
func keyOf(a *vedette.Alert) (string, error) {
	a.ID, a.EventID, a.IncidentID = "", "", ""
	a.Time, a.Received, a.Detected = time.Time{}, time.Time{}, time.Time{}
	text, err := json.Marshal(a)
	return string(text), err
}

// shape is as much of a record as tells whose it is.
type shape struct {
	RuleID    string          `json:"rule_id"`
	RuleTitle string          `json:"rule_title"`
	RuleLevel string          `json:"rule_level"`
	EventType string          `json:"event_type"`
	Rule      json.RawMessage `json:"rule"`
	Name      string          `json:"name"`
}

// alertOf reads one record. ok is false for a record that is no alert.
func alertOf(line []byte) (a vedette.Alert, ok bool, err error) {
	var s shape
	if err := json.Unmarshal(line, &s); err != nil {
		return a, false, vedette.Errorf(vedette.CodeInvalid, "the line is no JSON object: %v", err)
	}
	switch {
	case s.RuleID != "" && s.RuleLevel != "":
		a, err = foundAlert(line)
	case s.RuleID != "" && s.RuleTitle != "":
		a, err = ownAlert(line)
	case s.EventType == "alert":
		a, err = eveAlert(line)
	case s.EventType != "":
		return a, false, nil
	case len(s.Rule) > 0 && s.Rule[0] == '{':
		a, err = wazuhAlert(line)
	case s.Name != "":
		a, err = flatAlert(line)
	default:
		return a, false, vedette.Errorf(vedette.CodeInvalid, "the line is none of: an alert of Vedette, Suricata or Wazuh, an object with time and name")
	}
	if err == nil && (a.Time.IsZero() || a.Time.Year() > 9999 || a.Time.Year() < 1970) {
		err = vedette.Errorf(vedette.CodeInvalid, "the alert has no time")
	}
	return a, err == nil, err
}

// ownAlert reads an alert as the API and "vedette detect" write it.
func ownAlert(line []byte) (a vedette.Alert, err error) {
	if err := json.Unmarshal(line, &a); err != nil {
		return a, vedette.Errorf(vedette.CodeInvalid, "read an alert: %v", err)
	}
	if a.Tenant == "" {
		a.Tenant = vedette.DefaultTenant
	}
	if len(a.Entities) > maxOwnEntities {
		a.Entities = a.Entities[:maxOwnEntities]
	}
	return a, nil
}

const maxOwnEntities = 64

// moment reads a time: RFC 3339, the same with an offset without colon, or seconds since 1970.
func moment(raw json.RawMessage) time.Time {
	text := strings.Trim(string(raw), `" `)
	for _, layout := range [...]string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999Z0700", "2006-01-02 15:04:05.999999999"} {
		if at, err := time.Parse(layout, text); err == nil {
			return at.UTC()
		}
	}
	if micros, ok := parseSeconds([]byte(text)); ok && micros > 0 {
		return time.UnixMicro(micros).UTC()
	}
	return time.Time{}
}

// refs collects entities, each once.
type refs []vedette.EntityRef

func (r *refs) add(kind vedette.EntityKind, name string, role vedette.Role) {
	name = clip([]byte(strings.TrimSpace(name)))
	if kind == vedette.EntityAddress {
		addr, err := netip.ParseAddr(name)
		if err != nil {
			return
		}
		name = addr.Unmap().WithZone("").String()
	}
	if name == "" {
		return
	}
	for _, have := range *r {
		if have.Kind == kind && have.Name == name {
			return
		}
	}
	*r = append(*r, vedette.EntityRef{Kind: kind, Name: name, Role: role})
}
