package vedette

import (
	"slices"
	"strings"
	"time"
)

// Suppression keeps the alerts of one rule or detector about certain entities out of incidents, until a date. The alerts
// are stored and searchable as ever.
type Suppression struct {
	ID         string           `json:"id"`
	Tenant     string           `json:"tenant"`
	RuleID     string           `json:"rule_id" doc:"The rule it concerns; a detector of the unknown is named anomaly.<detector>"`
	Entities   []EntityRef      `json:"entities" doc:"All of them must be in the alert, whatever their role"`
	Reason     string           `json:"reason" doc:"Why what it hides is harmless"`
	Owner      string           `json:"owner" doc:"Who answers for it"`
	State      SuppressionState `json:"state" enum:"waiting,active,rejected,expired"`
	Critical   bool             `json:"critical" doc:"What it covers is critical, or was called an attack: it needs a second person"`
	ProposedBy string           `json:"proposed_by"`
	ApprovedBy string           `json:"approved_by,omitempty" doc:"Who put it in force"`
	SecondBy   string           `json:"second_by,omitempty" doc:"The second person, when one was needed"`
	RejectedBy string           `json:"rejected_by,omitempty"`
	Proposal   string           `json:"proposal,omitempty" doc:"The proposal out of verdicts that it was made from"`
	Created    time.Time        `json:"created"`
	Expires    time.Time        `json:"expires" doc:"From then on it hides nothing"`
	Hidden     int64            `json:"hidden" doc:"How many alerts it has kept out of incidents"`
	LastHidden time.Time        `json:"last_hidden,omitzero"`
	Version    int64            `json:"version" doc:"Grows with every change"`
}

// SuppressionState is how far a suppression is.
type SuppressionState string

// How far a suppression is.
const (
	SuppressionWaiting  SuppressionState = "waiting" // for a second person
	SuppressionActive   SuppressionState = "active"
	SuppressionRejected SuppressionState = "rejected"
	SuppressionExpired  SuppressionState = "expired"
)

// Bounds of a suppression.
const (
	MaxSuppressionTime     = 90 * 24 * time.Hour
	DefaultSuppressionTime = 30 * 24 * time.Hour
	MaxSuppressionEntities = 16
)

// Covers tells whether an alert lies within the scope of a suppression, whatever its state. One without an entity covers
// nothing: a rule that is wrong everywhere is to be mended, not hidden.
func (s *Suppression) Covers(a *Alert) bool {
	if s.Tenant != a.Tenant || s.RuleID != a.RuleID || len(s.Entities) == 0 {
		return false
	}
	for _, want := range s.Entities {
		if !slices.ContainsFunc(a.Entities, func(e EntityRef) bool { return e.Kind == want.Kind && strings.EqualFold(e.Name, want.Name) }) {
			return false
		}
	}
	return true
}

// InForce tells whether a suppression hides anything at a time.
func (s *Suppression) InForce(at time.Time) bool {
	return s.State == SuppressionActive && s.Expires.After(at)
}

// Judgement is a person's verdict on an incident, with what the incident was made of: what weights learn from.
type Judgement struct {
	Tenant   string       `json:"tenant"`
	Incident string       `json:"incident"`
	Rules    []JudgedRule `json:"rules"`
	Verdict  Verdict      `json:"verdict" enum:"true_positive,benign_positive,false_positive,undetermined,duplicate"`
	Reason   string       `json:"reason,omitempty" doc:"Code of the reason, when one was given"`
	By       string       `json:"by"`
	Time     time.Time    `json:"time"`
}

// JudgedRule is a rule or detector of an incident that was judged, with the entities that its alerts named.
type JudgedRule struct {
	ID       string      `json:"id"`
	Title    Text        `json:"title"`
	Severity Severity    `json:"severity" enum:"info,low,medium,high,critical"`
	Alerts   int64       `json:"alerts"`
	Entities []EntityRef `json:"entities"`
}
