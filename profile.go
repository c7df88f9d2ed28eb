package vedette

import "time"

// EntityProfile is what people say of an entity.
type EntityProfile struct {
	Kind        EntityKind `json:"kind"`
	Name        string     `json:"name"`
	Tenant      string     `json:"tenant"`
	Criticality *int       `json:"criticality,omitempty" minimum:"0" maximum:"4" doc:"0 nobody would notice, 1 low, 2 normal, 3 high, 4 the house stops; absent when nobody has said"`
	Owner       string     `json:"owner,omitempty" doc:"Who answers for it"`
	Department  string     `json:"department,omitempty"`
	Tags        []string   `json:"tags,omitempty"`
	Author      string     `json:"author,omitempty" doc:"Who said so last"`
	Imported    bool       `json:"imported,omitempty" doc:"It came with a file"`
	Updated     time.Time  `json:"updated,omitzero"`
}

// Relation is how two entities belong together.
type Relation string

// How entities belong together.
const (
	RelationAlias Relation = "alias" // both names mean the same thing
	RelationUses  Relation = "uses"  // the one uses the other: an account a machine, a machine a name
)

// EntityLink is what events show of two entities: that they are the same, or that one uses the other.
type EntityLink struct {
	Tenant    string     `json:"tenant"`
	Kind      EntityKind `json:"kind"`
	Name      string     `json:"name"`
	Relation  Relation   `json:"relation"`
	OtherKind string     `json:"other_kind" doc:"A kind of entity, or account, sid, mac, mailbox"`
	Other     string     `json:"other"`
	Why       string     `json:"why"`
	First     time.Time  `json:"first"`
	Last      time.Time  `json:"last"`
	Spans     int64      `json:"spans" doc:"In how many spans of ten minutes it was seen"`
}

// Alias is another name of an entity, and why that is believed.
type Alias struct {
	Kind     string    `json:"kind" enum:"host,user,address,domain,account,sid,mac,mailbox" doc:"What sort of name it is"`
	Name     string    `json:"name"`
	First    time.Time `json:"first"`
	Last     time.Time `json:"last"`
	Spans    int64     `json:"spans" doc:"In how many spans of ten minutes it was seen"`
	Why      string    `json:"why" enum:"own-address,own-connection,full-name,account,principal-name,mailbox,sid,dhcp-lease,dns-answer,workstation" doc:"What shows it"`
	Text     Text      `json:"text" doc:"Why it is believed, in one sentence"`
	Conflict bool      `json:"conflict,omitempty" doc:"Something else claims the name, or the entity another of the kind, at the same time"`
	Rival    string    `json:"rival,omitempty" doc:"What else claims it"`
}

// LogonSession is an account at work on a machine.
type LogonSession struct {
	ID      string    `json:"id"`
	Tenant  string    `json:"tenant"`
	User    string    `json:"user"`
	Host    string    `json:"host"`
	Address string    `json:"address,omitempty" doc:"Where it came from"`
	Kind    string    `json:"kind" enum:"interactive,remote,network,ssh,logon"`
	From    time.Time `json:"from"`
	To      time.Time `json:"to" doc:"When it ended, or was last seen"`
	Logons  int64     `json:"logons" doc:"How many logons it is made of"`
	Ended   bool      `json:"ended" doc:"A logoff was seen; without one it is taken for over when nothing follows"`
}

// Peer is an entity that uses the same things.
type Peer struct {
	Kind     EntityKind  `json:"kind" enum:"host,user,address,file,process,domain,cloud_account"`
	Name     string      `json:"name"`
	Likeness float64     `json:"likeness" minimum:"0" maximum:"1" doc:"Share of what both use together, rare things counting more"`
	Shared   []EntityRef `json:"shared" doc:"What both use, the rarest first"`
	Risk     int         `json:"risk"`
}

// Exposure is a known weakness that lies open on an entity.
type Exposure struct {
	ID        string    `json:"id" doc:"Such as CVE-2021-44228"`
	Title     string    `json:"title"`
	Severity  Severity  `json:"severity" enum:"info,low,medium,high,critical"`
	Source    string    `json:"source" doc:"Who says so: the rule, indicator or scanner"`
	State     string    `json:"state" enum:"suspected,confirmed,fixed" doc:"Suspected: an alert speaks of it. Confirmed: somebody looked"`
	First     time.Time `json:"first"`
	Last      time.Time `json:"last"`
	Reference string    `json:"reference,omitempty" doc:"The incident or report that shows it"`
}

// UsualFeature is what a baseline holds for usual of an entity.
type UsualFeature struct {
	Feature      string    `json:"feature" doc:"What was looked at, as the feature of anomalies is called"`
	Title        Text      `json:"title" doc:"The feature in words"`
	Usual        string    `json:"usual,omitempty" doc:"The count, size or hours that are usual"`
	Values       []string  `json:"values,omitempty" doc:"The values that are usual, those of most days first"`
	More         int       `json:"more,omitempty" doc:"Further values"`
	Observations int64     `json:"observations" doc:"How many observations it stands on"`
	Since        time.Time `json:"since,omitzero" doc:"When learning it began"`
	Learning     bool      `json:"learning,omitempty" doc:"Too little is known yet to tell what is unusual"`
	Text         Text      `json:"text" doc:"What is usual, in one sentence"`
}

// EntityRisk is how much speaks against an entity now, and how it came.
type EntityRisk struct {
	Now           int                `json:"now" minimum:"0" maximum:"100"`
	HalfLife      float64            `json:"half_life" doc:"Days after which a contribution has half its weight"`
	Factor        float64            `json:"factor" doc:"What the criticality multiplies the risk by"`
	Series        []RiskPoint        `json:"series" doc:"The last 30 days, oldest first"`
	Contributions []RiskContribution `json:"contributions" doc:"The points add up to the risk; greatest first"`
}

// RiskPoint is the risk at a time.
type RiskPoint struct {
	Time  time.Time  `json:"time"`
	Score int        `json:"score" minimum:"0" maximum:"100"`
	Of    []RiskPart `json:"of" doc:"What it was made of, at most the five greatest"`
}

// RiskPart is what one incident gave at a time.
type RiskPart struct {
	Incident string `json:"incident"`
	Points   int    `json:"points"`
}

// RiskContribution is what one incident gives to the risk of an entity.
type RiskContribution struct {
	Incident string         `json:"incident"`
	Title    Text           `json:"title"`
	Severity Severity       `json:"severity" enum:"info,low,medium,high,critical"`
	Status   IncidentStatus `json:"status" enum:"open,working,contained,closed"`
	Verdict  Verdict        `json:"verdict,omitempty" enum:"true_positive,benign_positive,false_positive,undetermined,duplicate"`
	Points   int            `json:"points"`
	Score    int            `json:"score" doc:"The incident's own score"`
	Role     Role           `json:"role,omitempty" enum:"actor,target,object" doc:"Which part the entity plays in it"`
	Share    float64        `json:"share" doc:"What share of the score the part and the verdict leave"`
	Fresh    float64        `json:"fresh" doc:"Share of its evidence that no greater contribution has counted already"`
	Rank     int            `json:"rank" doc:"Its place i among the contributions; it is damped by 1/i^1.5"`
	Damping  float64        `json:"damping"`
	Age      float64        `json:"age" doc:"Days since its last alert"`
	Decay    float64        `json:"decay" doc:"What the age leaves of it"`
	First    time.Time      `json:"first"`
	Last     time.Time      `json:"last"`
	Text     Text           `json:"text" doc:"How the points come about"`
}

// Stake is what one incident says against one entity. It is all that the risk of the entity needs of the incident.
type Stake struct {
	Ref      EntityRef
	Incident string
	Title    Text
	Severity Severity
	Status   IncidentStatus
	Verdict  Verdict
	Score    int
	Share    float64  // of the score, by part, result and verdict; 0 to 1
	Seen     []uint64 // hashes of the events that show it, so that the same evidence counts once
	First    time.Time
	Last     time.Time
}
