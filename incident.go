package vedette

import "time"

// Incident is alerts that belong to one story, worked by people: the case file.
type Incident struct {
	ID       string         `json:"id"`
	Tenant   string         `json:"tenant"`
	Title    Text           `json:"title" doc:"What happened, to whom, in one line"`
	Story    Text           `json:"story" doc:"One paragraph; [n] cites evidence n"`
	Status   IncidentStatus `json:"status" enum:"open,working,contained,closed"`
	Verdict  Verdict        `json:"verdict,omitempty" enum:"true_positive,benign_positive,false_positive,undetermined,duplicate"`
	Severity Severity       `json:"severity" enum:"info,low,medium,high,critical"`
	Score    int            `json:"score" minimum:"0" maximum:"100"`
	Reasons  []Reason       `json:"reasons" doc:"What the score is made of; the points add up to the score"`
	Below    bool           `json:"below,omitempty" doc:"Under the line of the budget: kept and searchable, but not in the queue"`
	Result   AttackResult   `json:"result,omitempty" enum:"attempted,succeeded,compromised" doc:"How far the attack came; absent when nothing tells"`
	Proof    []int          `json:"proof,omitempty" doc:"The numbers of the evidence that shows the result"`
	Next     []NextStep     `json:"next,omitempty" doc:"What to do next, most urgent first"`
	WhyNot   []Text         `json:"why_not,omitempty" doc:"What speaks against it, and why the score is not lower or higher"`
	Merged   string         `json:"merged,omitempty" doc:"The incident that it was merged into"`
	Same     string         `json:"duplicate_of,omitempty" doc:"The incident that it repeats, when the verdict is duplicate"`
	Why      VerdictReason  `json:"verdict_reason,omitempty" enum:"scan_by_us,maintenance,expected_admin,test,misconfiguration,rule_too_broad,not_reproducible,duplicate_of,other" doc:"Why people decided so"`
	WhyText  string         `json:"verdict_text,omitempty" doc:"The same in their own words"`
	Owner    string         `json:"owner,omitempty" doc:"User name of who works on it"`
	Team     string         `json:"team,omitempty" doc:"Name of the team that it belongs to; absent when it belongs to nobody in particular"`
	TeamBy   string         `json:"team_by,omitempty" doc:"Who gave it to that team by hand; absent when the team's scope did"`
	Entities []EntityRef    `json:"entities"`
	Tactics  []string       `json:"tactics" doc:"ATT&CK tactics seen, in the order of the kill chain"`
	Alerts   int64          `json:"alerts" doc:"How many alerts were folded into it"`
	Rules    []RuleCount    `json:"rules" doc:"Which rules fired, and how often"`
	Tally    *Tally         `json:"tally,omitempty" doc:"How the alerts are spread over time and entities"`
	Evidence []Evidence     `json:"evidence" doc:"Chosen alerts, first and last of each kind, in time order"`
	First    time.Time      `json:"first" doc:"Time of the first alert's event"`
	Last     time.Time      `json:"last"`
	Created  time.Time      `json:"created"`
	Updated  time.Time      `json:"updated"`
	Detected time.Time      `json:"detected" doc:"When the first rule fired"`
	Closed   time.Time      `json:"closed,omitzero"`
	Version  int64          `json:"version" doc:"Grows by one with each change; send it back in If-Match to edit"`
}

// Tally counts the alerts of an incident by time and by entity; its rules count them by rule. It has no more than 48 spans of
// time and the entities that the incident lists, however many alerts there are.
type Tally struct {
	From       time.Time     `json:"from" doc:"When the first span begins"`
	Step       int64         `json:"step_seconds" doc:"How long a span is: an hour, or as many times twice that as it takes to need no more than 48"`
	Times      []int64       `json:"times" doc:"Alerts in each span; they add up to all alerts"`
	Entities   []EntityCount `json:"entities" doc:"Alerts that name each of the incident's entities"`
	Unlisted   int64         `json:"unlisted,omitempty" doc:"About how many different entities its alerts name beside those it lists"`
	OtherRules int64         `json:"other_rules,omitempty" doc:"Alerts of rules beyond those it lists"`
	Sketch     string        `json:"sketch,omitempty" doc:"What the estimate of the unlisted stands on"`
}

// EntityCount is how many alerts of an incident name an entity.
type EntityCount struct {
	Kind   EntityKind `json:"kind" enum:"host,user,address,file,process,domain,cloud_account"`
	Name   string     `json:"name"`
	Alerts int64      `json:"alerts"`
}

// Text is a sentence in each language of the console.
type Text struct {
	En string `json:"en"`
	Zh string `json:"zh"`
}

// IncidentStatus is how far the work on an incident is.
type IncidentStatus string

// How far the work is.
const (
	StatusOpen      IncidentStatus = "open"
	StatusWorking   IncidentStatus = "working"
	StatusContained IncidentStatus = "contained"
	StatusClosed    IncidentStatus = "closed"
)

// Verdict is what people decided an incident was.
type Verdict string

// What an incident was.
const (
	VerdictTrue         Verdict = "true_positive"
	VerdictBenign       Verdict = "benign_positive"
	VerdictFalse        Verdict = "false_positive"
	VerdictUndetermined Verdict = "undetermined"
	VerdictDuplicate    Verdict = "duplicate"
)

// AttackResult is how far an attack came.
type AttackResult string

// How far an attack came.
const (
	ResultAttempted   AttackResult = "attempted"   // somebody tried, nothing shows that it worked
	ResultSucceeded   AttackResult = "succeeded"   // the attack was answered as it was meant to be
	ResultCompromised AttackResult = "compromised" // the machine or account then did what only an intruder makes it do
)

// NextStep is something that whoever works on an incident should do.
type NextStep struct {
	Code     string            `json:"code" doc:"Stable name, such as isolate-host, reset-password, ask-owner, search-other-hosts"`
	Text     Text              `json:"text"`
	Evidence []int             `json:"evidence,omitempty" doc:"The numbers of the evidence that asks for it"`
	Entity   *EntityRef        `json:"entity,omitempty" doc:"What it is to be done to"`
	Query    string            `json:"query,omitempty" doc:"A search that helps"`
	Params   map[string]string `json:"params,omitempty"`
}

// Reason is one contribution to a score.
type Reason struct {
	Code     string            `json:"code" doc:"Stable name, such as prior, rule, first-seen, burst, indicator, maintenance"`
	Family   Family            `json:"family,omitempty" doc:"Contributions of one family see the same kind of thing; what a family can give is bounded"`
	Detector string            `json:"detector,omitempty" doc:"The rule or detector that it comes from"`
	Points   int               `json:"points"`
	Weight   float64           `json:"weight,omitempty" doc:"Log-odds in nats that it gives after damping and caps"`
	Without  int               `json:"without" doc:"What the score would be without it, computed anew"`
	Evidence []int             `json:"evidence,omitempty" doc:"The numbers of the evidence that it stands on"`
	Text     Text              `json:"text"`
	Params   map[string]string `json:"params,omitempty"`
}

// RuleCount says how often a rule fired within an incident.
type RuleCount struct {
	RuleID   string    `json:"rule_id"`
	Title    string    `json:"title"`
	TitleZh  string    `json:"title_zh,omitempty"`
	Severity Severity  `json:"severity" enum:"info,low,medium,high,critical"`
	Tactics  []string  `json:"tactics"`
	Count    int64     `json:"count"`
	First    time.Time `json:"first"`
	Last     time.Time `json:"last"`
	Signal   *Signal   `json:"signal,omitempty" doc:"What its alerts weigh as evidence, and what was usual"`
}

// Signal is what the alerts of one rule or detector within an incident speak for an attack: the most that each kind of
// evidence ever weighed, in nats of log-odds, and what it was measured against.
type Signal struct {
	Rule      float64 `json:"rule,omitempty" doc:"Because somebody wrote down that this is bad"`
	Novelty   float64 `json:"novelty,omitempty"`
	Volume    float64 `json:"volume,omitempty"`
	Exfil     float64 `json:"exfiltration,omitempty"`
	Anomaly   float64 `json:"anomaly,omitempty" doc:"What a detector of the unknown said"`
	Family    Family  `json:"family,omitempty" doc:"Of the detector, for an anomaly"`
	How       string  `json:"how,omitempty" enum:"first,machine,spread,rare" doc:"In which way it is new: nowhere before, not on this machine before, on one machine after the other, or rare"`
	Before    int     `json:"before,omitempty" doc:"Earlier sessions of it on the machine"`
	PerDay    float64 `json:"per_day,omitempty" doc:"Sessions a day on the machine"`
	Most      int     `json:"most,omitempty" doc:"The most alerts within five minutes"`
	Usual     int     `json:"usual,omitempty" doc:"The most within five minutes that was learned as usual"`
	Machines  int     `json:"machines,omitempty" doc:"On how many machines it was new"`
	Early     bool    `json:"early,omitempty" doc:"Weighed while it was still being learned what is usual"`
	Indicator bool    `json:"indicator,omitempty" doc:"It matched intelligence"`
}

// Evidence is an alert chosen to show what happened. Number is what the story cites.
type Evidence struct {
	Number int   `json:"number"`
	Alert  Alert `json:"alert"`
	Count  int64 `json:"count" doc:"How many equal alerts it stands for"`
	Text   Text  `json:"text" doc:"What happened, in one sentence"`
}
