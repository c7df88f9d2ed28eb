package offline

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	vedette "github.com/vedette-soc/vedette"
)

// Incident is an incident as it is written, one a line.
type Incident struct {
	ID            string              `json:"id"`
	File          string              `json:"file"`
	Score         int                 `json:"score"`
	Start         time.Time           `json:"start"`
	End           time.Time           `json:"end"`
	Entities      []vedette.EntityRef `json:"entities"`
	Techniques    []string            `json:"techniques"`
	Contributions []vedette.Reason    `json:"contributions"`
	Story         vedette.Text        `json:"story"`
	Alerts        [][2]int64          `json:"alerts"`

	Title    vedette.Text         `json:"title"`
	Severity vedette.Severity     `json:"severity"`
	Result   vedette.AttackResult `json:"result,omitempty"`
	Count    int64                `json:"count"`
	Below    bool                 `json:"below,omitempty"`
}

// NewIncident makes what is written of an incident of a file. records are ranges of the file's records, counted from 1.
func NewIncident(file string, in *vedette.Incident, records [][2]int64) Incident {
	out := Incident{
		ID: in.ID, File: file, Score: in.Score, Start: in.First, End: in.Last, Entities: in.Entities, Contributions: in.Reasons,
		Story: in.Story, Alerts: records, Title: in.Title, Severity: in.Severity, Result: in.Result, Count: in.Alerts, Below: in.Below,
		Techniques: []string{},
	}
	for i := range in.Evidence {
		for _, t := range in.Evidence[i].Alert.Techniques {
			out.Techniques = addUpTo(len(out.Techniques)+1, out.Techniques, t)
		}
	}
	if out.Entities == nil {
		out.Entities = []vedette.EntityRef{}
	}
	if out.Contributions == nil {
		out.Contributions = []vedette.Reason{}
	}
	if out.Alerts == nil {
		out.Alerts = [][2]int64{}
	}
	return out
}

// Write writes incidents, one a line.
func Write(w io.Writer, incidents ...Incident) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for i := range incidents {
		if err := enc.Encode(&incidents[i]); err != nil {
			return fmt.Errorf("write an incident: %w", err)
		}
	}
	return nil
}
