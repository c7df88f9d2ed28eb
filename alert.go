package vedette

import "time"

// Alert is what a detector says about an event. It names its rule, the entities concerned and the evidence.
type Alert struct {
	ID          string            `json:"id" doc:"Stable: the same rule on the same event always gives the same id"`
	Tenant      string            `json:"tenant"`
	Time        time.Time         `json:"time" doc:"When the event happened"`
	Received    time.Time         `json:"received" doc:"When the record arrived"`
	Detected    time.Time         `json:"detected" doc:"When the rule fired"`
	RuleID      string            `json:"rule_id"`
	RuleTitle   string            `json:"rule_title"`
	RuleTitleZh string            `json:"rule_title_zh,omitempty" doc:"The rule's title in Chinese, when it has one"`
	Severity    Severity          `json:"severity" enum:"info,low,medium,high,critical"`
	Tags        []string          `json:"tags" doc:"Sigma tags, such as attack.t1110"`
	Tactics     []string          `json:"tactics" doc:"ATT&CK tactics named by the tags, such as credential-access"`
	Techniques  []string          `json:"techniques" doc:"ATT&CK techniques named by the tags, such as T1110.001"`
	EventID     string            `json:"event_id" doc:"The event that matched"`
	Source      string            `json:"source" doc:"The source that sent the record"`
	Dataset     string            `json:"dataset"`
	Matched     map[string]string `json:"matched" doc:"The fields and values that made the rule match"`
	Facts       map[string]string `json:"facts,omitempty" doc:"What the event says beside that about how it ended: its outcome, the answer, amounts of data, programs"`
	Selections  []string          `json:"selections" doc:"The rule's selections that were true"`
	Entities    []EntityRef       `json:"entities"`
	IncidentID  string            `json:"incident_id,omitempty" doc:"The incident that the alert was folded into"`
	Shadow      bool              `json:"shadow,omitempty" doc:"The rule is only being tried out: the alert is in no incident and nothing answers it"`
	Attribution string            `json:"attribution,omitempty" doc:"Author, licence and source of the rule"`
	Correlation *Correlated       `json:"correlation,omitempty" doc:"What a correlation saw; absent in the alerts of other rules"`
	Indicator   *Sighting         `json:"indicator,omitempty" doc:"The indicator that it matched, for an alert of the intelligence"`
	Anomaly     *Anomaly          `json:"anomaly,omitempty" doc:"What a detector of the unknown saw, for an alert that no rule made"`
	Suppressed  string            `json:"suppressed,omitempty" doc:"The suppression that keeps it out of incidents"`
	Auto        bool              `json:"-"` // the rule may respond without a person
}

// EntityKind is the sort of thing an entity is.
type EntityKind string

// The sorts of entity.
const (
	EntityHost    EntityKind = "host"
	EntityUser    EntityKind = "user"
	EntityAddress EntityKind = "address"
	EntityFile    EntityKind = "file"
	EntityProcess EntityKind = "process"
	EntityDomain  EntityKind = "domain"
	EntityAccount EntityKind = "cloud_account"
)

// Role says which part an entity plays in an event.
type Role string

// The parts that entities play.
const (
	RoleActor  Role = "actor"  // where it comes from: the remote address, the user who acts
	RoleTarget Role = "target" // what it is done to: the host, the account attacked
	RoleObject Role = "object" // what it is done with: a file, a process, a domain
)

// EntityRef points at an entity from an alert or an incident.
type EntityRef struct {
	Kind EntityKind `json:"kind" enum:"host,user,address,file,process,domain,cloud_account"`
	Name string     `json:"name"`
	Role Role       `json:"role,omitempty" enum:"actor,target,object"`
}

// Entity is a thing that events speak about, with what is known of it.
type Entity struct {
	Kind      EntityKind `json:"kind"`
	Name      string     `json:"name"`
	Tenant    string     `json:"tenant"`
	First     time.Time  `json:"first"`
	Last      time.Time  `json:"last"`
	Alerts    int64      `json:"alerts"`
	Incidents int64      `json:"incidents"`
	Severity  Severity   `json:"severity" enum:"info,low,medium,high,critical" doc:"The worst alert that named it"`
	Internal  bool       `json:"internal" doc:"For an address: it lies in a network of ours"`
	Protected bool       `json:"protected" doc:"No action may touch it"`

	Risk        int      `json:"risk" minimum:"0" maximum:"100" doc:"What incidents say against it, decayed until now"`
	Criticality *int     `json:"criticality,omitempty" minimum:"0" maximum:"4" doc:"0 nobody would notice to 4 the house stops; absent when nobody has said"`
	Owner       string   `json:"owner,omitempty" doc:"Who answers for it"`
	Department  string   `json:"department,omitempty"`
	Tags        []string `json:"tags,omitempty"`
}
