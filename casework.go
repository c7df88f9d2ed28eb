package vedette

import "time"

// VerdictReason says why people decided as they did, by a code that can be counted.
type VerdictReason string

// Why people decide that an incident was what it was.
const (
	ReasonScanByUs         VerdictReason = "scan_by_us"
	ReasonMaintenance      VerdictReason = "maintenance"
	ReasonExpectedAdmin    VerdictReason = "expected_admin"
	ReasonTest             VerdictReason = "test"
	ReasonMisconfiguration VerdictReason = "misconfiguration"
	ReasonRuleTooBroad     VerdictReason = "rule_too_broad"
	ReasonNotReproducible  VerdictReason = "not_reproducible"
	ReasonDuplicateOf      VerdictReason = "duplicate_of"
	ReasonOther            VerdictReason = "other"
)

// VerdictReasons lists every code, in the order in which people are asked.
func VerdictReasons() []VerdictReason {
	return []VerdictReason{ReasonScanByUs, ReasonMaintenance, ReasonExpectedAdmin, ReasonTest, ReasonMisconfiguration,
		ReasonRuleTooBroad, ReasonNotReproducible, ReasonDuplicateOf, ReasonOther}
}

// ChangeKind is how incidents were rearranged, by people or by triage itself.
type ChangeKind string

// How people rearrange incidents.
const (
	ChangeMerge ChangeKind = "merge" // others were absorbed by one
	ChangeSplit ChangeKind = "split" // part of one became an incident of its own
	ChangeMove  ChangeKind = "move"  // part of one went to another
)

// IncidentChange is a merge, a split or a move: what went where, and whether it was taken back.
type IncidentChange struct {
	ID       string       `json:"id"`
	Tenant   string       `json:"-"`
	Kind     ChangeKind   `json:"kind" enum:"merge,split,move"`
	Time     time.Time    `json:"time"`
	By       string       `json:"by" doc:"Who did it; vedette for what triage did by itself"`
	Reason   string       `json:"reason"`
	Why      Text         `json:"why,omitzero" doc:"Why triage did it by itself"`
	Alerts   int64        `json:"alerts" doc:"How many alerts went from one incident to another"`
	Rules    []string     `json:"rules" doc:"Titles of the rules whose alerts went, at most 16"`
	Sides    []ChangeSide `json:"sides" doc:"The incidents concerned; the first is the one that stayed"`
	Undone   time.Time    `json:"undone,omitzero" doc:"When it was taken back"`
	UndoneBy string       `json:"undone_by,omitempty"`
	Blocked  string       `json:"blocked,omitempty" doc:"The later change that has to be undone before this one can be"`
}

// ChangeSide is what a change meant for one incident.
type ChangeSide struct {
	Incident string `json:"incident"`
	Title    Text   `json:"title"`
	Before   int64  `json:"before" doc:"Its alerts before; 0 when it began with the change"`
	After    int64  `json:"after" doc:"Its alerts after; 0 when it was absorbed"`
}

// Task is something that somebody has to do about an incident.
type Task struct {
	ID         string    `json:"id"`
	IncidentID string    `json:"incident_id"`
	Title      string    `json:"title"`
	Owner      string    `json:"owner,omitempty" doc:"User name of who is to do it"`
	Due        time.Time `json:"due,omitzero"`
	Done       bool      `json:"done"`
	DoneTime   time.Time `json:"done_time,omitzero"`
	DoneBy     string    `json:"done_by,omitempty"`
	Author     string    `json:"author" doc:"Who asked for it"`
	Created    time.Time `json:"created"`
	Updated    time.Time `json:"updated"`
	Version    int64     `json:"version" doc:"Grows by one with each change; send it back in If-Match to edit"`
}

// LinkFeedback says how often people put two things into one incident, or told them apart. Two that are the same thing
// mean that meeting at it joined what did not belong together.
type LinkFeedback struct {
	Tenant   string    `json:"-"`
	A        EntityRef `json:"a"`
	B        EntityRef `json:"b"`
	Together int64     `json:"together"`
	Apart    int64     `json:"apart"`
	Last     time.Time `json:"last"`
}
