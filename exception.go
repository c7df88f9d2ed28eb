package vedette

import "time"

// Exception hides what a rule finds in a case that somebody judged harmless, until a date.
type Exception struct {
	ID         string    `json:"id"`
	Tenant     string    `json:"tenant"`
	RuleID     string    `json:"rule_id" doc:"The rule it concerns; empty for all rules"`
	Selection  string    `json:"selection" doc:"YAML: a map of fields, or a list of maps of which one must hold, as in a Sigma selection"`
	Reason     string    `json:"reason" doc:"Why what it hides is harmless"`
	Owner      string    `json:"owner" doc:"Who answers for it"`
	Created    time.Time `json:"created"`
	Expires    time.Time `json:"expires" doc:"From then on it hides nothing"`
	Hidden     int64     `json:"hidden" doc:"How many alerts it has hidden"`
	LastHidden time.Time `json:"last_hidden,omitzero"`
	Version    int64     `json:"version" doc:"Grows with every change"`
}

// MaxExceptionTime is the longest that an exception may be in force without somebody renewing it.
const MaxExceptionTime = 366 * 24 * time.Hour
