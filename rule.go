package vedette

import "time"

// RuleStatus is a detection rule as the rules page lists it.
type RuleStatus struct {
	ID          string    `json:"id"`
	Title       string    `json:"title"`
	TitleZh     string    `json:"title_zh,omitempty" doc:"The title in Chinese, when the author gave one"`
	Description string    `json:"description,omitempty"`
	Author      string    `json:"author,omitempty"`
	License     string    `json:"license,omitempty"`
	Kind        RuleKind  `json:"kind" enum:"rule,correlation,filter"`
	Severity    Severity  `json:"severity" enum:"info,low,medium,high,critical" doc:"What its alerts have: the author's level, or what people put in its place"`
	Level       Severity  `json:"level" enum:"info,low,medium,high,critical" doc:"The author's"`
	Status      string    `json:"status" doc:"The author's word: stable, test, experimental"`
	Tags        []string  `json:"tags"`
	Tactics     []string  `json:"tactics"`
	Techniques  []string  `json:"techniques"`
	Product     string    `json:"product,omitempty"`
	Category    string    `json:"category,omitempty"`
	Service     string    `json:"service,omitempty"`
	State       RuleState `json:"state" enum:"live,off,rejected"`
	Problem     string    `json:"problem,omitempty" doc:"Why it was rejected, with the line"`
	Stage       RuleStage `json:"stage" enum:"off,shadow,alert,auto" doc:"How far it may go: off, shadow (its alerts are kept apart), alert, auto (it may respond without a person)"`
	Attribution string    `json:"attribution,omitempty" doc:"Author, licence and source, as each alert repeats them"`
	Origin      string    `json:"origin" doc:"Where it came from: starter, the configured path, or upload"`
	File        string    `json:"file"`
	Fired       int64     `json:"fired" doc:"Alerts in the last 30 days"`
	FiredDays   []int64   `json:"fired_days" doc:"Alerts per day, oldest first, 30 values"`
	LastFired   time.Time `json:"last_fired,omitzero"`
	Asleep      string    `json:"asleep,omitempty" doc:"Why it can never fire here, and what would wake it; absent when it can"`
	CostUS      float64   `json:"cost_us" doc:"Microseconds that one evaluation takes on average, from a sample"`
	CostShare   float64   `json:"cost_share" doc:"Its share of the time that all rules take, 0 to 1"`
	FalseShare  float64   `json:"false_share" doc:"Of the verdicts, the share of false positives, 0 to 1"`
	Verdicts    int64     `json:"verdicts" doc:"Incidents of the last 90 days that it took part in and that people judged"`
	Exceptions  int64     `json:"exceptions" doc:"Exceptions in force that name it"`
	Filters     []string  `json:"filters" doc:"Ids of the filters that are added to it"`
	Version     int64     `json:"version" doc:"Of an uploaded rule; 0 for others"`
	Source      string    `json:"source,omitempty" doc:"The YAML; only when one rule is asked for"`
}

// RuleState is what the engine does with a rule.
type RuleState string

// What the engine does with a rule.
const (
	RuleLive     RuleState = "live"
	RuleOff      RuleState = "off"
	RuleRejected RuleState = "rejected"
)

// RuleStage is how far a rule may go; each stage includes the ones before it but the first.
type RuleStage string

// The stages of a rule's roll-out, in order.
const (
	StageOff    RuleStage = "off"    // it does not run
	StageShadow RuleStage = "shadow" // it runs; its alerts are stored apart, and neither folded into incidents nor answered
	StageAlert  RuleStage = "alert"  // its alerts reach people
	StageAuto   RuleStage = "auto"   // it may respond without a person
)

// ParseRuleStage reads the word for a stage.
func ParseRuleStage(word string) (RuleStage, error) {
	switch s := RuleStage(word); s {
	case StageOff, StageShadow, StageAlert, StageAuto:
		return s, nil
	}
	return "", Errorf(CodeInvalid, "stage %q is not one of off, shadow, alert, auto", word)
}

// RuleKind is what a document of the rule language is.
type RuleKind string

// The documents of the rule language.
const (
	KindRule        RuleKind = "rule"        // about one event
	KindCorrelation RuleKind = "correlation" // about what several rules found over time
	KindFilter      RuleKind = "filter"      // a condition added to other rules
)
