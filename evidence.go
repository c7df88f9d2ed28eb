package vedette

import "time"

// EvidenceKind says what sort of thing a line of the evidence ledger records.
type EvidenceKind string

// What the ledger of an incident records.
const (
	EvidenceAlert       EvidenceKind = "alert"       // a rule fired
	EvidenceAnomaly     EvidenceKind = "anomaly"     // a detector of the unknown saw something
	EvidenceIndicator   EvidenceKind = "indicator"   // something known to be bad was met
	EvidenceExposure    EvidenceKind = "exposure"    // a known weakness lies open there
	EvidenceExculpatory EvidenceKind = "exculpatory" // a fact that speaks against an attack
	EvidenceVerdict     EvidenceKind = "verdict"     // people decided what it was
	EvidencePerson      EvidenceKind = "person"      // people, or triage itself, merged, split, moved or took that back
)

// EvidenceEntry is one line of the append-only ledger of an incident: what spoke for or against an attack, as it was
// known when it was recorded. Lines are never changed: one that stands for more alerts by now is followed by another
// with the same Key and a higher Count. Each line carries the hash of the one before it, so that a change, a gap and a
// cut are found.
type EvidenceEntry struct {
	Tenant     string       `json:"-"`
	IncidentID string       `json:"incident_id"`
	Number     int64        `json:"number" doc:"Counts from 1 within the incident; the store gives it"`
	Time       time.Time    `json:"time" doc:"When it happened"`
	Recorded   time.Time    `json:"recorded" doc:"When it was written down; the store gives it"`
	Kind       EvidenceKind `json:"kind" enum:"alert,anomaly,indicator,exposure,exculpatory,verdict,person"`
	Detector   string       `json:"detector,omitempty" doc:"The rule, the detector of the unknown or the person that it comes from"`
	Family     Family       `json:"family,omitempty"`
	Key        string       `json:"key,omitempty" doc:"Names detector and subject: lines that speak of the same thing have the same key"`
	Text       Text         `json:"text"`
	Entities   []EntityRef  `json:"entities" doc:"At most 32"`
	Events     []string     `json:"events" doc:"Ids of events that show it, at most 8"`
	AlertID    string       `json:"alert_id,omitempty" doc:"The alert that it was read from"`
	Measured   bool         `json:"measured" doc:"Something was measured: observed and expected say what, and a 0 there is a 0"`
	Observed   float64      `json:"observed"`
	Expected   float64      `json:"expected" doc:"What was usual, in the unit of observed"`
	Unit       string       `json:"unit,omitempty" doc:"Of observed and expected"`
	Baseline   int64        `json:"baseline" doc:"How many observations the expectation stands on; of an alert how many earlier sessions of it the machine had"`
	Count      int64        `json:"count" doc:"How many equal alerts it stood for when it was recorded"`
	Weight     float64      `json:"weight" doc:"Log-odds in nats, before damping and caps; negative when it speaks against an attack"`
	Prev       string       `json:"prev" doc:"Hash of the line before, empty on the first"`
	Hash       string       `json:"hash" doc:"SHA-256 over prev and the line as it is stored, in hexadecimal"`
}
