package vedette

import "time"

// Action is a change to the world that answers an incident. It is a lease: it ends by itself, it can be undone, it is
// checked after it was made, and it says who wanted it and why.
type Action struct {
	ID         string       `json:"id"`
	Tenant     string       `json:"tenant"`
	Kind       string       `json:"kind" enum:"block_address" doc:"What is done"`
	Target     string       `json:"target" doc:"What it is done to: an address or a network"`
	Actuator   string       `json:"actuator" doc:"What carries it out, such as nftables"`
	State      ActionState  `json:"state" enum:"proposed,refused,rejected,applying,active,expired,undone,failed"`
	Automatic  bool         `json:"automatic" doc:"No person approved it: the rule is configured to respond by itself"`
	DryRun     bool         `json:"dry_run" doc:"Nothing was changed: the actuator says what it would do"`
	TTL        int64        `json:"ttl_seconds" doc:"How long it holds once applied"`
	Reason     string       `json:"reason"`
	Owner      string       `json:"owner" doc:"Who wanted it: a user name, or rule:<id>"`
	ApprovedBy string       `json:"approved_by,omitempty"`
	IncidentID string       `json:"incident_id,omitempty"`
	AlertID    string       `json:"alert_id,omitempty"`
	Undo       string       `json:"undo" doc:"How it is taken back"`
	Refusal    string       `json:"refusal,omitempty" doc:"Which guardrail refused it, or why it failed"`
	Verified   Verification `json:"verified"`
	Created    time.Time    `json:"created"`
	Applied    time.Time    `json:"applied,omitzero"`
	Expires    time.Time    `json:"expires,omitzero"`
	Ended      time.Time    `json:"ended,omitzero"`
	Version    int64        `json:"version"`
}

// ActionState is where an action is in its life.
type ActionState string

// The life of an action: proposed → applying → active → expired or undone; it can also be refused by a guardrail,
// rejected by a person, or fail.
const (
	ActionProposed ActionState = "proposed"
	ActionRefused  ActionState = "refused"
	ActionRejected ActionState = "rejected"
	ActionApplying ActionState = "applying"
	ActionActive   ActionState = "active"
	ActionExpired  ActionState = "expired"
	ActionUndone   ActionState = "undone"
	ActionFailed   ActionState = "failed"
)

// Verification is the last look at whether an action really holds.
type Verification struct {
	Time   time.Time `json:"time,omitzero"`
	Holds  bool      `json:"holds"`
	Detail string    `json:"detail,omitempty"`
}
