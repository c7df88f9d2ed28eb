package stix

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/intel"
)

const (
	maxWaiting = 10_000 // indicators that wait for a marking that is defined behind them
	maxBundles = 3      // bundles within each other; each is read, and kept meanwhile, once more
)

// Envelope is what TAXII says around the objects of one answer.
type Envelope struct {
	More bool
	Next string
}

// object is what is read of any STIX object.
type object struct {
	Type        string          `json:"type"`
	ID          string          `json:"id"`
	Name        string          `json:"name"`
	Pattern     string          `json:"pattern"`
	PatternType string          `json:"pattern_type"`
	ValidFrom   time.Time       `json:"valid_from"`
	ValidUntil  time.Time       `json:"valid_until"`
	Created     time.Time       `json:"created"`
	Modified    time.Time       `json:"modified"`
	Confidence  int             `json:"confidence"`
	Labels      []string        `json:"labels"`
	Types       []string        `json:"indicator_types"`
	Revoked     bool            `json:"revoked"`
	Markings    []string        `json:"object_marking_refs"`
	Phases      []phase         `json:"kill_chain_phases"`
	Definition  json.RawMessage `json:"definition"`
	Extensions  json.RawMessage `json:"extensions"`
	Objects     json.RawMessage `json:"objects"`
}

type phase struct {
	Name string `json:"phase_name"`
}

// Read reads the objects of a bundle, of an envelope, of a list, or one object, and calls yield for every value of an
// indicator. It returns what was left out. JSON that is broken is an invalid error; everything before it was yielded.
func Read(r io.Reader, yield func(intel.Item) error) (intel.Report, Envelope, error) {
	s := &session{yield: yield, markings: map[string]vedette.TLP{}}
	dec := json.NewDecoder(r)
	err := s.document(dec)
	for i := range s.waiting {
		if err == nil {
			err = s.indicator(&s.waiting[i], true)
		}
	}
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		at := dec.InputOffset()
		if syntax != nil {
			at = syntax.Offset
		}
		err = vedette.Errorf(vedette.CodeInvalid, "the JSON is broken near byte %d: %w", at, err)
	}
	return s.report, s.envelope, err
}

type session struct {
	yield    func(intel.Item) error
	markings map[string]vedette.TLP
	waiting  []object
	bundles  int // that the object in hand is within, beside the document
	report   intel.Report
	envelope Envelope
}

func (s *session) document(dec *json.Decoder) error {
	first, err := dec.Token()
	if err != nil {
		return err
	}
	switch first {
	case json.Delim('['):
		return s.list(dec)
	case json.Delim('{'):
	default:
		return vedette.Errorf(vedette.CodeInvalid, "this is no STIX: it begins with %.20q", fmt.Sprint(first))
	}
	rest := map[string]json.RawMessage{}
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return err
		}
		if name == "objects" {
			if open, err := dec.Token(); err != nil {
				return err
			} else if open != json.Delim('[') {
				return vedette.Errorf(vedette.CodeInvalid, "objects is no list")
			}
			if err := s.list(dec); err != nil {
				return err
			}
			continue
		}
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			return err
		}
		if text, ok := name.(string); ok && len(rest) < 100 {
			rest[text] = value
		}
	}
	if _, err := dec.Token(); err != nil {
		return err
	}
	_ = json.Unmarshal(rest["more"], &s.envelope.More) // absent or of another type is no more
	_ = json.Unmarshal(rest["next"], &s.envelope.Next)
	if _, single := rest["pattern"]; single {
		whole, err := json.Marshal(rest)
		if err != nil {
			return fmt.Errorf("put an object together: %w", err)
		}
		return s.object(whole)
	}
	return nil
}

// list reads objects up to the end of their list.
func (s *session) list(dec *json.Decoder) error {
	for dec.More() {
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil {
			return err
		}
		if err := s.object(raw); err != nil {
			return err
		}
	}
	_, err := dec.Token()
	return err
}

func (s *session) object(raw json.RawMessage) error {
	var o object
	if err := json.Unmarshal(raw, &o); err != nil {
		s.report.Skip("an object that cannot be read: "+vedette.Shorten(err.Error(), 120), vedette.Shorten(string(raw), 100))
		return nil
	}
	switch o.Type {
	case "marking-definition":
		if len(s.markings) < maxWaiting {
			s.markings[o.ID], _ = o.tlpOf() // a statement, say, marks nothing of ours
		}
	case "indicator":
		return s.indicator(&o, false)
	case "bundle":
		return s.bundle(&o)
	}
	return nil
}

// bundle reads the objects of a bundle that is itself an object of another.
func (s *session) bundle(o *object) error {
	if s.bundles >= maxBundles {
		s.report.Skip("bundles that are nested too deep", o.ID)
		return nil
	}
	s.bundles++
	defer func() { s.bundles-- }()
	var inner []json.RawMessage
	if json.Unmarshal(o.Objects, &inner) != nil {
		return nil
	}
	for _, one := range inner {
		if err := s.object(one); err != nil {
			return err
		}
	}
	return nil
}

// indicator yields the values of an indicator. One whose marking is not known yet waits for the end.
func (s *session) indicator(o *object, last bool) error {
	tlp, known := s.marking(o.Markings)
	if !known && !last && len(s.waiting) < maxWaiting {
		s.waiting = append(s.waiting, *o)
		return nil
	}
	if o.PatternType != "" && o.PatternType != "stix" {
		s.report.Skip("patterns of type "+vedette.Shorten(o.PatternType, 40), o.ID)
		return nil
	}
	values, left, err := Pattern(o.Pattern)
	if err != nil {
		s.report.Skip(err.Error(), o.Pattern)
		return nil
	}
	for _, why := range left {
		s.report.Skip("the pattern needs what cannot be kept: "+why, o.Pattern)
	}
	item := intel.Item{
		Confidence: min(max(o.Confidence, 0), 100), TLP: tlp, Labels: o.labels(), From: o.ValidFrom, Until: o.ValidUntil,
		Asserted: o.Modified, Revoked: o.Revoked, Reference: o.ID,
	}
	if item.Asserted.IsZero() {
		item.Asserted = o.Created
	}
	for _, v := range values {
		item.Kind, item.Value = v.Kind, v.Value
		if err := s.yield(item); err != nil {
			return err
		}
	}
	return nil
}

// marking is the strictest of the markings that are known. A reference that leads nowhere counts as amber: nobody knows
// what it forbids.
func (s *session) marking(refs []string) (tlp vedette.TLP, known bool) {
	known = true
	for _, ref := range refs {
		t, ok := wellKnown(ref)
		if !ok {
			t, ok = s.markings[ref]
		}
		if !ok {
			known = false
			t = vedette.TLPAmber
		}
		tlp = tlp.Stricter(t)
	}
	return tlp, known
}

func (o *object) labels() []string {
	list := append(append([]string{}, o.Types...), o.Labels...)
	for _, p := range o.Phases {
		if p.Name != "" {
			list = append(list, intel.PhasePrefix+strings.ToLower(p.Name))
		}
	}
	if o.Name != "" && !strings.Contains(o.Pattern, o.Name) {
		list = append(list, o.Name)
	}
	return list
}
