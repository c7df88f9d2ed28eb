package misp

import (
	"bytes"
	"encoding/json"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/intel"
)

// MaxBytes is the largest document that is read.
const MaxBytes = 256 << 20

// text is a JSON string, number or truth as text: MISP writes the same thing in all three ways.
type text string

// UnmarshalJSON takes any scalar; what is none becomes empty.
func (t *text) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && (data[0] == '{' || data[0] == '[') || bytes.Equal(data, []byte("null")) {
		*t = ""
		return nil
	}
	if data[0] != '"' {
		*t = text(data)
		return nil
	}
	var s string
	err := json.Unmarshal(data, &s)
	*t = text(s)
	return err
}

func (t text) truth() bool { return t == "1" || strings.EqualFold(string(t), "true") }

// moment reads seconds since 1970, or a date as MISP writes it.
func (t text) moment() time.Time {
	if n, err := strconv.ParseInt(string(t), 10, 64); err == nil {
		if n <= 0 || n > 1<<40 {
			return time.Time{}
		}
		return time.Unix(n, 0).UTC()
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05.999999-0700", "2006-01-02 15:04:05", time.DateOnly} {
		if at, err := time.Parse(layout, string(t)); err == nil {
			return at.UTC()
		}
	}
	return time.Time{}
}

type tag struct {
	Name text `json:"name"`
}

type attribute struct {
	UUID      text   `json:"uuid"`
	Type      text   `json:"type"`
	Category  text   `json:"category"`
	Value     text   `json:"value"`
	IDs       text   `json:"to_ids"`
	Deleted   text   `json:"deleted"`
	Timestamp text   `json:"timestamp"`
	FirstSeen text   `json:"first_seen"`
	LastSeen  text   `json:"last_seen"`
	Tags      []tag  `json:"Tag"`
	Event     *event `json:"Event"` // in lists of attributes
}

type event struct {
	UUID       text        `json:"uuid"`
	Info       text        `json:"info"`
	Threat     text        `json:"threat_level_id"`
	Timestamp  text        `json:"timestamp"`
	Tags       []tag       `json:"Tag"`
	Attributes []attribute `json:"Attribute"`
	Objects    []struct {
		Name       text        `json:"name"`
		Deleted    text        `json:"deleted"`
		Attributes []attribute `json:"Attribute"`
	} `json:"Object"`
}

// Read reads a MISP document and calls yield for every value that is marked for detection.
func Read(r io.Reader, yield func(intel.Item) error) (intel.Report, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return intel.Report{}, err
	}
	if len(data) > MaxBytes {
		return intel.Report{}, vedette.Errorf(vedette.CodeTooLarge, "the document has more than %d bytes", MaxBytes)
	}
	s := &session{yield: yield}
	err = s.read(data, 0)
	return s.report, err
}

type session struct {
	yield  func(intel.Item) error
	report intel.Report
}

// read finds events and attributes wherever MISP's documents keep them.
func (s *session) read(data []byte, depth int) error {
	data = bytes.TrimSpace(data)
	if depth > 4 || len(data) == 0 {
		return nil
	}
	if data[0] == '[' {
		var list []json.RawMessage
		if err := json.Unmarshal(data, &list); err != nil {
			return vedette.Errorf(vedette.CodeInvalid, "the JSON is broken: %w", err)
		}
		for _, one := range list {
			if err := s.read(one, depth+1); err != nil {
				return err
			}
		}
		return nil
	}
	var doc struct {
		Event     *event          `json:"Event"`
		Response  json.RawMessage `json:"response"`
		Attribute json.RawMessage `json:"Attribute"`
		Type      text            `json:"type"`
		Value     text            `json:"value"`
	}
	if err := json.Unmarshal(data, &doc); err != nil {
		return vedette.Errorf(vedette.CodeInvalid, "the JSON is broken, or no MISP document: %w", err)
	}
	switch {
	case doc.Value != "" && doc.Type != "": // an attribute by itself
		var a attribute
		if err := json.Unmarshal(data, &a); err != nil {
			return vedette.Errorf(vedette.CodeInvalid, "an attribute cannot be read: %w", err)
		}
		return s.attribute(a.Event, &a)
	case doc.Event != nil:
		return s.event(doc.Event)
	case doc.Response != nil:
		return s.read(doc.Response, depth+1)
	case doc.Attribute != nil:
		return s.read(doc.Attribute, depth+1)
	}
	s.report.Skip("an object that is neither event nor attribute", vedette.Shorten(string(data), 100))
	return nil
}

func (s *session) event(e *event) error {
	for i := range e.Attributes {
		if err := s.attribute(e, &e.Attributes[i]); err != nil {
			return err
		}
	}
	for _, o := range e.Objects {
		if o.Deleted.truth() {
			continue
		}
		for i := range o.Attributes {
			if err := s.attribute(e, &o.Attributes[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *session) attribute(e *event, a *attribute) error {
	if e == nil {
		e = &event{}
	}
	switch {
	case a.Deleted.truth():
		s.report.Skip("attributes that were deleted", string(a.Value))
		return nil
	case !a.IDs.truth():
		s.report.Skip("attributes that are not marked for detection (to_ids)", string(a.Value))
		return nil
	}
	values := split(string(a.Type), string(a.Value))
	if len(values) == 0 {
		s.report.Skip("attributes of type "+vedette.Shorten(string(a.Type), 40), string(a.Value))
		return nil
	}
	item := intel.Item{Asserted: a.Timestamp.moment(), Reference: string(a.UUID)}
	for _, later := range []time.Time{a.LastSeen.moment(), fallback(item.Asserted, e.Timestamp)} {
		if later.After(item.Asserted) {
			item.Asserted = later
		}
	}
	for _, list := range [][]tag{a.Tags, e.Tags} {
		for _, t := range list {
			readTag(&item, string(t.Name))
		}
	}
	if a.Category != "" {
		item.Labels = append(item.Labels, strings.ToLower(string(a.Category)))
	}
	if e.Info != "" {
		item.Labels = append(item.Labels, string(e.Info))
	}
	if item.Confidence == 0 {
		item.Confidence = byThreat(e.Threat)
	}
	for _, v := range values {
		item.Kind, item.Value = v.kind, v.value
		if err := s.yield(item); err != nil {
			return err
		}
	}
	return nil
}

// fallback is the event's time for attributes that have none.
func fallback(own time.Time, of text) time.Time {
	if own.IsZero() {
		return of.moment()
	}
	return time.Time{}
}

// byThreat is what an event's threat level says of its attributes: high, medium, low, undefined.
func byThreat(level text) int {
	switch level {
	case "1":
		return 80
	case "2":
		return 65
	case "3":
		return 50
	}
	return 0
}

// readTag takes marking and confidence from the tags that say them, and keeps the others as labels.
func readTag(item *intel.Item, name string) {
	lower := strings.ToLower(name)
	if strings.HasPrefix(lower, "tlp:") {
		if t, ok := vedette.ParseTLP(lower); ok {
			item.TLP = item.TLP.Stricter(t)
		}
		return
	}
	if n, ok := confidences()[lower]; ok {
		if item.Confidence == 0 {
			item.Confidence = n
		}
		return
	}
	item.Labels = append(item.Labels, name)
}

// confidences are the tags of MISP's own taxonomy and of the admiralty scale.
func confidences() map[string]int {
	return map[string]int{
		`misp:confidence-level="completely-confident"`: 100, `misp:confidence-level="usually-confident"`: 75,
		`misp:confidence-level="fairly-confident"`: 50, `misp:confidence-level="rarely-confident"`: 25, `misp:confidence-level="unconfident"`: 1,
		`admiralty-scale:information-credibility="1"`: 100, `admiralty-scale:information-credibility="2"`: 75,
		`admiralty-scale:information-credibility="3"`: 50, `admiralty-scale:information-credibility="4"`: 25,
		`admiralty-scale:information-credibility="5"`: 1, `admiralty-scale:information-credibility="6"`: 50,
	}
}

type typed struct {
	kind  vedette.IndicatorKind
	value string
}

// split takes an attribute apart into the values that can be looked up: "domain|ip" holds two, "filename|md5" one.
func split(kind, value string) []typed {
	left, right, both := strings.Cut(kind, "|")
	a, b := value, ""
	if both {
		a, b, _ = strings.Cut(value, "|")
	}
	var list []typed
	for i, name := range []string{left, right} {
		if k, ok := kindOf(name); ok {
			list = append(list, typed{k, []string{a, b}[i]})
		}
	}
	return list
}

func kindOf(name string) (vedette.IndicatorKind, bool) {
	switch name {
	case "ip-src", "ip-dst", "ip":
		return vedette.IndicatorNetwork, true // an address is a network of one
	case "domain", "hostname":
		return vedette.IndicatorDomain, true
	case "url":
		return vedette.IndicatorURL, true
	case "email", "email-src", "email-dst", "email-reply-to":
		return vedette.IndicatorEmail, true
	case "md5", "sha1", "sha256", "sha512", "imphash":
		return vedette.IndicatorKind(name), true
	}
	return "", false
}

// Entry is an event as the manifest of a feed lists it.
type Entry struct {
	UUID      string
	Timestamp time.Time
}

// maxEvents bounds the events of one feed.
const maxEvents = 50_000

// Manifest reads the list of a feed's events. Names that are no UUID are left out, because they become part of an
// address.
func Manifest(r io.Reader) ([]Entry, error) {
	var entries map[string]struct {
		Timestamp text `json:"timestamp"`
	}
	if err := json.NewDecoder(io.LimitReader(r, MaxBytes)).Decode(&entries); err != nil {
		return nil, vedette.Errorf(vedette.CodeInvalid, "the manifest cannot be read: %w", err)
	}
	if len(entries) > maxEvents {
		return nil, vedette.Errorf(vedette.CodeTooLarge, "the manifest lists %d events; at most %d are read", len(entries), maxEvents)
	}
	list := make([]Entry, 0, len(entries))
	for name, e := range entries {
		if isUUID(name) {
			list = append(list, Entry{name, e.Timestamp.moment()})
		}
	}
	return list, nil
}

func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		dash := i == 8 || i == 13 || i == 18 || i == 23
		if dash != (c == '-') || !dash && (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'f') {
			return false
		}
	}
	return true
}
