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
	Severity    Severity  `json:"severity" enum:"info,low,medium,high,critical"`
	Status      string    `json:"status" doc:"The author's word: stable, test, experimental"`
	Tags        []string  `json:"tags"`
	Tactics     []string  `json:"tactics"`
	Techniques  []string  `json:"techniques"`
	Product     string    `json:"product,omitempty"`
	Category    string    `json:"category,omitempty"`
	Service     string    `json:"service,omitempty"`
	State       RuleState `json:"state" enum:"live,off,rejected"`
	Problem     string    `json:"problem,omitempty" doc:"Why it was rejected, with the line"`
	Auto        bool      `json:"auto" doc:"It may respond without a person"`
	Origin      string    `json:"origin" doc:"Where it came from: starter, the configured path, or upload"`
	File        string    `json:"file"`
	Fired       int64     `json:"fired" doc:"Alerts in the last 30 days"`
	FiredDays   []int64   `json:"fired_days" doc:"Alerts per day, oldest first, 30 values"`
	LastFired   time.Time `json:"last_fired,omitzero"`
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
