package stix

import (
	"time"

	"github.com/vedette-soc/vedette"
)

// Bundle is a STIX 2.1 bundle of indicators.
type Bundle struct {
	Type    string   `json:"type" example:"bundle"`
	ID      string   `json:"id"`
	Objects []Object `json:"objects"`
}

// Object is a STIX 2.1 indicator.
type Object struct {
	Type        string     `json:"type" example:"indicator"`
	SpecVersion string     `json:"spec_version" example:"2.1"`
	ID          string     `json:"id"`
	Created     time.Time  `json:"created"`
	Modified    time.Time  `json:"modified"`
	Confidence  int        `json:"confidence"`
	Pattern     string     `json:"pattern"`
	PatternType string     `json:"pattern_type" example:"stix"`
	ValidFrom   time.Time  `json:"valid_from"`
	ValidUntil  *time.Time `json:"valid_until,omitempty"`
	Labels      []string   `json:"labels,omitempty"`
	Markings    []string   `json:"object_marking_refs,omitempty"`
}

// Write makes a bundle of indicators. They keep their markings; those that nobody marked are marked as given.
func Write(list []vedette.Indicator, unmarked vedette.TLP) Bundle {
	b := Bundle{Type: "bundle", Objects: make([]Object, 0, len(list))}
	seed := ""
	for i := range list {
		in := &list[i]
		seed += in.ID
		from := in.ValidFrom
		if from.IsZero() {
			from = in.Added
		}
		until, tlp := in.ValidUntil, in.TLP
		if tlp == "" {
			tlp = unmarked
		}
		b.Objects = append(b.Objects, Object{
			Type: "indicator", SpecVersion: "2.1", ID: "indicator--" + uuid(in.ID), Created: in.Added, Modified: in.Updated, Confidence: in.Confidence,
			Pattern: write(in), PatternType: "stix", ValidFrom: from, ValidUntil: &until, Labels: in.Labels, Markings: []string{markingID(tlp)},
		})
	}
	b.ID = "bundle--" + uuid(seed)
	return b
}
