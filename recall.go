package vedette

import "time"

// Recall is what the built-in replay found: a labelled world of attacks within everyday noise, put through triage as it is
// configured now.
type Recall struct {
	Set          string    `json:"set" doc:"Name and version of the labelled world"`
	AttacksFound int       `json:"attacks_found" doc:"Attacks of which an incident at or above the line tells"`
	AttacksTotal int       `json:"attacks_total"`
	StepsFound   int       `json:"steps_found" doc:"Steps of attacks with an alert in such an incident"`
	StepsTotal   int       `json:"steps_total"`
	FalsePerDay  float64   `json:"false_per_day" doc:"Incidents a day at or above the line without a step of an attack"`
	Alerts       int       `json:"alerts"`
	Incidents    int       `json:"incidents" doc:"At or above the line"`
	Below        int       `json:"below"`
	Suppressed   int       `json:"suppressed" doc:"Alerts that suppressions kept out of incidents"`
	Days         float64   `json:"days" doc:"How long the world lasts"`
	Line         int       `json:"line" doc:"The line that was used"`
	Missed       []string  `json:"missed,omitempty" doc:"Attacks and steps that were not found"`
	Ran          time.Time `json:"ran"`
	TookMS       int64     `json:"took_ms"`
}
