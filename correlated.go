package vedette

import "time"

// Correlated is what a correlation saw before it raised an alert.
type Correlated struct {
	Type      string            `json:"type" doc:"event_count, value_count, value_sum, value_avg, value_median, value_percentile, temporal or temporal_ordered"`
	Condition string            `json:"condition" doc:"As people read it: gte 10 within 5m"`
	Group     map[string]string `json:"group" doc:"The values that the events have in common, by the names of group-by"`
	Value     float64           `json:"value" doc:"What the condition was asked about: a count, a sum, an average; for temporal types, how many of the rules matched"`
	First     time.Time         `json:"first" doc:"Time of the first event in the window"`
	Last      time.Time         `json:"last" doc:"Time of the last event in the window"`
	Rules     []CorrelatedRule  `json:"rules" doc:"What matched within the window"`
	Events    []string          `json:"events" doc:"Ids of events in the window, the newest of each rule among them; not all of a large one"`
}

// CorrelatedRule is how often one rule matched within the window of a correlation.
type CorrelatedRule struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Count int    `json:"count"`
}
