package vedette

import "time"

// HouseSource is the name of the source, and of the receiver, under which Vedette's own news come in.
const HouseSource = "vedette"

// LedgerState says what became of the events of one source in one minute, as far as one rule is concerned.
type LedgerState string

// What became of a minute.
const (
	LedgerEvaluated LedgerState = "evaluated" // what came was looked at; nothing may have come, for no longer than usual
	LedgerPending   LedgerState = "pending"   // records are in the journal and were not looked at yet
	LedgerFailed    LedgerState = "failed"    // the rule was rejected, or taken out of service
	LedgerDisabled  LedgerState = "disabled"  // somebody switched the rule off, or it was not loaded
	LedgerCapped    LedgerState = "capped"    // the rule ran and had to forget some of what it counts
	LedgerNoData    LedgerState = "no_data"   // nothing came for longer than this source's usual pauses
)

// LedgerRow is a run of minutes that had the same state.
type LedgerRow struct {
	Source    string      `json:"source"`
	Logsource string      `json:"logsource" doc:"Kind of record: product/category/service; several categories are joined by +; empty when no rule knows it"`
	From      time.Time   `json:"from"`
	Until     time.Time   `json:"until"`
	State     LedgerState `json:"state" enum:"evaluated,pending,failed,disabled,capped,no_data"`
	Events    int64       `json:"events" doc:"Events that were looked at"`
	Rules     int64       `json:"rules" doc:"Rules that this row speaks of: those for this kind of record, or those in this state"`
	RuleIDs   []string    `json:"rule_ids" doc:"Which, for the states failed, disabled and capped, or when one was asked for; at most 20"`
	Reason    string      `json:"reason,omitempty"`
}

// LedgerSource is one source over the minutes of an overview.
type LedgerSource struct {
	Source      string        `json:"source"`
	State       LedgerState   `json:"state" enum:"evaluated,pending,failed,disabled,capped,no_data" doc:"Now"`
	Last        time.Time     `json:"last" doc:"When its newest event that was looked at came in"`
	SilentAfter int64         `json:"silent_after_seconds" doc:"A pause longer than this is not usual for it"`
	Logsources  []string      `json:"logsources"`
	Rules       int64         `json:"rules" doc:"Rules for its kinds of records"`
	Events      []int64       `json:"events" doc:"Events looked at, one value for each step, oldest first"`
	States      []LedgerState `json:"states" doc:"Worst state in each step; empty before the source was known"`
}

// GapKind says why detection is blind.
type GapKind string

// Why detection is blind.
const (
	GapSilent   GapKind = "silent"   // nothing came for longer than usual
	GapUnparsed GapKind = "unparsed" // what comes cannot be understood
	GapDropped  GapKind = "dropped"  // records were not accepted
	GapBacklog  GapKind = "backlog"  // records wait unprocessed
	GapStopped  GapKind = "stopped"  // Vedette was not running
	GapFailed   GapKind = "failed"   // a rule was taken out of service
	GapRejected GapKind = "rejected" // rules cannot be compiled
	GapCapped   GapKind = "capped"   // a correlation had to forget groups
	GapSlow     GapKind = "slow"     // a rule is over its time budget
)

// LedgerGap is a time in which rules were blind, and why.
type LedgerGap struct {
	ID        string      `json:"id"`
	Tenant    string      `json:"tenant"`
	Kind      GapKind     `json:"kind" enum:"silent,unparsed,dropped,backlog,stopped,failed,rejected,capped,slow"`
	Source    string      `json:"source,omitempty" doc:"Whose records are missing; empty for all sources"`
	Logsource string      `json:"logsource,omitempty" doc:"Which of its kinds of records; empty for all"`
	RuleID    string      `json:"rule_id,omitempty" doc:"The rule at fault"`
	Since     time.Time   `json:"since"`
	Until     time.Time   `json:"until,omitzero" doc:"When it ended; absent while it lasts"`
	Told      time.Time   `json:"told,omitzero" doc:"When it became an event that rules can raise an alert on"`
	Reason    string      `json:"reason"`
	Rules     int64       `json:"rules" doc:"Rules that were blind"`
	Blind     []BlindRule `json:"blind" doc:"Which, the most severe first; at most as many as asked for"`
}

// BlindRule is a rule that could not do its work in a gap.
type BlindRule struct {
	ID       string   `json:"id"`
	Title    string   `json:"title"`
	Severity Severity `json:"severity" enum:"info,low,medium,high,critical"`
}
